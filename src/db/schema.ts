/**
 * The whole database on one page. Times are epoch seconds of course time unless a column says machine
 * time. Indexes are partial wherever a query wants few of many rows: a tick must cost what is due, not
 * what is stored. Rows of the ledger carry no foreign keys, which would double what a send reads.
 */
import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** A continuing-education provider, whose site may carry the form. */
export const providers = sqliteTable(
  'providers',
  {
    id: integer('id').primaryKey(),
    name: text('name').notNull(),
    /** What the operator calls it. Null only for one made before there were slugs: its key stands in. */
    slug: text('slug').unique(),
    /** `pk_…`, as it stands in the snippet on the provider's site. */
    publicKey: text('public_key').notNull().unique(),
    /** JSON array of the origins whose pages may carry the form, each as a browser writes it. */
    origins: text('origins').notNull().default('[]'),
    /** Colors of the form where its snippet names none. */
    theme: text('theme', { enum: ['auto', 'light', 'dark'] })
      .notNull()
      .default('auto'),
    /** IANA zone of signups whose browser names none; null for none. */
    timeZone: text('time_zone'),
    /** `#rrggbb` of buttons and lines on our own pages and in a frame; null for ours. */
    accent: text('accent'),
    /** One line about them, on our own pages. */
    line: text('line').notNull().default(''),
    /** Where their own site is, on our own pages; null for nowhere. */
    site: text('site'),
    /** A row of `logos` and how large it is: `<hash>-<width>x<height>`; null for none. */
    logo: text('logo'),
    status: text('status', { enum: ['active', 'paused'] }).notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [check('providers_status', sql`${t.status} IN ('active', 'paused')`)],
);

/** Public keys that were replaced: a form that still carries one works for a while, and then is told so. */
export const retiredKeys = sqliteTable(
  'retired_keys',
  {
    key: text('key').primaryKey(),
    providerId: integer('provider_id').notNull(),
    retiredAt: integer('retired_at').notNull(),
    /** Until when it is taken beside its successor. */
    worksUntil: integer('works_until').notNull().default(0),
    /** 1 once its provider's owners were mailed that it ends. */
    told: integer('told').notNull().default(0),
  },
  (t) => [
    index('retired_keys_by_provider').on(t.providerId, t.worksUntil),
    index('retired_keys_ending').on(t.worksUntil).where(sql`${t.told} = 0`),
  ],
);

/**
 * Pages of a provider on which a browser has loaded the form, at most once an hour: where, never by whom
 * or how often. Anybody can forge one with a public key, so nothing depends on it.
 */
export const sightings = sqliteTable(
  'sightings',
  {
    id: integer('id').primaryKey(),
    providerId: integer('provider_id').notNull(),
    /** The page's address, without its query; the site's alone where the browser named no more. */
    page: text('page').notNull(),
    way: text('way', { enum: ['script', 'frame'] }).notNull(),
    /** The public key that the form carried. */
    key: text('key').notNull(),
    /** When it was first seen, and last. */
    firstAt: integer('first_at').notNull(),
    seenAt: integer('seen_at').notNull(),
  },
  (t) => [
    uniqueIndex('sightings_once').on(t.providerId, t.page, t.way, t.key),
    index('sightings_age').on(t.seenAt),
    check('sightings_way', sql`${t.way} IN ('script', 'frame')`),
  ],
);

/** When somebody looked whether the form is on a page of their own, and what was there. */
export const pageChecks = sqliteTable(
  'page_checks',
  {
    id: integer('id').primaryKey(),
    providerId: integer('provider_id').notNull(),
    page: text('page').notNull(),
    at: integer('at').notNull(),
    /** `works`: a form of theirs that takes signups. Null while it is being looked. */
    found: text('found', { enum: ['works', 'faulty', 'nothing', 'unread'] }),
  },
  (t) => [
    index('page_checks_by_provider').on(t.providerId, t.at),
    check('page_checks_found', sql`${t.found} IN ('works', 'faulty', 'nothing', 'unread')`),
  ],
);

/** Pictures of providers, shown on our own pages from an address of ours. */
export const logos = sqliteTable('logos', {
  /** SHA-256 of what is served, hexadecimal. */
  hash: text('hash').primaryKey(),
  type: text('type', { enum: ['image/png', 'image/jpeg'] }).notNull(),
  /** Base64: D1 hands a BLOB out as a list of numbers. */
  body: text('body').notNull(),
});

/** A person's address and consent. */
export const subscribers = sqliteTable(
  'subscribers',
  {
    /** Random: it stands in links. */
    id: integer('id').primaryKey(),
    /** Trimmed and lower-cased whole; nothing else is folded. `erased-<id>` while an erasure waits. */
    email: text('email').notNull().unique(),
    /** Keyed hash of the address, as suppressions hold it. */
    emailHash: text('email_hash').notNull(),
    firstName: text('first_name').notNull().default(''),
    createdAt: integer('created_at').notNull(),
    /** Null until the button in a confirmation mail was pressed. */
    confirmedAt: integer('confirmed_at'),
    /** Null unless the reader ended the mail (or said "this was not me") and has not come back since. */
    unsubscribedAt: integer('unsubscribed_at'),
    /** Raised to revoke every personal link but unsubscribe. */
    linkVersion: integer('link_version').notNull().default(0),
    /** Null unless an erasure waits for the batch that holds their mail; the sweep finishes it. */
    eraseRequestedAt: integer('erase_requested_at'),
    /** Null unless the learner turned the nudge off. */
    nudgesOffAt: integer('nudges_off_at'),
    /** Why they unsubscribed, in their own words; null where they did not say or have come back. */
    goodbye: text('goodbye'),
    /** Hex: the key of their practice log is derived with it. Null while nothing is written. */
    logSalt: text('log_salt'),
    /** Until when log, export, address and erasure stay shut after a change of address; null: never changed. */
    lockedUntil: integer('locked_until'),
  },
  (t) => [
    index('subscribers_erasing')
      .on(t.eraseRequestedAt)
      .where(sql`${t.eraseRequestedAt} IS NOT NULL`),
    // Whose course an address's suppression stops. Only who confirmed has one, so a signup pays nothing.
    index('subscribers_confirmed_by_hash').on(t.emailHash).where(sql`${t.confirmedAt} IS NOT NULL`),
    index('subscribers_goodbyes').on(t.unsubscribedAt).where(sql`${t.goodbye} IS NOT NULL`),
  ],
);

/** One request through a form, with the consent it stands for; pending until confirmed. */
export const signups = sqliteTable(
  'signups',
  {
    /** Random: it stands in the confirmation link. */
    id: integer('id').primaryKey(),
    subscriberId: integer('subscriber_id')
      .notNull()
      .references(() => subscribers.id),
    providerId: integer('provider_id'),
    firstName: text('first_name').notNull(),
    /** IANA zone that the browser named; null where it named none that exists. */
    timeZone: text('time_zone'),
    /** Path or address of the page that showed the form. */
    page: text('page').notNull(),
    /** Version of the consent words that the form showed. */
    wordsVersion: text('words_version').notNull(),
    createdAt: integer('created_at').notNull(),
    confirmedAt: integer('confirmed_at'),
  },
  (t) => [
    index('signups_by_subscriber').on(t.subscriberId, t.createdAt),
    index('signups_unconfirmed').on(t.createdAt).where(sql`${t.confirmedAt} IS NULL`),
    // How many came through a provider of late.
    index('signups_by_provider')
      .on(t.providerId, t.createdAt)
      .where(sql`${t.providerId} IS NOT NULL`),
  ],
);

/** One subscriber taking the course once. */
export const enrollments = sqliteTable(
  'enrollments',
  {
    id: integer('id').primaryKey(),
    signupId: integer('signup_id').notNull().unique(),
    subscriberId: integer('subscriber_id')
      .notNull()
      .references(() => subscribers.id),
    /** active → paused and back; completed is final, and so is ended a day after the goodbye. */
    state: text('state', { enum: ['active', 'paused', 'completed', 'ended'] }).notNull(),
    /**
     * Why it is paused where the learner did not ask for it: the mailer refused the address, mail to
     * it keeps bouncing, or it is suppressed.
     */
    pauseReason: text('pause_reason', { enum: ['refused', 'bounces', 'suppressed'] }),
    /**
     * While `pauseReason` stands, or once it has ended: when the learner's own pause below that ends, 0 for
     * one without a date; null where they had not paused.
     */
    ownPause: integer('own_pause'),
    /** The slot: ISO weekday, "HH:MM", IANA zone. */
    weekday: integer('weekday').notNull(),
    time: text('time').notNull(),
    zone: text('zone').notNull(),
    /** Raised by whatever changes state, slot or lesson, so that what was computed before it misses. */
    rev: integer('rev').notNull().default(0),
    /** 1 to 8; 9 is the closing note. */
    nextLesson: integer('next_lesson').notNull().default(1),
    /** Null unless active, mailable and nothing in flight. */
    nextAt: integer('next_at'),
    /** When the mailer accepted the latest lesson. */
    lastAt: integer('last_at'),
    createdAt: integer('created_at').notNull(),
    /** Through whom it is taken, as its signup says; its mails name them without reading that. */
    providerId: integer('provider_id'),
    /** When it became completed or ended. */
    closedAt: integer('closed_at'),
    /** When a pause ends by itself; null unless the learner paused until a date. */
    resumeAt: integer('resume_at'),
    /** When the learner last asked for the next lesson at once. */
    askedAt: integer('asked_at'),
    /** Lessons that the learner marked as read: bit 0 is lesson 1. */
    readWeeks: integer('read_weeks').notNull().default(0),
    /** When the nudge falls due; null unless two lessons in a row stand unread. */
    nudgeAt: integer('nudge_at'),
    /** When the one nudge of this enrollment was owed; null before. */
    nudgedAt: integer('nudged_at'),
    /** Since when a next lesson is owed that has no date and is not on its way; looked at each hour. */
    undatedAt: integer('undated_at'),
  },
  (t) => [
    uniqueIndex('enrollments_one_running')
      .on(t.subscriberId)
      .where(sql`${t.state} IN ('active', 'paused')`),
    index('enrollments_by_subscriber').on(t.subscriberId),
    // By lesson first: a halted lesson's backlog is then never read.
    index('enrollments_due').on(t.nextLesson, t.nextAt).where(sql`${t.nextAt} IS NOT NULL`),
    index('enrollments_resuming').on(t.resumeAt).where(sql`${t.resumeAt} IS NOT NULL`),
    index('enrollments_nudging').on(t.nudgeAt).where(sql`${t.nudgeAt} IS NOT NULL`),
    index('enrollments_undated').on(t.undatedAt).where(sql`${t.undatedAt} IS NOT NULL`),
    check('enrollments_state', sql`${t.state} IN ('active', 'paused', 'completed', 'ended')`),
    check('enrollments_weekday', sql`${t.weekday} BETWEEN 1 AND 7`),
    check(
      'enrollments_pause_reason',
      sql`${t.pauseReason} IN ('refused', 'bounces', 'suppressed')`,
    ),
    check('enrollments_due_is_active', sql`${t.nextAt} IS NULL OR ${t.state} = 'active'`),
    check(
      'enrollments_resumes_own_pause',
      sql`${t.resumeAt} IS NULL OR (${t.state} = 'paused' AND ${t.pauseReason} IS NULL)`,
    ),
    check(
      'enrollments_closed',
      sql`(${t.closedAt} IS NOT NULL) = (${t.state} IN ('completed', 'ended'))`,
    ),
  ],
);

/** What one provider is told of one subscriber; all of them are its roster. */
export const shares = sqliteTable(
  'shares',
  {
    id: integer('id').primaryKey(),
    /** 20 random hex digits: how a provider names it. */
    ref: text('ref').notNull().unique(),
    providerId: integer('provider_id').notNull(),
    subscriberId: integer('subscriber_id').notNull(),
    /** The latest course that was begun through this provider. */
    enrollmentId: integer('enrollment_id').notNull(),
    /** Version of the words of consent that the page showed whose button was pressed. */
    words: text('words').notNull(),
    /** When a course through this provider was first confirmed. */
    since: integer('since').notNull(),
    /** When all eight were sent, where the course has begun again since; otherwise the enrollment says it. */
    finishedAt: integer('finished_at'),
    /** Null while the provider sees it. */
    endedAt: integer('ended_at'),
    /** `withdrawn` by the learner, or `moved`: the course goes on without this provider. */
    ended: text('ended', { enum: ['withdrawn', 'moved'] }),
  },
  (t) => [
    uniqueIndex('shares_once').on(t.providerId, t.subscriberId),
    index('shares_roster').on(t.providerId, t.since, t.id).where(sql`${t.endedAt} IS NULL`),
    index('shares_ended').on(t.providerId, t.endedAt).where(sql`${t.endedAt} IS NOT NULL`),
    index('shares_by_subscriber').on(t.subscriberId),
    check('shares_ended', sql`(${t.endedAt} IS NULL) = (${t.ended} IS NULL)`),
    check('shares_ended_how', sql`${t.ended} IN ('withdrawn', 'moved')`),
  ],
);

/** What is left for a year of shares whose learner was erased: a number to delete by. */
export const departures = sqliteTable(
  'departures',
  {
    ref: text('ref').primaryKey(),
    providerId: integer('provider_id').notNull(),
    /** What ended it first. */
    what: text('what', { enum: ['erased', 'withdrawn', 'moved'] }).notNull(),
    at: integer('at').notNull(),
  },
  (t) => [
    index('departures_by_provider').on(t.providerId, t.at),
    index('departures_age').on(t.at),
    check('departures_what', sql`${t.what} IN ('erased', 'withdrawn', 'moved')`),
  ],
);

/** How many asked in a week and never confirmed, written down before they are forgotten. */
export const weeks = sqliteTable(
  'weeks',
  {
    /** 0 for the whole course, of which every week has its row. */
    providerId: integer('provider_id').notNull(),
    /** The number of the week, as `src/share/share.ts` counts. */
    week: integer('week').notNull(),
    unconfirmed: integer('unconfirmed').notNull(),
  },
  (t) => [uniqueIndex('weeks_once').on(t.providerId, t.week)],
);

/** Numbers that are too large to be counted while somebody waits. */
export const counts = sqliteTable(
  'counts',
  {
    /** 0 for the whole course. */
    providerId: integer('provider_id').primaryKey(),
    /** When somebody last looked, to the hour. */
    lookedAt: integer('looked_at').notNull(),
    /** When to count again; null where nobody has looked for a day. */
    dueAt: integer('due_at'),
    /** When the count was finished that stands in `total` and `body`; null before the first. */
    at: integer('at'),
    total: integer('total'),
    /** JSON (`Tally` of `src/share/share.ts`). */
    body: text('body'),
    /** JSON: how far a count has come, and what it has found; null between counts. */
    soFar: text('so_far'),
  },
  (t) => [index('counts_due').on(t.dueAt).where(sql`${t.dueAt} IS NOT NULL`)],
);

/** Every compiled mail, stored before its first use, so that frozen bytes can be made again. */
export const contents = sqliteTable('contents', {
  /** SHA-256 of the compiled mail, hex. */
  hash: text('hash').primaryKey(),
  kind: text('kind').notNull(),
  lesson: integer('lesson'),
  /** JSON: subject, html, text, with placeholders. */
  body: text('body').notNull(),
  /** Of a lesson: the hash of its text without the template around it, as editions name it. */
  textHash: text('text_hash'),
  storedAt: integer('stored_at').notNull(),
});

/** The ledger: one row for each mail owed to one recipient. */
export const deliveries = sqliteTable(
  'deliveries',
  {
    /** Random: it stands in the mail's tags. */
    id: integer('id').primaryKey(),
    kind: text('kind', {
      enum: [
        'confirm',
        'already-enrolled',
        'lesson',
        'complete',
        'resend',
        'nudge',
        'open',
        'erase',
        'address',
        'address-changed',
        'link',
        'enter',
        'invite',
        'appoint',
        'sure',
        'owners-changed',
        'sites-changed',
        'key-ending',
        'certificate',
        'certificate-changed',
        'test-changed',
      ],
    }).notNull(),
    /** A `resend` (a lesson once more, asked for by hand) travels in the prompt lane. */
    lane: text('lane', { enum: ['prompt', 'lesson'] }).notNull(),
    subscriberId: integer('subscriber_id').notNull(),
    /** Null for what is not part of an enrollment. */
    enrollmentId: integer('enrollment_id'),
    /** The signup whose link a confirmation carries. */
    signupId: integer('signup_id'),
    /** 1 to 8, 9 for the closing note; null for other kinds. */
    lesson: integer('lesson'),
    /** The content's hash; null while owed. */
    content: text('content'),
    state: text('state', {
      enum: [
        'owed',
        'sending',
        'sent',
        'delivered',
        'bounced',
        'complained',
        'skipped',
        'failed',
        'uncertain',
      ],
    }).notNull(),
    dueAt: integer('due_at').notNull(),
    batchId: integer('batch_id'),
    acceptedAt: integer('accepted_at'),
    /** The single-use link that it carries. */
    linkId: integer('link_id'),
    /**
     * Keyed hash of the address that it goes or went to; always there on what strangers can cause, and
     * null elsewhere where that is the subscriber's own.
     */
    toHash: text('to_hash'),
    /** Whom of the staff it goes to, where `subscriberId` is 0; null for a subscriber's. */
    staffId: integer('staff_id'),
    /** The entry whose link or digits it carries. */
    entryId: integer('entry_id'),
    /** The provider of whom it tells its staff. */
    about: integer('about'),
  },
  (t) => [
    // What was skipped or proven refused is still owed; everything else is owed once.
    uniqueIndex('deliveries_lesson_once')
      .on(t.enrollmentId, t.lesson)
      .where(sql`${t.lane} = 'lesson' AND ${t.state} NOT IN ('skipped', 'failed')`),
    index('deliveries_owed').on(t.lane, t.dueAt).where(sql`${t.state} = 'owed'`),
    index('deliveries_sending').on(t.batchId).where(sql`${t.state} = 'sending'`),
    index('deliveries_prompt').on(t.subscriberId, t.dueAt).where(sql`${t.lane} = 'prompt'`),
    // What strangers have caused to an address.
    index('deliveries_by_strangers')
      .on(t.toHash, t.dueAt)
      .where(sql`${t.kind} IN ('confirm', 'already-enrolled', 'address')`),
    index('deliveries_staff').on(t.staffId, t.dueAt).where(sql`${t.staffId} IS NOT NULL`),
    index('deliveries_uncertain').on(t.batchId).where(sql`${t.state} = 'uncertain'`),
    // The rare rest of what `deliveries_lesson_once` finds by enrollment, for erasures.
    index('deliveries_unsent')
      .on(t.enrollmentId)
      .where(sql`${t.lane} = 'lesson' AND ${t.state} IN ('skipped', 'failed')`),
    check('deliveries_lane', sql`${t.lane} IN ('prompt', 'lesson')`),
    // Not by IN: for so many words SQLite looks into a table of its own, a row more for each mail.
    check(
      'deliveries_state',
      sql`${t.state} = 'owed' OR ${t.state} = 'sending' OR ${t.state} = 'sent' OR ${t.state} = 'delivered' OR ${t.state} = 'bounced' OR ${t.state} = 'complained' OR ${t.state} = 'skipped' OR ${t.state} = 'failed' OR ${t.state} = 'uncertain'`,
    ),
  ],
);

/**
 * A mailed link that works once and not for long. It is forgotten when it has expired, and with it the
 * address that it names.
 */
export const links = sqliteTable(
  'links',
  {
    /** Random: it stands in the link. */
    id: integer('id').primaryKey(),
    /** `address` puts a new address in place, `undo` the one before. */
    purpose: text('purpose', { enum: ['open', 'address', 'undo', 'erase'] }).notNull(),
    subscriberId: integer('subscriber_id').notNull(),
    /** The address that it puts in place, and its keyed hash; null for `open` and `erase`. */
    email: text('email'),
    emailHash: text('email_hash'),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    usedAt: integer('used_at'),
  },
  (t) => [
    index('links_by_subscriber').on(t.subscriberId, t.createdAt),
    index('links_expiring').on(t.expiresAt),
    check('links_purpose', sql`${t.purpose} IN ('open', 'address', 'undo', 'erase')`),
  ],
);

/** A device on which a learner has opened what is private. Closing it deletes the row. */
export const devices = sqliteTable(
  'devices',
  {
    /** Random: it stands in the device's cookie. */
    id: integer('id').primaryKey(),
    subscriberId: integer('subscriber_id').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [
    index('devices_by_subscriber').on(t.subscriberId),
    index('devices_expiring').on(t.expiresAt),
  ],
);

/** The practice log: what a learner wrote for themselves below a lesson's question. */
export const logEntries = sqliteTable(
  'log_entries',
  {
    id: integer('id').primaryKey(),
    subscriberId: integer('subscriber_id').notNull(),
    /** 1 to 8. What was written stays when the course is taken again. */
    lesson: integer('lesson').notNull(),
    /** As it was written, where that was before texts were sealed. Otherwise empty. */
    text: text('text').notNull(),
    /** The text as `seal.ts` encrypts it, base64; null where nothing stands here. */
    sealed: text('sealed'),
    /** Which key of LOG_KEY sealed it. */
    keyId: text('key_id'),
    /** Raised by each save, so that a form from an older page overwrites nothing. */
    rev: integer('rev').notNull().default(1),
    savedAt: integer('saved_at').notNull(),
  },
  (t) => [
    uniqueIndex('log_entries_once').on(t.subscriberId, t.lesson),
    // What the hourly chore has still to seal, and what it seals anew under a newer key.
    index('log_entries_plain').on(t.id).where(sql`${t.text} <> ''`),
    index('log_entries_by_key').on(t.keyId).where(sql`${t.keyId} IS NOT NULL`),
  ],
);

/** Somebody of a provider or of the operator, who may enter the portal or the console; no subscriber. */
export const staff = sqliteTable('staff', {
  /** Random. */
  id: integer('id').primaryKey(),
  /** As a subscriber's: trimmed and lower-cased whole. */
  email: text('email').notNull().unique(),
  /** Keyed hash of the address, as suppressions hold it. */
  emailHash: text('email_hash').notNull(),
  name: text('name').notNull().default(''),
  createdAt: integer('created_at').notNull(),
  /** When they last entered. */
  enteredAt: integer('entered_at'),
});

/** Staff at one provider. */
export const members = sqliteTable(
  'members',
  {
    /** Random: it stands in addresses of pages. */
    id: integer('id').primaryKey(),
    providerId: integer('provider_id').notNull(),
    staffId: integer('staff_id').notNull(),
    role: text('role', { enum: ['owner', 'viewer'] }).notNull(),
    /** 1 where a viewer may take the roster along; an owner always may. */
    mayExport: integer('may_export').notNull().default(0),
    /** As `acts.actor` has it. */
    invitedBy: text('invited_by').notNull(),
    createdAt: integer('created_at').notNull(),
    /** Null until they first entered. */
    joinedAt: integer('joined_at'),
  },
  (t) => [
    uniqueIndex('members_once').on(t.providerId, t.staffId),
    index('members_by_staff').on(t.staffId),
    check('members_role', sql`${t.role} IN ('owner', 'viewer')`),
  ],
);

/** Staff in the console. */
export const operators = sqliteTable(
  'operators',
  {
    staffId: integer('staff_id').primaryKey(),
    role: text('role', { enum: ['owner', 'helper', 'reader'] }).notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [check('operators_role', sql`${t.role} IN ('owner', 'helper', 'reader')`)],
);

/** A mailed link or eight digits that let somebody of the staff in, or let a dangerous act go, once. */
export const entries = sqliteTable(
  'entries',
  {
    /** Random: it stands in the link, and the digits are computed from it. */
    id: integer('id').primaryKey(),
    purpose: text('purpose', { enum: ['enter', 'invite', 'sure'] }).notNull(),
    room: text('room', { enum: ['portal', 'console'] }).notNull(),
    staffId: integer('staff_id').notNull(),
    /** Where an invitation leads. */
    providerId: integer('provider_id'),
    /** The session that asked to be sure, and a digest of the act and what was typed. */
    sessionId: integer('session_id'),
    act: text('act'),
    /** SHA-256 of what the browser holds that asked, hex; null where none asked. */
    asked: text('asked'),
    /** The browser that asked, where it had entered before; null for any other. */
    browser: integer('browser'),
    /** How often digits were tried on it. */
    tries: integer('tries').notNull().default(0),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    usedAt: integer('used_at'),
  },
  (t) => [
    index('entries_by_staff').on(t.staffId, t.createdAt),
    index('entries_expiring').on(t.expiresAt),
    index('entries_asked').on(t.asked).where(sql`${t.asked} IS NOT NULL`),
    index('entries_by_provider')
      .on(t.providerId, t.createdAt)
      .where(sql`${t.providerId} IS NOT NULL`),
    index('entries_sure').on(t.sessionId).where(sql`${t.sessionId} IS NOT NULL`),
    check('entries_purpose', sql`${t.purpose} IN ('enter', 'invite', 'sure')`),
    check('entries_room', sql`${t.room} IN ('portal', 'console')`),
  ],
);

/** A browser that has entered. Machine time, epoch seconds: a local run's moved clock ends none. */
export const sessions = sqliteTable(
  'sessions',
  {
    id: integer('id').primaryKey(),
    /** SHA-256 of what its cookie holds, hex. */
    hash: text('hash').notNull().unique(),
    room: text('room', { enum: ['portal', 'console'] }).notNull(),
    staffId: integer('staff_id').notNull(),
    /** Which browser it says it is, in a word or two. */
    agent: text('agent').notNull(),
    createdAt: integer('created_at').notNull(),
    /** To the hour. */
    seenAt: integer('seen_at').notNull(),
    endsAt: integer('ends_at').notNull(),
  },
  (t) => [
    index('sessions_by_staff').on(t.staffId),
    index('sessions_ending').on(t.endsAt),
    check('sessions_room', sql`${t.room} IN ('portal', 'console')`),
  ],
);

/** Up to 100 deliveries that are posted as one request under one idempotency key. */
export const batches = sqliteTable(
  'batches',
  {
    /** Random, so that one transaction can name it before it exists. */
    id: integer('id').primaryKey(),
    /** The idempotency key, a UUID. */
    key: text('key').notNull(),
    lane: text('lane', { enum: ['prompt', 'lesson'] }).notNull(),
    /** open → accepted, uncertain or released (nothing was accepted; its rows are owed again). */
    state: text('state', { enum: ['open', 'accepted', 'uncertain', 'released'] }).notNull(),
    /** While it is claimed: JSON array of the ids that were due. */
    who: text('who'),
    /** JSON of the rows as they were when frozen; null once settled, because it holds addresses. */
    frozen: text('frozen'),
    /** JSON: what the providers of its mails are called, by id, frozen with it; null once settled. */
    offered: text('offered'),
    size: integer('size').notNull(),
    /** What all its mails share, frozen with it. */
    mailFrom: text('mail_from').notNull(),
    replyTo: text('reply_to'),
    baseUrl: text('base_url').notNull(),
    postalAddress: text('postal_address').notNull(),
    keyId: text('key_id').notNull(),
    /** SHA-256 of the request's body, hex, kept before the first post. */
    sha256: text('sha256'),
    /** Machine time, epoch milliseconds. */
    frozenAt: integer('frozen_at').notNull(),
    /** Null while nobody works on it. */
    leaseId: text('lease_id'),
    /** Machine time, epoch milliseconds: the lease's end, and the time of the next attempt. */
    leaseUntil: integer('lease_until').notNull(),
    attempts: integer('attempts').notNull(),
    /** Attempts without a usable answer; above zero, the mailer may have accepted it. */
    unanswered: integer('unanswered').notNull(),
    /** When it was known to be accepted, course time; null for what was not, or before this was kept. */
    acceptedAt: integer('accepted_at'),
    /** How many of its mails the mailer took. */
    accepted: integer('accepted'),
  },
  (t) => [
    index('batches_open').on(t.lane, t.leaseUntil).where(sql`${t.state} = 'open'`),
    index('batches_open_age').on(t.frozenAt).where(sql`${t.state} = 'open'`),
    // What went out, hour by hour and lane by lane, read from the index alone.
    index('batches_accepted')
      .on(t.acceptedAt, t.lane, t.accepted)
      .where(sql`${t.acceptedAt} IS NOT NULL`),
    check('batches_lane', sql`${t.lane} IN ('prompt', 'lesson')`),
    check('batches_state', sql`${t.state} IN ('open', 'accepted', 'uncertain', 'released')`),
  ],
);

/** One row a lane: when its next request may go, and how many mails went today. Machine time. */
export const pace = sqliteTable(
  'pace',
  {
    lane: text('lane', { enum: ['prompt', 'lesson'] }).primaryKey(),
    /** Epoch milliseconds. */
    nextFree: integer('next_free').notNull().default(0),
    /** UTC day number (epoch days) that `sent` counts. */
    day: integer('day').notNull().default(0),
    sent: integer('sent').notNull().default(0),
  },
  (t) => [check('pace_lane', sql`${t.lane} IN ('prompt', 'lesson')`)],
);

/** What must not be sent until the operator lifts it: everything, or one lesson. */
export const halts = sqliteTable('halts', {
  /** `all`, or `lesson:3`. */
  scope: text('scope').primaryKey(),
  reason: text('reason').notNull(),
  /** Machine time, epoch seconds. */
  since: integer('since').notNull(),
});

/** Addresses never mailed again, as keyed hashes. */
export const suppressions = sqliteTable('suppressions', {
  hash: text('hash').primaryKey(),
  reason: text('reason', { enum: ['bounce', 'complaint', 'by-hand'] }).notNull(),
  at: integer('at').notNull(),
});

/**
 * What is remembered of an address for 30 days about mail that strangers cause, whoever the address
 * belongs to: mails whose rows of the ledger are gone, and "this was not me".
 */
export const strangers = sqliteTable(
  'strangers',
  {
    /** Keyed hash of the address, as suppressions hold it. */
    hash: text('hash').notNull(),
    what: text('what', { enum: ['mail', 'refusal'] }).notNull(),
    at: integer('at').notNull(),
  },
  (t) => [
    index('strangers_by_address').on(t.hash, t.at),
    index('strangers_age').on(t.at),
    uniqueIndex('strangers_one_refusal').on(t.hash).where(sql`${t.what} = 'refusal'`),
  ],
);

/** One row (id 1): the course clock of a local run and the scheduler's last sign of life. */
export const pulse = sqliteTable('pulse', {
  id: integer('id').primaryKey(),
  /** Seconds that course time is ahead of machine time; moves only where CLOCK=movable. */
  clockOffset: integer('clock_offset').notNull().default(0),
  /** Machine time of the last tick, epoch seconds. */
  lastTick: integer('last_tick'),
  /** When the first tick could come, epoch seconds: what a migration wrote; null where none did. */
  awaitedFrom: integer('awaited_from'),
  /** What the last tick, or a consumer since, refused to work with or could not do; null when all was well. */
  complaint: text('complaint'),
  /** What ALERT_URL has been told and when, JSON (delivery/alerts.ts); null when there is nothing. */
  alerts: text('alerts'),
  /** When a provider's spike last turned a signup away, to the minute; the tick then looks whose it is. */
  spikeAt: integer('spike_at'),
  /** When the mailer last told of a mail that it failed to send, machine time, epoch seconds. */
  failedAt: integer('failed_at'),
  /** When to look again for what is only kept for so long, course time, epoch seconds. */
  choresAt: integer('chores_at').notNull().default(0),
  /** Fingerprint of the zones' clocks by which due times were computed; null before the first look. */
  zoneRules: text('zone_rules'),
  /** While due times are computed anew: the enrollment after which to go on; null otherwise. */
  redateFrom: integer('redate_from'),
  /** How many mails a UTC day may take and how that changes, JSON (delivery/warm-up.ts); null for no cap. */
  cap: text('cap'),
});

/**
 * Who did what by hand, when and why. Kept without addresses; when a person is erased or forgotten, the
 * reasons of what was done about their address go too.
 */
export const acts = sqliteTable(
  'acts',
  {
    id: integer('id').primaryKey(),
    /** Course time. */
    at: integer('at').notNull(),
    /** `operator:<name>`; `member:<id>` and `operator:<id>` where somebody of the staff did it. */
    actor: text('actor').notNull(),
    /** The verb's name: `suppress`, `lift-halt`, … */
    verb: text('verb').notNull(),
    /** Null where it is about nobody, or about an address that belongs to no subscriber. */
    subscriberId: integer('subscriber_id'),
    /** What it was done to where a subscriber does not say it: `halt:all`, `batch:123`, `lesson:3`. */
    subject: text('subject'),
    /** Keyed hash of the address that it is about, also where that was nobody's; null where about none. */
    addressHash: text('address_hash'),
    /** Whose log it stands in; null for what concerns no provider. */
    providerId: integer('provider_id'),
    /** Empty for what a provider's people do, who are not asked why. */
    reason: text('reason').notNull(),
  },
  (t) => [
    index('acts_by_subscriber').on(t.subscriberId).where(sql`${t.subscriberId} IS NOT NULL`),
    index('acts_by_address').on(t.addressHash).where(sql`${t.addressHash} IS NOT NULL`),
    index('acts_by_provider').on(t.providerId, t.id).where(sql`${t.providerId} IS NOT NULL`),
    index('acts_exports')
      .on(t.providerId, t.at)
      .where(sql`${t.verb} IN ('export-begun', 'exported')`),
  ],
);

/** What is left of an erased person for three years: a keyed hash and the dates of their consent. */
export const erasures = sqliteTable(
  'erasures',
  {
    /** Keyed hash of the address, as suppressions hold it. */
    hash: text('hash').primaryKey(),
    /** Null where they never confirmed. */
    consentedAt: integer('consented_at'),
    withdrawnAt: integer('withdrawn_at'),
    erasedAt: integer('erased_at').notNull(),
  },
  (t) => [index('erasures_age').on(t.erasedAt)],
);

/**
 * Whose ids were erased, for as long as a backup may bring them back. A restored database knows them
 * by nothing else: somebody may have changed their address before they went.
 */
export const erasedSubscribers = sqliteTable(
  'erased_subscribers',
  {
    subscriberId: integer('subscriber_id').primaryKey(),
    erasedAt: integer('erased_at').notNull(),
  },
  (t) => [index('erased_subscribers_age').on(t.erasedAt)],
);

/** Answers that cost more than a look may read, such as a forecast: computed at most once in ten minutes. */
export const kept = sqliteTable('kept', {
  /** Whose answer: `forecast`, … */
  name: text('name').primaryKey(),
  /** When it was so, course time. */
  at: integer('at').notNull(),
  /** JSON. */
  body: text('body').notNull(),
});

/** The local mailbox: what MAILER=mailbox "sent". Empty in production. */
export const mailbox = sqliteTable(
  'mailbox',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    /** The batch's idempotency key and the mail's place in it: a repeated post is taken once. */
    batchKey: text('batch_key').notNull(),
    position: integer('position').notNull(),
    at: integer('at').notNull(),
    /** The mail as it was posted, JSON. */
    mail: text('mail').notNull(),
  },
  (t) => [uniqueIndex('mailbox_once').on(t.batchKey, t.position)],
);

/** The mailer's events, by its own id: they are repeated for a day, and by hand for weeks. */
export const events = sqliteTable(
  'events',
  {
    id: text('id').primaryKey(),
    kind: text('kind', {
      enum: [
        'delivered',
        // It came back, or was answered by a machine: what follows `delivered` is such an answer.
        'unclear-bounce',
        'soft-bounce',
        'hard-bounce',
        'complaint',
        // The mailer did not send it: because the address is none, or for a reason of ours.
        'refused',
        'failed',
      ],
    }).notNull(),
    deliveryId: integer('delivery_id').notNull(),
    /** Null where the subscriber is erased. */
    subscriberId: integer('subscriber_id'),
    /** The mailer's word for why it failed; null for other kinds. */
    reason: text('reason'),
    /** Machine time of receipt, epoch seconds. */
    at: integer('at').notNull(),
  },
  (t) => [
    index('events_age').on(t.at),
    index('events_failed').on(t.at).where(sql`${t.kind} = 'failed'`),
    // What came back or was complained of, which is little beside what was delivered.
    index('events_trouble').on(t.at, t.kind, t.deliveryId).where(sql`${t.kind} <> 'delivered'`),
    index('events_by_subscriber')
      .on(t.subscriberId, t.at)
      .where(sql`${t.subscriberId} IS NOT NULL`),
  ],
);
