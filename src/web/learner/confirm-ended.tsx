import { SignupForm, type SignupFormProps, signupScripts } from '../public/signup-form.tsx';
import { Button, ButtonLink } from '../ui/fields.tsx';
import { NotePage, WayOn } from '../ui/page.tsx';

/** The owner of the address said "this was not me". @param until the last day of it, in words */
export function WithdrawnPage({ until }: { until: string }) {
  return (
    <NotePage title="This signup was withdrawn" room="dark" robots="noindex">
      <p class="lead">
        Somebody who reads mail at this address told us that the signup was not theirs. So this link
        starts nothing, and until {until} no email goes there that a signup can bring.
      </p>
      <p>If you would like to take the course after all, sign up again after that day.</p>
      <WayOn to="front page" />
    </NotePage>
  );
}

/** Nothing is left of the signup. */
export function GonePage() {
  return (
    <NotePage title="Nothing of this signup is here any more" room="dark" robots="noindex">
      <p class="lead">
        A signup that nobody confirms is deleted after 30 days with the address in it, and so is
        everything of somebody who asks for it. This link belongs to one of these.
      </p>
      <p class="actions">
        <ButtonLink href="/#signup">Sign up again</ButtonLink>
      </p>
    </NotePage>
  );
}

/** A newer mail has another link. */
export function ReplacedPage() {
  return (
    <NotePage title="This link was replaced" room="door" robots="noindex">
      <p class="lead">
        All links that were mailed before a certain moment have been ended: the address has changed,
        or somebody asked for that. The latest email from us has the link that works.
      </p>
      <p class="actions">
        <ButtonLink href="/#signup" quiet>
          Sign up again
        </ButtonLink>
      </p>
    </NotePage>
  );
}

/** One button that asks for a new confirmation mail. */
function ResendForm({ token, label }: { token: string; label: string }) {
  return (
    <form class="actions" method="post" action={`/confirm/${token}/resend`}>
      <Button name="go" value="yes">
        {label}
      </Button>
    </form>
  );
}

/** The link is older than seven days. */
export function ExpiredPage({ token }: { token: string }) {
  return (
    <NotePage
      title="This link has expired"
      heading="This link is more than a week old"
      room="door"
      robots="noindex"
    >
      <p class="lead">
        Confirmation links work for seven days. We can send a new one to the same address.
      </p>
      <ResendForm token={token} label="Send me a new link" />
      <p>If you no longer want the course, do nothing. No lesson comes unless you confirm.</p>
    </NotePage>
  );
}

/** The link was cut or changed on its way. */
export function DamagedPage({ form }: { form: SignupFormProps }) {
  return (
    <NotePage
      title="This link is incomplete"
      room="door"
      robots="noindex"
      scripts={signupScripts(form.turnstile)}
    >
      <p class="lead">
        Part of it seems to have been lost. Mail programs sometimes break a long link in two.
      </p>
      <h2>Try the whole link</h2>
      <p>
        Go back to the email and press the button there. If you copied the link by hand, copy it
        from “https” to its very end, over the line break, and paste it into the address bar in one
        piece.
      </p>
      <h2>Or ask for a new email</h2>
      <div class="card">
        <SignupForm {...form} />
      </div>
    </NotePage>
  );
}

/** Already confirmed: the link only leads on. */
export function ConfirmedPage({ learnUrl }: { learnUrl: string }) {
  return (
    <NotePage
      title="You have confirmed"
      heading="You have already confirmed"
      robots="noindex"
      room="lit"
    >
      <p class="lead">
        The course is under way. Your page shows where you are and what comes when.
      </p>
      <p class="actions">
        <ButtonLink href={learnUrl}>Go to your page</ButtonLink>
      </p>
    </NotePage>
  );
}

/** They unsubscribed after this link was made. */
export function ComeBackPage({ token }: { token: string }) {
  return (
    <NotePage
      title="You unsubscribed"
      heading="Would you like to come back?"
      room="dark"
      robots="noindex"
    >
      <p class="lead">
        You have unsubscribed since this link was sent, so it no longer starts the course. If you
        want the lessons after all, we can send you a new link.
      </p>
      <ResendForm token={token} label="Send me a new link" />
      <p>If you do not, leave it at that. Nothing is sent.</p>
    </NotePage>
  );
}

/** After asking for a new mail. It reads the same whatever became of the request. */
export function NewMailPage() {
  return (
    <NotePage
      title="Look in your inbox"
      heading="A new email is on its way"
      room="letter"
      robots="noindex"
    >
      <p class="lead">
        If this address can still be signed up, a new link will be there in a few minutes. It works
        for seven days.
      </p>
      <p>
        We send at most three of these a day to an address. The link in an earlier one works for
        seven days, too. Look in the spam or promotions folder as well.
      </p>
      <WayOn to="front page" />
    </NotePage>
  );
}
