import { join } from 'node:path';
import { run } from '../../src/cli/local.ts';
import { type Findings, median, type Options } from './figure.ts';

/** KB of 1000 bytes; wrangler counts KiB. */
const MOST = 200;
const KIB = 1.024;

const STARTS = 3;

/** What the Worker weighs as wrangler would upload it, and how long a fresh workerd takes to start it. */
export async function benchBundle(options: Options): Promise<Findings> {
  const config = await options.build();
  const bundle = join(options.folder, 'worker.bundle');
  const dry = await run('wrangler', ['deploy', '--dry-run', '-c', config, '--outfile', bundle]);
  const [, raw, gzip] = /Total Upload: ([\d.]+) KiB \/ gzip: ([\d.]+) KiB/.exec(dry) ?? [];
  if (!raw || !gzip) throw new Error(`wrangler did not say what the Worker weighs:\n${dry}`);

  const starts: { active: number; lines: string }[] = [];
  for (let start = 0; start < STARTS; start++) {
    const profile = join(options.folder, 'startup.cpuprofile');
    const output = await run('wrangler', [
      ...['check', 'startup', '--worker', bundle, '--outfile', profile],
    ]);
    const [, active] = /Active: ([\d.]+) ms/.exec(output) ?? [];
    if (!active) throw new Error(`wrangler did not say how long starting takes:\n${output}`);
    starts.push({ active: Number(active), lines: output });
  }
  const millis = starts.map((start) => start.active);
  const weight = Number(gzip) * KIB;
  return {
    details: ['', `Start-up, active CPU: ${millis.join(', ')} ms`],
    figures: [
      {
        figure: 'the Worker’s bundle, gzip',
        measured: `${weight.toFixed(1)} KB (${Math.round(Number(raw) * KIB)} KB before)`,
        target: `at most ${MOST} KB`,
        met: weight <= MOST,
      },
      {
        figure: '  its start-up (wrangler check startup, active CPU)',
        measured: `${median(millis).toFixed(0)} ms`,
        target: '',
        met: null,
      },
    ],
  };
}
