/** Shares beside their courses: how many weeks of each were sent. */
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { LESSONS } from '../../course/course.ts';
import { figure } from '../../db/names.ts';
import { deliveries, enrollments, shares } from '../../db/schema.ts';
import { FIRST_MONDAY, type Group, WEEK } from '../share.ts';

/** A share, its enrollment, and another share. */
export const s = alias(shares, 's');
export const e = alias(enrollments, 'e');
export const c = alias(shares, 'c');

/** How many lessons of each course are uncertain: read once a statement, from an index that is almost empty. */
export const UNCERTAIN = sql`WITH u AS MATERIALIZED (
  SELECT ${deliveries.enrollmentId} AS enrollment, count(*) AS n FROM ${deliveries}
  WHERE ${deliveries.state} = 'uncertain' AND ${deliveries.lane} = 'lesson'
    AND ${deliveries.lesson} <= ${figure(LESSONS)} GROUP BY 1)`;

const sentOf = (course: { nextLesson: SQLWrapper }) =>
  sql<number>`(min(${course.nextLesson} - 1, ${figure(LESSONS)}) - coalesce(u.n, 0))`;
export const weeksSent = sentOf(e);
/** As a number counts it: eight also where the course has begun again since. */
const sentOnce = sql`CASE WHEN ${s.finishedAt} IS NOT NULL THEN ${figure(LESSONS)} ELSE ${weeksSent} END`;
export const isAllEight = sql`(${s.finishedAt} IS NOT NULL OR ${weeksSent} = ${figure(LESSONS)})`;

/** Shares that a provider sees now. */
export const isOpen = (of: typeof s | typeof c | typeof shares, providerId: number): SQL =>
  sql`${of.providerId} = ${providerId} AND ${of.endedAt} IS NULL`;

export const JOINED = sql`CROSS JOIN ${enrollments} ${e} ON ${e.id} = ${s.enrollmentId}
  LEFT JOIN u ON u.enrollment = ${e.id}`;
/** The number of the week in which an instant lies. */
export const weekIn = (column: SQLWrapper): SQL =>
  sql`((${column} - ${figure(FIRST_MONDAY)}) / ${figure(WEEK)})`;

/**
 * How many shares began in a week and have been sent as many lessons.
 *
 * @param earliest the first week that is told apart
 * @param of a query that gives the shares
 */
export const selectGroups = (earliest: number, of: SQL): SQL<Group> =>
  sql<Group>`${UNCERTAIN} SELECT max(${weekIn(s.since)}, ${earliest - 1}) AS week, ${sentOnce} AS sent,
      count(*) AS people
    FROM (${of}) s ${JOINED} GROUP BY 1, 2`;
