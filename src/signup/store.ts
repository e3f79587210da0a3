import { count, eq, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { DAY, type Seconds } from '../clock.ts';
import { type Database, type Places, prepared } from '../db/client.ts';
import { bare } from '../db/names.ts';
import {
  deliveries,
  enrollments,
  providers,
  signups,
  strangers,
  subscribers,
  suppressions,
} from '../db/schema.ts';
import { isTrue, orNull, type RowOf, select } from '../db/select.ts';
import { forgetReasons, holderOf, isSuppressed, throughProvider } from '../db/statements.ts';
import { kindBy, owe } from '../delivery/owe.ts';
import { stepInFlight } from '../enrollment/transitions.ts';
import { SPIKE } from '../provider/provider.ts';
import { shareBegun } from '../share/follow.ts';
import { forgetMails, mayCause } from '../suppression/strangers.ts';
import { CAPS, STRANGERS_LIFETIME, TRY_CAP } from '../suppression/suppression.ts';
import type { Beginning, FilledForm } from './signup.ts';

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

/** What the statement that owes an address its mail is filled with. */
interface AskedValues {
  email: string;
  emailHash: string;
  now: Seconds;
  /** From when on a link has a while to live. */
  usefulFrom: Seconds;
  /** From when on mail counts for a day's cap, and for a month's. */
  dayFrom: Seconds;
  monthFrom: Seconds;
  dayCap: number;
  monthCap: number;
}

const valuesOf = ({ email, emailHash, askedBy, now, linkLifetime }: Asked): AskedValues => ({
  email,
  emailHash,
  now,
  usefulFrom: now - linkLifetime + STILL_USEFUL,
  dayFrom: now - DAY,
  monthFrom: now - STRANGERS_LIFETIME,
  dayCap: CAPS[askedBy].day,
  monthCap: CAPS[askedBy].month,
});

/** What the other statements of a signup are filled with besides. */
interface SignupValues extends AskedValues {
  id: number;
  subscriberId: number;
  firstName: string;
  timeZone: string | null;
  providerKey: string | null;
  origin: string | null;
  vouched: 0 | 1;
  page: string;
  wordsVersion: string;
  /** From when on signups make a spike. */
  spikeFrom: Seconds;
}

type Signup = Places<SignupValues>;

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
  const { id, subscriberId, firstName, timeZone, providerKey, origin, page, wordsVersion } = signup;
  const values: SignupValues = {
    ...valuesOf(signup),
    ...{ id, subscriberId, firstName, timeZone, providerKey, origin, page, wordsVersion },
    vouched: signup.vouched ? 1 : 0,
    spikeFrom: signup.now - SPIKE.seconds,
  };
  const { stored } = await db.commit({
    subscriber: insertSubscriber(values),
    stored: insertForm(values),
    owed: oweForForm(values),
  });
  if (!stored.row) return null;
  return { origins: stored.row.origins === null ? [] : JSON.parse(stored.row.origins) };
}

/**
 * Owes the mail that leads somebody back: the note with the link to their page, or once more the
 * confirmation that they have not answered yet. One statement, the same whoever the address belongs to.
 */
export async function insertWayBack(db: Database, asked: Asked): Promise<void> {
  await db.commit({ owed: oweWayBack(valuesOf(asked)) });
}

/** The provider whose key the form carries, where it takes signups from there now. */
function providerOf({ providerKey, now, origin, vouched, spikeFrom }: Signup): SQL {
  const { id, status, origins } = providers;
  const recent = throughProvider(sql`${id}`, spikeFrom, SPIKE.signups);
  return sql`(SELECT ${id} FROM ${providers} WHERE ${id} = ${holderOf(providerKey, now)} AND ${status} = 'active'
    AND (${origin} IS NULL OR EXISTS (SELECT 1 FROM json_each(${origins}) WHERE value = ${origin}))
    AND (${vouched} OR ${recent} < ${SPIKE.signups}))`;
}

/** Whether a signup is taken: its provider takes it, and its id is nobody else's. */
function isTaken(signup: Signup): SQL {
  const used = sql`EXISTS (SELECT 1 FROM ${signups} JOIN ${subscribers}
      ON ${subscribers.id} = ${signups.subscriberId}
    WHERE ${signups.id} = ${signup.id} AND ${subscribers.email} <> ${signup.email})`;
  return sql`((${signup.providerKey} IS NULL OR ${providerOf(signup)} IS NOT NULL) AND NOT ${used})`;
}

