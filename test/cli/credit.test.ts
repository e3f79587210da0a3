import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import example from '../../src/cli/credit/adoption.example.json' with { type: 'json' };
import { builtEdition } from '../../src/cli/edition.ts';
import { run } from '../../src/cli/local.ts';
import { connect } from '../../src/cli/operator.ts';
import { addDemo } from '../../src/cli/providers.ts';
import { serveLocal, type TestServer } from '../support/local-server.ts';

describe('npm run credit', () => {
  let server: TestServer;
  let folder: string;
  const credit = (...args: string[]) =>
    run('node', ['src/cli/credit.ts', ...args, '--url', server.url], {
      env: { OPERATOR_TOKEN: '' },
    });
  const refused = (...args: string[]) =>
    credit(...args).then(
      () => 'it went through',
      (error: Error) => error.message,
    );

  beforeAll(async () => {
    server = await serveLocal();
    folder = await mkdtemp(join(tmpdir(), 'adoption-'));
    const operator = await connect({ remote: false, url: server.url });
    await addDemo(operator);
    const people = {
      title: 'In the Room',
      authors: ['Ana Example, PsyD'],
      reviewers: ['Ben Example, PhD'],
      itemWriters: ['Ana Example, PsyD'],
    };
    const why = { by: 'test', reason: 'to adopt it' };
    await operator.ask('/editions', { ...(await builtEdition()), people, ...why });
  });

  afterAll(async () => {
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const written = async (name: string, json: unknown) => {
    const file = join(folder, name);
    await writeFile(file, typeof json === 'string' ? json : JSON.stringify(json));
    return file;
  };

  it('says what it can do where it is asked for nothing, for something else, or for too little', async () => {
    for (const args of [['nothing'], ['adopt', 'demo'], ['toString']]) {
      const said = await refused(...args);
      expect(said).toContain('npm run credit -- <command>');
      expect(said).toMatch(/adopt SLUG FILE +takes in what a provider agreed to/);
    }
  });

  it('shows an adoption as its learners will read it, asks who agreed, and takes it in', async () => {
    const file = await written('adoption.json', example);
    const looked = await credit('adopt', 'demo', file, '--check');
    expect(looked).toContain('“The approver’s words stand here, letter by letter.”');
    expect(looked).toContain('does not count in New York');
    expect(looked).toContain('written by Ana Example, PsyD; reviewed by Ben Example, PhD');
    expect(looked).toContain('32 of its 32 questions stand in the public repository');
    const hash = /SHA-256 of all of it (\w{64})/.exec(looked)?.[1];

    expect(await refused('adopt', 'demo', file)).toContain(
      'Where this is right all the same: --yes',
    );
    expect(await refused('adopt', 'demo', file, '--yes')).toContain(
      'Say in `agreed_by` who at the provider agreed to exactly this',
    );
    const agreed = ['--yes', '--agreed-by', 'Dana Ortiz', '--agreed-on', '2026-11-27'];
    const adopted = await credit('adopt', 'demo', file, ...agreed);
    expect(adopted).toContain('Its learners read it on /credit/demo');
    expect(adopted).toContain(`SHA-256 of all of it ${hash}`);
    expect(await credit('adopt', 'demo', file, ...agreed)).toContain(
      'The one that runs says exactly this.',
    );

    const next = await written('next.json', {
      ...example,
      approvals: [],
      fee: 'USD 20.\nOn our site.',
    });
    expect(await refused('adopt', 'demo', next, ...agreed)).toContain('One runs until 2028-12-31');
    const followed = await credit('adopt', 'demo', next, '--follows', ...agreed);
    expect(followed).toContain('no approvals: a certificate of completion, and no word of credit');
    expect(followed).toContain('It follows the one until 2028-12-31; 0 open claims come along.');

    expect(await refused('end', 'demo')).toContain('Say why, for the record');
    expect(await credit('end', 'demo', '--why', 'their letter')).toContain('Ended.');
    expect(await refused('end', 'demo', '--why', 'again')).toContain(
      'Nothing of this provider’s runs',
    );
  });

  it('strikes an item once, opens no try to nobody, and shows what learners said, or that there are too few', async () => {
    const why = ['--by', 'test', '--why', 'its key was wrong'];
    expect(await refused('strike', 'demo', '3-1')).toContain('Say why, for the record');
    expect(await credit('strike', 'demo', '3-1', ...why)).toContain(
      '3-1 counts as right in every try',
    );
    expect(await credit('strike', 'demo', '3-1', ...why)).toContain('3-1 was struck before.');
    expect(await refused('strike', 'demo', '9-1', ...why)).toContain('no such item');
    expect(await refused('another-try', '12', ...why)).toContain('There is no claim with this id.');
    expect(await credit('evaluation', 'demo')).toContain(
      '0 shown, 0 waiting until there are five together',
    );
    expect(await refused('evaluation', 'demo', '--strike', 'abc', ...why)).toContain(
      'No comment that was shown has this name.',
    );
  });

  it('names each field that is wrong, and a file that is no JSON', async () => {
    const wrong = await written('wrong.json', { ...example, tries: 11, level: '' });
    const said = await refused('adopt', 'demo', wrong, '--check');
    expect(said).toContain('tries: must be 1 to 10');
    expect(said).toContain('level: must say something');
    const broken = await written('broken.json', '{ "from": ');
    expect(await refused('adopt', 'demo', broken, '--check')).toContain('broken.json is no JSON');
  });
});
