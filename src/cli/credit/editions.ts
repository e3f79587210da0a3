import { builtEdition, consequences, type Frozen } from '../edition.ts';
import { say } from '../local.ts';
import type { Command } from './command.ts';

interface Listed {
  editions: { hash: string; words: number; storedAt: string }[];
}

/** What is done about editions. */
export const editionCommands: Record<string, Command> = {
  freeze: {
    usage: [
      '[--items FILE]',
      'stores the lessons and their test as they are here; --look says only what that would mean',
    ],
    words: 0,
    options: { items: { type: 'string' }, look: { type: 'boolean', default: false } },
    async run({ operator, text, given, why }) {
      const edition = await builtEdition(text('items'));
      const look = given('look');
      const frozen = await operator.ask<Frozen>('/editions', {
        ...edition,
        look,
        ...why('the lessons as they are in the working tree'),
      });
      const { hash, words, items, minutes } = frozen;
      const done = look ? 'Would be' : frozen.isNew ? 'Stored as' : 'Was stored before as';
      say(`${done} ${hash}`);
      say(`${words} words, ${items} items`);
      say(
        `by Mergener’s formula, for difficulty 1 to 5: ${minutes.map((each) => `${each} minutes`).join(', ')}`,
      );
      if (edition.itemsArePublic) {
        say(
          'Its items stand in the public repository with their keys, so they prove little to a board: --items FILE takes others.',
        );
      }
      for (const line of consequences(frozen)) say(line);
    },
  },
  editions: {
    usage: ['', 'every edition that is kept, the latest first'],
    words: 0,
    async run({ operator }) {
      const { editions } = await operator.ask<Listed>('/editions');
      if (editions.length === 0) say('None yet: npm run credit -- freeze');
      for (const { hash, words, storedAt } of editions) {
        say(`${hash}  ${words} words  ${storedAt.slice(0, 10)}`);
      }
    },
  },
  accept: {
    usage: [
      'PROVIDER',
      'its running adoption counts the latest edition’s texts, by its word; --edition for another',
    ],
    words: 1,
    options: { edition: { type: 'string' } },
    async run({ operator, words: [provider = ''], text, why }) {
      const latest = (await operator.ask<Listed>('/editions')).editions[0]?.hash;
      const hash = text('edition') ?? latest;
      if (hash === undefined) throw new Error('There is no edition yet: npm run credit -- freeze');
      const { lessons, items } = await operator.ask<{ lessons: number[]; items: string[] }>(
        `/editions/${hash}/accept`,
        { provider, ...why() },
      );
      const accepted = [
        ...lessons.map((lesson) => `lesson ${lesson}`),
        ...items.map((item) => `item ${item}`),
      ];
      say(
        accepted.length === 0
          ? 'It counted all of them before.'
          : `Accepted: ${accepted.join(', ')}.`,
      );
    },
  },
};
