import { NotePage } from '../ui/page.tsx';

/** After a signup. It reads the same whatever the address was: new, confirmed or never mailed. */
export function CheckInboxPage() {
  return (
    <NotePage title="Check your inbox" heading="Now look in your inbox" room="lit" robots="noindex">
      <p class="lead">
        There should be an email from us with a link. Open it, choose your hour, press the button,
        and lesson 1 comes at once.
      </p>
      <p>The link works for seven days. Until you press the button, nothing more is sent.</p>
      <h2>If nothing has come</h2>
      <ul>
        <li>Give it a few minutes, and look in the spam or promotions folder.</li>
        <li>
          We send at most one of these a day to an address, in case somebody else typed it in. If
          you signed up earlier today, the link in the earlier email still works.
        </li>
        <li>
          If you already take the course, you get a short note in its place, at most once a week.
        </li>
        <li>
          If there may have been a slip in the address, <a href="/#signup">sign up again</a>.
        </li>
      </ul>
    </NotePage>
  );
}
