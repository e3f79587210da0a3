import {
  type CompiledLesson,
  type CompiledMail,
  imprint,
  lessons,
  type MailHead,
  mails,
} from 'virtual:emails';

import type { LessonText } from 'virtual:lessons';

export type { CompiledLesson, CompiledMail, LessonText };
export { imprint, lessons };

/** How many lessons the course has, one a week. */
export const LESSONS = 8;

/** The step after the last lesson: the closing note, a week later. With it an enrollment is completed. */
export const CLOSING_NOTE = LESSONS + 1;

/** Every step of an enrollment, in order: the lessons' weeks and the closing note. */
export const STEPS = Array.from({ length: CLOSING_NOTE }, (_, index) => index + 1);

/** The mails of this build, but for what stands in them. */
export const mailHeads: MailHead[] = mails;

let whole: Promise<CompiledMail[]> | undefined;

/** The mails of this build, whole, loaded where one is sent: no other cold start evaluates them. */
export function compiledMails(): Promise<CompiledMail[]> {
  whole ??= import('virtual:mail-bodies').then(({ bodies }) =>
    mails.map((mail, at) => {
      const body = bodies[at];
      if (!body) throw new Error(`the mail ${mail.kind} ${mail.lesson ?? ''} has no words`);
      return { ...mail, ...body };
    }),
  );
  return whole;
}

/** The lesson of a week, or undefined where there is none. */
export function lessonOf(week: number): CompiledLesson | undefined {
  return lessons.find((lesson) => lesson.week === week);
}

/** A lesson's text for the browser, loaded where one is read: no cold start evaluates it. */
export async function textOf({ week }: CompiledLesson): Promise<LessonText> {
  const { texts } = await import('virtual:lessons');
  const text = texts[week - 1];
  if (!text) throw new Error(`lesson ${week} has no text`);
  return text;
}
