import { applyD1Migrations, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { and, eq, notInArray, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import {
  deliveries,
  enrollments,
  mailbox,
  pulse,
  shares,
  signups,
  subscribers,
} from '../../src/db/schema.ts';
import { dispatch } from '../../src/delivery/dispatch.ts';
import { health } from '../../src/delivery/health.ts';
import { moveClock } from '../../src/delivery/move-clock.ts';
import { tick } from '../../src/delivery/tick.ts';
import recorded from '../cases/statements-0.1.0.jsonl?raw';
import { testContext } from '../support/course.ts';
import { change, count, dump, pick, query, scalar, value } from '../support/rows.ts';

/**
 * A deploy applies migrations first and replaces the Worker afterwards, so version 0.1.0 runs on for a
 * while on a database that has them all. What it did in a test of its own was recorded: every statement
 * with its parameters and what came of it (long texts left out). Here each run begins on 0.1.0's schema,
 * gets the migrations in its middle, and goes on; then this version takes over.
 */

/** A statement by its place in the list, its parameters, rows changed (null for a read), rows returned. */
type Call = [statement: number, params: unknown[], changed: number | null, returned: number];
/** What was one transaction, or one read. */
type Step = Call[];
/** A test of 0.1.0's by its name, and what it did. */
type Run = [name: string, steps: Step[]];

const [statements, ...runs] = recorded
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line)) as [string[], ...Run[]];

/** Version 0.1.0 ended with this one. */
const LAST_OF_0_1_0 = '0007_spare_new_addresses.sql';
/** Courses that are taken to their end. */
const SOME = 6;
const begin = env.TEST_MIGRATIONS.filter(({ name }) => name <= LAST_OF_0_1_0);

async function asIn010(): Promise<void> {
  await reset();
  await applyD1Migrations(env.DB, begin);
}

async function upgrade(): Promise<void> {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  // Tests have clocks of their own, and what a migration reads is the machine's.
  await change(pulse, { awaitedFrom: null });
}

/** What 0.1.0 still wrote later, and a migration has written for all rows by then. */
const DONE_BEFORE = /^UPDATE deliveries SET to_hash = /;

/** Runs steps as 0.1.0 did and returns what came out otherwise than it did there. */
async function replay(steps: Step[]): Promise<string[]> {
  const otherwise: string[] = [];
  for (const step of steps) {
    const bound = step.map(([at, params]) => env.DB.prepare(statements[at] ?? '').bind(...params));
    const results = await env.DB.batch(bound).catch((error: unknown) => String(error));
    for (const [place, [at, , changed, returned]] of step.entries()) {
      const what = statements[at]?.replace(/\s+/g, ' ').slice(0, 200);
      if (typeof results === 'string') otherwise.push(`${results}: ${what}`);
      else {
        const { meta, results: found } = results[place] ?? { meta: { changes: -1 }, results: [] };
        if (changed !== null && meta.changes !== changed && !DONE_BEFORE.test(what ?? '')) {
          otherwise.push(`changed ${meta.changes} rows instead of ${changed}: ${what}`);
        }
        if (found.length !== returned) {
          otherwise.push(`returned ${found.length} rows instead of ${returned}: ${what}`);
        }
      }
    }
  }
  return otherwise;
}

/** Courses that were begun through a provider of which no share says so. */
const withoutShare = sql`SELECT count(*) FROM ${enrollments}
  JOIN ${signups} ON ${signups.id} = ${enrollments.signupId}
  JOIN ${subscribers} ON ${subscribers.id} = ${enrollments.subscriberId}
  WHERE ${signups.providerId} IS NOT NULL AND ${subscribers.eraseRequestedAt} IS NULL
    AND NOT EXISTS (SELECT 1 FROM ${shares} WHERE ${shares.providerId} = ${signups.providerId}
      AND ${shares.subscriberId} = ${enrollments.subscriberId})`;

/** This version, at the hour at which a run ended. */
async function takeOver() {
  const last = await scalar(sql`SELECT max(coalesce(
    (SELECT max(${deliveries.acceptedAt}) FROM ${deliveries}),
    (SELECT max(${deliveries.dueAt}) FROM ${deliveries}), 0),
    (SELECT coalesce(max(${subscribers.createdAt}), 0) FROM ${subscribers}), 1796040000)`);
  return testContext({ start: new Date((Number(last) + 60) * 1000).toISOString() });
}

