import { env } from 'cloudflare:workers';
import { type Frozen, frozenText, type Printed } from '../../src/credit/certificate.ts';
import { newNumber } from '../../src/credit/number.ts';
import { createDatabase } from '../../src/db/client.ts';
import { certificates, claims } from '../../src/db/credit.ts';
import { faultyD1, type Process } from './faults.ts';
import { printed, record } from './printed.ts';
import { put } from './rows.ts';

/** What a learner completed with, as the certificate will say it. */
export const frozen = (changes: Partial<Printed> = {}): Frozen => ({
  printed: printed(changes),
  record,
});

export const COMPLETED_AT = 1_795_780_800;

/** A claim that is complete and let go, unless it says otherwise. */
export async function plantClaim(
  changes: Partial<typeof claims.$inferInsert> = {},
): Promise<number> {
  const id = changes.id ?? 41;
  await put(claims, {
    subscriberId: 1,
    providerId: 1,
    adoptionId: 7,
    state: 'complete',
    legalName: 'Maria Lopez',
    register: 'shown',
    zone: 'America/Los_Angeles',
    seed: '00'.repeat(16),
    passedAt: COMPLETED_AT - 60,
    evaluated: 1,
    attestedAt: COMPLETED_AT,
    completedAt: COMPLETED_AT,
    completedOn: '2026-11-27',
    frozen: frozenText(frozen()),
    releasedAt: COMPLETED_AT,
    createdAt: COMPLETED_AT - 3600,
    ...changes,
    id,
  });
  return id;
}

/** The database as a process sees it. */
export const faultyDatabase = (process: Process) => createDatabase(faultyD1(env.DB, process));

/** A certificate that was issued, unless it says otherwise; gives its number. */
export async function plantCertificate({
  printed: says,
  ...changes
}: Partial<typeof certificates.$inferInsert> & {
  printed?: Partial<Printed>;
} = {}): Promise<string> {
  const number = changes.number ?? newNumber();
  await put(certificates, {
    adoptionId: 7,
    providerId: 1,
    frozen: frozenText(frozen(says)),
    layout: 1,
    completedOn: says?.completedOn ?? '2026-11-27',
    issuedAt: COMPLETED_AT,
    register: 'shown',
    keepUntil: COMPLETED_AT + 6 * 366 * 86_400,
    ...changes,
    number,
  });
  return number;
}
