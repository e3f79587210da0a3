import { checkSlot, type Slot } from '../../course/schedule.ts';

/** What a control has done, as the address of the page carries it. */
export interface Done {
  /** Which of the sentences of the controls says it. */
  what: string;
  /** A lesson's number, where it is about one. */
  lesson: number | null;
  /** The slot before, where it was changed. */
  was: Slot | null;
}

/** Reads it from the address; null where it says nothing. */
export function doneIn(query: Record<string, string>): Done | null {
  const { done: what, of, was } = query;
  if (what === undefined) return null;
  return { what, lesson: /^[1-9]$/.test(of ?? '') ? Number(of) : null, was: slotIn(was) };
}

/** The query of an address that says what was done. */
export function saying(what: string, more: { of?: number; was?: Slot } = {}): string {
  const query = new URLSearchParams({ done: what });
  if (more.of !== undefined) query.set('of', String(more.of));
  if (more.was) query.set('was', `${more.was.weekday},${more.was.time},${more.was.zone}`);
  return `?${query}`;
}

function slotIn(text: string | undefined): Slot | null {
  const [weekday, time = '', zone = ''] = text?.split(',') ?? [];
  const slot = { weekday: Number(weekday), time, zone };
  try {
    checkSlot(slot);
    return slot;
  } catch {
    return null;
  }
}
