/** `npm run credit`: what the operator does about certificates, by a provider's word. */
import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { main, say } from './local.ts';
import { connect } from './operator.ts';

const USAGE = `npm run credit -- <command>

  show NUMBER                        what the register says of it
  replace NUMBER --name "…"          another certificate with the name put right; --latin for its Latin spelling
  withdraw NUMBER                    says for good that it does not stand
  forget NUMBER                      empties what is kept of somebody who has erased, before its date

  --by, --why                        who and why, for the record; no name of a learner in it
  --remote                           production, with the environment variable OPERATOR_TOKEN
  --url                              another address`;

interface Entry {
  number: string;
  state: { kind: string; on?: string; by?: string };
  provider: string;
  printed: { name: string; completedOn: string } | null;
  named: boolean;
  closed: { until: string | null } | null;
}

async function run(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      latin: { type: 'string' },
      by: { type: 'string' },
      why: { type: 'string' },
      remote: { type: 'boolean', default: false },
      url: { type: 'string' },
    },
  });
  const [command, number] = positionals;
  if (number === undefined) throw new Error(USAGE);
  const { remote, url, name, latin } = values;
  const path = `/certificates/${encodeURIComponent(number)}`;
  const why = { by: values.by ?? userInfo().username, reason: values.why };
  if (command !== 'show' && !why.reason) throw new Error('Say why, for the record: --why "…"');
  const operator = await connect({ remote, ...(url === undefined ? {} : { url }) });
  switch (command) {
    case 'show': {
      const entry = await operator.ask<Entry>(path);
      const { state, closed } = entry;
      say(`${entry.number}, ${entry.provider}: ${state.kind} ${state.on ?? state.by ?? ''}`.trim());
      if (entry.printed) say(`completed on ${entry.printed.completedOn}`);
      if (closed) say(`its holder has erased; kept until ${closed.until ?? 'no more'}`);
      return;
    }
    case 'replace': {
      const answer = await operator.ask<{ result: string; number: string }>(`${path}/replace`, {
        ...(name === undefined ? {} : { name }),
        ...(latin === undefined ? {} : { latin }),
        ...why,
      });
      const before = answer.result === 'replaced-already' ? ' It was replaced before.' : '';
      return say(`${answer.number} stands in its place.${before}`);
    }
    case 'withdraw': {
      const { result } = await operator.ask<{ result: string }>(`${path}/withdraw`, why);
      return say(result === 'withdrawn' ? 'Withdrawn.' : 'It was withdrawn before.');
    }
    case 'forget':
      await operator.ask(`${path}/forget`, why);
      return say('Forgotten. Its number stays, and says no more than that it was issued.');
    default:
      throw new Error(USAGE);
  }
}

if (import.meta.main) await main(() => run(process.argv.slice(2)));
