import { Hono, type Context as HonoContext } from 'hono';
import { calendarOf } from '../../enrollment/calendar.ts';
import { changeAddress, readAddressLink } from '../../enrollment/change-address.ts';
import { openDevice, readOpenLink } from '../../enrollment/device.ts';
import { lessonNumber } from '../../enrollment/enrollment.ts';
import { eraseByLink, readEraseLink } from '../../enrollment/erase-subscriber.ts';
import { exportAll } from '../../enrollment/export.ts';
import { writeLog } from '../../enrollment/write-log.ts';
import { DomainError } from '../../errors.ts';
import { answerFor } from '../errors.ts';
import type { App } from '../middleware/context.ts';
import { readFields, smallBody, textBody, wantsJson } from '../middleware/form.ts';
import { lessonPage } from './lesson-page.tsx';
import { badLink, calendarPath, deviceOf, keepDevice } from './link.ts';
import { saying } from './said.tsx';
import {
  AddressDonePage,
  AddressPage,
  AddressTakenPage,
  EndedPage,
  ErasedPage,
  ErasePage,
  OpenPage,
} from './single.tsx';

const CLOSED = 'This is private to the learner, and closed on this device.';
const UNOPENED =
  'What you wrote here before does not open just now, and nothing is written over it. Please keep a copy of this.';

/** The log, the files, and the pages behind links that work once. A GET changes nothing. */
export const privateRoutes = new Hono<App>()
  .post('/learn/:token/log', textBody, async (c) => {
    const token = c.req.param('token');
    const { ctx } = c.var;
    const fields = await readFields(c);
    if (!(await ctx.tokens.readLearn(token))) throw badLink();
    const lesson = lessonNumber(fields.lesson);
    const here = `/learn/${token}/lessons/${lesson}`;
    if (fields.go !== 'yes') return c.redirect(here, 303);
    const text = fields.text ?? '';
    try {
      const input = { lesson, text, base: Number(fields.rev) };
      const written = await writeLog(ctx, token, deviceOf(c), input);
      switch (written.kind) {
        case 'bad-link':
          throw badLink();
        case 'closed':
        case 'locked':
          if (wantsJson(c)) throw new DomainError('not-possible', CLOSED);
          return await logAgain(c, lesson, text, CLOSED);
        case 'changed-meanwhile': {
          const message = 'Something else was saved here meanwhile. Press Save to see both.';
          if (wantsJson(c)) throw new DomainError('not-possible', message);
          return c.html(await lessonPage(c, lesson, { text, entry: written.entry }), 409);
        }
        case 'does-not-open':
          if (wantsJson(c)) throw new DomainError('not-possible', UNOPENED);
          return await logAgain(c, lesson, text, UNOPENED);
        case 'saved':
          if (wantsJson(c)) return c.json({ rev: written.entry.rev });
          return c.redirect(`${here}#log`, 303);
      }
    } catch (error) {
      if (wantsJson(c) || !(error instanceof DomainError) || error.field !== 'text') throw error;
      return logAgain(c, lesson, text, error.message);
    }
  })
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
  })
  .get('/open/:token', async (c) => {
    const token = c.req.param('token');
    const { kind } = await readOpenLink(c.var.ctx, token);
    if (kind === 'ready') return c.html(<OpenPage token={token} />);
    return ended(c, kind);
  })
  .post('/open/:token', smallBody, async (c) => {
    const token = c.req.param('token');
    const { ctx } = c.var;
    if ((await readFields(c)).go !== 'yes') return again(c, 'open', token);
    const opened = await openDevice(ctx, token, deviceOf(c));
    if (opened.kind === 'ended' || opened.kind === 'damaged') return ended(c, opened.kind);
    if (opened.kind === 'opened') keepDevice(c, opened.device);
    if (opened.kind === 'opened' && opened.resumed) {
      return c.redirect(`${opened.learnPath}${saying('reached')}#done`, 303);
    }
    return c.redirect(`${opened.learnPath}${saying('opened')}#private`, 303);
  })
  .get('/address/:token', async (c) => {
    const token = c.req.param('token');
    const link = await readAddressLink(c.var.ctx, token);
    if (link.kind === 'ready') return c.html(<AddressPage token={token} {...link} />);
    if (link.kind === 'done') return c.html(<AddressDonePage undo={link.undo} />);
    return ended(c, link.kind);
  })
  .post('/address/:token', smallBody, async (c) => {
    const token = c.req.param('token');
    if ((await readFields(c)).go !== 'yes') return again(c, 'address', token);
    const link = await changeAddress(c.var.ctx, token);
    if (link.kind === 'done') return c.html(<AddressDonePage undo={link.undo} />);
    if (link.kind === 'taken') return c.html(<AddressTakenPage />, 409);
    if (link.kind === 'ready') return c.html(<AddressPage token={token} {...link} />);
    return ended(c, link.kind);
  })
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

/** The lesson again with what was written and what is wrong. */
async function logAgain(
  c: HonoContext<App, '/learn/:token/log'>,
  lesson: number,
  text: string,
  message: string,
) {
  const error = new DomainError('bad-input', message, 'text');
  return c.html(await lessonPage(c, lesson, { text, error: message }), answerFor(error).status);
}

function ended(c: HonoContext<App>, kind: 'ended' | 'damaged') {
  return kind === 'damaged' ? c.html(<EndedPage damaged />, 404) : c.html(<EndedPage />, 410);
}

/** Without the button's value: back to the page, if its address may stand in a header. */
async function again(c: HonoContext<App>, purpose: 'open' | 'address' | 'erase', token: string) {
  const known = await c.var.ctx.tokens.readSingle(purpose, token);
  return known ? c.redirect(`/${purpose}/${token}`, 303) : ended(c, 'damaged');
}
