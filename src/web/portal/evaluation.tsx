import type { Context as HonoContext } from 'hono';
import {
  type Accommodation,
  GROUP,
  SCALE_WORDS,
  SCALES,
  type Tally,
} from '../../credit/evaluation.ts';
import { adoptedEdition, readEvaluationSummary } from '../../credit/read-evaluations.ts';
import { readWeakItems } from '../../credit/read-weak-items.ts';
import { Empty, inFigures, Opening } from '../ui/desk.tsx';
import { Table } from '../ui/table.tsx';
import { at, type Portal, portalPage } from './portal.tsx';

type C = HonoContext<Portal>;

const ACCOMMODATION_WORDS: Record<Accommodation, string> = {
  'not-needed': 'Needed none',
  met: 'Needed one, and it was met',
  'not-met': 'Needed one, and it was not met',
};

/** What learners said of the course, in groups and without names. */
export async function evaluationPage(c: C) {
  const { ctx, member } = c.var;
  const edition = await adoptedEdition(ctx, member.provider.id);
  const title = 'What learners think';
  const all = <a href={at(c, '/credit')}>All certificates</a>;
  if (edition === null) {
    return portalPage(
      c,
      { title },
      <>
        <Opening heading={title}>
          <p>{all}</p>
        </Opening>
        <Empty heading="Not yet">
          <p>Evaluations begin with what you agree to.</p>
        </Empty>
      </>,
    );
  }
  const [summary, items] = await Promise.all([
    readEvaluationSummary(ctx, member.provider.id, edition),
    readWeakItems(ctx, { providerId: member.provider.id, edition }),
  ]);
  const { shown, waiting } = summary;
  return portalPage(
    c,
    { title },
    <>
      <Opening heading={title}>
        <p>
          {shown === 0
            ? 'There are too few evaluations to show any.'
            : `From ${inFigures(shown)} evaluations.`}{' '}
          {waiting > 0 && `${waiting} more ${waiting === 1 ? 'waits' : 'wait'}. `}
          They are kept without names and shown in groups of at least {GROUP}, so that nobody can be
          told by what has changed. {all}
        </p>
      </Opening>
      {shown > 0 && (
        <>
          <section aria-labelledby="met">
            <h2 id="met">Objectives</h2>
            <Tallies
              caption="How far each objective was met, from 1, not at all, to 5"
              rows={summary.objectives.map(({ id, text, tally }) => [id, text, tally])}
            />
          </section>
          <section aria-labelledby="said">
            <h2 id="said">The course</h2>
            <Tallies
              caption="How far each sentence holds, from 1, not at all, to 5"
              rows={SCALES.map((scale) => [scale, SCALE_WORDS[scale], summary.scales[scale]])}
            />
          </section>
          <section aria-labelledby="time">
            <h2 id="time">Time and accommodation</h2>
            <p>{hoursIn(summary.hours)}</p>
            <ul>
              {(Object.keys(ACCOMMODATION_WORDS) as Accommodation[]).map((each) => (
                <li key={each}>
                  {ACCOMMODATION_WORDS[each]}: {summary.accommodation[each]}
                </li>
              ))}
            </ul>
          </section>
          <section aria-labelledby="comments">
            <h2 id="comments">What to change</h2>
            {summary.comments.length === 0 ? (
              <p>Nobody wrote anything.</p>
            ) : (
              <ul>
                {summary.comments.map(({ ref, text }) => (
                  <li key={ref}>
                    <p dir="auto">{text}</p>
                  </li>
                ))}
              </ul>
            )}
            <p>
              They stand in no order, and apart from the scores of whoever wrote them. One that
              names somebody can be struck: ask whoever runs the course.
            </p>
          </section>
        </>
      )}
      {items.length > 0 && (
        <section aria-labelledby="items">
          <h2 id="items">Questions of the test</h2>
          <p>
            Of tests that were passed 90 days ago or earlier, and only where there are at least 20:
            the hardest first.
          </p>
          <Table
            caption="How often each question was answered right, the hardest first"
            unseen
            columns={[
              { label: 'Question', long: true },
              { label: 'Right', number: true },
              { label: 'Of', number: true },
            ]}
            rows={items.map(({ id, question, right, of }) => ({
              key: id,
              cells: [`${id}: ${question}`, `${Math.round((100 * right) / of)} %`, inFigures(of)],
            }))}
          />
        </section>
      )}
    </>,
  );
}

function Tallies(props: { caption: string; rows: [id: string, text: string, tally: Tally][] }) {
  return (
    <Table
      caption={props.caption}
      columns={[
        { label: 'What', long: true },
        ...[1, 2, 3, 4, 5].map((score) => ({ label: String(score), number: true })),
        { label: 'No answer', number: true },
      ]}
      rows={props.rows.map(([id, text, { scores, none }]) => ({
        key: id,
        cells: [text, ...scores, none],
      }))}
    />
  );
}

/** "It took 2.5 hours in the middle, from 1.5 to 4." @param hours rising */
function hoursIn(hours: readonly number[]): string {
  const [least, most] = [hours[0], hours.at(-1)];
  const middle = hours[Math.floor(hours.length / 2)];
  if (least === undefined || most === undefined || middle === undefined) {
    return 'Nobody said how long it took.';
  }
  return `It took ${middle} hours in the middle, from ${least} to ${most}.`;
}
