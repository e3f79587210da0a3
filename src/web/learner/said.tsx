import { checkSlot, type Slot } from '../../course/schedule.ts';
import { RESEND_CAP, RESTARTS_A_MONTH } from '../../enrollment/enrollment.ts';
import { Notice } from '../ui/fields.tsx';
import type { LearnerModel } from './page.tsx';

/** What a control has done, as the address of the page carries it. */
export interface Done {
  what: keyof typeof SAID;
  /** A lesson's number, where it is about one. */
  lesson: number | null;
  /** The slot before, where it was changed. */
  was: Slot | null;
}

type Sentence = string | ((model: LearnerModel, done: Done) => string);

/** One line for each outcome of each control. */
const SAID = {
  hour: 'Your hour is changed.',
  paused: ({ pausedUntil }) =>
    pausedUntil ? `Your course is paused until ${pausedUntil}.` : 'Your course is paused.',
  'paused-late': ({ pausedUntil }) =>
    `Your course is paused${pausedUntil ? ` until ${pausedUntil}` : ''}. One lesson was already on its way and may still arrive.`,
  resumed: 'Your course goes on.',
  asked: (_, { lesson }) => `Lesson ${lesson} is coming now.`,
  coming: (_, { lesson }) => `Lesson ${lesson} is on its way already.`,
  'asked-today': ({ askNext }) =>
    `One lesson a day can come ahead of its time. You may ask for the next ${askNext?.from ? `on ${askNext.from}` : 'tomorrow'}.`,
  resent: (_, { lesson }) => `Lesson ${lesson} is on its way to you once more.`,
  'resent-capped': `Up to ${RESEND_CAP.day} lessons a day can be sent again. This one stays here to read, and may be asked for tomorrow.`,
  'resent-not': 'This lesson was not sent again, because no mail may go to your address now.',
  restarted: 'Your course begins again. What you wrote in your log stays.',
  'restarted-already': 'The course had begun again already, so nothing was changed.',
  'restarted-often': `A course can begin again ${RESTARTS_A_MONTH} times in 30 days, and yours has. Nothing was changed.`,
  read: (_, { lesson }) => `Lesson ${lesson} is marked as read.`,
  unread: (_, { lesson }) => `Lesson ${lesson} is no longer marked as read.`,
  'nudges-off': 'The quiet note about unread lessons is turned off.',
  'nudges-on': 'The quiet note about unread lessons is turned on.',
  name: ({ firstName }) =>
    firstName
      ? `From now on you are greeted as ${firstName}.`
      : 'From now on you are greeted without a name.',
  opened: ({ lockedUntil }) =>
    lockedUntil
      ? `This device is known as yours. What is private opens on it again after ${lockedUntil}.`
      : 'Your private pages are open on this device.',
  reached:
    'Mail reaches you, so your course goes on. Your private pages are open on this device, too.',
  shut: 'Your private pages are closed on this device.',
  'shut-all': 'Your private pages are closed on every device that you had opened.',
  'mailed-open':
    'A link is on its way to your address. Open it on the device that you want to use, within 15 minutes.',
  'mailed-address':
    'If mail may go there, a link is on its way to the new address. It works for 15 minutes. At most one a day goes to an address that is not known to be yours, so look there for an earlier one, too.',
  'mailed-erase': 'A link to the last step is on its way to your address. It works for 15 minutes.',
  'mailed-return':
    'Look in your inbox: a link is on its way to your address, or came there lately. Its button starts the course.',
  capped:
    'You have asked for many links lately. Look for the latest in your inbox, or try again tomorrow.',
  suppressed:
    'No mail goes to that address, because mail to it came back or was reported as unwanted.',
  same: 'This is the address that you have.',
  'needs-device': 'This is private to you, and opens on this device with one mailed link.',
  locked: ({ lockedUntil }) =>
    `Your address was changed. So that the earlier one can undo it, this stays closed until ${lockedUntil ?? 'then'}.`,
  waits: 'The course waits because of your address, so nothing was changed.',
  closed: 'No course is running, so nothing was changed.',
  busy: 'Your course was being changed from another window at the same moment, so this press changed nothing. Below is how it stands.',
  refused:
    'Somebody who reads mail at your address told us that one was not theirs, so no such link goes there for 30 days. Nothing was changed.',
  runs: 'Your course is running, so there is nothing to come back to.',
  'not-sent': 'That lesson has not been sent to you yet, so nothing was changed.',
  'no-more': 'The closing note comes at its own time.',
} satisfies Record<string, Sentence>;

/** Reads it from the address; null for what no control of ours says. */
export function doneIn(query: Record<string, string>): Done | null {
  const { done: what, of, was } = query;
  if (what === undefined || !Object.hasOwn(SAID, what)) return null;
  return {
    what: what as Done['what'],
    lesson: /^[1-9]$/.test(of ?? '') ? Number(of) : null,
    was: slotIn(was),
  };
}

/** The query of an address that says what was done. */
export function saying(what: Done['what'], more: { of?: number; was?: Slot } = {}): string {
  const query = new URLSearchParams({ done: what });
  if (more.of !== undefined) query.set('of', String(more.of));
  if (more.was) query.set('was', `${more.was.weekday},${more.was.time},${more.was.zone}`);
  return `?${query}`;
}

function slotIn(text: string | undefined): Slot | null {
  const [weekday, time = '', zone = ''] = text?.split(',') ?? [];
  const slot = { weekday: Number(weekday), time, zone };
  try {
    checkSlot(slot);
    return slot;
  } catch {
    return null;
  }
}

/** The line at the head of the page, with the way back where there is one. */
export function Said({ done, model }: { done: Done; model: LearnerModel }) {
  const sentence: Sentence = SAID[done.what];
  return (
    <Notice tone="success">
      <p>{typeof sentence === 'string' ? sentence : sentence(model, done)}</p>
      <Undo done={done} model={model} />
    </Notice>
  );
}

function Undo({ done, model }: { done: Done; model: LearnerModel }) {
  const undo = (action: string, label: string, fields: Record<string, string> = {}) => (
    <form method="post" action={`/learn/${model.token}/${action}`}>
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button class="text-button" type="submit" name="go" value="yes">
        {label}
      </button>
    </form>
  );
  const { what, lesson, was } = done;
  switch (what) {
    case 'hour':
      return was === null
        ? null
        : undo('slot', 'Undo: keep the hour that I had', {
            weekday: String(was.weekday),
            time: was.time,
            time_zone: was.zone,
          });
    case 'paused':
    case 'paused-late':
      return model.state === 'paused' ? undo('resume', 'Undo: go on') : null;
    case 'resumed':
      return model.state === 'active' ? undo('pause', 'Undo: pause') : null;
    case 'read':
    case 'unread':
      return lesson === null
        ? null
        : undo('read', 'Undo', { lesson: String(lesson), read: what === 'read' ? 'no' : 'yes' });
    case 'nudges-off':
    case 'nudges-on':
      return undo('nudges', 'Undo', { nudges: what === 'nudges-off' ? 'on' : 'off' });
    default:
      return null;
  }
}
