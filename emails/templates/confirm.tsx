import { type NoteWords, note, type Recipient, SAMPLE_RECIPIENT } from '../components/note.tsx';

export interface ConfirmProps extends Recipient {
  confirmUrl: string;
  /** "This was not me". Should they have confirmed since, it ends the lessons. */
  unsubscribeUrl: string;
  /** Where the address was entered: "on our page" or "at Harbor Institute". */
  askedAt: string;
}

/** Asks the owner of an address whether the course may be sent there. */
export default note<ConfirmProps>('In the Room: choose your hour and confirm', words, {
  ...SAMPLE_RECIPIENT,
  confirmUrl: 'https://intheroom.example/confirm/v1.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g',
  askedAt: 'at Harbor Institute',
});

function words({ greeting, askedAt, confirmUrl, unsubscribeUrl }: ConfirmProps): NoteWords {
  return {
    title: 'Choose your hour and confirm',
    preview:
      'Eight lessons by email begin when you confirm. If you didn’t ask for them, do nothing.',
    opening: `
${greeting}

Someone, most likely you, entered this address ${askedAt}.

They asked for In the Room, a course for early-career therapists. It is eight lessons by email, one a
week, about being a person in the room with a client and being of use there. Each takes under ten
minutes to read and has one thing to try in a session.

On the next page you choose the weekday and the hour that suit you. The first lesson comes as soon
as you confirm, and the others follow a week apart, at your hour.
`,
    action: { label: 'Choose your hour and confirm', href: confirmUrl },
    spelledOut: true,
    closing: `
The link works for 7 days.

## If this wasn’t you

Then somebody typed your address, perhaps by mistake, and you don’t have to do anything. Unless you
confirm, no lesson will be sent here. You can also tell us so, and for 30 days nothing comes here that
somebody else can cause:

[This was not me](${unsubscribeUrl})
`,
    why: `You got this mail because this address was entered ${askedAt}.`,
  };
}
