import { readLessons } from './lesson.ts';
import { NOTES, renderMail } from './mails.tsx';
import LessonMail, * as lessonMail from './templates/lesson.tsx';

/** A mail as a reader would get it, filled with the sample values of its template. */
export interface PreviewMail {
  /** The template's name; for a lesson with its week, such as `lesson-3`. */
  name: string;
  subject: string;
  html: string;
  text: string;
}

/** Every mail of the course with sample values. Throws a LessonError like the build. */
export function previewMails(folder: string): PreviewMail[] {
  const lessons = readLessons(folder).map((lesson) => {
    const props = { ...LessonMail.PreviewProps, lesson };
    return {
      name: `lesson-${lesson.week}`,
      subject: lessonMail.subject(lesson),
      html: renderMail(<LessonMail {...props} />),
      text: lessonMail.text(props),
    };
  });
  const notes = Object.entries(NOTES).map(([name, { sample }]) => ({ name, ...sample() }));
  return [...lessons, ...notes];
}
