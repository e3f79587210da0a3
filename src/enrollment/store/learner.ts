import { type Column, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Database } from '../../db/client.ts';
import { bare } from '../../db/names.ts';
import {
  deliveries,
  devices,
  enrollments,
  logEntries,
  providers,
  signups,
  subscribers,
} from '../../db/schema.ts';
import { isTrue, notNull, orNull, type RowOf, select } from '../../db/select.ts';
import { isSuppressed } from '../../db/statements.ts';
import { type Adopter, adoptersOf, type SeenRow, seenOf } from '../../share/seen.ts';
import { stepInFlight } from '../transitions.ts';

/** What is known of the provider through whom they take it. */
const ofProvider = (column: Column): SQL<string | null> => sql`(SELECT ${column} FROM ${providers}
  JOIN ${signups} ON ${signups.providerId} = ${providers.id} WHERE ${signups.id} = ${enrollments.signupId})`;

/** A learner's enrollment as their page shows it. @param deviceId the device to ask about */
const learnerFields = (deviceId: number | null) => ({
  subscriberId: subscribers.id,
  firstName: subscribers.firstName,
  linkVersion: subscribers.linkVersion,
  unsubscribedAt: subscribers.unsubscribedAt,
  nudgesOffAt: subscribers.nudgesOffAt,
  /** Keyed hash of the address. */
  emailHash: subscribers.emailHash,
  /** Hex; null while nothing is written in the log. */
  logSalt: subscribers.logSalt,
  lockedUntil: subscribers.lockedUntil,
  suppressed: isTrue(isSuppressed(sql`${subscribers.emailHash}`)),
  /** Until when the device that was asked about is theirs; null where it is not. */
  deviceUntil: sql<number | null>`(SELECT ${devices.expiresAt} FROM ${devices}
    WHERE ${devices.id} = ${deviceId} AND ${devices.subscriberId} = ${subscribers.id})`,
  /** The next lesson is on its way, and may arrive whatever is changed now. */
  inFlight: isTrue(stepInFlight),
  // Null where the subscriber never enrolled.
  ...orNull({
    enrollmentId: enrollments.id,
    /** The signup that the enrollment came from: its name where it leaves the house. */
    signupId: enrollments.signupId,
    state: enrollments.state,
    pauseReason: enrollments.pauseReason,
    weekday: enrollments.weekday,
    time: enrollments.time,
    zone: enrollments.zone,
    nextLesson: enrollments.nextLesson,
    nextAt: enrollments.nextAt,
    lastAt: enrollments.lastAt,
    rev: enrollments.rev,
    resumeAt: enrollments.resumeAt,
    askedAt: enrollments.askedAt,
    /** Bit 0 is lesson 1. */
    readWeeks: enrollments.readWeeks,
    nudgedAt: enrollments.nudgedAt,
  }),
  /** Through whom they take it; null where on their own. */
  provider: ofProvider(providers.name),
  providerLogo: ofProvider(providers.logo),
});

export type { Adopter, SeenRow };
export type LearnerRow = RowOf<ReturnType<typeof learnerFields>>;

const SENT_STEP = {
  lesson: notNull(deliveries.lesson),
  state: deliveries.state,
  /** Course time; null while on its way. */
  acceptedAt: deliveries.acceptedAt,
};

/** A step that was sent or is on its way. */
export type SentStep = RowOf<typeof SENT_STEP>;

const enrollmentsOf = (subscriberId: number) => sql`SELECT ${enrollments.id} FROM ${enrollments}
  WHERE ${enrollments.subscriberId} = ${subscriberId}`;
const newestOf = (subscriberId: number) =>
  sql`(SELECT max(${bare(enrollments).id}) FROM (${enrollmentsOf(subscriberId)}))`;

const selectLearner = <F extends Parameters<typeof select>[0]>(subscriberId: number, fields: F) =>
  select(
    fields,
    sql`FROM ${subscribers} LEFT JOIN ${enrollments} ON ${enrollments.id} = ${newestOf(subscriberId)}
      WHERE ${subscribers.id} = ${subscriberId} AND ${subscribers.eraseRequestedAt} IS NULL`,
  );

/**
 * A subscriber with the newest enrollment. Null where nobody is known.
 *
 * @param deviceId the device to ask about
 */
