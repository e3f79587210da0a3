import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { reportHead, reportLines } from './report.ts';
import { type After, noteReport, readKept, readReportSlice } from './store/reports.ts';

/** Lines that one statement reads. */
const SLICE = 500;

interface Input {
  providerId: number;
  actor: string;
  /** Empty where a provider's own people ask. */
  reason: string;
  /** Asked again before each slice. */
  mayStill(): Promise<boolean>;
}

/**
 * Every certificate that a provider keeps, as CSV, the oldest first, in slices. That it was begun stands in
 * the record. An error, or somebody who may no longer, breaks the stream off instead of ending it.
 */
export async function exportReport(
  ctx: Context,
  { providerId, actor, reason, mayStill }: Input,
): Promise<ReadableStream<Uint8Array>> {
  const now = ctx.clock.now();
  const { count, repeated } = await readKept(ctx.db, providerId, now);
  await noteReport(ctx.db, {
    at: now,
    actor,
    verb: 'download-report',
    subscriberId: null,
    subject: `report:${count}`,
    providerId,
    reason,
  });
  const bytes = new TextEncoder();
  let after: After = { issuedAt: 0, number: '' };
  let begun = false;
  const slice = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    if (!(await mayStill())) throw new DomainError('not-found', 'This download has ended.');
    const place = { now, after, limit: SLICE };
    const lines = await readReportSlice(ctx.db, providerId, place, repeated);
    controller.enqueue(bytes.encode((begun ? '' : reportHead()) + reportLines(lines)));
    begun = true;
    after = lines.at(-1) ?? after;
    if (lines.length < SLICE) controller.close();
  };
  return new ReadableStream({ pull: slice }, { highWaterMark: 0 });
}
