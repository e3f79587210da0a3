import { waitUntil } from 'cloudflare:workers';
import type { Millis } from './clock.ts';

/** A queue, as far as a wake-up needs one. */
export interface Wakeable<Message> {
  send(message: Message): Promise<unknown>;
}

/** A wake-up that does not come back within this time counts as lost, in milliseconds. */
const GIVEN_UP = 5_000;

const underWay = new WeakMap<object, { since: Millis; again: boolean }>();

/**
 * Sends a wake-up, one at a time for each queue: who comes while one is under way leaves word, and one
 * more follows for all who have. That one may reach a consumer before what they stored; the second not.
 *
 * @param now machine time, epoch milliseconds
 * @throws Error where the queue does not take it; for who left word the next tick makes that good
 */
export async function wakeUp<Message>(
  queue: Wakeable<Message>,
  message: Message,
  now: () => Millis,
): Promise<void> {
  const other = underWay.get(queue);
  if (other && now() - other.since < GIVEN_UP) {
    other.again = true;
    return;
  }
  const own = { since: now(), again: false };
  underWay.set(queue, own);
  try {
    await queue.send(message);
  } finally {
    if (underWay.get(queue) === own) underWay.delete(queue);
    // After the answer to this request, and for it alone: a request that has ended sends nothing.
    if (own.again) waitUntil(wakeUp(queue, message, now).catch(() => {}));
  }
}
