import { Button, ButtonLink } from '../ui/fields.tsx';
import { Contact, NotePage } from '../ui/page.tsx';

/** A learner, or the person whose address somebody else typed in. */
type Who = 'learner' | 'stranger';

/** The page behind the unsubscribe link: one button; opening it changes nothing. */
export function UnsubscribePage({ token, who }: { token: string; who: Who }) {
  const stranger = who === 'stranger';
  return (
    <NotePage
      title={stranger ? 'This was not me' : 'Unsubscribe'}
      heading={stranger ? 'Was this not you?' : 'End the lessons?'}
      robots="noindex"
    >
      <p class="lead">
        {stranger
          ? 'Somebody typed your address into our signup form. Press the button, and that signup is withdrawn. No lesson comes, and its link stops working.'
          : 'Press the button, and no more lessons come. You can come back later if you change your mind.'}
      </p>
      <form class="actions" method="post" action={`/unsubscribe/${token}`}>
        <Button>{stranger ? 'This was not me' : 'Unsubscribe'}</Button>
      </form>
      <p>
        {stranger
          ? 'If it was you after all, go back to the email and press the button there.'
          : 'If you came here by accident, close this page. Nothing has changed.'}
      </p>
    </NotePage>
  );
}

/** Done. */
export function UnsubscribedPage({ who }: { who: Who }) {
  if (who === 'stranger') {
    return (
      <NotePage title="Thank you for telling us" room="dark" robots="noindex">
        <p class="lead">
          The signup is withdrawn, and no lesson will come. We are sorry for the bother.
        </p>
        <p>
          What we hold of an unconfirmed signup is deleted after 30 days.{' '}
          <a href="/privacy">More about what we keep</a>
        </p>
      </NotePage>
    );
  }
  return (
    <NotePage title="You are unsubscribed" room="dark" robots="noindex">
      <p class="lead">
        No more lessons will come. One that was already on its way may still arrive.
      </p>
      <h2>What stays</h2>
      <p>
        Your address and the dates of what was sent stay with us until you ask to have them erased.{' '}
        <a href="/privacy">How to do that</a>
      </p>
      <h2>If you change your mind</h2>
      <p>Sign up again with the same address. As the first time, you get one email with a link.</p>
      <p class="actions">
        <ButtonLink href="/#signup" quiet>
          Sign up again
        </ButtonLink>
      </p>
    </NotePage>
  );
}

/** The link can't be read, so nobody knows whom it is about. */
export function UnknownUnsubscribePage({ contact }: { contact: string }) {
  return (
    <NotePage
      title="This link is incomplete"
      heading="We can’t tell whose link this is"
      room="dark"
      robots="noindex"
    >
      <p class="lead">
        Part of it seems to have been lost on the way, so nothing has been changed.
      </p>
      <p>
        Every lesson has an unsubscribe link at its foot; try the one in the latest. Or write to{' '}
        <Contact contact={contact} /> from the address that gets the lessons, and we will end them.
      </p>
    </NotePage>
  );
}
