import { applyD1Migrations, reset } from 'cloudflare:test';
import { env as bindings } from 'cloudflare:workers';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import { deliveries, enrollments, halts, pulse } from '../../src/db/schema.ts';
import { enrollByForm, signUpByForm } from '../support/people.ts';
import { change, put, query, value } from '../support/rows.ts';
import { PRODUCTION, visitor, withConsole } from '../support/visitor.ts';

const EMAIL = 'ana.personal@example.org';

interface Report {
  ok: boolean;
  problems: string[];
  oldestDue: string | null;
  openBatches: number;
  uncertainDeliveries: number;
  halts: unknown[];
}

async function report(anyone = visitor()): Promise<{ status: number; report: Report }> {
  const response = await anyone.get('/healthz');
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  expect(response.headers.get('cache-control')).toBe('no-store');
  return { status: response.status, report: (await response.json()) as Report };
}

const machineNow = () => Math.floor(Date.now() / 1000);

describe('/healthz', () => {
  it('says which version runs, whatever is wrong', async () => {
    expect(await report()).toMatchObject({ report: { version } });
    await put(halts, { scope: 'all', reason: 'invalid_api_key', since: 1 });
    expect(await report()).toMatchObject({ status: 503, report: { version } });
    const unset = visitor({ ...PRODUCTION, RESEND_API_KEY: '' }, PRODUCTION.BASE_URL);
    expect(await report(unset)).toMatchObject({ status: 503, report: { ok: false, version } });
  });

  it('says in production that nobody signs the course, and stays green', async () => {
    const deployed = visitor(PRODUCTION, PRODUCTION.BASE_URL);
    const { status, report: signed } = await report(deployed);
    expect({ status, ...signed }).toMatchObject({
      status: 200,
      ok: true,
      problems: [],
      notices: ['nobody is named as author or editor of the lessons (emails/course.local.yaml)'],
    });
    expect(await report()).toMatchObject({ report: { notices: [] } });
  });

  it('is 200 while nothing is wrong, also before the first tick', async () => {
    expect(await report()).toMatchObject({ status: 200, report: { ok: true, problems: [] } });
    const anyone = visitor();
    await enrollByForm(anyone, EMAIL);
    const { status, report: healthy } = await report(anyone);
    expect(status).toBe(200);
    expect(healthy).toMatchObject({ openBatches: 0, uncertainDeliveries: 0, halts: [] });
    expect(healthy.oldestDue).not.toBeNull();
  });

  it('carries no personal data, whatever is wrong', async () => {
    const anyone = visitor();
    const { learnPath } = await enrollByForm(anyone, EMAIL);
    await signUpByForm(anyone, 'ben.personal@example.org', { first_name: 'Benedetta' });
    await change(deliveries, { state: 'uncertain' });
    await put(halts, { scope: 'all', reason: 'invalid_api_key', since: 1 });
    await change(pulse, { lastTick: 1, complaint: 'clock-unset' });
    await change(enrollments, { nextAt: 1 });
    const response = await anyone.get('/healthz');
    const text = await response.text();
    expect(text).not.toMatch(/personal|Ana|Benedetta/);
    expect(text).not.toContain(learnPath.split('.').at(-1));
    expect(JSON.parse(text).problems).toHaveLength(5);
  });

  it('waits a quarter of an hour for a new deployment’s first tick, and then says that none came', async () => {
    await change(pulse, { awaitedFrom: machineNow() - 840 });
    expect(await report()).toMatchObject({ status: 200, report: { ok: true, problems: [] } });
    await change(pulse, { awaitedFrom: machineNow() - 960 });
    const { status, report: silent } = await report();
    expect(status).toBe(503);
    expect(silent.problems).toEqual(['the scheduler has never called: look at the cron trigger']);
    const anyone = visitor();
    await anyone.work();
    expect(await report(anyone)).toMatchObject({ status: 200, report: { ok: true } });
  });

  it('knows since when ticks are awaited from the migration itself', async () => {
    await reset();
    await applyD1Migrations(bindings.DB, bindings.TEST_MIGRATIONS);
    const at = Number(await value(pulse, 'awaitedFrom'));
    expect(Math.abs(at - machineNow())).toBeLessThan(60);
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'the scheduler has been silent for six minutes',
      () => change(pulse, { lastTick: machineNow() - 360 }),
      /scheduler has been silent/,
    ],
    [
      'the last tick did not believe the clock',
      () => change(pulse, { complaint: 'clock-unset' }),
      /clock-unset/,
    ],
    [
      'a delivery is uncertain',
      () => change(deliveries, { state: 'uncertain' }, { lane: 'lesson' }),
      /uncertain/,
    ],
    [
      'sending is halted',
      () => put(halts, { scope: 'lesson:3', reason: 'content_broken', since: 1 }),
      /halted \(lesson:3\): content_broken/,
    ],
    [
      'a lesson has been due for two hours',
      () => change(enrollments, { nextAt: machineNow() - 7_200 }),
      /due for more than an hour/,
    ],
  ])('is 503 when %s', async (_, breakIt, said) => {
    const anyone = visitor();
    await enrollByForm(anyone, EMAIL);
    await breakIt();
    const { status, report: ill } = await report(anyone);
    expect(status).toBe(503);
    expect(ill.ok).toBe(false);
    expect(ill.problems.join('\n')).toMatch(said);
  });

  it('is answered in production, where it needs no token', async () => {
    const { status } = await report(visitor(PRODUCTION, PRODUCTION.BASE_URL));
    expect(status).toBe(200);
  });

  it('is 503 in JSON where the database does not answer', async () => {
    await query(sql`DROP TABLE ${pulse}`);
    const { given } = await withConsole(() => report());
    expect(given.status).toBe(503);
    expect(given.report.ok).toBe(false);
    expect(JSON.stringify(given.report)).not.toMatch(/pulse|SQLITE|D1_ERROR|SELECT/i);
  });
});
