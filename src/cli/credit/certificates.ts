import { say } from '../local.ts';
import type { Call, Command } from './command.ts';

interface Entry {
  number: string;
  state: { kind: string; on?: string; by?: string };
  provider: string;
  printed: { name: string; completedOn: string } | null;
  named: boolean;
  closed: { until: string | null } | null;
}

const path = ({ words: [number = ''] }: Call) => `/certificates/${encodeURIComponent(number)}`;

/** What can be put right on one. */
const PARTS = ['name', 'latin', 'licence', 'jurisdiction', 'profession'];

/** What is done about certificates, by a provider’s word. */
export const certificateCommands: Record<string, Command> = {
  show: {
    usage: ['NUMBER', 'what the register says of it'],
    words: 1,
    async run(call) {
      const entry = await call.operator.ask<Entry>(path(call));
      const { state, closed } = entry;
      say(`${entry.number}, ${entry.provider}: ${state.kind} ${state.on ?? state.by ?? ''}`.trim());
      if (entry.printed) say(`completed on ${entry.printed.completedOn}`);
      if (closed) say(`its holder has erased; kept until ${closed.until ?? 'no more'}`);
    },
  },
  replace: {
    usage: [
      'NUMBER --name "…"',
      'another certificate with what is wrong put right: --name, --latin for its Latin spelling; --licence, --jurisdiction and --profession together',
    ],
    words: 1,
    options: Object.fromEntries(PARTS.map((part) => [part, { type: 'string' }])),
    async run(call) {
      const answer = await call.operator.ask<{ result: string; number: string }>(
        `${path(call)}/replace`,
        {
          ...Object.fromEntries(PARTS.map((part) => [part, call.text(part)])),
          ...call.why(),
        },
      );
      const before = answer.result === 'replaced-already' ? ' It was replaced before.' : '';
      say(`${answer.number} stands in its place.${before}`);
    },
  },
  withdraw: {
    usage: ['NUMBER', 'says for good that it does not stand'],
    words: 1,
    async run(call) {
      const asked = call.operator.ask<{ result: string }>(`${path(call)}/withdraw`, call.why());
      const { result } = await asked;
      say(result === 'withdrawn' ? 'Withdrawn.' : 'It was withdrawn before.');
    },
  },
  forget: {
    usage: ['NUMBER', 'empties what is kept of somebody who has erased, before its date'],
    words: 1,
    async run(call) {
      await call.operator.ask(`${path(call)}/forget`, call.why());
      say('Forgotten. Its number stays, and says no more than that it was issued.');
    },
  },
};
