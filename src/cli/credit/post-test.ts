import { say } from '../local.ts';
import type { Call, Command } from './command.ts';

interface Tally {
  scores: number[];
  none: number;
}

interface Summary {
  shown: number;
  waiting: number;
  objectives: { text: string; tally: Tally }[];
  scales: Record<string, Tally>;
  hours: number[];
  accommodation: Record<string, number>;
  comments: { ref: string; text: string }[];
}

const first = ({ words: [word = ''] }: Call) => encodeURIComponent(word);

/** What is done about the post-test and the evaluation, by a provider’s word. */
export const postTestCommands: Record<string, Command> = {
  strike: {
    usage: ['PROVIDER ITEM', 'an item that is wrong (3-1) counts as right for everybody'],
    words: 2,
    async run(call) {
      const item = call.words[1] ?? '';
      const path = `/post-tests/${first(call)}/strike`;
      const { result } = await call.operator.ask<{ result: string }>(path, {
        item,
        ...call.why(),
      });
      say(
        result === 'struck'
          ? `${item} counts as right in every try, those handed in before too. Whoever passes by that gets a mail.`
          : `${item} was struck before.`,
      );
    },
  },
  'another-try': {
    usage: ['CLAIM', 'one more try for somebody who has none left'],
    words: 1,
    async run(call) {
      const path = `/claims/${first(call)}/another-try`;
      const { result } = await call.operator.ask<{ result: string }>(path, call.why());
      say(
        result === 'given' ? 'They can take one more.' : 'They have one, so nothing was changed.',
      );
    },
  },
  evaluation: {
    usage: [
      'PROVIDER',
      'what its learners said; --strike COMMENT takes one out that names somebody',
    ],
    words: 1,
    options: { strike: { type: 'string' } },
    async run(call) {
      const path = `/evaluations/${first(call)}`;
      const comment = call.text('strike');
      if (comment !== undefined) {
        await call.operator.ask(`${path}/strike`, { comment, ...call.why() });
        return say('Taken out. The answers beside it stay.');
      }
      const summary = await call.operator.ask<Summary>(path);
      say(`${summary.shown} shown, ${summary.waiting} waiting until there are five together`);
      if (summary.shown === 0) return;
      say('How many gave 1, 2, 3, 4, 5, and no answer:');
      for (const { text, tally } of summary.objectives) say(lineOf(text, tally));
      for (const [name, tally] of Object.entries(summary.scales)) say(lineOf(name, tally));
      say(`Hours: ${summary.hours.join(', ') || 'none said'}`);
      const met = Object.entries(summary.accommodation).map(([what, n]) => `${what} ${n}`);
      say(`Arrangements: ${met.join(', ')}`);
      if (summary.comments.length > 0) say('What to change, in no order:');
      for (const { ref, text } of summary.comments) say(`  ${ref}  ${text}`);
    },
  },
};

const lineOf = (name: string, { scores, none }: Tally) =>
  `  ${[...scores, none].map((n) => String(n).padStart(4)).join('')}   ${name}`;
