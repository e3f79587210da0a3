import { Hono, type Context as HonoContext } from 'hono';
import { imprint, lessonOf, lessons, mailHeads, textOf } from '../../course/course.ts';
import { DomainError } from '../../errors.ts';
import { findProvider } from '../../provider/find-provider.ts';
import { pageOn } from '../../provider/provider.ts';
import { mailWayBack } from '../../signup/mail-way-back.ts';
import { isMailbox, meantAddress } from '../../signup/typo.ts';
import { tintPage } from '../embed/tint.ts';
import { answerFor } from '../errors.ts';
import { refuseBurst } from '../middleware/burst.ts';
import type { App } from '../middleware/context.ts';
import { type Fields, readFields, smallBody, wantsJson } from '../middleware/form.ts';
import { written } from '../middleware/headers.ts';
import { FIND_PATH } from '../ui/layout.tsx';
import { LinesSheet } from '../ui/sheet.tsx';
import { AboutPage } from './about.tsx';
import { AccessibilityPage } from './accessibility.tsx';
import { CheckInboxPage } from './check-inbox.tsx';
import { FindPage, FindPageSentPage } from './find-page.tsx';
import { LandingPage } from './landing.tsx';
import { PrivacyPage } from './privacy.tsx';
import { ProvidersPage } from './providers.tsx';
import { SamplePage } from './sample.tsx';
import { formAgain, newForm, refuseFilledTrap, takeSignup } from './take-signup.ts';
import { TermsPage } from './terms.tsx';

const INBOX_PATH = '/signup/check-inbox';

/** What somebody looks for in their inbox, by the kind of mail. */
function expected(c: HonoContext<App>, kind: 'confirm' | 'already-enrolled', change: string) {
  const subject = mailHeads.find((mail) => mail.kind === kind)?.subject ?? '';
  return { from: c.var.ctx.settings.mailFrom, subject, change };
}

/** A page's address with what was typed in its fragment, of which no server and no log learns. */
const withTyped = (path: string, email: string) => `${path}#${new URLSearchParams({ to: email })}`;

/** The page after a signup. A slip in the address shows in its query by what was meant, and no more. */
function inboxOf({ email = '', provider = '' }: Fields): string {
  const meant = meantAddress(email)?.split('@')[1];
  const query = new URLSearchParams({
    ...(provider ? { provider } : {}),
    ...(meant ? { meant } : {}),
  }).toString();
  return withTyped(query ? `${INBOX_PATH}?${query}` : INBOX_PATH, email);
}

/** What search engines are told of, and what may be shared. */
const FOUND = ['/', '/about', '/lessons/1', '/providers', '/privacy', '/terms', '/accessibility'];

/** The address under which a page is found, whatever came along in its query. */
const canonicalOf = (c: HonoContext<App>) => c.var.ctx.settings.baseUrl + c.req.path;

