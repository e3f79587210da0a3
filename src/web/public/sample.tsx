import type { CompiledLesson } from 'virtual:emails';
import type { LessonText } from 'virtual:lessons';
import { ButtonLink } from '../ui/fields.tsx';
import { Layout } from '../ui/layout.tsx';
import lessonStyle from '../ui/lesson.css?url';
import { LessonArticle } from '../ui/lesson.tsx';
import proseStyle from '../ui/prose.css?url';
import { Room } from '../ui/room.tsx';

/** The public sample, `/lessons/1`: the whole lesson, then a quiet invitation. */
export function SamplePage(props: {
  lesson: CompiledLesson;
  text: LessonText;
  /** Whom to ask about it. */
  contact: string;
  canonical?: string | undefined;
}) {
  const { lesson, text, contact } = props;
  return (
    <Layout
      parts={['room']}
      styles={[proseStyle, lessonStyle]}
      title={`${lesson.title}, lesson ${lesson.week}`}
      description={lesson.preview}
      canonical={props.canonical}
      wide
      door
    >
      <p class="sample-note">
        <span class="label">Sample</span> This is the whole of lesson {lesson.week}. Its text and
        references come by email; what you will be able to do after it stands here.
      </p>
      <LessonArticle lesson={lesson} text={text} contact={contact} linesUrl="/lessons/1/lines" />
      <aside class="invitation" aria-labelledby="invitation">
        <Room />
        <div>
          <h2 id="invitation">Seven more like this</h2>
          <p>
            One a week, on the day and at the hour you choose. It takes an email address, and two
            clicks end it.
          </p>
          <p class="actions">
            <ButtonLink href="/#signup">Take the course</ButtonLink>
            <ButtonLink href="/#weeks" quiet>
              See the eight weeks
            </ButtonLink>
          </p>
        </div>
      </aside>
    </Layout>
  );
}
