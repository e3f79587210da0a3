import { env } from 'cloudflare:workers';
import { and, eq, isNotNull } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliveries, enrollments, subscribers } from '../../src/db/schema.ts';
import { dispatch } from '../../src/delivery/dispatch.ts';
import { tick } from '../../src/delivery/tick.ts';
import type { Mail } from '../../src/mailer/mailer.ts';
import { confirmSignup } from '../../src/signup/confirm-signup.ts';
import { askForAddress } from '../../src/subscriber/ask-for-link.ts';
import { changeAddress } from '../../src/subscriber/change-address.ts';
import { eraseSubscriber } from '../../src/subscriber/erase-subscriber.ts';
import { notMe } from '../../src/subscriber/not-me.ts';
import { unsubscribe } from '../../src/subscriber/unsubscribe.ts';
import { signUp, type TestContext, testContext } from '../support/course.ts';
import { broken, emptyLedger } from '../support/ledger.ts';
import { ACCEPTED } from '../support/mailer.ts';
import { deviceCookie } from '../support/people.ts';
import { change, pick, value } from '../support/rows.ts';
import type { Visitor } from '../support/visitor.ts';
import { walkAtRandom } from '../support/walks.ts';
import kept from './strangers-walks.kept.json' with { type: 'json' };

const HOUR = 3600;
const DAY = 24 * HOUR;
const MONTH = 30 * DAY;

/** Some attack, some are attacked, and all of them press everything. */
const PEOPLE = ['ana', 'ben', 'cem'].map((name) => `${name}@example.org`);

const BY_STRANGERS = ['confirm', 'already-enrolled', 'address'];

interface Sent {
  to: string;
  kind: string;
  text: string;
  delivery: number;
  /** When it was asked for, and when it went. */
  asked: number;
  at: number;
  bounced: boolean;
}

interface Real {
  ctx: TestContext;
  sent: Sent[];
  /** When the owner of an address last said "this was not me". */
  refused: Map<string, number>;
}

type Step = fc.AsyncCommand<object, Real>;

/** The token of a link in the newest mail to an address that has one. */
function newest({ sent }: Real, to: string, link: string): string | undefined {
  const found = sent.findLast((mail) => mail.to === to && mail.text.includes(`/${link}/`));
  return new RegExp(`/${link}/([^\\s"/?#]+)`).exec(found?.text ?? '')?.[1];
}

/** More than one mail in 24 hours or three in 30 days, or one after its owner refused them. */
function tooMany({ sent, refused }: Real): string[] {
  const wrong: string[] = [];
  const caused = sent.filter(({ kind }) => BY_STRANGERS.includes(kind));
  for (const mail of caused) {
    const before = caused.filter(({ to, asked }) => to === mail.to && asked <= mail.asked);
    const within = (seconds: number) =>
      before.filter(({ asked, bounced }) => !bounced && asked > mail.asked - seconds).length;
    if (within(DAY) > 1) wrong.push(`two in a day to ${mail.to}`);
    if (within(MONTH) > 3) wrong.push(`four in 30 days to ${mail.to}`);
    const no = refused.get(mail.to);
    if (no !== undefined && mail.at > no && mail.at <= no + MONTH) {
      wrong.push(`after "this was not me": ${mail.kind} to ${mail.to}`);
    }
  }
  return wrong;
}

const running = () =>
  pick(enrollments, ['subscriberId'], { state: ['active', 'paused'] }, enrollments.subscriberId);

function command(name: string, run: (real: Real) => Promise<void>): Step {
  return {
    check: () => true,
    async run(_, real) {
      await run(real);
      expect(tooMany(real)).toEqual([]);
      expect(await broken()).toEqual([]);
    },
    toString: () => name,
  };
}

async function work({ ctx }: Real): Promise<void> {
  await tick(ctx);
  await dispatch(ctx, 'prompt');
  await dispatch(ctx, 'lesson');
}

const idOf = async (email: string) => Number((await value(subscribers, 'id', { email })) ?? 0);

