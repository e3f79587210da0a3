import { type NoteWords, note, type Recipient, SAMPLE_RECIPIENT } from '../components/note.tsx';

export interface EraseProps extends Recipient {
  /** Erases everything, after one more button. */
  singleUrl: string;
}

/** Asks whether a learner really wants everything erased. */
export default note<EraseProps>('In the Room: erase everything about you?', words, {
  ...SAMPLE_RECIPIENT,
  singleUrl: 'https://intheroom.example/erase/e.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g',
});

function words({ greeting, singleUrl, unsubscribeUrl }: EraseProps): NoteWords {
  return {
    title: 'Erase everything?',
    preview: 'One more button, and your course and your log are gone. It can’t be undone.',
    opening: `
${greeting}

You asked us to erase what we hold about you. The next page has one button. Press it, and your
address, your name, your hours, your practice log and the record of what was sent are gone. It
can’t be undone. For three years we keep a fingerprint of your address, which cannot be turned back
into it, with the dates of your consent.
`,
    action: { label: 'Go to the last step', href: singleUrl },
    closing: `
The link works for 15 minutes. If you have changed your mind, or it wasn’t you who asked, do nothing:
everything stays as it is.
`,
    why: `
You take In the Room, and this was asked for on your course page.

Unsubscribing instead keeps your record.
`,
    unsubscribeUrl,
  };
}
