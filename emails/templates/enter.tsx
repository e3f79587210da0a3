import { type NoteWords, note, SAMPLE_SENDER, type Sender } from '../components/note.tsx';
import { SAMPLE_ENTRY, SAMPLE_STAFF, type ToStaff } from '../components/staff.tsx';

export interface EnterProps extends Sender, ToStaff {
  enterUrl: string;
  digits: string;
}

/** Lets somebody of the staff in, by a link or by digits. */
export default note<EnterProps>('In the Room: your way in', words, {
  ...SAMPLE_SENDER,
  ...SAMPLE_STAFF,
  where: 'the providers’ portal',
  enterUrl: SAMPLE_ENTRY,
  digits: '4071 8265',
});

function words({ where, enterUrl, digits }: EnterProps): NoteWords {
  return {
    title: 'Your way in',
    preview: 'A link and eight digits that let you in once, within 15 minutes.',
    opening: `
Hello,

Somebody asked to enter ${where} with this address. If it was you, open this link, or type these eight
digits on the page where you asked:

**${digits}**
`,
    action: { label: 'Enter', href: enterUrl },
    closing: `
Both work once, and for 15 minutes. Please give the digits to nobody, and type them nowhere but on the
page where you asked.

If it wasn’t you, do nothing. Nobody gets in without this mail.
`,
    why: `
You are among the people who may enter ${where}.
`,
  };
}
