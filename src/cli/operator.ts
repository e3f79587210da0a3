import { devVars } from './local.ts';
import { productionSettings } from './own-settings.ts';

/** A course whose operator is let in. */
export interface Operator {
  /**
   * Asks /operator/api.
   *
   * @param path what follows `/operator/api`
   * @param input sent as JSON by POST; without it the request is a GET
   * @throws Error in the course's own words where it refuses
   */
  ask<Answer>(path: string, input?: Record<string, unknown>): Promise<Answer>;
  /** The same, where the answer is a file; it fails where that breaks off. */
  file(path: string, input: Record<string, unknown>): Promise<AsyncIterable<Uint8Array>>;
  /** `/healthz`, whatever its status. */
  health(): Promise<{ ok: boolean; problems: string[] }>;
}

/**
 * Finds the course: the one on this machine, another by its address, or with `remote` the deployed one
 * that wrangler.toml names. A local run has a token of its own; others need OPERATOR_TOKEN in the
 * environment.
 */
export async function connect(where: { remote: boolean; url?: string }): Promise<Operator> {
  const { OPERATOR_TOKEN } = process.env;
  if (where.remote && !OPERATOR_TOKEN) throw noToken();
  const base = where.url ?? (where.remote ? await deployedUrl() : 'http://localhost:8787');
  const { protocol, hostname } = new URL(base);
  const local = /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
  if (protocol !== 'https:' && !local) {
    throw new Error(`${base}: the token goes out over https only`);
  }
  const token = local ? await localToken() : OPERATOR_TOKEN;
  if (!token) throw noToken();

  const get = async (path: string, init: RequestInit = {}) => {
    try {
      return await fetch(base.replace(/\/$/, '') + path, { ...init, redirect: 'manual' });
    } catch {
      const hint = where.remote ? '' : ' Is it running? npm start, or add --remote.';
      throw new Error(`Nothing answers at ${base}.${hint}`);
    }
  };
  const call = (path: string, input?: Record<string, unknown>) =>
    get(`/operator/api${path}`, {
      method: input ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${token}`,
        ...(input ? { 'content-type': 'application/json' } : {}),
      },
      ...(input ? { body: JSON.stringify(input) } : {}),
    });
  const refused = (answer: { error?: { message?: string } } | null, status: number) =>
    new Error(answer?.error?.message ?? `${base} answered ${status}.`);
  const read = (response: Response) =>
    response.json().catch(() => null) as Promise<{ error?: { message?: string } } | null>;
  return {
    async ask<Answer>(path: string, input?: Record<string, unknown>) {
      const response = await call(path, input);
      const answer = await read(response);
      if (response.ok && answer) return answer as Answer;
      throw refused(answer, response.status);
    },
    async file(path, input) {
      const response = await call(path, input);
      if (response.ok && response.body) return response.body;
      throw refused(await read(response), response.status);
    },
    async health() {
      const response = await get('/healthz');
      return (await response.json()) as { ok: boolean; problems: string[] };
    },
  };
}

function noToken(): Error {
  return new Error(
    'OPERATOR_TOKEN: is not set. It is the secret that you gave the deployed course: export OPERATOR_TOKEN=…',
  );
}

/** BASE_URL of the production environment. */
async function deployedUrl(): Promise<string> {
  const { unstable_readConfig } = await import('wrangler');
  const config = unstable_readConfig({ config: await productionSettings(), env: 'production' });
  const url = String(config.vars.BASE_URL ?? '');
  if (/\bexample\.(com|net|org)\b/.test(url) || !URL.canParse(url)) {
    throw new Error(
      'BASE_URL: no course is named yet, neither in setup.local.yaml nor in wrangler.toml',
    );
  }
  return url;
}

/** The operator’s token of a run on this machine. */
export async function localToken(): Promise<string> {
  const { OPERATOR_TOKEN } = await devVars();
  if (OPERATOR_TOKEN) return OPERATOR_TOKEN;
  // By address: the Worker's types are not these commands' types.
  const { LOCAL_OPERATOR_TOKEN } = await import(new URL('../env.ts', import.meta.url).href);
  return LOCAL_OPERATOR_TOKEN;
}

/** Somebody who may enter the portal or the console. */
export interface Person {
  email: string;
  role: string;
  created: string;
  entered: string | null;
}

export function peopleLines(people: Person[]): string[] {
  if (people.length === 0) return ['Nobody yet.'];
  return people.map(({ email, role, created, entered }) => {
    const last = entered === null ? `added ${created.slice(0, 10)}` : `in ${entered.slice(0, 10)}`;
    return `${email.padEnd(40)} ${role.padEnd(8)} ${last}`;
  });
}
