import { Hono, type Context as HonoContext } from 'hono';
import { dayInWords } from '../../course/schedule.ts';
import { notMe, readNotMeLink } from '../../enrollment/not-me.ts';
import { readUnsubscribeLink, unsubscribe } from '../../enrollment/unsubscribe.ts';
import { DomainError } from '../../errors.ts';
import {
  type ConfirmationLink,
  confirmSignup,
  readConfirmationLink,
} from '../../signup/confirm-signup.ts';
import { WORDS_VERSION } from '../../signup/consent.ts';
import { renewSignup } from '../../signup/request-signup.ts';
import type { App } from '../middleware/context.ts';
import { type Fields, readFields, smallBody } from '../middleware/form.ts';
import { newForm } from '../middleware/signup.ts';
import {
  ComeBackPage,
  ConfirmedPage,
  ConfirmPage,
  type ConfirmPageProps,
  DamagedPage,
  ExpiredPage,
  GonePage,
  NewMailPage,
  ReplacedPage,
  WithdrawnPage,
} from './confirm.tsx';
import { controlRoutes, slotAgain, slotProblem, slotValues } from './controls.tsx';
import { lessonPage } from './lesson-page.tsx';
import { learnerModel, sectionOf, zoneAround, zones } from './model.ts';
import { LearnerPage } from './page.tsx';
import { privateRoutes } from './private.tsx';
import { doneIn } from './said.tsx';
import {
  NotMePage,
  OUR_FORM,
  RefusedPage,
  UnknownUnsubscribePage,
  UnsubscribedPage,
  UnsubscribePage,
} from './unsubscribe.tsx';

/** Early on Tuesday: before the first client, and not on a Monday. A choice to start from. */
const SUGGESTED = { weekday: 2, time: '07:30' };

/** What a confirmation link is that starts nothing any more. */
const ENDED: ReadonlySet<ConfirmationLink['kind']> = new Set([
  'expired',
  'gone',
  'replaced',
  'withdrawn',
]);

/** Pages behind a mailed link. A GET changes nothing: scanners follow every link. */
export const learnerRoutes = new Hono<App>()
  .get('/confirm/:token', async (c) => {
    const token = c.req.param('token');
    const link = await readConfirmationLink(c.var.ctx, token);
    if (link.kind === 'damaged') return damaged(c);
    return c.html(pageFor(c, link, {}), ENDED.has(link.kind) ? 410 : 200);
  })
  .post('/confirm/:token', smallBody, async (c) => {
    const token = c.req.param('token');
    const fields = await readFields(c);
    const { ctx } = c.var;
    const values = slotValues(fields);
    const said = { firstName: fields.first_name, provider: fields.provider };
    let wrong: Pick<ConfirmPageProps, 'error' | 'wrongProvider'>;
    try {
      const slot = { weekday: values.weekday, time: values.time, zone: values.time_zone };
      // The button itself carries `go`: a script that submits the form by itself lacks it.
      const link =
        fields.go === 'yes'
          ? await confirmSignup(ctx, token, slot, said)
          : await readConfirmationLink(ctx, token);
      if (link.kind === 'confirmed' && fields.go === 'yes') return c.redirect(link.learnPath, 303);
      if (link.kind === 'damaged') return damaged(c);
      return c.html(pageFor(c, link, {}), ENDED.has(link.kind) ? 410 : 200);
    } catch (thrown) {
      wrong =
        thrown instanceof DomainError && thrown.field === 'provider'
          ? { wrongProvider: thrown.message }
          : { error: slotProblem(thrown) };
    }
    const link = await readConfirmationLink(ctx, token);
    if (link.kind === 'damaged') return damaged(c);
    return c.html(pageFor(c, link, { values, said, ...wrong }), 422);
  })
  .post('/confirm/:token/resend', smallBody, async (c) => {
    const token = c.req.param('token');
    const fields = await readFields(c);
    const { ctx } = c.var;
    const link = await readConfirmationLink(ctx, token);
    if (link.kind === 'damaged') return damaged(c);
    const renewable = link.kind === 'expired' || link.kind === 'unsubscribed';
    if (!renewable || fields.go !== 'yes') {
      return c.html(pageFor(c, link, {}), ENDED.has(link.kind) && fields.go === 'yes' ? 410 : 200);
    }
    await renewSignup(ctx, link.signup.subscriberId, WORDS_VERSION);
    return c.html(<NewMailPage />);
  })
  .get('/learn/:token', async (c) => {
    const query = c.req.query();
    const model = await learnerModel(c, sectionOf(query.do));
    return c.html(<LearnerPage model={{ ...model, done: doneIn(query) ?? undefined }} />);
  })
  .route('/', controlRoutes)
  .route('/', privateRoutes)
  .get('/learn/:token/lessons/:n{[1-8]}', async (c) =>
    c.html(await lessonPage(c, Number(c.req.param('n')))),
  )
  .get('/unsubscribe/:token', async (c) => {
    const token = c.req.param('token');
    const who = await readUnsubscribeLink(c.var.ctx, token);
    if (who.kind === 'unknown') {
      return c.html(<UnknownUnsubscribePage contact={c.var.ctx.settings.contact} />, 404);
    }
    return c.html(<UnsubscribePage token={token} who={who.kind} />);
  })
  // RFC 8058: no cookie, no `go`, no redirect, whatever body a mail program sends.
  .post('/unsubscribe/:token', async (c) => {
    const token = c.req.param('token');
    const fields = await fieldsOrNone(c);
    if (fields.page === OUR_FORM && fields.go !== 'yes') {
      // A scanner that runs scripts sends our own form by itself, without its button.
      const { kind } = await readUnsubscribeLink(c.var.ctx, token);
      if (kind !== 'unknown') return c.html(<UnsubscribePage token={token} who={kind} />);
    }
    const goodbye = fields.goodbye?.trim() ?? '';
    const who = await unsubscribe(c.var.ctx, token, goodbye);
    if (who.kind === 'unknown') {
      return c.html(<UnknownUnsubscribePage contact={c.var.ctx.settings.contact} />, 404);
    }
    return c.html(<UnsubscribedPage who={who.kind} token={token} said={goodbye !== ''} />);
  })
  .get('/not-me/:token', async (c) => {
    const token = c.req.param('token');
    const { kind } = await readNotMeLink(c.var.ctx, token);
    return kind === 'ready' ? c.html(<NotMePage token={token} />) : unknownOwner(c);
  })
  // A mail program's one-click POST (RFC 8058) has no `go`; our own page's form, sent by a script, neither.
  .post('/not-me/:token', async (c) => {
    const token = c.req.param('token');
    const fields = await fieldsOrNone(c);
    if (fields.page === OUR_FORM && fields.go !== 'yes') {
      const { kind } = await readNotMeLink(c.var.ctx, token);
      return kind === 'ready' ? c.html(<NotMePage token={token} />) : unknownOwner(c);
    }
    const refused = await notMe(c.var.ctx, token);
    if (refused.kind === 'damaged') return unknownOwner(c);
    const until = dayInWords(refused.until, 'UTC', c.var.ctx.clock.now());
    return c.html(<RefusedPage until={until} />);
  });

