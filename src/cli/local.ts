import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer as createNetServer } from 'node:net';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { createServer } from 'vite';
import { ownSettings } from './own-settings.ts';

/** The project's folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Where a local run keeps its database, unless it is told otherwise. */
export const STATE = '.wrangler/state';

/** Nothing of a local run asks the network: not for metrics, not for the caller's location. */
const QUIET_TOOLS = {
  WRANGLER_SEND_METRICS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_LOG_PATH: `${ROOT}.wrangler/logs`,
  // An answer to every question: nobody sits at a prompt.
  CI: 'true',
};

/** The project's own programs come first, its own Node among them. */
const PATH = `${ROOT}node_modules/.bin${delimiter}${process.env.PATH}`;

/**
 * Runs a program of the project's own and collects what it prints.
 *
 * @throws Error with the program's last words where it fails
 */
export async function run(
  command: string,
  args: string[],
  options: { show?: boolean; env?: Record<string, string>; only?: 'stdout' } = {},
): Promise<string> {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...QUIET_TOOLS, ...options.env, PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let stdout = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (stream === child.stdout) stdout += chunk.toString();
      if (options.show) process.stdout.write(chunk);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  // Statements may hold addresses: what stands after a command's own words is left out.
  const words = args.slice(0, args.indexOf('--command') + 1 || args.length).join(' ');
  if (code !== 0) throw new Error(`${command} ${words} failed:\n${output.slice(-4000)}`);
  return options.only === 'stdout' ? stdout : output;
}

/** Brings a local database up to date. */
export async function migrate(state: string): Promise<void> {
  const target = ['in-the-room', '--local', '--persist-to', state];
  await run('wrangler', ['d1', 'migrations', 'apply', ...target]);
}

export interface LocalServer {
  /** `http://localhost:8787` */
  url: string;
  /** Calls the scheduled handler, as the cron trigger would each minute in production. */
  tick(): Promise<void>;
  close(): Promise<void>;
}

export interface LocalRun {
  port: number;
  /** Folder of the database. */
  state: string;
  /** True where `.dev.vars` may change settings; otherwise those of wrangler.toml hold, whatever lies beside. */
  devVars?: boolean;
  /** Told what is being done, a line for each step. */
  progress?: (step: string) => void;
}

/**
 * Serves the app on this machine, migrations applied.
 *
 * @throws Error where the port is taken, or where the database is in use already
 */
export async function startLocal(options: LocalRun): Promise<LocalServer> {
  const { port, state, devVars = false, progress = () => {} } = options;
  const url = `http://localhost:${port}`;
  await refuseTakenPort(port);
  const release = await takeDatabase(state, url);
  try {
    progress('Bringing the database up to date');
    await migrate(state);
    Object.assign(process.env, QUIET_TOOLS, {
      // Read by vite.config.ts.
      IN_THE_ROOM_URL: url,
      IN_THE_ROOM_STATE: state,
      IN_THE_ROOM_CONFIG: devVars ? '' : ownSettings(),
    });
    progress('Compiling lessons, mails and pages');
    const server = await createServer({
      root: ROOT,
      logLevel: 'warn',
      clearScreen: false,
      server: { host: '127.0.0.1', port, strictPort: true },
    });
    await server.listen();
    return {
      url,
      async tick() {
        const query = `cron=*+*+*+*+*&time=${Date.now()}`;
        const response = await fetch(`${url}/cdn-cgi/handler/scheduled?${query}`);
        if (!response.ok) throw new Error(`the scheduled handler answered ${response.status}`);
      },
      close: () => server.close().finally(release),
    };
  } catch (error) {
    release();
    throw error;
  }
}

/**
 * Notes beside a database which process serves it: two on one database answer half of all requests
 * with an error. What a run that was killed has left is taken over.
 *
 * @returns gives it free again
 */
export async function takeDatabase(state: string, url: string): Promise<() => void> {
  const folder = resolve(ROOT, state);
  const file = join(folder, 'in-use');
  await mkdir(folder, { recursive: true });
  const take = () => writeFile(file, `${process.pid} ${url}`, { flag: 'wx' });
  await take().catch(async () => {
    const [pid = '', where = 'another address'] = (await readFile(file, 'utf8')).split(' ');
    if (isRunning(Number(pid))) {
      throw new Error(
        `The course runs already, at ${where}, on this database. Stop that one first (Ctrl+C).`,
      );
    }
    rmSync(file, { force: true });
    await take();
  });
  const release = () => rmSync(file, { force: true });
  // Vite ends the process itself where it is told to stop.
  process.once('exit', release);
  return release;
}

function isRunning(pid: number): boolean {
  try {
    return Number.isSafeInteger(pid) && pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function refuseTakenPort(port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const probe = createNetServer();
    probe.once('error', () => {
      reject(new Error(`port ${port} is taken; choose another: npm start -- --port ${port + 1}`));
    });
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()));
  });
}

/** What `.dev.vars` changes for `npm start`; nothing where there is none, or beside a run with settings of its own. */
export async function devVars(): Promise<Record<string, string | undefined>> {
  if (process.env.IN_THE_ROOM_CONFIG) return {};
  const text = await readFile(join(ROOT, '.dev.vars'), 'utf8').catch(() => '');
  return parseEnv(text);
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createNetServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Prints one line for whoever sits at the terminal. */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Runs a command's main function; what goes wrong is said without a stack, and the exit code is 1. */
export function main(body: () => Promise<void>): void {
  body().catch((error: unknown) => {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    if (error instanceof Error && /^(Lesson|File)Error$/.test(error.name)) {
      process.stderr.write('Mend it in that file, and run the command again.\n');
    }
    process.exit(1);
  });
}
