import type { ProviderFace } from '../../provider/find-provider.ts';
import { ButtonLink } from '../ui/fields.tsx';
import { OfferedThrough } from '../ui/offered.tsx';
import { NotePage } from '../ui/page.tsx';
import { ExpectedMail, type ExpectedMailProps, inboxScripts } from './expected-mail.tsx';

interface CheckInboxPageProps {
  mail: ExpectedMailProps;
  /** Through whom they signed up; null where on their own. */
  through: ProviderFace | null;
  /** The domain that was probably meant, where what was typed looks like a slip. */
  meant: string | null;
}

/** After a signup. It reads the same whatever the address was: new, confirmed or never mailed. */
export function CheckInboxPage({ mail, through, meant }: CheckInboxPageProps) {
  return (
    <NotePage
      title="Check your inbox"
      heading="Now look in your inbox"
      room="letter"
      robots="noindex"
      scripts={inboxScripts}
      door
    >
      {through && <OfferedThrough name={through.name} logo={through.logo} />}
      <p class="lead">
        There should be an email from us with a link. Open it, choose your hour, press the button,
        and lesson 1 comes at once.
      </p>
      {meant && (
        <div class="notice">
          <p>
            <strong>Did you mean {meant}?</strong> What you typed after the @ is nearly that. If it
            was a slip, sign up again; if not, all is well.
          </p>
          <p class="actions">
            <ButtonLink href={mail.change} quiet>
              Change the address
            </ButtonLink>
          </p>
        </div>
      )}
      <ExpectedMail {...mail} />
      <p>The link works for seven days. Until you press the button, nothing more is sent.</p>
      <h2>If nothing has come</h2>
      <ul>
        <li>Give it a few minutes, and look in the spam or promotions folder.</li>
        <li>
          In case somebody else typed it in, an address gets at most one of these a day and three in
          30 days, and none for 30 days after its owner said “this was not me”. The link in an
          earlier email works for seven days.
        </li>
        <li>If you already take the course, you get a short note in its place.</li>
      </ul>
    </NotePage>
  );
}
