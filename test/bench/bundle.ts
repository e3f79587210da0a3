import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { run } from '../../src/cli/local.ts';
import { type Findings, median, type Options } from './figure.ts';

/** KB of 1000 bytes; wrangler counts KiB. What is imported when it is first asked for weighs on no start. */
const MOST = { start: 260, upload: 1_200, millis: 40 };
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
  const upload = Number(gzip) * KIB;
  const start = (await startsWith(config)) / 1000;
  const active = median(millis);
  return {
    details: ['', `Start-up, active CPU: ${millis.join(', ')} ms`],
    figures: [
      {
        figure: 'what a cold start evaluates, gzip',
        measured: `${start.toFixed(1)} KB`,
        target: `at most ${MOST.start} KB`,
        met: start <= MOST.start,
      },
      {
        figure: '  its CPU (wrangler check startup, active)',
        measured: `${active.toFixed(0)} ms`,
        target: `at most ${MOST.millis} ms`,
        met: active <= MOST.millis,
      },
      {
        figure: '  the whole upload, gzip',
        measured: `${upload.toFixed(1)} KB (${Math.round(Number(raw) * KIB)} KB before)`,
        target: `at most ${MOST.upload} KB`,
        met: upload <= MOST.upload,
      },
    ],
  };
}

/** Bytes, gzip, of the Worker's entry and all that it imports by declaration. */
async function startsWith(config: string): Promise<number> {
  const { main } = JSON.parse(await readFile(config, 'utf8')) as { main: string };
  const seen = new Set<string>();
  const texts: string[] = [];
  const visit = async (file: string): Promise<void> => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = await readFile(file, 'utf8');
    texts.push(text);
    const declared = text.matchAll(/\b(?:import|export)\b[^;'"()]*?["'](\.\.?\/[^"']+)["']/g);
    for (const [, path = ''] of declared) await visit(join(dirname(file), path));
  };
  await visit(join(dirname(config), main));
  return gzipSync(texts.join('\n')).byteLength;
}
