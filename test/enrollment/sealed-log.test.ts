import { ne, sql } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { deliveries, enrollments, logEntries, subscribers } from '../../src/db/schema.ts';
import { createSeal } from '../../src/seal.ts';
import { into } from '../support/into.ts';
import { broken } from '../support/ledger.ts';
import { deviceCookie, enrollByForm } from '../support/people.ts';
import { change, count, dump, pick, put, query, rows, value } from '../support/rows.ts';
import { DAY, see, type Visitor, visitor, withConsole } from '../support/visitor.ts';

const EMAIL = 'ana@example.org';
const GO = { go: 'yes' };
const WORDS = 'Quietly I looked away from Wilhelmina, and told her so.';
const HOUR = 3600;

const KEY = 'k1:a-key-that-is-long-enough-for-a-practice-log';
const NEWER = 'k2:a-newer-key-that-is-long-enough-for-a-log-too';

async function learner(anyone: Visitor = visitor(), email = EMAIL) {
  await anyone.setTime('2026-11-30T12:00:00Z');
  const { learnPath } = await enrollByForm(anyone, email);
  const cookie = await deviceCookie(anyone, email, 90 * DAY);
  /** The same learner as another configuration of the service meets them. */
  const meet = (service: Visitor) => ({
    save: (text: string, rev = '0', lesson = '1') =>
      service.post(
        `${learnPath}/log`,
        { ...GO, lesson, rev, text },
        { cookie, accept: 'application/json' },
      ),
    page: async (lesson = '1') =>
      see(await service.get(`${learnPath}/lessons/${lesson}`, { cookie })),
    exported: async () =>
      (await service.get(`${learnPath}/export.json`, { cookie })).json() as Promise<{
        log: { lesson: number; text: string | null }[];
      }>,
  });
  return { anyone, learnPath, cookie, meet, ...meet(anyone) };
}

/** What a version of before wrote, that is still running while this one is deployed. */
const plain = async (text: string, lesson = 1) => {
  const subscriberId = Number(await value(subscribers, 'id', { email: EMAIL }));
  await put(logEntries, { subscriberId, lesson, text, savedAt: 0 });
};

