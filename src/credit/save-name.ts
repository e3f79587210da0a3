import type { Context } from '../context.ts';
import { CREDIT_WORDS } from './credit.ts';
import { readTyped, type Typed } from './name.ts';
import { claimOn, type Shut } from './own-claim.ts';
import { updateName } from './store/claims.ts';
import { faces } from './typefaces.ts';

/**
 * Keeps the name and license that a certificate will have, as often as its learner likes before it is
 * attested, and that they agree to what the provider is told.
 *
 * @param input.words version of what stood beside the button
 * @throws DomainError `bad-input` with the field: a name that is none, letters that no font of ours has,
 * what the adoption asks for and is not there
 * @returns `words` where the page that was pressed showed others than today's
 */
export async function saveName(
  ctx: Context,
  token: string,
  device: string | undefined,
  input: Typed & { register: string; words: string | undefined },
): Promise<{ kind: 'saved' | 'not-open' | 'none' | 'words' | 'choose-register' } | Shut> {
  const found = await claimOn(ctx, token, device);
  if (found.kind !== 'claim') return found;
  if (found.claim.state !== 'open') return { kind: 'not-open' };
  const { body } = found.adoption;
  const { legalName, latinName, licences } = readTyped(input, body, faces);
  if (input.words !== CREDIT_WORDS) return { kind: 'words' };
  const register = body.nameOnRegister === 'never' ? 'name-hidden' : input.register;
  if (register !== 'shown' && register !== 'name-hidden') return { kind: 'choose-register' };
  const saved = await updateName(ctx.db, found.claim.id, {
    legalName,
    latinName,
    licences: JSON.stringify(licences),
    register,
    wordsVersion: CREDIT_WORDS,
  });
  return { kind: saved ? 'saved' : 'not-open' };
}
