import { type NoteWords, note, type Recipient, SAMPLE_RECIPIENT } from '../components/note.tsx';

export interface LinkProps extends Recipient {
  /** The learner’s page. */
  learnUrl: string;
}

/** Brings a learner the link that replaces all earlier ones. */
export default note<LinkProps>('In the Room: a new link to your course page', words, {
  ...SAMPLE_RECIPIENT,
  learnUrl: 'https://intheroom.example/learn/l1.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g',
});

function words({ greeting, learnUrl, unsubscribeUrl }: LinkProps): NoteWords {
  return {
    title: 'A new link to your course page',
    preview: 'The links in earlier emails no longer open your page. This one does.',
    opening: `
${greeting}

Your course page has a new link. The links to it in earlier emails no longer work, wherever they may
have gone: your address has changed, or somebody pressed “This link was sent to somebody else”.
`,
    action: { label: 'Open your course page', href: learnUrl },
    closing: `
Your hour and your place in the course are as they were, and the next lesson brings the new link too.
Devices on which you had opened your private pages are closed again.
`,
    why: `
You signed up for In the Room and confirmed your address.
`,
    unsubscribeUrl,
  };
}
