/** How mails that are due become a leased batch, frozen as they will be posted. */
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Instant, Millis, Seconds } from '../../clock.ts';
import { CLOSING_NOTE } from '../../course/course.ts';
import { type Database, prepared } from '../../db/client.ts';
import { bare, figure, textList, type Value } from '../../db/names.ts';
import {
  batches,
  deliveries,
  enrollments,
  entries,
  links,
  members,
  operators,
  providers,
  signups,
  staff,
  subscribers,
} from '../../db/schema.ts';
import { listOf, type RowOf } from '../../db/select.ts';
import { isSuppressed } from '../../db/statements.ts';
import type { Settings } from '../../env.ts';
import type { Lane } from '../../mailer/mailer.ts';
import { isUnwanted } from '../../suppression/strangers.ts';
import { STRANGERS_LIFETIME } from '../../suppression/suppression.ts';
import { CONFIRM_LIFETIME } from '../../token.ts';
import { type Batch, type FrozenRow, LEASE } from '../delivery.ts';
import { ABOUT, GO_WHILE, type Kind, OF_A_LESSON, TO_LINKED, type While } from '../kinds.ts';
import { dueNow, isOwed, oldestOf, waits } from './due.ts';
import { countSent } from './pace.ts';

const b = bare(batches);
const d = bare(deliveries);
const found = bare(enrollments);
const e = alias(enrollments, 'e');
const s = alias(subscribers, 's');
const g = alias(signups, 'g');
const l = alias(links, 'l');
const p = alias(providers, 'p');
const n = alias(entries, 'n');
const m = alias(members, 'm');
const o = alias(operators, 'o');
const t = alias(staff, 't');
/** The provider of whom a mail tells its staff. */
const a = alias(providers, 'a');
const row = alias(deliveries, 'd');

export interface Claim {
  lane: Lane;
  id: number;
  /** The first of the ids that its lessons get, one after the other. */
  firstDelivery: number;
  key: string;
  leaseId: string;
  limit: number;
  settings: Settings;
  /** Whether its mails count towards a cap. */
  counts: boolean;
  keyId: string;
  /** Content hashes of this build: by step for lessons (index 0 is lesson 1), by kind for the rest. */
  hashes: { steps: string[]; kinds: Partial<Record<Kind, string>> };
}

/** What whoever holds a batch needs of it. */
const LEASED = {
  id: batches.id,
  key: batches.key,
  lane: batches.lane,
  who: batches.who,
  frozen: batches.frozen,
  offered: batches.offered,
  mailFrom: batches.mailFrom,
  replyTo: batches.replyTo,
  baseUrl: batches.baseUrl,
  postalAddress: batches.postalAddress,
  keyId: batches.keyId,
  sha256: batches.sha256,
  attempts: batches.attempts,
  unanswered: batches.unanswered,
};
type LeasedRow = RowOf<typeof LEASED>;

/**
 * Claims and freezes up to `limit` due mails as one leased batch, in one transaction; null where
 * nothing was due. Never retried after an error that leaves the outcome open: the sweep finds it.
 */
export async function claim(db: Database, at: Instant, c: Claim): Promise<Batch | null> {
  const steps = JSON.stringify(c.hashes.steps);
  const kinds = JSON.stringify(c.hashes.kinds);
  const { id: batchId, firstDelivery, limit, keyId, key, leaseId } = c;
  const { mailFrom, replyTo, baseUrl, postalAddress } = c.settings;
  const { now, machine } = at;
  const opening = { batchId, key, limit, keyId, leaseId, now, machine };
  const { frozen } = await db.commit({
    opened: open[c.lane]({ ...opening, mailFrom, replyTo, baseUrl, postalAddress }),
    taken:
      c.lane === 'lesson'
        ? [takeLessons({ batchId, firstDelivery, steps }), undate({ batchId })]
        : takeOwed({ batchId, now, steps, kinds }),
    frozen: freeze({ batchId }),
    counted: c.counts && countSent(c.lane, batchId, machine),
  });
  return frozen.row ? toBatch(frozen.row, leaseId) : null;
}

interface Opening
  extends Instant,
    Pick<Settings, 'mailFrom' | 'replyTo' | 'baseUrl' | 'postalAddress'> {
  batchId: number;
  key: string;
  keyId: string;
  leaseId: string;
  limit: number;
}

