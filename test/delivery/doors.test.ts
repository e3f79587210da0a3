import {
  createExecutionContext,
  createMessageBatch,
  createScheduledController,
  getQueueResult,
} from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { deliveries } from '../../src/db/schema.ts';
import type { WakeUp } from '../../src/env.ts';
import worker from '../../src/worker.ts';
import { count } from '../support/rows.ts';
import { newAddress, type Visitor, visitor, withConsole } from '../support/visitor.ts';

/** What became of wake-ups that a queue brought. */
async function bring(anyone: Visitor, ...bodies: unknown[]) {
  const messages = bodies.map((body, index) => ({
    id: `message-${index}`,
    timestamp: new Date(),
    attempts: 1,
    body: body as WakeUp,
  }));
  const batch = createMessageBatch<WakeUp>('in-the-room-prompt', messages);
  const { lines } = await withConsole(async () => worker.queue(batch, anyone.env));
  const result = await getQueueResult(batch, createExecutionContext());
  return { acked: result.ackAll, retried: result.retryBatch.retry, lines: lines.join('\n') };
}

const tick = (anyone: Visitor) =>
  withConsole(() =>
    worker.scheduled(createScheduledController({ scheduledTime: new Date() }), anyone.env),
  );

const owed = () => count(deliveries, { state: 'owed' });

/** A database that is down. */
const down = {
  prepare() {
    throw new Error('D1_ERROR: Network connection lost.');
  },
} as unknown as D1Database;

describe('a wake-up', () => {
  it('has its lane worked off, and is done with', async () => {
    const anyone = visitor();
    const email = newAddress();
    await anyone.post('/signup', { email });
    expect(await bring(anyone, { lane: 'prompt' })).toMatchObject({ acked: true, retried: false });
    expect(await anyone.mails(email)).toHaveLength(1);
  });

  it('that comes twice, or for a lane without work, does no harm', async () => {
    const anyone = visitor();
    const email = newAddress();
    await anyone.post('/signup', { email });
    await bring(anyone, { lane: 'lesson' }, { lane: 'prompt' }, { lane: 'prompt' });
    await bring(anyone, { lane: 'prompt' });
    expect(await anyone.mails(email)).toHaveLength(1);
  });

  it.each([null, 'prompt', {}, { lane: 'other' }, { lane: ['prompt'] }])(
    'of another shape (%j) is done with, and wakes nobody',
    async (body) => {
      const anyone = visitor();
      await anyone.post('/signup', { email: newAddress() });
      expect(await bring(anyone, body)).toMatchObject({ acked: true, retried: false });
      expect(await owed()).toBe(1);
    },
  );

  it('comes again while the database is down', async () => {
    const anyone = visitor();
    const { acked, retried, lines } = await bring(visitor({ DB: down }), { lane: 'prompt' });
    expect({ acked, retried }).toEqual({ acked: false, retried: true });
    expect(lines).toContain('dispatch-failed');
    expect(await owed()).toBe(0);
    expect(anyone.woken).toEqual([]);
  });

  it('that ended as a dead letter is a lost one: the next tick wakes the lane again', async () => {
    const anyone = visitor();
    const email = newAddress();
    await anyone.post('/signup', { email });
    const [lost] = anyone.woken.splice(0);
    for (let attempt = 0; attempt < 4; attempt++) {
      const { retried } = await bring(visitor({ DB: down }), { lane: lost });
      expect(retried).toBe(true);
    }
    // Four times in a row: the queue hands it to its dead-letter queue, which nobody reads.
    expect(await owed()).toBe(1);
    await tick(anyone);
    expect(anyone.woken).toEqual(['prompt']);
    await bring(anyone, { lane: anyone.woken[0] });
    expect(await anyone.mails(email)).toHaveLength(1);
    await tick(anyone);
    expect(anyone.woken).toEqual(['prompt']);
  });
});

describe('a tick', () => {
  it('that fails says so, and leaves everything to the next', async () => {
    const { lines } = await tick(visitor({ DB: down }));
    expect(lines.join('\n')).toContain('tick-failed');
  });

  it('with a bad setting names it, and sends nothing', async () => {
    const { lines } = await tick(visitor({ MAILER: 'pigeon' }));
    expect(lines.join('\n')).toContain('MAILER');
  });
});
