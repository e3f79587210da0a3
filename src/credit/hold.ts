import { isoInstant } from '../clock.ts';
import type { Context } from '../context.ts';
import { frozenOf, type Licence } from './certificate.ts';
import { readCertificatesOf, readClaimsOf, readTriesOf } from './store/certificates.ts';

/** What credit holds about a learner. Times are ISO instants. */
export interface Held {
  claims: {
    state: string;
    legalName: string | null;
    latinName: string | null;
    licences: Licence[];
    register: string | null;
    zone: string;
    createdAt: string;
    passedAt: string | null;
    /** Whether it was evaluated, not what was said: nobody knows whose that is. */
    evaluated: boolean;
    completedAt: string | null;
    tries: {
      number: number;
      openedAt: string;
      handedInAt: string | null;
      right: number | null;
      needed: number | null;
      /** The option that was chosen of each item; null once they are only counted. */
      answers: Record<string, string> | null;
    }[];
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
  const [claims, tries, certificates] = await Promise.all([
    readClaimsOf(ctx.db, subscriberId),
    readTriesOf(ctx.db, subscriberId),
    readCertificatesOf(ctx.db, subscriberId),
  ]);
  return {
    claims: claims.map(
      ({ id, licences, createdAt, passedAt, evaluated, completedAt, ...claim }) => ({
        ...claim,
        licences: licences === null ? [] : (JSON.parse(licences) as Licence[]),
        createdAt: isoInstant(createdAt),
        passedAt: isoInstant(passedAt),
        evaluated: evaluated === 1,
        completedAt: isoInstant(completedAt),
        tries: tries
          .filter(({ claimId }) => claimId === id)
          .map(({ number, openedAt, handedInAt, right, needed, answers }) => ({
            number,
            openedAt: isoInstant(openedAt),
            handedInAt: isoInstant(handedInAt),
            right,
            needed,
            answers: answers === null ? null : JSON.parse(answers),
          })),
      }),
    ),
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
