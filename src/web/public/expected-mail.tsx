import inboxScript from './inbox.js?url&no-inline';

export interface ExpectedMailProps {
  /** As it stands in the mail. */
  from: string;
  subject: string;
  /** Where the address can be changed. */
  change: string;
}

/** What a page with `ExpectedMail` loads. */
export const inboxScripts = [inboxScript];

/**
 * Which mail to look for, and where. The address that was typed is in the fragment of this page's own
 * address, which no server is told, and `inbox.js` puts it in.
 */
export function ExpectedMail({ from, subject, change }: ExpectedMailProps) {
  return (
    <dl class="facts">
      <div>
        <dt>To</dt>
        <dd>
          <span data-typed>the address that you typed</span>{' '}
          <a href={change} data-change>
            Not right? Change it
          </a>
        </dd>
      </div>
      <div>
        <dt>From</dt>
        <dd>{from}</dd>
      </div>
      <div>
        <dt>Subject</dt>
        <dd>{subject}</dd>
      </div>
    </dl>
  );
}
