import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unstable_readConfig } from 'wrangler';
import {
  type BuiltConfig,
  buildProblems,
  exampleValues,
  missingSecrets,
  settingProblems,
} from '../../src/cli/deploy.ts';
import { ROOT } from '../../src/cli/local.ts';

const command = join(ROOT, 'src/cli/deploy.ts');
let outDir: string;
let printed: string;
let built: BuiltConfig;

beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'in-the-room-deploy-'));
  const args = [command, '--dry-run', '--out-dir', outDir];
  // Whatever the shell was left with, it is production that is built.
  const env = { ...process.env, CLOUDFLARE_ENV: 'staging', IN_THE_ROOM_URL: 'http://localhost:1' };
  ({ stdout: printed } = await promisify(execFile)(process.execPath, args, { cwd: ROOT, env }));
  built = JSON.parse(await readFile(join(outDir, 'in_the_room/wrangler.json'), 'utf8'));
});

afterAll(() => rm(outDir, { recursive: true, force: true }));

/** What production would be with the operator's own values. */
function filledIn(change: (config: BuiltConfig) => void = () => {}): BuiltConfig {
  const config: BuiltConfig = structuredClone(built);
  config.vars = {
    ...config.vars,
    BASE_URL: 'https://course.willow-institute.org',
    MAIL_FROM: 'In the Room <lessons@course.willow-institute.org>',
    MAIL_REPLY_TO: 'hello@willow-institute.org',
    POSTAL_ADDRESS: 'Willow Institute, 12 Harbor Road, Portland, ME 04101',
  };
  config.routes = [{ pattern: 'course.willow-institute.org' }];
  config.d1_databases = [{ binding: 'DB', database_id: '6d1b7a8e-93f4-4c0f-9d1c-0a9f3f0c5a11' }];
  change(config);
  return config;
}

