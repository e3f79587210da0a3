import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { writeAnswers } from '../../src/cli/answers.ts';
import { SECRETS } from '../../src/cli/deploy.ts';
import { ROOT } from '../../src/cli/local.ts';
import { type Hands, ownHands } from '../../src/cli/setup/hands.ts';
import * as plan from '../../src/cli/setup/plan.ts';
import { type Options, setUp } from '../../src/cli/setup/run.ts';
import { HOST, type Platforms, startPlatforms } from './fake-platforms.ts';

const ANSWERS = {
  host: HOST,
  from: `In the Room <lessons@${HOST}>`,
  replyTo: 'hello@willow-institute.org',
  postalAddress: 'Willow Institute, 12 Harbor Road, Portland, ME 04101',
  data: 'eu',
} as const;

let platforms: Platforms;
let folder: string;
let said: string[];

async function begin(zonePlan = 'pro'): Promise<void> {
  platforms = await startPlatforms(zonePlan);
  folder = await mkdtemp(join(tmpdir(), 'in-the-room-setup-'));
  said = [];
  await writeFile(join(folder, 'setup.local.yaml'), writeAnswers(ANSWERS));
}

async function end(): Promise<void> {
  platforms.close();
  await rm(folder, { recursive: true, force: true });
}

afterEach(end);

type Fault = { at: number; when: 'before' | 'after'; how: 'power' | 'error' };

/** Set-up’s own hands, on the fakes; the call with the number of a fault fails. */
function handsOn(fault?: Fault): { hands: Hands; calls: () => number } {
  const own = ownHands({ resend: 're_full', cloudflare: 'cf-pasted' }, () => undefined, {
    folder,
    cloudflareUrl: platforms.cloudflareUrl,
    resendUrl: platforms.resendUrl,
  });
  const hands: Hands = {
    ...own,
    wrangler: (args) => platforms.wrangler(args, folder),
    course: async (_, method, path, body, token) => platforms.course(method, path, token, body),
    build: async () => ({
      path: 'dist/wrangler.json',
      config: {
        vars: { BASE_URL: 'http://127.0.0.1:9' },
        d1_databases: [{ binding: 'DB', database_id: 'd1' }],
      },
    }),
    wait: async () => platforms.goBy(),
    resolves: async () => false,
  };
  let calls = 0;
  let dead = false;
  const failing = Object.fromEntries(
    Object.entries(hands).map(([name, call]) => {
      if (name === 'random') return [name, call];
      const wrapped = async (...args: unknown[]) => {
        // After a power cut nothing more is done, whatever still asks for it.
        if (dead) throw new Error('the power is gone');
        calls += 1;
        const hit = calls === fault?.at;
        dead = hit && fault?.how === 'power';
        if (hit && fault?.when === 'before') throw new Error('it fails');
        const answer = await (call as (...given: unknown[]) => unknown)(...args);
        if (hit) throw new Error('it fails');
        return answer;
      };
      return [name, wrapped];
    }),
  ) as unknown as Hands;
  return { hands: failing, calls: () => calls };
}

async function go(options: Partial<Options> = {}, fault?: Fault, answer: boolean | null = true) {
  const { hands, calls } = handsOn(fault);
  const person = { say: (line: string) => void said.push(line), ask: async () => answer };
  const all = {
    check: false,
    token: true,
    resend: true,
    kept: false,
    version: '0.2.0',
    ...options,
  };
  const ended = await setUp(hands, person, all).catch((error: Error) => error);
  return { ended, calls: calls() };
}

/** What stands at the end, without what chance gave it. */
function standing() {
  const { state } = platforms;
  return {
    databases: state.databases.map(({ uuid: _, ...rest }) => rest),
    queues: state.queues,
    domains: state.domains.map(({ id: _, ...rest }) => rest),
    keys: state.keys.map(({ name }) => name),
    webhooks: state.webhooks.map(({ endpoint, events, status }) => ({ endpoint, events, status })),
    dns: state.dns,
    rules: state.rulesets.map(({ rules }) => rules),
    secrets: Object.keys(state.secrets ?? {}).sort(),
    migrated: state.migrated,
    learner: state.learner,
  };
}

/** Whatever was made goes with the rest: the key that lives is the Worker’s, and so is the webhook’s secret. */
function expectMatching() {
  const { secrets, keys, webhooks, uploads } = platforms.state;
  expect(secrets?.RESEND_API_KEY).toBe(keys[0]?.token);
  expect(secrets?.RESEND_WEBHOOK_SECRET).toBe(webhooks[0]?.signing_secret);
  expect(Object.values(uploads)).toEqual(SECRETS.map(() => 1));
}

