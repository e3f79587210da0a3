import { describe, expect, it } from 'vitest';
import {
  acts,
  deliveries,
  entries,
  events,
  members,
  operators,
  sessions,
  staff,
  strangers,
  suppressions,
} from '../../src/db/schema.ts';
import { recordEvent } from '../../src/delivery/record-event.ts';
import {
  appointOperator,
  changeOperator,
  removeOperator,
} from '../../src/staff/appoint-operator.ts';
import { changeMember, removeMember } from '../../src/staff/remove-member.ts';
import { eventAbout, postedTo } from '../support/events.ts';
import { owedTo, suppress } from '../support/people.ts';
import { change, count, pick, put, remove, value } from '../support/rows.ts';
import { browsing, enterConsole, enterPortal, type Insider, wayIn } from '../support/staff.ts';
import { see, visitor } from '../support/visitor.ts';

const NEW = 'new@harbor.example';
const GO = { go: 'yes' };
const PEOPLE = '/portal/pk-harbor/people';

async function withOwner() {
  const anyone = visitor();
  await anyone.setTime('2026-11-30T12:00:00Z');
  const olga = await enterPortal(anyone);
  return { anyone, olga };
}

const invite = (olga: Insider, email = NEW, role = 'viewer') =>
  olga.post(`${PEOPLE}/invite`, { email, role });
const words = async (response: Response) => (await see(response)).text.replace(/\s+/g, ' ');

/** The digits of the newest mail, for an act that asks for them. */
async function surely(
  anyone: ReturnType<typeof visitor>,
  who: Insider,
  email: string,
  path: string,
  fields: Record<string, string> = {},
) {
  const asked = await who.post(path, fields);
  expect(asked.status).toBe(200);
  const { digits, kind } = await wayIn(anyone, email);
  expect(kind).toBe('sure');
  return who.post(path, { ...fields, digits });
}

