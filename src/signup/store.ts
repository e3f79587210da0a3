import { type SQL, sql } from 'drizzle-orm';
import { DAY, type Seconds } from '../clock.ts';
import type { Database } from '../db/client.ts';
import { forgetReasons, randomRowId, throughProvider } from '../db/statements.ts';
import { SPIKE } from '../provider/provider.ts';
import { forgetMails, type Limits, mayCause } from '../suppression/strangers.ts';
import { CAPS, STRANGERS_LIFETIME, TRY_CAP } from '../suppression/suppression.ts';
import type { FilledForm } from './signup.ts';

/** A link that has at least this long to live is sent again instead of a new one. */
const STILL_USEFUL = DAY;

/** Forms of one address that are kept beside the one whose useful link was mailed. */
const FORMS_KEPT = 9;

/** An address that somebody typed in. */
export interface Asked {
  email: string;
  emailHash: string;
  /** Who asked: anybody through a form, or the holder of a link mailed to the address. */
  askedBy: keyof typeof CAPS;
  now: Seconds;
  /** How long a confirmation link lives, in seconds. */
  linkLifetime: number;
}

export interface NewSignup extends Asked {
  /** Of its own, or what the form's stamp says: then a second press of that form is the same signup. */
  id: number;
  /** Given to the subscriber if the address is new. */
  subscriberId: number;
  firstName: string;
  /** Null where the browser named none; then it is the provider's. */
  timeZone: string | null;
  providerKey: string | null;
  /** The site that sent the form, where it is not ours: the provider must have named it. */
  origin: string | null;
  /** True where it came in a way that a provider's spike does not close. */
  vouched: boolean;
  page: string;
  wordsVersion: string;
}

/**
 * Stores a signup and owes whatever mail it calls for, in one transaction that is the same whoever the
 * address belongs to, and whichever form it came through: everything that differs is decided in SQL.
 *
 * @returns the origins of its provider (none without one); null where the provider's key does not take
 *   it, or its id is somebody else's signup, and nothing was stored
 */
export async function insertSignup(
  db: Database,
  signup: NewSignup,
): Promise<{ origins: string[] } | null> {
  const { now, providerKey, origin } = signup;
  const recent = throughProvider(sql`p.id`, now - SPIKE.seconds, SPIKE.signups);
  const provider = sql`(SELECT p.id FROM providers p
    WHERE p.public_key = ${providerKey} AND p.status = 'active'
      AND (${origin} IS NULL OR EXISTS (SELECT 1 FROM json_each(p.origins) WHERE value = ${origin}))
      AND (${signup.vouched ? 1 : 0} OR ${recent} < ${SPIKE.signups}))`;
  const used = sql`EXISTS (SELECT 1 FROM signups g JOIN subscribers o ON o.id = g.subscriber_id
    WHERE g.id = ${signup.id} AND o.email <> ${signup.email})`;
  const known = sql`((${providerKey} IS NULL OR ${provider} IS NOT NULL) AND NOT ${used})`;
  const zone = sql`coalesce(${signup.timeZone},
    (SELECT time_zone FROM providers WHERE public_key = ${providerKey}))`;
  const subscriber = sql`(SELECT id FROM subscribers WHERE email = ${signup.email})`;
  // Past what is kept, a form takes the place of the newest whose link nobody was sent.
  const surplus = sql`(SELECT g.id FROM signups g WHERE g.subscriber_id = ${subscriber}
      AND ${isUseful(signup)} AND NOT EXISTS (SELECT 1 FROM deliveries d
        WHERE d.subscriber_id = g.subscriber_id AND d.lane = 'prompt' AND d.signup_id = g.id)
    ORDER BY g.created_at LIMIT 1 OFFSET ${FORMS_KEPT - 1})`;
  // A second press of one form changes the name alone.
  const unlessAgain = (name: string) => {
    const column = sql.raw(name);
    return sql`${column} = CASE WHEN signups.id = ${signup.id} THEN signups.${column}
      ELSE excluded.${column} END`;
  };
  const results = await db.batch([
    sql`INSERT INTO subscribers (id, email, email_hash, created_at)
        SELECT ${signup.subscriberId}, ${signup.email}, ${signup.emailHash}, ${now} WHERE ${known}
        ON CONFLICT DO NOTHING`,
    sql`INSERT INTO signups (id, subscriber_id, provider_id, first_name, time_zone, page,
          words_version, created_at)
        SELECT CASE WHEN EXISTS (SELECT 1 FROM signups WHERE id = ${signup.id}) THEN ${signup.id}
            ELSE coalesce(${surplus}, ${signup.id}) END,
          ${subscriber}, ${provider}, ${signup.firstName}, ${zone}, ${signup.page},
          ${signup.wordsVersion}, ${now} WHERE ${known}
        ON CONFLICT (id) DO UPDATE SET id = ${signup.id}, first_name =
            CASE WHEN confirmed_at IS NULL THEN excluded.first_name ELSE first_name END,
          ${unlessAgain('provider_id')}, ${unlessAgain('time_zone')}, ${unlessAgain('page')},
          ${unlessAgain('words_version')}, ${unlessAgain('created_at')}
        RETURNING (SELECT origins FROM providers WHERE id = provider_id) AS origins`,
    oweAnswer(
      subscriber,
      signup,
      () => sql`EXISTS (SELECT 1 FROM signups WHERE id = ${signup.id} AND subscriber_id = s.id)`,
    ),
  ]);
  const [stored] = results[1]?.results ?? [];
  if (!stored) return null;
  return { origins: typeof stored.origins === 'string' ? JSON.parse(stored.origins) : [] };
}

