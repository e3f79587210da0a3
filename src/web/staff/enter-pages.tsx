import { Button, FormError, TextField } from '../ui/fields.tsx';
import { NotePage } from '../ui/page.tsx';
import type { RoomPages } from './rooms.ts';

export interface EnterPageProps {
  pages: RoomPages;
  email: string;
  /** Whether this browser has asked of late, and so may type digits. */
  asked: boolean;
  /** It has just asked. */
  sent?: boolean;
  /** The page to go on to. */
  to?: string | undefined;
  error?: { field: 'email' | 'digits' | 'form'; message: string };
}

/** Asks for an address; after that for the digits as well. It reads the same for every address. */
export function EnterPage({ pages, email, asked, sent, to, error }: EnterPageProps) {
  const { front, name, room } = pages;
  return (
    <NotePage
      title={error ? `Error: enter ${name}` : `Enter ${name}`}
      heading={sent ? 'Look in your inbox' : `Enter ${name}`}
      {...(sent ? { room: 'letter' as const } : {})}
      robots="noindex"
    >
      {sent ? (
        <p class="lead">
          If this address may enter, a mail is on its way. It has a link and eight digits; both work
          once, for 15 minutes.
        </p>
      ) : (
        <p class="lead">
          {room === 'portal'
            ? 'For people of providers who offer the course. There is no password: a link comes by mail.'
            : 'For whoever runs the course. There is no password: a link comes by mail.'}
        </p>
      )}
      {error?.field === 'form' && <FormError message={error.message} />}
      {asked && (
        <form class="form" method="post" action={`${front}/enter/code`}>
          <TextField
            name="digits"
            label="Eight digits from the mail"
            value=""
            error={error?.field === 'digits' ? error.message : undefined}
            autocomplete="one-time-code"
            inputmode="numeric"
            maxlength={12}
            required
          />
          <Button name="go" value="yes">
            Enter
          </Button>
        </form>
      )}
      {asked && <h2>Ask again</h2>}
      <AskForm
        pages={pages}
        email={email}
        to={to}
        error={error?.field === 'email' ? error.message : undefined}
        quiet={asked}
      />
      {room === 'console' && (
        <p>
          Where mail stands still, the terminal lets you in:{' '}
          <code>npm run ops -- enter ADDRESS</code> prints a link.
        </p>
      )}
      <p>
        From browsers that have never been in, an address gets at most five such mails an hour and
        ten a day. This page says the same for every address.
      </p>
    </NotePage>
  );
}

function AskForm(props: {
  pages: RoomPages;
  email?: string;
  to?: string | undefined;
  error?: string | undefined;
  quiet?: boolean;
}) {
  return (
    <form class="form" method="post" action={`${props.pages.front}/enter`} accept-charset="utf-8">
      <TextField
        name="email"
        label="Email address"
        type="email"
        value={props.email ?? ''}
        error={props.error}
        autocomplete="email"
        inputmode="email"
        maxlength={254}
        required
      />
      {props.to && <input type="hidden" name="to" value={props.to} />}
      <Button name="go" value="yes" quiet={props.quiet ?? false}>
        Mail me a link
      </Button>
    </form>
  );
}

interface BehindLink {
  pages: RoomPages;
  token: string;
  who: string;
  leadsTo: string[];
}

/** Where a link leads, in a sentence. */
function Where({ pages, leadsTo }: Pick<BehindLink, 'pages' | 'leadsTo'>) {
  const [only] = leadsTo;
  if (pages.room === 'console') return <>the console</>;
  return leadsTo.length === 1 ? <bdi>{only}</bdi> : <>the portal</>;
}

/** Behind the link: who enters where. Opening it changes nothing. */
export function ThresholdPage(props: BehindLink & { elsewhere: boolean }) {
  const { pages, token, who, elsewhere } = props;
  return (
    <NotePage title={`Enter ${pages.name}`} heading="Come in" room="lit" robots="noindex">
      <p class="lead">
        Enter <Where {...props} /> as {who}.
      </p>
      {elsewhere && (
        <p>
          This is not the browser in which you asked. To enter here all the same, press once more.
          To enter there, type the eight digits of the mail there.
        </p>
      )}
      <form class="actions" method="post" action={`${pages.front}/open/${token}`}>
        {elsewhere && <input type="hidden" name="elsewhere" value="yes" />}
        <Button name="go" value="yes">
          {elsewhere ? 'Enter in this browser' : 'Enter'}
        </Button>
      </form>
      <p>
        {pages.room === 'portal'
          ? 'This browser stays in for 30 days at most, and for seven in which it is not used.'
          : 'This browser stays in for seven days at most, and for twelve hours in which it is not used.'}
      </p>
    </NotePage>
  );
}

/** The console opens only where it was asked for. */
export function DigitsOnlyPage({ who }: BehindLink) {
  return (
    <NotePage
      title="Enter the console"
      heading="Type the digits where you asked"
      room="letter"
      robots="noindex"
    >
      <p class="lead">
        This link was not asked for in this browser, so it opens nothing here. Go to the browser in
        which you asked to enter as {who}, and type the eight digits of the mail there.
      </p>
      <p>If you have not asked, somebody else has. Give them nothing, and close this page.</p>
    </NotePage>
  );
}

/** Behind an invitation. */
export function InvitationPage(props: BehindLink) {
  const { pages, token, who } = props;
  const action = `${pages.front}/open/${token}`;
  return (
    <NotePage title="An invitation" room="lit" robots="noindex">
      <p class="lead">
        You are invited to help look after the course for <Where {...props} />, as {who}. There is
        no password: from now on you enter by a link that comes to this address.
      </p>
      <form class="actions" method="post" action={action}>
        <Button name="go" value="yes">
          Accept and enter
        </Button>
      </form>
      <h2>You know nothing of this?</h2>
      <p>
        Then somebody has mistyped an address. The invitation ends, and for 30 days nothing comes to
        you that anybody else can cause.
      </p>
      <form class="actions" method="post" action={action}>
        <Button name="refuse" value="yes" quiet>
          This was not me
        </Button>
      </form>
    </NotePage>
  );
}

export function RefusedPage() {
  return (
    <NotePage title="Thank you for telling us" room="dark" robots="noindex">
      <p class="lead">
        The invitation has ended. For 30 days we send nothing to your address that anybody else can
        cause. We are sorry for the bother.
      </p>
    </NotePage>
  );
}

/** Used, outlived, or cut on its way; another can be asked for in place. */
export function EndedPage({ pages, damaged }: { pages: RoomPages; damaged: boolean }) {
  return (
    <NotePage
      title={damaged ? 'This link is incomplete' : 'This link has ended'}
      room="door"
      robots="noindex"
    >
      <p class="lead">
        {damaged
          ? 'Part of it seems to have been lost. Mail programs sometimes break a long link in two.'
          : 'A link like this works once and not for long. Nothing has been changed now.'}
      </p>
      <AskForm pages={pages} />
    </NotePage>
  );
}
