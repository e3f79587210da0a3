import { type NoteWords, note, SAMPLE_SENDER, type Sender } from '../components/note.tsx';

export interface AddressProps extends Sender {
  /** Puts this address in place of the present one, after one more button. */
  singleUrl: string;
  /** "This was not me"; it ends no course. */
  notMeUrl: string;
}

/** Asks the owner of a new address whether the lessons may come there. */
export default note<AddressProps>('In the Room: is this your new address?', words, {
  ...SAMPLE_SENDER,
  singleUrl: 'https://intheroom.example/address/a.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g',
  notMeUrl: 'https://intheroom.example/not-me/n.1k.Tt5rYcW0aLzE7nUvPd1oKfHb',
});

function words({ singleUrl, notMeUrl }: AddressProps): NoteWords {
  return {
    title: 'Is this your new address?',
    preview: 'Confirm it, and your lessons come here. If you didn’t ask for this, do nothing.',
    opening: `
Hello,

Somebody who takes In the Room, a course by email for early-career therapists, asked to have the
lessons sent to this address from now on. If it was you, confirm it on the next page.
`,
    action: { label: 'Confirm this address', href: singleUrl },
    closing: `
The link works for 15 minutes. The address that you had is told about the change and can undo it for
seven days.

If you know nothing of this, somebody has mistyped their own address. Do nothing, and no lesson comes
here. You can also tell us so, and for 30 days nothing comes here that somebody else can cause:

[This was not me](${notMeUrl})
`,
    why: `
This address was entered on a learner’s course page.
`,
  };
}
