import { type NoteWords, note, type Recipient, SAMPLE_RECIPIENT } from '../components/note.tsx';

export interface AlreadyEnrolledProps extends Recipient {
  /** The learner's page. */
  learnUrl: string;
  /** "This was not me"; it ends no course. */
  notMeUrl: string;
}

/** Tells a learner that a second signup came in for their address and changed nothing. */
export default note<AlreadyEnrolledProps>('You are already taking In the Room', words, {
  ...SAMPLE_RECIPIENT,
  learnUrl: 'https://intheroom.example/learn/l1.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g',
  notMeUrl: 'https://intheroom.example/not-me/n.1k.Tt5rYcW0aLzE7nUvPd1oKfHb',
});

function words(props: AlreadyEnrolledProps): NoteWords {
  const { greeting, learnUrl, notMeUrl, unsubscribeUrl } = props;
  return {
    title: 'You are already taking the course',
    preview: 'Your address was entered again. Nothing changes, and your place is kept.',
    opening: `
${greeting}

Somebody, probably you, entered this address again: to sign up for In the Room, or to find the way
back to it. You have a place in the course, so nothing changes: the lessons you have had stay yours,
and none will come twice.

If you were looking for your lessons, or for the place to change your hour or pause, they are on
your course page.
`,
    action: { label: 'Open your course page', href: learnUrl },
    closing: `
If it wasn’t you who entered the address, you can leave it at that, or tell us so. Then no such note
comes for 30 days, and your course goes on as it is:

[This was not me](${notMeUrl})
`,
    why: 'You signed up for In the Room and confirmed this address, and it was entered again.',
    unsubscribeUrl,
  };
}
