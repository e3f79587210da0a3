import type { Context as HonoContext } from 'hono';
import { hasClock, type Slot, timeZoneNamed } from '../../course/schedule.ts';
import { DomainError } from '../../errors.ts';
import type { App } from '../middleware/context.ts';
import type { Fields } from '../middleware/form.ts';
import type { SlotProblem, SlotValues } from '../ui/slot-fields.tsx';

/** The zones that a form offers. */
export const zones = [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])];

/**
 * The zone that the platform takes a caller's network to be in; null where it does not say. On this
 * machine it cannot know.
 */
export function zoneAround(c: HonoContext<App>): string | null {
  const zone: unknown = c.req.raw.cf?.timezone;
  if (c.var.ctx.settings.local || typeof zone !== 'string') return null;
  return timeZoneNamed(zone);
}

/** What a form shows of a slot that is kept. */
export function slotValuesOf({ weekday, time, zone }: Slot): SlotValues {
  // What is no zone any more must be chosen anew, and is not offered.
  return { weekday, time, time_zone: hasClock(zone) ? zone : '' };
}

/** A slot as a form sends it, unchecked. */
export function slotValues(fields: Fields): SlotValues {
  return {
    weekday: Number(fields.weekday),
    // Some browsers add seconds to a time.
    time: (fields.time ?? '').slice(0, 5),
    time_zone: fields.time_zone ?? '',
  };
}

export function slotOf({ weekday, time, time_zone }: SlotValues): Slot {
  return { weekday, time, zone: time_zone };
}

/** What a refused slot is asked again with: as it was typed, but for a zone that is none. */
export function slotAgain(typed: SlotValues, guess: string): SlotValues {
  return { ...typed, time_zone: timeZoneNamed(typed.time_zone) ?? guess };
}

/** What is wrong with a slot, for the form; anything else goes on as it is. */
export function slotProblem(error: unknown): SlotProblem {
  if (!(error instanceof DomainError) || error.code !== 'bad-input') throw error;
  const field = (['weekday', 'time', 'time_zone'] as const).find((f) => f === error.field);
  return { field: field ?? 'form', message: error.message };
}
