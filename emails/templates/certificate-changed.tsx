import { type NoteWords, note, type Recipient, SAMPLE_RECIPIENT } from '../components/note.tsx';

export interface CertificateChangedProps extends Recipient {
  /** All certificates of the learner. */
  certificatesUrl: string;
}

/** Says that a certificate was replaced or withdrawn. Which, and why, stands where only its holder reads. */
export default note<CertificateChangedProps>('In the Room: your certificate has changed', words, {
  ...SAMPLE_RECIPIENT,
  certificatesUrl:
    'https://intheroom.example/learn/l1.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g/certificates',
});

function words({ greeting, certificatesUrl, unsubscribeUrl }: CertificateChangedProps): NoteWords {
  return {
    title: 'Your certificate has changed',
    preview:
      'Your provider has replaced or withdrawn it. The page behind the button says which, and why.',
    opening: `
${greeting}

The provider who gave you a certificate for In the Room has replaced or withdrawn it. The page
behind the button says which, and why. The copy that you have does not stand any more.
`,
    action: { label: 'See what has changed', href: certificatesUrl },
    closing: `
If you do not know why, write to the provider.
`,
    why: `
You have a certificate for In the Room.
`,
    unsubscribeUrl,
  };
}
