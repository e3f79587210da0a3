import { Hono } from 'hono';
import { dayInWords } from '../../course/schedule.ts';
import { notMe, readNotMeLink } from '../../subscriber/not-me.ts';
import type { App } from '../middleware/context.ts';
import { Button } from '../ui/fields.tsx';
import { NotePage, WayOn } from '../ui/page.tsx';
import { fieldsOrNone, isUnpressed, Mark } from './our-form.tsx';
import { unknownOwner } from './unsubscribe.tsx';

export const notMeRoutes = new Hono<App>()
  .get('/not-me/:token', async (c) => {
    const token = c.req.param('token');
    const { kind } = await readNotMeLink(c.var.ctx, token);
    return kind === 'ready' ? c.html(<NotMePage token={token} />) : unknownOwner(c);
  })
  // A mail program's one-click POST (RFC 8058) has no `go`; our own page's form, sent by a script, neither.
  .post('/not-me/:token', async (c) => {
    const { ctx } = c.var;
    const token = c.req.param('token');
    if (isUnpressed(await fieldsOrNone(c))) {
      const { kind } = await readNotMeLink(ctx, token);
      return kind === 'ready' ? c.html(<NotMePage token={token} />) : unknownOwner(c);
    }
    const refused = await notMe(ctx, token);
    if (refused.kind === 'damaged') return unknownOwner(c);
    return c.html(<RefusedPage until={dayInWords(refused.until, 'UTC', ctx.clock.now())} />);
  });

/** Behind "this was not me" in the mails that anybody can cause; opening it changes nothing. */
function NotMePage({ token }: { token: string }) {
  return (
    <NotePage title="This was not me" heading="Was this not you?" robots="noindex">
      <p class="lead">
        Somebody typed your address. Press the button, and what they asked for is withdrawn. For 30
        days we send nothing to your address that anybody else can cause.
      </p>
      <form class="actions" method="post" action={`/not-me/${token}`}>
        <Mark />
        <Button name="go" value="yes">
          This was not me
        </Button>
      </form>
      <p>
        If you take the course at this address, it goes on as it is. If it was you after all, close
        this page and press the other button in the email.
      </p>
    </NotePage>
  );
}

/** It was not them. @param until the day to which it holds, in words */
function RefusedPage({ until }: { until: string }) {
  return (
    <NotePage title="Thank you for telling us" room="dark" robots="noindex">
      <p class="lead">
        What was asked for is withdrawn, and its link has stopped working. Until {until} we send
        nothing to your address that anybody else can cause. We are sorry for the bother.
      </p>
      <p>If you would like to take the course yourself, you can sign up after that day.</p>
      <p>
        Of this we keep a fingerprint of your address and the day, for 30 days.{' '}
        <a href="/privacy">More about what we keep</a>
      </p>
      <WayOn to="front page" />
    </NotePage>
  );
}
