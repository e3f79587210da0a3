import type { CompiledLesson } from 'virtual:emails';
import type { Child } from 'hono/jsx';
import type { Progress, WeekProgress } from '../../enrollment/progress.ts';
import { Button, FormError, Notice, TextField } from '../ui/fields.tsx';
import { Layout } from '../ui/layout.tsx';
import lessonStyle from '../ui/lesson.css?url';
import { LessonArticle } from '../ui/lesson.tsx';
import noteStyle from '../ui/note.css?url';
import { Contact } from '../ui/page.tsx';
import proseStyle from '../ui/prose.css?url';
import { SlotFields, type SlotProblem, type SlotValues, slotScripts } from '../ui/slot-fields.tsx';
import learnerStyle from './learner.css?url';
import { draftsName, LogForm, type LogModel, logScripts, OpenForm } from './log.tsx';
import type { Section } from './model.ts';
import { Path } from './path.tsx';
import { type Done, Said } from './said.tsx';

export interface LearnerModel extends Omit<Progress, 'slot'> {
  token: string;
  /** Something to be told first, such as why it is paused. */
  note?: string | undefined;
  /** "Tuesdays at 7:30 am, Europe/Berlin time". */
  slot: string;
  unsubscribeUrl: string;
  /** Shows dates and nothing else, whoever keeps the calendar. */
  calendarUrl: string;
  /** What to open. */
  section?: Section | undefined;
  /** The form for another hour, where it was asked for. */
  slotForm?: SlotForm | undefined;
  /** The first and the last day to which a pause may last, "YYYY-MM-DD". */
  pauseDates: { first: string; last: string };
  /** What the learner typed and what is wrong with it. */
  wrong?: { field: 'until' | 'email'; typed: string; message: string } | undefined;
  /** What has just been done. */
  done?: Done | undefined;
}

interface SlotForm {
  values: SlotValues;
  zones: string[];
  error?: SlotProblem | undefined;
  /** The dates of this hour, in words, to be looked at before it is saved. */
  preview?: { slot: string; dates: string[] } | undefined;
}

/** The headline of the page: where the learner is. */
function whereabouts({ state, weeks }: LearnerModel): string {
  const sent = weeks.filter((week) => week.state === 'sent').length;
  if (state === 'completed') return 'You have had all eight lessons';
  if (state === 'unsubscribed') return 'No more lessons are coming';
  if (state === 'paused') return 'Your course is paused';
  if (sent > 0) return `You are in week ${sent}`;
  return weeks[0]?.state === 'next' ? 'You begin again with week 1' : 'Lesson 1 is on its way';
}