export async function readPerson(
  db: Database,
  subscriberId: number,
  deviceId: number | null = null,
): Promise<LearnerRow | null> {
  const [row] = await db.all(selectLearner(subscriberId, learnerFields(deviceId)));
  return row ?? null;
}

const isStep = sql`${deliveries.lane} = 'lesson' AND ${deliveries.state} NOT IN ('skipped', 'failed')`;

/** A lesson of the course's own that turned out not to have been sent came once more, by hand. */
const isResent = (subscriberId: number) => sql`${deliveries.lane} = 'prompt'
  AND ${deliveries.subscriberId} = ${subscriberId} AND ${deliveries.kind} = 'resend'
  AND ${deliveries.state} NOT IN ('skipped', 'failed')`;

/** Steps of the newest enrollment, in their order. */
function selectSteps(subscriberId: number) {
  const ofNewest = sql`${deliveries.enrollmentId} = ${newestOf(subscriberId)}`;
  const d = alias(deliveries, 'd');
  const own = sql`SELECT 1 FROM ${deliveries} ${d} WHERE ${d.enrollmentId} = ${deliveries.enrollmentId}
    AND ${d.lesson} = ${deliveries.lesson} AND ${d.lane} = 'lesson'
    AND ${d.state} NOT IN ('skipped', 'failed')`;
  const state = sql<SentStep['state']>`CASE ${deliveries.state} WHEN 'owed' THEN 'sending'
    ELSE ${deliveries.state} END`;
  return sql<SentStep>`${select(SENT_STEP, sql`FROM ${deliveries} WHERE ${ofNewest} AND ${isStep}`)}
    UNION ALL ${select(
      { ...SENT_STEP, state },
      sql`FROM ${deliveries} WHERE ${ofNewest} AND ${isResent(subscriberId)} AND NOT EXISTS (${own})`,
    )} ORDER BY 1`;
}

/** Lessons that were sent in any enrollment of theirs. */
function selectEverSent(subscriberId: number) {
  const { lesson, state } = deliveries;
  return sql<{ lesson: number }>`SELECT DISTINCT ${lesson} FROM ${deliveries}
      WHERE ${deliveries.enrollmentId} IN (${enrollmentsOf(subscriberId)}) AND ${isStep}
        AND ${state} <> 'sending'
    UNION SELECT ${lesson} FROM ${deliveries}
      WHERE ${isResent(subscriberId)} AND ${state} NOT IN ('owed', 'sending')`;
}

const selectLogged = (subscriberId: number) =>
  select(
    { lesson: logEntries.lesson, savedAt: logEntries.savedAt },
    sql`FROM ${logEntries} WHERE ${logEntries.subscriberId} = ${subscriberId}
      AND (${logEntries.text} <> '' OR ${logEntries.sealed} IS NOT NULL) ORDER BY ${logEntries.lesson}`,
  );

/**
 * A subscriber with the newest enrollment, what was sent in it, the weeks whose lessons were sent in
 * any of theirs, those with something in the log, and what providers see. Null where nobody is known.
 *
 * @param deviceId the device to ask about
 */
export async function readLearner(
  db: Database,
  subscriberId: number,
  deviceId: number | null = null,
): Promise<{
  learner: LearnerRow;
  steps: SentStep[];
  everSent: number[];
  logged: { lesson: number; savedAt: number }[];
  shares: SeenRow[];
  adopters: Adopter[];
} | null> {
  const { learner, steps, everSent, logged } = await db.commit({
    learner: selectLearner(subscriberId, {
      ...learnerFields(deviceId),
      shares: seenOf(subscribers.id),
      adopters: sql<string | null>`CASE WHEN ${enrollments.id} IS NOT NULL
        AND ${enrollments.providerId} IS NULL THEN ${adoptersOf(subscribers.id)} END`,
    }),
    steps: selectSteps(subscriberId),
    everSent: selectEverSent(subscriberId),
    logged: selectLogged(subscriberId),
  });
  if (!learner.row) return null;
  return {
    learner: learner.row,
    steps: steps.rows,
    everSent: everSent.rows.map(({ lesson }) => lesson),
    logged: logged.rows,
    shares: JSON.parse(learner.row.shares) as SeenRow[],
    adopters: JSON.parse(learner.row.adopters ?? '[]') as Adopter[],
  };
}
