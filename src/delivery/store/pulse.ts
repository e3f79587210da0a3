/** What a tick has to do, its sign of life, and how mail flows. */
import { eq, type SQL, sql } from 'drizzle-orm';
import { type Instant, type Seconds, secondsOf } from '../../clock.ts';
import { MAX_LATENESS } from '../../course/schedule.ts';
import { type Database, placesFor, prepared } from '../../db/client.ts';
import { bare, figure } from '../../db/names.ts';
import {
  batches,
  deliveries,
  enrollments,
  events,
  halts,
  providers,
  pulse,
} from '../../db/schema.ts';
import { listOf, notNull, type RowOf, select } from '../../db/select.ts';
import { throughProvider } from '../../db/statements.ts';
import type { Lane } from '../../mailer/mailer.ts';
import { SPIKE } from '../../provider/provider.ts';
import { CHORES_EVERY, FAILURES_WITHIN } from '../delivery.ts';
import { isUndated } from './dates.ts';
import { anyOwed, due, isAhead, isOverdue, NEXT_DUE, oldestOf, waits } from './due.ts';
import { allHalts, type Halt } from './halts.ts';

const set = bare(pulse);
const found = bare(enrollments);

/** One row. */
const ONE = eq(pulse.id, 1);

/** A look's instants: both clocks, and the machine's in seconds. */
interface Looked extends Instant {
  seconds: Seconds;
}

/** Where the statement of a look has its instants. */
export const AT = placesFor<Looked>();

/** Something that may have to be done, as a look asks for it. */
export interface Asked {
  name: string;
  /** Whether it has to be done, by the instants of {@link AT}: one row of an index. */
  due?: SQL;
  /** Kept for days to years: looked at once an hour, and at each tick until nothing is left. */
  hourly?: true;
}

type AskedFor = Asked & { due: SQL };

/** What a look has found. */
export interface Found {
  /** What the database has something for, by name. */
  due: ReadonlySet<string>;
  /** Lanes that can work on something now. */
  lanes: ReadonlySet<Lane>;
  /** Enrollments too late to be sent. */
  late: boolean;
  /** Batches without a usable answer for too long. */
  stale: boolean;
  /** The hour has passed in which nothing rare is looked for, and nothing of it is left over. */
  hourly: boolean;
  /** Something is halted or uncertain, mails have failed, or a provider is flooded. */
  troubled: boolean;
  /** By which rules of the zones due times were computed, and how far a new computation has come. */
  zones: { rules: string | null; from: number | null };
  /** The oldest lesson that is due and not halted, course time. */
  oldestDue: Seconds | null;
  /** What ALERT_URL was told, as it is kept. */
  alerts: string | null;
  /** Whether anything is halted. */
  halted: boolean;
  /** The cap, as it is kept. */
  cap: string | null;
}

/** A look's row; what was asked for stands beside it, by name. */
interface Seen {
  [name: string]: number | string | null | undefined;
  halts: string | null;
  prompt: number;
  lesson: number;
  stale: number;
  chores: number;
  oldest: Seconds | null;
  uncertain: number;
}

const LEFT = {
  alerts: pulse.alerts,
  spikeAt: pulse.spikeAt,
  failedAt: pulse.failedAt,
  zoneRules: pulse.zoneRules,
  redateFrom: pulse.redateFrom,
  cap: pulse.cap,
};
/** What others have left there since. */
type Left = RowOf<typeof LEFT>;

/**
 * Looks for what a tick has to do, and keeps its sign of life. Reads one row of an index for each thing
 * that is asked for, and the batches that are open.
 */
export function lookFor(asked: readonly Asked[]): (db: Database, at: Instant) => Promise<Found> {
  const named = asked.filter((each): each is AskedFor => each.due !== undefined);
  const rare = named.filter(({ hourly }) => hourly);
  const look = prepared<Looked, Seen>(() => lookAt(named));
  const sign = prepared<Looked, Left>(() => giveSign(rare.map(({ due }) => due)));
  return async (db, at) => {
    const instants = { ...at, seconds: secondsOf(at.machine) };
    const { seen, left } = await db.commit({ seen: look(instants), left: sign(instants) });
    const { row } = seen;
    if (!row) throw new Error('the database gave no answer');
    return {
      due: new Set(named.flatMap(({ name }) => (row[name] === 1 ? [name] : []))),
      hourly: row.chores === 1 && rare.every(({ name }) => row[name] === 0),
      ...whatIs(row, left.row, instants),
    };
  };
}

