/** Lines of a roster: pages, one address, and slices of an export. */
import { type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Seconds } from '../../clock.ts';
import { LESSONS } from '../../course/course.ts';
import type { Database } from '../../db/client.ts';
import { bare, figure } from '../../db/names.ts';
import { acts, shares, subscribers } from '../../db/schema.ts';
import { type RowOf, select } from '../../db/select.ts';
import { type Act, writeAct } from '../../db/statements.ts';
import { allSentAt } from '../follow.ts';
import { type Filter, PAGE, SLICE } from '../share.ts';
import { c, e, isAllEight, isOpen, JOINED, s, UNCERTAIN, weeksSent } from './sent.ts';

const p = alias(subscribers, 'p');

const LINE = {
  id: s.id,
  ref: s.ref,
  name: p.firstName,
  email: p.email,
  weeks: weeksSent,
  words: s.words,
  since: s.since,
  finishedAt: sql<number | null>`coalesce(${s.finishedAt},
    CASE WHEN ${e.nextLesson} > ${figure(LESSONS)} THEN ${allSentAt(e.id)} END)`,
};
export type LineRow = RowOf<typeof LINE>;

const WITH_PERSON = sql`${JOINED} CROSS JOIN ${subscribers} ${p} ON ${p.id} = ${s.subscriberId}`;

const fits = (filter: Filter): SQL =>
  filter === 'all' ? sql`1` : filter === 'all-eight' ? isAllEight : sql`NOT ${isAllEight}`;

/** As many are looked through for a page that holds only some. */
const LOOKED = 5_000;

export interface Place {
  ref: string;
  way: 'older' | 'newer';
}

/** Where somebody is who is named by a `ref` of this provider's. */
const placeOf = (providerId: number, ref: string): SQL =>
  sql`${c.ref} = ${ref} AND ${c.providerId} = ${providerId}`;

/**
 * A page of the roster and one line more, from the place on; the first page where there is no such place.
 * Where only some are wanted, `rest` is the last that was looked at while there are others behind it.
 */
export async function readLines(
  db: Database,
  providerId: number,
  filter: Filter,
  place: Place | null,
): Promise<{ from: LineRow[]; first: LineRow[]; rest: string | null; found: boolean }> {
  const { found, from, first, rest } = await db.commit({
    found:
      place &&
      select({ ref: c.ref }, sql`FROM ${shares} ${c} WHERE ${placeOf(providerId, place.ref)}`),
    from: place && selectFrom(providerId, filter, place),
    first: (!place || place.way === 'newer') && selectFirst(providerId, filter),
    rest: filter !== 'all' && selectRest(providerId, place?.way === 'older' ? place.ref : null),
  });
  const isFound = found.rows.length > 0;
  const needsFirst = place?.way === 'older' && !isFound;
  return {
    from: from.rows as unknown as LineRow[],
    first: needsFirst
      ? await db.all(selectFirst(providerId, filter))
      : (first.rows as unknown as LineRow[]),
    rest: (rest.row?.ref as string | undefined) ?? null,
    found: isFound,
  };
}

/** The last share that one page looks at, if there are as many. */
const lastLooked = (providerId: number, from: SQL): SQL =>
  sql`SELECT ${c.since}, ${c.id} FROM ${shares} ${c} WHERE ${isOpen(c, providerId)} ${from}
    ORDER BY ${c.since} DESC, ${c.id} DESC LIMIT 1 OFFSET ${figure(LOOKED - 1)}`;

function behind(providerId: number, ref: string | null): SQL {
  const b = alias(shares, 'b');
  return ref === null
    ? sql``
    : sql`AND (${c.since}, ${c.id}) < (SELECT ${b.since}, ${b.id} FROM ${shares} ${b}
        WHERE ${b.ref} = ${ref} AND ${b.providerId} = ${providerId})`;
}

const selectRest = (providerId: number, ref: string | null): SQL =>
  sql`SELECT ${c.ref} AS ref FROM ${shares} ${c}
    WHERE ${isOpen(c, providerId)} ${behind(providerId, ref)}
    ORDER BY ${c.since} DESC, ${c.id} DESC LIMIT 1 OFFSET ${figure(LOOKED - 1)}`;

