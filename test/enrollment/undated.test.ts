import { desc } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { enrollments } from '../../src/db/schema.ts';
import { health } from '../../src/delivery/health.ts';
import { resumeDue } from '../../src/enrollment/resume.ts';
import { liftSuppression } from '../../src/suppression/lift-suppression.ts';
import { suppress } from '../../src/suppression/suppress.ts';
import { deviceCookie, enrollByForm } from '../support/people.ts';
import { change, pick, value } from '../support/rows.ts';
import { DAY, see, visitor } from '../support/visitor.ts';

const EMAIL = 'ana@example.org';
const GO = { go: 'yes' };
const BY_HAND = { actor: 'operator:mira', reason: 'a test' };

/** A learner with lesson 1 behind them, in a zone that tzdata has dropped since. */
async function learner() {
  const anyone = visitor();
  await anyone.setTime('2026-11-30T12:00:00Z');
  const { learnPath } = await enrollByForm(anyone, EMAIL);
  await change(enrollments, { zone: 'America/Atlantis' });
  return { anyone, learnPath };
}

/** The lesson before has been recorded since, so the next has no date. */
const undated = () => change(enrollments, { nextAt: null });

const words = async (response: Response) => (await see(response)).text.replace(/\s+/g, ' ');

describe('a learner whose time zone has no clock any more', () => {
  it('finds every page and every control at its place', async () => {
    const { anyone, learnPath } = await learner();
    const cookie = await deviceCookie(anyone, EMAIL);
    for (const nextAt of [Date.parse('2026-12-08T06:30:00Z') / 1000, null]) {
      await change(enrollments, { nextAt });
      for (const path of ['', '?do=hour', '/lessons/1', '/export.json']) {
        const { status } = await anyone.get(learnPath + path, { cookie });
        expect(`${path} ${status}`).toBe(`${path} 200`);
      }
      const calendar = await anyone.get(`${learnPath}/calendar.ics`);
      expect((await anyone.get(calendar.headers.get('location') ?? '')).status).toBe(200);
      const look = { weekday: '5', time: '18:15', time_zone: 'America/New_York', go: 'look' };
      expect((await anyone.post(`${learnPath}/slot`, look)).status).toBe(200);
      for (const [control, fields] of [
        ['pause', { until: '2026-12-24' }],
        ['pause', {}],
        ['resume', {}],
        ['next', {}],
        ['resend', { lesson: '1' }],
        [
          'restart',
          {
            enrollment: String(
              await value(enrollments, 'signupId', undefined, desc(enrollments.id)),
            ),
          },
        ],
      ] as const) {
        const { status } = await anyone.post(`${learnPath}/${control}`, { ...GO, ...fields });
        expect(`${control} ${status}`).toBe(`${control} 303`);
      }
    }
  });

  it('reads why nothing comes, chooses their hour anew on that page, and the course goes on', async () => {
    const { anyone, learnPath } = await learner();
    await undated();
    const ctx = await anyone.context();
    await anyone.pass(3600);
    await anyone.work();
    expect((await health(ctx)).undatedCourses).toBe(1);
    const page = await anyone.get(learnPath);
    const seen = await see(page);
    expect(seen.text).toContain('We can no longer tell the time in the zone America/Atlantis');
    // The form stands open, and does not offer the zone again as if it were one.
    expect(seen.all('select').map(({ name }) => name)).toContain('time_zone');
    expect(seen.all('option').map(({ value: zone }) => zone)).not.toContain('America/Atlantis');

    const slot = { weekday: '5', time: '18:15', time_zone: 'America/New_York' };
    const changed = await anyone.post(`${learnPath}/slot`, { ...GO, ...slot });
    const after = await words(await anyone.get(changed.headers.get('location') ?? ''));
    expect(after).toContain('Your hour is changed.');
    expect(after).toContain('Friday, December 4, 6:15 pm');
    expect(after).not.toContain('no longer tell');
    expect((await health(ctx)).undatedCourses).toBe(0);
    await anyone.moveTo('2026-12-13T00:00:00Z');
    expect((await anyone.mails(EMAIL)).filter(({ lesson }) => lesson !== null)).toHaveLength(3);
  });

  it('gets a date as soon as the runtime knows the zone again', async () => {
    const { anyone } = await learner();
    await undated();
    await anyone.work();
    await change(enrollments, { zone: 'Europe/Berlin' });
    await anyone.pass(3600);
    await anyone.work();
    expect(new Date(Number(await value(enrollments, 'nextAt')) * 1000).toISOString()).toBe(
      '2026-12-08T06:30:00.000Z',
    );
  });

  it('whose pause ends, or whose address may be mailed again, waits for a date and is told of', async () => {
    const { anyone, learnPath } = await learner();
    const ctx = await anyone.context();
    await suppress(ctx, { whose: { email: EMAIL }, ...BY_HAND });
    const lifted = await liftSuppression(ctx, { whose: { email: EMAIL }, ...BY_HAND });
    expect(lifted).toEqual({ kind: 'lifted' });
    await anyone.pass(3600);
    await anyone.work();
    expect(await pick(enrollments, ['state', 'nextAt'])).toEqual([
      { state: 'active', nextAt: null },
    ]);
    expect((await health(ctx)).undatedCourses).toBe(1);

    await anyone.post(`${learnPath}/pause`, { ...GO, until: '2026-12-03' });
    expect((await health(ctx)).undatedCourses).toBe(0);
    await anyone.pass(4 * DAY);
    await resumeDue(await anyone.context(), 500);
    expect(await pick(enrollments, ['state', 'nextAt', 'resumeAt'])).toEqual([
      { state: 'active', nextAt: null, resumeAt: null },
    ]);
    expect((await health(ctx)).undatedCourses).toBe(1);
  });
});