/** Opens a batch for up to `limit` mails with the ids, `due`, of whom or what it is for; none where nothing is. */
const openBatch = (lane: Lane, dueIds: (now: Value<Seconds>, limit: Value<number>) => SQL) =>
  prepared<Opening>(
    (c) => sql`INSERT INTO ${batches} (${b.id}, ${b.key}, ${b.lane}, ${b.state}, ${b.who},
        ${b.size}, ${b.mailFrom}, ${b.replyTo}, ${b.baseUrl}, ${b.postalAddress}, ${b.keyId},
        ${b.frozenAt}, ${b.leaseId}, ${b.leaseUntil}, ${b.attempts}, ${b.unanswered})
      SELECT ${c.batchId}, ${c.key}, ${lane}, 'open', json_group_array(due), count(*),
        ${c.mailFrom}, ${c.replyTo}, ${c.baseUrl}, ${c.postalAddress}, ${c.keyId}, ${c.machine},
        ${c.leaseId}, ${c.machine} + ${figure(LEASE)}, 1, 1
      FROM (${dueIds(c.now, c.limit)}) HAVING count(*) > 0`,
  );

const open = {
  lesson: openBatch(
    'lesson',
    (now, limit) => sql`SELECT ${found.id} AS due FROM (${oldestOf(dueNow(now), limit)})`,
  ),
  prompt: openBatch(
    'prompt',
    (now, limit) => sql`SELECT ${deliveries.id} AS due FROM ${deliveries} WHERE ${isOwed(now)}
      ORDER BY ${deliveries.dueAt} LIMIT ${limit}`,
  ),
};

/** Whom or what a batch was opened for: `key` counts them, `value` is the id. */
const whoOf = (batchId: Value<number>) =>
  sql`json_each((SELECT ${batches.who} FROM ${batches} WHERE ${batches.id} = ${batchId}))`;

/** The content's hash of a step of the course, in SQL. */
const ofStep = (steps: Value<string>, lesson: Value<number>) =>
  sql`json_extract(${steps}, '$[' || (${lesson} - 1) || ']')`;

// A lesson that stands in the ledger is left out; an id that stands there fails the whole claim.
const takeLessons = prepared<{ batchId: number; firstDelivery: number; steps: string }>(
  (c) => sql`INSERT INTO ${deliveries} (${d.id}, ${d.kind}, ${d.lane}, ${d.subscriberId},
      ${d.enrollmentId}, ${d.lesson}, ${d.content}, ${d.state}, ${d.dueAt}, ${d.batchId})
    SELECT ${c.firstDelivery} + w.key,
      CASE ${e.nextLesson} WHEN ${figure(CLOSING_NOTE)} THEN 'complete' ELSE 'lesson' END,
      'lesson', ${e.subscriberId}, ${e.id}, ${e.nextLesson}, ${ofStep(c.steps, e.nextLesson)},
      'sending', ${e.nextAt}, ${c.batchId}
    FROM ${whoOf(c.batchId)} w CROSS JOIN ${enrollments} ${e} ON ${e.id} = w.value
      CROSS JOIN ${subscribers} ${s} ON ${s.id} = ${e.subscriberId}
    WHERE NOT ${isSuppressed(s.emailHash)} ON CONFLICT (${d.enrollmentId}, ${d.lesson})
      WHERE ${d.lane} = 'lesson' AND ${d.state} NOT IN ('skipped', 'failed') DO NOTHING`,
);

/** What is on its way has no date. */
const undate = prepared<{ batchId: number }>(
  ({ batchId }) => sql`UPDATE ${enrollments} SET ${found.nextAt} = NULL FROM ${whoOf(batchId)} w
    WHERE ${enrollments.id} = w.value`,
);

/** Whom it may no longer reach is skipped. */
const takeOwed = prepared<{ batchId: number; now: Seconds; steps: string; kinds: string }>(
  (c) => sql`UPDATE ${deliveries} SET ${d.batchId} = ${c.batchId},
      ${d.content} = CASE WHEN ${deliveries.kind} IN (${textList(OF_A_LESSON)})
        THEN ${ofStep(c.steps, deliveries.lesson)}
        ELSE json_extract(${c.kinds}, '$."' || ${deliveries.kind} || '"') END,
      ${d.state} = ${whetherItGoes(c.now)}
    WHERE ${deliveries.id} IN (SELECT value FROM ${whoOf(c.batchId)})`,
);

/** Whether it is so for a row (columns of `deliveries`) and its subscriber (`s`). */
const IS_SO: Record<While, (now: Value<Seconds>) => SQL> = {
  'signup open': (now) => sql`EXISTS (SELECT 1 FROM ${signups} ${g}
    WHERE ${g.id} = ${deliveries.signupId} AND ${g.confirmedAt} IS NULL
      AND ${g.createdAt} > ${now} - ${figure(CONFIRM_LIFETIME)})`,
  'link good': (now) => sql`EXISTS (SELECT 1 FROM ${links} ${l}
    WHERE ${l.id} = ${deliveries.linkId} AND ${l.usedAt} IS NULL AND ${l.expiresAt} > ${now})`,
  'not unsubscribed': () => sql`${s.unsubscribedAt} IS NULL`,
  'course runs': () => sql`EXISTS (SELECT 1 FROM ${enrollments} ${e}
    WHERE ${e.id} = ${deliveries.enrollmentId} AND ${e.state} = 'active')`,
  'nudges on': () => sql`${s.nudgesOffAt} IS NULL`,
  'entry good': (now) => sql`EXISTS (SELECT 1 FROM ${entries} ${n}
    WHERE ${n.id} = ${deliveries.entryId} AND ${n.usedAt} IS NULL AND ${n.expiresAt} > ${now})`,
  'still owner': () => sql`EXISTS (SELECT 1 FROM ${members} ${m}
    WHERE ${m.providerId} = ${deliveries.about} AND ${m.staffId} = ${deliveries.staffId}
      AND ${m.role} = 'owner')`,
};

