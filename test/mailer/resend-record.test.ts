import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordedMail } from '../../src/mailer/mailer.ts';
import { createResendRecord } from '../../src/mailer/resend-record.ts';
import { createFakeResend, type FakeResend } from '../support/fake-resend.ts';

const ORIGIN = 'https://resend.example';
const HOUR = 3_600_000;

let time: number;
let resend: FakeResend;
let uninstall: () => void;
/** Waits move the clock, as a real one's would. */
const clock = {
  async sleep(ms: number) {
    time += ms;
  },
};

beforeEach(() => {
  time = Date.parse('2026-11-30T12:00:00Z');
  resend = createFakeResend({ now: () => time, sendingKey: 're_sends' });
  uninstall = resend.install(ORIGIN);
});
afterEach(() => uninstall());

const recordFor = (apiKey: string) => createResendRecord({ apiKey, baseUrl: ORIGIN }, clock);

/** Mails that were posted as the course posts them, `count` in all, a hundred at a time. */
async function post(count: number, from = 'In the Room <Course@in-the-room.example>') {
  for (let first = 0; first < count; first += 100) {
    const mails = Array.from({ length: Math.min(100, count - first) }, (_, index) => ({
      from,
      to: [`learner-${first + index}@example.org`],
      subject: `Lesson ${first + index}`,
      text: 'text',
      tags: [
        { name: 'delivery', value: String(first + index + 1) },
        { name: 'kind', value: 'lesson' },
      ],
    }));
    time += 1000;
    await resend.fetch(`${ORIGIN}/emails/batch`, {
      method: 'POST',
      body: JSON.stringify(mails),
      headers: { authorization: 'Bearer re_sends' },
    });
  }
}

async function list(since: number, apiKey = 're_full'): Promise<RecordedMail[]> {
  const all: RecordedMail[] = [];
  for await (const mail of recordFor(apiKey).list(since)) all.push(mail);
  return all;
}

describe('the record of what Resend took', () => {
  it('is read to its end, page by page, within the rate limit', async () => {
    await post(250);
    const mails = await list(0);
    expect(mails).toHaveLength(250);
    expect(new Set(mails.map(({ id }) => id)).size).toBe(250);
    expect(mails.find(({ subject }) => subject === 'Lesson 249')).toEqual({
      id: resend.accepted.at(-1)?.id,
      to: 'learner-249@example.org',
      from: 'course@in-the-room.example',
      subject: 'Lesson 249',
      at: resend.accepted.at(-1)?.at,
      failed: false,
    });
    const reads = resend.requests.filter(({ decision }) => decision === 'read');
    expect(reads).toHaveLength(3);
  });

  it('is read no further back than it must be', async () => {
    await post(300);
    time += HOUR;
    const since = time;
    await post(50);
    expect(await list(since)).toHaveLength(50);
    const reads = resend.requests.filter(({ decision }) => decision === 'read');
    expect(reads.length).toBeLessThanOrEqual(2);
  });

  it('says of a mail that it never went out', async () => {
    await post(2);
    resend.lastEvents.set(resend.accepted[0]?.id ?? '', 'failed');
    expect((await list(0)).map(({ failed }) => failed)).toEqual([false, true]);
  });

  it('tells the tags of one mail, and nothing of one that it does not know', async () => {
    await post(3);
    const id = resend.accepted[1]?.id ?? '';
    expect(await recordFor('re_full').tags(id)).toEqual({ delivery: '2', kind: 'lesson' });
    expect(await recordFor('re_full').tags(crypto.randomUUID())).toBeNull();
  });

  it('waits where Resend is busy or breaks, and then goes on', async () => {
    await post(150);
    resend.fail(
      { how: 'rate-limit' },
      { how: 'error', when: 'before' },
      { how: 'close', when: 'before' },
    );
    expect(await list(0)).toHaveLength(150);
  });

  it('says that a key which may only send is not enough', async () => {
    await post(1);
    await expect(list(0, 're_sends')).rejects.toThrow('needs a key with full access');
  });

  it('gives up loudly where Resend stays silent: half a record is none', async () => {
    await post(150);
    resend.failWhile(() => ({ how: 'close', when: 'before' }));
    await expect(list(0)).rejects.toThrow('cannot be read');
  });
});
