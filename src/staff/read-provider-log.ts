import type { Context } from '../context.ts';
import { parseBase36 } from '../id.ts';
import { type DoneRow, readDone } from './store/provider-log.ts';

/** As many as stand on a page. */
const LINES = 50;

/** Something that was done for one provider. `at` is course time, epoch seconds. */
export interface DoneLine extends Omit<DoneRow, 'actor'> {
  by:
    | { kind: 'member'; email: string }
    /** One of its people who is none any more. */
    | { kind: 'former' }
    /** Whoever runs the course. */
    | { kind: 'operator' };
}

/**
 * What was done for one provider, newest first: by its own people, and by whoever runs the course, whose
 * reasons are their own.
 *
 * @param before the last line that was shown; null for the newest
 * @returns with `older`, where there is more: what to ask for next
 */
export async function readProviderLog(
  ctx: Context,
  providerId: number,
  before: number | null,
): Promise<{ lines: DoneLine[]; older: number | null }> {
  const { done, people } = await readDone(ctx.db, providerId, before, LINES + 1);
  const by = (actor: string): DoneLine['by'] => {
    const [kind, id] = actor.split(':');
    if (kind !== 'member') return { kind: 'operator' };
    const staffId = parseBase36(id);
    const member = people.find((each) => each.staffId === staffId);
    return member ? { kind, email: member.email } : { kind: 'former' };
  };
  const lines = done.slice(0, LINES).map(({ actor, ...line }) => ({ ...line, by: by(actor) }));
  return { lines, older: done.length > LINES ? (lines.at(-1)?.id ?? null) : null };
}
