import type { Context } from '../context.ts';
import { saysName } from '../subscriber/subscriber.ts';
import {
  frozenOf,
  frozenText,
  LAYOUT,
  type Licence,
  type Printed,
  textsOf,
} from './certificate.ts';
import { isLatin, unprintable } from './letters.ts';
import { partsOf } from './name.ts';
import { newNumber } from './number.ts';
import {
  emptyErased,
  readCertificate,
  replaceStanding,
  withdrawStanding,
} from './store/certificates.ts';
import { faces } from './typefaces.ts';

interface Deed {
  number: string;
  actor: string;
  /** Kept for good, so it must not name its holder. */
  reason: string;
}

/** What a provider has had put right: the rest stays as it was. */
export interface Correction {
  name?: string;
  latinName?: string | null;
  licences?: Licence[];
}

export type Replaced =
  | { kind: 'replaced'; number: string }
  /** It was before, by another or by the same press. */
  | { kind: 'replaced-already'; number: string }
  | { kind: 'withdrawn' | 'unknown' | 'reason-names-them' }
  /** Nobody must keep what it says any more, and nobody does. */
  | { kind: 'empty' }
  | { kind: 'unprintable'; letters: string[] }
  /** A name in another script needs the spelling that boards compare with. */
  | { kind: 'needs-latin' };

/**
 * Puts another certificate in the place of one with a slip in it: another number, the same day and the
 * same credits. The old one says that it was replaced.
 */
export async function replaceCertificate(
  ctx: Context,
  { number: old, actor, reason, correction }: Deed & { correction: Correction },
): Promise<Replaced> {
  const found = await readCertificate(ctx.db, old);
  if (!found) return { kind: 'unknown' };
  if (found.replacedBy !== null) return { kind: 'replaced-already', number: found.replacedBy };
  if (found.withdrawnAt !== null) return { kind: 'withdrawn' };
  if (found.frozen === null) return { kind: 'empty' };
  const { printed: before, record } = frozenOf(found.frozen);
  const printed: Printed = { ...before, ...correction };
  if (namesIn([before, printed]).some((name) => saysName(reason, name))) {
    return { kind: 'reason-names-them' };
  }
  if (!isLatin(printed.name) && printed.latinName === null) return { kind: 'needs-latin' };
  const letters = textsOf(printed).flatMap((text) => unprintable(text, faces));
  if (letters.length > 0) return { kind: 'unprintable', letters: [...new Set(letters)] };

  const number = newNumber();
  const at = ctx.clock.now();
  const frozen = frozenText({ printed, record });
  const { subscriberId, providerId } = found;
  const act = { at, actor, verb: 'replace-certificate', subscriberId, providerId, reason };
  const replaced = await replaceStanding(
    ctx.db,
    found,
    { number, layout: LAYOUT, issuedAt: at, frozen, why: reason },
    { ...act, subject: `certificate:${old}` },
  );
  // Somebody else was first.
  if (!replaced) return replaceCertificate(ctx, { number: old, actor, reason, correction });
  await ctx.wake('prompt');
  return { kind: 'replaced', number };
}

/** Says for good that a certificate does not stand. Its holder gets a mail. */
export async function withdrawCertificate(
  ctx: Context,
  { number, actor, reason }: Deed,
): Promise<{ kind: 'withdrawn' | 'withdrawn-already' | 'unknown' | 'reason-names-them' }> {
  const found = await readCertificate(ctx.db, number);
  if (!found) return { kind: 'unknown' };
  if (found.withdrawnAt !== null) return { kind: 'withdrawn-already' };
  if (namesOf(found.frozen).some((name) => saysName(reason, name))) {
    return { kind: 'reason-names-them' };
  }
  const at = ctx.clock.now();
  const { subscriberId, providerId } = found;
  const act = { at, actor, verb: 'withdraw-certificate', subscriberId, providerId, reason };
  const subject = `certificate:${number}`;
  const withdrawn = await withdrawStanding(
    ctx.db,
    number,
    { at, why: reason },
    { ...act, subject },
  );
  if (!withdrawn) return { kind: 'withdrawn-already' };
  await ctx.wake('prompt');
  return { kind: 'withdrawn' };
}

/** Empties what is kept of somebody who has erased, where its provider says so before its date. */
export async function forgetCertificate(
  ctx: Context,
  { number, actor, reason }: Deed,
): Promise<{ kind: 'forgotten' | 'empty' | 'not-erased' | 'unknown' | 'reason-names-them' }> {
  const found = await readCertificate(ctx.db, number);
  if (!found) return { kind: 'unknown' };
  if (found.frozen === null) return { kind: 'empty' };
  if (found.subscriberId !== null) return { kind: 'not-erased' };
  if (namesOf(found.frozen).some((name) => saysName(reason, name))) {
    return { kind: 'reason-names-them' };
  }
  const at = ctx.clock.now();
  const { providerId } = found;
  const act = { at, actor, verb: 'forget-certificate', subscriberId: null, providerId, reason };
  const gone = await emptyErased(ctx.db, number, { ...act, subject: `certificate:${number}` });
  return { kind: gone ? 'forgotten' : 'empty' };
}

const namesOf = (frozen: string | null) => (frozen ? namesIn([frozenOf(frozen).printed]) : []);

const namesIn = (printed: readonly Printed[]): string[] =>
  partsOf(printed.flatMap(({ name, latinName }) => [name, latinName]));
