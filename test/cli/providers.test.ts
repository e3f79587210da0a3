import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adoptDemo } from '../../src/cli/demo.ts';
import { run } from '../../src/cli/local.ts';
import { connect } from '../../src/cli/operator.ts';
import { addDemo } from '../../src/cli/providers.ts';
import { csvLines } from '../../src/share/csv.ts';
import { formulas } from '../cases/formulas.ts';
import { serveLocal, type TestServer } from '../support/local-server.ts';

/** Cells of a CSV text (RFC 4180), read as a spreadsheet does. */
function cellsOf(csv: string): string[][] {
  const lines: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < csv.length; at++) {
    const sign = csv[at];
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (csv[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === ',' || sign === '\n') {
      lines.at(-1)?.push(cell);
      cell = '';
      if (sign === '\n') lines.push([]);
    } else if (sign !== '\r') cell += sign;
  }
  return lines.slice(0, -1);
}

describe('a cell', () => {
  it.each(formulas)('with %j is no formula (a quote before it: %s): %s', (typed, runs) => {
    const row = { ref: 'ab12', name: typed, email: 'a@example.org', weeks: 3, allEight: true };
    const lines = cellsOf(csvLines([{ ...row, began: 0, finished: null }]));
    const kept = runs ? `'${typed}` : typed;
    expect(lines).toEqual([['ab12', kept, 'a@example.org', '3', 'yes', '1970-01-01', '']]);
  });
});

describe('npm run providers', () => {
  let server: TestServer;
  const providers = (...args: string[]) =>
    run('node', ['src/cli/providers.ts', ...args, '--url', server.url], {
      env: { OPERATOR_TOKEN: '' },
    });

  beforeAll(async () => {
    server = await serveLocal();
  });

  afterAll(() => server?.close());

  it('takes a provider in, shows its three snippets, and looks after it', async () => {
    const added = await providers('add', 'Harbor Institute', '--origin', 'https://harbor.example');
    const [key] = /pk_[0-9a-f]{20}/.exec(added) ?? [];
    expect(added).toContain(`<script async src="${server.url}/embed.js" data-provider="${key}">`);
    expect(added).toContain(`<iframe src="${server.url}/embed/${key}"`);
    expect(added).toContain(`<form method="post" action="${server.url}/signup"`);
    expect(await providers('show', 'harbor-institute')).toBe(added);
    expect(await providers('list')).toMatch(
      /^harbor-institute +active +being counted: look again in a minute +Harbor Institute$/m,
    );
    expect(await providers('pause', 'harbor-institute')).toContain('harbor-institute: paused');
    expect(await providers('resume', 'harbor-institute')).toContain('resumed');
    const moved = await providers(
      'change',
      'harbor-institute',
      '--origin',
      'https://a.example',
      '--origin',
      'https://b.example',
      '--zone',
      'America/Chicago',
    );
    expect(moved).toMatch(/origins +https:\/\/a\.example, https:\/\/b\.example/);
    expect(moved).toMatch(/zone +America\/Chicago/);
    const rotated = await providers('rotate-key', 'harbor-institute', '--overlap', '0');
    expect(rotated.replace(/^ *old keys .*$/m, '')).not.toContain(key);
    expect(rotated).toContain('The old key takes no signups any more.');
    expect(await providers('roster', 'harbor-institute')).toContain('Nobody has confirmed');
  });

  it('writes a roster into a file that holds nothing else, for a spreadsheet and its owner alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'in-the-room-roster-'));
    const file = join(folder, 'roster.csv');
    const args = ['run', 'providers', '--', 'roster', 'demo', '--out', file, '--url', server.url];
    await addDemo(await connect({ remote: false, url: server.url }));
    // As the README has it, with npm's own lines on the screen and not in the file.
    const printed = await run('npm', args, { env: { OPERATOR_TOKEN: '' } });
    expect(printed).toContain(`${file}: 0 learners.`);
    const bytes = await readFile(file);
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(bytes.subarray(3).toString()).toBe(
      '"ref","name","address","weeks sent","all eight sent","began on","all eight sent on"\r\n',
    );
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await rm(folder, { recursive: true });
  });

  it('says in the course’s own words what is wrong, and fails', async () => {
    const nobody = providers('show', 'nobody');
    await expect(nobody).rejects.toThrow('There is no provider of this name.');
    const path = providers('add', 'Cedar', '--origin', 'https://cedar.example/courses');
    await expect(path).rejects.toThrow('is not an origin');
    await expect(providers('dance')).rejects.toThrow('npm run providers -- <command>');
  });

  it('looks whether the form is on a page, by asking that page alone, and says how to mend it', async () => {
    const asked: string[] = [];
    const site = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.cookie ?? ''}`);
      if (request.url === '/away') response.writeHead(302, { location: `${server.url}/` }).end();
      else response.writeHead(200, { 'content-type': 'text/html' }).end(pages[request.url ?? '']);
    });
    await new Promise<void>((done) => site.listen(0, '127.0.0.1', done));
    const { port } = site.address() as AddressInfo;
    const origin = `http://127.0.0.1:${port}`;
    const added = await providers('add', 'Alder', '--origin', origin);
    const [snippet = ''] = /<script async.*\n.*/.exec(added) ?? [];
    const pages: Record<string, string> = {
      '/': '<h1>Nothing yet</h1>',
      '/form': `<h1>Courses</h1>${snippet}`,
      '/wrong': snippet.replace(/pk_\w+/g, 'pk_other'),
    };
    try {
      expect(await providers('check', 'alder', `${origin}/`)).toMatch(
        /seen in a browser: not yet\n {2}note: The form is not in the page/,
      );
      expect(await providers('check', 'alder', `${origin}/form`)).toMatch(/good: .* with your key/);
      expect(await providers('check', 'alder', `${origin}/wrong`)).toMatch(
        /fault: .*none of yours \(pk_other\)\.\n {4}Put your key pk_[0-9a-f]{20} in its place/,
      );
      expect(await providers('check', 'alder', `${origin}/away`)).toContain(
        `leads away to ${server.url}`,
      );
      expect(asked).toEqual(['GET / ', 'GET /form ', 'GET /wrong ', 'GET /away ']);
      await expect(providers('check', 'alder', 'ftp://harbor.example')).rejects.toThrow(
        'whole address',
      );
    } finally {
      site.close();
    }
  });

  it('refuses production without the operator’s token', async () => {
    await expect(providers('list', '--remote')).rejects.toThrow('OPERATOR_TOKEN');
  });

  it('a local start adds the demo provider once', async () => {
    const operator = await connect({ remote: false, url: server.url });
    await addDemo(operator);
    await addDemo(operator);
    expect((await providers('list')).match(/Harbor Institute \(demo\)/g)).toHaveLength(1);
    expect(await providers('show', 'demo')).toContain('http://localhost:8000');
  });

  it('a local start has it adopt the lessons once, without an approval', async () => {
    const operator = await connect({ remote: false, url: server.url });
    await addDemo(operator);
    const keys = await adoptDemo(operator);
    await adoptDemo(operator);
    expect(keys.size).toBe(32);
    const { adoptions } = await operator.ask<{
      adoptions: { ended: string | null; body: { approvals: unknown[] } }[];
    }>('/adoptions/demo');
    expect(adoptions).toMatchObject([{ ended: null, body: { approvals: [] } }]);
  });
});
