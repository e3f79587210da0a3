import { describe, expect, it } from 'vitest';
import { deliveries, entries, members, sessions, staff, subscribers } from '../../src/db/schema.ts';
import { LOCAL_OPERATOR_TOKEN } from '../../src/env.ts';
import { enrollByForm } from '../support/people.ts';
import { change, count, pick, value } from '../support/rows.ts';
import {
  type Browsing,
  browsing,
  enterConsole,
  enterPortal,
  plantOwner,
  wayIn,
} from '../support/staff.ts';
import { PRODUCTION, see, type Visitor, visitor } from '../support/visitor.ts';

const OLGA = 'olga@harbor.example';
const GO = { go: 'yes' };

async function aProvider() {
  const anyone = visitor();
  await anyone.setTime('2026-11-30T12:00:00Z');
  const hash = await (await anyone.context()).tokens.addressHash(OLGA);
  await plantOwner({ emailHash: hash });
  return anyone;
}

async function ask(browser: Browsing, email = OLGA, front = '/portal') {
  const asked = await browser.post(`${front}/enter`, { ...GO, email });
  expect(asked.status).toBe(303);
  return asked;
}

const words = async (response: Response) => (await see(response)).text.replace(/\s+/g, ' ');
const location = (response: Response) => response.headers.get('location');

/** Somebody of the console who has never been in. */
async function anOperator(anyone: Visitor, email = 'mira@course.example') {
  await enterConsole(anyone, { email });
  await change(sessions, { endsAt: 0 });
  return email;
}

