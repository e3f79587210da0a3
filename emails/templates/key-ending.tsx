import { type NoteWords, note, SAMPLE_SENDER, type Sender } from '../components/note.tsx';
import { SAMPLE_ROOM, SAMPLE_STAFF, type ToStaff } from '../components/staff.tsx';

export interface KeyEndingProps extends Sender, ToStaff {
  roomUrl: string;
}

/** Tells a provider's owners that a key which was replaced is taken for a week more. */
export default note<KeyEndingProps>('In the Room: an old key ends within a week', words, {
  ...SAMPLE_SENDER,
  ...SAMPLE_STAFF,
  roomUrl: SAMPLE_ROOM,
});

function words({ where, roomUrl }: KeyEndingProps): NoteWords {
  return {
    title: 'An old key ends within a week',
    preview: 'Forms that still carry it will show a link in their place.',
    opening: `
Hello,

A key of ${where} that was replaced is taken for seven days more. After that, a form that still carries it shows a link to the course in its place.
`,
    action: { label: 'See which pages carry it', href: roomUrl },
    closing: `
Paste the form anew on those pages, and it carries the new key. If there are none, there is nothing to do.
`,
    why: `
You are an owner of ${where}, and every owner is told.
`,
  };
}
