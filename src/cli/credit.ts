/** `npm run credit`: what the operator does about credit, by a provider's word. */
import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { adoptionCommands } from './credit/adoptions.ts';
import { certificateCommands } from './credit/certificates.ts';
import { claimCommands } from './credit/claims.ts';
import type { Command } from './credit/command.ts';
import { editionCommands } from './credit/editions.ts';
import { postTestCommands } from './credit/post-test.ts';
import { reportCommands } from './credit/reports.ts';
import { main } from './local.ts';
import { connect } from './operator.ts';

const COMMANDS: Readonly<Record<string, Command>> = {
  ...editionCommands,
  ...adoptionCommands,
  ...claimCommands,
  ...postTestCommands,
  ...certificateCommands,
  ...reportCommands,
};

/** What it does stands below its words where they are long, and what else it takes below that. */
const usageOf = ([name, { usage }]: [string, Command]) => {
  const [words, ...does] = usage;
  const called = `  ${name} ${words}`;
  const beside = called.length < 37;
  const first = beside ? [called.padEnd(37) + does.shift()] : [called];
  return [...first, ...does.map((line) => ' '.repeat(37) + line)].join('\n');
};

const USAGE = `npm run credit -- <command>

${Object.entries(COMMANDS).map(usageOf).join('\n')}

  --by, --why                        who and why, for the record; no name of a learner in it
  --remote                           production, with the environment variable OPERATOR_TOKEN
  --url                              another address`;

/** @throws Error with the usage, or in the course’s own words where it refuses */
async function run([name = '', ...args]: string[]): Promise<void> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new Error(USAGE);
  const { values, positionals: words } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...command.options,
      by: { type: 'string' },
      why: { type: 'string' },
      remote: { type: 'boolean', default: false },
      url: { type: 'string' },
    },
  });
  if (words.length < command.words) throw new Error(USAGE);
  const text = (option: string) => {
    const value = (values as Record<string, unknown>)[option];
    return typeof value === 'string' ? value : undefined;
  };
  const url = text('url');
  const remote = values.remote === true;
  await command.run({
    operator: await connect({ remote, ...(url === undefined ? {} : { url }) }),
    words,
    text,
    given: (option) => (values as Record<string, unknown>)[option] === true,
    why(usual) {
      const reason = text('why') ?? usual;
      if (!reason) throw new Error('Say why, for the record: --why "…"');
      return { by: text('by') ?? userInfo().username, reason };
    },
  });
}

if (import.meta.main) await main(() => run(process.argv.slice(2)));
