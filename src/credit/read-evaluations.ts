import type { Context } from '../context.ts';
import { digestOf } from '../token.ts';
import { type Summary, summaryOf, type Tally } from './evaluation.ts';
import { readAdoptionsOf } from './store/adoptions.ts';
import { readEdition } from './store/editions.ts';
import { emptyComment, readShown } from './store/evaluations.ts';

/** The name of a comment: the same for the same words, so it leads to no row. */
const commentRef = async (text: string) => (await digestOf(text)).slice(0, 10);

/** What a provider reads of what its learners said of an edition. */
export interface EvaluationSummary extends Omit<Summary, 'objectives' | 'comments'> {
  /** Those that its adoptions of the edition named, in the edition's order. */
  objectives: { id: string; text: string; tally: Tally }[];
  /** `ref` names a comment to whoever strikes it, and says nothing of its row. */
  comments: { ref: string; text: string }[];
}

/** The edition that a provider adopted last; null where it adopted none. */
export async function adoptedEdition(ctx: Context, providerId: number): Promise<string | null> {
  const [newest] = await readAdoptionsOf(ctx.db, providerId);
  return newest?.edition ?? null;
}

/** Adds up what was shown in groups; of what was not, no more than how many there are. */
export async function readEvaluationSummary(
  ctx: Context,
  providerId: number,
  edition: string,
): Promise<EvaluationSummary> {
  const [adoptions, frozen, { seen, waiting }] = await Promise.all([
    readAdoptionsOf(ctx.db, providerId),
    readEdition(ctx.db, edition),
    readShown(ctx.db, providerId, edition),
  ]);
  const named = new Set(
    adoptions.flatMap((each) => (each.edition === edition ? each.body.objectives : [])),
  );
  const asked = (frozen?.texts ?? [])
    .flatMap(({ objectives }) => objectives)
    .filter(({ id }) => named.has(id));
  const { objectives, comments, ...summary } = summaryOf(
    seen,
    waiting,
    asked.map(({ id }) => id),
  );
  return {
    ...summary,
    objectives: asked.flatMap(({ id, text }) => {
      const tally = objectives[id];
      return tally ? [{ id, text, tally }] : [];
    }),
    comments: await Promise.all(
      comments.map(async (text) => ({ ref: await commentRef(text), text })),
    ),
  };
}

/** Takes a comment out that names somebody, by the provider's word. The scores beside it stay. */
export async function strikeComment(
  ctx: Context,
  input: { providerId: number; edition: string; ref: string; actor: string; reason: string },
): Promise<{ kind: 'struck' | 'unknown' }> {
  const { providerId, edition, ref, actor, reason } = input;
  const { comments } = await readEvaluationSummary(ctx, providerId, edition);
  const found = comments.find((each) => each.ref === ref);
  if (!found) return { kind: 'unknown' };
  const act = {
    at: ctx.clock.now(),
    actor,
    verb: 'strike-comment',
    subscriberId: null,
    providerId,
    subject: `comment:${ref}`,
    reason,
  };
  const struck = await emptyComment(ctx.db, { providerId, edition, text: found.text }, act);
  return { kind: struck ? 'struck' : 'unknown' };
}
