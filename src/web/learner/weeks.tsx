import type { WeekProgress } from '../../enrollment/progress.ts';
import type { LearnerModel } from './model.ts';
import { ReadForm } from './read.tsx';

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

/** Nothing to read yet and not the next: folded away, so that a phone shows what there is. */
const isAhead = ({ week, state }: WeekProgress, { readable }: LearnerModel) =>
  state === 'later' && !readable.includes(week);

/** The eight weeks as a list: what was sent and can be read, and what comes when. */
export function WeekList({ model }: { model: LearnerModel }) {
  const ahead = model.weeks.filter((week) => isAhead(week, model));
  const rest = model.weeks.filter((week) => !isAhead(week, model));
  const ended = model.state === 'unsubscribed';
  return (
    <section class="weeks" aria-labelledby="weeks">
      <h2 id="weeks" class="unseen">
        The eight weeks
      </h2>
      {rest.length > 0 && <Weeks weeks={rest} model={model} />}
      {ahead.length > 0 && (
        <details class="control">
          <summary>{ended ? 'What was not sent' : 'The weeks after that'}</summary>
          <Weeks weeks={ahead} model={model} />
        </details>
      )}
    </section>
  );
}

function Weeks({ weeks, model }: { weeks: WeekProgress[]; model: LearnerModel }) {
  return (
    <ol class="path">
      {weeks.map((week) => (
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
              <ReadForm token={model.token} week={week.week} isRead={false} />
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
