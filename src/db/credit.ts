/**
 * The tables of credit: whoever takes the course through a provider that gives credit for it, and what
 * they are given. Apart from `schema.ts`, so that what serves a lesson evaluates none of it. Times are epoch seconds of
 * course time, days are text.
 */
import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** Lessons as they were read: each text once, for as long as an edition names it. Never changed. */
export const texts = sqliteTable('texts', {
  /** SHA-256 of the body, hexadecimal. */
  hash: text('hash').primaryKey(),
  lesson: integer('lesson').notNull(),
  /** Canonical JSON: title, objectives, blocks, references. */
  body: text('body').notNull(),
  /** Words of instruction. */
  words: integer('words').notNull(),
  /** The text that it corrects; null where it is the first, or a revision. */
  corrects: text('corrects'),
  storedAt: integer('stored_at').notNull(),
});

/** Eight texts and 32 items as one: what a provider adopts. Never changed. */
export const editions = sqliteTable('editions', {
  /** SHA-256 of the hashes of its texts, its items and whom it names, hexadecimal. */
  hash: text('hash').primaryKey(),
  /** JSON array of eight hashes, in the lessons' order. */
  texts: text('texts').notNull(),
  /** JSON array of items, with their keys. */
  items: text('items').notNull(),
  words: integer('words').notNull(),
  /** JSON: title, authors, reviewers and whoever wrote the items, as the course named them. */
  people: text('people').notNull(),
  storedAt: integer('stored_at').notNull(),
});

/** A provider's signed record: an edition, its approvals, its numbers and words. Only followed by another. */
export const adoptions = sqliteTable(
  'adoptions',
  {
    /** Random. */
    id: integer('id').primaryKey(),
    providerId: integer('provider_id').notNull(),
    edition: text('edition').notNull(),
    /** JSON array: each text that counts, since when, and why. */
    accepts: text('accepts').notNull(),
    /** JSON array of items that count as right for everybody. */
    struck: text('struck').notNull().default('[]'),
    /** JSON, as it was agreed to. */
    body: text('body').notNull(),
    /** SHA-256 of the body, hexadecimal. */
    bodyHash: text('body_hash').notNull(),
    /** Who at the provider agreed to exactly this, and on which day. */
    agreedBy: text('agreed_by').notNull(),
    agreedOn: text('agreed_on').notNull(),
    /** Days; claims open from the first, and are completed by the second. */
    fromDay: text('from_day').notNull(),
    untilDay: text('until_day').notNull(),
    createdAt: integer('created_at').notNull(),
    endedAt: integer('ended_at'),
    /** The adoption whose place it took, and whose open claims it took along. */
    follows: integer('follows'),
  },
  (t) => [
    uniqueIndex('adoptions_running').on(t.providerId).where(sql`${t.endedAt} IS NULL`),
    uniqueIndex('adoptions_follows').on(t.follows),
    index('adoptions_by_provider').on(t.providerId, t.createdAt),
    check('adoptions_days', sql`${t.fromDay} < ${t.untilDay}`),
  ],
);

/** One learner's way to a certificate under one adoption. */
export const claims = sqliteTable(
  'claims',
  {
    /** Random. */
    id: integer('id').primaryKey(),
    subscriberId: integer('subscriber_id').notNull(),
    providerId: integer('provider_id').notNull(),
    adoptionId: integer('adoption_id').notNull(),
    /** 1; another where the provider lets somebody claim again. */
    round: integer('round').notNull().default(1),
    state: text('state', { enum: ['open', 'complete', 'issued', 'closed'] }).notNull(),
    /** As on the licence; null until it is given. */
    legalName: text('legal_name'),
    latinName: text('latin_name'),
    /** JSON array of licences. */
    licences: text('licences'),
    /** What a stranger is to read of the name; null until chosen. */
    register: text('register', { enum: ['shown', 'name-hidden'] }),
    /** IANA zone of the slot when it was opened: its day is the certificate's. */
    zone: text('zone').notNull(),
    /** 128 random bits, hex: the order of options. */
    seed: text('seed').notNull(),
    passedAt: integer('passed_at'),
    /** A flag and no instant, which would tell whose evaluation is whose. */
    evaluated: integer('evaluated').notNull().default(0),
    attestedAt: integer('attested_at'),
    /** Version of the words that were attested and agreed to. */
    wordsVersion: text('words_version'),
    /** Tries that the provider has opened beside those of its adoption. */
    moreTries: integer('more_tries').notNull().default(0),
    completedAt: integer('completed_at'),
    completedOn: text('completed_on'),
    /** JSON: what was shown at the last step, and will be printed. */
    frozen: text('frozen'),
    /** From when on a certificate may be issued; null while the provider has still to let it go. */
    releasedAt: integer('released_at'),
    /** When its provider refused it: then it does not open again with the share. */
    refusedAt: integer('refused_at'),
    /** Raised with each change that a page which is open somewhere must not overwrite. */
    rev: integer('rev').notNull().default(0),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('claims_once').on(t.subscriberId, t.providerId, t.round),
    index('claims_by_adoption').on(t.adoptionId, t.state),
    index('claims_to_issue')
      .on(t.completedAt)
      .where(sql`${t.state} = 'complete' AND ${t.releasedAt} IS NOT NULL`),
    check('claims_state', sql`${t.state} IN ('open', 'complete', 'issued', 'closed')`),
    check('claims_register', sql`${t.register} IN ('shown', 'name-hidden')`),
    check(
      'claims_complete',
      sql`${t.state} NOT IN ('complete', 'issued') OR (${t.passedAt} IS NOT NULL
        AND ${t.attestedAt} IS NOT NULL AND ${t.completedAt} IS NOT NULL
        AND ${t.completedOn} IS NOT NULL AND ${t.frozen} IS NOT NULL)`,
    ),
  ],
);

