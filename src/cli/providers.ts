/** `npm run providers`: takes in continuing-education providers and looks after them. */
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { main, say } from './local.ts';
import { connect, type Operator, type Person, peopleLines } from './operator.ts';
import { saveLines } from './save-lines.ts';

const USAGE = `npm run providers -- <command>

  list                               every provider
  add "Name" --origin https://…      takes one in; prints its snippets
  show SLUG                          its settings and its three snippets
  change SLUG --origin https://…     other origins (all of them), --name and what is below
  logo SLUG FILE                     a PNG or JPEG for the pages on our own address; --none takes it away
  pause SLUG, resume SLUG            its forms stop taking signups; take them again
  rotate-key SLUG                    another key; the old one works for 30 days more, or --overlap 0, 7, 90
  end-key SLUG KEY                   ends a replaced key now
  forget SLUG PAGE                   takes a page out of where its form was seen
  check SLUG PAGE                    whether the form is on a page of theirs, and what to mend
  invite SLUG ADDRESS                takes somebody in among its people: owner, or --role viewer
  people SLUG                        who may enter its portal
  roster SLUG --out roster.csv       its learners, as a file for spreadsheets; without --out it shows
                                     the newest 50, and --older REF the 50 before that one

  --origin    a site that may carry the form; once for each
  --slug      what you call it; made from the name unless given
  --theme     auto, light or dark        --zone     IANA zone where a browser names none
  --role      owner or viewer; --export lets a viewer download the roster
  --accent    a color such as #456148    --line      one line about them    --site    their address
  --by, --why                            who and why, for the record
  --remote    production, with the environment variable OPERATOR_TOKEN
  --url       another address`;

interface Shown {
  provider: {
    slug: string;
    name: string;
    publicKey: string;
    origins: string[];
    theme: string;
    timeZone: string | null;
    accent: string | null;
    line: string;
    site: string | null;
    logo: { address: string; width: number; height: number } | null;
    status: string;
    created: string;
    /** Null while they are counted for the first time. */
    learners: number | null;
    allEight: number | null;
    /** ISO instant; null for now. */
    countedAt: string | null;
    /** Whom to delete from the latest file, the newest first. */
    gone: { ref: string; what: string; at: string }[];
    goneMore: boolean;
    /** Keys that were replaced, the newest first; only where one provider is shown. */
    oldKeys: { key: string; replaced: string; worksUntil: string }[];
    /** Where browsers have loaded the form, by their own word. */
    seen: { page: string; way: string; key: string; old: boolean; seen: string }[];
  };
  snippets: { script: string; iframe: string; form: string };
}

const oldKeys = ({ oldKeys }: Shown['provider']): string =>
  oldKeys.map(({ key, worksUntil }) => `${key} until ${worksUntil.slice(0, 10)}`).join(', ') ||
  'none';

const looks = ({ accent, line, site, logo }: Shown['provider']): string =>
  [accent, line, site, logo && `${logo.address} (${logo.width} × ${logo.height})`]
    .filter(Boolean)
    .join(', ') || 'ours';

const seenOn = ({ seen }: Shown['provider']): string =>
  seen
    .map(({ page, way, key, old, seen }) => {
      const carries = old ? `, still with the key ${key}` : '';
      return `${page} (${way}, ${seen.slice(0, 10)}${carries})`;
    })
    .join('\n             ') || 'no page in the last 90 days';
/** One of its learners as /operator/api gives them. */
interface Learner {
  ref: string;
  name: string;
  email: string;
  weeks: number;
  allEight: boolean;
}

interface Listed {
  slug: string;
  name: string;
  status: string;
  /** Null while they are counted for the first time. */
  learners: { people: number; asOf: string } | null;
}

function show({ provider, snippets }: Shown): void {
  say(`
${provider.name} (${provider.slug}), ${provider.status}
  key        ${provider.publicKey}
  origins    ${provider.origins.join(', ') || 'none: no other site may carry the form'}
  theme      ${provider.theme}
  zone       ${provider.timeZone ?? 'none'}
  looks      ${looks(provider)}
  created    ${provider.created.slice(0, 10)}
  old keys   ${oldKeys(provider)}
  seen on    ${seenOn(provider)}
  learners   ${learnersOf(provider)}
  gone       ${goneOf(provider)}

1. The form as part of a page, in its colors and type (best):

${snippets.script}

2. The form in a frame, where a page takes no script of others:

${snippets.iframe}

3. A plain form, where it takes neither:

${snippets.form}
`);
}

