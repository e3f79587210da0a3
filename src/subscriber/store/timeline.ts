import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';

/** What is known of an address, by the address or by its hash. */
export interface Known {
  subscriberId: number | null;
  suppression: { reason: string; at: number } | null;
  erasure: { consentedAt: number | null; withdrawnAt: number | null; erasedAt: number } | null;
}

export async function readAddress(db: Database, email: string, hash: string): Promise<Known> {
  const [subscriber, suppression, erasure] = await db.batch([
    sql`SELECT id FROM subscribers WHERE email = ${email}`,
    sql`SELECT reason, at FROM suppressions WHERE hash = ${hash}`,
    sql`SELECT consented_at AS consentedAt, withdrawn_at AS withdrawnAt, erased_at AS erasedAt
        FROM erasures WHERE hash = ${hash}`,
  ]);
  return {
    subscriberId: (subscriber?.results[0]?.id ?? null) as Known['subscriberId'],
    suppression: (suppression?.results[0] ?? null) as Known['suppression'],
    erasure: (erasure?.results[0] ?? null) as Known['erasure'],
  };
}

/** Everything that is known of a subscriber, oldest first, as the tables have it. */
export interface TimelineRows {
  subscriber: {
    email: string;
    firstName: string;
    createdAt: number;
    confirmedAt: number | null;
    unsubscribedAt: number | null;
    goodbye: string | null;
    eraseRequestedAt: number | null;
    nudgesOffAt: number | null;
    lockedUntil: number | null;
  };
  suppression: { reason: string; at: number } | null;
  /** Mail that others caused to the address and that is only counted, and its owner's "not me". */
  strangers: { what: 'mail' | 'refusal'; at: number }[];
  signups: {
    createdAt: number;
    confirmedAt: number | null;
    firstName: string;
    page: string;
    provider: string | null;
    timeZone: string | null;
    wordsVersion: string;
  }[];
  enrollments: {
    state: string;
    pauseReason: string | null;
    weekday: number;
    time: string;
    zone: string;
    nextLesson: number;
    nextAt: number | null;
    lastAt: number | null;
    createdAt: number;
    closedAt: number | null;
    resumeAt: number | null;
    askedAt: number | null;
    readWeeks: number;
    nudgedAt: number | null;
  }[];
  deliveries: {
    id: number;
    kind: string;
    lesson: number | null;
    state: string;
    dueAt: number;
    acceptedAt: number | null;
    batch: number | null;
  }[];
  /** Mailed links that work once. An address is the one that they put in place. */
  links: {
    purpose: string;
    email: string | null;
    createdAt: number;
    expiresAt: number;
    usedAt: number | null;
  }[];
  devices: { createdAt: number; expiresAt: number }[];
  events: { kind: string; delivery: number; at: number }[];
  acts: { at: number; actor: string; verb: string; subject: string | null; reason: string }[];
}

export async function readTimelineRows(
  db: Database,
  subscriberId: number,
): Promise<TimelineRows | null> {
  const ofThem = sql`subscriber_id = ${subscriberId}`;
  const theirs = sql`(SELECT id FROM enrollments WHERE ${ofThem})`;
  const hash = sql`(SELECT email_hash FROM subscribers WHERE id = ${subscriberId})`;
  const delivery = sql`SELECT id, kind, lesson, state, due_at AS dueAt, accepted_at AS acceptedAt,
    batch_id AS batch FROM deliveries`;
  const results = await db.batch([
    sql`SELECT email, first_name AS firstName, created_at AS createdAt,
          confirmed_at AS confirmedAt, unsubscribed_at AS unsubscribedAt, goodbye,
          erase_requested_at AS eraseRequestedAt, nudges_off_at AS nudgesOffAt,
          locked_until AS lockedUntil
        FROM subscribers WHERE id = ${subscriberId}`,
    sql`SELECT reason, at FROM suppressions
        WHERE hash = ${hash}`,
    sql`SELECT what, at FROM strangers WHERE hash = ${hash} ORDER BY at`,
    sql`SELECT g.created_at AS createdAt, g.confirmed_at AS confirmedAt,
          g.first_name AS firstName, g.page,
          p.name AS provider, g.time_zone AS timeZone, g.words_version AS wordsVersion
        FROM signups g LEFT JOIN providers p ON p.id = g.provider_id
        WHERE g.subscriber_id = ${subscriberId} ORDER BY g.created_at`,
    sql`SELECT state, pause_reason AS pauseReason, weekday, time, zone,
          next_lesson AS nextLesson, next_at AS nextAt, last_at AS lastAt,
          created_at AS createdAt, closed_at AS closedAt, resume_at AS resumeAt,
          asked_at AS askedAt, read_weeks AS readWeeks, nudged_at AS nudgedAt
        FROM enrollments WHERE ${ofThem} ORDER BY id`,
    // One index each.
    sql`${delivery} WHERE lane = 'prompt' AND ${ofThem}
        UNION ALL ${delivery} WHERE enrollment_id IN ${theirs} AND lane = 'lesson'
          AND state NOT IN ('skipped', 'failed')
        UNION ALL ${delivery} WHERE enrollment_id IN ${theirs} AND lane = 'lesson'
          AND state IN ('skipped', 'failed')
        ORDER BY dueAt, lesson, id`,
    sql`SELECT purpose, email, created_at AS createdAt, expires_at AS expiresAt, used_at AS usedAt
        FROM links WHERE ${ofThem} ORDER BY created_at`,
    sql`SELECT created_at AS createdAt, expires_at AS expiresAt FROM devices WHERE ${ofThem}
        ORDER BY created_at`,
    sql`SELECT kind, delivery_id AS delivery, at FROM events WHERE ${ofThem} ORDER BY at`,
    sql`SELECT at, actor, verb, subject, reason FROM acts WHERE ${ofThem} ORDER BY id`,
  ]);
  const [people, suppressions, ...lists] = results.map((result) => result.results as unknown[]);
  const subscriber = people?.[0];
  if (!subscriber) return null;
  const [strangers, signups, enrollments, deliveries, links, devices, events, acts] = lists;
  return {
    subscriber,
    suppression: suppressions?.[0] ?? null,
    ...{ strangers, signups, enrollments, deliveries, links, devices, events, acts },
  } as TimelineRows;
}
