import { type NoteWords, note, SAMPLE_SENDER, type Sender } from '../components/note.tsx';
import { SAMPLE_ROOM, SAMPLE_STAFF, type ToStaff } from '../components/staff.tsx';

export interface OwnersChangedProps extends Sender, ToStaff {
  roomUrl: string;
}

/** Tells a provider's owners what another of them, or the operator, has changed. */
export default note<OwnersChangedProps>('In the Room: who looks after it has changed', words, {
  ...SAMPLE_SENDER,
  ...SAMPLE_STAFF,
  roomUrl: SAMPLE_ROOM,
});

function words({ where, roomUrl }: OwnersChangedProps): NoteWords {
  return {
    title: 'Who looks after it has changed',
    preview: 'If you know of it, there is nothing to do.',
    opening: `
Hello,

Who looks after the course for ${where} has changed: an owner came, went, or has another role now. **People** shows who is who.
`,
    action: { label: 'See the people', href: roomUrl },
    closing: `
If you know of it, there is nothing to do. If you don’t, ask whoever else looks after the course with
you; the log says who did it.
`,
    why: `
You are an owner of ${where}, and every owner is told.
`,
  };
}