/** What came of looking at a page. */
interface Checked {
  page: string;
  seen: { way: string; key: string; seen: string }[];
  findings: { weight: string; says: string; mend: string | null }[];
  builder: string | null;
}

function said({ page, seen, findings, builder }: Checked): void {
  const browsers = seen.map(({ way, key, seen }) => `${seen.slice(0, 10)} (${way}, ${key})`);
  say(page);
  say(`  seen in a browser: ${browsers.join(', ') || 'not yet'}`);
  if (builder !== null) say(`  built with: ${builder}`);
  for (const { weight, says, mend } of findings) {
    say(`  ${weight}: ${says}`);
    if (mend !== null) say(`    ${mend}`);
  }
}

/** "2026-11-30 07:30" of an ISO instant. */
const minute = (iso: string): string => iso.slice(0, 16).replace('T', ' ');

const goneOf = ({ gone, goneMore }: Shown['provider']): string =>
  [
    ...gone.map(({ ref, what, at }) => `${ref} (${what}, ${at.slice(0, 10)})`),
    ...(goneMore ? ['and more: make a new file'] : []),
  ].join('\n             ') || 'nobody to delete from the latest file';

function learnersOf({ learners, allEight, countedAt }: Shown['provider']): string {
  if (learners === null)
    return 'more than 5,000; they are being counted, look again in a few minutes';
  const as = countedAt === null ? '' : `, as of ${minute(countedAt)} UTC`;
  return `${learners}, of whom ${allEight} have been sent all eight lessons${as}`;
}

/** Who may enter on a machine of one's own: an owner of the demo provider, and an operator. */
export const DEMO = { owner: 'owner@harbor.example', operator: 'operator@course.example' };

/**
 * Takes the demo provider in with an owner, and an operator, where they are not there yet. Its pages are
 * whatever this machine serves on port 8000.
 */
