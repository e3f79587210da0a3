import { Hono } from 'hono';
import { readUndoLink, takeBack, takeBackFromPage } from '../../subscriber/take-back.ts';
import type { App } from '../middleware/context.ts';
import { readFields, smallBody } from '../middleware/form.ts';
import { Button } from '../ui/fields.tsx';
import { NotePage, WayOn } from '../ui/page.tsx';
import { control } from './control.ts';
import { ended } from './single.tsx';

/** Takes a goodbye back, from the learner's page. */
export const undo = control({
  name: 'undo',
  says: {
    'taken-back': 'You are back, and your course goes on.',
    'taken-back-not':
      'That can be undone for a day, and where mail may go to your address. Nothing was changed.',
  },
  press: async ({ ctx, token }) => {
    const { kind } = await takeBackFromPage(ctx, token);
    if (kind === 'bad-link') return kind;
    return kind === 'back' ? 'taken-back' : 'taken-back-not';
  },
});

/** @param action the control of a learner's page, or the address that is good for a day */
export function UndoForm({ action }: { action: string }) {
  return (
    <form class="actions pace-now" method="post" action={action}>
      <Button name="go" value="yes">
        Undo: go on with the course
      </Button>
      <p>For a day, in case it was a slip. The next lesson comes at your hour.</p>
    </form>
  );
}

/** Behind the button of the page that says that somebody is unsubscribed. */
export const undoRoutes = new Hono<App>()
  .get('/undo/:token', async (c) => {
    const token = c.req.param('token');
    const { kind } = await readUndoLink(c.var.ctx, token);
    if (kind === 'ready') return c.html(<UndoPage action={`/undo/${token}`} />);
    return kind === 'back' ? c.html(<BackPage />) : ended(c, kind);
  })
  .post('/undo/:token', smallBody, async (c) => {
    const token = c.req.param('token');
    const pressed = (await readFields(c)).go === 'yes';
    const { kind } = await (pressed ? takeBack : readUndoLink)(c.var.ctx, token);
    if (kind === 'ready') return c.html(<UndoPage action={`/undo/${token}`} />);
    return kind === 'back' ? c.html(<BackPage />) : ended(c, kind);
  });

function UndoPage({ action }: { action: string }) {
  return (
    <NotePage
      title="Go on with the course"
      heading="Shall the lessons go on?"
      room="lit"
      robots="noindex"
    >
      <p class="lead">You have unsubscribed. If that was a slip, this button takes it back.</p>
      <UndoForm action={action} />
      <p>If it was not, close this page. Nothing comes.</p>
    </NotePage>
  );
}

/** It leads to no learner's page: what led here may have been passed on with a lesson. */
function BackPage() {
  return (
    <NotePage title="You are back" room="lit" robots="noindex">
      <p class="lead">Your course goes on, and the next lesson comes at your hour.</p>
      <p>The link in any lesson opens your page, with the date of the next one.</p>
      <WayOn to="own page" />
    </NotePage>
  );
}
