/** What the commands of a restore have in their hands: a database, a mailer's record and a file. */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { runnerImport } from 'vite';
import { devVars, migrate, ROOT, run, say, takeDatabase } from './local.ts';
import { productionSettings } from './own-settings.ts';

/** What is taken along lies here, readable by its owner only. */
export const FILE = '.restore/taken-along.jsonl';

/** A statement's text may have 100 KB, and an argument of a program 128. */
const LONGEST_COMMAND = 90_000;

interface Row {
  [column: string]: unknown;
}
interface Result {
  results: Row[];
  meta: { changes?: number };
}

/** The parts of src/restore, as this side sees them: the Worker's types are not these commands' types. */
export interface Room {
  scriptedD1(execute: (statements: string[]) => Promise<Result[]>): object;
  createRestoreContext(hands: Hands): Promise<object>;
  takeAlong(ctx: object, input: { moment: number; actor: string }): Promise<void>;
  putBack(
    ctx: object,
    input: { moment: number | null; leave: string[]; actor: string },
  ): Promise<string[]>;
}
export interface Hands {
  /** A D1Database. */
  d1: object;
  resend: { apiKey: string; baseUrl: string } | null;
  shelf: {
    name: string;
    load(): Promise<AsyncIterable<string> | null>;
    save(lines: AsyncIterable<string>): Promise<void>;
  };
  pauseQueues(): Promise<string>;
  say(line: string): void;
}

export async function loadRoom(): Promise<Room> {
  const emails = await import(new URL('../../emails/compile.ts', import.meta.url).href);
  const { module } = await runnerImport<Room>(join(ROOT, 'src/restore/command.ts'), {
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    plugins: [emails.emails()],
  });
  return module;
}

/** Keeps lines in a file of mode 0600, whole or not at all. */
export function fileShelf(path: string): Hands['shelf'] {
  return {
    name: path,
    async load() {
      const there = await access(path).then(
        () => true,
        () => false,
      );
      if (!there) return null;
      return createInterface({
        input: createReadStream(path),
        crlfDelay: Number.POSITIVE_INFINITY,
      });
    },
    async save(lines) {
      await mkdir(resolve(path, '..'), { recursive: true, mode: 0o700 });
      const part = `${path}.part`;
      await rm(part, { force: true });
      const file = await open(part, 'wx', 0o600);
      try {
        for await (const line of lines) await file.write(`${line}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(part, path);
    },
  };
}

/**
 * Runs statements with Wrangler, all or none.
 *
 * @param target what follows `wrangler d1 execute`
 * @param wrangler runs it and gives what it prints; a test looks at what it would be told
 */
export async function executeWithWrangler(
  target: string[],
  statements: string[],
  wrangler = (args: string[]) => run('wrangler', args, { only: 'stdout' }),
): Promise<Result[]> {
  const script = statements.join(';\n');
  if (Buffer.byteLength(script) <= LONGEST_COMMAND) {
    const printed = await wrangler(['d1', 'execute', ...target, '--json', '--command', script]);
    // A warning may come first.
    return JSON.parse(printed.slice(printed.search(/^\[/m))) as Result[];
  }
  const file = join(ROOT, '.restore', `${randomUUID()}.sql`);
  await mkdir(resolve(file, '..'), { recursive: true, mode: 0o700 });
  try {
    await writeFile(file, script, { mode: 0o600 });
    await wrangler(['d1', 'execute', ...target, '--json', '--yes', '--file', file]);
  } finally {
    await rm(file, { force: true });
  }
  // A file's rows and changes are not told; whoever needs them asks for little.
  return statements.map(() => ({ results: [], meta: {} }));
}

/** A local database, as Wrangler's own tools open it. */
async function openLocal(state: string): Promise<{ d1: object; close(): Promise<void> }> {
  const { getPlatformProxy } = await import('wrangler');
  const proxy = await getPlatformProxy<{ DB: object }>({
    configPath: join(ROOT, 'wrangler.toml'),
    persist: { path: join(resolve(ROOT, state), 'v3') },
  });
  return { d1: proxy.env.DB, close: () => proxy.dispose() };
}

interface Deployed {
  database: string;
  queues: string[];
  resendUrl: string;
}

/** The production environment of wrangler.toml. */
async function deployed(): Promise<Deployed> {
  const { unstable_readConfig } = await import('wrangler');
  const config = unstable_readConfig({ config: await productionSettings(), env: 'production' });
  return {
    database: config.d1_databases[0]?.database_name ?? '',
    queues: (config.queues.producers ?? []).map((each: { queue: string }) => each.queue),
    resendUrl: String(config.vars.RESEND_BASE_URL ?? 'https://api.resend.com'),
  };
}

/** A course's moment as it was typed. @throws Error where it is none */
export function readMoment(typed: string | undefined): number {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/.test(typed ?? '')
    ? Date.parse(typed ?? '')
    : Number.NaN;
  if (Number.isNaN(at)) {
    throw new Error('--moment: must be a minute in UTC, such as 2026-11-23T10:00:00Z');
  }
  return Math.floor(at / 1000);
}

export interface Where {
  hands: Hands;
  /** Brings the schema to where this folder's migrations are. */
  migrate(): Promise<void>;
  goBack(moment: string): string[];
  lift: string[];
  close(): Promise<void>;
}

export async function remotely(room: Room, needsRecord: boolean): Promise<Where> {
  const { database, queues, resendUrl } = await deployed();
  const { RESEND_FULL_KEY: apiKey } = process.env;
  if (needsRecord && !apiKey) {
    throw new Error(
      'RESEND_FULL_KEY: is not set. Make a key with full access in Resend, export it, and delete it afterwards.',
    );
  }
  const own = ['--env', 'production', '--config', await productionSettings()];
  const target = [database, '--remote', ...own];
  return {
    hands: {
      d1: room.scriptedD1((statements) => executeWithWrangler(target, statements)),
      resend: { apiKey: apiKey ?? '', baseUrl: resendUrl },
      shelf: fileShelf(join(ROOT, FILE)),
      async pauseQueues() {
        for (const queue of queues) await run('wrangler', ['queues', 'pause-delivery', queue]);
        return `Paused: ${queues.join(', ')}`;
      },
      say,
    },
    migrate: async () => void (await run('wrangler', ['d1', 'migrations', 'apply', ...target])),
    goBack: (moment) => [
      ...['d1', 'time-travel', 'restore', database, ...own, '--timestamp', moment],
    ],
    lift: [
      'npm run ops -- lift-halt all --why "restored" --remote',
      ...queues.map((queue) => `npx wrangler queues resume-delivery ${queue}`),
    ],
    close: async () => {},
  };
}

/** @param state folder of the database */
export async function locally(state: string, shelf: string): Promise<Where> {
  const release = await takeDatabase(state, 'a restore');
  const { MAILER, RESEND_BASE_URL, RESEND_API_KEY } = await devVars();
  await migrate(state);
  const local = await openLocal(state);
  return {
    hands: {
      d1: local.d1,
      resend:
        MAILER === 'resend'
          ? { apiKey: RESEND_API_KEY ?? 're_local', baseUrl: RESEND_BASE_URL ?? '' }
          : null,
      shelf: fileShelf(shelf),
      pauseQueues: async () => 'The course is stopped, and its queues with it.',
      say,
    },
    migrate: async () => {},
    goBack: () => [],
    lift: ['npm start', 'npm run ops -- lift-halt all --why "restored"'],
    async close() {
      await local.close();
      release();
    },
  };
}
