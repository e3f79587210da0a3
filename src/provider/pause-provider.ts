import type { Context } from '../context.ts';
import { readBySlug, updateStatus } from './store/settings.ts';

interface Input {
  slug: string;
  actor: string;
  reason: string;
}

/** Its forms take no more signups and lead to our own page; whoever signed up before can confirm. */
export async function pauseProvider(
  ctx: Context,
  input: Input,
): Promise<{ kind: 'paused' | 'already-paused' | 'unknown' }> {
  if (await setStatus(ctx, 'paused', input)) return { kind: 'paused' };
  return { kind: (await readBySlug(ctx.db, input.slug)) ? 'already-paused' : 'unknown' };
}

/** Its forms take signups again. */
export async function resumeProvider(
  ctx: Context,
  input: Input,
): Promise<{ kind: 'resumed' | 'not-paused' | 'unknown' }> {
  if (await setStatus(ctx, 'active', input)) return { kind: 'resumed' };
  return { kind: (await readBySlug(ctx.db, input.slug)) ? 'not-paused' : 'unknown' };
}

function setStatus(ctx: Context, status: 'active' | 'paused', input: Input): Promise<boolean> {
  const { slug, actor, reason } = input;
  return updateStatus(ctx.db, slug, status, {
    at: ctx.clock.now(),
    actor,
    verb: status === 'paused' ? 'pause-provider' : 'resume-provider',
    subscriberId: null,
    subject: `provider:${slug}`,
    reason,
  });
}
