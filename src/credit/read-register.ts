import { isoInstant } from '../clock.ts';
import type { Context } from '../context.ts';
import { dayInWords, frozenOf, type Printed } from './certificate.ts';
import { readCertificate } from './store/certificates.ts';

/** What a stranger with a number may read. */
export interface Entry {
  number: string;
  /** Days are in words. */
  state: { kind: 'stands' } | { kind: 'withdrawn'; on: string } | { kind: 'replaced'; by: string };
  /** Today's name of whoever gave it. */
  provider: string;
  /** What the paper must say; null where the paper does not stand, or its holder has closed this page. */
  printed: Printed | null;
  /** The name is among what may be read. */
  named: boolean;
  /** Its holder has erased. Until when the provider keeps the record, in words; null where it does no more. */
  closed: { until: string | null } | null;
}

/** What the register says of a number in its one spelling; null where no certificate has it. */
export async function readRegister(ctx: Context, number: string): Promise<Entry | null> {
  const found = await readCertificate(ctx.db, number);
  if (!found) return null;
  const { withdrawnAt, replacedBy, register, frozen, keepUntil } = found;
  const printed = frozen === null ? null : frozenOf(frozen).printed;
  const shown = withdrawnAt === null && register !== 'closed';
  const kept = frozen === null ? null : day(keepUntil);
  return {
    number,
    state:
      replacedBy !== null
        ? { kind: 'replaced', by: replacedBy }
        : withdrawnAt !== null
          ? { kind: 'withdrawn', on: day(withdrawnAt) }
          : { kind: 'stands' },
    provider: found.provider ?? printed?.provider.name ?? 'its provider',
    printed: shown ? printed : null,
    named: register === 'shown',
    closed: register === 'closed' ? { until: kept } : null,
  };
}

const day = (at: number) => dayInWords(isoInstant(at).slice(0, 10));
