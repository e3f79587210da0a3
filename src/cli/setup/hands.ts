/** Everything that set-up reads and changes outside of itself, in one place. */
import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BuiltConfig, prepare } from '../deploy.ts';
import { ROOT, run } from '../local.ts';
import { productionSettings } from '../own-settings.ts';

export interface Answer {
  status: number;
  body: unknown;
}

export interface Hands {
  /** Null where there is no such file; paths are those of the project’s folder. */
  read(path: string): Promise<string | null>;
  /** Whole or not at all. `secret`: readable by this person alone. */
  write(path: string, text: string, secret?: boolean): Promise<void>;
  remove(path: string): Promise<void>;
  /** Runs Wrangler on the production environment. @throws Error with its words */
  wrangler(args: string[], config?: string): Promise<string>;
  cloudflare(method: string, path: string, body?: unknown): Promise<Answer>;
  resend(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Asks the deployed course; null where nothing answers. */
  course(
    origin: string,
    method: string,
    path: string,
    body?: unknown,
    token?: string,
  ): Promise<Answer | null>;
  build(): Promise<{ config: BuiltConfig; path: string }>;
  /** 32 random bytes in hex. */
  random(): string;
  wait(seconds: number): Promise<void>;
  /** Whether a host has any address in public DNS. */
  resolves(host: string): Promise<boolean>;
}

/** The two secrets that were pasted; null where there is no token. They stay in this process. */
export interface Pasted {
  resend: string;
  cloudflare: string | null;
}

export interface Elsewhere {
  folder?: string;
  cloudflareUrl?: string;
  resendUrl?: string;
  wrangler?: string;
}

/** How long to wait for an answer, in milliseconds. */
const PATIENCE = 30_000;

/** @param elsewhere for tests: another folder, other addresses, another Wrangler */
export function ownHands(
  pasted: Pasted,
  account: () => string | undefined,
  elsewhere: Elsewhere = {},
): Hands {
  const {
    folder = ROOT,
    cloudflareUrl = 'https://api.cloudflare.com/client/v4',
    resendUrl = 'https://api.resend.com',
    wrangler = 'wrangler',
  } = elsewhere;
  const at = (path: string) => resolve(folder, path);
  const ask = async (
    url: string,
    method: string,
    body: unknown,
    headers: Record<string, string>,
    again = 5,
  ): Promise<Answer> => {
    const response = await fetch(url, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (response.status === 429 && again > 0) {
      await sleep(1000 * Number(response.headers.get('retry-after') ?? 1));
      return ask(url, method, body, headers, again - 1);
    }
    return { status: response.status, body: await response.json().catch(() => null) };
  };
  return {
    read: (path) =>
      readFile(at(path), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      }),
    async write(path, text, secret = false) {
      await mkdir(dirname(at(path)), { recursive: true, ...(secret && { mode: 0o700 }) });
      const beside = `${at(path)}.new`;
      await rm(beside, { force: true });
      await writeFile(beside, text, { flag: 'wx', ...(secret && { mode: 0o600 }) });
      await rename(beside, at(path));
    },
    remove: (path) => rm(at(path), { force: true }),
    async wrangler(args, config) {
      const own = config
        ? ['--config', config]
        : ['--config', await productionSettings(), '--env', 'production'];
      const id = account();
      const env = {
        CLOUDFLARE_ENV: '',
        RESEND_FULL_KEY: '',
        CLOUDFLARE_SETUP_TOKEN: '',
        ...(id && { CLOUDFLARE_ACCOUNT_ID: id }),
      };
      return run(wrangler, [...args, ...own], { env });
    },
    cloudflare: (method, path, body) =>
      ask(cloudflareUrl + path, method, body, { authorization: `Bearer ${pasted.cloudflare}` }),
    resend: (method, path, body) =>
      ask(resendUrl + path, method, body, { authorization: `Bearer ${pasted.resend}` }),
    async course(origin, method, path, body, token) {
      const form = body instanceof URLSearchParams;
      try {
        const response = await fetch(origin + path, {
          method,
          redirect: 'manual',
          headers: {
            accept: 'application/json',
            ...(token && { authorization: `Bearer ${token}` }),
            ...(body !== undefined && !form && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body: form ? body : JSON.stringify(body) }),
          signal: AbortSignal.timeout(PATIENCE),
        });
        return { status: response.status, body: await response.json().catch(() => null) };
      } catch {
        return null;
      }
    },
    build: () => prepare(join(folder, 'dist/production')),
    random: () => randomBytes(32).toString('hex'),
    wait: (seconds) => sleep(seconds * 1000),
    resolves: (host) =>
      lookup(host).then(
        () => true,
        () => false,
      ),
  };
}
