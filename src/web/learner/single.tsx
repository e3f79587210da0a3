import type { Context as HonoContext } from 'hono';
import type { SinglePurpose } from '../../token.ts';
import { statusOf } from '../errors.ts';
import type { App } from '../middleware/context.ts';
import { Button } from '../ui/fields.tsx';
import { NotePage, WayOn } from '../ui/page.tsx';

/** What the pages behind links share that are mailed for one deed and work once. */

/** One button that POSTs to the page's own address. */
export function GoForm(props: { action: string; label: string; grave?: boolean }) {
  const { action, label, grave = false } = props;
  return (
    <form class="actions" method="post" action={action}>
      <Button name="go" value="yes" grave={grave}>
        {label}
      </Button>
    </form>
  );
}

/** The answer to a link that does nothing: used up, or cut on its way. */
export function ended(c: HonoContext<App>, kind: 'ended' | 'damaged') {
  const damaged = kind === 'damaged';
  return c.html(<EndedPage damaged={damaged} />, statusOf(damaged ? 'bad-link' : 'link-ended'));
}

/** Without the button's value: back to the page, if its address may stand in a header. */
export async function again(c: HonoContext<App>, purpose: SinglePurpose, token: string) {
  const known = await c.var.ctx.tokens.readSingle(purpose, token);
  return known ? c.redirect(`/${purpose}/${token}`, 303) : ended(c, 'damaged');
}

/** Used, expired, replaced by a newer one, or cut on its way. */
function EndedPage({ damaged }: { damaged: boolean }) {
  return (
    <NotePage
      title={damaged ? 'This link is incomplete' : 'This link has ended'}
      room="door"
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
      <WayOn to="own page" />
    </NotePage>
  );
}
