import { Hono } from 'hono';
import type { Context } from '../../context.ts';
import { LESSONS, lessonOf } from '../../course/course.ts';
import { slotInWords } from '../../course/schedule.ts';
import { changeSlot } from '../../enrollment/change-slot.ts';
import { type Progress, readProgress } from '../../enrollment/progress.ts';
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
import { tokenPage } from '../middleware/headers.ts';
import type { SlotProblem, SlotValues } from '../ui/slot-fields.tsx';
import {
  ComeBackPage,
  ConfirmedPage,
  ConfirmPage,
  type ConfirmPageProps,
  DamagedPage,
  ExpiredPage,
  NewMailPage,
} from './confirm.tsx';
import { LearnerLessonPage, type LearnerModel, LearnerPage } from './page.tsx';
import { UnknownUnsubscribePage, UnsubscribedPage, UnsubscribePage } from './unsubscribe.tsx';

/** Early on Tuesday: before the first client, and not on a Monday. A choice to start from. */
const SUGGESTED = { weekday: 2, time: '07:30' };

const EMPTY_FORM = { values: { email: '', first_name: '', time_zone: '' } };

const zones = [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])];

/** Pages behind a mailed link. A GET changes nothing: scanners follow every link. */
export const learnerRoutes = new Hono<App>()
  .use('/confirm/*', tokenPage)
  .use('/learn/*', tokenPage)
  .use('/unsubscribe/*', tokenPage)
  .get('/confirm/:token', async (c) => {
    const token = c.req.param('token');
    const link = await readConfirmationLink(c.var.ctx, token);
    if (link.kind === 'damaged') return c.html(<DamagedPage form={EMPTY_FORM} />, 404);
    return c.html(pageFor(token, link, {}), link.kind === 'expired' ? 410 : 200);
  })
  .post('/confirm/:token', smallBody, async (c) => {
    const token = c.req.param('token');
    const fields = await readFields(c);
    const { ctx } = c.var;
    const values = slotValues(fields);
    let form: Partial<ConfirmPageProps> = {};
    try {
      const slot = { weekday: values.weekday, time: values.time, zone: values.time_zone };
      // The button itself carries `go`: a script that submits the form by itself lacks it.
      const link =
        fields.go === 'yes'
          ? await confirmSignup(ctx, token, slot)
          : await readConfirmationLink(ctx, token);
      if (link.kind === 'confirmed' && fields.go === 'yes') return c.redirect(link.learnPath, 303);
      if (link.kind === 'damaged') return c.html(<DamagedPage form={EMPTY_FORM} />, 404);
      return c.html(pageFor(token, link, {}), link.kind === 'expired' ? 410 : 200);
    } catch (error) {
      form = { values, error: slotProblem(error) };
    }
    const link = await readConfirmationLink(ctx, token);
    if (link.kind === 'damaged') return c.html(<DamagedPage form={EMPTY_FORM} />, 404);
    return c.html(pageFor(token, link, form), 422);
  })
  .post('/confirm/:token/resend', smallBody, async (c) => {
    const token = c.req.param('token');
    const fields = await readFields(c);
    const { ctx } = c.var;
    const link = await readConfirmationLink(ctx, token);
    if (link.kind === 'damaged') return c.html(<DamagedPage form={EMPTY_FORM} />, 404);
    const renewable = link.kind === 'expired' || link.kind === 'unsubscribed';
    if (!renewable || fields.go !== 'yes') return c.html(pageFor(token, link, {}));
    await renewSignup(ctx, link.signup.subscriberId, WORDS_VERSION);
    return c.html(<NewMailPage />);
  })
  .get('/learn/:token', async (c) => {
    const token = c.req.param('token');
    const model = await learnerModel(c.var.ctx, token);
    return c.html(<LearnerPage model={{ ...model, changed: c.req.query('changed') === 'hour' }} />);
  })
  .post('/learn/:token/slot', smallBody, async (c) => {
    const token = c.req.param('token');
    const { ctx } = c.var;
    const fields = await readFields(c);
    const values = slotValues(fields);
    // What stands in a header must be a token, and no line break.
    if (!(await ctx.tokens.readLearn(token))) throw badLink();
    if (fields.go !== 'yes') return c.redirect(`/learn/${token}`, 303);
    try {
      const slot = { weekday: values.weekday, time: values.time, zone: values.time_zone };
      const { kind } = await changeSlot(ctx, token, slot);
      if (kind === 'bad-link') throw badLink();
      return c.redirect(`/learn/${token}${kind === 'changed' ? '?changed=hour' : ''}`, 303);
    } catch (error) {
      const model = await learnerModel(ctx, token);
      const slotForm = { values, zones, error: slotProblem(error) };
      return c.html(<LearnerPage model={{ ...model, slotForm }} />, 422);
    }
  })
  .get('/learn/:token/lessons/:n{[1-8]}', async (c) => {
    const token = c.req.param('token');
    const progress = await readProgress(c.var.ctx, token);
    if (!progress) throw badLink();
    const week = Number(c.req.param('n'));
    const sent = (n: number) => progress.readable.includes(n);
    const lesson = lessonOf(week);
    if (!lesson || !sent(week)) {
      const message = 'This lesson has not been sent to you yet. Your page says when it comes.';
      throw new DomainError('not-found', message);
    }
    const previous = week > 1 && sent(week - 1) ? { previous: week - 1 } : {};
    const next = week < LESSONS && sent(week + 1) ? { next: week + 1 } : {};
    return c.html(<LearnerLessonPage token={token} lesson={lesson} {...previous} {...next} />);
  })
  .get('/unsubscribe/:token', async (c) => {
    const token = c.req.param('token');
    const who = await readUnsubscribeLink(c.var.ctx, token);
    if (who.kind === 'unknown') {
      return c.html(<UnknownUnsubscribePage contact={c.var.ctx.settings.contact} />, 404);
    }
    return c.html(<UnsubscribePage token={token} who={who.kind} />);
  })
  // RFC 8058: no cookie, no `go`, no redirect, whatever body the mailer sends.
  .post('/unsubscribe/:token', async (c) => {
    const who = await unsubscribe(c.var.ctx, c.req.param('token'));
    if (who.kind === 'unknown') {
      return c.html(<UnknownUnsubscribePage contact={c.var.ctx.settings.contact} />, 404);
    }
    return c.html(<UnsubscribedPage who={who.kind} />);
  });

