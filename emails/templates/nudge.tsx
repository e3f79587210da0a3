import { type NoteWords, note, type Recipient, SAMPLE_RECIPIENT } from '../components/note.tsx';

export interface NudgeProps extends Recipient {
  /** The learner’s page. */
  learnUrl: string;
  /** The learner’s page, at another hour, at a pause, and at the switch for this mail. */
  hourUrl: string;
  pauseUrl: string;
  nudgesUrl: string;
  /** "Tuesdays at 7:30 am, Berlin time". */
  slot: string;
  /** Through whom the course is taken, with a line break before it; empty where through nobody. */
  offered: string;
}

/** Once in a course, to somebody who marks lessons as read and has left two in a row unmarked. */
export default note<NudgeProps>('In the Room: the last two lessons can wait', words, {
  ...SAMPLE_RECIPIENT,
  learnUrl: 'https://intheroom.example/learn/l1.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g',
  hourUrl: 'https://intheroom.example/learn/l1.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g?do=hour#hour',
  pauseUrl: 'https://intheroom.example/learn/l1.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g?do=pause#pause',
  nudgesUrl:
    'https://intheroom.example/learn/l1.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g?do=nudges#nudges',
  slot: 'Tuesdays at 7:30 am, Berlin time',
  offered: '\nOffered through Harbor Institute',
});

function words(props: NudgeProps): NoteWords {
  const { greeting, learnUrl, hourUrl, pauseUrl, nudgesUrl, slot, offered, unsubscribeUrl } = props;
  return {
    title: 'The last two lessons can wait',
    offered,
    preview: 'They stay on your page. If the hour or the pace is wrong, one button changes it.',
    opening: `
${greeting}

You marked earlier lessons as read, and the last two are not marked. That may mean nothing. If it
means that the weeks are full, both stay on your course page for as long as you like. A
program saw the missing marks; no person did.
`,
    action: { label: 'Open your course page', href: learnUrl },
    closing: `
Your hour: ${slot}.

[This hour does not suit me](${hourUrl})

If you would rather have some weeks to yourself:

[Pause the lessons](${pauseUrl})

This note comes once in a course and not again.

[Turn it off for good](${nudgesUrl})
`,
    why: 'You signed up for In the Room and confirmed this address.',
    unsubscribeUrl,
  };
}
