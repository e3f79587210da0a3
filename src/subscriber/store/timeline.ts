import { eq, inArray, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import {
  acts,
  deliveries,
  devices,
  enrollments,
  erasures,
  events,
  links,
  providers,
  shares,
  signups,
  strangers,
  subscribers,
  suppressions,
} from '../../db/schema.ts';
import { orNull, type RowOf, select } from '../../db/select.ts';

const SUPPRESSION = { reason: suppressions.reason, at: suppressions.at };

/** What is left of an erased person. */
const ERASURE = {
  consentedAt: erasures.consentedAt,
  withdrawnAt: erasures.withdrawnAt,
  erasedAt: erasures.erasedAt,
};

/** What is known of an address, by the address or by its hash. */
export interface Known {
  subscriberId: number | null;
  suppression: RowOf<typeof SUPPRESSION> | null;
  erasure: RowOf<typeof ERASURE> | null;
}

export async function readAddress(db: Database, email: string, hash: string): Promise<Known> {
  const { subscriber, suppression, erasure } = await db.commit({
    subscriber: select(
      { id: subscribers.id },
      sql`FROM ${subscribers} WHERE ${eq(subscribers.email, email)}`,
    ),
    suppression: select(
      SUPPRESSION,
      sql`FROM ${suppressions} WHERE ${eq(suppressions.hash, hash)}`,
    ),
    erasure: select(ERASURE, sql`FROM ${erasures} WHERE ${eq(erasures.hash, hash)}`),
  });
  return {
    subscriberId: subscriber.row?.id ?? null,
    suppression: suppression.row ?? null,
    erasure: erasure.row ?? null,
  };
}

const SUBSCRIBER = {
  email: subscribers.email,
  firstName: subscribers.firstName,
  createdAt: subscribers.createdAt,
  confirmedAt: subscribers.confirmedAt,
  unsubscribedAt: subscribers.unsubscribedAt,
  goodbye: subscribers.goodbye,
  eraseRequestedAt: subscribers.eraseRequestedAt,
  nudgesOffAt: subscribers.nudgesOffAt,
  lockedUntil: subscribers.lockedUntil,
};

/** Mail that others caused to the address and that is only counted, and its owner's "not me". */
const STRANGER = { what: strangers.what, at: strangers.at };

const SIGNUP = {
  createdAt: signups.createdAt,
  confirmedAt: signups.confirmedAt,
  firstName: signups.firstName,
  page: signups.page,
  ...orNull({ provider: providers.name }),
  timeZone: signups.timeZone,
  wordsVersion: signups.wordsVersion,
};

const ENROLLMENT = {
  state: enrollments.state,
  ...orNull({ provider: providers.name }),
  pauseReason: enrollments.pauseReason,
  weekday: enrollments.weekday,
  time: enrollments.time,
  zone: enrollments.zone,
  nextLesson: enrollments.nextLesson,
  nextAt: enrollments.nextAt,
  lastAt: enrollments.lastAt,
  createdAt: enrollments.createdAt,
  closedAt: enrollments.closedAt,
  resumeAt: enrollments.resumeAt,
  askedAt: enrollments.askedAt,
  readWeeks: enrollments.readWeeks,
  nudgedAt: enrollments.nudgedAt,
};

/** What a provider is told, or was. */
const SHARE = {
  provider: providers.name,
  ref: shares.ref,
  wordsVersion: shares.words,
  begunAt: shares.since,
  finishedAt: shares.finishedAt,
  endedAt: shares.endedAt,
  ended: shares.ended,
};

const DELIVERY = {
  id: deliveries.id,
  kind: deliveries.kind,
  lesson: deliveries.lesson,
  state: deliveries.state,
  dueAt: deliveries.dueAt,
  acceptedAt: deliveries.acceptedAt,
  batch: deliveries.batchId,
};

/** Mailed links that work once. An address is the one that they put in place. */
const LINK = {
  purpose: links.purpose,
  email: links.email,
  createdAt: links.createdAt,
  expiresAt: links.expiresAt,
  usedAt: links.usedAt,
};

const DEVICE = { createdAt: devices.createdAt, expiresAt: devices.expiresAt };

const EVENT = { kind: events.kind, delivery: events.deliveryId, at: events.at };

const ACT = {
  at: acts.at,
  actor: acts.actor,
  verb: acts.verb,
  subject: acts.subject,
  reason: acts.reason,
};

/** Everything that is known of a subscriber, oldest first. */
const selectAll = (subscriberId: number) => {
  const isTheirs = eq(subscribers.id, subscriberId);
  const hash = sql`(SELECT ${subscribers.emailHash} FROM ${subscribers} WHERE ${isTheirs})`;
  return {
    subscriber: select(SUBSCRIBER, sql`FROM ${subscribers} WHERE ${isTheirs}`),
    suppression: select(
      SUPPRESSION,
      sql`FROM ${suppressions} WHERE ${eq(suppressions.hash, hash)}`,
    ),
    strangers: select(
      STRANGER,
      sql`FROM ${strangers} WHERE ${eq(strangers.hash, hash)} ORDER BY ${strangers.at}`,
    ),
    signups: select(
      SIGNUP,
      sql`FROM ${signups} LEFT JOIN ${providers} ON ${providers.id} = ${signups.providerId}
        WHERE ${eq(signups.subscriberId, subscriberId)} ORDER BY ${signups.createdAt}`,
    ),
    enrollments: select(
      ENROLLMENT,
      sql`FROM ${enrollments} LEFT JOIN ${providers} ON ${providers.id} = ${enrollments.providerId}
        WHERE ${eq(enrollments.subscriberId, subscriberId)} ORDER BY ${enrollments.id}`,
    ),
    shares: select(
      SHARE,
      sql`FROM ${shares} JOIN ${providers} ON ${providers.id} = ${shares.providerId}
        WHERE ${eq(shares.subscriberId, subscriberId)} ORDER BY ${shares.since}`,
    ),
    deliveries: selectDeliveries(subscriberId),
    links: select(
      LINK,
      sql`FROM ${links} WHERE ${eq(links.subscriberId, subscriberId)} ORDER BY ${links.createdAt}`,
    ),
    devices: select(
      DEVICE,
      sql`FROM ${devices} WHERE ${eq(devices.subscriberId, subscriberId)}
        ORDER BY ${devices.createdAt}`,
    ),
    events: select(
      EVENT,
      sql`FROM ${events} WHERE ${eq(events.subscriberId, subscriberId)} ORDER BY ${events.at}`,
    ),
    acts: select(
      ACT,
      sql`FROM ${acts} WHERE ${eq(acts.subscriberId, subscriberId)} ORDER BY ${acts.id}`,
    ),
  };
};

/** By one index each. */
function selectDeliveries(subscriberId: number) {
  const { lane, state, enrollmentId } = deliveries;
  const theirs = sql`(SELECT ${enrollments.id} FROM ${enrollments}
    WHERE ${eq(enrollments.subscriberId, subscriberId)})`;
  const steps = sql`FROM ${deliveries} WHERE ${inArray(enrollmentId, theirs)} AND ${lane} = 'lesson'`;
  const prompt = sql`FROM ${deliveries}
    WHERE ${lane} = 'prompt' AND ${eq(deliveries.subscriberId, subscriberId)}`;
  return sql<RowOf<typeof DELIVERY>>`${select(DELIVERY, prompt)}
    UNION ALL ${select(DELIVERY, sql`${steps} AND ${state} NOT IN ('skipped', 'failed')`)}
    UNION ALL ${select(DELIVERY, sql`${steps} AND ${state} IN ('skipped', 'failed')`)}
    ORDER BY "dueAt", "lesson", "id"`;
}

type Selected = ReturnType<typeof selectAll>;
type RowIn<Name extends keyof Selected> = Selected[Name]['_']['type'];

/** Everything that is known of a subscriber, oldest first, as the tables have it. */
export type TimelineRows = {
  [Name in keyof Selected]: Name extends 'subscriber'
    ? RowIn<Name>
    : Name extends 'suppression'
      ? RowIn<Name> | null
      : RowIn<Name>[];
};

export async function readTimelineRows(
  db: Database,
  subscriberId: number,
): Promise<TimelineRows | null> {
  const found = await db.commit(selectAll(subscriberId));
  if (!found.subscriber.row) return null;
  return {
    subscriber: found.subscriber.row,
    suppression: found.suppression.row ?? null,
    strangers: found.strangers.rows,
    signups: found.signups.rows,
    enrollments: found.enrollments.rows,
    shares: found.shares.rows,
    deliveries: found.deliveries.rows,
    links: found.links.rows,
    devices: found.devices.rows,
    events: found.events.rows,
    acts: found.acts.rows,
  };
}
