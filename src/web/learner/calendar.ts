import { Hono } from 'hono';
import { calendarOf } from '../../enrollment/calendar.ts';
import type { App } from '../middleware/context.ts';
import { badLink, calendarPath } from './link.ts';

/** The dates to come, for a calendar. */
export const calendarRoutes = new Hono<App>().get('/learn/:token/calendar.ics', async (c) => {
  const { ctx } = c.var;
  const token = c.req.param('token');
  // A calendar that subscribed to the address of before, which opened the learner's page.
  const claims = await ctx.tokens.readLearn(token);
  if (claims) return c.redirect(await calendarPath(ctx, claims), 301);
  const calendar = await calendarOf(ctx, token);
  if (calendar === null) throw badLink();
  return c.body(calendar, 200, {
    'Content-Type': 'text/calendar; charset=utf-8',
    'Content-Disposition': 'inline; filename="in-the-room.ics"',
  });
});
