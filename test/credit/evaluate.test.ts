import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import { evaluate } from '../../src/credit/evaluate.ts';
import { nextGroup } from '../../src/credit/evaluation.ts';
import { groupEvaluations } from '../../src/credit/group-evaluations.ts';
import { readEvaluationSummary, strikeComment } from '../../src/credit/read-evaluations.ts';
import { readWaiting, showGroup } from '../../src/credit/store/evaluations.ts';
import { claims, evaluations } from '../../src/db/credit.ts';
import { acts, devices, shares } from '../../src/db/schema.ts';
import { tick } from '../../src/delivery/tick.ts';
import { PORTAL } from '../../src/web/portal/routes.tsx';
import { plantAdoption, plantEdition, plantHarbor } from '../support/adoptions.ts';
import { faultyDatabase, plantClaim } from '../support/certificates.ts';
import { type TestContext, testContext } from '../support/course.ts';
import { isCrash, Process } from '../support/faults.ts';
import { plantLearners } from '../support/many.ts';
import { goBack } from '../support/restore.ts';
import { change, count, dump, pick, put, query, rows, value } from '../support/rows.ts';
import { enterPortal } from '../support/staff.ts';
import { visitor } from '../support/visitor.ts';

type Answers = Record<string, string>;

/** What the n-th of them answers: nobody else answers so. */
const answersOf = (n: number): Answers => ({
  'objective-1a': String((n % 5) + 1),
  accurate: String((Math.floor(n / 5) % 5) + 1),
  useful: String((n % 3) + 2),
  hours: String(1 + n / 4),
  accommodation: n % 2 === 0 ? 'met' : 'not-needed',
  comment: `What number ${String.fromCharCode(97 + n)} says.`,
});

/** Some learners of one provider who have passed, and the form of each. */
async function passed<Ctx extends Context = TestContext>(
  howMany: number,
  adoption: Parameters<typeof plantAdoption>[1] = {},
  ctx: Ctx = testContext() as unknown as Ctx,
) {
  await plantHarbor();
  const edition = await plantEdition();
  await plantAdoption(edition, adoption);
  const now = ctx.clock.now();
  await plantLearners(ctx, howMany, { nextAt: now + 1e7 });
  const people = await Promise.all(
    Array.from({ length: howMany }, async (_, at) => {
      const [id, subscriberId] = [at + 1, at + 1];
      await put(devices, { id, subscriberId, createdAt: 0, expiresAt: now + 1e7 });
      const open = { state: 'open', evaluated: 0, attestedAt: null, completedAt: null } as const;
      const blank = { completedOn: null, frozen: null, releasedAt: null, passedAt: now };
      await plantClaim({ id, subscriberId, adoptionId: 7, ...open, ...blank });
      return {
        token: await ctx.tokens.learn({ subscriberId, linkVersion: 0 }),
        device: await ctx.tokens.device({ deviceId: id, linkVersion: 0 }),
      };
    }),
  );
  return {
    ctx,
    edition: edition.hash,
    send: (n: number, answers: Answers | null = answersOf(n), on: Context = ctx) =>
      evaluate(on, people[n]?.token ?? '', people[n]?.device, answers),
  };
}

/** Everything that leads a provider to what was said. */
const seen = (ctx: Context, edition: string) => readEvaluationSummary(ctx, 1, edition);

describe('an evaluation', () => {
  it('is kept once, by however many presses, and says neither whose nor when', async () => {
    const { ctx, send, edition } = await passed(1);
    const both = await Promise.all([send(0), send(0, answersOf(3))]);
    expect(both).toEqual([{ kind: 'kept' }, { kind: 'kept' }]);
    expect(await send(0)).toEqual({ kind: 'kept' });
    const [row] = await rows(evaluations);
    expect(await count(evaluations)).toBe(1);
    expect(Object.keys(row ?? {}).sort()).toEqual(
      ['answers', 'edition', 'id', 'providerId', 'shownIn'].sort(),
    );
    expect(ctx.lines).toEqual([]);
    expect(await pick(claims, ['evaluated', 'rev'])).toEqual([{ evaluated: 1, rev: 1 }]);
    expect((await seen(ctx, edition)).waiting).toBe(1);
  });

  it('is taken after the pass alone, and left out only where its provider invites', async () => {
    const { send } = await passed(2);
    await change(claims, { passedAt: null }, { id: 1 });
    expect(await send(0)).toEqual({ kind: 'not-yet' });
    expect(await send(1, null)).toEqual({ kind: 'required' });
    expect(await send(1, { accurate: '6', hours: 'two' })).toEqual({
      kind: 'refused',
      fields: ['accurate', 'hours'],
    });
    expect([await count(evaluations), await value(claims, 'evaluated', { id: 2 })]).toEqual([0, 0]);
  });

  it('that is only invited may be skipped, and then there is none', async () => {
    const { send } = await passed(1, { body: { evaluation: 'invited' } });
    expect(await send(0, null)).toEqual({ kind: 'kept' });
    expect([await count(evaluations), await value(claims, 'evaluated')]).toEqual([0, 1]);
  });

  it.each(['before', 'after'] as const)(
    'is one and counted, or none and asked for again, with a crash %s every call',
    async (when) => {
      const { ctx, send } = await passed(12);
      let crashed = 0;
      for (let at = 1; ; at += 1) {
        const process = new Process({ at, when, how: 'crash' });
        const on = { ...ctx, db: faultyDatabase(process) };
        const failed = await send(at - 1, answersOf(at), on).catch((error: unknown) => error);
        if (process.calls < at) break;
        crashed += 1;
        expect(isCrash(failed)).toBe(true);
        expect(await count(claims, { evaluated: 1 })).toBe(await count(evaluations));
        await send(at - 1);
        expect(await count(claims, { evaluated: 1 })).toBe(at);
        expect(await count(evaluations)).toBe(at);
      }
      expect(crashed).toBeGreaterThan(1);
    },
  );
});