describe('a database of 0.1.0 that is brought up to date while 0.1.0 runs', () => {
  it.each(runs)('lets it go on as before: %s', async (_, steps) => {
    const middle = Math.floor(steps.length / 2);
    await asIn010();
    expect(await replay(steps.slice(0, middle))).toEqual([]);
    await upgrade();
    expect(await replay(steps.slice(middle))).toEqual([]);

    // And then this version's tick finds nothing that it cannot work on.
    const ctx = await takeOver();
    expect(await tick(ctx)).toBe(true);
    await dispatch(ctx, 'prompt');
    await dispatch(ctx, 'lesson');
    expect(ctx.lines.filter((line) => /chore-failed|failed"|illegible/.test(line))).toEqual([]);
    expect((await health(ctx)).lastTick).not.toBeNull();
    // Nor anybody who came through a provider and is not on its roster.
    expect(await scalar(withoutShare)).toBe(0);
    expect(await query(sql`PRAGMA foreign_key_check`)).toEqual([]);
  });

  it('goes on with every course that was under way, to its end, and sends no lesson twice', async () => {
    let finished = 0;
    for (const [, steps] of runs) {
      // A handful is enough: most runs hold much the same learners.
      if (finished >= SOME) break;
      await asIn010();
      await replay(steps);
      const { results: running } = await env.DB.prepare(
        `SELECT e.id, e.next_lesson AS next FROM enrollments e JOIN subscribers s ON s.id = e.subscriber_id
         WHERE e.state = 'active' AND e.next_at IS NOT NULL AND e.next_lesson BETWEEN 2 AND 9
           AND s.erase_requested_at IS NULL AND s.unsubscribed_at IS NULL
           AND s.email_hash NOT IN (SELECT hash FROM suppressions)
           AND NOT EXISTS (SELECT 1 FROM halts)`,
      ).all<{ id: number; next: number }>();
      if (running.length === 0 || running.length > 5) continue;
      const before = await count(mailbox);
      await upgrade();
      const ctx = await takeOver();
      await moveClock(ctx, ctx.clock.now() + 100 * 86_400);
      for (const { id, next } of running) {
        expect(await value(enrollments, 'state', { id })).toBe('completed');
        const sent = await pick(
          deliveries,
          ['lesson'],
          and(
            eq(deliveries.enrollmentId, id),
            eq(deliveries.lane, 'lesson'),
            notInArray(deliveries.state, ['skipped', 'failed']),
          ),
          deliveries.lesson,
        );
        const lessons = sent.map(({ lesson }) => Number(lesson));
        expect(lessons.filter((lesson) => lesson >= next)).toEqual(
          Array.from({ length: 10 - next }, (_, index) => next + index),
        );
        expect(new Set(lessons).size).toBe(lessons.length);
        finished += 1;
      }
      expect(await count(mailbox)).toBeGreaterThan(before);
    }
    expect(finished).toBeGreaterThanOrEqual(SOME);
  }, 120_000);
});

describe('what was recorded of 0.1.0', () => {
  it('wrote into every table that it had', async () => {
    await asIn010();
    const tables = Object.keys(await dump()).filter((name) => !name.endsWith('_migrations'));
    const written = new Set(
      runs.flatMap(([, steps]) =>
        steps.flat().flatMap(([at, , changed]) => {
          const table = /(?:INTO|UPDATE|FROM) (\w+)/.exec(statements[at] ?? '')?.[1];
          return changed && table ? [table] : [];
        }),
      ),
    );
    expect(tables.length).toBeGreaterThan(15);
    expect(tables.filter((name) => !written.has(name))).toEqual([]);
  });

  it('is many statements, and a change that hinders one is seen', async () => {
    expect(statements.length).toBeGreaterThan(150);
    const steers = (steps: Step[]) =>
      steps.flat().some(([at]) => /UPDATE enrollments SET .*\brev\b/s.test(statements[at] ?? ''));
    const [, steps] = runs.find(([, each]) => steers(each)) ?? ['', []];
    await asIn010();
    await env.DB.exec('ALTER TABLE enrollments RENAME COLUMN rev TO version');
    expect((await replay(steps)).length).toBeGreaterThan(0);
  });
});
