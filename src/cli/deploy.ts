/**
 * `npm run deploy`: builds for production, checks what was built, says what it will change for whom, and
 * uploads it. With `--dry-run` it stops there, and needs neither an account nor secrets.
 */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { type SQLWrapper, sql } from 'drizzle-orm';
import { SQLiteSyncDialect } from 'drizzle-orm/sqlite-core';
import { build as viteBuild } from './build.ts';
import { pendingMigrations, runningVersion, whatChanges } from './changes.ts';
import { builtMails, mailsIn, type RunningCourse, runningCourse } from './course-mails.ts';
import { builtEdition, consequences, type Frozen, followed, stopping } from './edition.ts';
import { main, ROOT, run, say } from './local.ts';
import { connect } from './operator.ts';

/** What of a built wrangler.json the checks look at. */
export interface BuiltConfig {
  name?: string;
  targetEnvironment?: string;
  vars?: Record<string, unknown>;
  secrets?: { required?: string[] };
  routes?: (string | { pattern: string })[];
  triggers?: { crons?: string[] };
  compatibility_flags?: string[];
  d1_databases?: { binding: string; database_id?: string }[];
  queues?: {
    producers?: { binding: string; queue?: string }[];
    consumers?: { queue: string; dead_letter_queue?: string }[];
  };
  ratelimits?: { name: string }[];
  workers_dev?: boolean;
  preview_urls?: boolean;
  observability?: { logs?: { invocation_logs?: boolean } };
}

const ENVIRONMENT = 'production';
const QUEUES = ['PROMPT_QUEUE', 'LESSON_QUEUE'];

/** The Worker's own settings. By address: its types are not these commands' types. */
const env: {
  SECRETS: Record<string, 'text' | 'whsec_…' | 'id:secret'>;
  settingProblems(env: Record<string, unknown>): string[];
} = await import(new URL('../env.ts', import.meta.url).href);
const { adoptions }: { adoptions: SQLWrapper & { endedAt: SQLWrapper } } = await import(
  new URL('../db/credit.ts', import.meta.url).href
);
/** Every secret that production cannot do without. */
export const SECRETS = Object.keys(env.SECRETS);

/** Addresses that belong to nobody (RFC 2606), and the other examples of wrangler.toml. */
const EXAMPLE = /\bexample\.(com|net|org)\b|\.example\b|Example Street|^0{8}-0{4}/;

/**
 * What is wrong with a build that is meant for production, one sentence each, beginning with the name
 * of what is at fault. A plain `vite build` holds the local settings, and Wrangler uploads those without
 * a word even when it is told `--env production`.
 */
export function buildProblems(config: BuiltConfig): string[] {
  const problems: string[] = [];
  const must = (ok: boolean, problem: string) => {
    if (!ok) problems.push(problem);
  };
  const { vars = {}, queues = {} } = config;
  must(
    config.targetEnvironment === ENVIRONMENT,
    `CLOUDFLARE_ENV: was ${said(config.targetEnvironment)} at build time, must be ${ENVIRONMENT}`,
  );
  must(vars.MAILER === 'resend', `MAILER: is ${said(vars.MAILER)}, must be resend`);
  must(vars.CLOCK === 'real', `CLOCK: is ${said(vars.CLOCK)}, must be real`);

  must(
    config.d1_databases?.some(({ binding }) => binding === 'DB') === true,
    'DB: no database is bound',
  );
  for (const binding of QUEUES) {
    const queue = queues.producers?.find((producer) => producer.binding === binding)?.queue;
    const consumer = queues.consumers?.find((candidate) => candidate.queue === queue);
    must(queue !== undefined, `${binding}: no queue is bound`);
    must(queue === undefined || consumer !== undefined, `${binding}: nothing consumes ${queue}`);
    must(
      consumer === undefined || consumer.dead_letter_queue !== undefined,
      `${binding}: ${queue} has no dead-letter queue`,
    );
  }
  must(
    config.ratelimits?.some(({ name }) => name === 'SIGNUP_LIMIT') === true,
    'SIGNUP_LIMIT: no rate limit is bound',
  );
  must(
    config.triggers?.crons?.includes('* * * * *') === true,
    'triggers: no cron runs every minute',
  );
  must(
    config.compatibility_flags?.includes('global_fetch_strictly_public') === true,
    'compatibility_flags: must hold global_fetch_strictly_public, or a look at a provider’s page could reach behind a site of yours',
  );
  must(
    config.observability?.logs?.invocation_logs === false,
    'invocation_logs: must be false, or the logs hold the address of each request, and so personal links',
  );
  for (const name of ['workers_dev', 'preview_urls'] as const) {
    must(
      config[name] === false,
      `${name}: must be false, or the course answers at an address that BASE_URL does not know`,
    );
  }
  for (const name of SECRETS) {
    must(
      config.secrets?.required?.includes(name) === true,
      `${name}: is not among the required secrets`,
    );
    must(!(name in vars), `${name}: is a secret and must not stand among the vars`);
  }

  const host = URL.parse(String(vars.BASE_URL))?.host;
  const patterns = (config.routes ?? []).map((route) =>
    typeof route === 'string' ? route : route.pattern,
  );
  must(
    patterns.some((pattern) => pattern.replace(/\/.*$/, '') === host),
    'routes: none is the host of BASE_URL, so nobody would reach the course there',
  );
  return problems;
}

