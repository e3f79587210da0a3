import { isoInstant } from '../clock.ts';
import type { Context } from '../context.ts';
import { frozenOf, type Licence } from './certificate.ts';
import { readCertificatesOf, readClaimsOf } from './store/certificates.ts';

/** What credit holds about a learner. Times are ISO instants. */
export interface Held {
  claims: {
    state: string;
    legalName: string | null;
    latinName: string | null;
    licences: Licence[];
    zone: string;
    createdAt: string;
  }[];
  certificates: {
    number: string;
    name: string | null;
    completedOn: string;
    issuedAt: string;
    register: string;
    withdrawnAt: string | null;
    why: string | null;
    keepUntil: string;
  }[];
}

export async function heldOf(ctx: Context, subscriberId: number): Promise<Held> {
  const [claims, certificates] = await Promise.all([
    readClaimsOf(ctx.db, subscriberId),
    readCertificatesOf(ctx.db, subscriberId),
  ]);
  return {
    claims: claims.map(({ licences, createdAt, ...claim }) => ({
      ...claim,
      licences: licences === null ? [] : (JSON.parse(licences) as Licence[]),
      createdAt: isoInstant(createdAt),
    })),
    certificates: certificates.map(
      ({ number, frozen, completedOn, issuedAt, register, withdrawnAt, why, keepUntil }) => ({
        number,
        name: frozen === null ? null : frozenOf(frozen).printed.name,
        completedOn,
        issuedAt: isoInstant(issuedAt),
        register,
        withdrawnAt: withdrawnAt === null ? null : isoInstant(withdrawnAt),
        why,
        keepUntil: isoInstant(keepUntil),
      }),
    ),
  };
}
