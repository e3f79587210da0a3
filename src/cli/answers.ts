/** The operator’s own values, in a file that git ignores; build and deploy read it, so `git pull` stays clean. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument, stringify } from 'yaml';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The answers about production; who signs the course and its price stand in `COURSE`. */
export const ANSWERS = 'setup.local.yaml';
export const COURSE = 'emails/course.local.yaml';

const text = (expected: string) =>
  z
    .string({ error: `expected ${expected}` })
    .trim()
    .min(1);

const schema = z.strictObject(
  {
    host: text('a host such as course.example.org').regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, {
      error: 'expected a host such as course.example.org, without https://',
    }),
    from: text('an address, or Name <address>'),
    replyTo: text('an address'),
    postalAddress: text('a postal address in one line'),
    data: z.enum(['eu', 'anywhere', 'weur', 'eeur', 'apac', 'oc', 'wnam', 'enam'], {
      error: 'expected eu, anywhere, or a place such as enam',
    }),
    botFightMode: z.enum(['off', 'keep'], { error: 'expected off or keep' }),
    account: text('the id of a Cloudflare account'),
    database: text('the id of a D1 database'),
  },
  { error: 'expected host, from, replyTo, postalAddress and data' },
);

/** As far as they were given. Set-up finds `account` and `database`, and asks for `botFightMode` only where it is on. */
export type Answers = Partial<z.infer<typeof schema>>;

/** What a person mends in a file of theirs: each problem is one line that begins with the file. */
export class FileError extends Error {
  override name = 'FileError';
}

/** @throws FileError naming what in `setup.local.yaml` cannot be read */
export function parseAnswers(yaml: string): Answers {
  const document = parseDocument(yaml);
  const unread = document.errors.map(({ message }) => `the file: ${message.split('\n')[0]}`);
  const found = schema
    .partial()
    .nullable()
    .safeParse(unread.length > 0 ? null : document.toJS());
  const wrong = (found.error?.issues ?? []).map(({ path, message, ...issue }) => {
    if (issue.code === 'unrecognized_keys') {
      return `${issue.keys[0]}: expected no field of this name; is it misspelled?`;
    }
    return `${path.join('.') || 'the file'}: ${message}`;
  });
  const problems = [...unread, ...wrong].map((problem) => `${ANSWERS}: ${problem}`);
  if (problems.length > 0) throw new FileError(problems.join('\n'));
  return (found.data ?? {}) as Answers;
}

export function writeAnswers(answers: Answers): string {
  const head =
    '# What npm run setup was told. Git ignores this file; build and deploy read it. No secret stands here.\n';
  return head + stringify(answers, { lineWidth: 0 });
}

/** What was answered on this machine; nothing where there is no such file. */
export function ownAnswers(folder = ROOT): Answers {
  let yaml: string;
  try {
    yaml = readFileSync(join(folder, ANSWERS), 'utf8');
  } catch {
    return {};
  }
  return parseAnswers(yaml);
}

/** The parts of a Worker's configuration that an answer decides. */
interface Production {
  account_id?: string | undefined;
  vars?: Record<string, unknown>;
  routes?: unknown[] | undefined;
  d1_databases?: { binding: string; database_id?: string | undefined }[];
}

/** Puts the answers into the production environment of wrangler.toml; what is not answered stays. */
export function answered<Config extends Production>(config: Config, answers: Answers): Config {
  const { host, from, replyTo, postalAddress, account, database } = answers;
  if (host) config.routes = [{ pattern: host, custom_domain: true }];
  config.vars = {
    ...config.vars,
    ...(host && { BASE_URL: `https://${host}` }),
    ...(from && { MAIL_FROM: from }),
    ...(replyTo && { MAIL_REPLY_TO: replyTo }),
    ...(postalAddress && { POSTAL_ADDRESS: postalAddress }),
  };
  if (account) config.account_id = account;
  for (const each of config.d1_databases ?? []) {
    if (each.binding === 'DB' && database) each.database_id = database;
  }
  return config;
}

/** Who signs the course. */
export interface Signer {
  name: string;
  degree: string;
  bio: string;
}

/**
 * @param line `Name; degree; a sentence or two about them`, or `nobody`
 * @returns null for nobody
 * @throws FileError where a part is missing
 */
export function readSigner(line: string): Signer | null {
  if (/^nobody\.?$/i.test(line.trim())) return null;
  const [name = '', degree = '', ...rest] = line.split(';').map((part) => part.trim());
  const bio = rest.join('; ');
  if (!name || !degree || !bio) {
    throw new FileError('who: expected “Name; degree; a sentence or two about them”, or “nobody”');
  }
  return { name, degree, bio };
}

/** `emails/course.local.yaml` as set-up begins it; a person may write more there (emails/README.md). */
export function writeCourse(signer: Signer | null, price: string): string {
  const people = signer
    ? [{ name: signer.name, role: 'author', degree: signer.degree, bio: signer.bio }]
    : [];
  const head = '# Who stands behind this course. “Who signs it” in README.md explains each line.\n';
  return head + stringify({ people, reviews: [], price, answers: 'no' }, { lineWidth: 0 });
}
