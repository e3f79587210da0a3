import { type NoteWords, note, type Recipient, SAMPLE_RECIPIENT } from '../components/note.tsx';

export interface CertificateProps extends Recipient {
  /** All certificates of the learner. */
  certificatesUrl: string;
}

/** Says that a certificate was issued. It carries no name, no number and no file: mails get forwarded. */
export default note<CertificateProps>('In the Room: your certificate is ready', words, {
  ...SAMPLE_RECIPIENT,
  certificatesUrl:
    'https://intheroom.example/learn/l1.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g/certificates',
});

function words({ greeting, certificatesUrl, unsubscribeUrl }: CertificateProps): NoteWords {
  return {
    title: 'Your certificate is ready',
    preview: 'Read it, print it, or take it as a PDF.',
    opening: `
${greeting}

Your certificate for In the Room is ready, to print and as a PDF. It opens on a device on which you have
opened your private pages, and the page helps you to open this one.
`,
    action: { label: 'Open your certificate', href: certificatesUrl },
    closing: `
Please keep a copy. If something in it is wrong, write to the provider who gave it: they can replace it.

If you did not ask for a certificate, write to them too.
`,
    why: `
You completed In the Room and asked for a certificate.
`,
    unsubscribeUrl,
  };
}
