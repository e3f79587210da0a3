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
