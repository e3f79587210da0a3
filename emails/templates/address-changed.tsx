import { type NoteWords, note, type Recipient, SAMPLE_RECIPIENT } from '../components/note.tsx';

export interface AddressChangedProps extends Recipient {
  /** Puts this address back, after one more button. */
  singleUrl: string;
}

/** Tells the address before that the lessons go elsewhere, and how to undo it. */
export default note<AddressChangedProps>(
  'In the Room: your lessons now go to another address',
  words,
  {
    ...SAMPLE_RECIPIENT,
    singleUrl: 'https://intheroom.example/address/a.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g',
  },
);

function words({ greeting, singleUrl, unsubscribeUrl }: AddressChangedProps): NoteWords {
  return {
    title: 'Your lessons now go to another address',
    preview: 'If it was you who changed it, there is nothing to do. If not, undo it within 7 days.',
    opening: `
${greeting}

The address for your course was changed, and confirmed from the new one. If that was you, there is
nothing to do, and this is the last email to this address. One that was already on its way may still
arrive.

If it wasn’t you, or it was a mistake, you can undo it.
`,
    action: { label: 'Keep this address', href: singleUrl },
    closing: `
The link works for 7 days. Until then your practice log stays closed to everyone, and nothing of it
can be exported or erased from the new address.
`,
    why: `
This address had the lessons of In the Room until now.
`,
    unsubscribeUrl,
  };
}
