import { describe, expect, it } from 'vitest';
import { wakeUp } from '../src/wake.ts';

/** A queue whose sends come to their ends when the test says so. */
function slowQueue() {
  const sends: { message: string; end: (error?: Error) => void }[] = [];
  return {
    sends,
    send: (message: string) =>
      new Promise<void>((resolve, reject) => {
        sends.push({ message, end: (error) => (error ? reject(error) : resolve()) });
      }),
  };
}

const at = (milliseconds: number) => () => milliseconds;
/** Lets everything that has come to its end be noticed. */
const settled = async () => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

describe('a wake-up', () => {
  it('is sent, and waited for', async () => {
    const queue = slowQueue();
    let done = false;
    const woken = wakeUp(queue, 'a', at(0)).then(() => {
      done = true;
    });
    await settled();
    expect(done).toBe(false);
    queue.sends[0]?.end();
    await woken;
    expect(queue.sends).toHaveLength(1);
  });

  it('follows one that is under way, once for all who came meanwhile', async () => {
    const queue = slowQueue();
    const first = wakeUp(queue, 'a', at(0));
    await Promise.all([1, 2, 3].map((ms) => wakeUp(queue, 'a', at(ms))));
    expect(queue.sends).toHaveLength(1);
    queue.sends[0]?.end();
    await first;
    await settled();
    expect(queue.sends).toHaveLength(2);
    queue.sends[1]?.end();
    await settled();
    await Promise.all([wakeUp(queue, 'a', at(9)), queue.sends[2]?.end()]);
    expect(queue.sends).toHaveLength(3);
  });

  it('follows also where the one under way was not taken, which its own sender is told', async () => {
    const queue = slowQueue();
    const first = wakeUp(queue, 'a', at(0));
    await wakeUp(queue, 'a', at(1));
    queue.sends[0]?.end(new Error('full'));
    await expect(first).rejects.toThrow('full');
    await settled();
    expect(queue.sends).toHaveLength(2);
    // Nobody waits for that one any more.
    queue.sends[1]?.end(new Error('full'));
    await settled();
  });

  it('waits for none that has been under way for five seconds, nor for another queue’s', async () => {
    const [queue, other] = [slowQueue(), slowQueue()];
    void wakeUp(queue, 'a', at(0));
    void wakeUp(other, 'b', at(1));
    void wakeUp(queue, 'a', at(5_000));
    expect([queue.sends.length, other.sends.length]).toEqual([2, 1]);
    // The lost one comes back after all, and takes nothing of the later one's place.
    queue.sends[0]?.end();
    await settled();
    await wakeUp(queue, 'a', at(5_001));
    expect(queue.sends).toHaveLength(2);
    queue.sends[1]?.end();
    await settled();
    expect(queue.sends).toHaveLength(3);
  });
});
