import { env } from 'cloudflare:workers';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { deliveries, departures, enrollments, shares, subscribers } from '../../src/db/schema.ts';
import { mendShares } from '../../src/share/mend-shares.ts';
import { readRoster } from '../../src/share/read-roster.ts';
import { WORDS_VERSION } from '../../src/signup/consent.ts';
import { deviceCookie, mailedPath, pressConfirm, SLOT, signUpByForm } from '../support/people.ts';
import { plantProvider } from '../support/providers.ts';
import { change, count, pick, query, rows, value } from '../support/rows.ts';
import { DAY, type Visitor, visitor } from '../support/visitor.ts';

const EMAIL = 'ana@example.org';
const GO = { go: 'yes' };
const HARBOR = 1;
const CEDAR = 2;

/** Two providers, and a browser. */
async function began(): Promise<Visitor> {
  const anyone = visitor();
  await anyone.setTime('2026-11-30T12:00:00Z');
  await plantProvider();
  await plantProvider({ key: 'pk_cedar', name: 'Cedar School' });
  return anyone;
}

/** Signs up and confirms on a page that showed today's words; null for no provider. */
async function enroll(anyone: Visitor, provider: string | null, email = EMAIL): Promise<string> {
  const path = await signUpByForm(anyone, email, provider === null ? {} : { provider });
  const words = await shownWords(anyone, path);
  const answer = await anyone.post(path, { ...GO, ...SLOT, words });
  await anyone.work();
  return answer.headers.get('location') ?? '';
}

/** The version that the page behind a link posts with its button. */
async function shownWords(anyone: Visitor, path: string): Promise<string> {
  const page = await (await anyone.get(path)).text();
  return /name="words" value="([^"]*)"/.exec(page)?.[1] ?? '';
}

async function lines(anyone: Visitor, providerId: number) {
  const roster = await readRoster(await anyone.context(), { providerId, filter: 'all' });
  return roster.lines;
}

const seen = async (anyone: Visitor, providerId: number) =>
  (await lines(anyone, providerId)).map(({ email, weeks, allEight }) => ({
    email,
    weeks,
    allEight,
  }));

async function leave(anyone: Visitor, email = EMAIL): Promise<void> {
  await anyone.post(await mailedPath(anyone, email, 'unsubscribe'));
}

describe('a learner’s words of consent', () => {
  it('are those that the confirm page showed, and dates stand beside the name where they named them', async () => {
    const anyone = await began();
    await enroll(anyone, 'pk_harbor');
    expect(await value(shares, 'words')).toBe(WORDS_VERSION);
    const [line] = await lines(anyone, HARBOR);
    expect(line).toMatchObject({ name: 'Ana', email: EMAIL, weeks: 1, finished: null });
    expect(line?.began).toBe(await value(shares, 'since'));
    await anyone.moveTo('2027-03-01T12:00:00Z');
    const [after] = await lines(anyone, HARBOR);
    const eighth = await value(deliveries, 'acceptedAt', { lesson: 8 });
    expect(after).toMatchObject({ weeks: 8, allEight: true, finished: eighth });
  });

  it('that named no dates show none, and weeks and all eight as before', async () => {
    const anyone = await began();
    // A page that was loaded before this version posts no words.
    await pressConfirm(anyone, await signUpByForm(anyone, EMAIL, { provider: 'pk_harbor' }));
    await anyone.moveTo('2027-03-01T12:00:00Z');
    expect(await lines(anyone, HARBOR)).toMatchObject([
      { weeks: 8, allEight: true, began: null, finished: null },
    ]);
  });

  it('made up by whoever posts the page are held to the fewest things that were ever named', async () => {
    const anyone = await began();
    const path = await signUpByForm(anyone, EMAIL, { provider: 'pk_harbor' });
    await anyone.post(path, { ...GO, ...SLOT, words: '2031-01-z' });
    expect(await value(shares, 'words')).toBe('2026-11-a');
  });
});

describe('a learner who begins again', () => {
  it('is one line of the roster, with the weeks of the new course and the date of the first', async () => {
    const anyone = await began();
    const learnPath = await enroll(anyone, 'pk_harbor');
    const ref = await value(shares, 'ref');
    const since = await value(shares, 'since');
    await anyone.moveTo('2027-03-01T12:00:00Z');
    const eighth = await value(deliveries, 'acceptedAt', { lesson: 8 });
    const enrollment = String(await value(enrollments, 'signupId'));
    await anyone.post(`${learnPath}/restart`, { ...GO, enrollment });
    await anyone.moveTo('2027-03-05T12:00:00Z');
    expect(await count(enrollments)).toBe(2);
    expect(await lines(anyone, HARBOR)).toEqual([
      { ref, name: 'Ana', email: EMAIL, weeks: 1, allEight: true, began: since, finished: eighth },
    ]);
  });
});

