import { type NoteWords, note, SAMPLE_SENDER, type Sender } from '../components/note.tsx';
import { SAMPLE_ENTRY, SAMPLE_STAFF, type ToStaff } from '../components/staff.tsx';

export interface InviteProps extends Sender, ToStaff {
  enterUrl: string;
}

/** Asks somebody to a provider's people, or to the operator's. */
export default note<InviteProps>('In the Room: an invitation', words, {
  ...SAMPLE_SENDER,
  ...SAMPLE_STAFF,
  enterUrl: SAMPLE_ENTRY,
});

function words({ where, enterUrl }: InviteProps): NoteWords {
  return {
    title: 'An invitation',
    preview: 'Open it within seven days. There is no password.',
    opening: `
Hello,

You are invited to help look after In the Room, a course by email for early-career therapists, for
${where}. There is no password: this link lets you in.
`,
    action: { label: 'See the invitation', href: enterUrl },
    closing: `
The link works once, for seven days. After that you can ask for another at any time, with this address.

If you know nothing of this, somebody has mistyped an address. Do nothing, or press “This was not me” on
the page behind the link: the invitation ends, and for 30 days nothing comes here that somebody else can
cause.
`,
    why: `
Somebody who looks after the course for ${where} entered this address.
`,
  };
}