/** One post-test of a claim, handed in or open. */
export const tries = sqliteTable(
  'tries',
  {
    /** Random. */
    id: integer('id').primaryKey(),
    claimId: integer('claim_id').notNull(),
    /** From 1. */
    number: integer('number').notNull(),
    /** JSON object: the option chosen for each item; a blank is left out. Null once it is only counted. */
    answers: text('answers').default('{}'),
    /** Raised with each save. */
    rev: integer('rev').notNull().default(0),
    openedAt: integer('opened_at').notNull(),
    /** When it was opened or last saved. */
    savedAt: integer('saved_at').notNull(),
    handedInAt: integer('handed_in_at'),
    right: integer('right_count'),
    needed: integer('needed'),
    passed: integer('passed'),
    /** JSON object: how many were right of each lesson. */
    byLesson: text('by_lesson'),
  },
  (t) => [
    uniqueIndex('tries_number').on(t.claimId, t.number),
    uniqueIndex('tries_open').on(t.claimId).where(sql`${t.handedInAt} IS NULL`),
    // By the opening, which no save changes: it is no later than the last one.
    index('tries_left').on(t.openedAt).where(sql`${t.handedInAt} IS NULL`),
    index('tries_handed_in')
      .on(t.handedInAt)
      .where(sql`${t.answers} IS NOT NULL AND ${t.handedInAt} IS NOT NULL`),
    check('tries_graded', sql`(${t.passed} IS NULL) = (${t.handedInAt} IS NULL)`),
  ],
);

/** How often each item of an edition was answered right in passed tries whose answers are forgotten. */
export const itemCounts = sqliteTable(
  'item_counts',
  {
    id: integer('id').primaryKey(),
    providerId: integer('provider_id').notNull(),
    edition: text('edition').notNull(),
    item: text('item').notNull(),
    right: integer('right_count').notNull(),
    of: integer('of_count').notNull(),
  },
  (t) => [uniqueIndex('item_counts_once').on(t.providerId, t.edition, t.item)],
);

/** What somebody said of the course: without a name, a claim, an instant, or an order. */
export const evaluations = sqliteTable(
  'evaluations',
  {
    /** Random: no order of arrival. */
    id: integer('id').primaryKey(),
    providerId: integer('provider_id').notNull(),
    edition: text('edition').notNull(),
    /** The group in which its provider sees it, random; null while there are too few. */
    shownIn: integer('shown_in'),
    /** JSON. */
    answers: text('answers').notNull(),
  },
  (t) => [
    index('evaluations_waiting').on(t.providerId, t.edition).where(sql`${t.shownIn} IS NULL`),
    index('evaluations_shown').on(t.providerId, t.edition).where(sql`${t.shownIn} IS NOT NULL`),
  ],
);

/** A frozen record with a number. It outlives its claim and its holder's data. No e-mail address is in it. */
export const certificates = sqliteTable(
  'certificates',
  {
    /** `7K3Q-9M2P-XH4D-8TBN` */
    number: text('number').primaryKey(),
    adoptionId: integer('adoption_id').notNull(),
    providerId: integer('provider_id').notNull(),
    /** Null once its holder has erased. */
    claimId: integer('claim_id'),
    subscriberId: integer('subscriber_id'),
    /** JSON; null once nobody must keep it any more. */
    frozen: text('frozen'),
    /** Which layout it is printed in. */
    layout: integer('layout').notNull(),
    completedOn: text('completed_on').notNull(),
    issuedAt: integer('issued_at').notNull(),
    /** The signed badge, made when it is first asked for. */
    badge: text('badge'),
    /** Its bit in the provider's status list. */
    badgeIndex: integer('badge_index'),
    /** What a stranger reads of it. */
    register: text('register', { enum: ['shown', 'name-hidden', 'closed'] }).notNull(),
    withdrawnAt: integer('withdrawn_at'),
    why: text('why'),
    replaces: text('replaces'),
    replacedBy: text('replaced_by'),
    /** When the provider said that it had reported it. */
    reportedAt: integer('reported_at'),
    /** Until when the provider keeps it, whatever its holder erases. */
    keepUntil: integer('keep_until').notNull(),
  },
  (t) => [
    uniqueIndex('certificates_once').on(t.claimId).where(sql`${t.withdrawnAt} IS NULL`),
    uniqueIndex('certificates_badge').on(t.providerId, t.badgeIndex),
    uniqueIndex('certificates_replaces').on(t.replaces),
    index('certificates_by_provider').on(t.providerId, t.issuedAt),
    index('certificates_by_subscriber').on(t.subscriberId),
    index('certificates_kept').on(t.keepUntil).where(sql`${t.frozen} IS NOT NULL`),
    index('certificates_withdrawn').on(t.providerId).where(sql`${t.withdrawnAt} IS NOT NULL`),
    check('certificates_register', sql`${t.register} IN ('shown', 'name-hidden', 'closed')`),
  ],
);

/** Pictures that certificates print, by hash: a signer's signature, a provider's logo on the day. */
export const prints = sqliteTable('prints', {
  /** SHA-256 of the picture, hexadecimal. */
  hash: text('hash').primaryKey(),
  type: text('type', { enum: ['image/png', 'image/jpeg'] }).notNull(),
  /** Base64. */
  body: text('body').notNull(),
});