/**
 * Owes the mail that leads somebody back: the note with the link to their page, or once more the
 * confirmation that they have not answered yet. One statement, the same whoever the address belongs to.
 */
export async function insertWayBack(db: Database, asked: Asked): Promise<void> {
  const subscriber = sql`(SELECT id FROM subscribers WHERE email = ${asked.email})`;
  await db.batch([
    oweAnswer(subscriber, asked, ({ enrolled, link }) => sql`(${enrolled} OR ${link} IS NOT NULL)`),
  ]);
}

export async function isStored(db: Database, signupId: number): Promise<boolean> {
  const rows = await db.all(sql`SELECT 1 FROM signups WHERE id = ${signupId}`);
  return rows.length > 0;
}

/**
 * The mail that an address calls for where somebody types it in: a confirmation, or for somebody who
 * takes the course already a note with the link to their page. None where the address is suppressed, or
 * has had enough mail that strangers can cause, or its owner has said "this was not me".
 *
 * @param calls what must hold besides, for a subscriber `s` and the signup whose link a confirmation carries
 */
function oweAnswer(
  subscriber: SQL,
  asked: Asked,
  calls: (person: { enrolled: SQL; link: SQL }) => SQL,
): SQL {
  const { now, emailHash } = asked;
  const limits: Limits = {
    cap: CAPS[asked.askedBy],
    tries: TRY_CAP,
    day: now - DAY,
    month: now - STRANGERS_LIFETIME,
  };
  const enrolled = sql`(s.confirmed_at IS NOT NULL AND s.unsubscribed_at IS NULL)`;
  // Every mail of an address carries the same link for as long as that link is useful.
  const link = sql`(SELECT g.id FROM signups g WHERE g.subscriber_id = s.id AND ${isUseful(asked)}
    ORDER BY NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.subscriber_id = s.id
        AND d.lane = 'prompt' AND d.signup_id = g.id), g.created_at LIMIT 1)`;
  return sql`INSERT INTO deliveries
      (id, kind, lane, subscriber_id, signup_id, to_hash, state, due_at)
    SELECT ${randomRowId}, CASE WHEN ${enrolled} THEN 'already-enrolled' ELSE 'confirm' END, 'prompt', s.id,
      CASE WHEN ${enrolled} THEN NULL ELSE ${link} END, ${emailHash}, 'owed', ${now}
    FROM subscribers s
    WHERE s.id = ${subscriber}
      AND ${calls({ enrolled, link })}
      AND NOT EXISTS (SELECT 1 FROM suppressions WHERE hash = ${emailHash})
      AND ${mayCause(sql`${emailHash}`, limits)}`;
}

