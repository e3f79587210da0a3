import { Hono, type Context as HonoContext } from 'hono';
import { LESSONS, lessonOf, lessons } from '../../course/course.ts';
import { readProgress } from '../../enrollment/progress.ts';
import { DomainError } from '../../errors.ts';
import type { App } from '../middleware/context.ts';
import { LinesSheet, PlanSheet, PracticesSheet } from '../ui/sheet.tsx';
import { badLink, deviceOf } from './link.ts';
import type { LearnerModel } from './model.ts';

/** Sheets to print, of the lessons that were sent. */
export const sheetRoutes = new Hono<App>()
  .get(`/learn/:token/lessons/:n{[1-${LESSONS}]}/lines`, async (c) => {
    const week = Number(c.req.param('n'));
    const lesson = lessonOf(week);
    if (!lesson || !(await weeksSent(c)).includes(week)) throw notYet();
    const back = {
      href: `/learn/${c.req.param('token')}/lessons/${week}`,
      label: `Lesson ${week}`,
    };
    return c.html(<LinesSheet lesson={lesson} back={back} own />);
  })
  .get('/learn/:token/practices', async (c) => {
    const sent = await weeksSent(c);
    const shown = lessons.filter(({ week }) => sent.includes(week));
    if (shown.length === 0) throw notYet();
    return c.html(<PracticesSheet lessons={shown} back={yourCourse(c)} own />);
  })
  .get('/learn/:token/plan', async (c) => {
    const planned = lessons.find(({ plan }) => plan.length > 0);
    if (!planned || !(await weeksSent(c)).includes(planned.week)) throw notYet();
    return c.html(<PlanSheet lesson={planned} back={yourCourse(c)} own />);
  });

type SheetContext = HonoContext<App, '/learn/:token/practices'>;

/** @throws DomainError `bad-link` */
async function weeksSent(c: HonoContext<App>): Promise<number[]> {
  const progress = await readProgress(c.var.ctx, c.req.param('token') ?? '', deviceOf(c));
  if (!progress) throw badLink();
  return progress.readable;
}

function yourCourse(c: SheetContext) {
  return { href: `/learn/${c.req.param('token')}`, label: 'Your course' };
}

function notYet() {
  const message = 'This sheet comes with its lesson, which has not been sent to you yet.';
  return new DomainError('not-found', message);
}

/** On the learner's page: what there is to print. */
export function SheetLinks({ model }: { model: LearnerModel }) {
  const { token, readable } = model;
  const plan = lessons.find((each) => each.plan.length > 0 && readable.includes(each.week));
  if (readable.length === 0) return null;
  return (
    <p class="control-link">
      <a href={`/learn/${token}/practices`}>The practices, on a sheet to print</a>
      {plan && (
        <>
          {' '}
          <a href={`/learn/${token}/plan`}>Your page for eight weeks, to fill in and print</a>
        </>
      )}
    </p>
  );
}