describe('an owner of a provider', () => {
  it('asks somebody in by a mail that works for seven days, and they see what is theirs to see', async () => {
    const { anyone, olga } = await withOwner();
    expect((await invite(olga)).headers.get('location')).toBe(`${PEOPLE}?done=invited`);
    const { path, kind } = await wayIn(anyone, NEW);
    expect(kind).toBe('invite');
    await anyone.pass(6 * 86_400);
    const browser = browsing(anyone);
    expect(await words(await browser.get(path))).toContain('You are invited');
    await browser.post(path, GO);
    const page = await words(await browser.get(PEOPLE));
    expect(page).toContain(NEW);
    expect(page).not.toContain('Invite somebody');
    expect(await pick(acts, ['verb', 'providerId'])).toEqual([
      { verb: 'invite-member', providerId: 1 },
    ]);
  });

  it('hears the same whoever has the address: suppressed, refused, a learner’s, or nobody’s', async () => {
    const { anyone, olga } = await withOwner();
    await suppress(anyone, 'complained@example.org');
    const answers = [];
    for (const email of ['complained@example.org', 'fresh@example.org']) {
      const response = await invite(olga, email);
      answers.push([response.status, response.headers.get('location')]);
    }
    expect(new Set(answers.map(String)).size).toBe(1);
    await anyone.work();
    expect(await anyone.mails('complained@example.org')).toEqual([]);
    expect((await anyone.mails('fresh@example.org')).length).toBe(1);
    const page = await words(await olga.get(PEOPLE));
    expect(page.match(/Invited on/g)).toHaveLength(2);
  });

  it('causes no more mail to an address than any stranger may: one a day, and what others caused counts', async () => {
    const { anyone, olga } = await withOwner();
    await anyone.post('/signup', { email: NEW });
    await anyone.work();
    await invite(olga);
    await anyone.work();
    expect((await anyone.mails(NEW)).map(({ kind }) => kind)).toEqual(['confirm']);
    await anyone.pass(86_400 + 60);
    await invite(olga);
    await anyone.work();
    await anyone.post('/signup', { email: NEW });
    await anyone.work();
    const kinds = (await anyone.mails(NEW)).map(({ kind }) => kind);
    expect(kinds).toEqual(['confirm', 'invite']);
    expect(await count(strangers, { what: 'mail' })).toBe(1);
  });

  it('asks 20 in a day, and is told at the 21st with the address kept', async () => {
    const { anyone, olga } = await withOwner();
    for (let at = 0; at < 20; at++)
      expect((await invite(olga, `n${at}@example.org`)).status).toBe(303);
    const capped = await invite(olga, 'n20@example.org');
    expect(capped.status).toBe(429);
    expect(await capped.text()).toContain('value="n20@example.org"');
    await anyone.pass(86_400 + 60);
    expect((await invite(olga, 'n20@example.org')).status).toBe(303);
  });

  it.each([
    ['no address', { email: 'x', role: 'viewer' }],
    ['a role that there is not', { email: NEW, role: 'king' }],
  ])('gets a form back that has %s, with what was typed', async (_, fields) => {
    const { olga } = await withOwner();
    const response = await olga.post(`${PEOPLE}/invite`, fields);
    expect(response.status).toBe(422);
    expect(await response.text()).toContain(`value="${fields.email}"`);
    expect(await count(members)).toBe(1);
  });

  it('gets the role of somebody, or the time of a key, back with what is wrong with it', async () => {
    const { olga } = await withOwner();
    const role = `${PEOPLE}/${olga.memberId}/role`;
    for (const [path, fields, id] of [
      [role, { role: 'king' }, `role-${olga.memberId}`],
      ['/portal/pk-harbor/rotate', { overlap: '400' }, 'overlap'],
    ] as const) {
      const response = await olga.post(path, fields);
      expect(response.status).toBe(422);
      const select = (await see(response)).all('select').find((each) => each.id === id);
      expect(select).toMatchObject({ 'aria-invalid': 'true' });
    }
    const kept = await olga.post(role, { role: 'viewer' });
    expect(kept.status).toBe(409);
    expect(await words(kept)).toContain('They are the last owner who has entered.');
    expect(await words(await olga.post('/portal/pk-harbor/end-key', { key: 'pk_none' }))).toContain(
      'This key is taken no more already',
    );
  });

  it('removes somebody by digits that are mailed, and they are out at once', async () => {
    const { anyone, olga } = await withOwner();
    const eva = await enterPortal(anyone, { email: 'eva@harbor.example', role: 'viewer' });
    const path = `${PEOPLE}/${eva.memberId}/remove`;
    const done = await surely(anyone, olga, 'olga@harbor.example', path);
    expect(done.headers.get('location')).toBe(`${PEOPLE}?done=removed`);
    expect((await eva.get(PEOPLE)).headers.get('location')).toContain('/portal/enter');
    expect(await count(staff, { email: 'eva@harbor.example' })).toBe(0);
    expect(await count(sessions, { staffId: eva.staffId })).toBe(0);
  });

  it('lets digits do one act of one session once: no other, and not the same with something else typed', async () => {
    const { anyone, olga } = await withOwner();
    const eva = await enterPortal(anyone, { email: 'eva@harbor.example' });
    const bob = await enterPortal(anyone, { email: 'bob@harbor.example', role: 'viewer' });
    const remove = (id: number) => `${PEOPLE}/${id}/remove`;
    await olga.post(remove(eva.memberId));
    const { digits } = await wayIn(anyone, 'olga@harbor.example');
    const tries = [
      await olga.post(remove(bob.memberId), { digits }),
      await eva.post(remove(eva.memberId), { digits }),
      await olga.post(remove(eva.memberId), { digits, more: 'typed' }),
      await olga.post(remove(eva.memberId), { digits: '00000000' }),
    ];
    for (const response of tries) expect(response.status).toBe(422);
    expect(await count(members)).toBe(3);
    expect((await olga.post(remove(eva.memberId), { digits })).status).toBe(303);
    expect((await olga.post(remove(eva.memberId), { digits })).status).toBe(404);
    expect(await count(members)).toBe(2);
  });

  it('gets digits ten times within an hour, and then is asked to wait', async () => {
    const { anyone, olga } = await withOwner();
    const eva = await enterPortal(anyone, { email: 'eva@harbor.example', role: 'viewer' });
    const path = `${PEOPLE}/${eva.memberId}/remove`;
    for (let at = 0; at < 10; at++) expect((await olga.post(path)).status).toBe(200);
    expect((await olga.post(path)).status).toBe(429);
    await anyone.pass(3600 + 1);
    expect((await olga.post(path)).status).toBe(200);
  });

  it('is never the last one to go: of two who remove each other at once, one stays', async () => {
    const { anyone, olga } = await withOwner();
    const eva = await enterPortal(anyone, { email: 'eva@harbor.example' });
    const ctx = await anyone.context();
    const of = { providerId: 1, slug: 'pk-harbor' };
    const done = await Promise.all([
      removeMember(ctx, { ...of, memberId: olga.memberId, actor: 'member:eva' }),
      removeMember(ctx, { ...of, memberId: eva.memberId, actor: 'member:olga' }),
    ]);
    expect(done.map(({ kind }) => kind).sort()).toEqual(['last-owner', 'removed']);
    const [left] = await pick(members, ['id', 'role']);
    expect(left?.role).toBe('owner');
    const lowered = { ...of, memberId: left?.id ?? 0, actor: 'member:x' };
    expect(await changeMember(ctx, { ...lowered, role: 'viewer', mayExport: false })).toEqual({
      kind: 'last-owner',
    });
  });

  it('is told by mail when another owner comes, goes or is lowered', async () => {
    const { anyone, olga } = await withOwner();
    const eva = await enterPortal(anyone, { email: 'eva@harbor.example' });
    await olga.post(`${PEOPLE}/${eva.memberId}/role`, { role: 'viewer' });
    await anyone.work();
    const mails = await anyone.mails('olga@harbor.example');
    expect(mails.map(({ kind }) => kind)).toEqual(['owners-changed']);
    expect(mails[0]?.text).toContain('/portal/pk-harbor/people');
    expect(mails[0]?.text).not.toContain('eva@');
    expect(mails[0]?.headers).not.toHaveProperty('List-Unsubscribe');
  });

  it('sees that somebody cannot be reached only by mail of this provider that came back', async () => {
    const { anyone, olga } = await withOwner();
    await invite(olga, 'gone@harbor.example');
    await anyone.work();
    expect(await words(await olga.get(PEOPLE))).not.toContain('Cannot be reached');
    const deliveryId = await value(deliveries, 'id', { kind: 'invite' });
    await put(events, {
      id: 'msg_1',
      kind: 'hard-bounce',
      deliveryId: Number(deliveryId),
      subscriberId: 0,
      at: 0,
    });
    expect(await words(await olga.get(PEOPLE))).toContain('Cannot be reached');
  });
});

