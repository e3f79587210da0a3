import { say } from '../local.ts';
import type { Call, Command } from './command.ts';

interface Claim {
  id: number;
  round: number;
  state: string;
  name: string | null;
  begun: string;
  completedOn: string | null;
  tries: number;
  right: number | null;
}

const path = ({ words: [id = ''] }: Call) => `/claims/${encodeURIComponent(id)}`;

/** What is done about ways to a certificate, by a provider’s word. */
export const claimCommands: Record<string, Command> = {
  claims: {
    usage: ['PROVIDER', 'its claims: those that wait for its word first'],
    words: 1,
    async run({ operator, words: [provider = ''] }) {
      const { claims } = await operator.ask<{ claims: Claim[] }>(
        `/claims?provider=${encodeURIComponent(provider)}`,
      );
      if (claims.length === 0) say('No claims.');
      for (const { id, round, state, name, begun, completedOn, tries, right } of claims) {
        const score = right === null ? `tries ${tries}` : `${right} right, tries ${tries}`;
        const day = completedOn ? `completed ${completedOn}` : `begun ${begun.slice(0, 10)}`;
        const again = round > 1 ? `, round ${round}` : '';
        say(`${id}  ${state.padEnd(8)}  ${day}  ${score}${again}  ${name ?? '(no name yet)'}`);
      }
    },
  },
  release: {
    usage: ['CLAIM', 'lets a completed claim get its certificate (by-hand adoptions)'],
    words: 1,
    async run(call) {
      const { number } = await call.operator.ask<{ number: string }>(
        `${path(call)}/release`,
        call.why(),
      );
      say(`${number} is issued.`);
    },
  },
  refuse: {
    usage: ['CLAIM', 'closes a claim for which its provider gives no certificate'],
    words: 1,
    async run(call) {
      const asked = call.operator.ask<{ result: string }>(`${path(call)}/refuse`, call.why());
      const { result } = await asked;
      say(result === 'refused' ? 'Refused. `again` opens it once more.' : 'It was refused before.');
    },
  },
  again: {
    usage: ['CLAIM', 'another round for a later license period, or a refused claim once more'],
    words: 1,
    async run(call) {
      await call.operator.ask(`${path(call)}/again`, call.why());
      say('Its learner can begin on their page.');
    },
  },
};
