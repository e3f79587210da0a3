import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { deliveries, mailbox, signups, subscribers } from '../../src/db/schema.ts';
import { enrollByForm, SLOT, signUpByForm } from '../support/people.ts';
import { batch, pick, query } from '../support/rows.ts';
import { see, type Visitor, visitor, withConsole } from '../support/visitor.ts';

const EMAIL = 'ana.personal@example.org';

/** What no answer may show: how the service is built, and whom it serves. */
const INSIDE =
  /SQLITE|D1_|SELECT |INSERT |no such table|subscribers|signups|at \w+ \(|\.tsx?:|src\//;

describe('a fault inside', () => {
  const faults: [
    string,
    string,
    (anyone: Visitor, learn: string, pending: string) => Promise<Response>,
  ][] = [
    [
      'a signup',
      'signups',
      (anyone) => anyone.post('/signup', { email: EMAIL, first_name: 'Anabel' }),
    ],
    ['a signup', 'subscribers', (anyone) => anyone.post('/signup', { email: EMAIL })],
    ['a signup', 'deliveries', (anyone) => anyone.post('/signup', { email: EMAIL })],
    ['a provider’s form', 'providers', (anyone) => anyone.get('/?provider=pk_personal')],
    ['a confirmation page', 'signups', (anyone, _, pending) => anyone.get(pending)],
    [
      'the button',
      'enrollments',
      (anyone, _, pending) => anyone.post(pending, { go: 'yes', ...SLOT }),
    ],
    ['a learner’s page', 'deliveries', (anyone, learn) => anyone.get(learn)],
    [
      'another hour',
      'enrollments',
      (anyone, learn) => anyone.post(`${learn}/slot`, { go: 'yes', ...SLOT }),
    ],
    ['the mailbox', 'mailbox', (anyone) => anyone.get('/mailbox')],
    ['any page', 'pulse', (anyone) => anyone.get('/about')],
  ];

  it.each(faults)(
    'at %s (%s is gone) is a page that says nothing of it; the log has no address',
    async (_, table, act) => {
      const anyone = visitor();
      const { learnPath } = await enrollByForm(anyone, EMAIL);
      const pending = await signUpByForm(anyone, 'ben.personal@example.org');
      await batch([
        sql`PRAGMA defer_foreign_keys = ON`,
        sql`ALTER TABLE ${sql.identifier(table)} RENAME TO moved_away`,
      ]);
      const { given: response, lines } = await withConsole(() => act(anyone, learnPath, pending));
      expect(response.status).toBe(500);
      expect(response.headers.get('content-type')).toMatch(/^text\/html/);
      expect(response.headers.get('cache-control')).toBe('no-store');
      const page = await see(response);
      expect(page.text).toContain('Something went wrong on our side.');
      expect(page.text).not.toMatch(INSIDE);
      expect(page.text).not.toContain('personal');
      expect(lines).toHaveLength(1);
      const line = JSON.parse(lines[0] ?? '') as Record<string, string>;
      expect(line).toMatchObject({ level: 'error', event: 'failed' });
      expect(lines[0]).not.toMatch(/personal|@|Anabel/);
      expect(lines[0]).not.toContain(learnPath.split('.').at(-1));
      expect(lines[0]).not.toContain(pending.split('.').at(-1));
    },
  );

  it('is told a program in JSON, which says nothing of it either', async () => {
    await query(sql`DROP TABLE ${mailbox}`);
    await query(sql`ALTER TABLE ${signups} RENAME TO moved_away`);
    const anyone = visitor();
    for (const act of [
      () => anyone.postJson('/signup', { email: EMAIL }),
      () => anyone.get('/mailbox.json'),
    ]) {
      const { given: response, lines } = await withConsole(act);
      expect(response.status).toBe(500);
      const text = await response.text();
      expect(JSON.parse(text)).toEqual({
        error: { code: 'internal', message: expect.stringContaining('went wrong on our side') },
      });
      expect(text).not.toMatch(INSIDE);
      expect(lines.join('')).not.toContain('personal');
    }
  });

  it('that breaks a rule of the database does not log the row that broke it', async () => {
    await query(
      sql`CREATE TRIGGER refuse BEFORE INSERT ON ${subscribers}
         BEGIN SELECT RAISE(ABORT, 'refused for ana.personal@example.org'); END`,
    );
    const { given: response, lines } = await withConsole(() =>
      visitor().post('/signup', { email: EMAIL }),
    );
    expect(response.status).toBe(500);
    expect(lines).toHaveLength(1);
    expect(lines.join('')).not.toContain('personal');
  });

  it('is named in the log by what SQLite said of it, so that an operator can mend it', async () => {
    await query(sql`ALTER TABLE ${signups} RENAME TO moved_away`);
    const { lines } = await withConsole(() => visitor().post('/signup', { email: EMAIL }));
    expect(lines.join('')).toContain('no such table: signups');
  });

  it('in the queue that wakes a lane leaves the signup stored', async () => {
    const refuse = { send: () => Promise.reject(new Error(`queue down for ${EMAIL}`)) };
    const anyone = visitor({ PROMPT_QUEUE: refuse as never });
    const { lines } = await withConsole(() => anyone.post('/signup', { email: EMAIL }));
    expect(await pick(deliveries, ['kind', 'state'])).toEqual([{ kind: 'confirm', state: 'owed' }]);
    expect(lines.join('')).not.toContain('personal');
    // The next minute sends it.
    const service = visitor();
    await service.work();
    expect(await service.mails(EMAIL)).toHaveLength(1);
  });
});

describe('an address that is not there', () => {
  it.each([
    '/nowhere',
    '/signup/x',
    '/lessons/2',
    '/lessons/1/',
    '/learn',
    '/.env',
    '/wp-login.php',
    '/%',
    '//',
  ])('%s is a page with a way back, and nothing in the log', async (path) => {
    const { given: response, lines } = await withConsole(() => visitor().get(path));
    expect(response.status).toBe(404);
    const page = await see(response);
    expect(page.text).toContain('Nothing here');
    expect(page.all('a').map((link) => link.href)).toContain('/');
    expect(lines).toEqual([]);
  });

  it('is told a program in JSON', async () => {
    const response = await visitor().get('/nowhere', { accept: 'application/json' });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'not-found' } });
  });
});
