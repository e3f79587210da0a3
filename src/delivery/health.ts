import { HOUR, instantOf, isoInstant, type Seconds, secondsOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { MAX_LATENESS } from '../course/schedule.ts';
import { type Backlog, holdsBackTooLong } from './backlog.ts';
import { readBacklog } from './store/pace.ts';
import { type HealthRow, readHealth } from './store/pulse.ts';
import { capIn, limitOf } from './warm-up.ts';

/** The scheduler is silent after this long without a tick, in seconds of machine time. */
const SILENT_AFTER = 300;

/**
 * A new deployment may be without a tick for this long, in seconds of machine time: so long can it take
 * until a cron trigger works everywhere (developers.cloudflare.com/workers/configuration/cron-triggers).
 */
const STARTS_WITHIN = 900;

/** Lessons due for longer than this, in seconds of course time, mean that mail has stopped. */
const STUCK_AFTER = HOUR;

/** How a tick's complaint begins whose chores failed; their names follow. */
export const FAILED = 'failed: ';

/** How mail flows. No personal data; times are ISO instants. */
export interface Health {
  /** False where mail has stopped flowing, or may have. */
  ok: boolean;
  /** What an operator should look at, in words. */
  problems: string[];
  lastTick: string | null;
  /** The oldest lesson that is due and not claimed, course time. */
  oldestDue: string | null;
  openBatches: number;
  uncertainDeliveries: number;
  /** Courses that owe a lesson and have neither a date for it nor a mail on its way. */
  undatedCourses: number;
  halts: { scope: string; reason: string; since: string }[];
}

/** One thing that an operator should look at. */
export interface Problem {
  /** The same as long as it is the same problem, whatever the words count. */
  key: string;
  words: string;
  /** True for what does not touch mail: a stranger could bring it about, and must not turn health red. */
  mailFlows?: boolean;
  /** Of a halt: what is halted, and the word for why. */
  halt?: { scope: string; reason: string };
}

/** True where a lesson has been due for so long that mail must have stopped. Course time. */
export function isStuck(oldestDue: Seconds | null, now: Seconds): boolean {
  return oldestDue !== null && now - oldestDue > STUCK_AFTER;
}

/** Reads how mail flows. */
export async function health(ctx: Context): Promise<Health> {
  const found = await readFlow(ctx);
  const problems = problemsIn(ctx, found);
  return {
    ok: problems.every(({ mailFlows }) => mailFlows),
    problems: problems.map(({ words }) => words),
    lastTick: isoInstant(found.lastTick),
    oldestDue: isoInstant(found.oldestDue),
    openBatches: found.open,
    uncertainDeliveries: found.uncertain,
    undatedCourses: found.undated,
    halts: found.halts.map((halt) => ({ ...halt, since: isoInstant(halt.since) })),
  };
}

/** What an operator should look at now. */
export async function readProblems(ctx: Context): Promise<Problem[]> {
  return problemsIn(ctx, await readFlow(ctx));
}

/** How mail flows, and what waits under the daily cap. */
interface Flow extends HealthRow {
  /** How many mails a day may take; null without a cap. */
  limit: number | null;
  /** Null without a cap. */
  backlog: Backlog | null;
}

async function readFlow(ctx: Context): Promise<Flow> {
  const { local, dailyCap } = ctx.settings;
  const found = await readHealth(ctx.db, instantOf(ctx));
  const limit = limitOf(capIn(found.cap, local), dailyCap);
  const backlog = limit === null ? null : await readBacklog(ctx.db, instantOf(ctx), limit);
  return { ...found, limit, backlog };
}

function problemsIn(ctx: Context, found: Flow): Problem[] {
  const problems: Problem[] = [];
  const report = (key: string, words: string) => void problems.push({ key, words });
  const machine = secondsOf(ctx.clock.machine());
  if (found.lastTick !== null && machine - found.lastTick > SILENT_AFTER) {
    report('silent', 'the scheduler has been silent for more than five minutes');
  }
  const neverTicked = found.lastTick === null && found.awaitedFrom !== null;
  if (neverTicked && machine - (found.awaitedFrom ?? 0) > STARTS_WITHIN) {
    report('silent', 'the scheduler has never called: look at the cron trigger');
  }
  if (found.complaint?.startsWith(FAILED)) {
    report(
      'chores',
      `the last tick could not do everything: ${found.complaint.slice(FAILED.length)}`,
    );
  } else if (found.complaint !== null) {
    const who = found.complaint.startsWith('wake-up') ? 'a consumer of a queue' : 'the last tick';
    report(found.complaint, `${who} refused to work: ${found.complaint}`);
  }
  // What the cap holds back until tomorrow is late as agreed.
  if (isStuck(found.oldestDue, ctx.clock.now()) && found.backlog?.left !== 0) {
    report('stuck', 'a lesson has been due for more than an hour');
  }
  const { limit } = found;
  if (limit !== null && found.backlog && holdsBackTooLong(found.backlog, limit)) {
    const name = limit === ctx.settings.dailyCap ? 'DAILY_CAP' : 'the daily cap';
    report(
      'daily-cap',
      `${name} (${limit}) holds lessons back for over ${MAX_LATENESS / HOUR} hours`,
    );
  }
  if (found.undated > 0) {
    report('undated', `${found.undated} courses owe a lesson and have no date for it`);
  }
  if (found.uncertain > 0) report('uncertain', `${found.uncertain} deliveries are uncertain`);
  for (const halt of found.halts) {
    const { scope, reason } = halt;
    const words = `sending is halted (${scope}): ${reason}`;
    problems.push({ key: `halt:${scope}`, words, halt: { scope, reason } });
  }
  if (found.failures.length > 0) {
    const why = found.failures.map(({ reason, mails }) => `${reason} ${mails}`).join(', ');
    const words = `mails that the mailer took were not sent within the last day: ${why}`;
    // A halt says where none gets out; one alone may be due to an address that a stranger typed.
    problems.push({ key: 'failed', words, mailFlows: true });
  }
  for (const slug of found.spiking) {
    const words = `signups through ${slug} are far more than usual; its forms lead to our own page until they are fewer`;
    problems.push({ key: `spike:${slug}`, words, mailFlows: true });
  }
  return problems;
}
