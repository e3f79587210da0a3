import { type NoteWords, note, SAMPLE_SENDER, type Sender } from '../components/note.tsx';
import { SAMPLE_ROOM, SAMPLE_STAFF, type ToStaff } from '../components/staff.tsx';

export interface SitesChangedProps extends Sender, ToStaff {
  roomUrl: string;
}

/** Tells a provider's owners what another of them, or the operator, has changed. */
export default note<SitesChangedProps>('In the Room: the sites have changed', words, {
  ...SAMPLE_SENDER,
  ...SAMPLE_STAFF,
  roomUrl: SAMPLE_ROOM,
});

function words({ where, roomUrl }: SitesChangedProps): NoteWords {
  return {
    title: 'The sites have changed',
    preview: 'If you know of it, there is nothing to do.',
    opening: `
Hello,

The sites on which the form may stand for ${where} have changed. A page of a site that is no longer named shows a link to the course in the form’s place.
`,
    action: { label: 'See the sites', href: roomUrl },
    closing: `
If you know of it, there is nothing to do. If you don’t, ask whoever else looks after the course with
you; the log says who did it.
`,
    why: `
You are an owner of ${where}, and every owner is told.
`,
  };
}
