import { Hono, type Context as HonoContext } from 'hono';
import { slotInWords, timeZoneNamed, wallTimeInWords } from '../../course/schedule.ts';
import { type Asked, askForAddress, askToErase, askToOpen } from '../../enrollment/ask-for-link.ts';
import { changeName } from '../../enrollment/change-name.ts';
import { changeSlot, previewSlot } from '../../enrollment/change-slot.ts';
import { comeBack } from '../../enrollment/come-back.ts';
import { closeDevice } from '../../enrollment/device.ts';
import { lessonNumber } from '../../enrollment/enrollment.ts';
import { markRead } from '../../enrollment/mark-read.ts';
import { setNudges } from '../../enrollment/nudge.ts';
import { pause } from '../../enrollment/pause.ts';
import { resendToLearner } from '../../enrollment/resend-lesson.ts';
import { restart } from '../../enrollment/restart.ts';
import { resume } from '../../enrollment/resume.ts';
import { revokeLink } from '../../enrollment/revoke-link.ts';
import { sendNext } from '../../enrollment/send-next.ts';
import { DomainError } from '../../errors.ts';
import { answerFor } from '../errors.ts';
import type { App } from '../middleware/context.ts';
import { type Fields, readFields, smallBody } from '../middleware/form.ts';
import type { SlotProblem, SlotValues } from '../ui/slot-fields.tsx';
import { badLink, deviceOf, dropDevice } from './link.ts';
import { learnerModel, type Section, slotValuesOf, zones } from './model.ts';
import { LearnerPage } from './page.tsx';
import { type Done, saying } from './said.tsx';
import { RevokedPage } from './single.tsx';

type C = HonoContext<App, '/learn/:token'>;

/** What a control answers where its button was pressed. */
type Press = (c: C, token: string, fields: Fields) => Promise<Response>;

/**
 * A control: one form, one verb, one line that says what happened. Without the button's own value
 * (a scanner, a script) it changes nothing and leads back to the page.
 */
function control(press: Press, look?: Press) {
  return async (c: C): Promise<Response> => {
    const token = c.req.param('token');
    const fields = await readFields(c);
    // What stands in a header must be a token, and no line break.
    if (!(await c.var.ctx.tokens.readLearn(token))) throw badLink();
    if (fields.go === 'yes') return press(c, token, fields);
    if (fields.go === 'look' && look) return look(c, token, fields);
    return c.redirect(`/learn/${token}`, 303);
  };
}

/** Leads to the page, which says what was done. */
function say(c: C, what: Done['what'], more: Parameters<typeof saying>[1] & { at?: string } = {}) {
  const { at = '', ...rest } = more;
  return c.redirect(`/learn/${c.req.param('token')}${at}${saying(what, rest)}#done`, 303);
}

/** The page again, with what was typed and what is wrong with it. Any other error goes on as it is. */
async function pageWithError(
  c: C,
  error: unknown,
  field: 'until' | 'email',
  typed: string,
  section: Section,
) {
  if (!(error instanceof DomainError) || error.field !== field) throw error;
  const model = await learnerModel(c, section);
  const wrong = { field, typed, message: error.message };
  return c.html(<LearnerPage model={{ ...model, wrong }} />, answerFor(error).status);
}

const changeHour: Press = async (c, token, fields) => {
  const values = slotValues(fields);
  try {
    const changed = await changeSlot(c.var.ctx, token, slotOf(values));
    if (changed.kind === 'bad-link') throw badLink();
    if (changed.kind !== 'changed') return say(c, changed.kind);
    return say(c, 'hour', changed.was === null ? {} : { was: changed.was });
  } catch (error) {
    return slotPage(c, values, slotProblem(error));
  }
};

const lookAtHour: Press = async (c, token, fields) => {
  const values = slotValues(fields);
  const { ctx } = c.var;
  try {
    const looked = await previewSlot(ctx, token, slotOf(values));
    if (!looked) throw badLink();
    const { slot, dates } = looked;
    const preview = {
      slot: slotInWords(slot),
      dates: dates.map((at) => wallTimeInWords(at, slot.zone, ctx.clock.now())),
    };
    const model = await learnerModel(c, 'hour');
    if (!model.slotForm) return say(c, 'closed');
    const slotForm = { values: slotValuesOf(slot), zones, preview };
    return c.html(<LearnerPage model={{ ...model, slotForm }} />);
  } catch (error) {
    return slotPage(c, values, slotProblem(error));
  }
};

async function slotPage(c: C, typed: SlotValues, error: SlotProblem) {
  const model = await learnerModel(c, 'hour');
  const values = slotAgain(typed, model.slotForm?.values.time_zone ?? '');
  return c.html(<LearnerPage model={{ ...model, slotForm: { values, zones, error } }} />, 422);
}

/** What a refused slot is asked again with: as it was typed, but for a zone that is none. */
export function slotAgain(typed: SlotValues, guess: string): SlotValues {
  return { ...typed, time_zone: timeZoneNamed(typed.time_zone) ?? guess };
}

export function slotValues(fields: Fields): SlotValues {
  return {
    weekday: Number(fields.weekday),
    // Some browsers add seconds to a time.
    time: (fields.time ?? '').slice(0, 5),
    time_zone: fields.time_zone ?? '',
  };
}

function slotOf({ weekday, time, time_zone }: SlotValues) {
  return { weekday, time, zone: time_zone };
}

/** What is wrong with a slot, for the form; anything else goes on as it is. */
export function slotProblem(error: unknown): SlotProblem {
  if (!(error instanceof DomainError) || error.code !== 'bad-input') throw error;
  const field = (['weekday', 'time', 'time_zone'] as const).find((f) => f === error.field);
  return { field: field ?? 'form', message: error.message };
}