/** The settings that still hold the examples of wrangler.toml, each with its value. */
export function exampleValues(config: BuiltConfig): string[] {
  const values: [string, unknown][] = [
    ...Object.entries(config.vars ?? {}),
    ...(config.routes ?? []).map((route): [string, unknown] => [
      'routes',
      typeof route === 'string' ? route : route.pattern,
    ]),
    ...(config.d1_databases ?? []).map((database): [string, unknown] => [
      'database_id',
      database.database_id ?? '',
    ]),
  ];
  return values
    .filter(([name, value]) => EXAMPLE.test(String(value)) || (name === 'database_id' && !value))
    .map(([name, value]) => `${name}: ${said(value)}`);
}

/**
 * The secrets that the deployed Worker lacks.
 *
 * @param listed what `wrangler secret list --format json` printed
 */
export function missingSecrets(listed: string): string[] {
  return SECRETS.filter((name) => !new RegExp(`"name":\\s*"${name}"`).test(listed));
}

function said(value: unknown): string {
  return value === undefined || value === '' ? 'not set' : String(value);
}

function refuse(problems: string[], heading: string): void {
  if (problems.length > 0) throw new Error([heading, ...problems].join('\n  - '));
}

/** Builds for production into `outDir` and returns the path of the built configuration. */
async function build(outDir: string): Promise<string> {
  // A build leaves word here for a bare `wrangler deploy`, which checks nothing. Ours leaves none.
  const redirect = join(ROOT, '.wrangler/deploy/config.json');
  const before = await readFile(redirect, 'utf8').catch(() => null);
  try {
    await viteBuild(['--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'], {
      CLOUDFLARE_ENV: ENVIRONMENT,
      IN_THE_ROOM_URL: '',
      IN_THE_ROOM_STATE: '',
    });
  } finally {
    if (before === null) await rm(redirect, { force: true });
    else await writeFile(redirect, before);
  }
  const built = (await readdir(outDir, { recursive: true })).filter((path) =>
    path.endsWith('wrangler.json'),
  );
  if (built.length !== 1) throw new Error(`expected one wrangler.json in ${outDir}, got ${built}`);
  return join(outDir, built[0] ?? '');
}

/**
 * What the Worker itself would find wrong with its settings, and then send nothing. Secrets, which nobody
 * can read back, have stand-ins.
 */
export function settingProblems(config: BuiltConfig): string[] {
  const key = 'a-stand-in-for-a-secret-of-production';
  const written = {
    text: key,
    'whsec_…': `whsec_${key.replaceAll('-', '')}`,
    'id:secret': `k1:${key}`,
  };
  const standIns = Object.entries(env.SECRETS).map(([name, how]) => [name, written[how]]);
  return env.settingProblems({ ...config.vars, ...Object.fromEntries(standIns) });
}

