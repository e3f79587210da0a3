import { createHash } from 'node:crypto';
import type { CompiledLesson, CompiledMail, Imprint } from 'virtual:emails';
import type { LessonText } from 'virtual:lessons';
import type { ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import type { Note, Sender } from './components/note.tsx';
import { Prose, Runs } from './components/prose.tsx';
import { drawing } from './drawings.ts';
import { textHash } from './edition.ts';
import { imprintFile, type MadeImprint, readImprint } from './imprint.ts';
import { type Lesson, readLessons } from './lesson.ts';
import { checkPlaceholders, hole, holesIn } from './placeholders.ts';
import address from './templates/address.tsx';
import addressChanged from './templates/address-changed.tsx';
import alreadyEnrolled from './templates/already-enrolled.tsx';
import certificate from './templates/certificate.tsx';
import certificateChanged from './templates/certificate-changed.tsx';
import complete from './templates/complete.tsx';
import confirm from './templates/confirm.tsx';
import enter from './templates/enter.tsx';
import erase from './templates/erase.tsx';
import invite from './templates/invite.tsx';
import keyEnding from './templates/key-ending.tsx';
import LessonMail, * as lessonMail from './templates/lesson.tsx';
import link from './templates/link.tsx';
import nudge from './templates/nudge.tsx';
import open from './templates/open.tsx';
import ownersChanged from './templates/owners-changed.tsx';
import sitesChanged from './templates/sites-changed.tsx';
import sure from './templates/sure.tsx';
import testChanged from './templates/test-changed.tsx';

/** What stands in place of what only the server can say. Whoever gets a mail gives each its value. */
const anyone = { baseUrl: hole('base_url'), postalAddress: hole('postal_address') };
const recipient = {
  ...anyone,
  greeting: hole('greeting'),
  unsubscribeUrl: hole('unsubscribe_url'),
};
const learner = { ...recipient, learnUrl: hole('learn_url') };
const learnerWithSlot = { ...learner, slot: hole('slot'), offered: hole('offered') };
const controls = { hourUrl: hole('hour_url'), pauseUrl: hole('pause_url') };
const notMe = { notMeUrl: hole('not_me_url') };
const certificates = { certificatesUrl: hole('certificates_url') };
const test = { testUrl: hole('test_url') };
const single = { singleUrl: hole('single_url') };
const toStaff = { ...anyone, where: hole('where') };
const roomOf = { roomUrl: hole('room_url') };
const entry = { enterUrl: hole('enter_url') };
const digits = { digits: hole('digits') };

/** What a lesson is filled with. */
const LESSON = {
  ...learnerWithSlot,
  ...controls,
  lessonUrl: hole('lesson_url'),
  linesUrl: hole('lines_url'),
};

/** What the course itself has to say in a short mail. */
interface OfTheCourse {
  signature: string | null;
  practices: Lesson['practice'][];
}

/** A short mail, and the holes that the server fills in it. */
function made<Props extends Sender>(
  template: Note<Props>,
  holes: Omit<Props, keyof OfTheCourse> & Record<string, string>,
) {
  const props = (course: OfTheCourse) => ({ ...holes, ...course }) as unknown as Props;
  return {
    holes: Object.values<string>(holes),
    words: (course: OfTheCourse): Words => wordsOf(template, props(course)),
    sample: (): Words => wordsOf(template, template.PreviewProps),
  };
}

/** The one table of short mails, by the kind of mail that needs each: src/delivery/kinds.ts says which. */
export const NOTES = {
  confirm: made(confirm, {
    ...recipient,
    confirmUrl: hole('confirm_url'),
    askedAt: hole('asked_at'),
  }),
  'already-enrolled': made(alreadyEnrolled, { ...learner, ...notMe }),
  complete: made(complete, learnerWithSlot),
  nudge: made(nudge, { ...learnerWithSlot, ...controls, nudgesUrl: hole('nudges_url') }),
  open: made(open, { ...recipient, ...single }),
  erase: made(erase, { ...recipient, ...single }),
  // The owner of a new address may be a stranger, who is told no name and cannot end a learner's course.
  address: made(address, { ...anyone, ...notMe, ...single }),
  'address-changed': made(addressChanged, { ...recipient, ...single }),
  link: made(link, learner),
  enter: made(enter, { ...toStaff, ...entry, ...digits }),
  invite: made(invite, { ...toStaff, ...entry }),
  sure: made(sure, { ...toStaff, ...roomOf, ...digits }),
  'owners-changed': made(ownersChanged, { ...toStaff, ...roomOf }),
  'sites-changed': made(sitesChanged, { ...toStaff, ...roomOf }),
  'key-ending': made(keyEnding, { ...toStaff, ...roomOf }),
  certificate: made(certificate, { ...recipient, ...certificates }),
  'certificate-changed': made(certificateChanged, { ...recipient, ...certificates }),
  'test-changed': made(testChanged, { ...recipient, ...test }),
};

/** Which placeholders the server knows a value for, by kind of mail. */
export const PLACEHOLDERS_OF: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries({ ...NOTES, lesson: { holes: Object.values(LESSON) } }).map(
    ([kind, { holes }]) => [kind, holesIn(holes.join(''))],
  ),
);