function lookAt(named: AskedFor[]): SQL {
  // Read once for all lessons.
  const isHalted = (lesson: number) =>
    sql`instr(',' || seen.halts || ',', ${sql.raw(`',lesson:${lesson},'`)}) > 0`;
  const answers = named.map(({ name, due, hourly }) => {
    const answer = hourly ? sql`CASE WHEN seen.chores THEN ${due} ELSE 0 END` : due;
    return sql`${answer} AS ${sql.identifier(name)}`;
  });
  return sql`SELECT seen.halts, seen.prompt OR ${anyOwed(AT.now)} AS prompt, seen.lesson, seen.stale,
      (SELECT ${found.nextAt} FROM (${oldestOf(due(0, AT.now, isHalted), figure(1))})) AS oldest,
      ${sql.join(answers, sql`, `)}, seen.chores,
      EXISTS (SELECT 1 FROM ${deliveries} WHERE ${deliveries.state} = 'uncertain') AS uncertain
    FROM (SELECT (SELECT group_concat(${halts.scope}) FROM ${halts}) AS halts,
        (SELECT ${pulse.choresAt} FROM ${pulse}) <= ${AT.now} AS chores,
        coalesce(max(${waits('prompt', AT.machine)}), 0) AS prompt,
        coalesce(max(${waits('lesson', AT.machine)}), 0) AS lesson,
        coalesce(max(${isOverdue(AT.machine)} OR ${isAhead(AT.machine)}), 0) AS stale
      FROM ${batches} WHERE ${batches.state} = 'open') seen`;
}

function giveSign(rare: SQL[]): SQL {
  const notYet = sql.join([sql`${pulse.choresAt} > ${AT.now}`, ...rare], sql` OR `);
  return sql`UPDATE ${pulse} SET ${set.lastTick} = ${AT.seconds}, ${set.complaint} = NULL,
      ${set.choresAt} = CASE WHEN ${notYet} THEN ${pulse.choresAt}
        ELSE ${AT.now} + ${figure(CHORES_EVERY)} END
    WHERE ${ONE}
    RETURNING ${listOf(LEFT)}`;
}

function whatIs(seen: Seen, left: Left | undefined, at: Looked): Omit<Found, 'due' | 'hourly'> {
  const { halts, oldest } = seen;
  const sending = !halts?.split(',').includes('all');
  const lanes: Lane[] = [
    ...(sending && seen.prompt === 1 ? (['prompt'] as const) : []),
    ...(sending && (seen.lesson === 1 || oldest !== null) ? (['lesson'] as const) : []),
  ];
  const failing = (left?.failedAt ?? 0) > at.seconds - FAILURES_WITHIN;
  const spiking = (left?.spikeAt ?? 0) > at.now - SPIKE.seconds;
  return {
    lanes: new Set(lanes),
    late: oldest !== null && oldest <= at.now - MAX_LATENESS,
    stale: seen.stale === 1,
    troubled: halts !== null || seen.uncertain === 1 || failing || spiking,
    oldestDue: oldest,
    zones: { rules: left?.zoneRules ?? null, from: left?.redateFrom ?? null },
    alerts: left?.alerts ?? null,
    halted: halts !== null,
    cap: left?.cap ?? null,
  };
}

/** What ALERT_URL was told so far, JSON, or null. */
export async function readAlerts(db: Database): Promise<string | null> {
  const [row] = await db.orm.select({ alerts: pulse.alerts }).from(pulse).where(ONE);
  return row?.alerts ?? null;
}

/** Keeps what ALERT_URL is being told. False where another tick tells it at the same moment. */
export async function keepAlerts(
  db: Database,
  before: string | null,
  after: string | null,
): Promise<boolean> {
  const { kept } = await db.commit({
    kept: db.orm
      .update(pulse)
      .set({ alerts: after })
      .where(sql`${ONE} AND ${pulse.alerts} IS ${before}`),
  });
  return kept.changed > 0;
}

