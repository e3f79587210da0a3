import type { Context as HonoContext } from 'hono';
import type { Context } from '../../context.ts';
import type { Slot } from '../../course/schedule.ts';
import type { DomainError } from '../../errors.ts';
import type { App } from '../middleware/context.ts';
import type { Fields } from '../middleware/form.ts';
import type { Done } from './done.ts';
import type { LearnerModel, Section } from './model.ts';

/** A line at the head of the page about what was done. */
export type Sentence = string | ((model: LearnerModel, done: Done) => string);

/** The press of a control that takes the last one back. */
export interface Undo {
  /** The control's name. */
  control: string;
  label: string;
  fields?: Record<string, string>;
}

/** What is said of an outcome, with the way back where there is one. */
export type Says =
  | Sentence
  | { say: Sentence; undo: (model: LearnerModel, done: Done) => Undo | null };

/** The way back from a pause. */
export const goOn = ({ state }: LearnerModel): Undo | null =>
  state === 'paused' ? { control: 'resume', label: 'Undo' } : null;

/** What several controls say. */
export const COMMON = {
  capped:
    'You have asked for many links lately. Look for the latest in your inbox, or try again tomorrow.',
  suppressed:
    'No mail goes to that address, because mail to it came back or was reported as unwanted.',
  same: 'This is the address that you have.',
  'needs-device': 'This is private to you, and opens on this device with one mailed link.',
  locked: ({ lockedUntil }) =>
    `Your address was changed. So that the earlier one can undo it, this stays closed until ${lockedUntil ?? 'then'}.`,
  paused: {
    say: ({ pausedUntil }) =>
      pausedUntil ? `Your course is paused until ${pausedUntil}.` : 'Your course is paused.',
    undo: goOn,
  },
  waits: 'The course waits because of your address, so nothing was changed.',
  'not-running': 'No course is running, so nothing was changed.',
  busy: 'Your course was being changed from another window at the same moment, so this press changed nothing. Below is how it stands.',
  'not-sent': 'That lesson has not been sent to you yet, so nothing was changed.',
  'no-more': 'The closing note comes at its own time.',
} satisfies Record<string, Says>;

/** A press of a control's button. */
export interface Press {
  c: HonoContext<App, '/learn/:token'>;
  ctx: Context;
  token: string;
  fields: Fields;
  /** What this device holds, if it was opened. */
  device: string | undefined;
  /** The page, with what the control made of it, and where something is wrong with what was typed. */
  show(model: LearnerModel, error?: DomainError): Response | Promise<Response>;
}

/** What came of a press: what to say of it, a link that opens nothing, or a page of its own. */
export type Outcome<What extends string> =
  | What
  | 'bad-link'
  | { say: What; of?: number; was?: Slot }
  | Response;

/** One form, one verb, one line that says what happened. */
export interface Control {
  /** Its address: `/learn/:token/<name>`. */
  name: string;
  /** What is said of each outcome, by what stands in the page's address. */
  says: Record<string, Says>;
  press(press: Press): Promise<Outcome<string>>;
  /** What a second button shows (`go=look`), which changes nothing. */
  look?(press: Press): Promise<Outcome<string>>;
  /** Fields of its form, each with the section to open where something is wrong with it. */
  fields?: Record<string, Section>;
}

/** A control whose outcomes all have their sentence: its own, or one of those in common. */
export function control<Own extends Record<string, Says>>(
  made: Omit<Control, 'says' | 'press' | 'look'> & {
    says: Own;
    press(press: Press): Promise<OutcomeOf<Own>>;
    look?(press: Press): Promise<OutcomeOf<Own>>;
  },
): Control {
  return made;
}

type OutcomeOf<Own> = Outcome<(keyof Own & string) | keyof typeof COMMON>;
