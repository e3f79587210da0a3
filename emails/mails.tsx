import { createHash } from 'node:crypto';
import type { CompiledLesson, CompiledMail, Imprint } from 'virtual:emails';
import type { ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { Prose, Runs } from './components/prose.tsx';
import { imprintFile, type MadeImprint, readImprint } from './imprint.ts';
import { type Lesson, readLessons } from './lesson.ts';
import { checkPlaceholders, hole } from './placeholders.ts';
import * as address from './templates/address.tsx';
import * as addressChanged from './templates/address-changed.tsx';
import * as alreadyEnrolled from './templates/already-enrolled.tsx';
import * as complete from './templates/complete.tsx';
import * as confirm from './templates/confirm.tsx';
import * as erase from './templates/erase.tsx';
import * as lessonMail from './templates/lesson.tsx';
import * as link from './templates/link.tsx';
import * as nudge from './templates/nudge.tsx';
import * as open from './templates/open.tsx';

/** What each recipient gets in place of these is the server's to say. */
const recipient = {
  greeting: hole('greeting'),
  unsubscribeUrl: hole('unsubscribe_url'),
  baseUrl: hole('base_url'),
  postalAddress: hole('postal_address'),
};
const learner = { ...recipient, learnUrl: hole('learn_url') };
const learnerWithSlot = { ...learner, slot: hole('slot') };
const controls = { hourUrl: hole('hour_url'), pauseUrl: hole('pause_url') };
const single = { ...recipient, singleUrl: hole('single_url') };

/** A lesson as it is mailed and as it is read in the browser. */
export interface CompiledWeek {
  mail: CompiledMail;
  lesson: CompiledLesson;
}

/** All that the build needs of the course. */
export interface CompiledCourse {
  notes: CompiledMail[];
  weeks: CompiledWeek[];
  imprint: Imprint;
  /** Absolute paths of the pictures, in the order of the imprint's people; null for nobody's. */
  pictures: (string | null)[];
}

/**
 * Reads the lessons of a folder, and who stands behind them, and makes every mail of the course.
 * Throws a LessonError for files that can't be published. The same files give the same bytes.
 */
export function compileEmails(
  folder: string,
  course = imprintFile(import.meta.dirname),
): CompiledCourse {
  const made = readImprint(course);
  const { foot: _, pictures, ...imprint } = made;
  return {
    weeks: readLessons(folder).map((lesson) => ({
      mail: compileLessonMail(lesson, made),
      lesson: compileLesson(lesson, made),
    })),
    notes: compileNotes(),
    imprint,
    pictures,
  };
}

/** The mails that are not lessons. */
export function compileNotes(): CompiledMail[] {
  const { default: Confirm } = confirm;
  const { default: AlreadyEnrolled } = alreadyEnrolled;
  const { default: Complete } = complete;
  const notMe = { notMeUrl: hole('not_me_url') };
  const signup = { ...recipient, confirmUrl: hole('confirm_url'), askedAt: hole('asked_at') };
  const enrolled = { ...learner, ...notMe };
  // A kind that has no template is no program.
  const notes: Record<Exclude<CompiledMail['kind'], 'lesson'>, CompiledMail> = {
    confirm: finish({
      kind: 'confirm',
      lesson: null,
      subject: confirm.subject,
      text: confirm.text(signup),
      html: renderMail(<Confirm {...signup} />),
    }),
    'already-enrolled': finish({
      kind: 'already-enrolled',
      lesson: null,
      subject: alreadyEnrolled.subject,
      text: alreadyEnrolled.text(enrolled),
      html: renderMail(<AlreadyEnrolled {...enrolled} />),
    }),
    complete: finish({
      kind: 'complete',
      lesson: null,
      subject: complete.subject,
      text: complete.text(learnerWithSlot),
      html: renderMail(<Complete {...learnerWithSlot} />),
    }),
    nudge: compileNote('nudge', nudge, {
      ...learnerWithSlot,
      ...controls,
      nudgesUrl: hole('nudges_url'),
    }),
    open: compileNote('open', open, single),
    erase: compileNote('erase', erase, single),
    address: compileNote('address', address, { ...single, ...notMe }),
    'address-changed': compileNote('address-changed', addressChanged, single),
    link: compileNote('link', link, learner),
  };
  return Object.values(notes);
}

/** A template as a module: a component and its text part, made of the same words. */
interface NoteTemplate<Props> {
  default(props: Props): ReactElement;
  text(props: Props): string;
  subject: string;
}

function compileNote<Props>(
  kind: CompiledMail['kind'],
  template: NoteTemplate<Props>,
  props: Props,
): CompiledMail {
  const html = renderMail(template.default(props));
  return finish({
    kind,
    lesson: null,
    subject: template.subject,
    text: template.text(props),
    html,
  });
}

/** One lesson as a mail. */
export function compileLessonMail(lesson: Lesson, imprint: MadeImprint): CompiledMail {
  const { default: LessonMail } = lessonMail;
  const props = {
    ...learnerWithSlot,
    ...controls,
    lesson,
    imprint,
    lessonUrl: hole('lesson_url'),
  };
  return finish({
    kind: 'lesson',
    lesson: lesson.week,
    subject: lesson.subject,
    text: lessonMail.text(props),
    html: renderMail(<LessonMail {...props} />),
  });
}

/** One lesson for the web. */
export function compileLesson(lesson: Lesson, imprint: MadeImprint): CompiledLesson {
  const { week, slug, title, promise, preview, objectives, reflection } = lesson;
  const { blocks, words, minutes, practice, steps, lines, plan } = lesson;
  return {
    week,
    slug,
    title,
    promise,
    preview,
    objectives: objectives.map(({ id, text }) => ({ id, text })),
    reflection,
    html: renderToStaticMarkup(<Prose blocks={blocks} medium="web" />),
    references: lesson.references.map(({ number, text }) => ({
      number,
      html: renderToStaticMarkup(<Runs runs={text} medium="web" />),
    })),
    words,
    minutes,
    practice: { ...practice, steps },
    lines,
    plan,
    signed: imprint.foot(week),
  };
}

/** A mail's element as a whole HTML document. */
export function renderMail(mail: ReactElement): string {
  return `<!doctype html>${renderToStaticMarkup(mail)}`;
}

function finish(mail: Omit<CompiledMail, 'hash'>): CompiledMail {
  checkPlaceholders(mail);
  const { kind, lesson, subject, html, text } = mail;
  const frozen = JSON.stringify([kind, lesson, subject, html, text]);
  return { ...mail, hash: createHash('sha256').update(frozen).digest('hex') };
}