describe('whoever is invited', () => {
  it('says “This was not me”: it ends, nothing is left of them, and for 30 days nothing comes', async () => {
    const { anyone, olga } = await withOwner();
    await invite(olga);
    const { path } = await wayIn(anyone, NEW);
    const browser = browsing(anyone);
    const refused = await browser.post(path, { refuse: 'yes' });
    expect(await words(refused)).toContain('The invitation has ended');
    expect(await count(staff, { email: NEW })).toBe(0);
    expect(await count(members)).toBe(1);
    expect((await browser.post(path, GO)).status).toBe(410);
    await anyone.pass(29 * 86_400);
    await invite(olga);
    await anyone.work();
    expect((await anyone.mails(NEW)).length).toBe(1);
  });

  it('and was removed before they pressed finds that it has ended', async () => {
    const { anyone, olga } = await withOwner();
    await invite(olga);
    const { path } = await wayIn(anyone, NEW);
    const id = await value(members, 'id', { role: 'viewer' });
    await surely(anyone, olga, 'olga@harbor.example', `${PEOPLE}/${id}/remove`);
    expect((await browsing(anyone).post(path, GO)).status).toBe(410);
    expect(await count(entries, { purpose: 'invite' })).toBe(0);
  });
});

describe('a viewer', () => {
  it('goes by themselves, and can do nothing about others', async () => {
    const { anyone, olga } = await withOwner();
    const eva = await enterPortal(anyone, { email: 'eva@harbor.example', role: 'viewer' });
    for (const [path, fields] of [
      [`${PEOPLE}/invite`, { email: NEW, role: 'owner' }],
      [`${PEOPLE}/${eva.memberId}/role`, { role: 'owner' }],
      [`${PEOPLE}/${olga.memberId}/remove`, {}],
    ] as const) {
      expect((await eva.post(path, fields)).status).toBe(404);
    }
    const path = `${PEOPLE}/${eva.memberId}/remove`;
    const gone = await surely(anyone, eva, 'eva@harbor.example', path);
    expect(gone.headers.get('location')).toBe('/portal');
    expect(await count(members)).toBe(1);
  });
});

describe('somebody of two providers', () => {
  it('chooses, and the address decides whose page it is', async () => {
    const { olga } = await withOwner();
    await put(members, {
      id: 77,
      providerId: 2,
      staffId: olga.staffId,
      role: 'viewer',
      invitedBy: 'operator:test',
      createdAt: 0,
      joinedAt: 0,
    });
    const { plantProvider } = await import('../support/providers.ts');
    await plantProvider({ key: 'pk_elm', name: 'Elm Training' });
    const choice = await words(await olga.get('/portal'));
    expect(choice).toContain('Harbor Institute');
    expect(choice).toContain('Elm Training');
    const elm = await (await olga.get('/portal/pk-elm/people')).text();
    expect(elm).toContain('Elm Training');
    expect(elm).not.toContain('pk-harbor');
    expect(elm).not.toContain('Harbor Institute');
    expect(
      (await olga.post('/portal/pk-elm/people/invite', { email: NEW, role: 'viewer' })).status,
    ).toBe(404);
  });
});

