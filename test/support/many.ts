import { sql } from 'drizzle-orm';
import type { Context } from '../../src/context.ts';
import type { Slot } from '../../src/course/schedule.ts';
import { bare } from '../../src/db/names.ts';
import { enrollments, subscribers } from '../../src/db/schema.ts';
import { into } from './into.ts';

/**
 * Plants enrolled learners straight into the database, their next lesson due now (or at `nextAt`,
 * epoch seconds): for tests and benchmarks that are not about signing up. Their signups are not there.
 * Address hashes are invented where there are more than a thousand.
 */
export async function plantLearners(
  ctx: Pick<Context, 'db' | 'clock' | 'tokens'>,
  count: number,
  options: { nextAt?: number; nextLesson?: number; from?: number; slot?: Slot } = {},
): Promise<void> {
  const { nextAt = ctx.clock.now(), nextLesson = 1, from = 0, slot } = options;
  const weekday = slot ? sql`${slot.weekday}` : sql`1 + i % 7`;
  const { time, zone } = slot ?? { time: '07:30', zone: 'Europe/Berlin' };
  const numbers = sql`WITH RECURSIVE n(i) AS (SELECT CAST(${from} AS INTEGER) + 1
    UNION ALL SELECT i + 1 FROM n WHERE i < ${from} + ${count})`;
  await ctx.db.commit({
    planted: [
      sql`${into(subscribers, 'id', 'email', 'emailHash', 'firstName', 'createdAt', 'confirmedAt')}
        ${numbers} SELECT i, 'planted-' || i || '@example.org', 'hash-' || i, 'Ana', 0, 0 FROM n`,
      sql`${into(enrollments, 'signupId', 'subscriberId', 'state', 'weekday', 'time', 'zone', 'nextLesson', 'nextAt', 'createdAt')}
        ${numbers} SELECT i, i, 'active', ${weekday}, ${time}, ${zone}, ${nextLesson},
          ${nextAt}, 0 FROM n`,
      ...(count > 1000 ? [] : [await hashAddresses(ctx, from, count)]),
    ],
  });
}

async function hashAddresses({ tokens }: Pick<Context, 'tokens'>, from: number, count: number) {
  const hashes = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const id = from + index + 1;
      return [id, await tokens.addressHash(`planted-${id}@example.org`)];
    }),
  );
  return sql`UPDATE ${subscribers} SET ${bare(subscribers).emailHash} = v.hash
    FROM (SELECT value ->> 0 AS id, value ->> 1 AS hash FROM json_each(${JSON.stringify(hashes)})) v
    WHERE ${subscribers.id} = v.id`;
}
