import type { ReactElement } from 'react';
import { readLessons } from './lesson.ts';
import { renderMail } from './mails.tsx';
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
  const { default: Confirm } = confirm;
  const { default: AlreadyEnrolled } = alreadyEnrolled;
  const { default: LessonMail } = lessonMail;
  const { default: Complete } = complete;
  return [
    {
      name: 'confirm',
      subject: confirm.subject,
      html: renderMail(<Confirm {...Confirm.PreviewProps} />),
      text: confirm.text(Confirm.PreviewProps),
    },
    {
      name: 'already-enrolled',
      subject: alreadyEnrolled.subject,
      html: renderMail(<AlreadyEnrolled {...AlreadyEnrolled.PreviewProps} />),
      text: alreadyEnrolled.text(AlreadyEnrolled.PreviewProps),
    },
    ...readLessons(folder).map((lesson) => {
      const props = { ...LessonMail.PreviewProps, lesson };
      return {
        name: `lesson-${lesson.week}`,
        subject: lesson.subject,
        html: renderMail(<LessonMail {...props} />),
        text: lessonMail.text(props),
      };
    }),
    {
      name: 'complete',
      subject: complete.subject,
      html: renderMail(<Complete {...Complete.PreviewProps} />),
      text: complete.text(Complete.PreviewProps),
    },
    preview('nudge', nudge),
    preview('open', open),
    preview('erase', erase),
    preview('address', address),
    preview('address-changed', addressChanged),
    preview('link', link),
  ];
}

function preview<Props>(
  name: string,
  template: {
    default: ((props: Props) => ReactElement) & { PreviewProps: Props };
    text(props: Props): string;
    subject: string;
  },
): PreviewMail {
  const props = template.default.PreviewProps;
  const html = renderMail(template.default(props));
  return { name, subject: template.subject, html, text: template.text(props) };
}
