/**
 * `npm run ops -- …`: the operator's hands, on top of /operator/api. Without `--remote` it speaks to the
 * course on this machine.
 */
import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { main, say } from './local.ts';
import { connect, type Operator, type Person, peopleLines } from './operator.ts';

const HELP = `
  npm run ops                                      how many take the course, and how far they are
  npm run ops -- health                            how mail flows, and what needs you
  npm run ops -- traffic                           what went out today, what is due, what waits
  npm run ops -- rates                             bounces and complaints of 7 and 30 days
  npm run ops -- cap                               how many mails a day may take
  npm run ops -- cap 500 --why "…"                 changes it at once: a number, none, or warm-up
  npm run ops -- find ana@example.org              who that is, and whether it may be mailed
  npm run ops -- why WHO                           why their next lesson has not come, or when it comes
  npm run ops -- timeline WHO                      everything that is known of somebody, in order
  npm run ops -- unsubscribe WHO --why "…"         ends the lessons
  npm run ops -- suppress WHO --why "…"            ends all mail to an address, also an unknown one
  npm run ops -- lift WHO --why "…"                lets it be mailed again
  npm run ops -- resume WHO --why "…"              sets a course going that stopped because mail came back
  npm run ops -- next WHO --why "…"                sends their next lesson now instead of at its hour
  npm run ops -- goodbyes                          what learners said as they left, the latest first
  npm run ops -- erase WHO --why "…"               erases somebody everywhere
  npm run ops -- resend WHO 3 --why "…"            sends lesson 3 once more
  npm run ops -- halts                             what is held back
  npm run ops -- halt all --why "…"                holds back everything, or lesson:3 (lesson:9 is the closing note)
  npm run ops -- lift-halt all --why "…"           lets it go
  npm run ops -- undated                           courses that owe a lesson and have no date for it
  npm run ops -- uncertain                         mails of which nobody knows whether they went out
  npm run ops -- settle 123 accepted --why "…"     settles a batch of these: Resend’s record has its mails
  npm run ops -- settle 123 not-accepted --attempts 4 --why "…"
                                                   or has none, after the 4 attempts that “uncertain” showed
  npm run ops -- operators                         who may enter the console
  npm run ops -- operators add mira@example.org --role owner --why "…"
                                                   takes somebody in: owner, helper or reader
  npm run ops -- operators remove mira@example.org --why "…"
  npm run ops -- enter mira@example.org            a link into the console, also where no mail goes

  WHO      an address, or a subscriber as find shows it (sub_…)
  --why    the reason; it is kept, so it must not hold an address
  --by     who you are; your name on this machine where it is left out
  --role   of somebody in the console: owner, helper or reader
  --attempts  how often a batch had been posted when you looked into Resend’s record
  --remote the deployed course that wrangler.toml names, with OPERATOR_TOKEN from your environment
  --url    another course by its address
`;

interface Found {
  subscriber: string | null;
  suppression: { reason: string; at: string } | null;
  erasure: { consentedAt: string | null; withdrawnAt: string | null; erasedAt: string } | null;
}

interface Timeline {
  subscriber: {
    id: string;
    email: string;
    firstName: string;
    createdAt: string;
    confirmedAt: string | null;
    unsubscribedAt: string | null;
    goodbye: string | null;
    eraseRequestedAt: string | null;
  };
  suppression: { reason: string; at: string } | null;
  signups: {
    createdAt: string;
    confirmedAt: string | null;
    page: string;
    provider: string | null;
    wordsVersion: string;
  }[];
  enrollments: {
    state: string;
    pauseReason: string | null;
    slot: string;
    nextLesson: number;
    nextAt: string | null;
    createdAt: string;
    closedAt: string | null;
  }[];
  deliveries: {
    id: number;
    kind: string;
    lesson: number | null;
    state: string;
    dueAt: string;
    acceptedAt: string | null;
    batch: number | null;
  }[];
  events: { kind: string; delivery: number; at: string }[];
  acts: { at: string; actor: string; verb: string; subject: string | null; reason: string }[];
}

interface UnknownBatch {
  id: number;
  state: string;
  attempts: number;
  frozenAt: string;
  mails: { delivery: number; kind: string; lesson: number | null; email: string | null }[];
}

interface UndatedCourse {
  email: string;
  lesson: number;
  slot: string;
  why: 'zone' | 'ledger';
  since: string;
}