/** The last tick's machine time, epoch seconds; null before the first. */
export async function readLastTick(db: Database): Promise<Seconds | null> {
  const [row] = await db.orm.select({ at: pulse.lastTick }).from(pulse);
  return row?.at ?? null;
}

/** Records that a tick or a consumer refused to work, or could not do everything, and why. */
export async function complain(db: Database, complaint: string): Promise<void> {
  await db.orm.update(pulse).set({ complaint }).where(ONE);
}

/**
 * Keeps by which rules of the zones due times are computed.
 *
 * @param from the enrollment after which to go on computing anew; null where nothing is left to do
 */
export async function keepZoneRules(
  db: Database,
  rules: string,
  from: number | null,
): Promise<void> {
  await db.orm.update(pulse).set({ zoneRules: rules, redateFrom: from }).where(ONE);
}

/** A local run's clock: how far course time is ahead of machine time, in seconds. Never back. */
export async function keepClockOffset(db: Database, offset: Seconds): Promise<void> {
  await db.orm
    .update(pulse)
    .set({ clockOffset: offset })
    .where(sql`${ONE} AND ${pulse.clockOffset} < ${offset}`);
}

/** How many mails were accepted since an instant. Reads the whole ledger: for local runs. */
export async function countAccepted(db: Database, since: Seconds): Promise<number> {
  return db.orm.$count(deliveries, sql`${deliveries.acceptedAt} >= ${since}`);
}

/** Reads one row of an index for each lesson, the open batches, and what is uncertain or undated. */
const FLOW = {
  lastTick: sql<Seconds | null>`(SELECT ${pulse.lastTick} FROM ${pulse})`,
  awaitedFrom: sql<Seconds | null>`(SELECT ${pulse.awaitedFrom} FROM ${pulse})`,
  complaint: sql<string | null>`(SELECT ${pulse.complaint} FROM ${pulse})`,
  cap: sql<string | null>`(SELECT ${pulse.cap} FROM ${pulse})`,
  /** Course time, epoch seconds. */
  oldestDue: NEXT_DUE,
  open: sql<number>`(SELECT count(*) FROM ${batches} WHERE ${batches.state} = 'open')`,
  uncertain: sql<number>`(SELECT count(*) FROM ${deliveries}
    WHERE ${deliveries.state} = 'uncertain')`,
  undated: sql<number>`(SELECT count(*) FROM ${enrollments}
    WHERE ${enrollments.undatedAt} IS NOT NULL AND ${isUndated})`,
};

/** Mails that the mailer took and did not send within a day, by its word for why. */
const FAILURES = {
  reason: notNull(events.reason),
  mails: sql<number>`count(DISTINCT ${events.deliveryId})`,
};

export interface HealthRow extends RowOf<typeof FLOW> {
  halts: Halt[];
  failures: RowOf<typeof FAILURES>[];
  /** Slugs of providers through which more signups come than any of their forms may take. */
  spiking: string[];
}

export async function readHealth(db: Database, at: Instant): Promise<HealthRow> {
  const { flow, stopped, failures, spiking } = await db.commit({
    flow: select(FLOW, sql``),
    stopped: allHalts,
    failures: select(
      FAILURES,
      sql`FROM ${events} WHERE ${events.kind} = 'failed'
          AND ${events.at} > ${secondsOf(at.machine) - FAILURES_WITHIN}
        GROUP BY ${events.reason} ORDER BY ${events.reason}`,
    ),
    spiking: spikingProviders(at.now),
  });
  if (!flow.row) throw new Error('the database gave no answer');
  return {
    ...flow.row,
    halts: stopped.rows,
    failures: failures.rows,
    spiking: spiking.rows.map(({ slug }) => slug),
  };
}

function spikingProviders(now: Seconds) {
  const recent = throughProvider(providers.id, now - SPIKE.seconds, SPIKE.signups);
  const slug = sql<string>`coalesce(${providers.slug}, ${providers.publicKey})`;
  return select({ slug }, sql`FROM ${providers} WHERE ${recent} >= ${SPIKE.signups}`);
}
