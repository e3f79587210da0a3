import type { CompiledLesson } from 'virtual:emails';
import { Button, FormError, Notice } from '../ui/fields.tsx';
import { Layout } from '../ui/layout.tsx';
import { LessonArticle } from '../ui/lesson.tsx';
import { SlotFields, type SlotProblem, type SlotValues, slotScripts } from '../ui/slot-fields.tsx';

export interface LearnerModel {
  token: string;
  /** Empty where none was given. */
  firstName: string;
  state: 'active' | 'paused' | 'completed' | 'unsubscribed';
  /** Something to be told first, such as why it is paused. */
  note?: string | undefined;
  /** "Tuesdays at 07:30, Europe/Berlin". */
  slot: string;
  weeks: LearnerWeek[];
  unsubscribeUrl: string;
  /** The form for another hour; absent where no lessons are to come. */
  slotForm?: { values: SlotValues; zones: string[]; error?: SlotProblem | undefined } | undefined;
  /** True right after the hour was changed. */
  changed?: boolean;
}

interface LearnerWeek {
  week: number;
  title: string;
  promise: string;
  state: 'sent' | 'sending' | 'next' | 'later';
  /** "Tuesday 1 December, 07:30": when it was sent, or when it is due. */
  when?: string | undefined;
}

/** The headline of the page: where the learner is. */
function whereabouts({ state, weeks }: LearnerModel): string {
  const sent = weeks.filter((week) => week.state === 'sent').length;
  if (state === 'completed') return 'You have had all eight lessons';
  if (state === 'unsubscribed') return 'No more lessons are coming';
  if (state === 'paused') return 'Your course is paused';
  return sent === 0 ? 'Lesson 1 is on its way' : `You are in week ${sent}`;
}

/** What follows from the state, in a sentence or two. */
function Outlook({ model }: { model: LearnerModel }) {
  const next = model.weeks.find((week) => week.state === 'next' || week.state === 'sending');
  switch (model.state) {
    case 'completed':
      return <>Nothing more is due. Every lesson stays here to read again.</>;
    case 'unsubscribed':
      return (
        <>
          You have unsubscribed. What you were sent stays here to read. To come back, sign up again
          on the <a href="/#signup">front page</a>.
        </>
      );
    case 'paused':
      return <>No lesson comes while it is paused. What you were sent stays here to read.</>;
    case 'active':
      return (
        <>
          Your hour is {model.slot}.
          {next?.state === 'next' && next.when && (
            <>
              {' '}
              Lesson {next.week} comes on {next.when}.
            </>
          )}
          {next?.state === 'sending' && next.week > 1 && <> Lesson {next.week} is on its way.</>}
        </>
      );
  }
}

const STATE_WORDS = {
  sent: 'Sent',
  sending: 'On its way',
  next: 'Next',
  later: 'Later',
} as const;

/** The learner's page: the eight weeks as a path, and the way out. */
export function LearnerPage({ model }: { model: LearnerModel }) {
  return (
    <Layout
      title={model.slotForm?.error ? 'Error: your hour' : 'Your course'}
      robots="noindex"
      scripts={model.slotForm ? slotScripts : []}
    >
      <article class="learner">
        <p class="label">{model.firstName ? `${model.firstName}’s course` : 'Your course'}</p>
        <h1>{whereabouts(model)}</h1>
        <p class="lead">
          <Outlook model={model} />
        </p>
        {model.changed && (
          <Notice>
            <p>Your hour is changed.</p>
          </Notice>
        )}
        {model.note && (
          <Notice>
            <p>{model.note}</p>
          </Notice>
        )}

        <h2 class="unseen">The eight weeks</h2>
        <ol class="path">
          {model.weeks.map((week) => (
            <li
              key={week.week}
              class={`path-${week.state}`}
              aria-current={week.state === 'next' ? 'step' : undefined}
            >
              <span class="path-numeral" aria-hidden="true">
                {week.week}
              </span>
              <div>
                <p class="path-state">
                  <span class="unseen">Week {week.week}. </span>
                  <b>{STATE_WORDS[week.state]}</b>
                  {week.when && <> {week.when}</>}
                </p>
                <h3>
                  {week.state === 'sent' ? (
                    <a href={`/learn/${model.token}/lessons/${week.week}`}>{week.title}</a>
                  ) : (
                    week.title
                  )}
                </h3>
                <p>{week.promise}</p>
              </div>
            </li>
          ))}
        </ol>

        {model.slotForm && <SlotSection token={model.token} form={model.slotForm} />}

        {model.state !== 'unsubscribed' && (
          <section class="way-out" aria-labelledby="way-out">
            <h2 id="way-out">If you want to stop</h2>
            <p>
              One click ends the lessons, and nobody asks why.{' '}
              <a href={model.unsubscribeUrl}>Unsubscribe</a>
            </p>
          </section>
        )}
      </article>
    </Layout>
  );
}

/** Another hour for the lessons to come. Open where the last try went wrong. */
function SlotSection({
  token,
  form,
}: {
  token: string;
  form: NonNullable<LearnerModel['slotForm']>;
}) {
  const { values, zones, error } = form;
  return (
    <section class="way-out" id="hour" aria-labelledby="hour-title">
      <h2 id="hour-title">If this hour does not suit you</h2>
      <details open={error !== undefined}>
        <summary>Choose another</summary>
        <form class="form slot-form" method="post" action={`/learn/${token}/slot`}>
          {error?.field === 'form' && <FormError message={error.message} />}
          <SlotFields
            values={values}
            zones={zones}
            zone="known"
            zoneHint="The clock you live by."
            error={error}
          />
          <p class="form-notes">
            The next lesson then comes at the first such hour that is at least four days after the
            one before.
          </p>
          <Button name="go" value="yes">
            Change my hour
          </Button>
        </form>
      </details>
    </section>
  );
}

interface LearnerLessonPageProps {
  token: string;
  lesson: CompiledLesson;
  /** Weeks that were sent and can be read. */
  previous?: number | undefined;
  next?: number | undefined;
}

/** A lesson that was sent, in the browser. */
export function LearnerLessonPage({ token, lesson, previous, next }: LearnerLessonPageProps) {
  const to = (week: number) => `/learn/${token}/lessons/${week}`;
  return (
    <Layout title={`${lesson.title}, lesson ${lesson.week}`} robots="noindex" wide>
      <p class="crumb">
        <a href={`/learn/${token}`}>Your course</a>
      </p>
      <LessonArticle lesson={lesson} />
      <nav class="turn" aria-label="Lessons">
        {previous !== undefined && (
          <a rel="prev" href={to(previous)}>
            <span class="label">Before</span> Lesson {previous}
          </a>
        )}
        <a href={`/learn/${token}`}>
          <span class="label">All</span> Your course
        </a>
        {next !== undefined && (
          <a rel="next" href={to(next)}>
            <span class="label">After</span> Lesson {next}
          </a>
        )}
      </nav>
    </Layout>
  );
}
