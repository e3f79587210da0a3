import { Hono, type Context as HonoContext } from 'hono';
import { MAX_GOODBYE } from '../../subscriber/subscriber.ts';
import { readUndoLink } from '../../subscriber/take-back.ts';
import {
  readUnsubscribeLink,
  type Unsubscriber,
  unsubscribe,
} from '../../subscriber/unsubscribe.ts';
import { statusOf } from '../errors.ts';
import type { App } from '../middleware/context.ts';
import { Button, ButtonLink, Notice, TextArea } from '../ui/fields.tsx';
import { Contact, NotePage, WayOn } from '../ui/page.tsx';
import { fieldsOrNone, isUnpressed, Mark } from './our-form.tsx';
import { UndoForm } from './undo.tsx';

/** A learner, the person whose address somebody else typed in, or somebody of whom nothing is left. */
type Who = Exclude<Unsubscriber['kind'], 'unknown'>;

export const unsubscribeRoutes = new Hono<App>()
  .get('/unsubscribe/:token', async (c) => {
    const token = c.req.param('token');
    const { kind } = await readUnsubscribeLink(c.var.ctx, token);
    if (kind === 'unknown') return unknownOwner(c);
    return c.html(<UnsubscribePage token={token} who={kind} />);
  })
  // RFC 8058: no cookie, no `go`, no redirect, whatever body a mail program sends.
  .post('/unsubscribe/:token', async (c) => {
    const token = c.req.param('token');
    const fields = await fieldsOrNone(c);
    if (isUnpressed(fields)) {
      const { kind } = await readUnsubscribeLink(c.var.ctx, token);
      if (kind !== 'unknown') return c.html(<UnsubscribePage token={token} who={kind} />);
    }
    const goodbye = fields.goodbye?.trim() ?? '';
    const { kind, undo } = await unsubscribe(c.var.ctx, token, goodbye);
    if (kind === 'unknown') return unknownOwner(c);
    const back = undo ?? (await undoAgain(c, fields.undo));
    return c.html(<UnsubscribedPage who={kind} token={token} said={goodbye !== ''} undo={back} />);
  });

/** What the page had before a reason was sent from it. */
async function undoAgain(c: HonoContext<App>, typed = ''): Promise<string | null> {
  return (await readUndoLink(c.var.ctx, typed)).kind === 'ready' ? typed : null;
}

/** For a link that can’t be read. */
export function unknownOwner(c: HonoContext<App>) {
  const { contact } = c.var.ctx.settings;
  return c.html(<UnknownUnsubscribePage contact={contact} />, statusOf('bad-link'));
}

/** The page behind the unsubscribe link: one button; opening it changes nothing. */
function UnsubscribePage({ token, who }: { token: string; who: Who }) {
  if (who === 'gone') return <GonePage />;
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
        <Mark />
        <Button name="go" value="yes" grave={!stranger}>
          {stranger ? 'This was not me' : 'Unsubscribe'}
        </Button>
      </form>
      {!stranger && (
        <p>A pause may be enough. The link in any lesson opens your page, and one is there.</p>
      )}
      <p>
        {stranger
          ? 'If it was you after all, go back to the email and press the button there.'
          : 'If you came here by accident, close this page. Nothing has changed.'}
      </p>
    </NotePage>
  );
}

/** Done. `said`: with a reason, which the page has just taken. */
function UnsubscribedPage(props: { who: Who; token: string; said: boolean; undo: string | null }) {
  const { who, token, said, undo } = props;
  if (who === 'gone') return <GonePage />;
  if (who === 'stranger') {
    return (
      <NotePage title="Thank you for telling us" room="dark" robots="noindex">
        <p class="lead">
          The signup is withdrawn, and for 30 days we send nothing to your address that anybody else
          can cause. We are sorry for the bother.
        </p>
        <p>
          What we hold of an unconfirmed signup is deleted after 30 days.{' '}
          <a href="/privacy">More about what we keep</a>
        </p>
        <WayOn to="front page" />
      </NotePage>
    );
  }
  return (
    <NotePage title="You are unsubscribed" room="dark" robots="noindex">
      <p class="lead">
        No more lessons will come. One that was already on its way may still arrive.
      </p>
      {undo && <UndoForm action={`/undo/${undo}`} />}
      <h2>What stays</h2>
      <p>
        Your address, your log and the dates of what was sent stay until you have them erased, which
        you can do on your course page. <a href="/privacy">What we keep</a>
      </p>
      {said ? (
        <Notice tone="success">
          <p>Thank you. Whoever runs the course can read it.</p>
        </Notice>
      ) : (
        <form class="form" method="post" action={`/unsubscribe/${token}`}>
          <Mark />
          {undo && <input type="hidden" name="undo" value={undo} />}
          <TextArea
            name="goodbye"
            label="If you want to say why"
            optional
            hint="Whoever runs the course can read it, and it is erased with everything else. There is no need to."
            value=""
            rows={3}
            maxlength={MAX_GOODBYE}
          />
          <Button name="go" value="yes" quiet>
            Send this
          </Button>
        </form>
      )}
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

/** Nobody is behind the link any more. */
function GonePage() {
  return (
    <NotePage title="Nothing of yours is here" room="dark" robots="noindex">
      <p class="lead">
        This link belongs to an email from a while ago. What it was about has been deleted since,
        your address with it, and no lesson comes.
      </p>
      <p>
        A signup that nobody confirms is deleted after 30 days, and so is everything of somebody who
        asks for it. <a href="/privacy">What we keep</a>
      </p>
      <WayOn to="front page" />
    </NotePage>
  );
}

/** The link can't be read, so nobody knows whom it is about. */
function UnknownUnsubscribePage({ contact }: { contact: string }) {
  return (
    <NotePage
      title="This link is incomplete"
      heading="We can’t tell whose link this is"
      room="door"
      robots="noindex"
    >
      <p class="lead">
        Part of it seems to have been lost on the way, so nothing has been changed.
      </p>
      <p>
        Every lesson has an unsubscribe link at its foot; try the one in the latest. Or write to{' '}
        <Contact contact={contact} /> from the address that gets the lessons, and we will end them.
      </p>
      <WayOn to="own page" />
    </NotePage>
  );
}
