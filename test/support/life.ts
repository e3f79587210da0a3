import { desc } from 'drizzle-orm';
import fc from 'fast-check';
import { batches, enrollments, links, signups, subscribers } from '../../src/db/schema.ts';
import { dispatch } from '../../src/delivery/dispatch.ts';
import { haltByHand } from '../../src/delivery/halt-by-hand.ts';
import { liftHalt } from '../../src/delivery/lift-halt.ts';
import { recordEvent } from '../../src/delivery/record-event.ts';
import { settleBatch } from '../../src/delivery/settle-batch.ts';
import { tick } from '../../src/delivery/tick.ts';
import { changeSlot } from '../../src/enrollment/change-slot.ts';
import { markRead } from '../../src/enrollment/mark-read.ts';
import { setNudges } from '../../src/enrollment/nudge.ts';
import { pause } from '../../src/enrollment/pause.ts';
import { resendLesson, resendToLearner } from '../../src/enrollment/resend-lesson.ts';
import { restart } from '../../src/enrollment/restart.ts';
import { resume } from '../../src/enrollment/resume.ts';
import { sendNext } from '../../src/enrollment/send-next.ts';
import type { EventKind } from '../../src/mailer/events.ts';
import { addProvider } from '../../src/provider/add-provider.ts';
import { confirmSignup } from '../../src/signup/confirm-signup.ts';
import { askForAddress, askToErase, askToOpen } from '../../src/subscriber/ask-for-link.ts';
import { changeAddress } from '../../src/subscriber/change-address.ts';
import { changeName } from '../../src/subscriber/change-name.ts';
import { comeBack } from '../../src/subscriber/come-back.ts';
import { openDevice } from '../../src/subscriber/device.ts';
import { eraseByLink, eraseSubscriber } from '../../src/subscriber/erase-subscriber.ts';
import { revokeLink } from '../../src/subscriber/revoke-link.ts';
import { unsubscribe } from '../../src/subscriber/unsubscribe.ts';
import { writeLog } from '../../src/subscriber/write-log.ts';
import { liftSuppression } from '../../src/suppression/lift-suppression.ts';
import { suppress } from '../../src/suppression/suppress.ts';
import { CONFIRM_LIFETIME } from '../../src/token.ts';
import { signUp, type TestContext } from './course.ts';
import { eventAbout } from './events.ts';
import type { HonestMailer } from './mailer.ts';
import { pick, rows, value } from './rows.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Everything that people, the mailer and the operator do, in the order of a life. */
export const DEEDS = [
  'sign up',
  'confirm',
  'goodbye',
  'come back',
  'pause',
  'pause until',
  'resume',
  'next',
  'slot',
  'restart',
  'read',
  'once more',
  'name',
  'nudges',
  'revoke',
  'open',
  'log',
  'ask for address',
  'change address',
  'ask to erase',
  'erase by link',
  'erase',
  'suppress',
  'lift',
  'once more by hand',
  'settle',
  'halt',
  'lift halt',
  'provider',
  'delivered',
  'soft-bounce',
  'hard-bounce',
  'complaint',
  'failed',
  'lost',
  'unheard',
  'rate-limited',
] as const;

export type Deed = (typeof DEEDS)[number];

export interface Step {
  deed: Deed | 'pass' | 'work';
  /** Whom it is about: a place in `PEOPLE`. */
  who: number;
  /** A lesson, a weekday, days, or hours. */
  number: number;
}

/** Everybody's addresses; changes of address move between them. */
export const PEOPLE = ['ana', 'bo', 'cem', 'dot', 'eli', 'fay', 'gus', 'hal'].map(
  (name) => `${name}@example.org`,
);

export const BY_HAND = { actor: 'operator:mira', reason: 'a test' };

