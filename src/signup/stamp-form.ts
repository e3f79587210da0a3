import type { Context } from '../context.ts';

/**
 * The stamp that a form carries: when it was shown, signed.
 *
 * @param ownPage true for a page made for one reader, false for what many readers share
 */
export function stampForm(ctx: Context, ownPage: boolean): Promise<string> {
  return ctx.tokens.form({ shownAt: Math.floor(ctx.clock.machine() / 1000), ownPage });
}