/** The page that a confirmation link opens now. */
function pageFor(
  token: string,
  link: Exclude<ConfirmationLink, { kind: 'damaged' }>,
  form: Partial<ConfirmPageProps>,
) {
  switch (link.kind) {
    case 'expired':
      return <ExpiredPage token={token} />;
    case 'confirmed':
      return <ConfirmedPage learnUrl={link.learnPath} />;
    case 'unsubscribed':
      return <ComeBackPage token={token} />;
    case 'pending': {
      const { firstName, timeZone, providerName } = link.signup;
      return (
        <ConfirmPage
          token={token}
          firstName={firstName}
          values={{ ...SUGGESTED, time_zone: timeZone ?? 'UTC' }}
          zones={timeZone && !zones.includes(timeZone) ? [timeZone, ...zones] : zones}
          zoneGuessed={timeZone !== null}
          {...(providerName === null ? {} : { providerName })}
          {...form}
        />
      );
    }
  }
}

function slotValues(fields: Fields): SlotValues {
  return {
    weekday: Number(fields.weekday),
    // Some browsers add seconds to a time.
    time: (fields.time ?? '').slice(0, 5),
    time_zone: fields.time_zone ?? '',
  };
}

/** What is wrong with a slot, for the form; anything else goes on as it is. */
function slotProblem(error: unknown): SlotProblem {
  if (!(error instanceof DomainError) || error.code !== 'bad-input') throw error;
  const field = (['weekday', 'time', 'time_zone'] as const).find((f) => f === error.field);
  return { field: field ?? 'form', message: error.message };
}

/**
 * What the learner's page shows.
 *
 * @throws DomainError `bad-link`
 */
async function learnerModel(ctx: Context, token: string): Promise<LearnerModel> {
  const progress = await readProgress(ctx, token);
  if (!progress) throw badLink();
  const { slot, state } = progress;
  const running = state === 'active' || state === 'paused';
  return {
    token,
    firstName: progress.firstName,
    state,
    note: noteFor(progress),
    slot: slot ? slotInWords(slot) : '',
    weeks: progress.weeks,
    unsubscribeUrl: `/unsubscribe/${await ctx.tokens.unsubscribe(progress.subscriberId)}`,
    slotForm:
      slot && running
        ? { values: { weekday: slot.weekday, time: slot.time, time_zone: slot.zone }, zones }
        : undefined,
  };
}

const WAITS: Record<NonNullable<Progress['waitsFor']>, string> = {
  refused: 'Your address was refused as one that cannot be mailed, so the course is waiting.',
  bounces: 'The last five mails to you came back, so the course is waiting.',
  suppressed:
    'Mail to you came back for good, or was reported as unwanted, so the course is waiting.',
};

function noteFor({ waitsFor, closingNote }: Progress): string | undefined {
  if (waitsFor) return `${WAITS[waitsFor]} Write to us and we will look into it with you.`;
  return closingNote
    ? `All eight lessons are with you. A short closing note comes on ${closingNote}.`
    : undefined;
}

function badLink(): DomainError {
  const message =
    'This link is not complete, or it has been replaced by a newer one. The link in your latest lesson opens your page.';
  return new DomainError('bad-link', message);
}
