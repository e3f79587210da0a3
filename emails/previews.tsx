import type { Note, Sender } from './components/note.tsx';
import { readLessons } from './lesson.ts';
import { renderMail } from './mails.tsx';
import address from './templates/address.tsx';
import addressChanged from './templates/address-changed.tsx';
import alreadyEnrolled from './templates/already-enrolled.tsx';
import complete from './templates/complete.tsx';
import confirm from './templates/confirm.tsx';
import erase from './templates/erase.tsx';
import LessonMail, * as lessonMail from './templates/lesson.tsx';
import link from './templates/link.tsx';
import nudge from './templates/nudge.tsx';
import open from './templates/open.tsx';

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
  return [
    preview('confirm', confirm),
    preview('already-enrolled', alreadyEnrolled),
    ...readLessons(folder).map((lesson) => {
      const props = { ...LessonMail.PreviewProps, lesson };
      return {
        name: `lesson-${lesson.week}`,
        subject: lessonMail.subject(lesson),
        html: renderMail(<LessonMail {...props} />),
        text: lessonMail.text(props),
      };
    }),
    preview('complete', complete),
    preview('nudge', nudge),
    preview('open', open),
    preview('erase', erase),
    preview('address', address),
    preview('address-changed', addressChanged),
    preview('link', link),
  ];
}

function preview<Props extends Sender>(name: string, mail: Note<Props>): PreviewMail {
  const { PreviewProps: props, subject, text } = mail;
  return { name, subject, html: renderMail(mail(props)), text: text(props) };
}