/** A lesson as it is mailed and as it is read in the browser. */
export interface CompiledWeek {
  mail: CompiledMail;
  lesson: CompiledLesson;
  text: LessonText;
}

/** All that the build needs of the course. */
export interface CompiledCourse {
  notes: CompiledMail[];
  weeks: CompiledWeek[];
  imprint: Imprint;
  /** For pages; a lesson has its own. */
  drawings: Record<'closing' | 'mark', string>;
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
  const lessons = readLessons(folder);
  return {
    weeks: lessons.map((lesson) => ({
      mail: compileLessonMail(lesson, made),
      lesson: compileLesson(lesson, made),
      text: compileText(lesson),
    })),
    notes: compileNotes(lessons, made.signature),
    drawings: { closing: drawing('closing').inline, mark: drawing('mark').inline },
    imprint,
    pictures,
  };
}

/** The mails that are not lessons. */
export function compileNotes(lessons: Lesson[], signature: string | null): CompiledMail[] {
  const practices = lessons.map(({ practice }) => practice);
  return Object.entries(NOTES).map(([kind, { words }]) =>
    finish({ kind, lesson: null, textHash: null, ...words({ practices, signature }) }),
  );
}

type Words = Pick<CompiledMail, 'subject' | 'html' | 'text'>;

function wordsOf<Props extends Sender>(template: Note<Props>, props: Props): Words {
  const { subject, text } = template;
  return { subject, text: text(props), html: renderMail(template(props)) };
}

/** One lesson as a mail. */
export function compileLessonMail(lesson: Lesson, imprint: MadeImprint): CompiledMail {
  const props = { ...LESSON, lesson, imprint };
  return finish({
    kind: 'lesson',
    lesson: lesson.week,
    textHash: textHash(lesson),
    subject: lessonMail.subject(lesson),
    text: lessonMail.text(props),
    html: renderMail(<LessonMail {...props} />),
  });
}

/** One lesson's text for the web. */
export function compileText({ week, blocks, references }: Lesson): LessonText {
  return {
    drawing: drawing(`lesson-${week}`).inline,
    html: renderToStaticMarkup(<Prose blocks={blocks} medium="web" />),
    references: references.map(({ number, text }) => ({
      number,
      html: renderToStaticMarkup(<Runs runs={text} medium="web" />),
    })),
  };
}

/** What pages say of a lesson. */
export function compileLesson(lesson: Lesson, imprint: MadeImprint): CompiledLesson {
  const { week, slug, title, promise, preview, objectives, reflection } = lesson;
  const { words, minutes, practice, steps, lines, plan } = lesson;
  return {
    week,
    slug,
    title,
    promise,
    preview,
    objectives: objectives.map(({ id, text }) => ({ id, text })),
    reflection,
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
  // React asks a page to load its pictures early; no mail program loads by a link.
  const html = renderToStaticMarkup(mail).replace(/<link rel="preload"[^>]*>/g, '');
  return `<!doctype html>${html}`;
}

function finish(mail: Omit<CompiledMail, 'hash'>): CompiledMail {
  checkPlaceholders(mail, PLACEHOLDERS_OF[mail.kind] ?? []);
  const { kind, lesson, subject, html, text } = mail;
  const frozen = JSON.stringify([kind, lesson, subject, html, text]);
  return { ...mail, hash: createHash('sha256').update(frozen).digest('hex') };
}