/** Whether somebody of the staff is still where a mail is about: at its provider, or in any room. */
const stillStaff = sql`(EXISTS (SELECT 1 FROM ${members} ${m} WHERE ${m.staffId} = ${deliveries.staffId}
    AND ${m.providerId} = coalesce(${deliveries.about}, ${m.providerId}))
  OR (${deliveries.about} IS NULL
    AND EXISTS (SELECT 1 FROM ${operators} ${o} WHERE ${o.staffId} = ${deliveries.staffId})))`;

/** What its own kind must have. A kind that only another version knows goes on, and halts for want of words. */
function goesWhile(toStaff: boolean, now: Value<Seconds>): SQL {
  const theirs = GO_WHILE.filter(({ kinds }) =>
    kinds.some((kind) => (ABOUT[kind]?.toStaff ?? false) === toStaff),
  );
  const byKind = theirs.map(({ kinds, all }) => {
    const so =
      all.length > 0
        ? sql.join(
            all.map((each) => IS_SO[each](now)),
            sql` AND `,
          )
        : sql`1`;
    return sql`WHEN ${deliveries.kind} IN (${textList(kinds)}) THEN ${so}`;
  });
  return sql`CASE ${sql.join(byKind, sql` `)} ELSE 1 END`;
}

/**
 * Whether a row (columns of `deliveries`) may still go, asked at every freeze: what holds for all kinds,
 * and what its own must have.
 */
function mayGo(now: Value<Seconds>): SQL {
  const wanted = sql`NOT ${isUnwanted(sql`${now} - ${figure(STRANGERS_LIFETIME)}`)}`;
  return sql`CASE WHEN ${deliveries.staffId} IS NOT NULL
    THEN NOT ${isSuppressed(deliveries.toHash)} AND ${wanted} AND ${stillStaff}
      AND ${goesWhile(true, now)}
    ELSE EXISTS (SELECT 1 FROM ${subscribers} ${s} WHERE ${s.id} = ${deliveries.subscriberId}
      AND ${s.eraseRequestedAt} IS NULL
      AND NOT ${isSuppressed(sql`coalesce(${deliveries.toHash}, ${s.emailHash})`)}
      AND ${wanted} AND ${goesWhile(false, now)}) END`;
}

/** The state of a row that is being frozen. */
export const whetherItGoes = (now: Value<Seconds>): SQL =>
  sql`CASE WHEN ${mayGo(now)} THEN 'sending' ELSE 'skipped' END`;

/** What a frozen row says, and where the freeze finds it. */
const FROZEN: Record<keyof FrozenRow, SQLWrapper> = {
  id: row.id,
  kind: row.kind,
  lesson: row.lesson,
  content: row.content,
  email: sql`CASE WHEN ${row.kind} IN (${textList(TO_LINKED)}) THEN ${l.email}
    ELSE coalesce(${s.email}, ${t.email}) END`,
  toHash: sql`coalesce(${row.toHash}, ${s.emailHash})`,
  firstName: sql`coalesce(${s.firstName}, '')`,
  subscriberId: row.subscriberId,
  linkVersion: sql`coalesce(${s.linkVersion}, 0)`,
  enrollmentId: row.enrollmentId,
  rev: e.rev,
  weekday: e.weekday,
  time: e.time,
  zone: e.zone,
  signupId: row.signupId,
  signedUpAt: g.createdAt,
  provider: p.name,
  providerId: e.providerId,
  linkId: l.id,
  linkExpiresAt: l.expiresAt,
  staff: sql`CASE WHEN ${t.id} IS NOT NULL THEN json_object('entryId', ${n.id}, 'room', ${n.room},
    'provider', ${a.name}, 'slug', coalesce(${a.slug}, ${a.publicKey})) END`,
};
const asFrozen = sql.join(
  Object.entries(FROZEN).map(([name, value]) => sql`${textList([name])}, ${value}`),
  sql`, `,
);

/**
 * Writes down who gets what, as it is at this moment. What a provider is called is read once for a batch,
 * not once for each mail: the patch leaves each id once, without a table of SQLite's own that counts rows.
 */
