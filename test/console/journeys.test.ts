import { describe, expect, it } from 'vitest';
import { deliveries, enrollments, halts } from '../../src/db/schema.ts';
import { dispatch } from '../../src/delivery/dispatch.ts';
import { tick } from '../../src/delivery/tick.ts';
import { LOCAL_OPERATOR_TOKEN } from '../../src/env.ts';
import { subscriberName } from '../../src/id.ts';
import { scriptedMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';
import { count, pick, value } from '../support/rows.ts';
import { browsing, enterConsole } from '../support/staff.ts';
import { see, type Visitor, visitor } from '../support/visitor.ts';

const words = async (response: Response) => (await see(response)).text.replace(/\s+/g, ' ');

/** A minute of the service with another mailer than the mailbox. */
async function minute(anyone: Visitor, mailer: ReturnType<typeof scriptedMailer>) {
  const ctx = { ...(await anyone.context()), mailer };
  await tick(ctx);
  await dispatch(ctx, 'prompt');
  await dispatch(ctx, 'lesson');
}

const lessonsIn = ({ posts }: ReturnType<typeof scriptedMailer>) =>
  posts.flatMap(({ mails }) =>
    mails.map(({ tags }) => Number(tags.find(({ name }) => name === 'lesson')?.value ?? 0)),
  );

describe('an evening', () => {
  it('a lesson goes out with a mistake in it: seen, held back, mended, let go, and nobody misses it', async () => {
    const anyone = visitor();
    await anyone.setTime('2026-11-30T18:00:00Z');
    const mira = await enterConsole(anyone);
    const mailer = scriptedMailer();
    const ctx = await anyone.context();
    await plantLearners(ctx, 2, { nextLesson: 3 });
    await plantLearners(ctx, 1, { nextLesson: 5, from: 2 });
    await plantLearners(ctx, 1, { nextLesson: 3, from: 3, nextAt: ctx.clock.now() + 3600 });
    await minute(anyone, mailer);
    expect(lessonsIn(mailer).toSorted()).toEqual([3, 3, 5]);

    // She reads it as it goes out, and holds it back: no digits, no mail.
    expect(await (await mira.get('/operator/course/3/mail')).text()).toContain('Hello Ana,');
    await mira.post('/operator/mail/halt', { scope: 'lesson:3', why: 'a wrong figure' });
    await anyone.pass(2 * 3600);
    await plantLearners(await anyone.context(), 1, { nextLesson: 4, from: 4 });
    await minute(anyone, mailer);
    expect(lessonsIn(mailer)).toHaveLength(4);
    expect(lessonsIn(mailer).at(-1)).toBe(4);
    expect(await words(await mira.get(`/operator/people/${subscriberName(4)}`))).toContain(
      'Lesson 3 is halted. It has been due since Monday, November 30, 8:00 pm',
    );
    const today = await words(await mira.get('/operator'));
    expect(today).toContain('Lesson 3 is halted by hand.');
    expect(today).toContain('Something holds mail up.');

    // Mended and deployed meanwhile: the card lets it go, and it goes with the words of then.
    await mira.post('/operator/mail/lift', { scope: 'lesson:3', from: 'today', why: 'mended' });
    await minute(anyone, mailer);
    expect(lessonsIn(mailer).at(-1)).toBe(3);
    expect(await value(enrollments, 'nextLesson', { id: 4 })).toBe(4);
    expect(await words(await mira.get('/operator'))).toContain('Mail flows.');
    expect(await words(await mira.get('/operator/log'))).toMatch(/mended.*a wrong figure/);
  });
});

describe('a morning', () => {
  it('Resend refuses the key and nobody is in: entered by the terminal, mended, and let go', async () => {
    const anyone = visitor();
    await anyone.setTime('2026-11-30T06:00:00Z');
    await enterConsole(anyone, { email: 'mira@course.example' });
    const mailer = scriptedMailer({ kind: 'halt', reason: 'invalid_api_key' });
    await plantLearners(await anyone.context(), 3);
    await minute(anyone, mailer);
    await minute(anyone, mailer);
    expect(mailer.posts).toHaveLength(1);
    expect((await anyone.get('/healthz')).status).toBe(503);

    // Asking for a link brings none: mail is what is broken.
    const browser = browsing(anyone);
    expect((await browser.get('/operator')).headers.get('location')).toBe('/operator/enter');
    await browser.post('/operator/enter', { email: 'mira@course.example' });
    await minute(anyone, mailer);
    expect(mailer.posts).toHaveLength(1);

    // The terminal hands out a way in.
    const asked = await anyone.postJson(
      '/operator/api/enter',
      { email: 'mira@course.example' },
      { authorization: `Bearer ${LOCAL_OPERATOR_TOKEN}` },
    );
    const { link } = (await asked.json()) as { link: string };
    await browser.post(new URL(link).pathname, { go: 'yes' });
    const today = await browser.get('/operator');
    const { text, all } = await see(today);
    expect(text).toContain('Resend refused the key.');
    expect(text).toContain('nobody is marked as failed');
    expect(text).toContain('npx wrangler secret put RESEND_API_KEY --env production');
    expect(await count(deliveries, { state: 'failed' })).toBe(0);

    // One button, without digits.
    const hidden = all('input').filter(({ type }) => type === 'hidden');
    const hiddenValue = (name: string) => hidden.find((each) => each.name === name)?.value ?? '';
    const lifted = await browser.post('/operator/mail/lift', {
      go: 'yes',
      csrf: hiddenValue('csrf'),
      scope: hiddenValue('scope'),
      from: hiddenValue('from'),
      why: hiddenValue('why'),
    });
    expect(lifted.headers.get('location')).toBe('/operator?done=lifted');
    await minute(anyone, mailer);
    expect(await count(deliveries, { lesson: 1, state: 'sent' })).toBe(3);
    expect(await pick(halts, ['scope'])).toEqual([]);
    expect(await words(await browser.get('/operator'))).toContain(
      'Mail flows. 3 lessons went out today',
    );
  });
});
