import { MINUTE, millisOf } from '../clock.ts';
import type { RecordedMail } from '../mailer/mailer.ts';

/** A row of the ledger as the mailer's record may show it. */
export interface LedgerRow {
  id: number;
  /** The address that it goes or went to, in small letters. */
  to: string;
  /** Which mail it is: `lesson:3`, `complete`, `confirm`, … A `resend` is `lesson:3` too. */
  mail: string;
  /** When the ledger says that it was taken, machine time, epoch milliseconds; null: it does not know. */
  takenAt: number | null;
}

/** A mail of the record with what it is, or null where its subject does not say. */
export interface Sighting {
  mail: RecordedMail;
  is: string | null;
}

export interface Matched {
  /** Rows of which nobody knew, and when they were taken. */
  shown: Map<number, number>;
  /** Mails that no row explains. */
  unexplained: Sighting[];
  /** Mails whose tags have to be asked for. */
  doubtful: Sighting[];
}

/** How much earlier than the mailer's own time a clock of ours may say that it was taken, in milliseconds. */
const SKEW = millisOf(MINUTE);

/**
 * Holds the mailer's record against the ledger, by address and subject. What is clear without a mail's
 * tags is settled; the rest is doubtful: a lesson and the same lesson once more look alike.
 */
export function match(rows: LedgerRow[], sightings: Sighting[]): Matched {
  const matched: Matched = { shown: new Map(), unexplained: [], doubtful: [] };
  const known = Map.groupBy(rows, ({ to, mail }) => `${to} ${mail}`);
  const seen = Map.groupBy(sightings, ({ mail, is }) => `${mail.to} ${is}`);
  for (const [name, mails] of seen) {
    if (mails[0]?.is === null) {
      matched.doubtful.push(...mails);
      continue;
    }
    const own = known.get(name) ?? [];
    const open = own.filter(({ takenAt }) => takenAt === null);
    const left = unmatched(
      mails,
      own.flatMap(({ takenAt }) => takenAt ?? []),
    );
    if (left.length === 0) continue;
    if (open.length === 0) matched.unexplained.push(...left);
    else if (open.length === 1 && mails.length === 1) {
      matched.shown.set(open[0]?.id ?? 0, left[0]?.mail.at ?? 0);
    } else matched.doubtful.push(...mails);
  }
  return matched;
}

/** The mails that are left when each taken row has explained the latest one before it. */
function unmatched(mails: Sighting[], taken: number[]): Sighting[] {
  const left = mails.toSorted((a, b) => a.mail.at - b.mail.at);
  for (const at of taken.toSorted((a, b) => a - b)) {
    const index = left.findLastIndex(({ mail }) => mail.at <= at + SKEW);
    if (index >= 0) left.splice(index, 1);
  }
  return left;
}
