import { describe, expect, it } from 'vitest';
import { batches, enrollments, providers } from '../../src/db/schema.ts';
import { testContext, work } from '../support/course.ts';
import { scriptedMailer } from '../support/mailer.ts';
import { plantLearners } from '../support/many.ts';
import { mailedPath, pressConfirm, SLOT, signUpByForm } from '../support/people.ts';
import { plantProvider } from '../support/providers.ts';
import { change, pick, value } from '../support/rows.ts';
import { DAY, type Visitor, visitor } from '../support/visitor.ts';

const EMAIL = 'ana@example.org';
const GO = { go: 'yes' };
const LINE = 'Offered through Harbor Institute';

async function throughHarbor() {
  const anyone = visitor();
  await anyone.setTime('2026-11-30T12:00:00Z');
  const provider = await plantProvider();
  await anyone.post('/signup', { email: EMAIL, first_name: 'Ana', provider, page: '/' });
  await anyone.work();
  const learnPath = await pressConfirm(anyone, await mailedPath(anyone, EMAIL, 'confirm'));
  await anyone.work();
  return { anyone, learnPath };
}

const latest = async (anyone: Visitor) => (await anyone.mails(EMAIL)).at(-1);
const lines = (text: string | undefined) => text?.split('\n') ?? [];
const words = (html: string | undefined) => html?.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

describe('whoever takes the course through a provider', () => {
  it('reads its name at the top of each lesson, of the nudge and of the closing note', async () => {
    const { anyone, learnPath } = await throughHarbor();
    await anyone.post(`${learnPath}/read`, { ...GO, lesson: '1' });
    await anyone.moveTo('2027-02-08T00:00:00Z');
    const mails = (await anyone.mails(EMAIL)).filter(({ kind }) => kind !== 'confirm');
    const kinds = [...new Set(mails.map(({ kind }) => kind))].sort();
    expect(kinds).toEqual(['complete', 'lesson', 'nudge']);
    for (const { text, html } of mails) {
      expect(lines(text)[1]).toBe(LINE);
      expect(words(html)).toContain(`In the Room ${LINE}`);
    }
  });

  it('reads it again in what is sent once more, and in the course begun anew', async () => {
    const { anyone, learnPath } = await throughHarbor();
    await anyone.post(`${learnPath}/resend`, { ...GO, lesson: '1' });
    await anyone.work();
    expect((await latest(anyone))?.text).toContain(LINE);
    const enrollment = String(await value(enrollments, 'signupId'));
    await anyone.post(`${learnPath}/restart`, { ...GO, enrollment });
    expect(await pick(enrollments, ['providerId'])).toEqual([{ providerId: 1 }, { providerId: 1 }]);
  });

  it('who comes back takes it through whom they choose then', async () => {
    const { anyone, learnPath } = await throughHarbor();
    await anyone.post(await mailedPath(anyone, EMAIL, 'unsubscribe'));
    await anyone.pass(6 * DAY);
    await plantProvider({ key: 'pk_elm', name: 'Elm Training' });
    await signUpByForm(anyone, EMAIL, { provider: 'pk_elm', page: '/' });
    const confirmPath = await mailedPath(anyone, EMAIL, 'confirm');
    await anyone.post(confirmPath, { ...GO, ...SLOT, from: 'start' });
    await anyone.work();
    expect(lines((await latest(anyone))?.text)[1]).toBe('Offered through Elm Training');
    expect((await anyone.get(learnPath)).status).toBe(200);
  });

  it('reads the new name once the provider has another, in letters that no mail takes for markup', async () => {
    const { anyone } = await throughHarbor();
    await change(providers, { name: 'Haven & <Sons>' });
    await anyone.moveTo('2026-12-10T00:00:00Z');
    const mail = await latest(anyone);
    expect(mail?.lesson).toBe(2);
    expect(lines(mail?.text)[1]).toBe('Offered through Haven & <Sons>');
    expect(mail?.html).toContain('Offered through Haven &amp; &lt;Sons&gt;');
  });
});

it('who came on their own reads no name of a provider, and no line is left empty for it', async () => {
  const anyone = visitor();
  await plantProvider();
  await pressConfirm(anyone, await signUpByForm(anyone, EMAIL));
  await anyone.work();
  const mail = await latest(anyone);
  expect(mail?.kind).toBe('lesson');
  expect(lines(mail?.text).slice(0, 2)).toEqual(['In the Room · 1 of 8', '']);
  expect(`${mail?.html}${mail?.text}`).not.toContain('Offered through');
});

it('each reads the name of their own provider, and a batch that is repeated says what it said', async () => {
  const mailer = scriptedMailer({ kind: 'unknown', reason: 'timeout' });
  const ctx = testContext({ mailer });
  await plantProvider();
  await plantProvider({ key: 'pk_elm', name: 'Elm Training' });
  await plantLearners(ctx, 5);
  for (const id of [1, 4]) await change(enrollments, { providerId: 1 }, { id });
  await change(enrollments, { providerId: 2 }, { id: 3 });
  await work(ctx);
  await change(providers, { name: 'Another name' });
  ctx.clock.pass(3600);
  await work(ctx);
  const [first, again] = mailer.posts;
  expect(again?.text).toBe(first?.text);
  const named = first?.mails.map(({ text }) => /Offered through (.*)/.exec(text)?.[1] ?? null);
  expect(named).toEqual(['Harbor Institute', null, 'Elm Training', 'Harbor Institute', null]);
  expect(await value(batches, 'offered')).toBeNull();
});