const press = {
  signUp: (email: string) =>
    command(`sign up ${email}`, async ({ ctx }) => {
      await signUp(ctx, { email });
    }),
  confirm: (email: string) =>
    command(`confirm ${email}`, async (real) => {
      const token = newest(real, email, 'confirm');
      if (token) await confirmSignup(real.ctx, token, { weekday: 2, time: '07:30', zone: 'UTC' });
    }),
  askFor: (learner: string, email: string) =>
    command(`${learner} asks for ${email}`, async ({ ctx }) => {
      const subscriberId = await idOf(learner);
      const [row] = await pick(
        subscribers,
        { version: subscribers.linkVersion },
        and(eq(subscribers.id, subscriberId), isNotNull(subscribers.confirmedAt)),
      );
      if (!row) return;
      const token = await ctx.tokens.learn({ subscriberId, linkVersion: row.version });
      const visitor = { env, context: async () => ctx } as unknown as Visitor;
      const device = (await deviceCookie(visitor, learner)).split('=')[1];
      await askForAddress(ctx, token, device, email);
    }),
  move: (email: string) =>
    command(`move to ${email}`, async (real) => {
      const token = newest(real, email, 'address');
      if (token) await changeAddress(real.ctx, token);
    }),
  erase: (email: string) =>
    command(`erase ${email}`, async ({ ctx }) => {
      const subscriberId = await idOf(email);
      await eraseSubscriber(ctx, { subscriberId, actor: 'operator:x', reason: 'asked' });
    }),
  leave: (email: string) =>
    command(`leave ${email}`, async ({ ctx }) => {
      if (await value(subscribers, 'confirmedAt', { email })) {
        await unsubscribe(ctx, await ctx.tokens.unsubscribe(await idOf(email)));
      }
    }),
  notMe: (email: string) =>
    command(`not me ${email}`, async (real) => {
      const { ctx, refused, sent } = real;
      const last = sent.findLast(({ to, kind }) => to === email && BY_STRANGERS.includes(kind));
      if (!last) return;
      const before = await running();
      if (last.kind === 'confirm') {
        const token = /\/unsubscribe\/([^\s"/?#]+)/.exec(last.text)?.[1] ?? '';
        // Somebody who has confirmed since would end their lessons by it.
        const who = await unsubscribe(ctx, token);
        if (who.kind !== 'stranger') return;
      } else {
        await notMe(ctx, /\/not-me\/([^\s"/?#]+)/.exec(last.text)?.[1] ?? '');
      }
      refused.set(last.to, ctx.clock.now());
      expect(await running()).toEqual(before);
    }),
};

const world = {
  pass: (seconds: number) =>
    command(`pass ${seconds / HOUR} h`, async (real) => {
      real.ctx.clock.pass(seconds);
      await work(real);
    }),
  work: () => command('work', work),
  /** The newest mail to an address comes back. */
  bounce: (email: string) =>
    command(`bounce ${email}`, async ({ sent }) => {
      const last = sent.findLast(({ to }) => to === email);
      if (!last) return;
      const ours = { id: last.delivery, state: 'sent' } as const;
      const bounced = await change(deliveries, { state: 'bounced' }, ours);
      if (bounced > 0) last.bounced = true;
    }),
};

const person = fc.constantFrom(...PEOPLE);
const steps = fc.commands(
  [
    person.map(press.signUp),
    person.map(press.signUp),
    person.map(press.confirm),
    person.map(press.confirm),
    fc.tuple(person, person).map(([learner, email]) => press.askFor(learner, email)),
    fc.tuple(person, person).map(([learner, email]) => press.askFor(learner, email)),
    person.map(press.move),
    person.map(press.erase),
    person.map(press.leave),
    person.map(press.notMe),
    person.map(world.bounce),
    fc.constant(world.work()),
    fc.constant(world.work()),
    fc.constantFrom(60, HOUR, 12 * HOUR, DAY, 5 * DAY, 29 * DAY).map(world.pass),
    fc.constantFrom(60, DAY + 1).map(world.pass),
  ],
  { maxCommands: 50, size: 'max' },
);

const WALKS = 120;
let walks = 0;

describe('people who type in each other’s addresses, leave, are erased and come again', () => {
  it('cause one mail a day and three in 30 days to any of them', { timeout: 600_000 }, async () => {
    const property = fc.asyncProperty(steps, async (commands) => {
      walks += 1;
      await emptyLedger();
      const ctx = testContext();
      const sent: Sent[] = [];
      ctx.mailer = {
        interval: { prompt: 0, lesson: 0 },
        async post({ body }) {
          for (const mail of JSON.parse(new TextDecoder().decode(body)) as Mail[]) {
            const tag = (name: string) => mail.tags.find((found) => found.name === name)?.value;
            const delivery = Number(tag('delivery'));
            const [row] = await pick(deliveries, { asked: deliveries.dueAt }, { id: delivery });
            sent.push({
              to: mail.to[0] ?? '',
              kind: tag('kind') ?? '',
              text: mail.text,
              delivery,
              asked: row?.asked ?? 0,
              at: ctx.clock.now(),
              bounced: false,
            });
          }
          return ACCEPTED;
        },
      };
      const real: Real = { ctx, sent, refused: new Map() };
      await fc.asyncModelRun(() => ({ model: {}, real }), commands);
      await work(real);
      expect(tooMany(real)).toEqual([]);
    });
    await walkAtRandom('strangers', property, { runs: WALKS, kept });
    expect(walks).toBeGreaterThanOrEqual(WALKS);
  });
});
