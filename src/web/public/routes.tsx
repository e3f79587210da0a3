import { Hono } from 'hono';
import { lessonOf, lessons } from '../../course/course.ts';
import { isLoopback } from '../../env.ts';
import { DomainError } from '../../errors.ts';
import { findProvider } from '../../provider/find-provider.ts';
import { WORDS_VERSION } from '../../signup/consent.ts';
import { requestSignup } from '../../signup/request-signup.ts';
import { answerFor } from '../errors.ts';
import type { App } from '../middleware/context.ts';
import { type Fields, readFields, smallBody, wantsJson } from '../middleware/form.ts';
import { AboutPage } from './about.tsx';
import { CheckInboxPage } from './check-inbox.tsx';
import { LandingPage } from './landing.tsx';
import { PrivacyPage } from './privacy.tsx';
import { SamplePage } from './sample.tsx';
import type { SignupFormProps } from './signup-form.tsx';

/** How long a client that signed up too often should wait, in seconds: the limit's own period. */
const BURST_PERIOD = 60;

const NO_VALUES = { email: '', first_name: '', time_zone: '' };

/** The pages that anybody may read, and the signup. */
export const publicRoutes = new Hono<App>()
  .get('/', async (c) => {
    const key = c.req.query('provider');
    const provider = key ? await findProvider(c.var.ctx, key) : null;
    const form: SignupFormProps = { values: NO_VALUES, ...(provider ? { provider } : {}) };
    return c.html(<LandingPage form={form} lessons={lessons} />);
  })
  .get('/about', (c) => c.html(<AboutPage />))
  .get('/privacy', (c) => {
    const { contact, postalAddress } = c.var.ctx.settings;
    return c.html(<PrivacyPage contact={contact} postalAddress={postalAddress} />);
  })
  .get('/lessons/1', (c) => {
    const lesson = lessonOf(1);
    if (!lesson) throw new DomainError('not-found', 'There is no such lesson.');
    return c.html(<SamplePage lesson={lesson} />);
  })
  .get('/signup/check-inbox', (c) => c.html(<CheckInboxPage />))
  .post('/signup', smallBody, async (c) => {
    let fields: Fields = {};
    try {
      fields = await readFields(c, ['provider']);
      await refuseBurst(c.env.SIGNUP_LIMIT, new URL(c.req.url), c.req.header('cf-connecting-ip'));
      // Only a machine fills the field that nobody sees; it gets the answer that everybody gets.
      if (!fields.website) {
        await requestSignup(c.var.ctx, {
          email: fields.email ?? '',
          firstName: fields.first_name ?? '',
          timeZone: fields.time_zone ?? '',
          providerKey: fields.provider || null,
          page: pageOf(c.req.header('referer'), c.var.ctx.settings.baseUrl),
          wordsVersion: WORDS_VERSION,
        });
      }
    } catch (error) {
      if (!(error instanceof DomainError) || wantsJson(c)) throw error;
      const answer = answerFor(error);
      c.header('Cache-Control', 'no-store');
      if (error.code === 'too-many-requests') c.header('Retry-After', String(BURST_PERIOD));
      return c.html(await formAgain(c.var.ctx, fields, error), answer.status);
    }
    return wantsJson(c)
      ? c.json({ status: 'check-inbox' }, 202)
      : c.redirect('/signup/check-inbox', 303);
  });

/** The page again, with the message at the field and what was typed. */
async function formAgain(ctx: App['Variables']['ctx'], fields: Fields, error: DomainError) {
  const provider = fields.provider ? await findProvider(ctx, fields.provider) : null;
  const known = ['email', 'first_name', 'time_zone', 'provider'] as const;
  const form: SignupFormProps = {
    values: {
      email: fields.email ?? '',
      first_name: fields.first_name ?? '',
      time_zone: fields.time_zone ?? '',
    },
    error: {
      field: known.find((field) => field === error.field) ?? 'form',
      message: error.message,
    },
    ...(provider ? { provider } : {}),
  };
  return <LandingPage form={form} lessons={lessons} />;
}

/** The burst limit of one client, by the platform's own client address; this machine is not counted. */
async function refuseBurst(limit: RateLimit, url: URL, client: string | undefined): Promise<void> {
  if (isLoopback(url.hostname) || client === undefined) return;
  const { success } = await limit.limit({ key: client });
  if (success) return;
  const message =
    'There were many signups from your network just now. Please try again in a minute.';
  throw new DomainError('too-many-requests', message, 'form');
}

/** The page that showed the form, without what its address may carry: of ours, not even a link's token. */
function pageOf(referer: string | undefined, baseUrl: string): string {
  const page = URL.parse(referer ?? '');
  if (!page) return '/';
  if (page.origin === baseUrl) return `/${page.pathname.split('/')[1]}`;
  return `${page.origin}${page.pathname}`.slice(0, 300);
}
