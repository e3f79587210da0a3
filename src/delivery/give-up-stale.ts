import type { Context } from '../context.ts';
import { eachAlone } from '../each-alone.ts';
import { finish } from './finish.ts';
import { readStale } from './store/settle.ts';

/** After 20 hours without a usable answer nobody can know: reported, never sent again blindly. */
export async function giveUpStale(ctx: Context, atMost: number): Promise<void> {
  await eachAlone(await readStale(ctx.db, ctx.clock.machine(), atMost), async (batch) => {
    ctx.log.error('uncertain', { batch: batch.id, rows: batch.rows.length });
    await finish(ctx, batch, 'uncertain');
  });
}