/** A step of a life, most of them of people who take the course. */
export const steps: fc.Arbitrary<Step> = fc.record({
  deed: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom<Step['deed']>(...DEEDS) },
    { weight: 4, arbitrary: fc.constantFrom<Step['deed']>('sign up', 'confirm') },
    { weight: 4, arbitrary: fc.constant<Step['deed']>('work') },
    { weight: 3, arbitrary: fc.constant<Step['deed']>('pass') },
  ),
  who: fc.nat(PEOPLE.length - 1),
  number: fc.integer({ min: 1, max: 8 }),
});

const EVENTS = new Set<string>(['delivered', 'soft-bounce', 'hard-bounce', 'complaint', 'failed']);

type Person = typeof subscribers.$inferSelect;

export interface Life {
  ctx: TestContext;
  mailer: HonestMailer;
  /** What each device holds, by subscriber. */
  devices: Map<number, string>;
  /** The most that `pass` passes in one step, in seconds. */
  longest: number;
}

/** One minute of the course: a tick, and both lanes worked off. */
export async function work({ ctx }: Life): Promise<void> {
  await tick(ctx);
  await dispatch(ctx, 'prompt');
  await dispatch(ctx, 'lesson');
}

async function newestLink(
  person: Person,
  purpose: 'open' | 'address' | 'erase',
): Promise<number | null> {
  const whose = { subscriberId: person.id, purpose };
  return (await value(links, 'id', whose, desc(links.createdAt))) ?? null;
}

async function single(life: Life, person: Person, purpose: 'open' | 'address' | 'erase') {
  const linkId = await newestLink(person, purpose);
  if (linkId === null) return null;
  const expiresAt = life.ctx.clock.now() + HOUR;
  return life.ctx.tokens.single(purpose, { subscriberId: person.id, linkId, expiresAt });
}