const insertSubscriber = prepared<SignupValues>((signup) => {
  const s = bare(subscribers);
  return sql`INSERT INTO ${subscribers} (${s.id}, ${s.email}, ${s.emailHash}, ${s.createdAt})
    SELECT ${signup.subscriberId}, ${signup.email}, ${signup.emailHash}, ${signup.now}
    WHERE ${isTaken(signup)} ON CONFLICT DO NOTHING`;
});

/** Who has the address. */
const subscriberOf = ({ email }: Places<AskedValues>): SQL =>
  sql`(SELECT ${subscribers.id} FROM ${subscribers} WHERE ${subscribers.email} = ${email})`;

/** Whether no mail carries a signup's link. */
const isUnlinked = sql`NOT EXISTS (SELECT 1 FROM ${deliveries}
  WHERE ${deliveries.subscriberId} = ${signups.subscriberId} AND ${deliveries.lane} = 'prompt'
    AND ${deliveries.signupId} = ${signups.id})`;

/** Whether a signup is pending and its link has a while to live. */
const isUseful = ({ usefulFrom }: Places<AskedValues>): SQL =>
  sql`(${signups.confirmedAt} IS NULL AND ${signups.createdAt} > ${usefulFrom})`;

/**
 * Stores what the form says. Past what is kept, it takes the place of the newest form whose link nobody
 * was sent. A second press of one form changes the name alone.
 */
const insertForm = prepared<SignupValues, { origins: string | null }>((signup) => {
  const g = bare(signups);
  const isThere = sql`EXISTS (SELECT 1 FROM ${signups} WHERE ${signups.id} = ${signup.id})`;
  const surplus = sql`(SELECT ${signups.id} FROM ${signups}
    WHERE ${signups.subscriberId} = ${subscriberOf(signup)} AND ${isUseful(signup)} AND ${isUnlinked}
    ORDER BY ${signups.createdAt} LIMIT 1 OFFSET ${sql.raw(String(FORMS_KEPT - 1))})`;
  const zone = sql`coalesce(${signup.timeZone}, (SELECT ${providers.timeZone} FROM ${providers}
    WHERE ${providers.id} = ${holderOf(signup.providerKey, signup.now)}))`;
  const unlessAgain = (column: 'providerId' | 'timeZone' | 'page' | 'wordsVersion' | 'createdAt') =>
    sql`${g[column]} = CASE WHEN ${signups.id} = ${signup.id} THEN ${signups[column]}
      ELSE excluded.${g[column]} END`;
  return sql`INSERT INTO ${signups} (${g.id}, ${g.subscriberId},
      ${g.providerId}, ${g.firstName}, ${g.timeZone}, ${g.page}, ${g.wordsVersion}, ${g.createdAt})
    SELECT CASE WHEN ${isThere} THEN ${signup.id} ELSE coalesce(${surplus}, ${signup.id}) END,
      ${subscriberOf(signup)}, ${providerOf(signup)}, ${signup.firstName}, ${zone}, ${signup.page},
      ${signup.wordsVersion}, ${signup.now} WHERE ${isTaken(signup)}
    ON CONFLICT (${g.id}) DO UPDATE SET ${g.id} = ${signup.id},
      ${g.firstName} = CASE WHEN ${signups.confirmedAt} IS NULL THEN excluded.${g.firstName}
        ELSE ${signups.firstName} END,
      ${unlessAgain('providerId')}, ${unlessAgain('timeZone')}, ${unlessAgain('page')},
      ${unlessAgain('wordsVersion')}, ${unlessAgain('createdAt')}
    RETURNING (SELECT ${providers.origins} FROM ${providers}
      WHERE ${providers.id} = ${signups.providerId}) AS origins`;
});

/**
 * The mail that an address calls for where somebody types it in: a confirmation, or for somebody who
 * takes the course already a note with the link to their page. None where the address is suppressed, or
 * has had enough mail that strangers can cause, or its owner has said "this was not me".
 *
 * @param calls what must hold besides, for a subscriber and the signup whose link a confirmation carries
 */
