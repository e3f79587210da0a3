/**
 * The tables of credit: whoever takes the course through a provider that gives credit for it, and what
 * they are given. Apart from `schema.ts`, so that what serves a lesson evaluates none of it. Times are epoch seconds of
 * course time, days are text.
 */
import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

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
    completedAt: integer('completed_at'),
    completedOn: text('completed_on'),
    /** JSON: what was shown at the last step, and will be printed. */
    frozen: text('frozen'),
    /** From when on a certificate may be issued; null while the provider has still to let it go. */
    releasedAt: integer('released_at'),
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
