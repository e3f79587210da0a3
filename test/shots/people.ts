import { caller } from '../../src/cli/caller.ts';
import { demoKey } from '../../src/cli/demo.ts';
import { connect } from '../../src/cli/operator.ts';
import { type ClockMove, moveLocalClock } from '../support/local-clock.ts';

/** Where the people of the pictures are, as paths. */
export interface People {
  /** Ana's page: two lessons have come. */
  learn: string;
  /** Her second lesson as HTML, as it was mailed. */
  mail: string;
  unsubscribe: string;
  /** Ben has signed up and not confirmed. */
  confirm: string;
}

interface MailboxMail {
  to: string;
  text: string;
  html: string;
}

/** Where they live. */
export const ZONE = 'America/New_York';

/** A Tuesday morning, long after today, so that the days on the pictures are always the same. */
export const BEGIN = '2027-03-02T15:00:00Z';

/** Signs up the people of the pictures on a fresh database, by the forms, as they would themselves. */
export async function meet(url: string): Promise<People> {
  const post = (path: string, fields: Record<string, string>) =>
    fetch(url + path, {
      method: 'POST',
      headers: { origin: url },
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
  const clock = (move: ClockMove) => moveLocalClock(url, move);
  const mails = async (to: string) =>
    ((await (await fetch(`${url}/mailbox.json`)).json()) as MailboxMail[]).filter(
      (mail) => mail.to === to,
    );
  const linkIn = async (to: string, kind: string) => {
    const found = (await mails(to)).flatMap(
      ({ text }) => text.match(new RegExp(`/${kind}/[\\w.-]+`, 'g')) ?? [],
    );
    const link = found.at(-1);
    if (!link) throw new Error(`no ${kind} link came to ${to}`);
    return link;
  };

  await clock({ to: BEGIN });
  await post('/signup', { email: 'ana@example.org', first_name: 'Ana', time_zone: ZONE });
  await clock({ advance: 'PT1M' });
  const slot = { weekday: '2', time: '07:30', time_zone: ZONE };
  const confirmed = await post(await linkIn('ana@example.org', 'confirm'), {
    go: 'yes',
    first_name: 'Ana',
    ...slot,
  });
  const learn = confirmed.headers.get('location') ?? '';
  await clock({ advance: 'P8D' });
  const lesson = (await mails('ana@example.org')).at(-1);
  const unsubscribe = await linkIn('ana@example.org', 'unsubscribe');
  await post('/signup', { email: 'ben@example.org', first_name: 'Ben', time_zone: ZONE });
  await clock({ advance: 'PT1M' });
  return {
    learn,
    unsubscribe,
    mail: lesson?.html ?? '',
    confirm: await linkIn('ben@example.org', 'confirm'),
  };
}

/** Names of whoever takes the course through the demo provider. */
const NAMES = ['Ana', 'Ben', 'Chidi', 'Dana', 'Élodie', 'Ivo', 'Jo', 'Kim', 'Leon', 'Mina', 'Noor'];

/** Signs somebody up through the demo provider, with an hour on Tuesdays. @returns the path of their page */
export async function joinDemo(url: string, email: string, first_name: string): Promise<string> {
  const { form } = caller(url);
  const through = {
    provider: await demoKey(await connect({ remote: false, url })),
    time_zone: ZONE,
  };
  await form('/signup', { email, first_name, ...through });
  const confirm = await newest(url, email, /\/confirm\/[\w.-]+/);
  const slot = { weekday: '2', time: '07:30', time_zone: ZONE };
  const confirmed = await form(confirm, { go: 'yes', first_name, ...slot });
  return confirmed.headers.get('location') ?? '';
}

/** Some people take the course through the demo provider, a few each week, for seven weeks. */
export async function takePart(url: string): Promise<void> {
  for (let week = 0; week < 7; week++) {
    for (let at = 0; at <= week % 3; at++) {
      const first_name = NAMES[(week * 2 + at) % NAMES.length] ?? '';
      await joinDemo(url, `learner-${week}-${at}@example.org`, first_name);
    }
    await moveLocalClock(url, { advance: 'P7D' });
  }
  // To a Tuesday, a few hours after their lessons.
  await moveLocalClock(url, { advance: 'P6D' });
}

/** The digits of the newest mail that lets somebody in. */
export const digitsFor = (url: string, email: string): Promise<string> =>
  newest(url, email, /\b\d{4} \d{4}\b/);

/** What the newest mail to an address says. */
async function newest(url: string, email: string, what: RegExp): Promise<string> {
  await moveLocalClock(url, { advance: 'PT1M' });
  const mails = (await (await fetch(`${url}/mailbox.json`)).json()) as MailboxMail[];
  const found = what.exec(mails.filter(({ to }) => to === email).at(-1)?.text ?? '')?.[0];
  if (found === undefined) throw new Error(`the newest mail to ${email} has no ${what}`);
  return found;
}