function oweAnswer(
  asked: Places<AskedValues>,
  calls: (person: { enrolled: SQL; link: SQL }) => SQL,
): SQL {
  const { emailHash, dayCap, monthCap, dayFrom, monthFrom } = asked;
  const cap = { day: dayCap, month: monthCap };
  const mayGo = mayCause(emailHash, { cap, tries: TRY_CAP, day: dayFrom, month: monthFrom });
  const enrolled = sql`(${subscribers.confirmedAt} IS NOT NULL AND ${subscribers.unsubscribedAt} IS NULL)`;
  // Every mail of an address carries the same link for as long as that link is useful.
  const link = sql`(SELECT ${signups.id} FROM ${signups}
    WHERE ${signups.subscriberId} = ${subscribers.id} AND ${isUseful(asked)}
    ORDER BY ${isUnlinked}, ${signups.createdAt} LIMIT 1)`;
  return owe(kindBy(enrolled, 'already-enrolled', 'confirm'), {
    to: sql`${subscribers.id}`,
    signup: sql`CASE WHEN ${enrolled} THEN NULL ELSE ${link} END`,
    toHash: emailHash,
    due: asked.now,
    from: sql`${subscribers}`,
    where: sql`${subscribers.id} = ${subscriberOf(asked)} AND ${calls({ enrolled, link })}
      AND NOT ${isSuppressed(emailHash)} AND ${mayGo}`,
  });
}

const oweForForm = prepared<SignupValues>((signup) =>
  oweAnswer(
    signup,
    () => sql`EXISTS (SELECT 1 FROM ${signups}
      WHERE ${signups.id} = ${signup.id} AND ${signups.subscriberId} = ${subscribers.id})`,
  ),
);

const oweWayBack = prepared<AskedValues>((asked) =>
  oweAnswer(asked, ({ enrolled, link }) => sql`(${enrolled} OR ${link} IS NOT NULL)`),
);

export async function isStored(db: Database, signupId: number): Promise<boolean> {
  const [found] = await db.orm
    .select({ signups: count() })
    .from(signups)
    .where(eq(signups.id, signupId));
  return (found?.signups ?? 0) > 0;
}

const VIEW = {
  id: signups.id,
  subscriberId: signups.subscriberId,
  firstName: signups.firstName,
  timeZone: signups.timeZone,
  confirmedAt: signups.confirmedAt,
  linkVersion: subscribers.linkVersion,
  /** What they confirmed that they are called; empty where they never said. */
  knownAs: sql<string>`CASE WHEN ${subscribers.confirmedAt} IS NULL THEN '' ELSE ${subscribers.firstName} END`,
  /** The subscriber's. */
  unsubscribedAt: subscribers.unsubscribedAt,
  // The slot of their latest course; null where this would be the first.
  ...orNull({ weekday: enrollments.weekday, time: enrollments.time, zone: enrollments.zone }),
  // And where it stands.
  ...orNull({
    state: enrollments.state,
    nextLesson: enrollments.nextLesson,
    lastAt: enrollments.lastAt,
    readWeeks: enrollments.readWeeks,
  }),
  /** The next lesson of that is on its way. */
  inFlight: isTrue(stepInFlight),
};

/** A signup with its subscriber, as the confirmation pages need them. */
export interface SignupView extends RowOf<typeof VIEW> {
  /** What the forms that led to this link named, oldest first; anybody may have filled them in. */
  forms: FilledForm[];
}

export async function findSignup(db: Database, id: number): Promise<SignupView | null> {
  const { found, forms } = await db.commit({ found: selectView(id), forms: selectForms(id) });
  return found.row ? { ...found.row, forms: forms.rows } : null;
}

function selectView(id: number) {
  const e = alias(enrollments, 'e');
  const newest = sql`(SELECT max(${e.id}) FROM ${enrollments} ${e}
    WHERE ${e.subscriberId} = ${signups.subscriberId})`;
  return select(
    VIEW,
    sql`FROM ${signups} JOIN ${subscribers} ON ${subscribers.id} = ${signups.subscriberId}
      LEFT JOIN ${enrollments} ON ${enrollments.id} = ${newest} WHERE ${signups.id} = ${id}`,
  );
}

