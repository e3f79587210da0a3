import type { Context } from '../context.ts';
import { logoIn } from '../provider/looks.ts';
import { digestOf } from '../token.ts';
import { approvalsOn, formatOf } from './adoption.ts';
import {
  frozenText,
  type Licence,
  type Pictures,
  type Printed,
  picturesOf,
  textsOf,
} from './certificate.ts';
import { ATTESTATION, CREDIT_WORDS, dayIn, firstOf, type Kept, keptBy, stepOf } from './credit.ts';
import { type Issued, issue } from './issue.ts';
import { unprintable } from './letters.ts';
import { claimOn, type Own, type Shut } from './own-claim.ts';
import { completeClaim, type Passed, readPassed, readPicturesNow } from './store/claims.ts';
import { faces } from './typefaces.ts';

/** The certificate as it will print, by its learner's press. */
export interface Shown {
  printed: Printed;
  /** SHA-256 of it, hexadecimal: the form carries it, and another is shown again before it is pressed. */
  hash: string;
}

type Shows = { kind: 'shown'; own: Own; shown: Shown; passed: Passed };

/**
 * What the last step shows, as it stands at this moment.
 *
 * @returns `kept` with what keeps it from being completed now; `not-yet` where an earlier step is to be done
 */
export async function showCompletion(
  ctx: Context,
  token: string,
  device: string | undefined,
): Promise<
  | Shows
  | { kind: 'kept'; own: Own; by: Kept }
  | { kind: 'done' }
  | { kind: 'not-yet' | 'none' }
  | Shut
> {
  const found = await claimOn(ctx, token, device);
  if (found.kind !== 'claim') return found;
  const { kind: _, learner: __, ...own } = found;
  const { claim, adoption } = own;
  const step = stepOf(claim, adoption.body);
  if (step === 'certificate') return { kind: 'done' };
  if (step !== 'attestation' || claim.state !== 'open') return { kind: 'not-yet' };
  const by = keptBy(claim, adoption.body, own, ctx.clock.now());
  if (by) return { kind: 'kept', own, by };
  const passed = await readPassed(ctx.db, claim.id);
  if (!passed) return { kind: 'not-yet' };
  const printed = printedOf(ctx, own);
  return {
    kind: 'shown',
    own,
    passed,
    shown: { printed, hash: await digestOf(frozenText({ printed })) },
  };
}

/** The pictures of what is shown. */
export function picturesShown(ctx: Context, { printed }: Shown): Promise<Pictures> {
  const hashes = picturesOf(printed);
  return hashes.length === 0 ? Promise.resolve(new Map()) : readPicturesNow(ctx.db, hashes);
}

function printedOf(ctx: Context, own: Own): Printed {
  const { claim, adoption, provider, edition, counted } = own;
  const { body } = adoption;
  const { zone } = claim;
  const completedOn = dayIn(zone, ctx.clock.now());
  const first = firstOf(counted) ?? ctx.clock.now();
  const approvals = approvalsOn(body, { first: dayIn(zone, first), completed: completedOn });
  const objectives = edition.texts.flatMap((text) => text.objectives);
  const licences: Licence[] = JSON.parse(claim.licences ?? '[]');
  return {
    name: claim.legalName ?? '',
    latinName: claim.latinName,
    licences,
    title: edition.people.title,
    format: formatOf(approvals),
    completedOn,
    zone: zone === provider.timeZone ? null : zone,
    hours: approvals.length > 0 ? body.hours.count : null,
    provider: {
      name: provider.name,
      slug: provider.slug,
      address: body.contact.address,
      email: body.contact.email,
      phone: body.contact.phone,
      logo: logoIn(provider.logo)?.hash ?? null,
    },
    authors: edition.people.authors,
    signer: body.signer,
    approvals: approvals.map(
      ({ status: _, heldSince: __, start: ___, evidence: ____, ...approval }) => approval,
    ),
    objectives: body.objectives.flatMap(
      (id) => objectives.find((objective) => objective.id === id)?.text ?? [],
    ),
    sample: ctx.settings.clock === 'movable',
  };
}

export type Completed =
  /** `number` where it is issued at once; null while its provider has still to let it go. */
  | { kind: 'completed'; number: string | null }
  /** Something of what was shown has changed, or a box was left open: it is shown again. */
  | { kind: 'look-again' | 'not-attested' | 'not-yet' | 'none' }
  | { kind: 'kept'; by: Kept }
  | { kind: 'unprintable'; letters: string[] }
  | Shut;

/**
 * The last press: somebody says that it is them, that they read all eight, that the answers are theirs. It
 * freezes what they were shown; nothing asks or changes any of it again. Twice is once.
 *
 * @param input.hash of what the page showed
 * @param input.attested whether each box was ticked
 */
export async function complete(
  ctx: Context,
  token: string,
  device: string | undefined,
  input: { hash: string; attested: boolean },
): Promise<Completed> {
  const found = await showCompletion(ctx, token, device);
  if (found.kind === 'done') return issuedOf(ctx, token, device);
  if (found.kind !== 'shown') return found;
  const { own, shown, passed } = found;
  const { claim, adoption, edition, counted } = own;
  if (shown.hash !== input.hash) return { kind: 'look-again' };
  if (!input.attested) return { kind: 'not-attested' };
  const letters = textsOf(shown.printed).flatMap((text) => unprintable(text, faces));
  if (letters.length > 0) return { kind: 'unprintable', letters: [...new Set(letters)] };
  const at = ctx.clock.now();
  const { body } = adoption;
  const frozen = frozenText({
    printed: shown.printed,
    record: {
      edition: edition.hash,
      adoption: adoption.bodyHash,
      right: passed.right,
      of: edition.items.length,
      needed: passed.needed,
      tries: passed.tries,
      attested: { words: `${CREDIT_WORDS}: ${ATTESTATION.join(' ')}`, at },
      lessons: counted.map(({ lesson, at: sent, text }) => ({
        lesson,
        day: dayIn(claim.zone, sent),
        textHash: text,
      })),
      method: body.hours.method,
      minutes: body.hours.minutes,
      retentionYears: body.retentionYears,
    },
  });
  const done = await completeClaim(ctx.db, claim, {
    at,
    on: shown.printed.completedOn,
    frozen,
    wordsVersion: CREDIT_WORDS,
    logo: shown.printed.provider.logo,
    release: body.release,
  });
  if (done) {
    ctx.log.info('claim-completed', { claim: claim.id });
    return numberOf(await issue(ctx, claim.id));
  }
  // Not done: another press was first, or something of the claim has changed, which shows the page again.
  return issuedOf(ctx, token, device);
}

async function issuedOf(
  ctx: Context,
  token: string,
  device: string | undefined,
): Promise<Completed> {
  const found = await claimOn(ctx, token, device);
  if (found.kind !== 'claim') return found;
  const { state } = found.claim;
  if (state === 'open') return { kind: 'look-again' };
  if (state === 'closed') return { kind: 'not-yet' };
  return numberOf(await issue(ctx, found.claim.id));
}

const numberOf = (issued: Issued): Completed => ({
  kind: 'completed',
  number: issued.kind === 'issued' ? issued.number : null,
});
