import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { acts, batches, deliveries, enrollments, subscribers } from '../../src/db/schema.ts';
import { LOCAL_OPERATOR_TOKEN } from '../../src/env.ts';
import { enrollByForm, signUpByForm } from '../support/people.ts';
import { change, pick, value } from '../support/rows.ts';
import { newAddress, type Visitor, visitor, withConsole } from '../support/visitor.ts';

const SIGNED = { by: 'Mara', reason: 'she wrote to me' };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Posts as the operator. */
async function ask(anyone: Visitor, path: string, input?: unknown) {
  const headers = bearer(LOCAL_OPERATOR_TOKEN);
  const response =
    input === undefined
      ? await anyone.get(`/operator/api${path}`, headers)
      : await anyone.postJson(`/operator/api${path}`, input, headers);
  return { status: response.status, headers: response.headers, body: await response.json() };
}

async function idOf(anyone: Visitor, email: string): Promise<string> {
  const { body } = await ask(anyone, '/find', { email });
  return (body as { subscriber: string }).subscriber;
}

const written = () => pick(acts, ['actor', 'verb', 'subject', 'reason'], undefined, acts.id);

describe('the operator', () => {
  let anyone: Visitor;
  let email: string;
  let id: string;
  beforeEach(async () => {
    anyone = visitor();
    email = newAddress();
    await enrollByForm(anyone, email);
    id = await idOf(anyone, email);
  });

  it('finds somebody by an address, however it is typed, and reads their whole history', async () => {
    expect(await idOf(anyone, `  ${email.toUpperCase()} `)).toBe(id);
    const { status, headers, body } = await ask(anyone, `/subscribers/${id}`);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject({
      subscriber: { id, email, firstName: 'Ana', unsubscribedAt: null },
      suppression: null,
      signups: [{ page: '/', provider: null, timeZone: 'Europe/Berlin' }],
      enrollments: [{ state: 'active', slot: 'Tuesdays at 7:30 am, Europe/Berlin time' }],
      deliveries: [
        { kind: 'confirm', state: 'sent' },
        { kind: 'lesson', lesson: 1, state: 'sent' },
      ],
      events: [],
      acts: [],
    });
  });

  it('says of an address that nobody has that nobody has it', async () => {
    expect((await ask(anyone, '/find', { email: newAddress() })).body).toEqual({
      subscriber: null,
      suppression: null,
      erasure: null,
    });
  });

  it('ends the lessons of whoever asks for it, once, and says who did so and why', async () => {
    const path = `/subscribers/${id}/unsubscribe`;
    expect((await ask(anyone, path, SIGNED)).body).toEqual({ result: 'unsubscribed' });
    expect((await ask(anyone, path, SIGNED)).body).toEqual({ result: 'already-unsubscribed' });
    expect(await written()).toEqual([
      { actor: 'operator:Mara', verb: 'unsubscribe', subject: null, reason: 'she wrote to me' },
    ]);
    await anyone.pass(30 * 86_400);
    await anyone.work();
    expect(await anyone.mails(email)).toHaveLength(2);
  });

  it('reads what learners said as they left, and sets a course going that mail had stopped', async () => {
    expect((await ask(anyone, '/goodbyes')).body).toEqual({ goodbyes: [] });
    await change(enrollments, { state: 'paused', pauseReason: 'bounces', nextAt: null });
    const path = `/subscribers/${id}/resume`;
    expect((await ask(anyone, path, SIGNED)).body).toEqual({ result: 'resumed' });
    expect((await ask(anyone, path, SIGNED)).status).toBe(409);
    expect((await ask(anyone, '/subscribers/sub_zzz/resume', SIGNED)).status).toBe(404);
    expect((await ask(anyone, path, { by: 'Mara' })).status).toBe(422);

    const { tokens } = await anyone.context();
    const subscriber = Number(await value(subscribers, 'id'));
    const leave = `/unsubscribe/${await tokens.unsubscribe(subscriber)}`;
    await anyone.post(leave, { goodbye: 'Too many\nwords' });
    expect((await ask(anyone, '/goodbyes')).body).toEqual({
      goodbyes: [{ subscriber: id, at: expect.stringMatching(/^20/), words: 'Too many\nwords' }],
    });
  });

  it('suppresses and lifts, by subscriber and by address', async () => {
    expect((await ask(anyone, `/subscribers/${id}/suppress`, SIGNED)).body).toEqual({
      result: 'suppressed',
    });
    expect(await value(enrollments, 'pauseReason')).toBe('suppressed');
    const lift = { email, ...SIGNED };
    expect((await ask(anyone, '/suppressions/lift', lift)).body).toEqual({ result: 'lifted' });
    expect((await ask(anyone, '/suppressions/lift', lift)).body).toEqual({
      result: 'not-suppressed',
    });
    expect(await value(enrollments, 'state')).toBe('active');

    const stranger = newAddress();
    const suppress = { email: stranger, ...SIGNED };
    expect((await ask(anyone, '/suppressions', suppress)).body).toEqual({ result: 'suppressed' });
    await anyone.post('/signup', { email: stranger });
    await anyone.work();
    expect(await anyone.mails(stranger)).toEqual([]);
    expect(JSON.stringify(await written())).not.toContain(stranger);
  });

  it('sends a lesson once more', async () => {
    const resend = await ask(anyone, `/subscribers/${id}/resend`, { lesson: 1, ...SIGNED });
    expect(resend.body).toEqual({ result: 'owed' });
    await anyone.work();
    const [, first, again] = await anyone.mails(email);
    expect(again).toMatchObject({ subject: first?.subject, html: first?.html, lesson: 1 });
    const later = await ask(anyone, `/subscribers/${id}/resend`, { lesson: 5, ...SIGNED });
    expect(later).toMatchObject({ status: 409, body: { error: { code: 'not-possible' } } });
  });

  it('erases somebody; what stays is a hash, and when they were here', async () => {
    const reason = { by: 'Mara', reason: 'asked for it' };
    const named = { by: 'Mara', reason: 'Ana asked for it' };
    expect((await ask(anyone, `/subscribers/${id}/erase`, named)).status).toBe(422);
    expect((await ask(anyone, `/subscribers/${id}/erase`, reason)).body).toEqual({
      result: 'erased',
    });
    expect((await ask(anyone, `/subscribers/${id}`)).status).toBe(404);
    const { body } = await ask(anyone, '/find', { email });
    expect(body).toMatchObject({
      subscriber: null,
      erasure: { erasedAt: expect.stringMatching(/Z$/) },
    });
  });

  it('halts, sees what is halted, and lifts it', async () => {
    const halt = { scope: 'lesson:2', ...SIGNED };
    expect((await ask(anyone, '/halts', halt)).body).toEqual({ result: 'halted' });
    expect((await ask(anyone, '/halts')).body).toMatchObject({
      halts: [{ scope: 'lesson:2', reason: 'by-hand' }],
    });
    expect((await ask(anyone, '/halts/lesson:2/lift', SIGNED)).body).toEqual({ result: 'lifted' });
    expect((await ask(anyone, '/halts/lesson:2/lift', SIGNED)).status).toBe(404);
  });

  it('lists the courses that have no date, with what is in the way', async () => {
    await change(enrollments, { zone: 'America/Atlantis', nextAt: null, undatedAt: 1 });
    const { status, body } = await ask(anyone, '/undated');
    expect(status).toBe(200);
    expect(body).toEqual({
      courses: [
        {
          subscriber: expect.stringMatching(/^sub_/),
          email,
          lesson: 2,
          slot: 'Tuesdays at 7:30 am, America/Atlantis time',
          why: 'zone',
          since: '1970-01-01T00:00:01.000Z',
        },
      ],
    });
  });

  it('settles what is uncertain', async () => {
    await change(deliveries, { state: 'uncertain' }, { kind: 'lesson' });
    await change(
      batches,
      { state: 'uncertain' },
      sql`${batches.id} IN (SELECT ${deliveries.batchId} FROM ${deliveries} WHERE ${deliveries.kind} = 'lesson')`,
    );
    const { body } = await ask(anyone, '/uncertain');
    const [batch] = (body as { batches: { id: number; attempts: number; mails: unknown[] }[] })
      .batches;
    expect(batch?.mails).toMatchObject([{ kind: 'lesson', lesson: 1, subscriber: id, email }]);
    const verdict = { verdict: 'accepted', ...SIGNED };
    const path = `/batches/${batch?.id}/settle`;
    for (const attempts of [undefined, null, 0, -1, 1.5, '1']) {
      const refused = await ask(anyone, path, { verdict: 'not-accepted', attempts, ...SIGNED });
      expect(refused.status).toBe(422);
      expect(refused.body).toMatchObject({ error: { code: 'bad-input', field: 'attempts' } });
    }
    const seen = Number(batch?.attempts) + 1;
    const late = await ask(anyone, path, { verdict: 'not-accepted', attempts: seen, ...SIGNED });
    expect(late.status).toBe(409);
    expect(late.body).toMatchObject({
      error: { message: expect.stringContaining(`attempts are ${batch?.attempts} now`) },
    });
    expect((await ask(anyone, path, verdict)).body).toEqual({ result: 'settled' });
    expect((await ask(anyone, path, verdict)).status).toBe(409);
    expect((await ask(anyone, '/batches/17/settle', verdict)).status).toBe(404);
  });

  it.each<[string, string, unknown, string]>([
    ['who it is', '/unsubscribe', { reason: 'x' }, 'by'],
    ['a name without an address', '/unsubscribe', { by: 'mara@example.org', reason: 'x' }, 'by'],
    ['a name that is text', '/unsubscribe', { by: 7, reason: 'x' }, 'by'],
    ['why', '/unsubscribe', { by: 'Mara' }, 'reason'],
    [
      'a reason of a bearable length',
      '/suppress',
      { by: 'Mara', reason: 'x'.repeat(501) },
      'reason',
    ],
    [
      'a reason without an address',
      '/erase',
      { by: 'Mara', reason: 'a@example.org asked' },
      'reason',
    ],
    ['a lesson that there is', '/resend', { ...SIGNED, lesson: 9 }, 'lesson'],
    ['a lesson at all', '/resend', SIGNED, 'lesson'],
    ['an object', '/lift', [1], 'form'],
    ['something', '/lift', null, 'form'],
  ])('must say %s, and nothing is done without it', async (_, verb, input, field) => {
    const { status, body } = await ask(anyone, `/subscribers/${id}${verb}`, input);
    expect(status).toBe(422);
    expect(body).toMatchObject({ error: { code: 'bad-input', field } });
    expect(await written()).toEqual([]);
    expect(await value(enrollments, 'state')).toBe('active');
  });

  it.each(['sub_', 'sub_zzzzzzzzzzzzzz', 'sub_1', '1', 'sub_%00', "sub_1'--"])(
    'hears that nobody is called %j',
    async (name) => {
      expect((await ask(anyone, `/subscribers/${encodeURIComponent(name)}`)).status).toBe(404);
      const path = `/subscribers/${encodeURIComponent(name)}/erase`;
      expect((await ask(anyone, path, SIGNED)).status).toBe(404);
    },
  );
});

