import { Hono } from 'hono';
import { askToErase } from '../../subscriber/ask-for-link.ts';
import { eraseByLink, readEraseLink } from '../../subscriber/erase-subscriber.ts';
import type { App } from '../middleware/context.ts';
import { readFields, smallBody } from '../middleware/form.ts';
import { Button } from '../ui/fields.tsx';
import { NotePage, WayOn } from '../ui/page.tsx';
import { saidOf } from './asked.ts';
import { control } from './control.ts';
import { Fold } from './fold.tsx';
import { ALL_DRAFTS, logScripts } from './log-form.tsx';
import { again, ended, GoForm } from './single.tsx';

/** Asks for the mailed link that erases everything. */
export const erase = control({
  name: 'erase',
  says: {
    'mailed-erase':
      'A link to the last step is on its way to your address. It works for 15 minutes.',
  },
  press: async ({ ctx, token, device }) =>
    saidOf(await askToErase(ctx, token, device), 'mailed-erase'),
});

export function EraseForm({ token }: { token: string }) {
  return (
    <Fold label="Erase everything">
      <form class="form" method="post" action={`/learn/${token}/erase`}>
        <p>
          Your address, your name, your log and the record of what was sent go, and cannot be
          brought back. We mail you a link to the last step. To end the lessons and keep the rest,
          unsubscribe instead.
        </p>
        <Button name="go" value="yes" quiet>
          Mail me the link
        </Button>
      </form>
    </Fold>
  );
}

/** Behind the mailed link. */
export const eraseRoutes = new Hono<App>()
  .get('/erase/:token', async (c) => {
    const token = c.req.param('token');
    const { kind } = await readEraseLink(c.var.ctx, token);
    if (kind === 'ready') return c.html(<ErasePage token={token} />);
    if (kind === 'erased') return c.html(<ErasedPage waiting={false} />);
    return ended(c, kind);
  })
  .post('/erase/:token', smallBody, async (c) => {
    const token = c.req.param('token');
    if ((await readFields(c)).go !== 'yes') return again(c, 'erase', token);
    const { kind } = await eraseByLink(c.var.ctx, token);
    if (kind === 'erased' || kind === 'waiting') {
      return c.html(<ErasedPage waiting={kind === 'waiting'} />);
    }
    if (kind === 'ready') return c.html(<ErasePage token={token} />);
    return ended(c, kind);
  });

function ErasePage({ token }: { token: string }) {
  return (
    <NotePage
      title="Erase everything"
      heading="Erase everything about you?"
      room="dark"
      door={false}
      robots="noindex"
    >
      <p class="lead">
        Your address, your name, your hours, your practice log and the record of what was sent are
        deleted, and we do not bring them back. Backups of the database hold them for up to 30 days
        more.
      </p>
      <GoForm action={`/erase/${token}`} label="Erase everything" grave />
      <p>
        For three years we keep a fingerprint of your address that cannot be turned back into it,
        with the dates of your consent. <a href="/privacy">Why</a>
      </p>
      <p>If you have changed your mind, close this page. Everything stays as it is.</p>
    </NotePage>
  );
}

function ErasedPage({ waiting }: { waiting: boolean }) {
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
      <WayOn to="front page" />
    </NotePage>
  );
}
