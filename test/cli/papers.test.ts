import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { monthlyCost } from '../../src/cli/cost.ts';
import { ROOT } from '../../src/cli/local.ts';

/** What a stranger reads first: each true where a file can tell. */
const PAPERS = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'src/cli/README.md',
  'src/widget/README.md',
];
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const withoutCode = (text: string) =>
  text.replace(/^ *```.*?^ *```/gms, '').replace(/`[^`]*`/g, '');

/** As GitHub makes them. */
function anchorsIn(text: string): Set<string> {
  const headings = [...text.replace(/^ *```.*?^ *```/gms, '').matchAll(/^#+ (.+)$/gm)];
  return new Set(
    headings.map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Links that lead nowhere, as `file: link`. */
function deadLinks(path: string, text: string): string[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? path : join(dirname(path), file);
    const stands =
      existsSync(join(ROOT, target)) &&
      (anchor === undefined || anchorsIn(target === path ? text : read(target)).has(anchor));
    return stands ? [] : [`${path}: ${link}`];
  });
}

/** Files of ours that are named and do not stand, as `file: path`. */
function missingFiles(path: string, text: string): string[] {
  const named = text.matchAll(/(?<![\w./-])((?:src|test|emails|migrations)\/[\w./-]*[\w/])/g);
  return [...named].flatMap(([, file = '']) =>
    existsSync(join(ROOT, file)) ? [] : [`${path}: ${file}`],
  );
}

describe('README, ARCHITECTURE and the other papers', () => {
  it.each(PAPERS)('%s leads nowhere that is not there', (path) => {
    expect(deadLinks(path, read(path))).toEqual([]);
    expect(missingFiles(path, read(path))).toEqual([]);
  });

  it('name every command of package.json where the operator looks for it', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const table = read('src/cli/README.md').split('\n## Commands\n')[1]?.split('\n## ')[0] ?? '';
    const own = Object.keys(scripts).filter((name) => name !== 'postinstall');
    const listed = own.filter((name) =>
      new RegExp(`\`npm (run )?${name}( -- [^\`]*)?\``).test(table),
    );
    expect(listed).toEqual(own);
  });

  it('keep the README within what a stranger reads: 200 lines', () => {
    expect(read('README.md').split('\n').length).toBeLessThanOrEqual(201);
  });

  it('are seen to lead nowhere where they do', () => {
    const text =
      '# A title\n[a](#a-title) [b](#b) [c](nowhere.md) [d](https://x.example)\n`[e](f)`';
    expect(deadLinks('README.md', text)).toEqual(['README.md: #b', 'README.md: nowhere.md']);
    expect(missingFiles('README.md', '`src/env.ts`, `src/environment.ts`')).toEqual([
      'README.md: src/environment.ts',
    ]);
  });
});

describe('what it costs', () => {
  it('is in the README what the published prices make of it', () => {
    const section = read('README.md').split('\n## What it costs\n')[1] ?? '';
    const lines = section.split('\n').filter((line) => /^\| \d/.test(line));
    const expected = [100, 1000, 10_000].map((learners) => {
      const { mails, cloudflare, resend, plan } = monthlyCost(learners);
      const [count, sent] = [learners, mails].map((each) => each.toLocaleString('en-US'));
      const [a, b, both] = [cloudflare, resend, cloudflare + resend].map((each) => each.toFixed(2));
      return `| ${count} | ${sent} | $${a} | $${b} (${plan}) | $${both} |`;
    });
    expect(lines).toEqual(expected);
  });

  it('is free of Resend’s price while its free plan carries twice an average day', () => {
    expect(monthlyCost(250)).toMatchObject({ plan: 'Free', resend: 0 });
    expect(monthlyCost(260)).toMatchObject({ plan: 'Pro', resend: 20 });
  });

  it('grows by each begun thousand of mails beyond a plan, and never beyond the next plan’s price', () => {
    expect(monthlyCost(8362)).toMatchObject({ mails: 49_995, resend: 20 });
    expect(monthlyCost(8363).resend).toBeCloseTo(20.9);
    for (let learners = 1000; learners < 400_000; learners += 1000) {
      const { mails, resend } = monthlyCost(learners);
      if (mails <= 100_000) expect(resend).toBeLessThanOrEqual(90);
      if (mails <= 1_000_000) expect(resend).toBeLessThanOrEqual(650);
    }
  });

  it('stays at Cloudflare’s five dollars until more is used than the plan holds', () => {
    expect(monthlyCost(1).cloudflare).toBe(5);
    expect(monthlyCost(10_000).cloudflare).toBe(5);
    expect(monthlyCost(1_000_000).cloudflare).toBeGreaterThan(50);
  });
});
