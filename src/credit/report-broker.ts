import { DAY } from '../clock.ts';
import type { Context } from '../context.ts';
import { speaksOfCredit } from './adoption.ts';
import { type BrokerLine, type BrokerNumbers, brokerLinesOf, brokerSheet } from './report.ts';
import { readAdoptionsOf } from './store/adoptions.ts';
import {
  type Line,
  markReported,
  noteReport,
  readCorrections,
  readUnreported,
} from './store/reports.ts';

/** Certificates that are looked at for one file. */
const MOST = 500;
/** How long it is told that one was withdrawn after it was reported. */
const TOLD_FOR = 90 * DAY;

export interface Broker {
  lines: BrokerLine[];
  /** What has changed of something that was reported: for a human to tell. */
  corrections: Line[];
  /** The provider had an approval in one of its adoptions: without any there is nothing to report, ever. */
  approved: boolean;
}

/**
 * What is to be reported to CE Broker, a line for each licence: of certificates that stand, and of which
 * nobody has said yet that they were reported.
 *
 * @param input.states two letters each
 */
export async function readBroker(
  ctx: Context,
  { providerId, states }: { providerId: number; states: readonly string[] },
): Promise<Broker> {
  const now = ctx.clock.now();
  const [lines, corrections, adoptions] = await Promise.all([
    readUnreported(ctx.db, providerId, { now, limit: MOST }),
    readCorrections(ctx.db, providerId, { now, from: now - TOLD_FOR, limit: MOST }),
    readAdoptionsOf(ctx.db, providerId),
  ]);
  const approved = adoptions.some(({ body }) => speaksOfCredit(body));
  return { lines: brokerLinesOf(lines, states), corrections, approved };
}

/**
 * The sheet of these certificates, as far as they are still to be reported. It marks nothing: a download may
 * break off, and CE Broker may refuse it.
 */
export async function exportBroker(
  ctx: Context,
  input: {
    providerId: number;
    states: readonly string[];
    numbers: BrokerNumbers;
    certificates: readonly string[];
    actor: string;
  },
): Promise<string> {
  const { providerId, states, numbers, certificates, actor } = input;
  const { lines } = await readBroker(ctx, { providerId, states });
  const asked = lines.filter(({ certificate }) => certificates.includes(certificate));
  await noteReport(ctx.db, {
    at: ctx.clock.now(),
    actor,
    verb: 'download-ce-broker',
    subscriberId: null,
    subject: `report:${asked.length}`,
    providerId,
    reason: '',
  });
  return brokerSheet(asked, numbers);
}

/** Writes that a provider has reported these: they stand in no later sheet. Twice is once. */
export async function sayReported(
  ctx: Context,
  input: { providerId: number; certificates: readonly string[]; actor: string },
): Promise<{ kind: 'marked'; count: number }> {
  const { providerId, certificates, actor } = input;
  const count = await markReported(ctx.db, providerId, certificates, {
    at: ctx.clock.now(),
    actor,
    verb: 'mark-reported',
    subscriberId: null,
    subject: `report:${certificates.length}`,
    providerId,
    reason: '',
  });
  return { kind: 'marked', count };
}
