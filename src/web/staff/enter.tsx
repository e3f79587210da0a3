import { Hono, type Context as HonoContext } from 'hono';
import { DAY } from '../../clock.ts';
import { DomainError } from '../../errors.ts';
import { askToEnter, type ReadEntry, readEntryLink } from '../../staff/enter.ts';
import { type Browser, openByDigits, openByLink } from '../../staff/open-session.ts';
import { refuseInvitation } from '../../staff/refuse-invitation.ts';
import { ENTRY_LIFETIME, SESSION } from '../../staff/staff.ts';
import { randomSecret } from '../../token.ts';
import { answerFor, statusOf } from '../errors.ts';
import { refuseBurst } from '../middleware/burst.ts';
import type { App } from '../middleware/context.ts';
import { cookieOf, keepCookie } from '../middleware/cookies.ts';
import { type Fields, readFields, smallBody } from '../middleware/form.ts';
import {
  DigitsOnlyPage,
  EndedPage,
  EnterPage,
  type EnterPageProps,
  InvitationPage,
  RefusedPage,
  ThresholdPage,
} from './enter-pages.tsx';
import type { RoomPages } from './rooms.ts';

/** How long a browser in which somebody entered is told from others. */
const KNOWN_FOR = 365 * DAY;

type C = HonoContext<App>;

/** What a browser that asked holds: a secret, and the page to which it wants to go on. */
interface Asked {
  secret: string;
  to: string | null;
}

function askedOf(c: C): Asked | null {
  const [secret = '', to = ''] = (cookieOf(c, 'asked') ?? '').split('~');
  return /^[\w-]{43}$/.test(secret) ? { secret, to: to === '' ? null : to } : null;
}

const browserOf = (c: C, { cookie }: RoomPages): Browser => ({
  session: cookieOf(c, cookie),
  asked: askedOf(c)?.secret,
  agent: c.req.header('user-agent') ?? '',
});

/**
 * How staff enter a room: they ask with an address, and the mail has a link and eight digits.
 *
 * @param comesBackTo whether a path is a page of this room
 */
export function enterRoutes(pages: RoomPages, comesBackTo: (path: string) => boolean): Hono<App> {
  const { room, front } = pages;
  /** The page that somebody came from, if it is one of this room's. */
  const backTo = (path: string | null | undefined) =>
    path && comesBackTo(path) ? path : undefined;

  const enterPage = (c: C, props: Partial<EnterPageProps>, status = 200) =>
    c.html(
      <EnterPage
        pages={pages}
        email=""
        asked={askedOf(c) !== null}
        to={backTo(c.req.query('to')) ?? backTo(askedOf(c)?.to)}
        {...props}
      />,
      status as 200,
    );

  const failed = (c: C, error: unknown, fields: Fields) => {
    if (!(error instanceof DomainError)) throw error;
    const answer = answerFor(error);
    if (answer.retryAfter !== null) c.header('Retry-After', String(answer.retryAfter));
    const field = (['email', 'digits'] as const).find((known) => known === error.field) ?? 'form';
    return enterPage(
      c,
      {
        email: fields.email ?? '',
        to: backTo(fields.to),
        error: { field, message: answer.message },
      },
      answer.status,
    );
  };

  const opened = (c: C, made: { session: string; browser: string }) => {
    keepCookie(c, pages.cookie, made.session, SESSION[room].whole);
    keepCookie(c, 'known', made.browser, KNOWN_FOR);
    return c.redirect(backTo(askedOf(c)?.to) ?? front, 303);
  };

  const ended = (c: C, kind: 'ended' | 'damaged') =>
    c.html(
      <EndedPage pages={pages} damaged={kind === 'damaged'} />,
      statusOf(kind === 'damaged' ? 'bad-link' : 'link-ended'),
    );

  const threshold = (c: C, token: string, entry: ReadEntry, elsewhere: boolean) => {
    if (entry.kind !== 'ready') return ended(c, entry.kind);
    const { who, leadsTo, here } = entry;
    const page = { pages, token, who, leadsTo };
    if (entry.invitation) return c.html(<InvitationPage {...page} />);
    if (room === 'console' && !here) return c.html(<DigitsOnlyPage {...page} />);
    return c.html(<ThresholdPage {...page} elsewhere={elsewhere} />);
  };

  return new Hono<App>()
    .get(`${front}/enter`, (c) => enterPage(c, { sent: c.req.query('sent') !== undefined }))
    .post(`${front}/enter`, smallBody, async (c) => {
      let fields: Fields = {};
      try {
        fields = await readFields(c);
        await refuseBurst(c, 'enter');
        const secret = askedOf(c)?.secret ?? randomSecret();
        const browser = cookieOf(c, 'known');
        await askToEnter(c.var.ctx, { room, typed: fields.email ?? '', asked: secret, browser });
        keepCookie(c, 'asked', `${secret}~${backTo(fields.to) ?? ''}`, ENTRY_LIFETIME);
        return c.redirect(`${front}/enter?sent`, 303);
      } catch (error) {
        return failed(c, error, fields);
      }
    })
    .post(`${front}/enter/code`, smallBody, async (c) => {
      let fields: Fields = {};
      try {
        fields = await readFields(c);
        await refuseBurst(c, 'enter');
        const browser = browserOf(c, pages);
        const made = await openByDigits(c.var.ctx, room, fields.digits ?? '', browser);
        return made.kind === 'opened' ? opened(c, made) : ended(c, 'ended');
      } catch (error) {
        return failed(c, error, { ...fields, to: askedOf(c)?.to ?? '' });
      }
    })
    .get(`${front}/open/:token`, async (c) => {
      const token = c.req.param('token');
      const entry = await readEntryLink(c.var.ctx, room, token, askedOf(c)?.secret);
      return threshold(c, token, entry, false);
    })
    .post(`${front}/open/:token`, smallBody, async (c) => {
      const { ctx } = c.var;
      const token = c.req.param('token');
      const fields = await readFields(c);
      const show = async (elsewhere: boolean) =>
        threshold(c, token, await readEntryLink(ctx, room, token, askedOf(c)?.secret), elsewhere);
      if (fields.refuse === 'yes') {
        const { kind } = await refuseInvitation(ctx, room, token);
        return kind === 'refused' ? c.html(<RefusedPage />) : ended(c, kind);
      }
      if (fields.go !== 'yes') return show(false);
      const again = fields.elsewhere === 'yes';
      const made = await openByLink(ctx, room, token, browserOf(c, pages), again);
      switch (made.kind) {
        case 'opened':
          return opened(c, made);
        case 'in-already':
          return c.redirect(front, 303);
        case 'elsewhere':
          return show(true);
        default:
          return ended(c, made.kind);
      }
    });
}
