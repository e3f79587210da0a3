import { isoInstant, secondsOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { subscriberName } from '../id.ts';
import { readUnknown, type UnknownMail } from './store/settle.ts';

/** Mails of one answer, at most. */
const MOST = 1000;

/** A batch of which nobody knows whether the mailer accepted it. */
export interface UnknownBatch {
  id: number;
  /** `open` where it is still being repeated, `uncertain` after that. */
  state: UnknownMail['state'];
  lane: UnknownMail['lane'];
  attempts: number;
  /** When it was frozen, ISO instant of machine time: about when the mailer's record has it. */
  frozenAt: string;
  mails: {
    delivery: number;
    kind: UnknownMail['kind'];
    lesson: number | null;
    subscriber: string;
    /** Null where the subscriber is gone. */
    email: string | null;
  }[];
}

/** What an operator has to look up in the mailer's own record, batch by batch. */
export async function listUncertain(ctx: Context): Promise<UnknownBatch[]> {
  const batches = new Map<number, UnknownBatch>();
  for (const mail of await readUnknown(ctx.db, ctx.clock.machine(), MOST)) {
    const { batch: id, state, lane, attempts } = mail;
    const frozenAt = isoInstant(secondsOf(mail.frozenAt));
    const batch = batches.get(id) ?? { id, state, lane, attempts, frozenAt, mails: [] };
    batches.set(id, batch);
    const { delivery, kind, lesson, email } = mail;
    batch.mails.push({
      delivery,
      kind,
      lesson,
      subscriber: subscriberName(mail.subscriberId),
      email,
    });
  }
  return [...batches.values()];
}
