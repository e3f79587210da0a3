import { Hono } from 'hono';
import { Temporal } from 'temporal-polyfill';
import type { MovableClock, Seconds } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { moveClock } from '../../delivery/move-clock.ts';
import { DomainError } from '../../errors.ts';
import { readMailbox } from '../../mailer/mailbox.ts';
import type { App } from '../middleware/context.ts';
import { readFields, smallBody } from '../middleware/form.ts';
import { MailboxPage } from './mailbox.tsx';

/** The furthest that one call moves the clock: the course takes eight weeks. */
const FURTHEST_YEARS = 5;

/** What only a local run has: the mailbox and the clock. Anywhere else these addresses do not exist. */
export const localRoutes = new Hono<App>()
  .get('/mailbox.json', async (c) => {
    const mails = await readMailbox(mailboxContext(c.var.ctx).db);
    return c.json(mails);
  })
  .get('/mailbox', async (c) => {
    const ctx = mailboxContext(c.var.ctx);
    const chosen = Number(c.req.query('id'));
    const [mails, [selected]] = await Promise.all([
      readMailbox(ctx.db),
      Number.isSafeInteger(chosen) && chosen > 0 ? readMailbox(ctx.db, chosen) : [],
    ]);
    const now = new Date(ctx.clock.now() * 1000).toISOString();
    return c.html(
      <MailboxPage
        mails={mails.reverse()}
        selected={selected}
        now={now}
        baseUrl={ctx.settings.baseUrl}
      />,
    );
  })
  .post('/clock', smallBody, async (c) => {
    const ctx = c.var.ctx;
    if (!hasMovableClock(ctx)) throw notHere();
    const target = targetOf(await readFields(c), ctx.clock.now());
    const { now, sent } = await moveClock(ctx, target);
    return c.json({ now: new Date(now * 1000).toISOString(), sent });
  });

function notHere(): DomainError {
  return new DomainError('not-found', 'There is nothing at this address.');
}

function mailboxContext(ctx: Context): Context {
  if (ctx.settings.mailer !== 'mailbox') throw notHere();
  return ctx;
}

function hasMovableClock(ctx: Context): ctx is Context & { clock: MovableClock } {
  return ctx.settings.clock === 'movable';
}

/** Where `{"advance":"P7D"}` or `{"to":"2026-12-01T08:00:00Z"}` leads, epoch seconds. */
function targetOf(fields: Record<string, string>, now: Seconds): number {
  const start = Temporal.Instant.fromEpochMilliseconds(now * 1000).toZonedDateTimeISO('UTC');
  const furthest = start.add({ years: FURTHEST_YEARS }).epochMilliseconds / 1000;
  let target: number;
  const field = fields.to === undefined ? 'advance' : 'to';
  try {
    target =
      fields.to === undefined
        ? start.add(Temporal.Duration.from(fields.advance ?? '')).epochMilliseconds / 1000
        : Temporal.Instant.from(fields.to).epochMilliseconds / 1000;
  } catch {
    const expected = field === 'to' ? 'an ISO instant' : 'an ISO duration such as P7D';
    throw new DomainError('bad-input', `\`${field}\` must be ${expected}.`, field);
  }
  if (target < now || target > furthest) {
    const message = `The clock moves forward only, by at most ${FURTHEST_YEARS} years.`;
    throw new DomainError('bad-input', message, field);
  }
  return Math.ceil(target);
}