function unknownOwner(c: HonoContext<App>) {
  return c.html(<UnknownUnsubscribePage contact={c.var.ctx.settings.contact} />, 404);
}

/** For a link that was cut or changed on its way: the whole one, or a new mail. */
async function damaged(c: HonoContext<App>): Promise<Response> {
  return c.html(<DamagedPage form={await newForm(c)} />, 404);
}

/** The fields of a form of ours; whatever else is sent, and however much, is no reason to fail. */
async function fieldsOrNone(c: HonoContext<App>): Promise<Fields> {
  let fields: Fields = {};
  try {
    await smallBody(c, async () => {
      fields = await readFields(c);
    });
  } catch {
    return {};
  }
  return fields;
}

/** The page that a confirmation link opens now. */
function pageFor(
  c: HonoContext<App, '/confirm/:token'>,
  link: Exclude<ConfirmationLink, { kind: 'damaged' }>,
  again: Partial<Pick<ConfirmPageProps, 'values' | 'said' | 'error' | 'wrongProvider'>>,
) {
  const token = c.req.param('token');
  switch (link.kind) {
    case 'expired':
      return <ExpiredPage token={token} />;
    case 'confirmed':
      return <ConfirmedPage learnUrl={link.learnPath} />;
    case 'unsubscribed':
      return <ComeBackPage token={token} />;
    case 'gone':
      return <GonePage />;
    case 'replaced':
      return <ReplacedPage />;
    case 'withdrawn':
      return <WithdrawnPage until={dayInWords(link.until, 'UTC', c.var.ctx.clock.now())} />;
    case 'pending': {
      const { forms, weekday, time } = link.signup;
      // Who comes back had an hour already; the browser may be in another zone by now.
      const signedUpIn = link.signup.timeZone ?? link.signup.zone;
      const guess = signedUpIn ?? zoneAround(c);
      const slot = weekday !== null && time !== null ? { weekday, time } : SUGGESTED;
      const start = { ...slot, time_zone: guess ?? '' };
      const values = again.values ? slotAgain(again.values, start.time_zone) : start;
      return (
        <ConfirmPage
          token={token}
          forms={forms}
          said={again.said ?? {}}
          wrongProvider={again.wrongProvider}
          values={values}
          error={again.error}
          zones={zones}
          zoneFrom={
            values.time_zone !== start.time_zone
              ? 'choice'
              : signedUpIn !== null
                ? 'signup'
                : guess !== null
                  ? 'network'
                  : null
          }
        />
      );
    }
  }
}
