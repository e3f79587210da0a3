import { Hono } from 'hono';
import { imprint, lessonOf, lessons } from '../../course/course.ts';
import { DomainError } from '../../errors.ts';
import { findProvider } from '../../provider/find-provider.ts';
import { pageOn } from '../../provider/provider.ts';
import { answerFor } from '../errors.ts';
import type { App } from '../middleware/context.ts';
import { type Fields, readFields, smallBody, wantsJson } from '../middleware/form.ts';
import { AboutPage } from './about.tsx';
import { CheckInboxPage } from './check-inbox.tsx';
import { LandingPage } from './landing.tsx';
import { PrivacyPage } from './privacy.tsx';
import { SamplePage } from './sample.tsx';
import { formAgain, newForm, takeSignup } from './take-signup.ts';

/** The pages that anybody may read, and the signup. */
export const publicRoutes = new Hono<App>()
  .get('/', async (c) => {
    const key = c.req.query('provider');
    const provider = key ? await findProvider(c.var.ctx, key) : null;
    return c.html(
      <LandingPage form={await newForm(c, provider)} lessons={lessons} imprint={imprint} />,
    );
  })
  .get('/about', (c) =>
    c.html(<AboutPage imprint={imprint} contact={c.var.ctx.settings.contact} />),
  )
  .get('/privacy', (c) => {
    const { contact, postalAddress, turnstile } = c.var.ctx.settings;
    return c.html(
      <PrivacyPage
        contact={contact}
        postalAddress={postalAddress}
        turnstile={turnstile !== null}
      />,
    );
  })
  .get('/lessons/1', (c) => {
    const lesson = lessonOf(1);
    if (!lesson) throw new DomainError('not-found', 'There is no such lesson.');
    return c.html(<SamplePage lesson={lesson} contact={c.var.ctx.settings.contact} />);
  })
  .get('/signup/check-inbox', (c) => c.html(<CheckInboxPage />))
  .post('/signup', smallBody, async (c) => {
    let fields: Fields = {};
    try {
      fields = await readFields(c, ['provider']);
      const { origins } = await takeSignup(c, fields);
      if (wantsJson(c)) return c.json({ status: 'check-inbox' }, 202);
      return c.redirect(pageOn(origins, fields.redirect ?? '') ?? '/signup/check-inbox', 303);
    } catch (error) {
      if (!(error instanceof DomainError) || wantsJson(c)) throw error;
      const answer = answerFor(error);
      c.header('Cache-Control', 'no-store');
      if (answer.retryAfter !== null) c.header('Retry-After', String(answer.retryAfter));
      const provider = fields.provider ? await findProvider(c.var.ctx, fields.provider) : null;
      const form = await formAgain(c, fields, error, provider);
      return c.html(<LandingPage form={form} lessons={lessons} imprint={imprint} />, answer.status);
    }
  });
