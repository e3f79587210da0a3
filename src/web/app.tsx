import { Hono } from 'hono';
import { version } from '../../package.json';
import { createContext } from '../context.ts';
import { imprint } from '../course/course.ts';
import { health } from '../delivery/health.ts';
import { type Env, isLoopback, settingProblems, settingsOf } from '../env.ts';
import { DomainError } from '../errors.ts';
import { consoleLog, errorFields } from '../log.ts';
import { embedRoutes } from './embed/routes.tsx';
import { answerFor, UNWELL } from './errors.ts';
import { learnerRoutes } from './learner/routes.tsx';
import { localRoutes } from './local/routes.tsx';
import { type App, hostProblem, withContext } from './middleware/context.ts';
import { wantsJson } from './middleware/form.ts';
import { pageBehind, pageHeaders, tokenPage } from './middleware/headers.ts';
import { ownPagesOnly } from './middleware/origin.ts';
import { operatorRoutes } from './operator/routes.ts';
import { publicRoutes } from './public/routes.tsx';
import { ErrorPage } from './ui/error-page.tsx';
import { webhookRoutes } from './webhooks/routes.ts';

/** Addresses that speak JSON whatever the caller accepts. */
const JSON_PATHS = new Set(['/clock', '/mailbox.json', '/webhooks/resend']);
const speaksJson = (path: string) =>
  JSON_PATHS.has(path) || path.startsWith('/operator/') || /^\/embed\/.+\.json$/.test(path);

/** What whoever runs the course should do some day. It turns nothing red and alerts nobody. */
function noticesFor(env: Env): string[] {
  const local = isLoopback(URL.parse(env.BASE_URL ?? '')?.hostname ?? '');
  if (local || imprint.people.length > 0) return [];
  return ['nobody is named as author or editor of the lessons (emails/course.local.yaml)'];
}

export const app = new Hono<App>()
  .use(pageHeaders)
  .get('/healthz', async (c) => {
    c.header('Cache-Control', 'no-store');
    // Whoever deploys learns from it what runs, and what is left to do that stops no mail.
    const say = <Report extends { ok: boolean }>(report: Report) => {
      const notices = noticesFor(c.env);
      return c.json({ version, ...report, notices }, report.ok ? 200 : UNWELL);
    };
    const settings = settingProblems(c.env);
    if (settings.length > 0) return say({ ok: false, problems: settings });
    const host = hostProblem(settingsOf(c.env), c.req.url);
    if (host) return say({ ok: false, problems: [host] });
    try {
      return say(await health(await createContext(c.env)));
    } catch (error) {
      consoleLog.error('failed', errorFields(error));
      return say({ ok: false, problems: ['the database does not answer as it should'] });
    }
  })
  .use(tokenPage)
  .use(withContext)
  .use(ownPagesOnly)
  .route('/', publicRoutes)
  .route('/', embedRoutes)
  .route('/', learnerRoutes)
  .route('/', webhookRoutes)
  .route('/', operatorRoutes)
  .route('/', localRoutes);

app.notFound(() => {
  throw new DomainError('not-found', 'There is nothing at this address.');
});

app.onError((error, c) => {
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
  const page = answer.code === 'wrong-origin' ? pageBehind(c.req.path) : null;
  const action = page === null ? undefined : { href: page, label: 'Open the page again' };
  return c.html(
    <ErrorPage title={answer.title} message={answer.message} action={action} />,
    answer.status,
  );
});
