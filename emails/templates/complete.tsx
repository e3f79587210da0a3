import { join } from 'node:path';
import { type NoteWords, note, type Recipient, SAMPLE_RECIPIENT } from '../components/note.tsx';
import { type Lesson, readLessons, WEEKS } from '../lesson.ts';

export interface CompleteProps extends Recipient {
  /** The learner's page. */
  learnUrl: string;
  /** The hour at which the lessons came: "Tuesdays at 7:30 am, Berlin time". */
  slot: string;
  /** Through whom the course is taken, with a line break before it; empty where through nobody. */
  offered: string;
  /** What the lessons call their practices, week by week. */
  practices: Lesson['practice'][];
}

/** The closing note, a week after the eighth lesson. */
export default note<CompleteProps>('In the Room: what you have now, and how to keep it', words, {
  ...SAMPLE_RECIPIENT,
  learnUrl: 'https://intheroom.example/learn/l1.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g',
  slot: 'Tuesdays at 7:30 am, Berlin time',
  offered: '\nOffered through Harbor Institute',
  // Read when it is looked at.
  get practices() {
    return readLessons(join(import.meta.dirname, '../lessons')).map(({ practice }) => practice);
  },
});

function words(props: CompleteProps): NoteWords {
  const { greeting, learnUrl, slot, offered, practices, unsubscribeUrl } = props;
  return {
    title: 'What you have now, and how to keep it',
    offered,
    preview: 'The eight practices on one page, a way to keep one of them, and where to reread.',
    end: { kicker: `After week ${WEEKS}`, week: WEEKS + 1, drawing: 'closing' },
    opening: `
${greeting}

You have had the eighth lesson, and there is no ninth. This note puts what you have practiced in one
place, and says how to keep it.

## Eight practices

${practices.map(({ name, when }, at) => `${at + 1}. **${name}**, ${when}.`).join('\n')}

You will not need all eight in one hour, and some weeks you will need none of them.

## How to keep it

Go back to the sheet from week 8, with its practice, limit, support and measure. If you never wrote
it, ten minutes are enough. Keep one practice, the one that helped a client, until you notice that
you no longer plan it. Then take another.

Put the date at the bottom of the sheet into your calendar, and take it to a supervisor or a
colleague who will ask you about it. Let clients’ own ratings and words tell you how it lands,
more than your own impression of the session.

The limits hold as before. Where there is risk, the protocol comes first, and a new move goes to
supervision before it goes into a session.

## Where to reread

All eight lessons, with their references, stay on your course page.
`,
    action: { label: 'Open your course page', href: learnUrl },
    closing: 'This was the last mail of the course. Thank you for reading.',
    why: `
You signed up for In the Room and confirmed this address. The lessons came at your hour: ${slot}.

[Read the lessons again](${learnUrl})
`,
    unsubscribeUrl,
  };
}