/** Does one thing, as far as it can be done now. */
export async function take(life: Life, { deed, who, number }: Step): Promise<void> {
  const { ctx, mailer, devices, longest } = life;
  const email = PEOPLE[who] ?? '';
  if (deed === 'work') return work(life);
  if (deed === 'pass') {
    ctx.clock.pass(
      Math.min([60, HOUR, 8 * HOUR, DAY, 3 * DAY, 7 * DAY][number % 6] ?? 60, longest),
    );
    return work(life);
  }
  if (deed === 'sign up') return void (await signUp(ctx, { email, firstName: `Name ${number}` }));
  if (deed === 'lost' || deed === 'unheard') return void mailer.script.push(deed);
  if (deed === 'rate-limited') {
    return void mailer.script.push({ kind: 'rate-limited', retryAfterMs: 3000 });
  }
  if (deed === 'halt' || deed === 'lift halt') {
    const input = { scope: `lesson:${number}`, ...BY_HAND };
    return void (await (deed === 'halt' ? haltByHand(ctx, input) : liftHalt(ctx, input)));
  }
  if (deed === 'settle') return settleByHand(life);
  if (deed === 'provider') {
    const provider = { slug: `p${number}`, name: 'Harbor', origins: [], theme: 'auto' as const };
    return void (await addProvider(ctx, { ...provider, timeZone: null, ...BY_HAND }));
  }
  if (EVENTS.has(deed)) {
    const mail = mailer.accepted.findLast(({ to }) => to === email);
    if (!mail) return;
    await recordEvent(ctx, eventAbout(mail.mail, deed as EventKind, { id: `${deed}-${mail.id}` }));
    // It was taken, and never went out.
    if (deed === 'failed') mailer.accepted = mailer.accepted.filter((each) => each !== mail);
    return;
  }
  const [person] = await rows(subscribers, { email });
  if (!person) return;
  const subscriberId = person.id;
  const token = await ctx.tokens.learn({ subscriberId, linkVersion: person.linkVersion });
  const device = devices.get(subscriberId);
  switch (deed) {
    case 'confirm': {
      const unconfirmed = { subscriberId, confirmedAt: null };
      const signupId = await value(signups, 'id', unconfirmed, desc(signups.createdAt));
      if (signupId === undefined) return;
      const expiresAt = ctx.clock.now() + CONFIRM_LIFETIME;
      const claims = { subscriberId, linkVersion: person.linkVersion, signupId };
      const slot = { weekday: 1 + (number % 7), time: '09:00', zone: 'Europe/Berlin' };
      await confirmSignup(ctx, await ctx.tokens.confirm({ ...claims, expiresAt }), slot);
      return;
    }
    case 'goodbye':
      await unsubscribe(ctx, await ctx.tokens.unsubscribe(subscriberId), 'it was enough');
      return;
    case 'come back':
      await comeBack(ctx, token);
      return;
    case 'pause':
      await pause(ctx, token, '');
      return;
    case 'pause until': {
      const until = new Date((ctx.clock.now() + (number + 1) * DAY) * 1000);
      await pause(ctx, token, until.toISOString().slice(0, 10));
      return;
    }
    case 'resume':
      await resume(ctx, token);
      return;
    case 'next':
      await sendNext(ctx, token);
      return;
    case 'slot': {
      const slot = { weekday: 1 + (number % 7), time: '18:30', zone: 'America/New_York' };
      await changeSlot(ctx, token, slot);
      return;
    }
    case 'restart': {
      const newest = await value(enrollments, 'id', { subscriberId }, desc(enrollments.id));
      if (newest) await restart(ctx, token, newest);
      return;
    }
    case 'read':
      await markRead(ctx, token, number, true);
      return;
    case 'once more':
      await resendToLearner(ctx, token, number);
      return;
    case 'once more by hand':
      await resendLesson(ctx, { subscriberId, lesson: number, ...BY_HAND });
      return;
    case 'name':
      if (device) await changeName(ctx, token, device, `Other ${number}`);
      return;
    case 'nudges':
      await setNudges(ctx, token, number % 2 === 0);
      return;
    case 'revoke':
      await revokeLink(ctx, token);
      return;
    case 'open': {
      if (person.confirmedAt === null) return;
      await askToOpen(ctx, token);
      const link = await single(life, person, 'open');
      const opened = link === null ? null : await openDevice(ctx, link, device);
      if (opened?.kind === 'opened') devices.set(subscriberId, opened.device);
      return;
    }
    case 'log': {
      if (!device) return;
      const input = { lesson: number, text: `what I saw, ${ctx.clock.now()}`, base: 0 };
      const before = await writeLog(ctx, token, device, input);
      if (before.kind !== 'changed-meanwhile') return;
      await writeLog(ctx, token, device, { ...input, base: before.entry.rev });
      return;
    }
    case 'ask for address':
      await askForAddress(ctx, token, device, PEOPLE[(who + number) % PEOPLE.length] ?? '');
      return;
    case 'change address': {
      const link = await single(life, person, 'address');
      if (link) await changeAddress(ctx, link);
      return;
    }
    case 'ask to erase':
      await askToErase(ctx, token, device);
      return;
    case 'erase by link': {
      const link = await single(life, person, 'erase');
      if (link) await eraseByLink(ctx, link);
      return;
    }
    case 'erase':
      await eraseSubscriber(ctx, { subscriberId, ...BY_HAND });
      return;
    case 'suppress':
      await suppress(ctx, { whose: { subscriberId }, ...BY_HAND });
      return;
    case 'lift':
      await liftSuppression(ctx, { whose: { subscriberId }, ...BY_HAND });
      return;
  }
}

/** As an operator does: looks into the mailer's own record, and says what stands there. */
async function settleByHand({ ctx, mailer }: Life): Promise<void> {
  const unsettled = await pick(batches, ['id', 'key', 'attempts'], {
    state: ['open', 'uncertain'],
  });
  for (const { id, key, attempts } of unsettled) {
    const taken = mailer.accepted.some((mail) => mail.key === key);
    const verdict = taken ? { accepted: true as const } : { accepted: false as const, attempts };
    await settleBatch(ctx, { batchId: id, verdict, ...BY_HAND });
  }
}
