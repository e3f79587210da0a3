import { describe, expect, it } from 'vitest';
import { entries, members, operators, sessions, staff } from '../../src/db/schema.ts';
import { tick } from '../../src/delivery/tick.ts';
import { putBack } from '../../src/restore/put-back.ts';
import { appointOperator } from '../../src/staff/appoint-operator.ts';
import { endSessions } from '../../src/staff/end-sessions.ts';
import { inviteMember } from '../../src/staff/invite-member.ts';
import { changeMember, removeMember } from '../../src/staff/remove-member.ts';
import { testContext } from '../support/course.ts';
import { work } from '../support/life.ts';
import { honestMailer } from '../support/mailer.ts';
import { plantProvider } from '../support/providers.ts';
import { comparable, goBack, restoreTo, testRestore } from '../support/restore.ts';
import { count, dump, put, value } from '../support/rows.ts';

const DAY = 24 * 3600;
const [OLGA, EVA, NOA] = ['olga@harbor.example', 'eva@harbor.example', 'noa@harbor.example'];
const BY = { providerId: 1, slug: 'harbor', actor: 'member:9' };

async function harbor() {
  const ctx = testContext();
  const mailer = honestMailer(ctx.clock);
  ctx.mailer = mailer;
  const life = { ctx, mailer, devices: new Map(), longest: 30 * DAY };
  await plantProvider();
  const machine = Math.floor(ctx.clock.machine() / 1000);
  for (const [id, email, role] of [
    [9, OLGA, 'owner'],
    [8, EVA, 'owner'],
    [7, NOA, 'viewer'],
  ] as const) {
    const emailHash = await ctx.tokens.addressHash(email);
    await put(staff, { id, email, emailHash, createdAt: 0, enteredAt: 0 });
    const of = { staffId: id, providerId: 1, role, invitedBy: 'operator:test' };
    await put(members, { id: id * 10, ...of, createdAt: 0, joinedAt: 0 });
    await put(sessions, {
      id: id * 100,
      hash: `hash of ${email}`,
      room: 'portal',
      staffId: id,
      agent: 'A test',
      createdAt: machine,
      seenAt: machine,
      endsAt: machine + 30 * DAY,
    });
  }
  await work(life);
  const moment = { moment: ctx.clock.now(), tables: await dump() };
  ctx.clock.pass(2 * DAY);
  await tick(ctx);
  return { life, moment };
}

describe('after the database has gone back, of the staff', () => {
  it('whoever was removed stays out, in every browser, and no role or session comes back', async () => {
    const { life, moment } = await harbor();
    const { ctx } = life;
    await removeMember(ctx, { ...BY, memberId: 80 });
    await changeMember(ctx, { ...BY, memberId: 70, role: 'owner', mayExport: false });
    await endSessions(ctx, 'portal', 7, 'all');
    await work(life);
    const was = comparable(await dump());
    expect(await restoreTo(testRestore(ctx, life.mailer), moment)).toEqual([]);
    expect(comparable(await dump())).toEqual(was);
    expect(await count(staff, { email: EVA })).toBe(0);
    expect(await count(sessions, { staffId: 8 })).toBe(0);
    expect(await count(sessions, { staffId: 7 })).toBe(0);
    expect(await value(members, 'role', { id: 70 })).toBe('owner');
  });

  it('whoever was removed and asked in again is there once, as a new person; so is whoever came since', async () => {
    const { life, moment } = await harbor();
    const { ctx } = life;
    await removeMember(ctx, { ...BY, memberId: 80 });
    ctx.clock.pass(60);
    await inviteMember(ctx, { ...BY, email: EVA, role: 'viewer', mayExport: false });
    const by = { actor: 'operator:test', reason: 'helps out' };
    await appointOperator(ctx, { email: 'mira@course.example', role: 'helper', ...by });
    await work(life);
    const mails = life.mailer.accepted.length;
    const was = comparable(await dump());
    expect(await restoreTo(testRestore(ctx, life.mailer), moment)).toEqual([]);
    expect(comparable(await dump())).toEqual(was);
    expect(await count(staff, { email: EVA })).toBe(1);
    expect(await value(staff, 'id', { email: EVA })).not.toBe(8);
    expect(await count(members, { providerId: 1 })).toBe(3);
    expect(await count(operators)).toBe(1);
    expect(await count(entries, { purpose: 'invite' })).toBe(2);
    expect(life.mailer.accepted.length).toBe(mails);
  });

  it('everybody has to enter anew where nobody can know who was removed', async () => {
    const { life, moment } = await harbor();
    await removeMember(life.ctx, { ...BY, memberId: 80 });
    await goBack(moment.tables);
    expect(await count(sessions)).toBe(3);
    const use = testRestore(life.ctx, life.mailer);
    await putBack(use, { moment: moment.moment, leave: [], actor: 'operator:test' });
    expect(await count(sessions)).toBe(0);
    expect(await count(entries)).toBe(0);
    expect(use.said.join(' ')).toContain('Everybody of the staff has to enter anew.');
  });

  it('the same where their own tables were damaged and are left out', async () => {
    const { life, moment } = await harbor();
    const use = testRestore(life.ctx, life.mailer);
    await restoreTo(use, { ...moment, leave: ['members'] });
    expect(await count(sessions)).toBe(0);
    expect(use.said.join(' ')).toContain('npm run providers -- people');
  });
});
