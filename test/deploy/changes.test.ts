import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { pendingMigrations, runningVersion, whatChanges } from '../../src/cli/changes.ts';
import {
  builtMails,
  type MailHash,
  mailsIn,
  type RunningCourse,
} from '../../src/cli/course-mails.ts';
import { type BuiltConfig, bring } from '../../src/cli/deploy.ts';
import type { Frozen } from '../../src/cli/edition.ts';
import { ROOT, run } from '../../src/cli/local.ts';

const CHANGELOG = `# Changelog

## 0.3.0 (2027-02-01)

### For learners

- A third thing.

## 0.2.0 (2027-01-01)

### For operators

- A second thing.

## 0.1.0 (2026-12-01)

- The first version.
`;

let server: Server | undefined;

/** Answers every address with this; returns where. */
async function answering(body: string, status = 200): Promise<string> {
  server = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => server?.close());

describe('the mails of a version', () => {
  const built: MailHash[] = [
    { kind: 'lesson', lesson: 1, hash: 'a' },
    { kind: 'complete', lesson: null, hash: 'b' },
    { kind: 'confirm', lesson: null, hash: 'c' },
  ];
  const of = (hashes: Record<string, string>, keep = 0): RunningCourse => ({
    mails: built.flatMap((mail) => {
      const hash = hashes[mail.kind];
      return hash === undefined ? [] : [{ ...mail, hash, underway: { ours: 0, older: keep } }];
    }),
    numbers: { ahead: [1, 0, 0, 0, 0, 0, 0, 0, 7] },
  });

  test('are compared by their texts, each with whom it concerns', () => {
    expect(mailsIn(of({ lesson: 'a', complete: 'b', confirm: 'c' }), built)).toBe(
      'No mail changes.',
    );
    expect(mailsIn(of({ lesson: 'x', complete: 'y', confirm: 'z' }, 1), built).split('\n')).toEqual(
      [
        'Lesson 1 changes: 1 learner will get the new text, 1 mail under way keeps the old.',
        'The closing note changes: 7 learners will get the new text, 1 mail under way keeps the old.',
        'The mail “confirm” changes: 1 mail under way keeps the old.',
      ],
    );
    expect(mailsIn(of({ lesson: 'a', complete: 'b' }), built)).toBe('The mail “confirm” is new.');
    expect(mailsIn(null, built)).toContain('OPERATOR_TOKEN');
  });
});

describe('the version that runs', () => {
  test('is what its health says, also where mail has stopped', async () => {
    const url = await answering('{"version":"0.2.0","ok":false}', 503);
    expect(await runningVersion(url)).toEqual({ kind: 'version', version: '0.2.0' });
  });

  test('is the first one where its health does not say', async () => {
    const url = await answering('{"ok":true,"problems":[]}');
    expect(await runningVersion(url)).toEqual({ kind: 'version', version: '0.1.0' });
  });

  test.each(['<h1>Welcome to nginx!</h1>', 'null', '[]', '{}'])(
    'is nobody’s where %s answers',
    async (body) => {
      expect(await runningVersion(await answering(body))).toEqual({ kind: 'nobody' });
    },
  );

  test('is nobody’s where nothing answers', async () => {
    const url = await answering('');
    server?.close();
    expect(await runningVersion(url)).toEqual({ kind: 'nobody' });
  });
});

describe('what a deploy says before it changes anything', () => {
  const running = (version: string) => ({ kind: 'version', version }) as const;

  test('is every version since the one that runs, for whom, and no older one', () => {
    const said = whatChanges(running('0.1.0'), '0.3.0', CHANGELOG, []);
    expect(said).toContain('Version 0.1.0 runs; this is 0.3.0.');
    expect(said).toContain('### For learners\n\n- A third thing.');
    expect(said).toContain('### For operators\n\n- A second thing.');
    expect(said).not.toContain('The first version');
    expect(whatChanges(running('0.2.0'), '0.3.0', CHANGELOG, [])).not.toContain('A second thing');
  });

  test('is that nothing is newer, that nothing runs yet, or that the folder is older', () => {
    expect(whatChanges(running('0.3.0'), '0.3.0', CHANGELOG, [])).toMatch(/0\.3\.0 runs already/);
    expect(whatChanges({ kind: 'nobody' }, '0.3.0', CHANGELOG, [])).toMatch(/No other version/);
    const older = whatChanges(running('0.4.0'), '0.3.0', CHANGELOG, []);
    expect(older).toMatch(/0\.4\.0 runs.+does not know.+up to date\?/);
    expect(older).not.toContain('thing');
  });

  test('names the migrations that the database still gets, as Wrangler lists them', async () => {
    const state = await mkdtemp(join(tmpdir(), 'in-the-room-changes-'));
    try {
      const target = ['in-the-room', '--local', '--persist-to', state];
      const list = () => run('wrangler', ['d1', 'migrations', 'list', ...target]);
      const files = (await readdir(join(ROOT, 'migrations'))).filter((name) => /\.sql$/.test(name));
      const pending = pendingMigrations(await list());
      expect(pending).toEqual(files.sort());
      const said = whatChanges(running('0.3.0'), '0.3.0', CHANGELOG, pending);
      for (const name of files) expect(said).toContain(`  - ${name}`);
      await run('wrangler', ['d1', 'migrations', 'apply', ...target]);
      expect(pendingMigrations(await list())).toEqual([]);
    } finally {
      await rm(state, { recursive: true, force: true });
    }
  });
});

