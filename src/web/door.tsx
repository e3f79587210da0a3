import { Hono, type Context as HonoContext } from 'hono';
import { DomainError } from '../errors.ts';
import { consoleLog, errorFields } from '../log.ts';
import { answerFor } from './errors.ts';
import { type App, withContext } from './middleware/context.ts';
import { wantsJson } from './middleware/form.ts';
import { pageBehind, pageHeaders } from './middleware/headers.ts';
import { ownPagesOnly } from './middleware/origin.ts';
import { ErrorPage } from './ui/error-page.tsx';
import { FIND_PATH } from './ui/layout.tsx';

/** Addresses that speak JSON whatever the caller accepts. */
const JSON_PATHS = new Set(['/clock', '/mailbox.json', '/webhooks/resend']);
const speaksJson = (path: string) =>
  JSON_PATHS.has(path) || path.startsWith('/operator/api/') || /^\/embed\/.+\.json$/.test(path);

/** Has an app of ours answer what goes wrong, and what is not there, as all of them do. */
export function answering(app: Hono<App>): Hono<App> {
  app.notFound(() => {
    throw new DomainError('not-found', 'There is nothing at this address.');
  });
  return app.onError(answerTo);
}

/**
 * Routes that a cold start does without: they are loaded when one of their addresses is first asked for,
 * and then have an app of their own around them, with its context and its errors.
 */
export function later(load: () => Promise<Hono<App>>) {
  let loaded: Promise<Hono<App>> | undefined;
  const around = async () =>
    answering(
      new Hono<App>()
        // What its answers are said to be stands in its own context.
        .use(pageHeaders)
        .use(withContext)
        .use(ownPagesOnly)
        .route('/', await load()),
    );
  return async (c: HonoContext<App>): Promise<Response> => {
    loaded ??= around();
    return (await loaded).fetch(c.req.raw, c.env);
  };
}

/** The front page of the room in which somebody of the staff has met an error; null for everybody else. */
function roomOf(path: string) {
  const room = /^\/(portal|operator)(\/|$)/.exec(path)?.[1];
  if (room === undefined) return null;
  return { href: `/${room}`, label: room === 'portal' ? 'Go to the portal' : 'Go to the console' };
}

/** Where somebody goes on who has met an error. */
function wayBack(c: HonoContext<App>, code: string) {
  const room = roomOf(c.req.path);
  if (room !== null) return room;
  if (code === 'bad-link') return { href: FIND_PATH, label: 'Mail me the link to my page' };
  const page = pageBehind(c.req.path);
  if (page === null) return undefined;
  if (code === 'wrong-origin') return { href: page, label: 'Open the page again' };
  return page.startsWith('/learn/') ? { href: page, label: 'Back to your course' } : undefined;
}

function answerTo(error: Error, c: HonoContext<App>) {
  const answer = answerFor(error);
  if (answer.ours) consoleLog.error('failed', errorFields(error));
  if (answer.retryAfter !== null) c.header('Retry-After', String(answer.retryAfter));
  c.header('Cache-Control', 'no-store');
  // RFC 6750, section 3.
  if (answer.code === 'bad-bearer') c.header('WWW-Authenticate', 'Bearer');
  if (wantsJson(c) || speaksJson(c.req.path)) {
    const { code, field, message } = answer;
    return c.json(
      { error: { code, ...(field === undefined ? {} : { field }), message } },
      answer.status,
    );
  }
  return c.html(
    <ErrorPage title={answer.title} message={answer.message} action={wayBack(c, answer.code)} />,
    answer.status,
  );
}
