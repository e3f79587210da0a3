import { Button, ButtonLink, FormError, Honeypot, TextField } from '../ui/fields.tsx';
import { FIND_PATH } from '../ui/layout.tsx';
import { NotePage } from '../ui/page.tsx';
import addressScript from './address.js?script';
import { ExpectedMail, type ExpectedMailProps, inboxScripts } from './expected-mail.tsx';

interface FindPageProps {
  email: string;
  error?: { field: 'email' | 'form'; message: string } | undefined;
}

/** For a learner who has lost the way: an address, and the link to their page comes by mail. */
export function FindPage({ email, error }: FindPageProps) {
  return (
    <NotePage
      title={error ? 'Error: find your page' : 'Find your page'}
      heading="Already taking it?"
      room="lit"
      robots="noindex"
      scripts={[addressScript]}
      door
    >
      <p class="lead">
        Type the address that your lessons come to, and the link to your page comes there. Your
        lessons, your hour and the pause are on it. There is no password.
      </p>
      <form class="form" method="post" action={FIND_PATH} accept-charset="utf-8">
        {error?.field === 'form' && <FormError message={error.message} />}
        <TextField
          name="email"
          label="Email address"
          type="email"
          value={email}
          error={error?.field === 'email' ? error.message : undefined}
          autocomplete="email"
          inputmode="email"
          maxlength={254}
          required
        />
        <Honeypot />
        <Button>Mail me the link</Button>
      </form>
      <p>Every lesson in your inbox leads to the same page.</p>
    </NotePage>
  );
}

/** After that. It reads the same whatever the address was: somebody's, nobody's or never mailed. */
export function FindPageSentPage({ mail }: { mail: ExpectedMailProps }) {
  return (
    <NotePage title="Look in your inbox" room="letter" robots="noindex" scripts={inboxScripts} door>
      <p class="lead">If you take the course at this address, the link is on its way there.</p>
      <ExpectedMail {...mail} />
      <h2>If nothing has come</h2>
      <ul>
        <li>Give it a few minutes, and look in the spam or promotions folder.</li>
        <li>
          In case somebody else typed it in, an address gets at most one such mail a day and three
          in 30 days. The link in an earlier lesson still works.
        </li>
        <li>
          If you have not confirmed your signup yet, what comes is the mail that asks you to, once
          more.
        </li>
        <li>If you have unsubscribed, nothing comes: you can sign up again.</li>
      </ul>
      <p>
        This page says the same for every address, so that nobody learns from it who takes the
        course.
      </p>
      <p class="actions">
        <ButtonLink href="/#signup">Take the course</ButtonLink>
      </p>
    </NotePage>
  );
}