const files = async () =>
  (await readdir(folder, { recursive: true })).filter((name) => /secret|upload/.test(name));

describe('set-up, from two empty accounts', () => {
  test('makes everything, waits for Resend and for a person, and reads back that lesson 1 was delivered', async () => {
    await begin();
    expect((await go()).ended).toBe('done');
    expect(standing()).toMatchObject({
      databases: [{ name: 'in-the-room-production', jurisdiction: 'eu' }],
      queues: ['prompt', 'lesson', 'prompt-dead', 'lesson-dead'].map(
        (name) => `in-the-room-production-${name}`,
      ),
      domains: [
        {
          name: HOST,
          region: 'eu-west-1',
          open_tracking: false,
          click_tracking: false,
          status: 'verified',
        },
      ],
      keys: [plan.keyName(HOST)],
      webhooks: [{ endpoint: `https://${HOST}/webhooks/resend`, events: plan.EVENTS }],
      dns: [
        { type: 'MX', name: `send.${HOST}`, priority: 10 },
        { type: 'TXT', name: `send.${HOST}`, content: '"v=spf1 include:amazonses.com ~all"' },
        { type: 'TXT', name: `resend._domainkey.${HOST}` },
        {
          type: 'TXT',
          name: `_dmarc.${HOST}`,
          content: '"v=DMARC1; p=none; rua=mailto:hello@willow-institute.org"',
        },
      ],
      secrets: [...SECRETS].sort(),
      learner: { confirmed: true, lesson: 'delivered' },
    });
    expect(platforms.state).toMatchObject({
      operators: ['hello@willow-institute.org'],
      entries: 1,
    });
    expectMatching();
    expect(await files()).toEqual([]);
  });

  test('changes nothing when it runs again', async () => {
    await begin();
    await go();
    const before = structuredClone(platforms.state);
    expect((await go()).ended).toBe('done');
    const { calls: _, ...after } = platforms.state;
    const { calls: __, ...was } = before;
    expect(after).toEqual(was);
    const changes = platforms.state.calls
      .slice(before.calls.length)
      .filter((call) => /^(POST|PUT|PATCH|DELETE)|create|apply|deploy/.test(call));
    expect(changes).toEqual([]);
  });

  test('with --check says what is missing, and changes nothing', async () => {
    await begin();
    const empty = structuredClone({ ...platforms.state, calls: [] });
    expect((await go({ check: true })).ended).toBe('missing');
    expect({ ...platforms.state, calls: [] }).toEqual(empty);
    expect(said.join('\n')).toMatch(/· Database +the database in-the-room-production, in the EU/);
    expect(await files()).toEqual([]);
  });

  test('with --check and without a key of Resend’s says what it can, and of the rest that nobody looked', async () => {
    await begin();
    await go();
    const asked = platforms.state.calls.length;
    said.length = 0;
    expect((await go({ check: true, resend: false })).ended).toBe('missing');
    const lines = said.join('\n');
    expect(lines).toMatch(/! Mail domain +was not looked at: export RESEND_FULL_KEY/);
    expect(lines).toMatch(/✓ Sending key +the Worker has one/);
    expect(lines).toMatch(/✓ Secrets/);
    expect(lines).toMatch(/✓ Deploy/);
    expect(lines).toMatch(/✓ Health/);
    expect(platforms.state.calls.slice(asked).join('\n')).not.toMatch(
      /domains|api-keys|webhooks$/m,
    );
  });

  test('puts no secret into an argument, what it says, or the answers', async () => {
    await begin();
    await go({}, undefined, false);
    const kept = JSON.parse(await readFile(join(folder, '.setup/secrets.json'), 'utf8'));
    expect((await stat(join(folder, '.setup/secrets.json'))).mode & 0o777).toBe(0o600);
    const shown = [
      ...said,
      ...platforms.state.calls,
      await readFile(join(folder, 'setup.local.yaml'), 'utf8'),
    ].join('\n');
    for (const secret of [...Object.values<string>(kept), 're_full', 'cf-pasted'])
      expect(shown).not.toContain(secret);
    expect(Object.keys(kept).sort()).toEqual([...SECRETS].sort());
  });

  test('keeps the secrets on this machine until somebody says that they are in a password manager', async () => {
    await begin();
    expect((await go({}, undefined, null)).ended).toBe('missing');
    expect(await files()).toEqual(['.setup/secrets.json']);
    expect((await go({ kept: true }, undefined, null)).ended).toBe('done');
    expect(await files()).toEqual([]);
    expectMatching();
  });
});