function saidAsked(c: C, { kind }: Asked, mailed: Done['what']): Response {
  switch (kind) {
    case 'bad-link':
      throw badLink();
    case 'mailed':
      return say(c, mailed);
    case 'closed':
      return say(c, 'needs-device');
    default:
      return say(c, kind);
  }
}

/** Every control of the learner's page but the log. */
export const controlRoutes = new Hono<App>()
  .post('/learn/:token/slot', smallBody, control(changeHour, lookAtHour))
  .post(
    '/learn/:token/pause',
    smallBody,
    control(async (c, token, fields) => {
      const until = (fields.until ?? '').trim();
      try {
        const paused = await pause(c.var.ctx, token, until);
        if (paused.kind === 'bad-link') throw badLink();
        if (paused.kind !== 'paused') return say(c, paused.kind);
        return say(c, paused.inFlight ? 'paused-late' : 'paused');
      } catch (error) {
        return pageWithError(c, error, 'until', until.slice(0, 40), 'pause');
      }
    }),
  )
  .post(
    '/learn/:token/resume',
    smallBody,
    control(async (c, token) => {
      const { kind } = await resume(c.var.ctx, token);
      if (kind === 'bad-link') throw badLink();
      return say(c, kind);
    }),
  )
  .post(
    '/learn/:token/next',
    smallBody,
    control(async (c, token) => {
      const next = await sendNext(c.var.ctx, token);
      if (next.kind === 'bad-link') throw badLink();
      if (next.kind === 'paused') return say(c, 'paused');
      return say(c, next.kind, 'lesson' in next ? { of: next.lesson } : {});
    }),
  )
  .post(
    '/learn/:token/resend',
    smallBody,
    control(async (c, token, fields) => {
      const lesson = lessonNumber(fields.lesson);
      const resent = await resendToLearner(c.var.ctx, token, lesson);
      switch (resent.kind) {
        case 'bad-link':
        case 'unknown':
          throw badLink();
        case 'owed':
        case 'already-owed':
          return say(c, 'resent', { of: lesson });
        case 'capped':
          return say(c, 'resent-capped');
        case 'refused':
          return say(c, resent.why === 'not-sent' ? 'not-sent' : 'resent-not');
      }
    }),
  )
  .post(
    '/learn/:token/restart',
    smallBody,
    control(async (c, token, fields) => {
      const { kind } = await restart(c.var.ctx, token, Number(fields.enrollment));
      if (kind === 'bad-link') throw badLink();
      if (kind === 'already' || kind === 'often') return say(c, `restarted-${kind}`);
      return say(c, kind);
    }),
  )
  .post(
    '/learn/:token/return',
    smallBody,
    control(async (c, token) => {
      const { kind } = await comeBack(c.var.ctx, token);
      if (kind === 'bad-link') throw badLink();
      return say(c, kind === 'mailed' ? 'mailed-return' : kind);
    }),
  )
  .post(
    '/learn/:token/read',
    smallBody,
    control(async (c, token, fields) => {
      const lesson = lessonNumber(fields.lesson);
      const read = fields.read !== 'no';
      const { kind } = await markRead(c.var.ctx, token, lesson, read);
      if (kind === 'bad-link') throw badLink();
      if (kind === 'not-sent') return say(c, kind);
      return say(c, read ? 'read' : 'unread', { of: lesson });
    }),
  )
  .post(
    '/learn/:token/nudges',
    smallBody,
    control(async (c, token, fields) => {
      const on = fields.nudges === 'on';
      if ((await setNudges(c.var.ctx, token, on)).kind === 'bad-link') throw badLink();
      return say(c, on ? 'nudges-on' : 'nudges-off');
    }),
  )
  .post(
    '/learn/:token/open',
    smallBody,
    control(async (c, token) => saidAsked(c, await askToOpen(c.var.ctx, token), 'mailed-open')),
  )
  .post(
    '/learn/:token/close',
    smallBody,
    control(async (c, token, fields) => {
      const all = fields.devices === 'all';
      const { kind } = await closeDevice(c.var.ctx, token, deviceOf(c), all);
      if (kind === 'bad-link') throw badLink();
      dropDevice(c);
      return say(c, kind === 'all-closed' ? 'shut-all' : 'shut');
    }),
  )
  .post(
    '/learn/:token/name',
    smallBody,
    control(async (c, token, fields) => {
      const { kind } = await changeName(c.var.ctx, token, deviceOf(c), fields.first_name ?? '');
      if (kind === 'bad-link') throw badLink();
      return say(c, kind === 'changed' ? 'name' : 'needs-device');
    }),
  )
  .post(
    '/learn/:token/email',
    smallBody,
    control(async (c, token, fields) => {
      const typed = fields.email ?? '';
      try {
        const asked = await askForAddress(c.var.ctx, token, deviceOf(c), typed);
        return saidAsked(c, asked, 'mailed-address');
      } catch (error) {
        return pageWithError(c, error, 'email', typed, 'private');
      }
    }),
  )
  .post(
    '/learn/:token/erase',
    smallBody,
    control(async (c, token) =>
      saidAsked(c, await askToErase(c.var.ctx, token, deviceOf(c)), 'mailed-erase'),
    ),
  )
  .post(
    '/learn/:token/revoke',
    smallBody,
    control(async (c, token) => {
      if ((await revokeLink(c.var.ctx, token)).kind === 'bad-link') throw badLink();
      return c.html(<RevokedPage />);
    }),
  );
