import { describe, expect, it } from 'vitest';
import { acts, shares } from '../../src/db/schema.ts';
import { exportRoster } from '../../src/share/export-roster.ts';
import { readHome } from '../../src/share/read-home.ts';
import { readRoster } from '../../src/share/read-roster.ts';
import { WORDS_VERSION } from '../../src/signup/consent.ts';
import { deviceCookie, mailedPath, pressConfirm, signUpByForm } from '../support/people.ts';
import { plantProvider } from '../support/providers.ts';
import { rows, value } from '../support/rows.ts';
import { DAY, type Visitor, visitor } from '../support/visitor.ts';

const EMAIL = 'ana@example.org';
const GO = { go: 'yes' };

async function learner() {
  const anyone = visitor();
  await anyone.setTime('2026-11-30T12:00:00Z');
  await plantProvider();
  const path = await signUpByForm(anyone, EMAIL, { provider: 'pk_harbor' });
  const learnPath = await pressConfirm(anyone, path);
  await anyone.work();
  const share = String(await value(shares, 'ref'));
  return { anyone, learnPath, share };
}

const roster = async (anyone: Visitor) =>
  (await readRoster(await anyone.context(), { providerId: 1, filter: 'all' })).lines.map(
    ({ email }) => email,
  );

/** Reads an export to its end. */
async function exported(anyone: Visitor): Promise<string> {
  const csv = await exportRoster(await anyone.context(), {
    providerId: 1,
    actor: 'operator:mira',
    reason: 'asked for it',
    mayStill: async () => true,
  });
  return new Response(csv).text();
}

const gone = async (anyone: Visitor) => (await readHome(await anyone.context(), 1)).gone;

describe('a learner who ends what a provider sees', () => {
  it('is on its roster no more, and their number is told to whoever has a file', async () => {
    const { anyone, learnPath, share } = await learner();
    expect(await roster(anyone)).toEqual([EMAIL]);
    expect(await exported(anyone)).toContain(share);
    expect(await gone(anyone)).toEqual([]);
    const page = await (await anyone.get(learnPath)).text();
    expect(page).toContain('Show Harbor Institute nothing more');
    const answer = await anyone.post(`${learnPath}/unshare`, { ...GO, share });
    expect(answer.status).toBe(303);
    expect(await (await anyone.get(answer.headers.get('location') ?? '')).text()).toContain(
      'They see nothing more of you',
    );
    expect(await roster(anyone)).toEqual([]);
    expect(await gone(anyone)).toEqual([
      { ref: share, what: 'withdrawn', at: await value(shares, 'endedAt') },
    ]);
    // The course goes on, as if nothing had been.
    await anyone.moveTo('2026-12-15T12:00:00Z');
    expect((await anyone.mails(EMAIL)).map(({ lesson }) => lesson)).toContain(2);
  });

  it('does so without a device that is opened, and twice is once', async () => {
    const { anyone, learnPath, share } = await learner();
    await anyone.post(`${learnPath}/unshare`, { ...GO, share });
    const at = await value(shares, 'endedAt');
    await anyone.pass(DAY);
    await anyone.post(`${learnPath}/unshare`, { ...GO, share });
    expect(await value(shares, 'endedAt')).toBe(at);
  });

  it('gives it back on an opened device alone, under the words that stand there then', async () => {
    const { anyone, learnPath, share } = await learner();
    await anyone.post(`${learnPath}/unshare`, { ...GO, share });
    await anyone.post(`${learnPath}/share`, { ...GO, share, words: WORDS_VERSION });
    expect(await value(shares, 'ended')).toBe('withdrawn');
    expect(await (await anyone.get(learnPath)).text()).not.toContain('Let Harbor Institute see');
    const cookie = await deviceCookie(anyone, EMAIL);
    expect(await (await anyone.get(learnPath, { cookie })).text()).toContain(
      'Let Harbor Institute see it again',
    );
    await anyone.post(`${learnPath}/share`, { ...GO, share, words: WORDS_VERSION }, { cookie });
    expect(await rows(shares)).toMatchObject([
      { ref: share, ended: null, endedAt: null, words: WORDS_VERSION },
    ]);
    expect(await roster(anyone)).toEqual([EMAIL]);
    expect(await gone(anyone)).toEqual([]);
  });

  it('and goes on without the provider cannot give back what it would see then', async () => {
    const { anyone, learnPath, share } = await learner();
    await anyone.post(`${learnPath}/unshare`, { ...GO, share });
    await anyone.post(await mailedPath(anyone, EMAIL, 'unsubscribe'));
    await anyone.pass(2 * DAY);
    const own = await pressConfirm(anyone, await signUpByForm(anyone, EMAIL));
    const cookie = await deviceCookie(anyone, EMAIL);
    expect(await (await anyone.get(own, { cookie })).text()).not.toContain('Harbor Institute');
    await anyone.post(`${own}/share`, { ...GO, share, words: WORDS_VERSION }, { cookie });
    expect(await value(shares, 'ended')).toBe('withdrawn');
  });

  it('ends nothing of another learner’s, and nothing without the button', async () => {
    const { anyone, learnPath, share } = await learner();
    await anyone.post(`${learnPath}/unshare`, { share });
    expect(await value(shares, 'ended')).toBeNull();
    const path = await signUpByForm(anyone, 'ben@example.org');
    const other = await pressConfirm(anyone, path);
    await anyone.post(`${other}/unshare`, { ...GO, share });
    expect(await value(shares, 'ended')).toBeNull();
    expect(await roster(anyone)).toEqual([EMAIL]);
  });
});

describe('an export', () => {
  it('that breaks off stays one that was begun, and the last line alone makes it exported', async () => {
    const { anyone } = await learner();
    const ctx = await anyone.context();
    const asked = { providerId: 1, actor: 'operator:mira', reason: 'asked for it' };
    const broken = await exportRoster(ctx, { ...asked, mayStill: async () => false });
    await expect(new Response(broken).text()).rejects.toThrow('This export has ended.');
    expect(await rows(acts)).toMatchObject([{ verb: 'export-begun', providerId: 1 }]);
    expect((await readHome(ctx, 1)).unfinished).toBeNull();
    await anyone.pass(121);
    expect((await readHome(await anyone.context(), 1)).unfinished).not.toBeNull();
    await exported(anyone);
    const home = await readHome(await anyone.context(), 1);
    expect(home.exported).toMatchObject({ lines: 1 });
    expect(home.unfinished).toBeNull();
    expect((await rows(acts)).map(({ verb, subject }) => [verb, subject])).toEqual([
      ['export-begun', expect.stringMatching(/^export:/)],
      ['exported', 'roster:1'],
    ]);
  });
});