/** What a deploy asks of the world. */
export interface World {
  /** Runs Wrangler on the built configuration and returns what it printed. */
  wrangler(args: string[]): Promise<string>;
  say(text: string): void;
  /** Asks whoever sits at the terminal; null where nobody does, and then nothing is asked. */
  ask: ((question: string) => Promise<string>) | null;
  /** The mails of the course that runs; null where it was not asked. */
  mails(): Promise<RunningCourse | null>;
  /**
   * Has the course that runs look at the edition of these lessons, or keep it; null where it knows of no
   * editions yet.
   *
   * @throws Error where it could not be asked, with why
   */
  edition(look: boolean): Promise<Frozen | null>;
}

/**
 * Brings what was built to where it runs. Before anything changes, it says what will.
 *
 * @param options.secrets a JSON file with those that the Worker lacks: they go up with the version
 * @throws Error where something is missing, or where whoever was asked does not want it
 */
export async function bring(
  config: BuiltConfig,
  world: World,
  options: {
    dryRun: boolean;
    /** Goes on where a provider has adopted another text. */
    editionChanges?: boolean;
    secrets?: { file: string; names: string[] };
  },
): Promise<void> {
  const { wrangler, say, ask } = world;
  const show = async (args: string[]) => say(await wrangler(args));
  const examples = exampleValues(config);

  if (options.dryRun) {
    await show(['deploy', '--dry-run']);
    if (examples.length > 0) {
      say(['A real deploy will ask for these first:', ...examples].join('\n  - '));
    } else {
      say(await changes(config, world, await pending(world).catch(() => null)));
      const looked = await world.edition(true).catch(() => null);
      for (const line of looked ? consequences(looked) : []) say(line);
    }
    return;
  }

  refuse(examples, 'These are still examples. Answer for them with npm run setup:');
  say('Looking for the secrets …');
  const listed = await wrangler(['secret', 'list', '--format', 'json']).catch((error: unknown) => {
    // No such Worker yet, and so no secret: setting the first one creates it.
    if (/Worker ".*" not found/.test(String(error))) return '[]';
    throw error;
  });
  say(await changes(config, world, await pending(world)));
  const knowsEditions = await heldAgainstAdoptions(world, options.editionChanges === true);
  refuse(
    missingSecrets(listed)
      .filter((name) => !options.secrets?.names.includes(name))
      .map((name) => `npx wrangler secret put ${name} --env ${ENVIRONMENT}`),
    'Secrets are missing. Set each of them first:',
  );
  if (ask && !/^y(es)?$/i.test((await ask('\nGo on? (y/N) ')).trim())) {
    throw new Error('Nothing was changed.');
  }
  // Before the first mail with a new text: whoever gets it holds one that counts.
  if (knowsEditions) await keepEdition(world);
  say('Applying migrations …');
  await show(['d1', 'migrations', 'apply', 'DB', '--remote']);
  say('Uploading …');
  await show(['deploy', ...(options.secrets ? ['--secrets-file', options.secrets.file] : [])]);
  if (!knowsEditions) await keepEdition(world);
  say(`Deployed. How it is: curl ${config.vars?.BASE_URL}/healthz`);
}

/**
 * Says what these lessons are to those who adopted others, and stops where somebody must be asked first.
 *
 * @param goOn it stops for nobody
 * @returns whether the course that runs keeps editions
 * @throws Error where one must be asked, or where nobody knows
 */
async function heldAgainstAdoptions(world: World, goOn: boolean): Promise<boolean> {
  let looked: Frozen | null;
  try {
    looked = await world.edition(true);
  } catch (error) {
    if (!goOn && (await adoptionsRun(world))) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(
        `A provider has adopted lessons, and whether these are the same could not be asked: ${why}\nadd --edition-changes to go on without knowing.`,
      );
    }
    return false;
  }
  if (!looked) return false;
  for (const line of followed(looked.adoptions)) world.say(line);
  const stops = stopping(looked.adoptions);
  if (goOn) for (const line of stops) world.say(line);
  else {
    refuse(
      stops,
      'The lessons are not the ones that were adopted. Keep them (npm run credit -- freeze --remote) and have each provider accept them, or add --edition-changes:',
    );
  }
  return true;
}

