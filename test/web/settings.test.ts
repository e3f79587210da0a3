import {
  createExecutionContext,
  createMessageBatch,
  createScheduledController,
  getQueueResult,
} from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { deliveries, mailbox } from '../../src/db/schema.ts';
import type { Env, WakeUp } from '../../src/env.ts';
import worker from '../../src/worker.ts';
import { signUpByForm } from '../support/people.ts';
import { dump, put, value } from '../support/rows.ts';
import { PRODUCTION, type Visitor, visitor, withConsole } from '../support/visitor.ts';

/** Every kind of address: pages, forms, links, JSON, what only a local run has, and nothing. */
const DOORS: [method: string, path: string][] = [
  ['GET', '/'],
  ['GET', '/about'],
  ['GET', '/privacy'],
  ['GET', '/lessons/1'],
  ['GET', '/signup/check-inbox'],
  ['POST', '/signup'],
  ['GET', '/confirm/x'],
  ['POST', '/confirm/x'],
  ['POST', '/confirm/x/resend'],
  ['GET', '/learn/x'],
  ['GET', '/learn/x/lessons/1'],
  ['POST', '/learn/x/slot'],
  ['GET', '/unsubscribe/x'],
  ['POST', '/unsubscribe/x'],
  ['POST', '/webhooks/resend'],
  ['GET', '/mailbox'],
  ['GET', '/mailbox.json'],
  ['POST', '/clock'],
  ['GET', '/nowhere'],
];

async function knock(anyone: Visitor, method: string, path: string): Promise<Response> {
  if (method === 'GET') return anyone.get(path);
  return anyone.post(path, { email: 'ana@example.org', go: 'yes', advance: 'P1D' });
}

/** Production, but for what a test takes away. */
function production(changes: Partial<Env>, missing: (keyof Env)[] = []): Visitor {
  const anyone = visitor({ ...PRODUCTION, ...changes }, PRODUCTION.BASE_URL);
  for (const name of missing) delete anyone.env[name];
  return anyone;
}

describe('with a setting that is missing or wrong', () => {
  const broken: [string, () => Visitor][] = [
    ['MAIL_FROM', () => production({}, ['MAIL_FROM'])],
    ['POSTAL_ADDRESS', () => production({}, ['POSTAL_ADDRESS'])],
    ['RESEND_API_KEY', () => production({}, ['RESEND_API_KEY'])],
    ['SIGNING_KEYS', () => production({ SIGNING_KEYS: 'k1:short-secret' })],
    ['HASH_KEY', () => production({ HASH_KEY: '' })],
    ['LOG_KEY', () => production({}, ['LOG_KEY'])],
    ['MAILER', () => production({}, ['MAILER'])],
    ['CLOCK', () => production({ CLOCK: 'movable' })],
    ['BASE_URL', () => production({ BASE_URL: 'our-course' })],
  ];

  it.each(broken)(
    '(%s) every door answers 503, and only the log says which',
    async (name, open) => {
      const anyone = open();
      const before = await dump();
      for (const [method, path] of DOORS) {
        const { given: response, lines } = await withConsole(() => knock(anyone, method, path));
        expect(response.status, path).toBe(503);
        const body = await response.text();
        expect(body, path).not.toContain(name);
        expect(body, path).toContain('not set up completely');
        expect(lines.join('\n'), path).toContain(name);
        expect(lines.join('\n'), path).not.toContain('short-secret');
      }
      expect(anyone.woken).toEqual([]);
      expect(await dump()).toEqual(before);
    },
  );

  it.each(broken)('(%s) /healthz says which, and no value', async (name, open) => {
    const response = await open().get('/healthz');
    expect(response.status).toBe(503);
    const report = (await response.json()) as { ok: boolean; problems: string[] };
    expect(report.ok).toBe(false);
    expect(report.problems.some((problem) => problem.startsWith(`${name}:`))).toBe(true);
    expect(JSON.stringify(report)).not.toContain('short-secret');
  });

  it('a program is told in JSON', async () => {
    const anyone = production({}, ['MAIL_FROM']);
    const { given: response } = await withConsole(() =>
      anyone.postJson('/signup', { email: 'ana@example.org' }),
    );
    expect(response.status).toBe(503);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe('misconfigured');
    expect(error.message).not.toContain('MAIL_FROM');
  });

  it('the scheduler and the queues send nothing, lose nothing, and name it in the log', async () => {
    await visitor().post('/signup', { email: 'ana@example.org' });
    const before = await dump();
    const { env } = production({}, ['MAIL_FROM']);
    const scheduled = await withConsole(async () => {
      await worker.scheduled(createScheduledController({ scheduledTime: new Date() }), env);
    });
    expect(scheduled.lines.join('\n')).toContain('MAIL_FROM');
    const message = {
      id: 'a',
      timestamp: new Date(),
      attempts: 1,
      body: { lane: 'prompt' } as WakeUp,
    };
    const batch = createMessageBatch('in-the-room-prompt', [message]);
    const queue = await withConsole(() => worker.queue(batch, env));
    const result = await getQueueResult(batch, createExecutionContext());
    expect(result.retryBatch.retry).toBe(true);
    expect(result.ackAll).toBe(false);
    expect(queue.lines.join('\n')).toContain('MAIL_FROM');
    expect(await dump()).toEqual(before);
    expect(await value(deliveries, 'state')).toBe('owed');
  });
});

