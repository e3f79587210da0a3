import { is, sql } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { describe, expect, it } from 'vitest';
import { enrollments, strangers, subscribers } from '../../src/db/schema.ts';
import * as schema from '../../src/db/tables.ts';
import { into } from '../support/into.ts';
import { deviceCookie, enrollByForm } from '../support/people.ts';
import { plantProvider } from '../support/providers.ts';
import { change, query } from '../support/rows.ts';
import { DAY, visitor } from '../support/visitor.ts';

const EMAIL = 'ana@example.org';
const GO = { go: 'yes' };

/** Hashes of what lessons say, and of what a provider agreed to. */
const OURS = [
  'contents.hash',
  'contents.text_hash',
  'texts.hash',
  'editions.hash',
  'adoptions.body_hash',
];

/** What the file calls the rows of each table that knows a person; null where it is another's affair. */
const PARTS: Record<string, string | null> = {
  subscribers: 'subscriber',
  suppressions: 'suppression',
  strangers: 'strangers',
  signups: 'signups',
  enrollments: 'enrollments',
  shares: 'shares',
  deliveries: 'deliveries',
  links: 'links',
  devices: 'devices',
  log_entries: 'log',
  claims: 'claims',
  certificates: 'certificates',
  // With the claim that they belong to.
  tries: 'claims',
  // People of providers and of the operator, who are no learners.
  staff: null,
  sessions: null,
  // Pictures of providers, by their hash.
  logos: null,
  prints: null,
  events: 'events',
  acts: 'acts',
  // Kept of whoever was erased, and they have no page any more.
  erasures: null,
  erased_subscribers: null,
};

describe('everything we hold about a learner, as a file', () => {
  it('has a part for each table that knows them', () => {
    const known = Object.values(schema)
      .filter((part) => is(part, SQLiteTable))
      .map(getTableConfig)
      .filter(({ name, columns }) =>
        columns.some(
          (column) =>
            /^(subscriber_id|claim_id|email|.*hash)$/.test(column.name) &&
            !OURS.includes(`${name}.${column.name}`),
        ),
      );
    expect(known.map(({ name }) => name).sort()).toEqual(Object.keys(PARTS).sort());
  });

  it('says what was signed up, mailed, opened and written, and by when', async () => {
    const anyone = visitor();
    await anyone.setTime('2026-11-30T12:00:00Z');
    const { learnPath } = await enrollByForm(anyone, EMAIL);
    const cookie = await deviceCookie(anyone, EMAIL, 90 * DAY);
    const entry = { ...GO, lesson: '1', rev: '0', text: 'Nine seconds.' };
    await anyone.post(`${learnPath}/log`, entry, { cookie });
    await anyone.post(`${learnPath}/email`, { ...GO, email: 'mina@example.org' }, { cookie });
    await query(sql`${into(strangers, 'hash', 'what', 'at')}
        SELECT ${subscribers.emailHash}, 'mail', ${subscribers.createdAt}
        FROM ${subscribers}`);
    await change(subscribers, { lockedUntil: 0 });
    await plantProvider();
    await change(enrollments, { providerId: 1 });
    const file = await anyone.get(`${learnPath}/export.json`, { cookie });
    const held = (await file.json()) as Record<string, unknown>;
    for (const part of Object.values(PARTS)) if (part !== null) expect(held).toHaveProperty(part);
    expect(held).toMatchObject({
      subscriber: { email: EMAIL, firstName: 'Ana', lockedUntil: '1970-01-01T00:00:00.000Z' },
      strangers: [{ what: 'mail', at: expect.stringContaining('2026-11-30T12:00:0') }],
      signups: [{ firstName: 'Ana' }],
      enrollments: [{ state: 'active', provider: 'Harbor Institute' }],
      links: [{ purpose: 'address', email: 'mina@example.org', usedAt: null }],
      devices: [
        {
          createdAt: expect.stringContaining('2026-11-30T12:00:0'),
          expiresAt: expect.stringContaining('2027-02-28T12:00:0'),
        },
      ],
      log: [{ lesson: 1, text: 'Nine seconds.' }],
    });
  });
});
