import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { randomKey } from '../id.ts';
import { csvHead, csvLines } from './csv.ts';
import { lineOf } from './read-roster.ts';
import { SLICE } from './share.ts';
import { type After, finishExport, insertExport, readSlice } from './store/roster.ts';

interface Input {
  providerId: number;
  actor: string;
  /** Empty where a provider's own people export. */
  reason: string;
  /** Asked again before each slice. */
  mayStill(): Promise<boolean>;
}

/**
 * The whole roster as CSV, oldest first, in slices of 5,000: nobody else waits longer than one takes. The
 * record says that it was begun, and with the last slice how many lines it had. An error, or somebody who
 * may no longer, breaks the stream off instead of ending it.
 */
export async function exportRoster(
  ctx: Context,
  input: Input,
): Promise<ReadableStream<Uint8Array>> {
  const { providerId, actor, reason, mayStill } = input;
  const subject = `export:${randomKey()}`;
  await insertExport(ctx.db, {
    at: ctx.clock.now(),
    actor,
    verb: 'export-begun',
    subscriberId: null,
    subject,
    providerId,
    reason,
  });
  const bytes = new TextEncoder();
  let after: After = { since: 0, id: 0 };
  let lines = 0;
  const slice = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    if (!(await mayStill())) throw new DomainError('not-found', 'This export has ended.');
    const rows = await readSlice(ctx.db, providerId, after);
    const text = csvLines(rows.map(lineOf));
    controller.enqueue(bytes.encode(lines === 0 ? csvHead() + text : text));
    lines += rows.length;
    after = rows.at(-1) ?? after;
    if (rows.length === SLICE) return;
    await finishExport(ctx.db, { providerId, subject }, lines);
    controller.close();
  };
  return new ReadableStream({ pull: slice }, { highWaterMark: 0 });
}