describe('with the settings of a local run', () => {
  const hosts = [
    'http://course.example.org',
    'https://localhost.example.org',
    'http://192.168.0.7:8787',
  ];

  it.each(hosts)('nobody is served who asks for %s', async (host) => {
    await signUpByForm(visitor(), 'ana@example.org');
    const anyone = visitor({}, host);
    const before = await dump();
    for (const [method, path] of DOORS) {
      const { given: response, lines } = await withConsole(() => knock(anyone, method, path));
      expect(response.status, path).toBe(503);
      expect(await response.text(), path).not.toMatch(/BASE_URL|ana@example/);
      expect(lines.join('\n'), path).toContain('BASE_URL');
    }
    expect(await dump()).toEqual(before);
    const health = await anyone.get('/healthz');
    expect(health.status).toBe(503);
    expect(await health.text()).toContain('BASE_URL');
  });

  it.each([
    'http://localhost:8787',
    'http://127.0.0.1:8787',
    'http://[::1]:8787',
    'http://localhost',
  ])('everybody on this machine is, at %s', async (host) => {
    expect((await visitor({}, host).get('/')).status).toBe(200);
    expect((await visitor({}, host).get('/healthz')).status).toBe(200);
  });
});

describe('with the settings of production', () => {
  it('people are served, whatever host the platform passes on', async () => {
    for (const host of [PRODUCTION.BASE_URL, 'https://in-the-room.example.workers.dev']) {
      const anyone = visitor(PRODUCTION, host);
      expect((await anyone.get('/')).status).toBe(200);
      expect((await anyone.get('/healthz')).status).toBe(200);
    }
  });

  it('there is no mailbox and no clock to move', async () => {
    const anyone = production({});
    await put(mailbox, { batchKey: 'k', position: 0, at: 0, mail: '{}' });
    const before = await dump();
    for (const path of ['/mailbox', '/mailbox?mail=1', '/mailbox.json']) {
      expect((await anyone.get(path)).status, path).toBe(404);
    }
    expect((await anyone.get('/clock')).status).toBe(404);
    expect((await anyone.postJson('/clock', { advance: 'P7D' })).status).toBe(404);
    expect((await anyone.post('/clock', { advance: 'P7D' })).status).toBe(404);
    expect((await anyone.postRaw('/clock', '{', 'application/json')).status).toBe(404);
    expect(await dump()).toEqual(before);
  });

  it('a clock that was moved on a local run does not move production’s', async () => {
    await visitor().pass(100 * 86_400);
    const { clock } = await production({}).context();
    expect(Math.abs(clock.now() - Date.now() / 1000)).toBeLessThan(5);
  });
});

describe('with MAILER=resend on this machine', () => {
  it('there is no mailbox, but a clock', async () => {
    const anyone = visitor({ MAILER: 'resend', RESEND_BASE_URL: 'http://localhost:9' });
    expect((await anyone.get('/mailbox')).status).toBe(404);
    expect((await anyone.get('/mailbox.json')).status).toBe(404);
    expect((await anyone.postJson('/clock', { advance: 'PT1H' })).status).toBe(200);
  });

  it('with CLOCK=real there is a mailbox, but no clock', async () => {
    const anyone = visitor({ CLOCK: 'real' });
    expect((await anyone.get('/mailbox')).status).toBe(200);
    expect((await anyone.postJson('/clock', { advance: 'PT1H' })).status).toBe(404);
  });
});
