import { type NoteWords, note, SAMPLE_SENDER, type Sender } from '../components/note.tsx';
import { SAMPLE_ROOM, SAMPLE_STAFF, type ToStaff } from '../components/staff.tsx';

export interface SureProps extends Sender, ToStaff {
  roomUrl: string;
  digits: string;
}

/** Digits that let a dangerous act go. No link: there is nothing to open elsewhere. */
export default note<SureProps>('In the Room: eight digits', words, {
  ...SAMPLE_SENDER,
  ...SAMPLE_STAFF,
  roomUrl: SAMPLE_ROOM,
  digits: '4071 8265',
});

function words({ where, roomUrl, digits }: SureProps): NoteWords {
  return {
    title: 'Eight digits',
    preview: 'For the page that asks whether you are sure.',
    opening: `
Hello,

You pressed something in ${where} that cannot be undone, and a page asked whether you are sure. These
are the digits for it:

**${digits}**
`,
    action: { label: 'Go to your pages', href: roomUrl },
    closing: `
They work once, for 15 minutes, for what you pressed there and nothing else.

If it wasn’t you, somebody sits in front of a browser of yours. Enter, and end what you do not know under
“Browsers”.
`,
    why: `
You are among the people who may enter ${where}.
`,
  };
}
