/**
 * `npm run bench`: what the service costs, measured on this machine. A missed target is reported, not
 * punished: the exit code is 0 unless something could not be measured.
 *
 *   --only signups|memory|tick|ledger|wave|week|bundle|page|embed|learner|roster   that part alone
 *   --detail                                 where the costs come from
 *   --quick                                  10,000 enrollments instead of 1,000,000, shorter rounds
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import workerd from 'workerd/package.json' with { type: 'json' };
import { main, ROOT, say } from '../../src/cli/local.ts';
import { buildProduction } from './build.ts';
import { benchBundle } from './bundle.ts';
import { benchEmbed } from './embed.ts';
import { type Findings, type Options, table } from './figure.ts';
import { benchLearner } from './learner.ts';
import { benchLedger } from './ledger.ts';
import { benchMemory } from './memory.ts';
import { benchPage } from './page.ts';
import { benchRoster } from './roster.ts';
import { benchSignups } from './signups.ts';
import { benchWave } from './wave.ts';
import { benchWeek } from './week.ts';

const PARTS = [
  'signups',
  'memory',
  'tick',
  'ledger',
  'wave',
  'week',
  'bundle',
  'page',
  'embed',
  'learner',
  'roster',
];

main(async () => {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      detail: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
    },
  });
  const { only } = values;
  if (only !== undefined && !PARTS.includes(only)) {
    throw new Error(`--only must be one of ${PARTS.join(', ')}, not ${only}`);
  }
  // The project's own wrangler and Node, also where npm did not put them on the path.
  process.env.PATH = [join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter);

  const began = Date.now();
  const folder = await mkdtemp(join(tmpdir(), 'in-the-room-bench-'));
  let build: Promise<string> | undefined;
  const options: Options = {
    folder,
    quick: values.quick,
    many: values.quick ? 10_000 : 1_000_000,
    build: () => {
      build ??= buildProduction(join(folder, 'build'));
      return build;
    },
  };
  const wants = (part: string) => only === undefined || only === part;
  const found: Findings[] = [];
  const broken: string[] = [];
  // What was measured is shown whatever becomes of the other parts.
  const measure = async (title: string, part: Promise<Findings>) => {
    say(`${title} …`);
    try {
      found.push(await part);
    } catch (error) {
      broken.push(`${title}: ${error instanceof Error ? error.message : error}`);
    }
  };
  try {
    if (wants('signups')) await measure('Signups', benchSignups(options));
    if (wants('memory')) await measure('Memory of signups', benchMemory(options));
    if (wants('tick') || wants('ledger')) {
      const wanted = { tick: wants('tick'), dispatch: wants('ledger') };
      await measure('Ticks and the ledger', benchLedger(options, wanted));
    }
    if (wants('wave')) await measure('A wave of lessons', benchWave(options));
    if (wants('week')) await measure('A week of lessons', benchWeek(options));
    if (wants('bundle')) await measure('The bundle', benchBundle(options));
    if (wants('page')) await measure('The public pages', benchPage(options));
    if (wants('embed')) await measure('The form on other sites', benchEmbed(options));
    if (wants('learner')) await measure('The learner’s page', benchLearner(options));
    if (wants('roster'))
      await measure('A provider with half a million learners', benchRoster(options));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }

  if (values.detail) for (const line of found.flatMap((part) => part.details)) say(line);
  say();
  for (const line of table(found.flatMap((part) => part.figures))) say(line);
  const seconds = Math.round((Date.now() - began) / 1000);
  say(
    `\n${availableParallelism()} cores, Node ${process.versions.node}, workerd ${workerd.version}, ${seconds} s`,
  );
  for (const line of broken) say(`\nNOT MEASURED  ${line}`);
  process.exit(broken.length === 0 ? 0 : 1);
});