/** Rows no farther than one page looks, where only some are wanted. */
const near = (providerId: number, filter: Filter, ref: string | null): SQL =>
  filter === 'all'
    ? sql``
    : sql`AND NOT EXISTS (SELECT 1 FROM (${lastLooked(providerId, behind(providerId, ref))}) l
        WHERE (${s.since}, ${s.id}) < (l.since, l.id))`;

function selectFirst(providerId: number, filter: Filter): SQL<LineRow> {
  return sql<LineRow>`${UNCERTAIN} ${select(
    LINE,
    sql`FROM ${shares} ${s} ${WITH_PERSON}
      WHERE ${isOpen(s, providerId)} AND ${fits(filter)} ${near(providerId, filter, null)}
      ORDER BY ${s.since} DESC, ${s.id} DESC LIMIT ${figure(PAGE + 1)}`,
  )}`;
}

function selectFrom(providerId: number, filter: Filter, { ref, way }: Place): SQL<LineRow> {
  const older = way === 'older';
  const beyond = older
    ? sql`(${s.since}, ${s.id}) < (${c.since}, ${c.id}) ${near(providerId, filter, ref)}`
    : sql`(${s.since}, ${s.id}) > (${c.since}, ${c.id})`;
  const order = older ? sql`${s.since} DESC, ${s.id} DESC` : sql`${s.since}, ${s.id}`;
  return sql<LineRow>`${UNCERTAIN} ${select(
    LINE,
    sql`FROM ${shares} ${c} CROSS JOIN ${shares} ${s} ${WITH_PERSON}
      WHERE ${placeOf(providerId, ref)} AND ${isOpen(s, providerId)} AND ${beyond} AND ${fits(filter)}
      ORDER BY ${order} LIMIT ${figure(PAGE + 1)}`,
  )}`;
}

/** The line of an address; null where it is none of this provider's. */
export async function readLine(
  db: Database,
  providerId: number,
  email: string,
): Promise<LineRow | null> {
  const [row] = await db.all(
    sql<LineRow>`${UNCERTAIN} ${select(
      LINE,
      sql`FROM ${subscribers} ${p} CROSS JOIN ${shares} ${s} ${JOINED}
        WHERE ${p.email} = ${email} AND ${s.subscriberId} = ${p.id} AND ${isOpen(s, providerId)}`,
    )}`,
  );
  return row ?? null;
}

/** Where a slice ends: oldest first, so that whoever confirms meanwhile stands behind it. */
export interface After {
  since: Seconds;
  id: number;
}

/** The next lines of an export; fewer than {@link SLICE} are the last. */
export function readSlice(db: Database, providerId: number, after: After): Promise<LineRow[]> {
  return db.all(
    sql<LineRow>`${UNCERTAIN} ${select(
      LINE,
      sql`FROM ${shares} ${s} ${WITH_PERSON}
        WHERE ${isOpen(s, providerId)} AND (${s.since}, ${s.id}) > (${after.since}, ${after.id})
        ORDER BY ${s.since}, ${s.id} LIMIT ${figure(SLICE)}`,
    )}`,
  );
}

/** Writes that an export has begun. @param act.subject names it until it has ended */
export async function insertExport(db: Database, act: Act): Promise<void> {
  await db.commit({ begun: writeAct(act, sql`1`) });
}

/** Writes that an export came to its end, and with how many lines. */
export async function finishExport(
  db: Database,
  { providerId, subject }: { providerId: number; subject: string },
  lines: number,
): Promise<void> {
  const a = bare(acts);
  await db.commit({
    ended: sql`UPDATE ${acts} SET ${a.verb} = 'exported', ${a.subject} = ${`roster:${lines}`}
      WHERE ${acts.providerId} = ${providerId} AND ${acts.verb} = 'export-begun'
        AND ${acts.verb} IN ('export-begun', 'exported') AND ${acts.subject} = ${subject}`,
  });
}