describe('what a provider sees of evaluations', () => {
  it('is no more than how many there are, until there are five, and then all five', async () => {
    const { ctx, send, edition } = await passed(7);
    for (let n = 0; n < 4; n += 1) await send(n);
    await groupEvaluations(ctx, 50);
    const few = await seen(ctx, edition);
    expect([few.shown, few.waiting, few.hours, few.comments]).toEqual([0, 4, [], []]);
    expect(JSON.stringify(few)).not.toContain('What number');
    await send(4);
    // Not at the press, which would say whose it was.
    expect((await seen(ctx, edition)).shown).toBe(0);
    await groupEvaluations(ctx, 50);
    const five = await seen(ctx, edition);
    expect([five.shown, five.waiting]).toEqual([5, 0]);
    expect(five.objectives[0]).toMatchObject({
      id: '1a',
      tally: { scores: [1, 1, 1, 1, 1], none: 0 },
    });
    expect(five.hours).toEqual([1, 1.25, 1.5, 1.75, 2]);
    expect(five.comments.map(({ text }) => text)).toContain('What number c says.');
    // The next two wait for three more.
    await send(5);
    await send(6);
    await groupEvaluations(ctx, 50);
    expect(await seen(ctx, edition)).toEqual({ ...five, waiting: 2 });
  });

  it('is grouped by the hourly chore', async () => {
    const { ctx, send, edition } = await passed(5);
    await tick(ctx);
    for (let n = 0; n < 5; n += 1) await send(n);
    await tick(ctx);
    expect((await seen(ctx, edition)).shown).toBe(0);
    ctx.clock.pass(3600);
    await tick(ctx);
    expect((await seen(ctx, edition)).shown).toBe(5);
  });

  it('never grows by fewer than five, whoever looks at the same time', async () => {
    const { ctx, send, edition } = await passed(6);
    const whose = { providerId: 1, edition };
    for (let n = 0; n < 5; n += 1) await send(n);
    const early = nextGroup(await readWaiting(ctx.db, whose));
    await send(5);
    const late = nextGroup(await readWaiting(ctx.db, whose));
    expect([early.length, late.length]).toEqual([5, 6]);
    await showGroup(ctx.db, early, 1);
    await showGroup(ctx.db, late, 2);
    expect(await seen(ctx, edition)).toMatchObject({ shown: 5, waiting: 1 });
  });

  it('is of its own learners and of that edition, also after a renewal', async () => {
    const { ctx, send, edition } = await passed(5);
    for (let n = 0; n < 5; n += 1) await send(n);
    await groupEvaluations(ctx, 50);
    expect((await readEvaluationSummary(ctx, 2, edition)).shown).toBe(0);
    expect((await readEvaluationSummary(ctx, 1, 'another')).shown).toBe(0);
  });

  it('can lose a comment that names somebody, by its word, and nothing else', async () => {
    const { ctx, send, edition } = await passed(6);
    for (let n = 0; n < 5; n += 1) await send(n);
    await groupEvaluations(ctx, 50);
    await send(5, { comment: 'Of nobody.' });
    const before = await seen(ctx, edition);
    const { ref = '' } = before.comments.find(({ text }) => text.includes('number c')) ?? {};
    const word = { providerId: 1, edition, actor: 'operator:dana', reason: 'it names a client' };
    expect(await strikeComment(ctx, { ...word, ref })).toEqual({ kind: 'struck' });
    expect(await seen(ctx, edition)).toEqual({
      ...before,
      comments: before.comments.filter((each) => each.ref !== ref),
    });
    expect(await strikeComment(ctx, { ...word, ref })).toEqual({ kind: 'unknown' });
    expect(await pick(acts, ['verb', 'subject', 'reason'])).toEqual([
      { verb: 'strike-comment', subject: `comment:${ref}`, reason: word.reason },
    ]);
  });
});

