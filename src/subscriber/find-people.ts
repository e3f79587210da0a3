import type { Context } from '../context.ts';
import { parseSubscriberName, subscriberName } from '../id.ts';
import { readByBeginning, readByMail, readKnown } from './store/find.ts';

/** As many as somebody looks through. */
const MOST = 20;

/** Somebody who was found. */
export interface FoundPerson {
  /** `sub_…` */
  subscriber: string;
  email: string;
}

/**
 * Finds people by the beginning of an address, by `sub_…`, or by the number of a mail of theirs.
 *
 * @param typed trimmed
 * @param wide whether a part of an address will do; otherwise it must be whole
 */
export async function findPeople(
  ctx: Context,
  typed: string,
  { wide }: { wide: boolean },
): Promise<FoundPerson[]> {
  const id = parseSubscriberName(typed);
  const rows =
    id !== null
      ? await readKnown(ctx.db, id)
      : /^\d{1,16}$/.test(typed)
        ? await readByMail(ctx.db, Number(typed))
        : await readByBeginning(ctx.db, typed.toLowerCase(), wide ? MOST : 0);
  return rows.map(({ id: found, email }) => ({ subscriber: subscriberName(found), email }));
}