function selectForms(id: number) {
  const f = alias(signups, 'f');
  const { publicKey: providerKey, name: providerName, logo: providerLogo } = providers;
  return select(
    { firstName: f.firstName, ...orNull({ providerKey, providerName, providerLogo }) },
    sql`FROM ${signups} JOIN ${signups} ${f} ON ${f.subscriberId} = ${signups.subscriberId}
        AND ${f.confirmedAt} IS NULL AND ${f.createdAt} >= ${signups.createdAt}
      LEFT JOIN ${providers} ON ${providers.id} = ${f.providerId}
      WHERE ${signups.id} = ${id} AND ${signups.confirmedAt} IS NULL
      GROUP BY 1, 2, 3, 4 ORDER BY min(${f.createdAt})`,
  );
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
  const at = sql<number | null>`(SELECT ${strangers.at} FROM ${strangers}
    WHERE ${strangers.hash} = ${subscribers.emailHash} AND ${strangers.what} = 'refusal'
      AND ${strangers.at} > ${since})`;
  const [row] = await db.orm
    .select({ at: at.as('at') })
    .from(subscribers)
    .where(eq(subscribers.id, subscriberId));
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
  /** Version of the words that the page showed. */
  words: string;
  /** Where the course begins, and what of an earlier one counts on. */
  begin: Beginning;
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
  const subscriber = sql`(SELECT ${signups.subscriberId} FROM ${signups}
    WHERE ${signups.id} = ${c.signupId})`;
  const pending = sql`EXISTS (SELECT 1 FROM ${signups}
    WHERE ${signups.id} = ${c.signupId} AND ${signups.confirmedAt} IS NULL)`;
  const { enrolled } = await db.commit({
    enrolled: enroll(c, subscriber, pending),
    share: shareBegun(c, pending),
    subscriber: keepConsent(c, sql`${subscribers.id} = ${subscriber} AND ${pending}`),
    signup: keepChoice(c, subscriber),
  });
  return enrolled.changed > 0;
}

function enroll(c: Confirmation, subscriber: SQL, pending: SQL): SQL {
  const { begin } = c;
  const e = bare(enrollments);
  const suppressed = sql`EXISTS (SELECT 1 FROM ${subscribers} JOIN ${suppressions}
    ON ${suppressions.hash} = ${subscribers.emailHash} WHERE ${subscribers.id} = ${subscriber})`;
  return sql`INSERT INTO ${enrollments} (${e.signupId}, ${e.subscriberId}, ${e.state}, ${e.weekday},
      ${e.time}, ${e.zone}, ${e.nextLesson}, ${e.nextAt}, ${e.lastAt}, ${e.readWeeks}, ${e.createdAt},
      ${e.providerId})
    SELECT ${c.signupId}, ${subscriber}, 'active', ${c.weekday}, ${c.time}, ${c.zone},
      ${begin.nextLesson}, ${begin.nextAt}, ${begin.lastAt}, ${begin.readWeeks}, ${c.now},
      ${chosenProvider(c)}
    WHERE ${pending} AND NOT ${suppressed} ON CONFLICT DO NOTHING`;
}

/** The provider that the person chose among their forms; null for none. */
const chosenProvider = (c: Confirmation): SQL =>
  sql`(SELECT ${providers.id} FROM ${providers} WHERE ${providers.publicKey} = ${c.providerKey})`;

function keepConsent(c: Confirmation, where: SQL): SQL {
  const { confirmedAt, firstName } = subscribers;
  const s = bare(subscribers);
  return sql`UPDATE ${subscribers} SET ${s.confirmedAt} = coalesce(${confirmedAt}, ${c.now}),
      ${s.unsubscribedAt} = NULL, ${s.goodbye} = NULL,
      ${s.firstName} = CASE WHEN ${c.named ? 1 : 0} OR ${c.firstName} <> '' THEN ${c.firstName}
        ELSE ${firstName} END
    WHERE ${where}`;
}