/** "2026-11-30 07:30" of an ISO instant; all times are UTC. */
function minute(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

function mailName(kind: string, lesson: number | null): string {
  if (kind === 'lesson') return `lesson ${lesson}`;
  return kind === 'resend' ? `lesson ${lesson} once more` : kind;
}

/** What somebody wrote, on one line and without what would steer a terminal. */
function oneLine(words: string): string {
  return words
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function goodbyeLines(goodbyes: { subscriber: string; at: string; words: string }[]): string[] {
  if (goodbyes.length === 0) return ['Nobody has said why they left.'];
  return goodbyes.map(
    ({ subscriber, at, words }) => `${minute(at)}  ${subscriber}  “${oneLine(words)}”`,
  );
}

/** A subscriber's history, a line each, oldest first. */
export function timelineLines(timeline: Timeline): string[] {
  const { subscriber, signups, enrollments, deliveries, events, acts } = timeline;
  const entries: [string, string][] = [];
  const add = (at: string | null, words: string) => {
    if (at !== null) entries.push([at, words]);
  };
  const addMails = (mails: Timeline['deliveries']) => {
    for (const { id, kind, lesson, state, batch, acceptedAt, dueAt } of mails) {
      const place = `delivery ${id}${batch === null ? '' : `, batch ${batch}`}`;
      add(acceptedAt ?? dueAt, `${mailName(kind, lesson)}: ${state} (${place})`);
    }
  };
  // What happened within one second stays in the order in which it is added.
  for (const { createdAt, page, provider, wordsVersion } of signups) {
    const through = provider === null ? '' : ` through ${provider}`;
    add(createdAt, `signed up on ${page}${through}, words ${wordsVersion}`);
  }
  addMails(deliveries.filter(({ kind }) => kind === 'confirm'));
  for (const signup of signups) add(signup.confirmedAt, 'confirmed');
  for (const enrollment of enrollments) {
    add(enrollment.createdAt, `enrolled, ${enrollment.slot}`);
    add(enrollment.closedAt, `the enrollment is ${enrollment.state}`);
  }
  addMails(deliveries.filter(({ kind }) => kind !== 'confirm'));
  for (const event of events) add(event.at, `delivery ${event.delivery}: ${event.kind}`);
  for (const act of acts) {
    const subject = act.subject === null ? '' : ` ${act.subject}`;
    add(act.at, `${act.verb}${subject} by ${act.actor.replace('operator:', '')}: ${act.reason}`);
  }
  const said = subscriber.goodbye === null ? '' : `: “${oneLine(subscriber.goodbye)}”`;
  add(subscriber.unsubscribedAt, `unsubscribed${said}`);
  add(subscriber.eraseRequestedAt, 'asked to be erased; waits for a batch to settle');
  if (timeline.suppression) {
    add(timeline.suppression.at, `never mailed again: ${timeline.suppression.reason}`);
  }
  const lines = entries
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([at, words]) => `  ${minute(at)}  ${words}`);
  const now = enrollments.at(-1);
  const next =
    now?.state === 'active' && now.nextAt !== null
      ? `; lesson ${now.nextLesson} is due ${minute(now.nextAt)}`
      : '';
  const why = now?.pauseReason ? ` (${now.pauseReason})` : '';
  const name = subscriber.firstName === '' ? '' : `, ${subscriber.firstName}`;
  return [
    `${subscriber.id}  ${subscriber.email}${name}`,
    ...lines,
    now ? `Now: ${now.state}${why}${next}. Times are UTC.` : 'Now: not enrolled. Times are UTC.',
  ];
}

function unknownLines(batches: UnknownBatch[]): string[] {
  if (batches.length === 0) return ['Nothing is uncertain.'];
  return batches.flatMap(({ id, state, attempts, frozenAt, mails }) => [
    `batch ${id}: ${state}, ${attempts} attempts, frozen ${minute(frozenAt)} UTC`,
    ...mails.map(
      ({ delivery, kind, lesson, email }) =>
        `  ${mailName(kind, lesson)} to ${email ?? 'somebody who is gone'} (delivery ${delivery})`,
    ),
  ]);
}

const UNDATED: Record<UndatedCourse['why'], string> = {
  zone: 'this time zone has no clock any more; the learner’s page asks for another',
  ledger: 'its mail is in a batch that has ended; look it up with timeline',
};

function undatedLines(courses: UndatedCourse[]): string[] {
  if (courses.length === 0) return ['Every course that runs has its next date.'];
  return courses.map(
    ({ email, lesson, slot, why, since }) =>
      `${email}: lesson ${lesson}, ${slot}, since ${minute(since)} UTC: ${UNDATED[why]}`,
  );
}

function foundLines({ subscriber, suppression, erasure }: Found): string[] {
  const lines = [subscriber ?? 'Nobody is known by this address.'];
  if (suppression) {
    lines.push(`Never mailed since ${minute(suppression.at)} UTC: ${suppression.reason}.`);
  }
  if (erasure) lines.push(`Somebody with this address was erased ${minute(erasure.erasedAt)} UTC.`);
  return lines;
}

interface Cap {
  cap: { kind: 'none' } | { kind: 'fixed' | 'warm-up'; mails: number };
  ceiling: number | null;
  limit: number | null;
  sentToday: number;
  next: number | null;
}

function capLines({ cap, ceiling, limit, sentToday, next }: Cap): string[] {
  const kind = cap.kind === 'none' ? 'no cap' : `${cap.kind}, ${cap.mails} mails a UTC day`;
  const today = limit === null ? '' : ` Today so far: ${sentToday} of ${limit}.`;
  return [
    `Now: ${kind}.${today}`,
    ...(next === null ? [] : [`After a day that used half of it, without halt or amber: ${next}.`]),
    ...(ceiling === null ? [] : [`DAILY_CAP is set: nothing rises above ${ceiling}.`]),
  ];
}

interface Numbers {
  at: string;
  taking: number;
  paused: number;
  bySent: number[];
  finished: number;
}

function numbersLines({ at, taking, paused, bySent, finished }: Numbers): string[] {
  const people = taking === 1 ? '1 person takes' : `${taking} people take`;
  const courses = finished === 1 ? '1 course' : `${finished} courses`;
  return [
    `${people} the course${paused === 0 ? '' : ` (${paused} of them paused)`}. ${courses} came to the closing note.`,
    ...bySent.map((count, sent) => `  sent ${sent} of ${bySent.length - 1}: ${count}`),
    `As of ${minute(at)} UTC. All commands: npm run ops -- --help`,
  ];
}

interface Traffic {
  today: { lessons: number; askedFor: number; ahead: number };
  waits: { owed: number; due: number; sending: number; uncertain: number; halted: number };
}

function trafficLines({ today, waits }: Traffic): string[] {
  return [
    `Today (UTC): ${today.lessons} lessons and ${today.askedFor} mails that were asked for went out; ${today.ahead} lessons are due until midnight.`,
    `Asked for and not claimed: ${waits.owed}. Due: ${waits.due}. On their way: ${waits.sending}. Uncertain: ${waits.uncertain}. Halts: ${waits.halted}.`,
  ];
}

interface Rates {
  rates: {
    days: number;
    accepted: number;
    hard: number;
    soft: number;
    complaints: number;
    levels: { hard: string; complaints: string };
  }[];
  families: { name: string; bounces: number; complaints: number }[];
}

/** A level in words; nothing where it is well. */
const LEVELS: Record<string, string> = {
  few: ' (too few mails to say)',
  amber: ' (amber)',
  red: ' (RED)',
};

function ratesLines({ rates, families }: Rates): string[] {
  return [
    ...rates.map(
      ({ days, accepted, hard, soft, complaints, levels }) =>
        `${days} days: ${accepted} accepted; ${hard} came back for good${LEVELS[levels.hard] ?? ''}, ${soft} for a while; ${complaints} complaints${LEVELS[levels.complaints] ?? ''}`,
    ),
    ...families.map(
      ({ name, bounces, complaints }) =>
        `  ${name}: ${bounces} came back, ${complaints} complaints`,
    ),
    'Gmail tells nobody who complained. Look in Postmaster Tools.',
  ];
}

/** Results that say more in a sentence than in their own word. */
const SENTENCES: Record<string, string> = {
  owed: 'Owed: it goes out within the minute.',
  asked: 'Asked for: it goes out within the minute.',
  coming: 'It is due or on its way already.',
  busy: 'Their course changed at the same moment. Please try again.',
  'already-owed': 'It is on its way once more already.',
  waiting: 'Everything has stopped. The rest is deleted when the batch that holds a mail settles.',
};

/** Does what a command says, and gives the lines to print. */
async function obey(
  operator: Operator,
  [command = '', first = '', second = '']: string[],
  signed: () => { by: string; reason: string },
  options: { attempts?: number; role?: string } = {},
): Promise<string[]> {
  const find = (email: string) => operator.ask<Found>('/find', { email });
  const who = async () => {
    if (!first.includes('@')) return first;
    const { subscriber } = await find(first);
    if (subscriber === null) throw new Error('Nobody is known by this address.');
    return subscriber;
  };
  const act = async (path: string, input: Record<string, unknown> = {}) => {
    const { result } = await operator.ask<{ result: string }>(path, { ...input, ...signed() });
    return [SENTENCES[result] ?? `${result}.`];
  };
  /** Addresses can be suppressed that nobody has signed up with. */
  const address = async (verb: string, path: string) => {
    const known = first.includes('@') ? (await find(first)).subscriber : first;
    return known === null ? act(path, { email: first }) : act(`/subscribers/${known}/${verb}`);
  };
  const segment = encodeURIComponent;
  switch (command) {
    case 'health': {
      const { ok, problems } = await operator.health();
      return ok ? ['All is well.'] : problems;
    }
    case 'numbers':
      return numbersLines(await operator.ask<Numbers>('/numbers'));
    case 'traffic':
      return trafficLines(await operator.ask<Traffic>('/traffic'));
    case 'rates':
      return ratesLines(await operator.ask<Rates>('/rates'));
    case 'cap':
      return first === '' ? capLines(await operator.ask<Cap>('/cap')) : act('/cap', { cap: first });
    case 'find':
      return foundLines(await find(first));
    case 'why': {
      const { words } = await operator.ask<{ words: string }>(
        `/subscribers/${segment(await who())}/why`,
      );
      return [words];
    }
    case 'timeline':
      return timelineLines(await operator.ask<Timeline>(`/subscribers/${segment(await who())}`));
    case 'unsubscribe':
    case 'next':
    case 'resume':
    case 'erase':
      return act(`/subscribers/${segment(await who())}/${command}`);
    case 'suppress':
      return address('suppress', '/suppressions');
    case 'lift':
      return address('lift', '/suppressions/lift');
    case 'resend':
      return act(`/subscribers/${segment(await who())}/resend`, { lesson: second });
    case 'goodbyes': {
      const { goodbyes } = await operator.ask<{ goodbyes: Parameters<typeof goodbyeLines>[0] }>(
        '/goodbyes',
      );
      return goodbyeLines(goodbyes);
    }
    case 'halts': {
      const { halts } = await operator.ask<{
        halts: { scope: string; reason: string; since: string }[];
      }>('/halts');
      if (halts.length === 0) return ['Nothing is held back.'];
      return halts.map(
        ({ scope, reason, since }) => `${scope}: ${reason}, since ${minute(since)} UTC`,
      );
    }
    case 'halt':
      return act('/halts', { scope: first });
    case 'lift-halt':
      return act(`/halts/${segment(first)}/lift`);
    case 'undated': {
      const { courses } = await operator.ask<{ courses: UndatedCourse[] }>('/undated');
      return undatedLines(courses);
    }
    case 'uncertain': {
      const { batches } = await operator.ask<{ batches: UnknownBatch[] }>('/uncertain');
      return unknownLines(batches);
    }
    case 'operators':
      if (first === '') {
        return peopleLines((await operator.ask<{ operators: Person[] }>('/operators')).operators);
      }
      if (first === 'add') return act('/operators', { email: second, role: options.role ?? '' });
      if (first === 'remove') return act('/operators/remove', { email: second });
      throw new Error(`There is no command "operators ${first}".\n${HELP}`);
    case 'enter': {
      const { link } = await operator.ask<{ link: string }>('/enter', { email: first });
      return [`Open this within 15 minutes; it works once:`, link];
    }
    case 'settle':
      if (second === 'not-accepted' && options.attempts === undefined) {
        throw new Error(
          'Say how often it had been posted when you looked: --attempts 4, as “uncertain” shows it.',
        );
      }
      return act(`/batches/${segment(first)}/settle`, {
        verdict: second,
        ...(options.attempts === undefined ? {} : { attempts: options.attempts }),
      });
    default:
      throw new Error(`There is no command "${command}".\n${HELP}`);
  }
}

if (import.meta.main) {
  main(async () => {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        why: { type: 'string' },
        by: { type: 'string' },
        attempts: { type: 'string' },
        role: { type: 'string' },
        remote: { type: 'boolean', default: false },
        url: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return say(HELP);
    const { remote, url, attempts, role } = values;
    const operator = await connect({ remote, ...(url === undefined ? {} : { url }) });
    const signed = () => {
      if (!values.why) throw new Error('Say why: --why "…". It is kept with what you do.');
      return { by: values.by ?? userInfo().username, reason: values.why };
    };
    const options = {
      ...(attempts === undefined ? {} : { attempts: Number(attempts) }),
      ...(role === undefined ? {} : { role }),
    };
    const command = positionals.length === 0 ? ['numbers'] : positionals;
    for (const line of await obey(operator, command, signed, options)) say(line);
  });
}