describe('a power cut or an error at any call, before or after its effect', () => {
  test('leaves what another run completes, the same, with nothing made twice', async () => {
    await begin();
    const { calls } = await go();
    const whole = standing();
    await end();
    expect(calls).toBeGreaterThan(100);
    for (let at = 1; at <= calls; at += 1) {
      for (const fault of [
        { at, when: 'before', how: 'power' },
        { at, when: 'after', how: 'power' },
        { at, when: 'before', how: 'error' },
        { at, when: 'after', how: 'error' },
      ] as const) {
        const what = `call ${at}, ${fault.how} ${fault.when}`;
        await begin();
        // An error while the answer is only looked at may end nothing; a power cut ends everything.
        const { ended } = await go({}, fault);
        if (fault.how === 'power') expect(ended, what).toBeInstanceOf(Error);
        const again = await go();
        expect(again.ended, `${what}: ${said.join('\n')}`).toBe('done');
        expect(standing(), what).toEqual(whole);
        expectMatching();
        expect(await files(), what).toEqual([]);
        await end();
      }
    }
    await begin();
  }, 240_000);
});

/** Set-up in a process of its own, with a Wrangler on disk; the power goes where `cut` says so. */
async function runAlone(
  cut: ((call: string) => boolean) | null,
): Promise<{ printed: string; signal: string | null }> {
  const wrangler = join(folder, 'wrangler');
  const program = `#!${process.execPath}
const args = process.argv.slice(2);
fetch('${platforms.controlUrl}/wrangler', { method: 'POST', body: JSON.stringify({ args, folder: '${folder}' }) })
  .then((answer) => answer.json())
  .then(({ printed, code }) => { process.stdout.write(printed + '\\n'); process.exitCode = code; }, () => { process.exitCode = 1; });
`;
  await writeFile(wrangler, program, { mode: 0o755 });
  const child = spawn(
    process.execPath,
    [
      ...[join(ROOT, 'test/deploy/setup-in-a-process.ts'), folder],
      ...[platforms.cloudflareUrl, platforms.resendUrl, wrangler, platforms.controlUrl],
    ],
    { env: { ...process.env, RESEND_FULL_KEY: 're_full', CLOUDFLARE_SETUP_TOKEN: 'cf-pasted' } },
  );
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
  }
  platforms.told.call = (call) => void (cut?.(call) && child.kill('SIGKILL'));
  const signal = await new Promise<string | null>((done) => child.on('close', (_, by) => done(by)));
  platforms.told.call = () => {};
  return { printed, signal };
}

/** For whoever wants to read what set-up prints: SETUP_PRINTED names a folder. */
const show = async (name: string, text: string) => {
  const { SETUP_PRINTED } = process.env;
  if (SETUP_PRINTED) await writeFile(join(SETUP_PRINTED, `${name}.txt`), text);
};

describe('set-up as a process, with a Wrangler of its own', () => {
  test('prints each thing that it makes, and no secret', async () => {
    await begin();
    const { printed } = await runAlone(null);
    await show('whole', printed);
    expect(printed).toMatch(/\+ Database[\s\S]+✓ First lesson +lesson 1 was delivered[\s\S]+done/);
    for (const secret of Object.values(platforms.state.secrets ?? {}))
      expect(printed).not.toContain(secret);
    expectMatching();
  });

  test.each([
    ['a database was made', 'wrangler d1 create'],
    ['a key was made that nobody has seen', 'POST /api-keys'],
    ['migrations were applied', 'wrangler d1 migrations apply'],
    ['the course and its secrets were uploaded', 'wrangler deploy'],
    ['the first learner signed up', 'POST /signup'],
  ])('killed when %s, it goes on from there', async (name, call) => {
    await begin();
    const cut = await runAlone((each) => each.startsWith(call));
    expect(cut.signal).toBe('SIGKILL');
    const again = await runAlone(null);
    await show(
      `power cut when ${name}`,
      `${cut.printed}\n  (the power is cut)\n\n  npm run setup\n\n${again.printed}`,
    );
    expect(again.printed).toMatch(/✓ First lesson[\s\S]+done/);
    expect(standing()).toMatchObject({
      databases: [{}],
      keys: [plan.keyName(HOST)],
      learner: { lesson: 'delivered' },
    });
    expect(platforms.state.signups).toBe(1);
    expectMatching();
    expect(await files()).toEqual([]);
  });
});