/** Whether a signup (columns of `g`) is pending and its link has a while to live. */
function isUseful({ now, linkLifetime }: Asked): SQL {
  return sql`(g.confirmed_at IS NULL AND g.created_at > ${now - linkLifetime + STILL_USEFUL})`;
}

/** A signup with its subscriber, as the confirmation pages need them. */
export interface SignupView {
  id: number;
  subscriberId: number;
  firstName: string;
  timeZone: string | null;
  confirmedAt: number | null;
  linkVersion: number;
  /** The subscriber's. */
  unsubscribedAt: number | null;
  /** The slot of their latest course; null where this would be the first. */
  weekday: number | null;
  time: string | null;
  zone: string | null;
  /** What the forms that led to this link named, oldest first; anybody may have filled them in. */
  forms: FilledForm[];
}

export async function findSignup(db: Database, id: number): Promise<SignupView | null> {
  const [found, forms] = await db.batch([
    sql`SELECT g.id, g.subscriber_id AS subscriberId, g.first_name AS firstName,
          g.time_zone AS timeZone, g.confirmed_at AS confirmedAt,
          s.link_version AS linkVersion, s.unsubscribed_at AS unsubscribedAt, e.weekday, e.time,
          e.zone
        FROM signups g JOIN subscribers s ON s.id = g.subscriber_id
          LEFT JOIN enrollments e ON e.id =
            (SELECT max(id) FROM enrollments WHERE subscriber_id = g.subscriber_id)
        WHERE g.id = ${id}`,
    sql`SELECT DISTINCT f.first_name AS firstName, p.public_key AS providerKey,
          p.name AS providerName
        FROM signups g JOIN signups f ON f.subscriber_id = g.subscriber_id
            AND f.confirmed_at IS NULL AND f.created_at >= g.created_at
          LEFT JOIN providers p ON p.id = f.provider_id
        WHERE g.id = ${id} AND g.confirmed_at IS NULL ORDER BY f.created_at`,
  ]);
  const row = found?.results[0];
  return row ? ({ ...row, forms: forms?.results ?? [] } as unknown as SignupView) : null;
}

/**
 * Whose link a confirmation was, where its signup is not there any more.
 *
 * @param since from when on a refusal holds, epoch seconds
 * @returns when they said "this was not me", or null; undefined where nobody is known
 */
export async function readRefusal(
  db: Database,
  subscriberId: number,
  since: number,
): Promise<number | null | undefined> {
  const [row] = await db.all<{ at: number | null }>(
    sql`SELECT (SELECT at FROM strangers WHERE hash = s.email_hash AND what = 'refusal'
          AND at > ${since}) AS at FROM subscribers s WHERE s.id = ${subscriberId}`,
  );
  return row?.at;
}

export interface Confirmation {
  signupId: number;
  weekday: number;
  time: string;
  zone: string;
  /** What they are called, and whether they said so themselves: then an empty name is meant. */
  firstName: string;
  named: boolean;
  /** The provider's key, or null for none. */
  providerKey: string | null;
  now: Seconds;
}

/**
 * Confirms a signup and enrolls its subscriber, once: a second press changes nothing, because the
 * enrollment is unique for its signup and the subscriber has at most one that runs. What the person
 * chose stands in the signup, with the consent of the latest form that named that provider.
 *
 * @returns true where this call enrolled
 */
