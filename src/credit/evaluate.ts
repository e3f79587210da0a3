import type { Context } from '../context.ts';
import { readEvaluation } from './evaluation.ts';
import { claimOn, type Shut } from './own-claim.ts';
import { insertEvaluation } from './store/evaluations.ts';

/**
 * Keeps what somebody says of the course, without a name and without saying when; or that they skip it,
 * where their provider only invites.
 *
 * @param typed the form's fields; null to skip
 * @returns `kept` also where it was done before; `refused` with the fields that cannot be
 */
export async function evaluate(
  ctx: Context,
  token: string,
  device: string | undefined,
  typed: Readonly<Record<string, string>> | null,
): Promise<
  { kind: 'kept' | 'not-yet' | 'required' | 'none' } | { kind: 'refused'; fields: string[] } | Shut
> {
  const found = await claimOn(ctx, token, device);
  if (found.kind !== 'claim') return found;
  const { claim, adoption } = found;
  if (claim.evaluated !== 0) return { kind: 'kept' };
  if (claim.passedAt === null) return { kind: 'not-yet' };
  if (typed === null && adoption.body.evaluation === 'required') return { kind: 'required' };
  const read = typed && readEvaluation(typed, adoption.body.objectives);
  if (read?.kind === 'refused') return read;
  const about = { claimId: claim.id, providerId: claim.providerId, edition: adoption.edition };
  await insertEvaluation(ctx.db, about, read?.evaluation ?? null);
  return { kind: 'kept' };
}