/** Whether a provider gives credit for lessons that it adopted, by the database itself. */
async function adoptionsRun({ wrangler }: World): Promise<boolean> {
  const running = sql`SELECT count(*) AS running FROM ${adoptions} WHERE ${adoptions.endedAt} IS NULL`;
  const command = new SQLiteSyncDialect().sqlToQuery(running).sql;
  const target = ['d1', 'execute', 'DB', '--remote', '--json', '--command', command];
  // A database without the table has no adoption.
  const said = await wrangler(target).catch(() => '');
  return /"running":\s*[1-9]/.test(said);
}

/** Keeps the lessons as an edition, and has adoptions follow what is a correction. */
async function keepEdition({ edition, say }: World): Promise<void> {
  try {
    const frozen = await edition(false);
    if (frozen?.isNew) say(`The lessons are kept as the edition ${frozen.hash}.`);
    if (frozen) return;
  } catch {}
  say('The lessons are not kept as an edition yet: npm run credit -- freeze --remote');
}

async function pending({ wrangler }: World): Promise<string[]> {
  return pendingMigrations(await wrangler(['d1', 'migrations', 'list', 'DB', '--remote']));
}

async function changes(
  config: BuiltConfig,
  { mails }: World,
  migrations: string[] | null,
): Promise<string> {
  const [changelog = '', settings = ''] = await Promise.all(
    ['CHANGELOG.md', 'package.json'].map((file) => readFile(join(ROOT, file), 'utf8')),
  );
  const { version } = JSON.parse(settings) as { version: string };
  const running = await runningVersion(String(config.vars?.BASE_URL));
  const before = running.kind === 'nobody' ? null : await mails();
  const words =
    running.kind === 'nobody' ? [] : [mailsIn(before, before === null ? [] : await builtMails())];
  return `\n${[whatChanges(running, version, changelog, migrations), ...words].join('\n\n')}\n`;
}

/** Asks at the terminal, where somebody sits there to answer. */
function terminal(): World['ask'] {
  if (!process.stdin.isTTY || !process.stdout.isTTY || process.env.CI) return null;
  return async (question) => {
    const lines = createInterface({ input: process.stdin, output: process.stdout });
    try {
      return await lines.question(question);
    } finally {
      lines.close();
    }
  };
}

/**
 * Builds for production and looks whether that is fit to be deployed.
 *
 * @returns the built configuration and its path, for `wrangler --config`
 */
export async function prepare(outDir: string): Promise<{ config: BuiltConfig; path: string }> {
  const path = await build(outDir);
  const config: BuiltConfig = JSON.parse(await readFile(path, 'utf8'));
  refuse(
    [...buildProblems(config), ...settingProblems(config)],
    'This build is not fit for production:',
  );
  return { config, path };
}

/** The edition of this folder, as the deployed course sees it; null where it knows of none. */
export async function deployedEdition(look: boolean): Promise<Frozen | null> {
  const operator = await connect({ remote: true });
  const edition = await builtEdition();
  const input = { ...edition, look, by: userInfo().username, reason: 'a deploy' };
  return operator.ask<Frozen>('/editions', input).catch((error: unknown) => {
    if (/There is nothing at this address|answered 404/.test(String(error))) return null;
    throw error;
  });
}

async function deploy(options: {
  dryRun: boolean;
  outDir: string;
  editionChanges: boolean;
}): Promise<void> {
  say('Building for production …');
  const { config, path } = await prepare(options.outDir);
  // The built configuration is complete: an environment named on top would be looked for inside it.
  const wrangler = (args: string[]) =>
    run('wrangler', [...args, '--config', path], { env: { CLOUDFLARE_ENV: '' } });
  const world = { wrangler, say, ask: terminal(), mails: runningCourse, edition: deployedEdition };
  await bring(config, world, options);
}

if (import.meta.main) {
  main(async () => {
    const { values } = parseArgs({
      options: {
        'dry-run': { type: 'boolean', default: false },
        'edition-changes': { type: 'boolean', default: false },
        'out-dir': { type: 'string', default: 'dist/production' },
      },
    });
    await deploy({
      dryRun: values['dry-run'],
      outDir: resolve(ROOT, values['out-dir']),
      editionChanges: values['edition-changes'],
    });
  });
}