describe('the browsers in which somebody is in', () => {
  it('are listed, and end one by one or all at once', async () => {
    const { anyone, olga } = await withOwner();
    const again = browsing(anyone);
    await again.post('/portal/enter', { ...GO, email: 'olga@harbor.example' });
    await again.post((await wayIn(anyone, 'olga@harbor.example')).path, GO);
    expect(await words(await olga.get('/portal/leave'))).toContain('Leave here');
    const [other] = (await pick(sessions, ['id'])).filter(({ id }) => id !== olga.session);
    await olga.post(`/portal/sessions/${other?.id}/end`);
    expect((await again.get(PEOPLE)).status).toBe(303);
    const eva = await enterPortal(anyone, { email: 'eva@harbor.example' });
    expect((await olga.post(`/portal/sessions/${eva.session}/end`)).status).toBe(404);
    expect((await olga.post('/portal/leave', { csrf: 'another' })).status).toBe(403);
    await olga.post('/portal/leave', { everywhere: 'yes' });
    expect(await pick(sessions, ['id'])).toEqual([{ id: eva.session }]);
  });
});

describe('the console’s team', () => {
  it('keeps an owner who has entered, whoever is removed or lowered', async () => {
    const anyone = visitor();
    const mira = await enterConsole(anyone);
    const ctx = await anyone.context();
    const by = { actor: 'operator:mira', reason: 'a test' };
    await appointOperator(ctx, { ...by, email: 'ben@course.example', role: 'owner' });
    expect(await removeOperator(ctx, { ...by, staffId: mira.staffId })).toEqual({
      kind: 'last-owner',
    });
    const low = await changeOperator(ctx, { ...by, staffId: mira.staffId, role: 'reader' });
    expect(low).toEqual({ kind: 'last-owner' });
    await change(staff, { enteredAt: 1 }, { email: 'ben@course.example' });
    expect(await removeOperator(ctx, { ...by, staffId: mira.staffId })).toEqual({
      kind: 'removed',
    });
    expect(await count(operators)).toBe(1);
    expect((await mira.get('/operator')).headers.get('location')).toBe('/operator/enter');
  });

  it('is changed by digits, and a helper does not see it', async () => {
    const anyone = visitor();
    const mira = await enterConsole(anyone);
    const fields = { email: 'ben@course.example', role: 'helper' };
    const done = await surely(anyone, mira, 'mira@course.example', '/operator/team/add', fields);
    expect(done.headers.get('location')).toBe('/operator/team?done=appointed');
    expect((await wayIn(anyone, 'ben@course.example')).kind).toBe('invite');
    const eva = await enterConsole(anyone, { email: 'eva@course.example', role: 'helper' });
    expect((await eva.get('/operator/team')).status).toBe(404);
    expect(await words(await eva.get('/operator'))).not.toContain('Team');
  });

  it.each([
    ['no address', 'email', { email: 'ben@course', role: 'reader' }],
    ['a role that there is not', 'role-new', { email: 'ben@course.example', role: 'king' }],
  ])(
    'gets a form back that has %s, with what was typed, before any digits',
    async (_, id, fields) => {
      const mira = await enterConsole(visitor());
      const response = await mira.post('/operator/team/add', fields);
      expect(response.status).toBe(422);
      const seen = await see(response);
      expect(seen.text).toMatch(/^Error: Team/);
      expect(seen.all('input').find((each) => each.name === 'email')?.value).toBe(fields.email);
      const wrong = [...seen.all('input'), ...seen.all('select')].filter(
        (each) => each['aria-invalid'],
      );
      expect(wrong.map((each) => each.id)).toEqual([id]);
      expect(await count(entries)).toBe(0);
    },
  );
});

describe('mail to staff', () => {
  it('that comes back for good suppresses the address, and that address enters no more by mail', async () => {
    const { anyone, olga } = await withOwner();
    await invite(olga);
    await anyone.work();
    const hash = await value(deliveries, 'toHash', { kind: 'invite' });
    await recordEvent(await anyone.context(), eventAbout(await postedTo(NEW), 'hard-bounce'));
    expect(await pick(suppressions, ['hash'])).toEqual([{ hash }]);
    await browsing(anyone).post('/portal/enter', { ...GO, email: NEW });
    await anyone.work();
    expect((await anyone.mails(NEW)).map(({ kind }) => kind)).toEqual(['invite']);
    expect(await words(await olga.get(PEOPLE))).toContain('Cannot be reached');
  });

  it('goes to nobody’s log or list of a learner, and is skipped once it has no point', async () => {
    const { anyone, olga } = await withOwner();
    await olga.post(`${PEOPLE}/invite`, { email: NEW, role: 'viewer' });
    expect(await owedTo(NEW)).toEqual([]);
    await remove(members, { role: 'viewer' });
    await anyone.work();
    expect(await pick(deliveries, ['kind', 'state', 'subscriberId', 'about'])).toEqual([
      { kind: 'invite', state: 'skipped', subscriberId: 0, about: 1 },
    ]);
    expect(await anyone.mails(NEW)).toEqual([]);
  });
});