describe('what stands already', () => {
  test('is never written over: another DNS record stops set-up, and both are shown', async () => {
    await begin();
    const mine = {
      type: 'TXT',
      name: `send.${HOST}`,
      content: '"v=spf1 include:other.example -all"',
    };
    platforms.state.dns.push(mine);
    expect(String((await go()).ended)).toContain('Set-up stopped there');
    expect(platforms.state.dns).toContainEqual(mine);
    expect(said.join('\n')).toMatch(/stands .*other\.example[\s\S]*wanted .*amazonses/);
    expect(platforms.state.secrets).toBeNull();
  });

  test('at the host stops set-up, because the deploy would take its place', async () => {
    await begin();
    platforms.state.dns.push({ type: 'CNAME', name: HOST, content: 'shop.example' });
    expect(String((await go()).ended)).toContain('Set-up stopped there');
    expect(said.join('\n')).toContain('Something else stands at');
  });

  test('of DMARC is left alone, also where it is the zone’s', async () => {
    await begin();
    platforms.state.dns.push({
      type: 'TXT',
      name: '_dmarc.willow-institute.org',
      content: '"v=DMARC1; p=reject"',
    });
    expect((await go()).ended).toBe('done');
    expect(platforms.state.dns.filter(({ name }) => name.startsWith('_dmarc'))).toHaveLength(1);
  });

  test('of the zone’s rules stays, and the new one comes beside it', async () => {
    await begin();
    platforms.state.rulesets.push({ id: 'r1', rules: [{ action: 'block', expression: 'mine' }] });
    await go();
    expect(platforms.state.rulesets[0]?.rules.map(({ action }) => action)).toEqual([
      'block',
      'skip',
    ]);
  });

  test('as a course whose HASH_KEY is nowhere gets no other one', async () => {
    await begin();
    await go();
    platforms.state.secrets = null;
    expect(String((await go()).ended)).toContain('Set-up stopped there');
    expect(said.at(-1)).toContain('HASH_KEY is nowhere here');
    expect(platforms.state.secrets).toBeNull();
  });
});

test('a webhook that somebody deleted is made again, and the course gets its new secret', async () => {
  await begin();
  await go();
  const { HASH_KEY } = platforms.state.secrets ?? {};
  platforms.state.webhooks = [];
  expect((await go()).ended).toBe('done');
  expect(platforms.state.secrets?.RESEND_WEBHOOK_SECRET).toBe(
    platforms.state.webhooks[0]?.signing_secret,
  );
  expect(platforms.state.secrets?.HASH_KEY).toBe(HASH_KEY);
  expect(await files()).toEqual([]);
});

test('an answer that cannot be is said in two lines, and nothing is written', async () => {
  await begin();
  const args = ['--check', '--host', 'https://course.willow-institute.org'];
  const child = spawn(process.execPath, [join(ROOT, 'src/cli/setup.ts'), ...args]);
  let printed = '';
  child.stderr.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  expect(await new Promise((done) => child.on('close', done))).toBe(1);
  expect(printed.trim().split('\n')).toEqual([
    'setup.local.yaml: host: expected a host such as course.example.org, without https://',
    'Mend it in that file, and run the command again.',
  ]);
});

describe('on a free zone', () => {
  test.each([
    [true, false, 'done'],
    [false, true, 'missing'],
    [null, true, 'missing'],
  ])('Bot Fight Mode is turned off only by a yes (%s)', async (answer, stays, ending) => {
    await begin('free');
    platforms.state.fightMode = true;
    expect((await go({ kept: true }, undefined, answer)).ended).toBe(ending);
    expect(platforms.state.fightMode).toBe(stays);
  });
});

test('on the free plan of Workers, the refused upload is said in words', async () => {
  await begin();
  platforms.state.paid = false;
  expect(String((await go()).ended)).toMatch(/free plan.+Choose Workers Paid/);
  platforms.state.paid = true;
  expect((await go()).ended).toBe('done');
  expectMatching();
});

test('without a token, set-up prints what it would have done, and touches neither DNS nor bots', async () => {
  await begin();
  await go({ token: false, check: true });
  expect(platforms.state.calls.filter((call) => call.includes('/zones'))).toEqual([]);
  expect(said.join('\n')).toContain(plan.spared(HOST));
});