describe('a dry run of the deploy', () => {
  test('shows the database, both queues and the rate limit of production', () => {
    expect(printed).toMatch(/env\.DB \(in-the-room-production\) +D1 Database/);
    expect(printed).toMatch(/env\.PROMPT_QUEUE \(in-the-room-production-prompt\) +Queue/);
    expect(printed).toMatch(/env\.LESSON_QUEUE \(in-the-room-production-lesson\) +Queue/);
    expect(printed).toMatch(/env\.SIGNUP_LIMIT \(10 requests\/60s\) +Rate Limit/);
  });

  test('has no module that asks for an address of its own, which a Worker’s modules have not', async () => {
    const files = await readdir(join(outDir, 'in_the_room'), { recursive: true });
    const scripts = files.filter((file) => file.endsWith('.js'));
    expect(scripts.some((file) => /\bpdf-/.test(file))).toBe(true);
    for (const file of scripts) {
      const code = await readFile(join(outDir, 'in_the_room', file), 'utf8');
      expect([file, code.includes('import.meta.url')]).toEqual([file, false]);
    }
  });

  test('signs badges by a chunk of its own of at most 70 KB, with nothing in it that could fetch', async () => {
    const assets = join(outDir, 'in_the_room/assets');
    const [chunk = '', ...more] = (await readdir(assets)).filter((file) =>
      /^sign-.*\.js$/.test(file),
    );
    expect(more).toEqual([]);
    const code = await readFile(join(assets, chunk), 'utf8');
    expect(code).toContain('eddsa-rdfc-2022');
    expect(gzipSync(code).byteLength).toBeLessThan(70_000);
    expect(code).not.toMatch(/\bundici\b|(?<![\w$])fetch\(|\bhttps?\.(get|request)\(/);
  });

  test('shows that mail goes out through Resend, by the real clock', () => {
    expect(printed).toMatch(/env\.MAILER \("resend"\)/);
    expect(printed).toMatch(/env\.CLOCK \("real"\)/);
    // The modules above it have names of their own.
    const [, settings = ''] = printed.split('Your Worker has access to the following bindings:');
    expect(settings).toContain('env.MAILER');
    expect(settings).not.toMatch(/mailbox|movable|localhost/);
  });

  test('names whatever the operator still has to fill in before a real deploy', () => {
    for (const line of exampleValues(built)) expect(printed).toContain(`  - ${line}\n`);
  });

  test('uploads nothing', () => {
    expect(printed).toContain('--dry-run: exiting now.');
  });
});

describe('what is built for production', () => {
  test('is fit to be deployed once the examples are filled in', () => {
    const config = filledIn();
    expect([...buildProblems(config), ...settingProblems(config)]).toEqual([]);
    expect(exampleValues(config)).toEqual([]);
  });

  test('has every picture that a mail ever loaded, to be kept for a year by whoever loads it', async () => {
    const served = join(outDir, 'client');
    const kept = await readdir(join(ROOT, 'public/drawings'));
    expect(kept.length).toBeGreaterThan(9);
    expect(await readdir(join(served, 'drawings'))).toEqual(kept);
    const headers = await readFile(join(served, '_headers'), 'utf8');
    expect(headers).toMatch(
      /^\/drawings\/\*\n {2}Cache-Control: public, max-age=31536000, immutable$/m,
    );
  });

  test('has its own queues, each with a dead-letter queue, and its own rate limit', () => {
    const local = unstable_readConfig({ config: join(ROOT, 'wrangler.toml') });
    const names = (config: BuiltConfig) =>
      config.queues?.consumers?.flatMap(({ queue, dead_letter_queue: dead }) => [queue, dead]) ??
      [];
    expect(new Set(names(built)).size).toBe(4);
    expect(names(built)).not.toContain(undefined);
    const shared = names(local as BuiltConfig).filter((name) => names(built).includes(name));
    expect(shared).toEqual([]);
    expect(built.ratelimits).not.toEqual(local.ratelimits);
  });

  test('keeps the addresses of requests, and so the links in mails, out of the logs', () => {
    expect(built).toMatchObject({
      observability: { enabled: true, logs: { invocation_logs: false } },
    });
  });

  test('asks for pages of others as anybody would, or is refused', () => {
    expect(built.compatibility_flags).toContain('global_fetch_strictly_public');
    const without = filledIn((config) => {
      config.compatibility_flags = [];
    });
    expect(buildProblems(without)).toEqual([
      expect.stringContaining('compatibility_flags: must hold global_fetch_strictly_public'),
    ]);
  });

  test('answers on no second address', () => {
    expect(built).toMatchObject({ workers_dev: false, preview_urls: false });
  });
});

describe('a deploy is refused', () => {
  test('for a plain build, because that holds the local settings', () => {
    const plain = unstable_readConfig({ config: join(ROOT, 'wrangler.toml') }) as BuiltConfig;
    expect(buildProblems(plain)).toEqual(
      expect.arrayContaining([
        'CLOUDFLARE_ENV: was not set at build time, must be production',
        'MAILER: is mailbox, must be resend',
        'CLOCK: is movable, must be real',
      ]),
    );
  });

  test('while an example stands, each by its name', () => {
    const config: BuiltConfig = {
      vars: {
        BASE_URL: 'https://course.example.org',
        MAILER: 'resend',
        MAIL_FROM: 'In the Room <lessons@course.example.org>',
        POSTAL_ADDRESS: 'In the Room, 1 Example Street, Exampletown',
      },
      routes: [{ pattern: 'course.example.org' }],
      d1_databases: [{ binding: 'DB', database_id: '00000000-0000-0000-0000-000000000000' }],
    };
    expect(exampleValues(config).map((line) => line.split(':')[0])).toEqual([
      'BASE_URL',
      'MAIL_FROM',
      'POSTAL_ADDRESS',
      'routes',
      'database_id',
    ]);
    expect(exampleValues({ d1_databases: [{ binding: 'DB' }] })).toEqual(['database_id: not set']);
  });

  test.each<[string, (config: BuiltConfig) => void]>([
    ['DB', (config) => (config.d1_databases = [])],
    ['PROMPT_QUEUE', (config) => config.queues?.producers?.shift()],
    ['LESSON_QUEUE', (config) => config.queues?.consumers?.pop()],
    ['PROMPT_QUEUE', (config) => delete config.queues?.consumers?.[0]?.dead_letter_queue],
    ['SIGNUP_LIMIT', (config) => delete config.ratelimits],
    ['triggers', (config) => (config.triggers = { crons: ['0 * * * *'] })],
    ['OPERATOR_TOKEN', (config) => config.secrets?.required?.pop()],
    ['LOG_KEY', (config) => Object.assign(config.vars ?? {}, { LOG_KEY: 'in plain sight' })],
    ['HASH_KEY', (config) => Object.assign(config.vars ?? {}, { HASH_KEY: 'in plain sight' })],
    ['invocation_logs', (config) => delete config.observability?.logs],
    ['invocation_logs', (config) => delete config.observability],
    ['invocation_logs', (config) => (config.observability = { logs: { invocation_logs: true } })],
    ['workers_dev', (config) => delete config.workers_dev],
    ['workers_dev', (config) => (config.workers_dev = true)],
    ['preview_urls', (config) => delete config.preview_urls],
    ['preview_urls', (config) => (config.preview_urls = true)],
    ['routes', (config) => (config.routes = ['elsewhere.willow-institute.org/*'])],
  ])('naming %s, when that is missing or out of place', (name, change) => {
    expect(buildProblems(filledIn(change))).toEqual([expect.stringMatching(`^${name}: `)]);
  });

  test.each([
    ['BASE_URL', 'http://course.willow-institute.org'],
    ['MAIL_FROM', 'lessons at willow'],
    ['POSTAL_ADDRESS', ''],
    ['DAILY_CAP', 'a few'],
  ])('for a %s with which the Worker would send nothing', (name, value) => {
    const config = filledIn(({ vars }) => Object.assign(vars ?? {}, { [name]: value }));
    expect(settingProblems(config)).toEqual([expect.stringMatching(`^${name}: `)]);
  });

  test('until every secret is set, naming those that are not', () => {
    const listed = '[\n  {\n    "name": "SIGNING_KEYS",\n    "type": "secret_text"\n  }\n]';
    const missing = missingSecrets(listed);
    expect(missing).toContain('RESEND_API_KEY');
    expect(missing).not.toContain('SIGNING_KEYS');
    expect(missingSecrets('[]')).toEqual(
      expect.arrayContaining([
        'RESEND_API_KEY',
        'RESEND_WEBHOOK_SECRET',
        'SIGNING_KEYS',
        'HASH_KEY',
        'LOG_KEY',
        'OPERATOR_TOKEN',
      ]),
    );
  });
});