export async function addDemo(operator: Operator): Promise<void> {
  const why = { by: 'local start', reason: 'to try it out' };
  const known = await operator.ask('/providers/demo').then(
    () => true,
    () => false,
  );
  if (!known) {
    await operator.ask('/providers', {
      name: 'Harbor Institute (demo)',
      slug: 'demo',
      origins: ['http://localhost:8000', 'http://127.0.0.1:8000'],
      by: 'local start',
      reason: 'to try the form out',
    });
  }
  const { people } = await operator.ask<{ people: Person[] }>('/providers/demo/people');
  if (people.length === 0) {
    const owner = { email: DEMO.owner, role: 'owner' };
    await operator.ask('/providers/demo/people', { ...owner, ...why });
  }
  const { operators } = await operator.ask<{ operators: Person[] }>('/operators');
  if (operators.length === 0) {
    await operator.ask('/operators', { email: DEMO.operator, role: 'owner', ...why });
  }
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
      why: { type: 'string' },
      out: { type: 'string' },
      overlap: { type: 'string' },
      role: { type: 'string' },
      export: { type: 'boolean' },
      accent: { type: 'string' },
      line: { type: 'string' },
      site: { type: 'string' },
      none: { type: 'boolean', default: false },
      older: { type: 'string' },
      remote: { type: 'boolean', default: false },
      url: { type: 'string' },
    },
  });
  const [command, whom, key] = positionals;
  const { remote, url } = values;
  const operator = await connect({ remote, ...(url === undefined ? {} : { url }) });
  const why = {
    by: values.by ?? userInfo().username,
    reason: values.why ?? `npm run providers -- ${command}`,
  };
  const changes = {
    ...(values.origin ? { origins: values.origin } : {}),
    ...(values.theme ? { theme: values.theme } : {}),
    ...(values.accent === undefined ? {} : { accent: values.accent }),
    ...(values.line === undefined ? {} : { line: values.line }),
    ...(values.site === undefined ? {} : { site: values.site }),
    ...(values.zone === undefined ? {} : { time_zone: values.zone || null }),
  };

  if (command === 'list') {
    const { providers } = await operator.ask<{ providers: Listed[] }>('/providers');
    for (const each of providers) {
      const counts = each.learners
        ? `${each.learners.people} learners, as of ${minute(each.learners.asOf)} UTC`
        : 'being counted: look again in a minute';
      say(`${each.slug.padEnd(24)} ${each.status.padEnd(8)} ${counts.padEnd(44)} ${each.name}`);
    }
    if (providers.length === 0) say('No providers yet.');
    return;
  }
  if (whom === undefined) throw new Error(USAGE);
  const path = `/providers/${encodeURIComponent(whom)}`;
  switch (command) {
    case 'add': {
      const { slug } = values;
      const body = { name: whom, ...(slug ? { slug } : {}), ...changes, ...why };
      return show(await operator.ask<Shown>('/providers', body));
    }
    case 'show':
      return show(await operator.ask<Shown>(path));
    case 'change': {
      const { name } = values;
      const body = { ...(name === undefined ? {} : { name }), ...changes, ...why };
      return show(await operator.ask<Shown>(path, body));
    }
    case 'logo': {
      if (key === undefined && !values.none) throw new Error(USAGE);
      const logo = key === undefined ? null : (await readFile(key)).toString('base64');
      return show(await operator.ask<Shown>(`${path}/logo`, { logo, ...why }));
    }
    case 'pause':
    case 'resume': {
      const { result } = await operator.ask<{ result: string }>(`${path}/${command}`, why);
      return say(`${whom}: ${result.replace('-', ' ')}`);
    }
    case 'rotate-key': {
      const overlap = values.overlap === undefined ? {} : { overlap: Number(values.overlap) };
      const shown = await operator.ask<Shown>(`${path}/rotate-key`, { ...overlap, ...why });
      show(shown);
      const [old] = shown.provider.oldKeys;
      return say(
        old && Date.parse(old.worksUntil) > Date.parse(old.replaced)
          ? `The old key works until ${old.worksUntil.slice(0, 10)}. Send the provider its new snippet.`
          : 'The old key takes no signups any more. Send the provider its new snippet.',
      );
    }
    case 'check': {
      if (key === undefined) throw new Error(USAGE);
      return said(await operator.ask<Checked>(`${path}/check`, { page: key }));
    }
    case 'forget':
      if (key === undefined) throw new Error(USAGE);
      await operator.ask(`${path}/forget`, { page: key });
      return say(`${key} is forgotten, until a browser loads the form there again.`);
    case 'invite': {
      if (key === undefined) throw new Error(USAGE);
      const { role = 'owner', export: mayExport = false } = values;
      await operator.ask(`${path}/people`, { email: key, role, may_export: mayExport, ...why });
      return say('Done. Whoever has not entered yet gets a mail that lets them in for seven days.');
    }
    case 'people': {
      const { people } = await operator.ask<{ people: Person[] }>(`${path}/people`);
      for (const line of peopleLines(people)) say(line);
      return;
    }
    case 'end-key': {
      if (key === undefined) throw new Error(USAGE);
      await operator.ask(`${path}/end-key`, { key, ...why });
      return say(`${key} takes no signups any more.`);
    }
    case 'roster': {
      if (values.out !== undefined) {
        const lines = await saveLines(await operator.file(`${path}/export`, why), values.out);
        return say(`${values.out}: ${lines} learners. It holds their addresses: keep it so.`);
      }
      const from = values.older === undefined ? '' : `?older=${encodeURIComponent(values.older)}`;
      const { learners, older } = await operator.ask<{ learners: Learner[]; older: string | null }>(
        `${path}/roster${from}`,
      );
      for (const { ref, email, name, weeks, allEight } of learners) {
        const sent = allEight ? 'all eight' : `${weeks} of 8 weeks`;
        say(`${ref}  ${email.padEnd(40)} ${sent.padEnd(14)} ${name}`);
      }
      if (learners.length === 0) say('Nobody has confirmed through this provider yet.');
      if (older !== null)
        say(`\nThere are more: --older ${older}, or all of them with --out FILE.`);
      return;
    }
    default:
      throw new Error(USAGE);
  }
}

if (import.meta.main) main(() => run(process.argv.slice(2)));
