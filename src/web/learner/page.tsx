import { drawings } from 'virtual:emails';
import { raw } from 'hono/html';
import { Notice } from '../ui/fields.tsx';
import { Layout } from '../ui/layout.tsx';
import noteStyle from '../ui/note.css?url';
import { OfferedThrough } from '../ui/offered.tsx';
import { slotScripts } from '../ui/slot-fields.tsx';
import { address } from './address.tsx';
import { AgainForm, again } from './again.tsx';
import type { Control } from './control.ts';
import { CreditSection } from './credit-section.tsx';
import { close, open } from './device.tsx';
import type { Done } from './done.ts';
import { EndSection } from './end.tsx';
import { erase } from './erase.tsx';
import { Hour, hour } from './hour.tsx';
import learnerStyle from './learner.css?url';
import { draftsOf, logScripts } from './log-form.tsx';
import type { LearnerModel } from './model.ts';
import { name } from './name.tsx';
import { NextForm, next } from './next.tsx';
import { Now } from './now.tsx';
import { NudgeForm, nudges } from './nudges.tsx';
import { Path } from './path.tsx';
import { PauseForm, pause, resume } from './pause.tsx';
import { PrivateSection } from './private.tsx';
import { read } from './read.tsx';
import { resend } from './resend.tsx';
import { comingBack, ReturnSection } from './return.tsx';
import { RevokeForm, revoke } from './revoke.tsx';
import { Said } from './said.tsx';
import { ShareSection, share, unshare } from './share.tsx';
import { SheetLinks } from './sheets.tsx';
import { undo } from './undo.tsx';
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
  undo,
  read,
  nudges,
  open,
  close,
  name,
  address,
  erase,
  revoke,
  unshare,
  share,
];

/** The headline of the page: where the learner is. */
function whereabouts({ state, weeks }: LearnerModel): string {
  const sent = weeks.filter((week) => week.state === 'sent').length;
  if (state === 'completed') return 'You have had all eight lessons';
  if (state === 'unsubscribed') return 'No more lessons are coming';
  if (state === 'paused') return 'Your course is paused';
  if (sent > 0) return `You are in week ${sent}`;
  return weeks[0]?.state === 'next' ? 'You begin again with week 1' : 'You are in';
}

/** What follows from the state, in a sentence or two. */
function Outlook({ model }: { model: LearnerModel }) {
  const { weeks, comes } = model;
  const sending = weeks.find((week) => week.state === 'sending')?.week;
  const first = weeks.filter(({ state }) => state === 'sent').length === 1;
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
          {sending === 1 && <>Lesson 1 is on its way to your inbox, and here. </>}
          {sending !== undefined && sending > 1 && <>Lesson {sending} is on its way. </>}
          {sending === undefined && first && <>Lesson 1 is in your inbox, and here. </>}
          {comes && (
            <>
              Lesson {comes.lesson} comes on {comes.when}.{' '}
            </>
          )}
        </>
      );
  }
}

/** The learner’s page: what to read now, the eight weeks as a path, every control, and the way out. */
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
        {state === 'completed' && raw(drawings.closing)}
        <p class="label">{model.firstName ? `${model.firstName}’s course` : 'Your course'}</p>
        <h1>{whereabouts(model)}</h1>
        {model.provider && <OfferedThrough name={model.provider} logo={model.providerLogo} />}
        <p class="lead">
          <Outlook model={model} />
        </p>
        {done && <Said controls={CONTROLS} done={done} model={model} />}
        {model.note && (
          <Notice>
            <p>{model.note}</p>
          </Notice>
        )}
        <Now model={model} />
        <Path model={model} />
        <CreditSection model={model} />
        {state === 'completed' && <EndSection model={model} />}
        <WeekList model={model} />
        <SheetLinks model={model} />
        {state === 'unsubscribed' && <ReturnSection model={model} />}
        {running && <PaceSection model={model} />}
        <PrivateSection model={model} />
        <ShareSection model={model} />
        <section class="more" aria-labelledby="more">
          <h2 id="more">More</h2>
          {(running || state === 'completed') && model.waitsFor === null && (
            <AgainForm model={model} />
          )}
          {running && <NudgeForm model={model} />}
          <RevokeForm token={token} />
        </section>
        {state !== 'unsubscribed' && (
          <section class="way-out" aria-labelledby="way-out">
            <h2 id="way-out">If you want to stop</h2>
            {running && model.waitsFor === null && state === 'active' && (
              <p>
                A pause may be enough: nothing comes until the day you name, or until you come back.{' '}
                <a href={`/learn/${token}?do=pause#pause`}>Pause instead</a>
              </p>
            )}
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
  return (
    <section class="pace" aria-labelledby="pace">
      <h2 id="pace">At your pace</h2>
      <p class="pace-hour">Your hour is {model.slot}.</p>
      <Hour model={model} />
      {model.waitsFor === null && <PauseForm model={model} />}
      <NextForm model={model} />
      <p class="control-link">
        <a href={model.calendarUrl} download="in-the-room.ics">
          Add to calendar
        </a>
        <span>
          A file with the dates to come, as they are today.{' '}
          <a href={model.subscribeUrl}>Subscribe to them instead</a>, and they move with your hour.
          That address shows the dates and opens nothing else.
        </span>
      </p>
    </section>
  );
}
