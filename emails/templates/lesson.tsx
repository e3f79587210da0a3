import { join } from 'node:path';
import { Button } from '../components/button.tsx';
import { Footer, footerText } from '../components/footer.tsx';
import { COURSE, Layout } from '../components/layout.tsx';
import { look } from '../components/look.ts';
import { Prose } from '../components/prose.tsx';
import { References, referencesText } from '../components/references.tsx';
import { imprintFile, type MadeImprint, paragraphOf, readImprint } from '../imprint.ts';
import { type Lesson, readLesson, WEEKS } from '../lesson.ts';
import { type Block, prose } from '../markdown.ts';
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
  /** The learner's page, open at another hour and at a pause. */
  hourUrl: string;
  pauseUrl: string;
  unsubscribeUrl: string;
  /** The learner's weekday, time and zone: "Tuesdays at 07:30, Europe/Berlin time". */
  slot: string;
  baseUrl: string;
  postalAddress: string;
}

const action = 'Open your course page';

/** A lesson of the course. */
export default function LessonMail(props: LessonMailProps) {
  const { lesson } = props;
  return (
    <Layout
      preview={lesson.preview}
      kicker={kicker(lesson)}
      title={lesson.title}
      baseUrl={props.baseUrl}
    >
      <Prose blocks={prose(props.greeting)} medium="mail" />
      <p style={look.lead}>{lesson.promise}</p>
      <Prose blocks={lesson.blocks} medium="mail" />
      <References works={lesson.references} />
      <Prose blocks={signed(props)} medium="mail" />
      <Prose blocks={fromHere(lesson)} medium="mail" />
      <Button href={props.learnUrl}>{action}</Button>
      <Prose blocks={inBrowser(props)} medium="mail" />
      <Footer {...footer(props)} />
    </Layout>
  );
}

/** The text part. */
export function text(props: LessonMailProps): string {
  const { lesson } = props;
  return textPart([
    `${COURSE}\n${kicker(lesson)}`,
    underlined(lesson.title, '='),
    props.greeting,
    wrap(lesson.promise),
    toText(lesson.blocks),
    referencesText(lesson.references),
    toText(signed(props)),
    toText(fromHere(lesson)),
    textLink(action, props.learnUrl),
    toText(inBrowser(props)),
    footerText(footer(props)),
  ]);
}

function kicker({ week, minutes }: Lesson): string {
  return `Week ${week} of ${WEEKS}, about ${minutes} minutes to read`;
}

/** Who wrote and reviewed it, and whom to ask. */
function signed({ lesson, imprint, baseUrl }: LessonMailProps): Block[] {
  const ask = imprint.answers
    ? 'Questions and corrections are welcome: answer this mail.'
    : `[Whom to ask about them](${baseUrl})`;
  return [
    ...prose('## Who stands behind this'),
    paragraphOf(imprint.foot(lesson.week)),
    ...prose(ask),
    ...(imprint.signature === null ? [] : [paragraphOf([imprint.signature])]),
  ];
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

function inBrowser({ lessonUrl }: LessonMailProps) {
  return prose(`[Read this lesson in your browser](${lessonUrl})`);
}

function footer({ hourUrl, pauseUrl, unsubscribeUrl, slot, postalAddress }: LessonMailProps) {
  return {
    why: `
You signed up for In the Room and confirmed this address.

Your hour: ${slot}. [This hour does not suit me](${hourUrl})

[Pause the lessons](${pauseUrl})

[Unsubscribe from the course](${unsubscribeUrl})
`,
    postalAddress,
  };
}

LessonMail.PreviewProps = {
  // Read when it is looked at.
  get lesson() {
    return readLesson(join(import.meta.dirname, '../lessons'), 1);
  },
  get imprint() {
    return readImprint(imprintFile(join(import.meta.dirname, '..')));
  },
  greeting: 'Hello Ana,',
  learnUrl: 'https://intheroom.example/learn/l1.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g',
  lessonUrl: 'https://intheroom.example/learn/l1.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g/lessons/1',
  hourUrl: 'https://intheroom.example/learn/l1.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g?do=hour#hour',
  pauseUrl: 'https://intheroom.example/learn/l1.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g?do=pause#pause',
  unsubscribeUrl: 'https://intheroom.example/unsubscribe/u1.Tt5rYcW0aLzE7nUvPd1oKfHb',
  slot: 'Tuesdays at 07:30, Europe/Berlin time',
  baseUrl: 'https://intheroom.example',
  postalAddress: 'In the Room, 12 Linden Street, Portland, OR 97205, USA',
} satisfies LessonMailProps;