describe('nobody else', () => {
  const PATHS: [method: string, path: string][] = [
    ['POST', '/find'],
    ['GET', '/subscribers/sub_1'],
    ['POST', '/subscribers/sub_1/erase'],
    ['POST', '/suppressions'],
    ['GET', '/halts'],
    ['POST', '/halts/all/lift'],
    ['GET', '/uncertain'],
    ['GET', '/undated'],
    ['POST', '/batches/1/settle'],
    ['GET', '/nowhere'],
  ];
  const TOKENS: [string, Record<string, string>][] = [
    ['without a token', {}],
    ['with another token', bearer('a-token-that-is-long-enough-but-is-another-one')],
    ['with a part of it', bearer(LOCAL_OPERATOR_TOKEN.slice(0, -1))],
    ['with more than it', bearer(`${LOCAL_OPERATOR_TOKEN}x`)],
    ['with an empty token', { authorization: 'Bearer ' }],
    ['with another scheme', { authorization: `Basic ${btoa(`mara:${LOCAL_OPERATOR_TOKEN}`)}` }],
    ['with a cookie', { cookie: `token=${LOCAL_OPERATOR_TOKEN}` }],
  ];
  it.each(TOKENS)('gets in %s', async (_, headers) => {
    const anyone = visitor();
    for (const [method, path] of PATHS) {
      const response = await anyone.fetch(`/operator/api${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(method === 'POST' ? { body: JSON.stringify({ scope: 'all', ...SIGNED }) } : {}),
      });
      expect([path, response.status]).toEqual([path, 401]);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await response.json()).toMatchObject({ error: { code: 'bad-bearer' } });
    }
    expect(await written()).toEqual([]);
  });

  it('learns an address or the token from the log', async () => {
    const anyone = visitor();
    const email = newAddress();
    const { lines } = await withConsole(async () => {
      await signUpByForm(anyone, email);
      const id = await idOf(anyone, email);
      await ask(anyone, `/subscribers/${id}/suppress`, SIGNED);
      await ask(anyone, '/find', { email: 'no address' });
      await anyone.get('/operator/api/halts', bearer('x'));
    });
    expect(lines.join('\n')).not.toContain(email);
    expect(lines.join('\n')).not.toContain(LOCAL_OPERATOR_TOKEN);
  });
});