describe('who said what', () => {
  /** In what order they send, and when the chore comes. */
  const WALK = [0, 7, 3, 'chore', 5, 1, 'chore', 2, 'chore', 4, 6, 9, 8, 'chore', 11, 10, 'chore'];

  /** Walks, each learner sending what `said` gives them; collects what their provider could load. */
  async function walk(said: (n: number) => number) {
    const there = await passed(12);
    const views: string[] = [];
    const since: number[][] = [[]];
    for (const step of WALK) {
      if (typeof step === 'number') {
        await there.send(step, answersOf(said(step)));
        since.at(-1)?.push(step);
      } else await groupEvaluations(there.ctx, 50);
      views.push(JSON.stringify(await seen(there.ctx, there.edition)));
      const [before = '', after = ''] = views.slice(-2);
      const shown = (view: string) => (view === '' ? 0 : JSON.parse(view).shown);
      if (shown(after) > shown(before)) since.push([]);
    }
    return { ...there, views, since, database: await dump() };
  }

  it('cannot be told from all that a provider could load at each step, nor from the whole database', async () => {
    const before = await dump();
    const { ctx, views, since, database } = await walk((n) => n);
    expect(ctx.lines).toEqual([]);
    // Whatever came into sight came together with at least four others, and at a step of the chore's.
    const comments = views.map((view) => JSON.parse(view).comments.length);
    const grown = comments.map((n, at) => n - (comments[at - 1] ?? 0)).filter((n) => n > 0);
    expect(grown).toEqual([5, 5]);
    for (const group of since.slice(0, -1)) expect(group.length).toBeGreaterThanOrEqual(5);

    // Where those of a group had said each other's, everything would be the same.
    const turned = new Map<number, number>();
    for (const group of since.slice(0, -1)) {
      for (const [at, n] of group.entries()) turned.set(n, group[(at + 2) % group.length] ?? n);
    }
    await goBack(before);
    const other = await walk((n) => turned.get(n) ?? n);
    expect(other.views).toEqual(views);
    expect(withoutIds(other.database)).toEqual(withoutIds(database));

    // And where any of the twelve had said any other's, the database would say no more of whose they are.
    await goBack(before);
    const mixed = await walk((n) => (n + 5) % 12);
    expect(withoutIds(mixed.database, true)).toEqual(withoutIds(database, true));
  });

  it('comes on no page and in no file of the provider’s but with four others', async () => {
    const anyone = visitor();
    const { ctx, send } = await passed(12, {}, await anyone.context());
    for (let id = 1; id <= 12; id += 1) {
      await put(shares, {
        ref: String(id).padStart(20, '0'),
        providerId: 1,
        subscriberId: id,
        enrollmentId: id,
        words: '2026-11-b',
        since: 0,
      });
    }
    const olga = await enterPortal(anyone);
    const pages = PORTAL.filter(({ method, path }) => method === 'GET' && !/:(?!slug)/.test(path));
    const files = ['/portal/:slug/export', '/portal/:slug/credit/report'];
    const home = (path: string) => path.replace(':slug', 'harbor-institute');
    /** The whole of what the provider can load, by where it stands. */
    const everything = async () => {
      const all = [
        ...pages.map(({ path }) => [path, olga.get(home(path))] as const),
        ...files.map((path) => [path, olga.post(home(path))] as const),
      ];
      return Promise.all(
        all.map(async ([path, answer]) => [path, await (await answer).text()] as const),
      );
    };
    let known = new Set<string>();
    const grown: number[] = [];
    for (const step of WALK) {
      if (typeof step === 'number') await send(step);
      else await groupEvaluations(ctx, 50);
      const now = new Set<string>();
      for (const [path, body] of await everything()) {
        for (const [said] of body.matchAll(/What number \w says\./g)) {
          expect(path).toBe('/portal/:slug/credit/evaluation');
          now.add(said);
        }
      }
      if (now.size > known.size) {
        grown.push(now.size - known.size);
        expect(step).toBe('chore');
      }
      known = now;
    }
    expect(pages.length).toBeGreaterThan(12);
    expect(grown).toEqual([5, 5]);
  });

  it('cannot be told from the order of rows', async () => {
    const { send } = await passed(12);
    for (let n = 0; n < 12; n += 1) await send(n);
    const inOrder = await rows(evaluations, undefined, evaluations.id);
    const said = inOrder.map(({ answers }) => JSON.parse(answers).comment as string);
    expect(said).not.toEqual([...said].sort());
    const byRowid = await query<{ id: number }>(sql`SELECT id FROM ${evaluations} ORDER BY rowid`);
    expect(byRowid.map(({ id }) => id)).toEqual(inOrder.map(({ id }) => id));
  });
});

/** Ids of evaluations and of their groups are random: what is left must not say whose they are. */
function withoutIds(database: Record<string, Record<string, unknown>[]>, withoutGroups = false) {
  const { evaluations: all = [], ...rest } = database;
  const answers = all.map(({ answers, provider_id, edition, shown_in }) => ({
    answers,
    provider_id,
    edition,
    isShown: withoutGroups || shown_in !== null,
  }));
  const sorted = answers.sort((one, other) =>
    String(one.answers) < String(other.answers) ? -1 : 1,
  );
  return { ...rest, evaluations: sorted };
}