/** The pages that anybody may read, and the signup. */
export const publicRoutes = new Hono<App>()
  .get('/robots.txt', (c) =>
    c.text(`User-agent: *\nAllow: /\n\nSitemap: ${c.var.ctx.settings.baseUrl}/sitemap.xml\n`),
  )
  .get('/sitemap.xml', (c) => {
    const { baseUrl } = c.var.ctx.settings;
    const urls = FOUND.map((path) => `<url><loc>${baseUrl}${path}</loc></url>`).join('');
    const open = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">';
    const xml = `<?xml version="1.0" encoding="UTF-8"?>${open}${urls}</urlset>`;
    return c.body(xml, 200, { 'Content-Type': 'application/xml; charset=utf-8' });
  })
  .get('/', async (c) => {
    const key = c.req.query('provider');
    const provider = key ? await findProvider(c.var.ctx, key) : null;
    return c.html(
      <LandingPage
        form={await newForm(c, provider)}
        lessons={lessons}
        imprint={imprint}
        style={await written(c, tintPage(provider?.accent ?? null))}
        canonical={canonicalOf(c)}
      />,
    );
  })
  .get('/about', (c) =>
    c.html(
      <AboutPage
        imprint={imprint}
        contact={c.var.ctx.settings.contact}
        canonical={canonicalOf(c)}
      />,
    ),
  )
  .get('/privacy', (c) => {
    const { contact, postalAddress, turnstile } = c.var.ctx.settings;
    return c.html(
      <PrivacyPage
        contact={contact}
        postalAddress={postalAddress}
        turnstile={turnstile !== null}
        canonical={canonicalOf(c)}
      />,
    );
  })
  .get('/terms', (c) => {
    const { contact, postalAddress } = c.var.ctx.settings;
    const { price } = imprint;
    const canonical = canonicalOf(c);
    return c.html(<TermsPage {...{ contact, postalAddress, price, canonical }} />);
  })
  .get('/accessibility', (c) => {
    const { contact, turnstile } = c.var.ctx.settings;
    const page = { contact, turnstile: turnstile !== null, canonical: canonicalOf(c) };
    return c.html(<AccessibilityPage {...page} />);
  })
  .get('/providers', (c) => {
    const { baseUrl, contact, postalAddress } = c.var.ctx.settings;
    const canonical = canonicalOf(c);
    return c.html(<ProvidersPage {...{ baseUrl, contact, postalAddress, canonical }} />);
  })
  .get('/lessons/1', async (c) => {
    const lesson = lessonOf(1);
    if (!lesson) throw new DomainError('not-found', 'There is no such lesson.');
    return c.html(
      <SamplePage
        lesson={lesson}
        text={await textOf(lesson)}
        contact={c.var.ctx.settings.contact}
        canonical={canonicalOf(c)}
      />,
    );
  })
  .get(INBOX_PATH, async (c) => {
    const { provider, meant = '' } = c.req.query();
    const through = provider ? await findProvider(c.var.ctx, provider) : null;
    const form = provider ? `/?${new URLSearchParams({ provider })}` : '/';
    const mail = expected(c, 'confirm', `${form}#signup`);
    return c.html(
      <CheckInboxPage {...{ mail, through }} meant={isMailbox(meant) ? meant : null} />,
    );
  })
  .get(FIND_PATH, (c) => c.html(<FindPage email="" />))
  .get(`${FIND_PATH}/sent`, (c) =>
    c.html(<FindPageSentPage mail={expected(c, 'already-enrolled', FIND_PATH)} />),
  )
  .post(FIND_PATH, smallBody, async (c) => {
    let fields: Fields = {};
    try {
      fields = await readFields(c);
      await refuseBurst(c, 'signup');
      refuseFilledTrap(fields.website);
      await mailWayBack(c.var.ctx, fields.email ?? '');
      return c.redirect(withTyped(`${FIND_PATH}/sent`, fields.email ?? ''), 303);
    } catch (error) {
      if (!(error instanceof DomainError) || wantsJson(c)) throw error;
      const answer = answerFor(error);
      c.header('Cache-Control', 'no-store');
      if (answer.retryAfter !== null) c.header('Retry-After', String(answer.retryAfter));
      const field = error.field === 'email' ? 'email' : 'form';
      const page = (
        <FindPage email={fields.email ?? ''} error={{ field, message: answer.message }} />
      );
      return c.html(page, answer.status);
    }
  })
  .get('/lessons/1/lines', (c) => {
    const lesson = lessonOf(1);
    if (!lesson) throw new DomainError('not-found', 'There is no such lesson.');
    const back = { href: '/lessons/1', label: 'Lesson 1' };
    return c.html(<LinesSheet lesson={lesson} back={back} own={false} />);
  })
  .post('/signup', smallBody, async (c) => {
    let fields: Fields = {};
    try {
      fields = await readFields(c, ['provider']);
      const { origins } = await takeSignup(c, fields);
      const redirect = pageOn(origins, fields.redirect ?? '');
      if (wantsJson(c)) {
        return c.json({ status: 'check-inbox', ...(redirect === null ? {} : { redirect }) }, 202);
      }
      return c.redirect(redirect ?? inboxOf(fields), 303);
    } catch (error) {
      if (!(error instanceof DomainError) || wantsJson(c)) throw error;
      const answer = answerFor(error);
      c.header('Cache-Control', 'no-store');
      if (answer.retryAfter !== null) c.header('Retry-After', String(answer.retryAfter));
      const provider = fields.provider ? await findProvider(c.var.ctx, fields.provider) : null;
      const form = await formAgain(c, fields, error, provider);
      const style = await written(c, tintPage(provider?.accent ?? null));
      return c.html(<LandingPage {...{ form, lessons, imprint, style }} />, answer.status);
    }
  });