/** What follows from the state, in a sentence or two. */
function Outlook({ model }: { model: LearnerModel }) {
  const next = model.weeks.find((week) => week.state === 'next' || week.state === 'sending');
  switch (model.state) {
    case 'completed':
      return <>Nothing more is due. Every lesson stays here to read again.</>;
    case 'unsubscribed':
      return <>You have unsubscribed. What you were sent stays here to read.</>;
    case 'paused':
      return (
        <>
          No lesson comes while it is paused.{' '}
          {model.pausedUntil && <>It goes on by itself on {model.pausedUntil}. </>}
          What you were sent stays here to read.
        </>
      );
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

/** Nothing comes later once the lessons have ended; what an earlier round brought stays to be read. */
function stateWord({ week, state }: WeekProgress, model: LearnerModel): string {
  if (state !== 'later') return STATE_WORDS[state];
  const hadBefore = model.readable.includes(week);
  if (model.state === 'unsubscribed') return hadBefore ? 'Sent before' : 'Not sent';
  return hadBefore ? 'Later again, and here to read' : STATE_WORDS.later;
}

/** The learner's page: the eight weeks as a path, every control, and the way out. */
export function LearnerPage({ model }: { model: LearnerModel }) {
  const { state, token } = model;
  const running = state === 'active' || state === 'paused';
  const wrong = model.slotForm?.error ?? model.wrong;
  return (
    <Layout
      styles={[noteStyle, learnerStyle]}
      title={wrong ? 'Error: your course' : 'Your course'}
      robots="noindex"
      scripts={[...(model.slotForm ? slotScripts : []), ...logScripts]}
    >
      <article class="learner" {...draftsOf(model)}>
        <p class="label">{model.firstName ? `${model.firstName}’s course` : 'Your course'}</p>
        <h1>{whereabouts(model)}</h1>
        <p class="lead">
          <Outlook model={model} />
        </p>
        {model.done && (
          <div id="done">
            <Said done={model.done} model={model} />
          </div>
        )}
        {model.note && (
          <Notice>
            <p>{model.note}</p>
          </Notice>
        )}
        <Path weeks={model.weeks} state={state} />
        {state === 'unsubscribed' && <ReturnSection model={model} />}
        {running && <PaceSection model={model} />}
        <WeekList model={model} />
        <PrivateSection model={model} />
        {(running || state === 'completed') && model.waitsFor === null && (
          <AgainSection model={model} />
        )}
        {running && <NudgeSection model={model} />}
        <LinkSection token={token} />
        {state !== 'unsubscribed' && (
          <section class="way-out" aria-labelledby="way-out">
            <h2 id="way-out">If you want to stop</h2>
            <p>
              The next page has one button, and it ends the lessons. You need no reason.{' '}
              <a href={model.unsubscribeUrl}>Unsubscribe</a>
            </p>
          </section>
        )}
      </article>
    </Layout>
  );
}

function WeekList({ model }: { model: LearnerModel }) {
  return (
    <>
      <h2 class="unseen">The eight weeks</h2>
      <ol class="path">
        {model.weeks.map((week) => (
          <li
            key={week.week}
            class={`path-${week.state}${week.read ? ' path-read' : ''}`}
            aria-current={week.state === 'next' ? 'step' : undefined}
          >
            <span class="path-numeral" aria-hidden="true">
              {week.week}
            </span>
            <div>
              <p class="path-state">
                <span class="unseen">Week {week.week}. </span>
                <b>{week.read ? 'Read' : stateWord(week, model)}</b>
                {week.when && <> {week.when}</>}
                {model.logged.includes(week.week) && <>. With a page of your log</>}
              </p>
              <h3>
                {model.readable.includes(week.week) ? (
                  <a href={`/learn/${model.token}/lessons/${week.week}`}>{week.title}</a>
                ) : (
                  week.title
                )}
              </h3>
              <p>{week.promise}</p>
              {week.state === 'sent' && !week.read && (
                <ReadForm token={model.token} week={week.week} read={false} />
              )}
            </div>
          </li>
        ))}
      </ol>
    </>
  );
}

/** The only thing that says that a lesson was read. */
function ReadForm({ token, week, read }: { token: string; week: number; read: boolean }) {
  return (
    <form method="post" action={`/learn/${token}/read`}>
      <input type="hidden" name="lesson" value={String(week)} />
      <input type="hidden" name="read" value={read ? 'no' : 'yes'} />
      <button class="text-button" type="submit" name="go" value="yes">
        {read ? 'Take the mark back' : 'Mark as read'}
        <span class="unseen">: lesson {week}</span>
      </button>
    </form>
  );
}

/** One control: a line to open, and what it opens. */
function Control(props: { id: Section; open: boolean; label: string; children: Child }) {
  return (
    <details class="control" id={props.id} open={props.open}>
      <summary>{props.label}</summary>
      <div class="control-body">{props.children}</div>
    </details>
  );
}

/** Hour, pause, the next lesson now, and the calendar. */
function PaceSection({ model }: { model: LearnerModel }) {
  const { token, state, askNext, section } = model;
  return (
    <section class="pace" aria-labelledby="pace">
      <h2 id="pace">At your pace</h2>
      {state === 'paused' && model.waitsFor === null && (
        <form class="pace-now" method="post" action={`/learn/${token}/resume`}>
          <Button name="go" value="yes">
            Go on with the course
          </Button>
          <p>The next lesson comes at your hour, four days after the latest one or later.</p>
        </form>
      )}
      {model.waitsFor !== null && !model.suppressed && (
        <form class="pace-now" method="post" action={`/learn/${token}/open`}>
          <Button name="go" value="yes">
            Mail me a link
          </Button>
          <p>
            If mail reaches you again, open the link that comes, and the course goes on. It opens
            your private pages on that device, too.
          </p>
        </form>
      )}
      {askNext?.from === null && (
        <form class="pace-now" method="post" action={`/learn/${token}/next`}>
          <Button name="go" value="yes" quiet>
            Send lesson {askNext.lesson} now
          </Button>
          <p>Ahead of its time, at most one a day. The one after it comes at your hour.</p>
        </form>
      )}
      {askNext?.from && (
        <div class="pace-now">
          <p>
            One lesson a day can come ahead of its time. You may ask for lesson {askNext.lesson} on{' '}
            {askNext.from}.
          </p>
        </div>
      )}
      {model.slotForm ? (
        <SlotSection token={token} form={model.slotForm} />
      ) : (
        <p class="control-link" id="hour">
          <a href={`/learn/${token}?do=hour#hour`}>This hour does not suit me</a>
        </p>
      )}
      {model.waitsFor === null && (
        <Control
          id="pause"
          open={section === 'pause'}
          label={state === 'paused' ? 'Pause until another day' : 'Pause the lessons'}
        >
          <PauseForm model={model} />
        </Control>
      )}
      <p class="control-link">
        <a href={model.calendarUrl}>The lessons to come, for your calendar</a>
        <span>
          Opened once, it keeps today’s dates. Subscribed to by its address, it moves with your
          hour. That address shows the dates and opens nothing else.
        </span>
      </p>
    </section>
  );
}

function PauseForm({ model }: { model: LearnerModel }) {
  const wrong = model.wrong?.field === 'until' ? model.wrong : undefined;
  const { first, last } = model.pauseDates;
  return (
    <form class="form" method="post" action={`/learn/${model.token}/pause`}>
      <TextField
        name="until"
        label="Until"
        type="date"
        optional
        hint="On this day the course goes on by itself. Without a day it waits until you come back."
        value={wrong?.typed ?? ''}
        error={wrong?.message}
        min={first}
        max={last}
      />
      <Button name="go" value="yes">
        {model.state === 'paused' ? 'Change the pause' : 'Pause'}
      </Button>
    </form>
  );
}

/** Another hour for the lessons to come: chosen, looked at, saved. */
function SlotSection({ token, form }: { token: string; form: SlotForm }) {
  const { values, zones, error, preview } = form;
  const action = `/learn/${token}/slot`;
  return (
    <section class="control-open" id="hour" aria-labelledby="hour-title">
      <h3 id="hour-title">{preview ? 'Is this the hour?' : 'Choose another hour'}</h3>
      {preview && (
        <form class="dates" method="post" action={action}>
          <p>{preview.slot}. The next lessons would come on</p>
          <ol>
            {preview.dates.map((date) => (
              <li key={date}>{date}</li>
            ))}
          </ol>
          <input type="hidden" name="weekday" value={String(values.weekday)} />
          <input type="hidden" name="time" value={values.time} />
          <input type="hidden" name="time_zone" value={values.time_zone} />
          <Button name="go" value="yes">
            Change my hour
          </Button>
        </form>
      )}
      <form class="form slot-form" method="post" action={`${action}#hour`}>
        {error?.field === 'form' && <FormError message={error.message} />}
        <SlotFields
          values={values}
          zones={zones}
          zone={error?.field === 'time_zone' ? 'refused' : 'known'}
          zoneHint="The clock you live by."
          error={error}
        />
        <p class="form-notes">
          The next lesson comes at the first such hour that is at least four days after the one
          before. Nothing changes until you have seen the dates.
        </p>
        <Button name="go" value="look" quiet={preview !== undefined}>
          {preview ? 'Look at another hour' : 'Show the next three dates'}
        </Button>
      </form>
    </section>
  );
}

/** After a goodbye. */
function ReturnSection({ model }: { model: LearnerModel }) {
  return (
    <section class="way-out" aria-labelledby="return">
      <h2 id="return">If you would like to come back</h2>
      {model.suppressed ? (
        <p>
          No mail may go to your address: it came back for good, or one was reported as unwanted.
          Write to us and we will look into it with you.
        </p>
      ) : (
        <form class="pace-now" method="post" action={`/learn/${model.token}/return`}>
          <p>
            We mail you a link, as the first time. Its button is your consent, asks for your hour
            and starts the course with lesson 1. Your log stays.
          </p>
          <Button name="go" value="yes" quiet>
            Send me the link
          </Button>
        </form>
      )}
    </section>
  );
}

/** Log, export, name, address and erasure: closed until this device was opened by mail. */
function PrivateSection({ model }: { model: LearnerModel }) {
  const { token, depth, lockedUntil, section } = model;
  const base = `/learn/${token}`;
  const wrong = model.wrong?.field === 'email' ? model.wrong : undefined;
  return (
    <section class="way-out private" id="private" aria-labelledby="private-title">
      <h2 id="private-title">Private to you</h2>
      {depth === 'closed' && (
        <>
          <p>
            Lessons get forwarded, and that is welcome. So your practice log, your name and address,
            and everything we hold about you open on this device only after a link that we mail to
            you. It takes a minute, once.
          </p>
          <OpenForm token={token} label="Mail me the link" />
        </>
      )}
      {depth === 'locked' && (
        <p>
          Your address was changed. Until {lockedUntil} the earlier address can undo that, and so
          your log, the export, the address and erasure stay closed. Then they open again with
          everything in them.
        </p>
      )}
      {depth === 'open' && (
        <ul class="private-list">
          <li>
            Your log stands below each lesson that you have had.{' '}
            {model.logged.length === 0
              ? 'Nothing is written yet.'
              : `Written so far: ${model.logged.map((week) => `week ${week}`).join(', ')}.`}
          </li>
          <li>
            <a href={`${base}/export.json`}>Everything we hold about you, as a file</a>
          </li>
        </ul>
      )}
      {depth !== 'closed' && (
        <details class="control" open={section === 'private' && !wrong}>
          <summary>Change my name</summary>
          <form class="form control-body" method="post" action={`${base}/name`}>
            <TextField
              name="first_name"
              label="First name"
              optional
              hint="How mails and this page greet you."
              value={model.firstName}
              autocomplete="given-name"
              maxlength={80}
            />
            <Button name="go" value="yes">
              Save the name
            </Button>
          </form>
        </details>
      )}
      {depth === 'open' && (
        <>
          <details class="control" open={wrong !== undefined}>
            <summary>Change my address</summary>
            <form class="form control-body" method="post" action={`${base}/email`}>
              <TextField
                name="email"
                label="New email address"
                type="email"
                hint="A link goes there. Once it is pressed, the lessons come to the new address, and the earlier one is told and can undo it for seven days."
                value={wrong?.typed ?? ''}
                error={wrong?.message}
                autocomplete="email"
                inputmode="email"
                maxlength={254}
                required
              />
              <Button name="go" value="yes">
                Mail the link
              </Button>
            </form>
          </details>
          <details class="control">
            <summary>Erase everything</summary>
            <form class="form control-body" method="post" action={`${base}/erase`}>
              <p>
                Your address, your name, your log and the record of what was sent go, and cannot be
                brought back. We mail you a link to the last step. To end the lessons and keep the
                rest, unsubscribe instead.
              </p>
              <Button name="go" value="yes" quiet>
                Mail me the link
              </Button>
            </form>
          </details>
        </>
      )}
      {depth !== 'closed' && (
        <>
          <form method="post" action={`${base}/close`}>
            <button class="text-button" type="submit" name="go" value="yes">
              Close this on this device
            </button>
          </form>
          <form method="post" action={`${base}/close`}>
            <input type="hidden" name="devices" value="all" />
            <button class="text-button" type="submit" name="go" value="yes">
              Close it on every device
            </button>
          </form>
        </>
      )}
    </section>
  );
}

function AgainSection({ model }: { model: LearnerModel }) {
  return (
    <Control id="again" open={model.section === 'again'} label="Start the course again">
      <form class="form" method="post" action={`/learn/${model.token}/restart`}>
        <p>
          Lesson 1 comes again, now or as soon as four days have passed since your latest lesson,
          and the others follow at your hour. Marks begin anew; your log stays.
        </p>
        <input type="hidden" name="enrollment" value={String(model.signupId)} />
        <Button name="go" value="yes" quiet>
          Start again with lesson 1
        </Button>
      </form>
    </Control>
  );
}

function NudgeSection({ model }: { model: LearnerModel }) {
  const { nudges } = model;
  return (
    <Control
      id="nudges"
      open={model.section === 'nudges'}
      label="One quiet note, if lessons pile up"
    >
      <form class="form" method="post" action={`/learn/${model.token}/nudges`}>
        <p>
          If you mark lessons as read, and then leave two in a row unmarked, one short mail offers
          another hour or a pause. It comes once in a course, and never to somebody who does not use
          the marks. {nudges ? 'It is turned on.' : 'It is turned off.'}
        </p>
        <input type="hidden" name="nudges" value={nudges ? 'off' : 'on'} />
        <Button name="go" value="yes" quiet>
          {nudges ? 'Turn it off' : 'Turn it on'}
        </Button>
      </form>
    </Control>
  );
}

/** For whoever holds a link that was meant for somebody else, or has let theirs out of the house. */
function LinkSection({ token }: { token: string }) {
  return (
    <details class="control">
      <summary>This link was sent to somebody else</summary>
      <form class="form control-body" method="post" action={`/learn/${token}/revoke`}>
        <p>
          If this is not your course, or you have passed on a mail with its links, press the button.
          All links so far stop working, and the learner gets a mail with a new one.
        </p>
        <Button name="go" value="yes" quiet>
          End all links and mail a new one
        </Button>
      </form>
    </details>
  );
}

/** Tells the script whose drafts this browser keeps: of an open device its learner's, and no other's. */
function draftsOf({ subscriberId, depth }: Pick<Progress, 'subscriberId' | 'depth'>) {
  const name = draftsName(subscriberId);
  return depth === 'closed' ? { 'data-forget': name } : { 'data-drafts': name };
}

export interface LearnerLessonProps {
  token: string;
  lesson: CompiledLesson;
  /** Weeks that were sent and can be read. */
  previous?: number | undefined;
  next?: number | undefined;
  read: boolean;
  /** May be sent once more. */
  mailable: boolean;
  /** Where anybody may read of it. */
  publicUrl: string;
  depth: Progress['depth'];
  lockedUntil: string | null;
  subscriberId: number;
  /** Present where this device is open. */
  log?: LogModel | undefined;
  /** Something stands in the log that does not open. */
  unopened: boolean;
  /** Where to write to about the lesson, or about that. */
  contact: string;
}

/** A lesson that was sent, in the browser. */
export function LearnerLessonPage(props: LearnerLessonProps) {
  const { token, lesson, previous, next, read, log, publicUrl } = props;
  const to = (week: number) => `/learn/${token}/lessons/${week}`;
  const wrong = log?.error !== undefined || log?.other !== undefined;
  return (
    <Layout
      styles={[proseStyle, lessonStyle, learnerStyle]}
      title={`${wrong ? 'Error: ' : ''}${lesson.title}, lesson ${lesson.week}`}
      robots="noindex"
      scripts={logScripts}
      wide
    >
      <p class="crumb">
        <a href={`/learn/${token}`}>Your course</a>
      </p>
      <LessonArticle lesson={lesson} contact={props.contact} />
      <section class="after" id="log" aria-labelledby="log-title" {...draftsOf(props)}>
        <h2 id="log-title">Your practice log</h2>
        {props.unopened && (
          <Notice>
            <p>
              What you wrote here does not open just now, because the key that it was sealed with is
              missing. It is kept as it is, and nothing is written over it. Please write to{' '}
              <Contact contact={props.contact} />.
            </p>
          </Notice>
        )}
        {log ? (
          <LogForm log={log} />
        ) : props.unopened ? null : props.depth === 'locked' ? (
          <p>
            Your address was changed. Your log stays closed until {props.lockedUntil}, so that the
            earlier address can undo it; nothing in it is lost.
          </p>
        ) : (
          <>
            <p>
              {lesson.reflection} There is room here for a few lines of your own. Because lessons
              get forwarded, it opens on this device after a link that we mail to you, once.
            </p>
            <OpenForm token={token} label="Mail me the link" />
          </>
        )}
      </section>
      <section class="after after-lesson" aria-label={`Lesson ${lesson.week}`}>
        <div>
          {read ? <p>You have marked this lesson as read.</p> : <p>Have you read it?</p>}
          <ReadForm token={token} week={lesson.week} read={read} />
        </div>
        {props.mailable && (
          <form method="post" action={`/learn/${token}/resend`}>
            <p>Is the mail gone?</p>
            <input type="hidden" name="lesson" value={String(lesson.week)} />
            <button class="text-button" type="submit" name="go" value="yes">
              Send me this lesson again
            </button>
          </form>
        )}
        <div class="share">
          <p>
            {lesson.week === 1
              ? 'To pass it on, use its public address.'
              : 'To tell somebody of it, use this address: it leads to this week on our front page, not to the lesson itself.'}{' '}
            The address in your browser opens your own page.
          </p>
          <p>
            <a href={publicUrl}>{publicUrl.replace(/^https?:\/\//, '')}</a>{' '}
            <button class="text-button" type="button" data-copy={publicUrl} hidden>
              Copy
            </button>{' '}
            <span role="status"></span>
          </p>
        </div>
      </section>
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
