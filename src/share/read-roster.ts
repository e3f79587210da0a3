import type { Context } from '../context.ts';
import { LESSONS } from '../course/course.ts';
import { namesDates } from '../signup/consent.ts';
import { type Filter, PAGE, type RosterLine } from './share.ts';
import { type LineRow, readLine, readLines } from './store/roster.ts';

/** A page of the roster, newest first. */
export interface Roster {
  lines: RosterLine[];
  /** The `ref` from which the page of the older goes on, and that of the newer; null where there is none. */
  older: string | null;
  newer: string | null;
}

/**
 * What learners were told that their provider sees, and nothing else, 50 lines at a time. A page of a
 * filter may hold fewer though there are older ones: no more than 5,000 are looked through for it.
 *
 * @param input.older the page behind this `ref`; one that is none of this provider's gives the first page
 * @param input.newer the page before this `ref`
 */
export async function readRoster(
  ctx: Context,
  input: { providerId: number; filter: Filter; older?: string; newer?: string },
): Promise<Roster> {
  const { providerId, filter, older, newer } = input;
  const ref = older ?? newer;
  const place = ref ? ({ ref, way: older ? 'older' : 'newer' } as const) : null;
  const { from, first, rest, found } = await readLines(ctx.db, providerId, filter, place);
  if (place?.way === 'newer' && found && from.length > PAGE) {
    const lines = from.slice(0, PAGE).reverse();
    return {
      lines: lines.map(lineOf),
      older: lines.at(-1)?.ref ?? null,
      newer: lines[0]?.ref ?? null,
    };
  }
  const behind = place?.way === 'older' && found;
  const rows = behind ? from : first;
  const lines = rows.slice(0, PAGE);
  const last = lines.at(-1)?.ref ?? null;
  return {
    lines: lines.map(lineOf),
    older: rows.length > PAGE ? last : rest,
    newer: behind ? (lines[0]?.ref ?? place.ref) : null,
  };
}

/** The line of a whole address; null where it is not on this roster. @param input.email as `parseEmail` gives it */
export async function findOnRoster(
  ctx: Context,
  { providerId, email }: { providerId: number; email: string },
): Promise<RosterLine | null> {
  const row = await readLine(ctx.db, providerId, email);
  return row && lineOf(row);
}

/** A line as its words allow: no dates where they named none. */
export function lineOf(row: LineRow): RosterLine {
  const { ref, name, email, weeks, finishedAt, since, words } = row;
  const dated = namesDates(words);
  return {
    ref,
    name,
    email,
    weeks,
    allEight: finishedAt !== null || weeks === LESSONS,
    began: dated ? since : null,
    finished: dated ? finishedAt : null,
  };
}
