import {
  type NoteWords,
  noteMail,
  noteText,
  type Recipient,
  SAMPLE_RECIPIENT,
} from '../components/note.tsx';

export interface OpenProps extends Recipient {
  /** Opens what is private on one device, once. */
  singleUrl: string;
}

export const subject = 'In the Room: open your private pages';

/** Opens log, export, name, address and erasure on the device where the learner asked. */
export default function Open(props: OpenProps) {
  return noteMail(words(props), props);
}

/** The text part. */
export function text(props: OpenProps): string {
  return noteText(words(props), props);
}

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

[Unsubscribe from the course](${unsubscribeUrl})
`,
  };
}

Open.PreviewProps = {
  ...SAMPLE_RECIPIENT,
  singleUrl: 'https://intheroom.example/open/o.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g',
} satisfies OpenProps;
