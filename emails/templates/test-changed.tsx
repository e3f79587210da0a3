import { type NoteWords, note, type Recipient, SAMPLE_RECIPIENT } from '../components/note.tsx';

export interface TestChangedProps extends Recipient {
  /** The learner’s post-test. */
  testUrl: string;
}

/** Says that a question was struck, and that a test is passed by it. Which, and how, stands on the page. */
export default note<TestChangedProps>('In the Room: you have passed the test', words, {
  ...SAMPLE_RECIPIENT,
  testUrl: 'https://intheroom.example/learn/l1.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g/credit/test',
});

function words({ greeting, testUrl, unsubscribeUrl }: TestChangedProps): NoteWords {
  return {
    title: 'You have passed the test',
    preview: 'A question was wrong, and counts as right for everybody now.',
    opening: `
${greeting}

A question of the test for In the Room was found wrong. It counts as right for everybody now, and so the test
that you handed in is passed. The fault was ours, and we are sorry for it.
`,
    action: { label: 'See your result', href: testUrl },
    closing: `
From there you can go on to your certificate.
`,
    why: `
You took the test of In the Room.
`,
    unsubscribeUrl,
  };
}
