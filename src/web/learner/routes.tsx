import { Hono, type Context as HonoContext } from 'hono';
import { DomainError } from '../../errors.ts';
import { answerFor } from '../errors.ts';
import type { App } from '../middleware/context.ts';
import { readFields, smallBody } from '../middleware/form.ts';
import { addressRoutes } from './address.tsx';
import { calendarRoutes } from './calendar.ts';
import { confirmRoutes } from './confirm.tsx';
import type { Control, Press } from './control.ts';
import { deviceRoutes } from './device.tsx';
import { doneIn, saying } from './done.ts';
import { eraseRoutes } from './erase.tsx';
import { exportRoutes } from './export-page.tsx';
import { lessonRoutes } from './lesson.tsx';
import { badLink, deviceOf } from './link.ts';
import { logRoutes } from './log-page.tsx';
import { type LearnerModel, learnerModel, sectionOf } from './model.ts';
import { notMeRoutes } from './not-me.tsx';
import { CONTROLS, LearnerPage } from './page.tsx';
import { sheetRoutes } from './sheets.tsx';
import { undoRoutes } from './undo.tsx';
import { unsubscribeRoutes } from './unsubscribe.tsx';

type LearnerContext = HonoContext<App, '/learn/:token'>;

const pageRoutes = new Hono<App>().get('/learn/:token', async (c) => {
  const query = c.req.query();
  const model = await learnerModel(c, sectionOf(query.do));
  return c.html(<LearnerPage model={model} done={doneIn(query)} />);
});

for (const control of CONTROLS) {
  pageRoutes.post(`/learn/:token/${control.name}`, smallBody, (c) => answer(c, control));
}

/** Pages behind a mailed link. A GET changes nothing: scanners follow every link. */
export const learnerRoutes = new Hono<App>()
  .route('/', confirmRoutes)
  .route('/', pageRoutes)
  .route('/', lessonRoutes)
  .route('/', sheetRoutes)
  .route('/', logRoutes)
  .route('/', exportRoutes)
  .route('/', calendarRoutes)
  .route('/', deviceRoutes)
  .route('/', addressRoutes)
  .route('/', eraseRoutes)
  .route('/', unsubscribeRoutes)
  .route('/', undoRoutes)
  .route('/', notMeRoutes);

/**
 * Answers the press of a control: its verb, and then the page, which says what was done. Without the
 * button's own value (a scanner, a script) it changes nothing and leads back to the page.
 */
async function answer(c: LearnerContext, control: Control): Promise<Response> {
  const { ctx } = c.var;
  const token = c.req.param('token');
  const fields = await readFields(c);
  // What stands in a header must be a token, and no line break.
  if (!(await ctx.tokens.readLearn(token))) throw badLink();
  const here = `/learn/${token}`;
  const act = fields.go === 'look' ? control.look : fields.go === 'yes' ? control.press : undefined;
  if (!act) return c.redirect(here, 303);
  const show = (model: LearnerModel, error?: DomainError) =>
    c.html(<LearnerPage model={model} />, error ? answerFor(error).status : 200);
  const press: Press = { c, ctx, token, fields, device: deviceOf(c), show };
  try {
    const came = await act(press);
    if (came === 'bad-link') throw badLink();
    if (came instanceof Response) return came;
    const { say, ...more } = typeof came === 'string' ? { say: came } : came;
    return c.redirect(`${here}${saying(say, more)}#done`, 303);
  } catch (error) {
    return wrongField(press, control, error);
  }
}

/** The page again, with what was typed and what is wrong with it. Any other error goes on as it is. */
async function wrongField({ c, fields, show }: Press, control: Control, error: unknown) {
  const field = error instanceof DomainError ? error.field : undefined;
  const section = field === undefined ? undefined : control.fields?.[field];
  if (!(error instanceof DomainError) || field === undefined || section === undefined) throw error;
  const wrong = { field, typed: fields[field] ?? '', message: error.message };
  return show({ ...(await learnerModel(c, section)), wrong }, error);
}
