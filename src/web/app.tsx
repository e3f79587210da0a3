import { Hono } from 'hono';
import { version } from '../../package.json';
import { createContext } from '../context.ts';
import { imprint } from '../course/course.ts';
import { health } from '../delivery/health.ts';
import { type Env, isLoopback, settingProblems, settingsOf } from '../env.ts';
import { consoleLog, errorFields } from '../log.ts';
import { answering, later } from './door.tsx';
import { embedRoutes } from './embed/routes.tsx';
import { UNWELL } from './errors.ts';
import { learnerRoutes } from './learner/routes.tsx';
import { type App, hostProblem, withContext } from './middleware/context.ts';
import { pageHeaders, tokenPage } from './middleware/headers.ts';
import { ownPagesOnly } from './middleware/origin.ts';
import { logoRoutes } from './public/logos.ts';
import { publicRoutes } from './public/routes.tsx';
import { webhookRoutes } from './webhooks/routes.ts';

/** What whoever runs the course should do some day. It turns nothing red and alerts nobody. */
function noticesFor(env: Env): string[] {
  const local = isLoopback(URL.parse(env.BASE_URL ?? '')?.hostname ?? '');
  if (local || imprint.people.length > 0) return [];
  return ['nobody is named as author or editor of the lessons (emails/course.local.yaml)'];
}

const operator = later(async () => (await import('./operator/routes.ts')).operatorRoutes);
const desk = later(async () => (await import('./operator/desk-routes.tsx')).consoleRoutes);
const portal = later(async () => (await import('./portal/routes.tsx')).portalRoutes);
const credit = later(async () => (await import('./credit-routes.ts')).creditRoutes);
const local = later(async () => (await import('./local/routes.tsx')).localRoutes);

const routes = new Hono<App>()
  .use(pageHeaders)
  .get('/healthz', async (c) => {
    c.header('Cache-Control', 'no-store');
    // Whoever deploys learns from it what runs, and what is left to do that stops no mail.
    const say = <Report extends { ok: boolean }>(report: Report, beside: string[] = []) => {
      const notices = [...noticesFor(c.env), ...beside];
      return c.json({ version, ...report, notices }, report.ok ? 200 : UNWELL);
    };
    const settings = settingProblems(c.env);
    if (settings.length > 0) return say({ ok: false, problems: settings });
    const host = hostProblem(settingsOf(c.env), c.req.url);
    if (host) return say({ ok: false, problems: [host] });
    try {
      const ctx = await createContext(c.env);
      const { creditNotices } = await import('../credit/list-notices.ts');
      return say(await health(ctx), await creditNotices(ctx));
    } catch (error) {
      consoleLog.error('failed', errorFields(error));
      return say({ ok: false, problems: ['the database does not answer as it should'] });
    }
  })
  .use(tokenPage)
  .all('/operator/api/*', operator)
  .all('/operator', desk)
  .all('/operator/*', desk)
  .all('/portal', portal)
  .all('/portal/*', portal)
  .get('/credit/:slug', credit)
  .get('/achievements/:adoption', credit)
  .get('/certificates', credit)
  .get('/certificates/*', credit)
  .get('/issuers/:slug', credit)
  .get('/status/:slug', credit)
  .all('/learn/:token/certificates', credit)
  .all('/learn/:token/certificates/*', credit)
  .all('/learn/:token/credit', credit)
  .all('/learn/:token/credit/*', credit)
  .get('/mailbox', local)
  .get('/mailbox.json', local)
  .post('/clock', local)
  .use(withContext)
  .use(ownPagesOnly)
  .route('/', publicRoutes)
  .route('/', logoRoutes)
  .route('/', embedRoutes)
  .route('/', learnerRoutes)
  .route('/', webhookRoutes);

export const app = answering(routes);