describe('a deploy', () => {
  let version: string;
  let config: BuiltConfig;

  beforeAll(async () => {
    ({ version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')));
  });

  afterAll(() => server?.close());

  /** A production whose health says a version, and what a deploy does there. */
  async function deploying(options: {
    runs: string;
    answer?: string;
    secrets?: string;
    dryRun?: boolean;
    loggedIn?: boolean;
    mails?: RunningCourse | null;
    edition?: Frozen | null;
    editionChanges?: boolean;
    /** Why the course that runs could not be asked about editions. */
    cannotAsk?: string;
    /** What the database says of adoptions; null where it has no table of them. */
    adoptionsRun?: number | null;
  }) {
    const { cannotAsk, adoptionsRun = null } = options;
    const { mails = null, edition = null, editionChanges = false } = options;
    const { runs, answer, secrets = 'every', dryRun = false, loggedIn = true } = options;
    config = {
      vars: { BASE_URL: await answering(JSON.stringify({ version: runs, ok: true })) },
      d1_databases: [{ binding: 'DB', database_id: '6d1b7a8e-93f4-4c0f-9d1c-0a9f3f0c5a11' }],
    };
    const did: string[] = [];
    const names = secrets === 'every' ? await requiredSecrets() : [];
    const world = {
      wrangler: async (args: string[]) => {
        const command = args.join(' ');
        if (command.startsWith('secret list')) {
          return JSON.stringify(names.map((name) => ({ name }))).replaceAll('":"', '": "');
        }
        if (command.startsWith('d1 migrations list')) {
          if (!loggedIn) throw new Error('You are not logged in');
          return '│ 0042_keep_a_promise.sql │';
        }
        if (command.startsWith('d1 execute')) {
          expect(command).toMatch(/adoptions.+ended/);
          if (adoptionsRun === null) throw new Error('no such table: adoptions');
          return JSON.stringify([{ results: [{ running: adoptionsRun }] }], null, 2);
        }
        did.push(command);
        return '';
      },
      say: (text: string) => void did.push(text),
      ask:
        answer === undefined
          ? null
          : async (question: string) => {
              did.push(question);
              return answer;
            },
      mails: async () => mails,
      edition: async (look: boolean) => {
        did.push(look ? 'edition looked at' : 'edition frozen');
        if (cannotAsk !== undefined) throw new Error(cannotAsk);
        return edition;
      },
    };
    const failure = await bring(config, world, { dryRun, editionChanges }).then(
      () => null,
      (error: Error) => error.message,
    );
    return { did, failure };
  }

  async function requiredSecrets(): Promise<string[]> {
    const toml = await readFile(join(ROOT, 'wrangler.toml'), 'utf8');
    return [...toml.matchAll(/^ {2}"([A-Z_]+)",/gm)].map(([, name = '']) => name);
  }

  const at = (did: string[], what: RegExp) => did.findIndex((each) => what.test(each));
  const APPLY = /^d1 migrations apply/;
  const UPLOAD = /^deploy$/;

  test('says what changes and asks before the first migration, and then goes on', async () => {
    const { did, failure } = await deploying({ runs: '0.1.0', answer: 'y' });
    expect(failure).toBeNull();
    const said = did[at(did, /Version 0\.1\.0 runs/)];
    expect(said).toContain(`this is ${version}. What changes, and for whom:\n\n## ${version}`);
    expect(said).toContain('0042_keep_a_promise.sql');
    const order = [/Version 0\.1\.0 runs/, /Go on\?/, APPLY, UPLOAD].map((what) => at(did, what));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
  });

  test('names each lesson that changes, who gets the new text, and what under way keeps the old', async () => {
    const mails = await builtMails();
    const running: RunningCourse = {
      mails: mails.map((mail) => ({
        ...mail,
        hash: mail.lesson === 3 ? 'another' : mail.hash,
        underway: { ours: 87, older: 0 },
      })),
      numbers: { ahead: [5, 9, 12_345, 20_000, 0, 0, 0, 0, 0] },
    };
    const { did } = await deploying({ runs: '0.1.0', answer: 'n', mails: running });
    expect(did[at(did, /Version 0\.1\.0 runs/)]).toContain(
      '\n\nLesson 3 changes: 12,345 learners will get the new text, 87 mails under way keep the old.\n',
    );
  });

  /** What the course that runs says of these lessons, where one provider has adopted others. */
  const edition = (kind: 'correction' | 'revision', why: string[] = []): Frozen => ({
    hash: 'e'.repeat(64),
    isNew: true,
    words: 12_024,
    items: 32,
    minutes: [96, 110, 124, 138, 152],
    adoptions: [
      {
        provider: 'Harbor Institute',
        slug: 'harbor-institute',
        lessons: [
          { lesson: 2, kind, why, changed: 1, of: 1503, difference: '“teh” becomes “the”' },
        ],
        items: [],
        follows: kind === 'correction',
        between: 17,
        wordsMissing: 0,
      },
    ],
  });

  test('with a corrected typo goes on, says who follows it, and keeps the edition', async () => {
    const { did, failure } = await deploying({ runs: '0.1.0', edition: edition('correction') });
    expect(failure).toBeNull();
    expect(did).toContain(
      'A correction of lesson 2 (“teh” becomes “the”), followed by 1 adoption.',
    );
    expect(did).toContain(`The lessons are kept as the edition ${'e'.repeat(64)}.`);
    expect(at(did, /edition looked at/)).toBeLessThan(at(did, APPLY));
    // Whoever gets the new text holds one that counts: it is kept before it goes out.
    expect(at(did, /edition frozen/)).toBeLessThan(at(did, UPLOAD));
    expect(did.filter((each) => /edition frozen/.test(each))).toHaveLength(1);
  });

  test('with a revision stops before anything changes, and names adoption, lesson and learners', async () => {
    const revision = edition('revision', ['a negation']);
    const { did, failure } = await deploying({ runs: '0.1.0', edition: revision });
    expect(failure).toMatch(/^The lessons are not the ones that were adopted/);
    expect(failure).toContain(
      'Harbor Institute must accept lesson 2 (a negation: “teh” becomes “the”) first',
    );
    expect(failure).toContain('npm run credit -- accept harbor-institute');
    expect(failure).toContain('17 of its learners are between lessons 1 and 8');
    expect(failure).toContain('npm run credit -- freeze --remote');
    expect(at(did, /edition frozen/)).toBe(-1);
    expect([at(did, APPLY), at(did, UPLOAD)]).toEqual([-1, -1]);
    const forced = await deploying({ runs: '0.1.0', edition: revision, editionChanges: true });
    expect(forced.failure).toBeNull();
    expect(at(forced.did, UPLOAD)).toBeGreaterThan(-1);
  });

  test('run dry says what it is to providers, and stops at nothing', async () => {
    const revision = edition('revision', ['a negation']);
    const { did, failure } = await deploying({ runs: '0.1.0', dryRun: true, edition: revision });
    expect(failure).toBeNull();
    expect(at(did, /^Harbor Institute must accept lesson 2/)).toBeGreaterThan(-1);
    expect(at(did, /edition frozen/)).toBe(-1);
    const unasked = { runs: '0.1.0', dryRun: true, cannotAsk: 'nobody', adoptionsRun: 1 };
    expect((await deploying(unasked)).failure).toBeNull();
  });

  test('with a correction about which a provider wants to be asked stops, too', async () => {
    const asked = edition('correction');
    asked.adoptions = asked.adoptions.map((each) => ({ ...each, follows: false }));
    const { failure } = await deploying({ runs: '0.1.0', edition: asked });
    expect(failure).toContain('must accept lesson 2 (a correction: “teh” becomes “the”) first');
  });

  test('with other items than were adopted stops, and says that nobody is asked them', async () => {
    const other = edition('correction');
    other.adoptions = other.adoptions.map((each) => ({
      ...each,
      lessons: [],
      items: ['2-1'],
      follows: false,
    }));
    const { failure } = await deploying({ runs: '0.1.0', edition: other });
    expect(failure).toContain('Harbor Institute must accept item 2-1 first');
    expect(failure).toContain('asked the items that it adopted');
    expect(failure).not.toContain('between lessons');
  });

  test('of a course that keeps no editions yet keeps them after the upload', async () => {
    const { did, failure } = await deploying({ runs: '0.1.0', edition: null });
    expect(failure).toBeNull();
    expect(at(did, /edition frozen/)).toBeGreaterThan(at(did, UPLOAD));
    expect(did).toContain(
      'The lessons are not kept as an edition yet: npm run credit -- freeze --remote',
    );
  });

  test('that cannot ask stops where a provider has adopted lessons, and nowhere else', async () => {
    const asked = { runs: '0.1.0', cannotAsk: 'OPERATOR_TOKEN: is not set.' };
    const { did, failure } = await deploying({ ...asked, adoptionsRun: 1 });
    expect(failure).toMatch(/could not be asked: OPERATOR_TOKEN: is not set\./);
    expect(failure).toContain('--edition-changes');
    expect([at(did, APPLY), at(did, UPLOAD)]).toEqual([-1, -1]);
    expect((await deploying({ ...asked, adoptionsRun: 0 })).failure).toBeNull();
    expect((await deploying({ ...asked, adoptionsRun: null })).failure).toBeNull();
    const forced = await deploying({ ...asked, adoptionsRun: 1, editionChanges: true });
    expect(at(forced.did, UPLOAD)).toBeGreaterThan(-1);
  });

  test('stops where words are missing for the hours that were adopted, and says how many', async () => {
    const [adoption] = edition('correction').adoptions;
    const cut = { ...edition('correction'), words: 11_930 };
    if (adoption) cut.adoptions = [{ ...adoption, lessons: [], follows: false, wordsMissing: 70 }];
    const { failure } = await deploying({ runs: '0.1.0', edition: cut });
    expect(failure).toContain('70 words are missing');
  });

  test.each(['', 'n', 'no', 'nyet'])('answered with %j changes nothing', async (answer) => {
    const { did, failure } = await deploying({ runs: '0.1.0', answer });
    expect(failure).toBe('Nothing was changed.');
    expect([at(did, APPLY), at(did, UPLOAD)]).toEqual([-1, -1]);
  });

  test('without a terminal asks nothing, says it all the same, and goes on', async () => {
    const { did, failure } = await deploying({ runs: '0.1.0' });
    expect(failure).toBeNull();
    expect(at(did, /Go on\?/)).toBe(-1);
    expect(at(did, /Version 0\.1\.0 runs/)).toBeLessThan(at(did, APPLY));
    expect(at(did, UPLOAD)).toBeGreaterThan(at(did, APPLY));
  });

  test('that lacks a secret says what changes, and then which, before anything changes', async () => {
    const { did, failure } = await deploying({ runs: '0.1.0', secrets: 'none', answer: 'y' });
    expect(failure).toMatch(/^Secrets are missing.*LOG_KEY/s);
    expect(at(did, /Version 0\.1\.0 runs/)).toBeGreaterThan(-1);
    expect(at(did, APPLY)).toBe(-1);
  });

  test.each([true, false])('run dry says it too, logged in or not (%s)', async (loggedIn) => {
    const { did, failure } = await deploying({ runs: '0.1.0', dryRun: true, loggedIn });
    expect(failure).toBeNull();
    const said = did[at(did, /Version 0\.1\.0 runs/)];
    expect(said).toContain(loggedIn ? '0042_keep_a_promise.sql' : 'npx wrangler login');
    expect([at(did, APPLY), at(did, UPLOAD)]).toEqual([-1, -1]);
    expect(did).toContain('deploy --dry-run');
  });
});

describe('this version', () => {
  test('is the newest in the changelog, with its day, and the same wherever it stands', async () => {
    const [settings = '', lock = '', changelog = ''] = await Promise.all(
      ['package.json', 'package-lock.json', 'CHANGELOG.md'].map((file) =>
        readFile(join(ROOT, file), 'utf8'),
      ),
    );
    const { version } = JSON.parse(settings);
    const locked = JSON.parse(lock);
    expect([locked.version, locked.packages[''].version]).toEqual([version, version]);
    const headings = changelog.match(/^## .+$/gm) ?? [];
    expect(headings[0]).toMatch(new RegExp(`^## ${version} \\(\\d{4}-\\d{2}-\\d{2}\\)$`));
    expect(headings.filter((heading) => !/^## \d+\.\d+\.\d+ \(/.test(heading))).toEqual([]);
  });
});
