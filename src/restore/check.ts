import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { stepInFlight } from '../enrollment/transitions.ts';

/** What must never be, and how to count it. Each is one of the course's promises. */
const NEVER: [what: string, count: SQL<Record<string, number>>][] = [
  [
    'erased people who are back',
    sql`SELECT count(*) FROM erased_subscribers x CROSS JOIN subscribers s
        ON s.id = x.subscriber_id WHERE s.erase_requested_at IS NULL`,
  ],
  [
    'entries of the practice log that belong to nobody',
    sql`SELECT count(*) FROM log_entries WHERE NOT EXISTS (SELECT 1 FROM subscribers s
        WHERE s.id = log_entries.subscriber_id AND s.erase_requested_at IS NULL)`,
  ],
  [
    'links of nobody',
    sql`SELECT count(*) FROM links WHERE NOT EXISTS (SELECT 1 FROM subscribers s
        WHERE s.id = links.subscriber_id AND s.erase_requested_at IS NULL)`,
  ],
  [
    'devices of nobody',
    sql`SELECT count(*) FROM devices WHERE NOT EXISTS (SELECT 1 FROM subscribers s
        WHERE s.id = devices.subscriber_id AND s.erase_requested_at IS NULL)`,
  ],
  [
    'courses that run after a goodbye',
    sql`SELECT count(*) FROM enrollments e CROSS JOIN subscribers s ON s.id = e.subscriber_id
        WHERE e.state IN ('active', 'paused') AND s.unsubscribed_at IS NOT NULL`,
  ],
  [
    'courses that run to an address which is never mailed',
    sql`SELECT count(*) FROM enrollments e CROSS JOIN subscribers s ON s.id = e.subscriber_id
        WHERE e.state = 'active' AND EXISTS (SELECT 1 FROM suppressions WHERE hash = s.email_hash)`,
  ],
  [
    'learners with two courses at once',
    sql`SELECT count(*) FROM (SELECT 1 FROM enrollments WHERE state IN ('active', 'paused')
        GROUP BY subscriber_id HAVING count(*) > 1)`,
  ],
  [
    'lessons that are due while they are on their way',
    sql`SELECT count(*) FROM enrollments WHERE next_at IS NOT NULL AND ${stepInFlight}`,
  ],
  [
    'courses that nothing would reach',
    sql`SELECT count(*) FROM enrollments WHERE state = 'active' AND next_at IS NULL
        AND NOT ${stepInFlight}`,
  ],
  [
    'courses that stand before a lesson which was sent',
    sql`SELECT count(*) FROM enrollments WHERE state IN ('active', 'paused') AND EXISTS (
        SELECT 1 FROM deliveries d WHERE d.enrollment_id = enrollments.id AND d.lane = 'lesson'
          AND d.lesson >= next_lesson AND d.state NOT IN ('skipped', 'failed', 'sending'))`,
  ],
  [
    'mails on their way in no open batch',
    sql`SELECT count(*) FROM deliveries d WHERE d.state = 'sending' AND NOT EXISTS (
        SELECT 1 FROM batches b WHERE b.id = d.batch_id AND b.state = 'open')`,
  ],
  [
    'addresses kept in a batch that is settled',
    sql`SELECT count(*) FROM batches WHERE state <> 'open' AND frozen IS NOT NULL`,
  ],
  [
    'addresses that somebody else stands on',
    sql`SELECT count(*) FROM subscribers WHERE email LIKE 'moving-%' AND email NOT LIKE '%@%'`,
  ],
];

/** What is wrong, each with how often; empty when all is well. */
export async function brokenPromises(db: Database): Promise<{ what: string; count: number }[]> {
  const found: { what: string; count: number }[] = [];
  for (const [what, query] of NEVER) {
    const [row] = await db.all(query);
    const count = Object.values(row ?? {})[0] ?? 0;
    if (count > 0) found.push({ what, count });
  }
  return found;
}
