import { Button, ButtonLink } from '../ui/fields.tsx';
import { NotePage } from '../ui/page.tsx';
import { ALL_DRAFTS, logScripts } from './log.tsx';

/** One button that POSTs to the page's own address. */
function GoForm({ action, label }: { action: string; label: string }) {
  return (
    <form class="actions" method="post" action={action}>
      <Button name="go" value="yes">
        {label}
      </Button>
    </form>
  );
}

/** Behind the mailed link that opens a device. */
export function OpenPage({ token }: { token: string }) {
  return (
    <NotePage
      title="Open your private pages"
      heading="Open your private pages on this device?"
      room="lit"
      robots="noindex"
    >
      <p class="lead">
        Your practice log, the export, and the ways to change your name and address or to erase
        everything open here, in this browser.
      </p>
      <GoForm action={`/open/${token}`} label="Open on this device" />
      <p>A course that has stopped because mail came back goes on when you press the button.</p>
      <p>
        This device keeps a cookie for 90 days, for nothing else. You can close it again on your
        page. On a device that others use too, better leave it.
      </p>
    </NotePage>
  );
}

/** Used, expired, replaced by a newer one, or cut on its way. */
export function EndedPage({ damaged = false }: { damaged?: boolean }) {
  return (
    <NotePage
      title={damaged ? 'This link is incomplete' : 'This link has ended'}
      room="dark"
      robots="noindex"
    >
      <p class="lead">
        {damaged
          ? 'Part of it seems to have been lost. Mail programs sometimes break a long link in two.'
          : 'A link like this works once and not for long, and only the newest of its kind counts. Nothing has been changed now.'}
      </p>
      <p>
        Go back to your course page, from any lesson, and ask for a new one. If you have just
        pressed this button, it may have worked: your course page shows it.
      </p>
    </NotePage>
  );
}

/** Behind the link that was mailed to a new address, or to the one before. */
export function AddressPage(props: { token: string; undo: boolean; email: string }) {
  const { token, undo, email } = props;
  return (
    <NotePage
      title={undo ? 'Keep this address' : 'Confirm your new address'}
      heading={undo ? 'Shall the lessons come here again?' : 'Shall the lessons come here?'}
      room="lit"
      robots="noindex"
    >
      <p class="lead">
        {undo
          ? `Press the button, and the lessons come to ${email} again. Links that were mailed to the other address stop working, and you get a new one.`
          : `Press the button, and the lessons come to ${email} from now on. Links in earlier mails stop working, and a new one is mailed to you here.`}
      </p>
      <GoForm
        action={`/address/${token}`}
        label={undo ? 'Keep this address' : 'Confirm this address'}
      />
      <p>
        {undo
          ? 'If you changed the address yourself, close this page.'
          : 'The earlier address is told, and can undo this for seven days. Until then your log, the export and erasure stay closed.'}
      </p>
    </NotePage>
  );
}

export function AddressDonePage({ undo }: { undo: boolean }) {
  return (
    <NotePage
      title={undo ? 'Your address stays' : 'Your address is changed'}
      room="lit"
      robots="noindex"
    >
      <p class="lead">
        The lessons come here from now on. A mail with the new link to your course page is on its
        way.
      </p>
      <p>
        {undo
          ? 'The other address gets nothing more, and its links have stopped working.'
          : 'One that was already on its way may still reach the earlier address.'}
      </p>
    </NotePage>
  );
}

export function AddressTakenPage() {
  return (
    <NotePage title="This address is in use" room="dark" robots="noindex">
      <p class="lead">
        Somebody takes the course at this address already, or no mail may go to it. Nothing has been
        changed.
      </p>
      <p>
        If that is you, too, unsubscribe there and have that record erased. Then ask for a new link
        on your course page.
      </p>
    </NotePage>
  );
}

/** Behind the mailed link that erases. */
export function ErasePage({ token }: { token: string }) {
  return (
    <NotePage
      title="Erase everything"
      heading="Erase everything about you?"
      room="dark"
      robots="noindex"
    >
      <p class="lead">
        Your address, your name, your hours, your practice log and the record of what was sent are
        deleted, and we do not bring them back. Backups of the database hold them for up to 30 days
        more.
      </p>
      <GoForm action={`/erase/${token}`} label="Erase everything" />
      <p>
        For three years we keep a fingerprint of your address that cannot be turned back into it,
        with the dates of your consent. <a href="/privacy">Why</a>
      </p>
      <p>If you have changed your mind, close this page. Everything stays as it is.</p>
    </NotePage>
  );
}

/** Nothing is left, or nothing will be within the day. */
export function ErasedPage({ waiting }: { waiting: boolean }) {
  return (
    <NotePage
      title={waiting ? 'Everything has stopped' : 'Everything is erased'}
      room="dark"
      robots="noindex"
      scripts={logScripts}
    >
      <p class="lead" data-forget={ALL_DRAFTS}>
        {waiting
          ? 'Your name, your address and your log are gone from your record.'
          : 'Nothing about you is left here but the fingerprint of your address, the dates of your consent and the number that your record had.'}
      </p>
      {waiting && (
        <p>
          A mail to you was on its way at this moment and may still arrive. What is known of it goes
          as soon as that is settled, within a day.
        </p>
      )}
      <p>Thank you for the time you spent with us.</p>
      <p class="actions">
        <ButtonLink href="/" quiet>
          Go to the front page
        </ButtonLink>
      </p>
    </NotePage>
  );
}

/** After “This link was sent to somebody else”. */
export function RevokedPage() {
  return (
    <NotePage title="All links have ended" room="lit" robots="noindex" scripts={logScripts}>
      <p class="lead" data-forget={ALL_DRAFTS}>
        This link and every earlier one open nothing any more. A new one is on its way to the
        address that gets the lessons.
      </p>
      <p>If this was not your course, there is nothing more to do. Thank you.</p>
    </NotePage>
  );
}
