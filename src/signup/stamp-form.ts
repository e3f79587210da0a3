import { secondsOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { randomId } from '../id.ts';

/**
 * The stamp of a form on a page of ours, which is made for one reader: when it was shown, and the signup
 * that it will be, signed.
 *
 * @param providerKey the provider's whose form it is; empty for nobody's
 */
export function stampForm(ctx: Context, providerKey: string): Promise<string> {
  return ctx.tokens.form({ shownAt: machineSecond(ctx), signupId: randomId() }, providerKey);
}

/** The stamp in what a provider's widgets read. Many share it, so it says when and nothing more. */
export function stampShared(ctx: Context, providerKey: string): Promise<string> {
  return ctx.tokens.form({ shownAt: machineSecond(ctx), signupId: null }, providerKey);
}

const machineSecond = (ctx: Context) => secondsOf(ctx.clock.machine());