/** What the person chose, with the consent of the latest form that named their provider. */
function keepChoice(c: Confirmation, subscriber: SQL): SQL {
  const g = bare(signups);
  const f = alias(signups, 'f');
  const own = alias(signups, 'own');
  const provider = chosenProvider(c);
  const latest = sql`(SELECT ${f.id} FROM ${signups} ${f} WHERE ${f.subscriberId} = ${subscriber}
      AND ${f.confirmedAt} IS NULL AND ${f.providerId} IS ${provider}
      AND ${f.createdAt} >= (SELECT ${own.createdAt} FROM ${signups} ${own} WHERE ${own.id} = ${c.signupId})
    ORDER BY ${f.createdAt} DESC, ${f.id} = ${c.signupId} DESC LIMIT 1)`;
  return sql`UPDATE ${signups} SET ${g.confirmedAt} = ${c.now}, ${g.firstName} = ${c.firstName},
      ${g.providerId} = ${provider},
      (${g.timeZone}, ${g.page}, ${g.wordsVersion}, ${g.createdAt}) =
        (SELECT ${f.timeZone}, ${f.page}, ${f.wordsVersion}, ${f.createdAt} FROM ${signups} ${f}
          WHERE ${f.id} = coalesce(${latest}, ${c.signupId}))
    WHERE ${signups.id} = ${c.signupId} AND ${signups.confirmedAt} IS NULL`;
}

const RENEWAL = {
  email: subscribers.email,
  emailHash: subscribers.emailHash,
  // A learner may have changed their name since; what somebody unconfirmed typed stands in the signup.
  firstName: sql<string>`CASE WHEN ${subscribers.confirmedAt} IS NULL THEN ${signups.firstName}
    ELSE ${subscribers.firstName} END`,
  timeZone: signups.timeZone,
  ...orNull({ providerKey: providers.publicKey }),
};

/** What a renewed request repeats of a subscriber's newest signup. */
export type Renewal = RowOf<typeof RENEWAL>;

export async function latestSignup(db: Database, subscriberId: number): Promise<Renewal | null> {
  const [row] = await db.all(
    select(
      RENEWAL,
      sql`FROM ${signups} JOIN ${subscribers} ON ${subscribers.id} = ${signups.subscriberId}
        LEFT JOIN ${providers} ON ${providers.id} = ${signups.providerId}
          AND ${providers.status} = 'active'
        WHERE ${signups.subscriberId} = ${subscriberId} ORDER BY ${signups.createdAt} DESC LIMIT 1`,
    ),
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
  const rows = await db.all(selectUnconfirmed(before, limit));
  const ids = JSON.stringify(rows.map((row) => row.id));
  const people = JSON.stringify([...new Set(rows.map((row) => row.subscriber))]);
  const unknown = sql`(SELECT ${subscribers.id} FROM ${subscribers}
    WHERE ${subscribers.id} IN (SELECT value FROM json_each(${people}))
      AND ${subscribers.confirmedAt} IS NULL
      AND NOT EXISTS (SELECT 1 FROM ${signups} WHERE ${signups.subscriberId} = ${subscribers.id}))`;
  const hashes = sql`SELECT ${subscribers.emailHash} FROM ${subscribers}
    WHERE ${subscribers.id} IN ${unknown}`;
  await db.commit({
    signups: sql`DELETE FROM ${signups} WHERE ${signups.id} IN (SELECT value FROM json_each(${ids}))
      AND ${signups.confirmedAt} IS NULL`,
    mails: forgetMails(sql`${deliveries.subscriberId} IN ${unknown}`, now - STRANGERS_LIFETIME),
    reasons: forgetReasons(hashes, 'forgotten'),
    subscribers: sql`DELETE FROM ${subscribers} WHERE ${subscribers.id} IN ${unknown}`,
  });
  return rows.length;
}

/** Signups that were never confirmed, whose mail is not on its way just now. */
function selectUnconfirmed(before: number, limit: number) {
  const { lane, state, subscriberId } = deliveries;
  return select(
    { id: signups.id, subscriber: signups.subscriberId },
    sql`FROM ${signups} WHERE ${signups.confirmedAt} IS NULL AND ${signups.createdAt} <= ${before}
      AND NOT EXISTS (SELECT 1 FROM ${deliveries} WHERE ${subscriberId} = ${signups.subscriberId}
        AND ${lane} = 'prompt' AND ${state} = 'sending') LIMIT ${limit}`,
  );
}