describe('a learner who comes back without their provider', () => {
  it('is on its roster no more, unless all eight were sent through it', async () => {
    const anyone = await began();
    await enroll(anyone, 'pk_harbor', 'half@example.org');
    await enroll(anyone, 'pk_harbor', 'whole@example.org');
    await leave(anyone, 'half@example.org');
    await anyone.moveTo('2027-03-01T12:00:00Z');
    await leave(anyone, 'whole@example.org');
    await enroll(anyone, null, 'half@example.org');
    await enroll(anyone, null, 'whole@example.org');
    expect(await seen(anyone, HARBOR)).toEqual([
      { email: 'whole@example.org', weeks: 8, allEight: true },
    ]);
    expect(await pick(shares, ['ended'], undefined, shares.id)).toEqual([
      { ended: 'moved' },
      { ended: null },
    ]);
  });

  it('but through another is on that one’s alone, and comes back onto the first by its form', async () => {
    const anyone = await began();
    await enroll(anyone, 'pk_harbor');
    const ref = await value(shares, 'ref');
    await leave(anyone);
    await anyone.pass(2 * DAY);
    await enroll(anyone, 'pk_cedar');
    expect(await seen(anyone, HARBOR)).toEqual([]);
    expect(await seen(anyone, CEDAR)).toEqual([{ email: EMAIL, weeks: 1, allEight: false }]);
    await leave(anyone);
    await anyone.pass(2 * DAY);
    await enroll(anyone, 'pk_harbor');
    expect(await lines(anyone, HARBOR)).toMatchObject([{ ref, weeks: 1 }]);
    expect(await seen(anyone, CEDAR)).toEqual([]);
    expect(await count(shares)).toBe(2);
  });

  it('stays with the first provider while the course runs, whoever’s form is filled in', async () => {
    const anyone = await began();
    await enroll(anyone, 'pk_harbor');
    await anyone.pass(2 * DAY);
    await anyone.postJson('/signup', { email: EMAIL, provider: 'pk_cedar' });
    await anyone.work();
    expect(await count(shares)).toBe(1);
    expect(await seen(anyone, HARBOR)).toMatchObject([{ email: EMAIL }]);
  });
});

describe('an erased learner', () => {
  it('leaves a number for whoever has a file, and nothing else, for a year', async () => {
    const anyone = await began();
    const learnPath = await enroll(anyone, 'pk_harbor');
    const ref = String(await value(shares, 'ref'));
    await anyone.post(`${learnPath}/erase`, GO, { cookie: await deviceCookie(anyone, EMAIL) });
    await anyone.work();
    const erase = await mailedPath(anyone, EMAIL, 'erase');
    await anyone.post(erase, GO);
    await anyone.work();
    expect(await count(subscribers)).toBe(0);
    expect(await count(shares)).toBe(0);
    const [left] = await rows(departures);
    expect(left).toEqual({ ref, providerId: HARBOR, what: 'erased', at: left?.at });
    await anyone.pass(364 * DAY);
    await anyone.work();
    expect(await count(departures)).toBe(1);
    await anyone.pass(2 * DAY);
    await anyone.work();
    expect(await count(departures)).toBe(0);
  });
});

describe('shares that the version before did not write', () => {
  /** Everything that a share says but for its number, which is random. */
  const told = () =>
    pick(
      shares,
      ['providerId', 'subscriberId', 'enrollmentId', 'since', 'finishedAt', 'endedAt', 'ended'],
      undefined,
      shares.providerId,
      shares.subscriberId,
    );
  const empty = () => query(sql`DELETE FROM ${shares}`);

  it('are those that this one would have, by the migration as by the chore that comes after it', async () => {
    const anyone = await began();
    await enroll(anyone, 'pk_harbor', 'one@example.org');
    await enroll(anyone, 'pk_harbor', 'moved@example.org');
    await enroll(anyone, 'pk_harbor', 'whole@example.org');
    await enroll(anyone, 'pk_cedar', 'again@example.org');
    await enroll(anyone, null, 'own@example.org');
    for (const name of ['moved', 'again']) await leave(anyone, `${name}@example.org`);
    await anyone.pass(2 * DAY);
    await enroll(anyone, 'pk_cedar', 'moved@example.org');
    await enroll(anyone, 'pk_cedar', 'again@example.org');
    await anyone.moveTo('2027-03-01T12:00:00Z');
    await leave(anyone, 'whole@example.org');
    await enroll(anyone, null, 'whole@example.org');
    // The eighth lesson's time is the ledger's, as for shares that are written at once.
    const written = await told();
    expect(written).toHaveLength(5);

    await empty();
    const fill = env.TEST_MIGRATIONS.flatMap(({ queries }) => queries).filter((text) =>
      text.includes('INSERT INTO `shares`'),
    );
    for (const statement of fill) await env.DB.prepare(statement).run();
    expect(await told()).toEqual(written);

    await empty();
    await mendShares(await anyone.context(), 1000);
    expect(await told()).toEqual(written);
  });

  it('are found by the tick within the hour, and what is right stays untouched', async () => {
    const anyone = await began();
    await enroll(anyone, 'pk_harbor', 'one@example.org');
    await enroll(anyone, 'pk_harbor', 'two@example.org');
    const [one] = await rows(subscribers, { email: 'one@example.org' });
    await query(sql`DELETE FROM ${shares} WHERE ${shares.subscriberId} = ${one?.id}`);
    await change(shares, { ended: 'withdrawn', endedAt: 1_800_000_000 });
    const kept = await rows(shares);
    expect(kept).toHaveLength(1);
    await anyone.pass(3700);
    await anyone.work();
    expect(await rows(shares, { ended: 'withdrawn' })).toEqual(kept);
    expect(await seen(anyone, HARBOR)).toEqual([
      { email: 'one@example.org', weeks: 1, allEight: false },
    ]);
  });
});