export const freeze = prepared<{ batchId: number }, LeasedRow>(
  ({ batchId }) => sql`UPDATE ${batches} SET (${b.frozen}, ${b.offered}) = (
      SELECT made.rows, (SELECT json_group_object(w.key, ${p.name})
        FROM json_each(json_patch('{}', made.through)) w
          CROSS JOIN ${providers} ${p} ON ${p.id} = CAST(w.key AS INTEGER))
      FROM (SELECT json_group_array(json_object(${asFrozen})) AS rows,
          json_group_object(${e.providerId}, 1) FILTER (WHERE ${e.providerId} IS NOT NULL) AS through
        FROM ${deliveries} ${row} LEFT JOIN ${subscribers} ${s} ON ${s.id} = ${row.subscriberId}
          LEFT JOIN ${enrollments} ${e} ON ${e.id} = ${row.enrollmentId}
          LEFT JOIN ${signups} ${g} ON ${g.id} = ${row.signupId}
          LEFT JOIN ${providers} ${p} ON ${p.id} = ${g.providerId}
          LEFT JOIN ${links} ${l} ON ${l.id} = ${row.linkId}
          LEFT JOIN ${staff} ${t} ON ${t.id} = ${row.staffId}
          LEFT JOIN ${entries} ${n} ON ${n.id} = ${row.entryId}
          LEFT JOIN ${providers} ${a} ON ${a.id} = ${row.about}
        WHERE ${row.batchId} = ${batchId} AND ${row.state} = 'sending'
          AND (${s.id} IS NOT NULL OR ${t.id} IS NOT NULL)) made)
    WHERE ${batches.id} = ${batchId} RETURNING ${listOf(LEASED)}`,
);

const leaseNext = (lane: Lane) =>
  prepared<{ machine: Millis; leaseId: string }, LeasedRow>(
    ({ machine, leaseId }) => sql`UPDATE ${batches} SET ${b.leaseId} = ${leaseId},
        ${b.leaseUntil} = ${machine} + ${figure(LEASE)}, ${b.attempts} = ${batches.attempts} + 1,
        ${b.unanswered} = ${batches.unanswered} + 1
      WHERE ${batches.id} = (SELECT ${batches.id} FROM ${batches} WHERE ${waits(lane, machine)}
        ORDER BY ${batches.leaseUntil} LIMIT 1) RETURNING ${listOf(LEASED)}`,
  );
const leaseNextOf = { prompt: leaseNext('prompt'), lesson: leaseNext('lesson') };

/** Leases the open batch that has waited longest for its next attempt. */
export async function lease(
  db: Database,
  lane: Lane,
  { machine }: Instant,
  leaseId: string,
): Promise<Batch | null> {
  const [next] = await db.all(leaseNextOf[lane]({ machine, leaseId }));
  return next ? toBatch(next, leaseId) : null;
}

function toBatch({ who, frozen, offered, ...batch }: LeasedRow, leaseId: string): Batch {
  const rows = thaw(frozen);
  const claimed = batch.lane === 'lesson' ? parse(who) : null;
  return {
    ...batch,
    leaseId,
    who: Array.isArray(claimed) ? claimed : [],
    rows: rows ?? [],
    offered: new Map(Object.entries(parse(offered) ?? {})),
    legible: rows !== null,
  };
}

const keepDigest = prepared<{ batchId: number; leaseId: string; sha256: string }>(
  (c) => sql`UPDATE ${batches} SET ${b.sha256} = ${c.sha256}, ${b.who} = NULL
    WHERE ${batches.id} = ${c.batchId} AND ${batches.state} = 'open'
      AND ${batches.leaseId} = ${c.leaseId}`,
);

/** Keeps the body's fingerprint before it is first posted. False where the lease was lost. */
export async function keepFingerprint(
  db: Database,
  { id: batchId, leaseId }: Batch,
  sha256: string,
): Promise<boolean> {
  const { kept } = await db.commit({ kept: keepDigest({ batchId, leaseId, sha256 }) });
  return kept.changed > 0;
}

/** A column's JSON; null where it is none, so that one such row stops no other. */
export function parse(column: string | null): unknown {
  try {
    return JSON.parse(column ?? 'null');
  } catch {
    return null;
  }
}

/** The rows of a batch as they were frozen; null where what stands there cannot be read. */
export function thaw(frozen: string | null): FrozenRow[] | null {
  const rows = parse(frozen);
  return Array.isArray(rows) && rows.every(isFrozenRow) ? rows : null;
}

function isFrozenRow(row: Partial<FrozenRow> | null): row is FrozenRow {
  const texts = [row?.kind, row?.email, row?.firstName];
  const numbers = [row?.id, row?.subscriberId, row?.linkVersion];
  return (
    texts.every((text) => typeof text === 'string') &&
    numbers.every((number) => typeof number === 'number')
  );
}