describe('the practice log at rest', () => {
  afterEach(async () => expect(await broken()).toEqual([]));

  it('says nothing to whoever holds the database, and everything to its writer', async () => {
    const { save, page, exported } = await learner();
    expect(await (await save(WORDS)).json()).toEqual({ rev: 1 });
    expect(await (await save(`${WORDS} Twice.`, '1')).json()).toEqual({ rev: 2 });
    const kept = JSON.stringify(await dump());
    for (const word of ['looked away', 'Wilhelmina', 'Twice.']) expect(kept).not.toContain(word);
    expect((await page()).text).toContain(`${WORDS} Twice.`);
    expect((await exported()).log).toMatchObject([{ lesson: 1, text: `${WORDS} Twice.` }]);
  });

  it('looks different each time, also for the same words', async () => {
    const { anyone, save } = await learner();
    const other = await learner(anyone, 'ben@example.org');
    await save(WORDS);
    await save(WORDS, '0', '2');
    await other.save(WORDS);
    const sealed = (await pick(logEntries, ['sealed'])).map((row) => row.sealed);
    expect(new Set(sealed).size).toBe(sealed.length);
  });

  it('opens in its own place only: not for another learner, not below another lesson', async () => {
    const { anyone, save, page } = await learner();
    const other = await learner(anyone, 'ben@example.org');
    await anyone.moveTo('2026-12-09T00:00:00Z');
    await save(WORDS);
    await save('something else', '0', '2');
    await other.save('his own');
    const { given: pages } = await withConsole(async () => {
      await change(logEntries, { sealed: (await value(logEntries, 'sealed', { id: 1 })) ?? null });
      return [await page('2'), await other.page('1')];
    });
    for (const shown of pages) {
      expect(shown.text).not.toContain(WORDS);
      expect(shown.text).toContain('does not open just now');
    }
    expect((await page('1')).text).toContain(WORDS);
    // Not even with the other's salt.
    const logSalt = (await value(subscribers, 'logSalt', { email: EMAIL })) ?? null;
    await change(subscribers, { logSalt });
    const { given: again } = await withConsole(() => other.page('1'));
    expect(again.text).not.toContain(WORDS);
  });

  it('is nothing any more once its learner is erased, although the key is still there', async () => {
    const { anyone, save } = await learner();
    await save(WORDS);
    const [entry] = await rows(logEntries);
    const [person] = await rows(subscribers);
    const { settings } = await anyone.context();
    const seal = createSeal(settings.logKeys);
    const place = { salt: person?.logSalt ?? '', subscriberId: person?.id ?? 0, lesson: 1 };
    expect(await seal.open(entry?.sealed ?? '', entry?.keyId ?? '', place)).toBe(WORDS);
    const without = { ...place, salt: '' };
    expect(await seal.open(entry?.sealed ?? '', entry?.keyId ?? '', without)).toBeNull();
  });

  it('takes the salt at once while an erasure waits for a mail that is on its way', async () => {
    const { anyone, save, learnPath, cookie } = await learner();
    await save(WORDS);
    await change(deliveries, { state: 'sending', batchId: 1 }, { kind: 'lesson' });
    await change(enrollments, { nextAt: null });
    await anyone.post(`${learnPath}/erase`, GO, { cookie });
    const id = Number(await value(subscribers, 'id'));
    const headers = { authorization: `Bearer ${(await anyone.context()).settings.operatorToken}` };
    const path = `/operator/api/subscribers/sub_${id.toString(36)}/erase`;
    const answer = await anyone.postJson(path, { by: 'ines', reason: 'asked' }, headers);
    expect(answer.status).toBe(200);
    expect(await pick(subscribers, ['logSalt'])).toEqual([{ logSalt: null }]);
    expect(await count(logEntries)).toBe(0);
  });

  it('keeps both texts when two first ones are saved at once, each readable', async () => {
    const { anyone, save, page } = await learner();
    await anyone.moveTo('2026-12-23T00:00:00Z');
    const answers = await Promise.all(
      ['1', '2', '3', '4'].map((lesson) => save(`${WORDS} ${lesson}`, '0', lesson)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    for (const lesson of ['1', '2', '3', '4']) {
      expect((await page(lesson)).text).toContain(`${WORDS} ${lesson}`);
    }
  });

  it('can be emptied, and is empty then', async () => {
    const { anyone, save, page, learnPath, cookie } = await learner();
    await save(WORDS);
    expect((await see(await anyone.get(learnPath, { cookie }))).text).toContain('week 1');
    await save('', '1');
    expect(await pick(logEntries, ['text', 'sealed', 'keyId'])).toEqual([
      { text: '', sealed: null, keyId: null },
    ]);
    expect((await page()).text).not.toContain(WORDS);
    expect((await see(await anyone.get(learnPath, { cookie }))).text).toContain(
      'Nothing is written yet.',
    );
  });

  it('stands in no log line, whatever goes wrong', async () => {
    const { save } = await learner();
    const { lines } = await withConsole(async () => {
      await save(WORDS);
      await query(sql`ALTER TABLE ${logEntries} RENAME TO moved_away`);
      expect((await save(`${WORDS} Again.`, '1')).status).toBe(500);
      await query(sql`ALTER TABLE moved_away RENAME TO ${logEntries}`);
    });
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join('\n')).not.toContain('looked away');
  });
});

describe('a text of before', () => {
  it('is read as it is, and sealed by the next save', async () => {
    const { save, page, exported } = await learner();
    await plain(WORDS);
    expect((await page()).text).toContain(WORDS);
    expect((await exported()).log).toMatchObject([{ text: WORDS }]);
    expect((await save('overwritten', '0')).status).toBe(409);
    expect(await (await save(`${WORDS} More.`, '1')).json()).toEqual({ rev: 2 });
    expect(await broken()).toEqual([]);
    expect((await page()).text).toContain(`${WORDS} More.`);
  });

  it('is sealed by a save that changes nothing, too', async () => {
    const { save, page } = await learner();
    await plain(WORDS);
    expect((await save(WORDS, '1')).status).toBe(200);
    expect(await broken()).toEqual([]);
    expect((await page()).text).toContain(WORDS);
  });

  it('is sealed within the hour, and a page that was open then still saves', async () => {
    const { anyone, save, page } = await learner();
    await anyone.work();
    await plain(WORDS);
    await plain('', 2);
    await anyone.pass(HOUR);
    await anyone.work();
    expect(await broken()).toEqual([]);
    expect(JSON.stringify(await dump())).not.toContain('looked away');
    expect((await page()).text).toContain(WORDS);
    expect((await save(`${WORDS} More.`, '1')).status).toBe(200);
  });

  it('is sealed for many within the hours, some at a time', async () => {
    const { anyone } = await learner();
    await query(sql`${into(subscribers, 'id', 'email', 'emailHash', 'createdAt')}
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250)
      SELECT i, 'p' || i || '@example.org', 'h' || i, 0 FROM n`);
    await query(sql`${into(logEntries, 'subscriberId', 'lesson', 'text', 'savedAt')}
      SELECT ${subscribers.id}, 1, 'words of ' || ${subscribers.id}, 0
      FROM ${subscribers} WHERE ${subscribers.id} <= 250`);
    const left = () => count(logEntries, ne(logEntries.text, ''));
    expect(await left()).toBe(250);
    await anyone.pass(HOUR);
    await anyone.work();
    expect(await left()).toBe(50);
    await anyone.work();
    expect(await left()).toBe(50);
    await anyone.pass(HOUR);
    await anyone.work();
    expect(await left()).toBe(0);
  });
});

describe('LOG_KEY', () => {
  it('rotated opens what the older key sealed, and seals it anew within the hour', async () => {
    const { meet } = await learner(visitor({ LOG_KEY: KEY }));
    const before = meet(visitor({ LOG_KEY: KEY }));
    await before.save(WORDS);
    const rotated = visitor({ LOG_KEY: `${NEWER},${KEY}` });
    expect((await meet(rotated).page()).text).toContain(WORDS);
    expect(await value(logEntries, 'keyId')).toBe('k1');
    await rotated.pass(HOUR);
    await rotated.work();
    expect(await pick(logEntries, ['keyId', 'rev'])).toEqual([{ keyId: 'k2', rev: 1 }]);
    // From now on the older one can go.
    const after = meet(visitor({ LOG_KEY: NEWER }));
    expect((await after.page()).text).toContain(WORDS);
  });

  it('lost: the page says so, nothing is written over, everything else goes on', async () => {
    const { anyone, meet, learnPath, cookie } = await learner(visitor({ LOG_KEY: KEY }));
    await anyone.moveTo('2026-12-09T00:00:00Z');
    await meet(anyone).save(WORDS);
    const kept = await pick(logEntries, ['sealed', 'keyId', 'rev']);
    const lost = visitor({ LOG_KEY: NEWER });
    const { lines } = await withConsole(async () => {
      const { save, page, exported } = meet(lost);
      const shown = await page('1');
      expect(shown.text.replace(/\s+/g, ' ')).toContain('It is kept as it is');
      expect(shown.all('textarea')).toEqual([]);
      expect((await exported()).log).toMatchObject([{ lesson: 1, text: null }]);
      expect((await save('over it', '1')).status).toBe(409);
      // Without the script the words come back, to be kept elsewhere.
      const fields = { ...GO, lesson: '1', rev: '1', text: 'over it' };
      const answer = await lost.post(`${learnPath}/log`, fields, { cookie });
      expect(answer.status).toBe(422);
      expect((await see(answer)).text).toContain('over it');
      expect((await save('below lesson 2', '0', '2')).status).toBe(200);
      expect((await page('2')).text).toContain('below lesson 2');
      await lost.pass(7 * DAY);
      await lost.work();
    });
    expect((await anyone.mails(EMAIL)).at(-1)?.lesson).toBe(3);
    expect(await pick(logEntries, ['sealed', 'keyId', 'rev'], { lesson: 1 })).toEqual(kept);
    expect(lines.join('\n')).toContain('log-entry-does-not-open');
    expect(lines.join('\n')).not.toMatch(/over it|looked away|long-enough/);
    // Found again, it opens as before.
    const found = meet(visitor({ LOG_KEY: `${NEWER},${KEY}` }));
    expect((await found.page('1')).text).toContain(WORDS);
  });

  it('with a damaged row does not keep the others from being sealed anew', async () => {
    const { anyone, meet } = await learner(visitor({ LOG_KEY: KEY }));
    await anyone.moveTo('2026-12-09T00:00:00Z');
    await meet(anyone).save(WORDS);
    await meet(anyone).save('below lesson 2', '0', '2');
    await change(
      logEntries,
      { sealed: sql`'AAAA' || substr(${logEntries.sealed}, 5)` },
      { lesson: 1 },
    );
    const rotated = visitor({ LOG_KEY: `${NEWER},${KEY}` });
    await withConsole(async () => {
      await rotated.pass(HOUR);
      await rotated.work();
    });
    expect(await pick(logEntries, ['lesson', 'keyId'], undefined, logEntries.lesson)).toEqual([
      { lesson: 1, keyId: 'k1' },
      { lesson: 2, keyId: 'k2' },
    ]);
  });
});
