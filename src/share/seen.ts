/** What the learner's own pages read of who is told of them: SQL for their transactions. */
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { adoptions, claims } from '../db/credit.ts';
import { figure } from '../db/names.ts';
import { enrollments, providers, shares } from '../db/schema.ts';
import { allSentAt } from './follow.ts';

/** What one provider is told, or was until the learner ended it. */
export interface SeenRow {
  ref: string;
  provider: string;
  /** Version of the words that the learner agreed to. */
  words: string;
  ended: 'withdrawn' | null;
  /** What the operator calls the provider. */
  slug: string;
  /** How far a claim with it has come; null where there is none, or what was closed may begin again. */
  claim: 'open' | 'complete' | 'issued' | 'refused' | null;
  /** Hours that it gives for the course, where it gives a certificate now; null where it does not. */
  hours: number | null;
  /** Approvals that it has for them: without one nothing speaks of credit. */
  approvals: number | null;
}

const later = alias(enrollments, 'later');

/** Ended by the learner, and the course has not gone on without this provider meanwhile. */
export const canReopen: SQL = sql`(${shares.ended} = 'withdrawn' AND (${shares.finishedAt} IS NOT NULL
  OR ${allSentAt(shares.enrollmentId)} IS NOT NULL
  OR NOT EXISTS (SELECT 1 FROM ${enrollments} ${later} WHERE ${later.subscriberId} = ${shares.subscriberId}
    AND ${later.id} > ${shares.enrollmentId})))`;

/** The shares of a learner that they can end, or give again: a list as JSON. */
export const seenOf = (subscriberId: SQLWrapper): SQL<string> => sql`(
  SELECT json_group_array(json_object('ref', ${shares.ref}, 'provider', ${providers.name},
      'words', ${shares.words}, 'ended', ${shares.ended},
      'slug', coalesce(${providers.slug}, ${providers.publicKey}),
      'claim', (SELECT CASE WHEN ${claims.state} <> 'closed' THEN ${claims.state}
          WHEN ${claims.refusedAt} IS NOT NULL THEN 'refused' END
        FROM ${claims} WHERE ${claims.subscriberId} = ${shares.subscriberId}
        AND ${claims.providerId} = ${shares.providerId} ORDER BY ${claims.round} DESC LIMIT 1),
      'hours', json_extract(${adoptions.body}, '$.hours.count'),
      'approvals', json_array_length(${adoptions.body}, '$.approvals')) ORDER BY ${shares.since})
    FROM ${shares} JOIN ${providers} ON ${providers.id} = ${shares.providerId}
      LEFT JOIN ${adoptions} ON ${adoptions.providerId} = ${shares.providerId} AND ${adoptions.endedAt} IS NULL
    WHERE ${shares.subscriberId} = ${subscriberId} AND (${shares.endedAt} IS NULL OR ${canReopen}))`;

/** A provider that gives a certificate, and was never told of this learner. */
export interface Adopter {
  name: string;
  slug: string;
  hours: number;
  /** How many it has: without one nothing speaks of credit. */
  approvals: number;
}

/** At most so many are listed. */
const MOST_ADOPTERS = 10;

/** Those with whom a learner could share a course that they take on their own: a list as JSON. */
export const adoptersOf = (subscriberId: SQLWrapper): SQL<string> => sql`(
  SELECT json_group_array(json_object('name', name, 'slug', slug, 'hours', hours, 'approvals', approvals))
  FROM (SELECT ${providers.name} AS name, coalesce(${providers.slug}, ${providers.publicKey}) AS slug,
      json_extract(${adoptions.body}, '$.hours.count') AS hours,
      json_array_length(${adoptions.body}, '$.approvals') AS approvals
    FROM ${adoptions} JOIN ${providers} ON ${providers.id} = ${adoptions.providerId}
    WHERE ${adoptions.endedAt} IS NULL AND ${providers.status} = 'active'
      AND NOT EXISTS (SELECT 1 FROM ${shares} WHERE ${shares.providerId} = ${providers.id}
        AND ${shares.subscriberId} = ${subscriberId})
    ORDER BY ${providers.name} LIMIT ${figure(MOST_ADOPTERS)}))`;
