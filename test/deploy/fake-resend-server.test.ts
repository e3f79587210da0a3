import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFakeResend } from '../support/fake-resend-server.ts';

/** What the course would get of webhooks. */
const told: { id: unknown; type: unknown; tags: unknown }[] = [];
const course = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const { type, data } = JSON.parse(body);
  told.push({ id: request.headers['svix-id'], type, tags: data.tags });
  response.end('{"recorded":true}');
});
let fake: Awaited<ReturnType<typeof startFakeResend>>;

beforeAll(async () => {
  await new Promise<void>((resolve) => course.listen(0, '127.0.0.1', resolve));
  const { port } = course.address() as AddressInfo;
  fake = await startFakeResend({ port: 0, webhook: `http://127.0.0.1:${port}/webhooks/resend` });
});

afterAll(async () => {
  await fake.close();
  course.close();
});

const say = (path: string, input: unknown) =>
  fetch(fake.url + path, { method: 'POST', body: JSON.stringify(input) });

const post = (key: string, signal?: AbortSignal) =>
  fetch(`${fake.url}/emails/batch`, {
    method: 'POST',
    headers: { authorization: 'Bearer re_local', 'idempotency-key': key },
    body: JSON.stringify([
      {
        from: 'course@in-the-room.example',
        to: ['ana@example.org'],
        subject: 'Lesson 1',
        text: 'Ü',
        tags: [{ name: 'delivery', value: key }],
      },
    ]),
    ...(signal ? { signal } : {}),
  });

const accepted = async () => {
  const list = (await (await fetch(`${fake.url}/accepted`)).json()) as { key: string }[];
  return list.map(({ key }) => key);
};

describe('the fake Resend on a port', () => {
  test('takes a batch, breaks as told, and tells the course what became of a mail', async () => {
    expect((await post('1')).status).toBe(200);
    expect(await accepted()).toEqual(['1']);

    await say('/fail', [
      { how: 'close', when: 'after' },
      { how: 'cut', when: 'after' },
      { how: 'hang' },
    ]);
    await expect(post('2')).rejects.toThrow('fetch failed');
    const cut = await post('3');
    expect(cut.status).toBe(200);
    await expect(cut.json()).rejects.toThrow('terminated');
    await expect(post('4', AbortSignal.timeout(50))).rejects.toThrow('timeout');
    expect(await accepted()).toEqual(['1', '2', '3']);

    const answer = await say('/webhook', { type: 'email.delivered', delivery: '2', id: 'msg_1' });
    expect(await answer.json()).toMatchObject({ status: 200, said: '{"recorded":true}' });
    await say('/webhook', { type: 'email.bounced', delivery: '99', to: 'ben@example.org' });
    expect(told).toMatchObject([
      { id: 'msg_1', type: 'email.delivered', tags: { delivery: '2' } },
      { type: 'email.bounced', tags: { delivery: '99' } },
    ]);
  });

  test('refuses a fault that it does not know, and a mail that it cannot find', async () => {
    expect((await say('/fail', { how: 'explode' })).status).toBe(400);
    expect((await say('/fail', { how: 'quota', when: 'after' })).status).toBe(400);
    expect((await say('/fail', { how: 'partial' })).status).toBe(400);
    expect((await say('/webhook', { type: 'email.delivered', delivery: '98' })).status).toBe(400);
  });

  test('posts webhooks to this machine only', async () => {
    const elsewhere = { port: 0, webhook: 'https://course.example.org/webhooks/resend' };
    await expect(startFakeResend(elsewhere)).rejects.toThrow('on this machine');
  });
});
