import { Hono } from 'hono';
import { calendarOf } from '../../enrollment/calendar.ts';
import { DomainError } from '../../errors.ts';
import { exportAll } from '../../subscriber/export.ts';
import type { App } from '../middleware/context.ts';
import { badLink, CLOSED, calendarPath, deviceOf } from './link.ts';

/** What a learner takes along: the dates, and everything that is held about them. */
export const fileRoutes = new Hono<App>()
  .get('/learn/:token/calendar.ics', async (c) => {
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
  })
  .get('/learn/:token/export.json', async (c) => {
    const found = await exportAll(c.var.ctx, c.req.param('token'), deviceOf(c));
    if (found.kind === 'bad-link') throw badLink();
    if (found.kind !== 'export') throw new DomainError('not-possible', CLOSED);
    return c.body(JSON.stringify(found.data, null, 2), 200, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Disposition': 'attachment; filename="in-the-room.json"',
    });
  });
