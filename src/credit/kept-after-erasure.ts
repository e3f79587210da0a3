import type { Seconds } from '../clock.ts';
import type { Context } from '../context.ts';
import { frozenOf } from './certificate.ts';
import { readCertificatesOf, readClaimsOf } from './store/certificates.ts';

/** What an erasure leaves with providers, and what it takes of credit. */
export interface KeptAfterErasure {
  /** With the provider's name as it is printed; `until` is when it may keep it no longer. */
  certificates: { number: string; provider: string; until: Seconds; stands: boolean }[];
  /** There is a way to a certificate that is not at its end. */
  underWay: boolean;
}

export async function keptAfterErasure(
  ctx: Context,
  subscriberId: number,
): Promise<KeptAfterErasure> {
  const [certificates, claims] = await Promise.all([
    readCertificatesOf(ctx.db, subscriberId),
    readClaimsOf(ctx.db, subscriberId),
  ]);
  const now = ctx.clock.now();
  return {
    certificates: certificates.flatMap(({ number, frozen, keepUntil, withdrawnAt }) => {
      if (frozen === null || keepUntil <= now) return [];
      const provider = frozenOf(frozen).printed.provider.name;
      return [{ number, provider, until: keepUntil, stands: withdrawnAt === null }];
    }),
    underWay: claims.some(({ state }) => state === 'open' || state === 'complete'),
  };
}
