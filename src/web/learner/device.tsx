import { Hono } from 'hono';
import { askToOpen } from '../../subscriber/ask-for-link.ts';
import { closeDevice, openDevice, readOpenLink } from '../../subscriber/device.ts';
import type { App } from '../middleware/context.ts';
import { readFields, smallBody } from '../middleware/form.ts';
import { Button } from '../ui/fields.tsx';
import { NotePage } from '../ui/page.tsx';
import { saidOf } from './asked.ts';
import { control } from './control.ts';
import { saying } from './done.ts';
import { deviceOf, dropDevice, keepDevice } from './link.ts';
import { again, ended, GoForm } from './single.tsx';

/** Asks for the mailed link that opens what is private on this device. */
export const open = control({
  name: 'open',
  says: {
    'mailed-open':
      'A link is on its way to your address. Open it on the device that you want to use, within 15 minutes.',
    opened: ({ lockedUntil }) =>
      lockedUntil
        ? `This device is known as yours. What is private opens on it again after ${lockedUntil}.`
        : 'Your private pages are open on this device.',
    reached:
      'Mail reaches you, so your course goes on. Your private pages are open on this device, too.',
  },
  press: async ({ ctx, token }) => saidOf(await askToOpen(ctx, token), 'mailed-open'),
});

export const close = control({
  name: 'close',
  says: {
    shut: 'Your private pages are closed on this device.',
    'shut-all': 'Your private pages are closed on every device that you had opened.',
  },
  press: async ({ c, ctx, token, device, fields }) => {
    const { kind } = await closeDevice(ctx, token, device, fields.devices === 'all');
    if (kind === 'bad-link') return kind;
    dropDevice(c);
    return kind === 'all-closed' ? 'shut-all' : 'shut';
  },
});

export function OpenForm({ token, label }: { token: string; label: string }) {
  return (
    <form method="post" action={`/learn/${token}/open`}>
      <Button name="go" value="yes" quiet>
        {label}
      </Button>
    </form>
  );
}

/** The same for somebody whose course stopped because mail came back: the link that comes sets it going. */
export function ReachForm({ token }: { token: string }) {
  return (
    <form class="pace-now" method="post" action={`/learn/${token}/open`}>
      <Button name="go" value="yes">
        Mail me a link
      </Button>
      <p>
        If mail reaches you again, open the link that comes, and the course goes on. It opens your
        private pages on that device, too.
      </p>
    </form>
  );
}

export function CloseForms({ token }: { token: string }) {
  const action = `/learn/${token}/close`;
  return (
    <>
      <form method="post" action={action}>
        <button class="text-button" type="submit" name="go" value="yes">
          Close this on this device
        </button>
      </form>
      <form method="post" action={action}>
        <input type="hidden" name="devices" value="all" />
        <button class="text-button" type="submit" name="go" value="yes">
          Close it on every device
        </button>
      </form>
    </>
  );
}

/** Behind the mailed link. */
export const deviceRoutes = new Hono<App>()
  .get('/open/:token', async (c) => {
    const token = c.req.param('token');
    const { kind } = await readOpenLink(c.var.ctx, token);
    return kind === 'ready' ? c.html(<OpenPage token={token} />) : ended(c, kind);
  })
  .post('/open/:token', smallBody, async (c) => {
    const token = c.req.param('token');
    if ((await readFields(c)).go !== 'yes') return again(c, 'open', token);
    const opened = await openDevice(c.var.ctx, token, deviceOf(c));
    if (opened.kind === 'ended' || opened.kind === 'damaged') return ended(c, opened.kind);
    if (opened.kind === 'opened') keepDevice(c, opened.device);
    if (opened.kind === 'opened' && opened.resumed) {
      return c.redirect(`${opened.learnPath}${saying('reached')}#done`, 303);
    }
    return c.redirect(`${opened.learnPath}${saying('opened')}#private`, 303);
  });

function OpenPage({ token }: { token: string }) {
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