describe('entering', () => {
  it('works by the mailed link, in the browser that asked, and leads to the page that was asked for', async () => {
    const anyone = await aProvider();
    const browser = browsing(anyone);
    const out = await browser.get('/portal/pk-harbor/people');
    expect(location(out)).toBe('/portal/enter?to=%2Fportal%2Fpk-harbor%2Fpeople');
    await browser.post('/portal/enter', { ...GO, email: OLGA, to: '/portal/pk-harbor/people' });
    const { path } = await wayIn(anyone, OLGA);
    expect(await words(await browser.get(path))).toContain(
      'Enter Harbor Institute as o•••@harbor.example.',
    );
    const opened = await browser.post(path, GO);
    expect(location(opened)).toBe('/portal/pk-harbor/people');
    expect(await words(await browser.get('/portal/pk-harbor/people'))).toContain(OLGA);
  });

  it.each([
    ['https://elsewhere.example/portal'],
    ['//elsewhere.example'],
    ['/portal/pk-harbor/../../unsubscribe'],
    ['/mailbox'],
    ['/portal/pk-harbor/no-such-page'],
  ])('leads nowhere else: %s', async (to) => {
    const anyone = await aProvider();
    const browser = browsing(anyone);
    await browser.post('/portal/enter', { ...GO, email: OLGA, to });
    const { path } = await wayIn(anyone, OLGA);
    expect(location(await browser.post(path, GO))).toBe('/portal');
  });

  it('is not done by opening the link, nor by a program that presses no button', async () => {
    const anyone = await aProvider();
    const browser = browsing(anyone);
    await ask(browser);
    const { path } = await wayIn(anyone, OLGA);
    const scanner = browsing(anyone);
    expect((await scanner.get(path)).status).toBe(200);
    expect((await scanner.post(path, {})).status).toBe(200);
    expect(scanner.cookies.size).toBe(0);
    expect(await count(sessions)).toBe(0);
    expect(await value(entries, 'usedAt')).toBeNull();
  });

  it('happens once: a second press in the same browser is in, and in another it has ended', async () => {
    const anyone = await aProvider();
    const browser = browsing(anyone);
    await ask(browser);
    const { path } = await wayIn(anyone, OLGA);
    await browser.post(path, GO);
    expect(location(await browser.post(path, GO))).toBe('/portal');
    expect((await browsing(anyone).post(path, { ...GO, elsewhere: 'yes' })).status).toBe(410);
    expect(await count(sessions)).toBe(1);
  });

  it('ends after fifteen minutes, and another can be asked for in place', async () => {
    const anyone = await aProvider();
    const browser = browsing(anyone);
    await ask(browser);
    const { path } = await wayIn(anyone, OLGA);
    await anyone.pass(15 * 60);
    const late = await browser.post(path, GO);
    expect(late.status).toBe(410);
    expect(await late.text()).toContain('action="/portal/enter"');
    expect(await count(sessions)).toBe(0);
  });

  it('says and does the same whoever has the address', async () => {
    const anyone = await aProvider();
    const browser = browsing(anyone);
    await ask(browser);
    const known = await words(await browser.get('/portal/enter?sent'));
    const other = browsing(anyone);
    const woken = anyone.woken.length;
    await ask(other, 'nobody@example.org');
    expect(anyone.woken.length).toBe(woken + 1);
    expect(await words(await other.get('/portal/enter?sent'))).toBe(known);
    await anyone.work();
    expect(await anyone.mails('nobody@example.org')).toEqual([]);
    expect(await count(entries)).toBe(1);
  });

  it('is not shut by a stranger who asks all day: ten mails at most, and one’s own browser has its own', async () => {
    const anyone = await aProvider();
    const mine = browsing(anyone);
    await ask(mine);
    await mine.post((await wayIn(anyone, OLGA)).path, GO);
    const before = (await anyone.mails(OLGA)).length;
    for (let hour = 0; hour < 24; hour++) {
      for (let at = 0; at < 7; at++) await ask(browsing(anyone));
      await anyone.work();
      await anyone.pass(3600);
    }
    const causedByStranger = (await anyone.mails(OLGA)).length - before;
    expect(causedByStranger).toBeLessThanOrEqual(10 + 1);
    mine.cookies.delete('portal');
    await ask(mine);
    const { path } = await wayIn(anyone, OLGA);
    expect((await anyone.mails(OLGA)).length).toBe(before + causedByStranger + 1);
    expect(location(await mine.post(path, GO))).toBe('/portal');
  });

  it('works in both rooms by the digits, typed where they were asked for; a sixth try ends them', async () => {
    const anyone = await aProvider();
    for (const [front, email] of [
      ['/portal', OLGA],
      ['/operator', await anOperator(anyone)],
    ] as const) {
      const desk = browsing(anyone);
      await ask(desk, email, front);
      const { digits } = await wayIn(anyone, email);
      const elsewhere = await browsing(anyone).post(`${front}/enter/code`, { ...GO, digits });
      expect(elsewhere.status).toBe(422);
      for (let wrong = 0; wrong < 3; wrong++) {
        expect(
          (await desk.post(`${front}/enter/code`, { ...GO, digits: '0000 0000' })).status,
        ).toBe(422);
      }
      expect(location(await desk.post(`${front}/enter/code`, { ...GO, digits }))).toBe(front);

      const another = browsing(anyone);
      await ask(another, email, front);
      const ended = await wayIn(anyone, email);
      for (let wrong = 0; wrong < 5; wrong++) {
        await another.post(`${front}/enter/code`, { ...GO, digits: '00000000' });
      }
      const sixth = await another.post(`${front}/enter/code`, { ...GO, digits: ended.digits });
      expect(sixth.status).toBe(422);
      expect(await words(sixth)).toContain('After five tries');
    }
  });

  it('has a field that a phone gives its digits to, and fills by itself from the mail', async () => {
    const anyone = await aProvider();
    const browser = browsing(anyone);
    await ask(browser);
    const olga = await enterPortal(anyone, { email: 'otto@harbor.example' });
    const sure = await olga.post(`/portal/pk-harbor/people/${olga.memberId}/remove`);
    for (const page of [await browser.get('/portal/enter?sent'), sure]) {
      const field = (await see(page)).all('input').find(({ name }) => name === 'digits');
      expect(field).toMatchObject({ inputmode: 'numeric', autocomplete: 'one-time-code' });
    }
  });

  it('asks in another browser for one press more on the portal, and on the console for the digits', async () => {
    const anyone = await aProvider();
    await ask(browsing(anyone));
    const { path } = await wayIn(anyone, OLGA);
    const phone = browsing(anyone);
    const first = await phone.post(path, GO);
    expect(await words(first)).toContain('This is not the browser in which you asked');
    expect(await count(sessions)).toBe(0);
    expect(location(await phone.post(path, { ...GO, elsewhere: 'yes' }))).toBe('/portal');

    const email = await anOperator(anyone);
    await ask(browsing(anyone), email, '/operator');
    const theirs = await wayIn(anyone, email);
    const victim = browsing(anyone);
    const shown = await (await victim.get(theirs.path)).text();
    expect(shown).toContain('Give them nothing');
    expect(shown).not.toContain(`action="${theirs.path}"`);
    await victim.post(theirs.path, { ...GO, elsewhere: 'yes' });
    expect(victim.cookies.has('operator')).toBe(false);
  });

  it('makes a session of its own, whatever a browser held before', async () => {
    const anyone = await aProvider();
    const browser = browsing(anyone);
    browser.cookies.set('portal', 'planted-by-somebody');
    await ask(browser);
    await browser.post((await wayIn(anyone, OLGA)).path, GO);
    expect(browser.cookies.get('portal')).toMatch(/^[\w-]{43}$/);
    const held = browser.cookies.get('portal');
    await ask(browser);
    await browser.post((await wayIn(anyone, OLGA)).path, GO);
    expect(browser.cookies.get('portal')).not.toBe(held);
    expect(await count(sessions)).toBe(1);
  });

  it('of one room opens no other', async () => {
    const anyone = await aProvider();
    const browser = browsing(anyone);
    await ask(browser);
    const { path } = await wayIn(anyone, OLGA);
    expect((await browser.get(path.replace('/portal/', '/operator/'))).status).toBe(410);
    await browser.post(path, GO);
    browser.cookies.set('operator', browser.cookies.get('portal') ?? '');
    expect(location(await browser.get('/operator'))).toBe('/operator/enter');
  });

  it('holds its cookies to the host and to https, and on a machine of one’s own not', async () => {
    const local = browsing(await aProvider());
    const plain = (await local.post('/portal/enter', { ...GO, email: OLGA })).headers;
    expect(plain.getSetCookie().join()).toMatch(
      /^asked=[^;]+;(?!.*Secure).*HttpOnly.*SameSite=Lax/,
    );
    const anyone = visitor(PRODUCTION, PRODUCTION.BASE_URL);
    const secure = await anyone.post('/portal/enter', { ...GO, email: OLGA });
    expect(secure.headers.getSetCookie().join()).toMatch(/^__Host-asked=[^;]+;.*Secure/);
  });

  it('lasts seven days unseen on the portal and twelve hours on the console', async () => {
    const anyone = await aProvider();
    const olga = await enterPortal(anyone, { email: 'eva@harbor.example' });
    const mira = await enterConsole(anyone);
    const now = Math.floor(Date.now() / 1000);
    await change(sessions, { seenAt: now - 12 * 3600 + 60, endsAt: now + 3600 });
    expect((await olga.get('/portal/pk-harbor')).status).toBe(200);
    expect((await mira.get('/operator')).status).toBe(200);
    await change(sessions, { seenAt: now - 12 * 3600 - 60 });
    expect((await olga.get('/portal/pk-harbor')).status).toBe(200);
    await change(sessions, { seenAt: now - 12 * 3600 - 60 });
    expect(location(await mira.get('/operator'))).toBe('/operator/enter');
    await change(sessions, { seenAt: now - 7 * 86_400 - 60 });
    expect((await olga.get('/portal/pk-harbor')).status).toBe(303);
  });

  it('is nothing that a learner is, who has the same address: two rows, and no way between them', async () => {
    const anyone = await aProvider();
    const { learnPath } = await enrollByForm(anyone, OLGA);
    expect(await count(subscribers, { email: OLGA })).toBe(1);
    expect(await count(staff, { email: OLGA })).toBe(1);
    const page = await (await anyone.get(learnPath)).text();
    expect(page).not.toContain('href="/portal');
    const browser = browsing(anyone);
    await ask(browser);
    const mail = (await anyone.mails(OLGA)).at(-1);
    expect((await wayIn(anyone, OLGA)).kind).toBe('enter');
    expect(mail?.text).not.toContain('/portal');
    const owed = await pick(deliveries, ['subscriberId'], { kind: 'enter' });
    expect(owed).toEqual([{ subscriberId: 0 }]);
  });

  it('is asked for by a command where no mail goes, and only by whoever holds the token', async () => {
    const anyone = await aProvider();
    const email = await anOperator(anyone);
    const refused = await anyone.postJson('/operator/api/enter', { email });
    expect(refused.status).toBe(401);
    const authorization = `Bearer ${LOCAL_OPERATOR_TOKEN}`;
    const made = await anyone.postJson('/operator/api/enter', { email }, { authorization });
    const { link } = (await made.json()) as { link: string };
    const browser = browsing(anyone);
    expect(location(await browser.post(new URL(link).pathname, GO))).toBe('/operator');
    expect((await browser.get('/operator')).status).toBe(200);
    expect(await count(deliveries)).toBe(0);
    const nobody = await anyone.postJson('/operator/api/enter', { email: OLGA }, { authorization });
    expect(nobody.status).toBe(404);
  });
});

