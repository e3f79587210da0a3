import { say } from '../local.ts';
import { saveLines } from '../save-lines.ts';
import type { Command } from './command.ts';

/** What a provider is handed of its certificates, also once it has left. */
export const reportCommands: Record<string, Command> = {
  report: {
    usage: ['PROVIDER --out FILE', 'every certificate that it keeps, as CSV'],
    words: 1,
    options: { out: { type: 'string' } },
    async run({ operator, words: [provider = ''], text, why }) {
      const out = text('out');
      if (out === undefined) throw new Error('Say where to: --out certificates.csv');
      const path = `/reports/${encodeURIComponent(provider)}`;
      const lines = await saveLines(await operator.file(path, why()), out);
      say(`${out}: ${lines} certificates. It holds names and licenses: keep it so.`);
    },
  },
  record: {
    usage: [
      'PROVIDER NUMBER',
      'all that is kept of one certificate, as JSON; the portal prints it',
    ],
    words: 2,
    async run({ operator, words: [provider = '', number = ''] }) {
      const path = `/reports/${encodeURIComponent(provider)}/${encodeURIComponent(number)}`;
      say(JSON.stringify(await operator.ask(path), null, 2));
    },
  },
};
