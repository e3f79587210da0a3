import { join } from 'node:path';
import { Button } from '../components/button.tsx';
import { Footer, footerText } from '../components/footer.tsx';
import { COURSE, Layout } from '../components/layout.tsx';
import { look } from '../components/look.ts';
import { SAMPLE_RECIPIENT } from '../components/note.tsx';
import { textWithPractice, WithPractice } from '../components/practice.tsx';
import { Prose } from '../components/prose.tsx';
import { References, referencesText } from '../components/references.tsx';
import { Signature, signatureText } from '../components/signature.tsx';
import { imprintFile, type MadeImprint, readImprint } from '../imprint.ts';
import { type Lesson, readLesson, WEEKS } from '../lesson.ts';
import { prose } from '../markdown.ts';
import { textLink, textPart, toText, underlined, wrap } from '../text.ts';

export interface LessonMailProps {
  lesson: Lesson;
  /** Who stands behind it. */
  imprint: MadeImprint;
  greeting: string;
  /** The learner's page. */
  learnUrl: string;
  /** This lesson in the browser. */
  lessonUrl: string;
  /** Its lines to say, on a page to print. */
  linesUrl: string;
  /** The learner's page, open at another hour and at a pause. */
  hourUrl: string;
  pauseUrl: string;
  unsubscribeUrl: string;
  /** The learner's weekday, time and zone: "Tuesdays at 7:30 am, Berlin time". */
  slot: string;
  /** Through whom the course is taken, with a line break before it; empty where through nobody. */
  offered: string;
  baseUrl: string;
  postalAddress: string;
}

const action = 'Open your course page';

/** A lesson of the course. */
export default function LessonMail(props: LessonMailProps) {
  const { lesson, baseUrl, lessonUrl } = props;
  const { week } = lesson;
  return (
    <Layout
      preview={lesson.preview}
      kicker={kicker(lesson)}
      title={lesson.title}
      baseUrl={baseUrl}
      offered={props.offered}
      reached={{ week, drawing: `lesson-${week}` }}
      pageUrl={lessonUrl}
    >
      <Prose blocks={prose(props.greeting)} medium="mail" />
      <p style={look.lead}>{lesson.promise}</p>
      <WithPractice blocks={lesson.blocks} label={cardLabel(lesson)} />
      <Signature imprint={props.imprint} week={week} baseUrl={baseUrl} />
      <Prose blocks={fromHere(lesson)} medium="mail" />
      <Button href={props.learnUrl}>{action}</Button>
      <Prose blocks={toPrint(props)} medium="mail" />
      <References works={lesson.references} />
      <Footer {...footer(props)} />
    </Layout>
  );
}

/** Found again by its number and title, and sorted by them. */
export function subject({ week, title }: Lesson): string {
  return `${week}/${WEEKS} · ${title}`;
}

/** The text part. */
export function text(props: LessonMailProps): string {
  const { lesson } = props;
  return textPart([
    `${COURSE} · ${lesson.week} of ${WEEKS}${props.offered}`,
    underlined(lesson.title, '='),
    kicker(lesson),
    textLink('Read in a browser', props.lessonUrl),
    props.greeting,
    wrap(lesson.promise),
    textWithPractice(lesson.blocks, cardLabel(lesson)),
    signatureText({ imprint: props.imprint, week: lesson.week, baseUrl: props.baseUrl }),
    toText(fromHere(lesson)),
    textLink(action, props.learnUrl),
    toText(toPrint(props)),
    referencesText(lesson.references),
    footerText(footer(props)),
  ]);
}

function kicker({ minutes }: Lesson): string {
  return `About ${minutes} minutes to read`;
}

/** A card may be photographed and passed on without its mail. */
function cardLabel({ week }: Lesson): string {
  return `${COURSE} · ${week} of ${WEEKS} · to try this week`;
}

function fromHere({ week }: Lesson) {
  const next =
    week < WEEKS
      ? 'There you can keep a private log, change your hour, pause, or ask for the next lesson now.'
      : 'All eight lessons stay there. A short closing note follows in a week.';
  return prose(`
## From here

Your course page shows where you are and what comes when. ${next}
`);
}

function toPrint({ linesUrl }: LessonMailProps) {
  return prose(`[This lesson’s lines to say, on a page to print](${linesUrl})`);
}

function footer({ hourUrl, pauseUrl, unsubscribeUrl, slot, postalAddress }: LessonMailProps) {
  return {
    why: `
You signed up for In the Room and confirmed this address. Your hour: ${slot}.

[This hour does not suit me](${hourUrl})

[Pause the lessons](${pauseUrl})
`,
    unsubscribeUrl,
    postalAddress,
  };
}

LessonMail.PreviewProps = {
  ...SAMPLE_RECIPIENT,
  // Read when it is looked at.
  get lesson() {
    return readLesson(join(import.meta.dirname, '../lessons'), 1);
  },
  get imprint() {
    return readImprint(imprintFile(join(import.meta.dirname, '..')));
  },
  learnUrl: 'https://intheroom.example/learn/l1.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g',
  lessonUrl: 'https://intheroom.example/learn/l1.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g/lessons/1',
  linesUrl:
    'https://intheroom.example/learn/l1.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g/lessons/1/lines',
  hourUrl: 'https://intheroom.example/learn/l1.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g?do=hour#hour',
  pauseUrl: 'https://intheroom.example/learn/l1.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g?do=pause#pause',
  slot: 'Tuesdays at 7:30 am, Berlin time',
  offered: '\nOffered through Harbor Institute',
} satisfies LessonMailProps;
