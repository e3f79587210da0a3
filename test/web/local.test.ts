import { describe, expect, it } from 'vitest';
import { enrollments, pulse } from '../../src/db/schema.ts';
import { enrollByForm, signUpByForm } from '../support/people.ts';
import { dump, value } from '../support/rows.ts';
import { HOST, see, type Visitor, visitor, withConsole } from '../support/visitor.ts';

const EMAIL = 'ana@example.org';
const DAY = 86_400_000;

/** Moves the clock; what the service logs of each mail is not these tests' output. */
async function moveClock(anyone: Visitor, move: Record<string, string>): Promise<Response> {
  return (await withConsole(() => anyone.postJson('/clock', move))).given;
}

describe('the local mailbox', () => {
  it('as JSON has every mail, oldest first, with its links', async () => {
    const anyone = visitor();
    await enrollByForm(anyone, EMAIL);
    const response = await anyone.get('/mailbox.json');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    const mails = (await response.json()) as Record<string, unknown>[];
    expect(mails.map(({ to, kind, lesson }) => [to, kind, lesson])).toEqual([
      [EMAIL, 'confirm', null],
      [EMAIL, 'lesson', 1],
    ]);
    for (const mail of mails) {
      expect(mail).toMatchObject({
        from: expect.stringContaining('@'),
        subject: expect.stringMatching(/\S/),
        html: expect.stringContaining('<'),
        text: expect.stringContaining('http://localhost:8787/'),
        headers: expect.objectContaining({ 'List-Unsubscribe': expect.any(String) }),
      });
      expect(new Date(String(mail.at)).toISOString()).toBe(mail.at);
      expect(JSON.stringify(mail)).not.toMatch(/\{\{|undefined|\[object/);
    }
  });

  it('as a page lists the newest first, and opens the mail that is chosen', async () => {
    const anyone = visitor();
    await enrollByForm(anyone, EMAIL);
    const list = await see(await anyone.get('/mailbox'));
    expect(list.all('iframe')).toEqual([]);
    const links = list.all('a').filter((link) => link.href?.startsWith('/mailbox?'));
    expect(links).toHaveLength(2);
    const mails = await anyone.mails();
    for (const [index, mail] of mails.reverse().entries()) {
      const path = links[index]?.href?.split('#')[0] ?? '';
      const page = await see(await anyone.get(path));
      expect(page.all('h2').some((heading) => heading.id === 'mail-subject')).toBe(true);
      const [frame, ...others] = page.all('iframe');
      expect(others).toEqual([]);
      expect(frame?.srcdoc).toContain(`<title>`);
      expect(frame?.srcdoc?.length).toBeGreaterThanOrEqual(mail.html.length);
      expect(frame?.sandbox).toBeDefined();
      expect(frame?.sandbox).not.toContain('allow-scripts');
      expect(frame?.sandbox).not.toContain('allow-same-origin');
      expect(page.text).toContain(mail.subject);
      const current = page.all('a').filter((link) => link['aria-current'] === 'true');
      expect(current.map((link) => link.href?.split('#')[0])).toEqual([path]);
    }
  });

  it.each(['0', '-1', '999', '1.5', 'x', '1e400', "1' OR 1=1"])(
    'opened at mail %j, which is not there, is only the list',
    async (id) => {
      const anyone = visitor();
      await signUpByForm(anyone, EMAIL);
      const response = await anyone.get(`/mailbox?mail=${encodeURIComponent(id)}`);
      expect(response.status).toBe(200);
      expect((await see(response)).all('iframe')).toEqual([]);
    },
  );

  it('with no mail says how to get the first', async () => {
    const response = await visitor().get('/mailbox');
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('No mail yet.');
  });

  it('shows the time of the course', async () => {
    const anyone = visitor();
    await anyone.setTime('2031-05-06T07:08:00Z');
    expect(await (await anyone.get('/mailbox')).text()).toContain('2031-05-06T07:08');
  });
});

describe('the clock', () => {
  it('moves forward by a duration and sends what falls due on the way', async () => {
    const anyone = visitor();
    await enrollByForm(anyone, EMAIL);
    const before = Date.now();
    const response = await moveClock(anyone, { advance: 'P14D' });
    expect(response.status).toBe(200);
    const { now, sent } = (await response.json()) as { now: string; sent: number };
    expect(Math.abs(Date.parse(now) - (before + 14 * DAY))).toBeLessThan(30_000);
    const lessons = (await anyone.mails(EMAIL)).filter((mail) => mail.kind === 'lesson');
    expect(lessons.length).toBe(1 + sent);
    expect(sent).toBeGreaterThanOrEqual(1);
  });

  it('moves forward to an instant, in whatever zone it is told', async () => {
    const anyone = visitor();
    await anyone.setTime('2026-11-30T12:00:00Z');
    const one = await moveClock(anyone, { to: '2026-12-01T00:00:00Z' });
    expect(await one.json()).toMatchObject({
      now: expect.stringMatching(/^2026-12-01T00:00:0[0-5]/),
      sent: 0,
    });
    const other = await moveClock(anyone, { to: '2026-12-02T00:00:00+05:30' });
    expect(await other.json()).toMatchObject({
      // A second may pass while the test runs.
      now: expect.stringMatching(/^2026-12-01T18:30:0[0-5]/),
    });
  });

  it('is moved by a form, too', async () => {
    const anyone = visitor();
    expect((await anyone.post('/clock', { advance: 'PT1H' })).status).toBe(200);
    const ours = { origin: HOST, 'sec-fetch-site': 'same-origin' };
    expect((await anyone.post('/clock', { advance: 'PT1H' }, ours)).status).toBe(200);
  });

  it.each<[string, Record<string, string>]>([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['another port', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:8000' }],
    ['an older browser on another site', { origin: 'https://evil.example' }],
    ['a frame of nobody’s', { origin: 'null' }],
  ])('is not moved by a page of %s', async (_, headers) => {
    const anyone = visitor();
    const response = await anyone.post('/clock', { advance: 'P7D' }, headers);
    expect(response.status).toBe(403);
    expect(await value(pulse, 'clockOffset')).toBe(0);
  });

  it('stays where it was moved to, for whoever comes next', async () => {
    const anyone = visitor();
    await moveClock(anyone, { advance: 'P30D' });
    const { clock } = await visitor().context();
    expect(clock.now() - Date.now() / 1000).toBeGreaterThan(29.9 * 86_400);
  });

  it.each<[unknown, string]>([
    [{}, 'advance'],
    [{ advance: '' }, 'advance'],
    [{ advance: 'P' }, 'advance'],
    [{ advance: '7 days' }, 'advance'],
    [{ advance: 7 }, 'advance'],
    [{ advance: null }, 'advance'],
    [{ advance: ['P7D'] }, 'advance'],
    [{ advance: '-P1D' }, 'advance'],
    [{ advance: 'P6Y' }, 'advance'],
    [{ advance: 'P999999999999Y' }, 'advance'],
    [{ advance: 'PT9999999999999999999S' }, 'advance'],
    [{ to: '' }, 'to'],
    [{ to: 'tomorrow' }, 'to'],
    [{ to: '2099' }, 'to'],
    [{ to: '2026-12-01' }, 'to'],
    [{ to: '1970-01-01T00:00:00Z' }, 'to'],
    [{ to: '+275760-09-13T00:00:00Z' }, 'to'],
    [{ to: '2026-13-45T99:00:00Z' }, 'to'],
  ])('is not moved by %j, and says why', async (body, field) => {
    const anyone = visitor();
    await anyone.setTime('2026-11-30T12:00:00Z');
    const before = await dump();
    const response = await anyone.postRaw('/clock', JSON.stringify(body), 'application/json');
    expect(response.status).toBe(422);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    const { error } = (await response.json()) as { error: Record<string, string> };
    expect(error).toMatchObject({ code: 'bad-input', field });
    expect(await dump()).toEqual(before);
  });

  it.each([
    ['{', 'application/json', 422],
    ['', 'application/json', 422],
    ['null', 'application/json', 422],
    ['["P7D"]', 'application/json', 422],
    ['"P7D"', 'application/json', 422],
    ['{"advance":"P7D"}', 'text/plain', 415],
    ['{"advance":"P7D"}', 'application/x-www-form-urlencoded', 422],
  ])('is not moved by %j as %s', async (body, type, status) => {
    const anyone = visitor();
    const response = await anyone.postRaw('/clock', body, type);
    expect(response.status).toBe(status);
    expect(await response.json()).toHaveProperty('error.code');
    expect(await value(pulse, 'clockOffset')).toBe(0);
  });

  it('stands still for “now”: what is due is sent, once', async () => {
    const anyone = visitor();
    await anyone.post('/signup', { email: EMAIL });
    const sent = async () => {
      const response = await moveClock(anyone, { advance: 'PT0S' });
      return ((await response.json()) as { sent: number }).sent;
    };
    expect([await sent(), await sent()]).toEqual([1, 0]);
    expect(await anyone.mails(EMAIL)).toHaveLength(1);
  });

  it('says how many mails were sent also where a signup was forgotten on the way', async () => {
    const anyone = visitor();
    await anyone.post('/signup', { email: EMAIL });
    await moveClock(anyone, { advance: 'PT0S' });
    const response = await moveClock(anyone, { advance: 'P40D' });
    expect(await response.json()).toMatchObject({ sent: 0 });
  });

  it('moved by several at once loses nothing and sends nothing twice', async () => {
    const anyone = visitor();
    await anyone.setTime('2026-11-30T12:00:00Z');
    await enrollByForm(anyone, EMAIL);
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => moveClock(anyone, { to: '2027-02-15T00:00:00Z' })),
    );
    for (const answer of answers) expect(answer.status).toBe(200);
    const lessons = (await anyone.mails(EMAIL)).filter((mail) => mail.kind !== 'confirm');
    expect(lessons.map((mail) => mail.lesson)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, null]);
    expect(await value(enrollments, 'state')).toBe('completed');
  });
});