export async function insertEnrollment(db: Database, c: Confirmation): Promise<boolean> {
  const subscriber = sql`(SELECT subscriber_id FROM signups WHERE id = ${c.signupId})`;
  const open = sql`EXISTS (SELECT 1 FROM signups WHERE id = ${c.signupId} AND confirmed_at IS NULL)`;
  const provider = sql`(SELECT id FROM providers WHERE public_key = ${c.providerKey})`;
  const form = sql`coalesce((SELECT f.id FROM signups f WHERE f.subscriber_id = ${subscriber}
      AND f.confirmed_at IS NULL AND f.provider_id IS ${provider}
      AND f.created_at >= (SELECT created_at FROM signups WHERE id = ${c.signupId})
    ORDER BY f.created_at DESC, f.id = ${c.signupId} DESC LIMIT 1), ${c.signupId})`;
  const results = await db.batch([
    sql`INSERT INTO enrollments
          (signup_id, subscriber_id, state, weekday, time, zone, next_at, created_at)
        SELECT ${c.signupId}, ${subscriber}, 'active', ${c.weekday}, ${c.time}, ${c.zone},
          ${c.now}, ${c.now}
        WHERE ${open} AND NOT EXISTS (SELECT 1 FROM subscribers s JOIN suppressions x
          ON x.hash = s.email_hash WHERE s.id = ${subscriber})
        ON CONFLICT DO NOTHING`,
    sql`UPDATE subscribers SET confirmed_at = coalesce(confirmed_at, ${c.now}),
          unsubscribed_at = NULL, goodbye = NULL,
          first_name = CASE WHEN ${c.named ? 1 : 0} OR ${c.firstName} <> '' THEN ${c.firstName}
            ELSE first_name END
        WHERE id = ${subscriber} AND ${open}`,
    sql`UPDATE signups SET confirmed_at = ${c.now}, first_name = ${c.firstName},
          provider_id = ${provider}, (time_zone, page, words_version, created_at) =
            (SELECT time_zone, page, words_version, created_at FROM signups f WHERE f.id = ${form})
        WHERE id = ${c.signupId} AND confirmed_at IS NULL`,
  ]);
  return (results[0]?.meta.changes ?? 0) > 0;
}

/** What a renewed request repeats of a subscriber's newest signup. */
export interface Renewal {
  email: string;
  emailHash: string;
  firstName: string;
  timeZone: string | null;
  providerKey: string | null;
}

export async function latestSignup(db: Database, subscriberId: number): Promise<Renewal | null> {
  const [row] = await db.all<Renewal>(
    // A learner may have changed their name since; what somebody unconfirmed typed stands in the signup.
    sql`SELECT s.email, s.email_hash AS emailHash,
          CASE WHEN s.confirmed_at IS NULL THEN g.first_name ELSE s.first_name END AS firstName,
          g.time_zone AS timeZone, p.public_key AS providerKey
        FROM signups g JOIN subscribers s ON s.id = g.subscriber_id
          LEFT JOIN providers p ON p.id = g.provider_id AND p.status = 'active'
        WHERE g.subscriber_id = ${subscriberId} ORDER BY g.created_at DESC LIMIT 1`,
  );
  return row ?? null;
}

/**
 * Forgets signups that were never confirmed, with their subscribers where nothing else is known of
 * them. Up to `limit` signups a call.
 */
export async function deleteUnconfirmed(
  db: Database,
  before: number,
  now: Seconds,
  limit: number,
): Promise<number> {
  const rows = await db.all<{ id: number; subscriber: number }>(
    sql`SELECT id, subscriber_id AS subscriber FROM signups
        WHERE confirmed_at IS NULL AND created_at <= ${before}
          AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.subscriber_id = signups.subscriber_id
            AND d.lane = 'prompt' AND d.state = 'sending') LIMIT ${limit}`,
  );
  const ids = JSON.stringify(rows.map((row) => row.id));
  const people = JSON.stringify([...new Set(rows.map((row) => row.subscriber))]);
  const unknown = sql`(SELECT s.id FROM subscribers s
    WHERE s.id IN (SELECT value FROM json_each(${people})) AND s.confirmed_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM signups g WHERE g.subscriber_id = s.id))`;
  await db.batch([
    sql`DELETE FROM signups WHERE id IN (SELECT value FROM json_each(${ids}))
        AND confirmed_at IS NULL`,
    ...forgetMails(sql`subscriber_id IN ${unknown}`, now - STRANGERS_LIFETIME),
    forgetReasons(sql`SELECT email_hash FROM subscribers WHERE id IN ${unknown}`, 'forgotten'),
    sql`DELETE FROM subscribers WHERE id IN ${unknown}`,
  ]);
  return rows.length;
}
