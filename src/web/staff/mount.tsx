import { Hono, type Context as HonoContext } from 'hono';
import type { Child } from 'hono/jsx';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { DomainError } from '../../errors.ts';
import { askToBeSure, type Dangerous, isSure } from '../../staff/be-sure.ts';
import { reaches, SURE_CAP } from '../../staff/staff.ts';
import { equalInConstantTime } from '../../token.ts';
import { statusOf } from '../errors.ts';
import type { App } from '../middleware/context.ts';
import { bodyUpTo, type Fields, readFields, smallBody } from '../middleware/form.ts';
import { failureOf } from './again.ts';
import { enterRoutes } from './enter.tsx';
import type { RoomPages } from './rooms.ts';
import type { Admitted, Route, Staffed } from './route.ts';
import { SureForm } from './sure.tsx';

interface Mounted<E extends Staffed, Role extends string> {
  pages: RoomPages;
  routes: readonly Route<E, Role>[];
  /** Finds out who asks, and keeps it in `c`. */
  admit(c: HonoContext<E>): Promise<Admitted<Role> | 'out' | 'nowhere'>;
  /** The page around a question. */
  page(
    c: HonoContext<E>,
    title: string,
    status: ContentfulStatusCode,
    children: Child,
  ): Response | Promise<Response>;
  /** What needs a session and no role: the front page, leaving. */
  own: Hono<App>;
}

const nothingHere = () => new DomainError('not-found', 'There is nothing at this address.');

const notYours = () =>
  new DomainError(
    'not-found',
    'Your role does not include this, and nothing has been changed. An owner can give you another.',
  );

/** A form that no page of ours has shown to this session. */
const notFromHere = () =>
  new DomainError(
    'wrong-origin',
    'Nothing has been changed. This form was shown to another session. Open its page again and press the button there.',
  );

/**
 * Takes a form that this session was shown, and whose button was pressed.
 *
 * @throws DomainError `wrong-origin`, `bad-input`
 */
export function pressedHere(fields: Fields, csrf: string): void {
  if (!equalInConstantTime(fields.csrf ?? '', csrf)) throw notFromHere();
  if (fields.go !== 'yes') {
    throw new DomainError('bad-input', 'Nothing has been changed. Please press the button.');
  }
}

/** All that lies below a room's front page: entering, and its table of routes. */
export function mount<E extends Staffed, Role extends string>(room: Mounted<E, Role>): Hono<App> {
  const { pages, routes } = room;
  const app = new Hono<App>().use(async (c, next) => {
    c.header('Cache-Control', 'no-store');
    c.header('X-Robots-Tag', 'noindex');
    await next();
  });
  const comesBackTo = (path: string) => isPathOf(routes, pages, path);
  app.route('/', enterRoutes(pages, comesBackTo)).route('/', room.own);
  for (const route of routes) {
    const limit = route.body === undefined ? smallBody : bodyUpTo(route.body);
    app.on(route.method, route.path, limit, async (plain) => {
      const c = plain as unknown as HonoContext<E>;
      const who = await room.admit(c);
      if (who === 'out') return toEnter(c, pages);
      if (who === 'nowhere') throw nothingHere();
      if (!reaches(pages.room, who.role, route.role)) throw notYours();
      if (route.method === 'GET') return route.handle(c);
      const fields = await readFields(plain);
      pressedHere(fields, who.csrf);
      c.set('fields', fields);
      try {
        if (route.sure) {
          const question = await notYetSure(c, room, who, fields, await route.sure(c));
          if (question) return question;
        }
        return await route.handle(c);
      } catch (error) {
        const failed = failureOf(error, c.req.path, fields);
        if (route.again === undefined || failed === null) throw error;
        c.set('failed', failed);
        return route.again(c);
      }
    });
  }
  return app;
}

/** To where somebody enters, and back from there where that was a page. */
export function toEnter<E extends App>(c: HonoContext<E>, { front }: RoomPages): Response {
  const to = c.req.method === 'GET' && c.req.path !== front ? c.req.path : null;
  const query = to === null ? '' : `?${new URLSearchParams({ to })}`;
  return c.redirect(`${front}/enter${query}`, 303);
}

/** Whether a path is one of the room's own pages: nowhere else does entering lead. */
function isPathOf(
  routes: readonly { method: string; path: string }[],
  { front }: RoomPages,
  path: string,
): boolean {
  if (path === front) return true;
  const parts = path.split('/');
  return routes.some(({ method, path: pattern }) => {
    const wanted = pattern.split('/');
    return (
      method === 'GET' &&
      wanted.length === parts.length &&
      wanted.every((part, index) =>
        part.startsWith(':') ? /^[\w.~-]+$/.test(parts[index] ?? '') : part === parts[index],
      )
    );
  });
}

/** Asks for mailed digits; null where they have come and are right. */
async function notYetSure<E extends Staffed, Role extends string>(
  c: HonoContext<E>,
  { pages, page }: Mounted<E, Role>,
  who: Admitted<Role>,
  { go: _go, csrf, digits = '', ...typed }: Fields,
  does: Child,
): Promise<Response | null> {
  const { ctx } = c.var as App['Variables'];
  const dangerous: Dangerous = {
    room: pages.room,
    staffId: who.staffId,
    session: who.session,
    path: c.req.path,
    fields: typed,
  };
  const form = { action: c.req.path, csrf: csrf ?? '', typed, does };
  if (digits !== '') {
    if (await isSure(ctx, dangerous, digits)) return null;
    const error =
      'These digits are not right for this. After five tries, or 15 minutes, ask for others.';
    const question = <SureForm {...form} error={error} />;
    return page(c, 'Error: are you sure?', statusOf('bad-input'), question);
  }
  const { kind } = await askToBeSure(ctx, dangerous);
  if (kind === 'capped') {
    throw new DomainError(
      'too-many-requests',
      `You have asked for digits ${SURE_CAP.hour} times within an hour. Please wait a while.`,
    );
  }
  return page(c, 'Are you sure?', 200, <SureForm {...form} />);
}
