import type { Context } from '../context.ts';
import { owesEndings } from './store/retired.ts';

/** Mails a provider's owners, a week before a key that they replaced ends. */
export async function tellOfEndings(ctx: Context, atMost: number): Promise<void> {
  if (await owesEndings(ctx.db, ctx.clock.now(), atMost)) await ctx.wake('prompt');
}
