import { Notice } from '../ui/fields.tsx';
import { Layout } from '../ui/layout.tsx';
import noteStyle from '../ui/note.css?url';
import { slotScripts } from '../ui/slot-fields.tsx';
import { address } from './address.tsx';
import { AgainForm, again } from './again.tsx';
import type { Control } from './control.ts';
import { close, open, ReachForm } from './device.tsx';
import type { Done } from './done.ts';
import { erase } from './erase.tsx';
import { Hour, hour } from './hour.tsx';
import learnerStyle from './learner.css?url';
import { draftsOf, logScripts } from './log-form.tsx';
import type { LearnerModel } from './model.ts';
import { name } from './name.tsx';
import { NextForm, next } from './next.tsx';
import { NudgeForm, nudges } from './nudges.tsx';
import { Path } from './path.tsx';
import { PauseForm, pause, ResumeForm, resume } from './pause.tsx';
import { PrivateSection } from './private.tsx';
import { read } from './read.tsx';
import { resend } from './resend.tsx';
import { comingBack, ReturnSection } from './return.tsx';
import { RevokeForm, revoke } from './revoke.tsx';
import { Said } from './said.tsx';
import { WeekList } from './weeks.tsx';

/** Every control of the learner's page but the log: each has its address, and says here what it did. */
export const CONTROLS: Control[] = [
  hour,
  pause,
  resume,
  next,
  resend,
  again,
  comingBack,
  read,
  nudges,
  open,
  close,
  name,
  address,
  erase,
  revoke,
];

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

/** The learner’s page: the eight weeks as a path, every control, and the way out. */
export function LearnerPage(props: { model: LearnerModel; done?: Done | null }) {
  const { model, done } = props;
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
        {done && <Said controls={CONTROLS} done={done} model={model} />}
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
          <AgainForm model={model} />
        )}
        {running && <NudgeForm model={model} />}
        <RevokeForm token={token} />
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

/** Hour, pause, the next lesson now, and the calendar. */
function PaceSection({ model }: { model: LearnerModel }) {
  const { token, state, waitsFor } = model;
  return (
    <section class="pace" aria-labelledby="pace">
      <h2 id="pace">At your pace</h2>
      {state === 'paused' && waitsFor === null && <ResumeForm token={token} />}
      {waitsFor !== null && !model.suppressed && <ReachForm token={token} />}
      <NextForm model={model} />
      <Hour model={model} />
      {waitsFor === null && <PauseForm model={model} />}
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