describe('a form of the portal', () => {
  it('is taken from pages that this session was shown, and from no other', async () => {
    const anyone = await aProvider();
    const olga = await enterPortal(anyone, { email: 'eva@harbor.example' });
    const invite = { email: 'new@harbor.example', role: 'viewer' };
    const path = '/portal/pk-harbor/people/invite';
    const { cookie } = olga;
    const fields = { ...invite, ...GO, csrf: olga.csrf };
    for (const headers of [
      { cookie, 'sec-fetch-site': 'cross-site' },
      { cookie, 'sec-fetch-site': 'same-site' },
      { cookie, origin: 'https://elsewhere.example' },
      { cookie, origin: 'null' },
    ]) {
      expect((await anyone.post(path, fields, headers)).status).toBe(403);
    }
    expect((await olga.post(path, { ...invite, csrf: 'another' })).status).toBe(403);
    expect((await olga.post(path, { ...invite, go: '' })).status).toBe(422);
    expect(await count(members)).toBe(2);
    // An old browser says where it comes from by `Origin` alone.
    const old = await anyone.post(path, fields, { cookie, origin: 'http://localhost:8787' });
    expect(old.status).toBe(303);
    expect(await count(members)).toBe(3);
  });

  it('does nothing for somebody who was removed or lowered since it was shown', async () => {
    const anyone = await aProvider();
    const eva = await enterPortal(anyone, { email: 'eva@harbor.example' });
    const path = '/portal/pk-harbor/people/invite';
    const invite = { email: 'new@harbor.example', role: 'viewer' };
    await change(members, { role: 'viewer' }, { id: eva.memberId });
    const lowered = await eva.post(path, invite);
    expect(lowered.status).toBe(404);
    expect(await words(lowered)).toContain('Your role does not include this');
    await change(members, { staffId: 12345 }, { id: eva.memberId });
    expect((await eva.post(path, invite)).status).toBe(404);
    expect(await count(members)).toBe(2);
  });
});
