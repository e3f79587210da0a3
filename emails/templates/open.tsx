import { type NoteWords, note, type Recipient, SAMPLE_RECIPIENT } from '../components/note.tsx';

export interface OpenProps extends Recipient {
  /** Opens what is private on one device, once. */
  singleUrl: string;
}

/** Opens log, export, name, address and erasure on the device where the learner asked. */
export default note<OpenProps>('In the Room: open your private pages', words, {
  ...SAMPLE_RECIPIENT,
  singleUrl: 'https://intheroom.example/open/o.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g',
});

function words({ greeting, singleUrl, unsubscribeUrl }: OpenProps): NoteWords {
  return {
    title: 'Open your private pages',
    preview: 'This link works once, for fifteen minutes, on the device where you open it.',
    opening: `
${greeting}

On your course page, somebody asked to open what is private to you: your practice log, your name and
address, and everything we hold about you. If it was you, open this link on the device that you want
to use.
`,
    action: { label: 'Open on this device', href: singleUrl },
    closing: `
The link works once, and for 15 minutes. Please don’t forward this email.

If it wasn’t you, do nothing, and nothing is opened. Somebody may have a lesson that you forwarded.
“This link was sent to somebody else”, at the foot of your course page, ends all earlier links.
`,
    why: `
You take In the Room, and this was asked for on your course page.
`,
    unsubscribeUrl,
  };
}
