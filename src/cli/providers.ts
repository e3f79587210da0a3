/** `npm run providers`: takes in continuing-education providers and looks after them. */
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { main, ROOT, say } from './local.ts';
import { type RosterRow, rosterCsv } from './roster-csv.ts';

const USAGE = `npm run providers -- <command>

  list                               every provider
  add "Name" --origin https://…      takes one in; prints its snippets
  show SLUG                          its settings and its three snippets
  change SLUG --origin https://…     other origins (all of them), --name, --theme, --zone
  pause SLUG, resume SLUG            its forms stop taking signups; take them again
  rotate-key SLUG                    another key: its snippets must be pasted anew
  roster SLUG --csv                  its learners: name, address, weeks sent, finished

  --origin    a site that may carry the form; once for each
  --slug      what you call it; made from the name unless given
  --theme     auto, light or dark        --zone     IANA zone where a browser names none
  --by, --reason                         who and why, for the record
  --remote    production, with the environment variable OPERATOR_TOKEN
  --url       another address`;

/** Where the course's interface for operators is, and what opens it. */
export interface Target {
  url: string;
  token: string;
}

/** One call of /operator/api/providers. @throws Error in the words of the answer */
async function call({ url, token }: Target, path: string, body?: unknown): Promise<Response> {
  const response = await fetch(`${url}/operator/api/providers${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Error(`Nothing answers at ${url}. Is it running? (npm start)`);
  });
  if (response.ok) return response;
  const answer = await response.json().catch(() => null);
  const { error } = (answer ?? {}) as { error?: { message?: string } };
  throw new Error(error?.message ?? `${url} answered ${response.status}.`);
}

/** The course that is meant: a local run, or production as wrangler.toml has it. */
export async function targetOf(options: {
  remote: boolean;
  url?: string | undefined;
}): Promise<Target> {
  if (options.remote) {
    const { OPERATOR_TOKEN: token } = process.env;
    if (!token) throw new Error('OPERATOR_TOKEN: set it to the operator’s token of production.');
    const { unstable_readConfig } = await import('wrangler');
    const config = unstable_readConfig({ config: join(ROOT, 'wrangler.toml'), env: 'production' });
    return { url: options.url ?? String(config.vars.BASE_URL), token };
  }
  // By address: the Worker's types are not these commands' types.
  const { LOCAL_OPERATOR_TOKEN } = await import(new URL('../env.ts', import.meta.url).href);
  return { url: options.url ?? 'http://localhost:8787', token: LOCAL_OPERATOR_TOKEN };
}

interface Shown {
  provider: {
    slug: string;
    name: string;
    publicKey: string;
    origins: string[];
    theme: string;
    timeZone: string | null;
    status: string;
    created: string;
    signups: number;
    confirmed: number;
  };
  snippets: { script: string; iframe: string; form: string };
}

function show({ provider, snippets }: Shown): void {
  say(`
${provider.name} (${provider.slug}), ${provider.status}
  key        ${provider.publicKey}
  origins    ${provider.origins.join(', ') || 'none: no other site may carry the form'}
  theme      ${provider.theme}
  zone       ${provider.timeZone ?? 'none'}
  created    ${provider.created.slice(0, 10)}
  signups    ${provider.signups}, of which ${provider.confirmed} confirmed

1. The form as part of a page, in its colors and type (best):

${snippets.script}

2. The form in a frame, where a page takes no script of others:

${snippets.iframe}

3. A plain form, where it takes neither:

${snippets.form}
`);
}

/** Takes the demo provider in, if it is not there yet. Its pages are whatever this machine serves on port 8000. */
export async function addDemo(target: Target): Promise<void> {
  const known = await call(target, '/demo').then(
    () => true,
    () => false,
  );
  if (known) return;
  await call(target, '', {
    name: 'Harbor Institute (demo)',
    slug: 'demo',
    origins: ['http://localhost:8000', 'http://127.0.0.1:8000'],
    by: 'local start',
    reason: 'to try the form out',
  });
}

async function run(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      origin: { type: 'string', multiple: true },
      slug: { type: 'string' },
      name: { type: 'string' },
      theme: { type: 'string' },
      zone: { type: 'string' },
      by: { type: 'string' },
      reason: { type: 'string' },
      csv: { type: 'boolean', default: false },
      remote: { type: 'boolean', default: false },
      url: { type: 'string' },
    },
  });
  const [command, whom] = positionals;
  const target = await targetOf(values);
  const why = {
    by: values.by ?? userInfo().username,
    reason: values.reason ?? `npm run providers -- ${command}`,
  };
  const changes = {
    ...(values.origin ? { origins: values.origin } : {}),
    ...(values.theme ? { theme: values.theme } : {}),
    ...(values.zone === undefined ? {} : { time_zone: values.zone || null }),
  };

  if (command === 'list') {
    const { providers } = (await (await call(target, '')).json()) as {
      providers: Shown['provider'][];
    };
    for (const each of providers) {
      const counts = `${each.signups} signups, ${each.confirmed} confirmed`;
      say(`${each.slug.padEnd(24)} ${each.status.padEnd(8)} ${counts.padEnd(32)} ${each.name}`);
    }
    if (providers.length === 0) say('No providers yet.');
    return;
  }
  if (whom === undefined) throw new Error(USAGE);
  const path = `/${encodeURIComponent(whom)}`;
  switch (command) {
    case 'add': {
      const { slug } = values;
      const body = { name: whom, ...(slug ? { slug } : {}), ...changes, ...why };
      return show((await (await call(target, '', body)).json()) as Shown);
    }
    case 'show':
      return show((await (await call(target, path)).json()) as Shown);
    case 'change': {
      const { name } = values;
      const body = { ...(name === undefined ? {} : { name }), ...changes, ...why };
      return show((await (await call(target, path, body)).json()) as Shown);
    }
    case 'pause':
    case 'resume': {
      const answer = await call(target, `${path}/${command}`, why);
      const { result } = (await answer.json()) as { result: string };
      return say(`${whom}: ${result.replace('-', ' ')}`);
    }
    case 'rotate-key':
      show((await (await call(target, `${path}/rotate-key`, why)).json()) as Shown);
      return say('The old key takes no signups any more. Send the provider its new snippet.');
    case 'roster': {
      const { learners } = (await (await call(target, `${path}/roster`)).json()) as {
        learners: RosterRow[];
      };
      if (values.csv) {
        process.stdout.write(rosterCsv(learners));
        return;
      }
      for (const each of learners) {
        const weeks = each.finished ? 'finished' : `${each.weeksSent} of 8 weeks`;
        say(`${each.email.padEnd(40)} ${weeks.padEnd(14)} ${each.firstName}`);
      }
      if (learners.length === 0) say('Nobody has confirmed through this provider yet.');
      return;
    }
    default:
      throw new Error(USAGE);
  }
}

if (import.meta.main) main(() => run(process.argv.slice(2)));
