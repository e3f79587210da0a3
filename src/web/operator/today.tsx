import type { Context as HonoContext } from 'hono';
import { readProblems } from '../../delivery/health.ts';
import { readTraffic } from '../../delivery/read-traffic.ts';
import { Figures, Need, Needs, Opening } from '../ui/desk.tsx';
import { type Console, consolePage } from './console.tsx';

/** Whether mail flows, what went out and what comes, and what needs somebody. */
export async function todayPage(c: HonoContext<Console>) {
  const { ctx } = c.var;
  const [problems, { today, waits }] = await Promise.all([
    readProblems(ctx),
    readTraffic(ctx, { by: 'hour' }),
  ]);
  const flows = problems.every(({ mailFlows }) => mailFlows);
  return consolePage(
    c,
    { title: 'Today' },
    <>
      <Opening heading="Today">
        <p>
          {flows ? 'Mail flows.' : 'Something holds mail up.'} {lessonsWent(today.lessons)}{' '}
          {today.ahead === 1 ? '1 more is due' : `${today.ahead} more are due`} by midnight, UTC.
        </p>
      </Opening>
      <Needs none="Nothing needs you.">
        {problems.map(({ key, words, mailFlows }) => (
          <Need
            key={key}
            cause={words}
            effect={mailFlows ? 'Mail flows all the same.' : 'Learners wait for their mail.'}
            grave={!mailFlows}
          />
        ))}
      </Needs>
      <Figures
        figures={[
          { label: 'Asked for and not claimed', value: waits.owed },
          { label: 'Due', value: waits.due },
          { label: 'On their way', value: waits.sending },
          { label: 'Uncertain', value: waits.uncertain },
          { label: 'Halts', value: waits.halted },
        ]}
      />
    </>,
  );
}

const lessonsWent = (count: number) =>
  count === 1 ? '1 lesson went out today.' : `${count} lessons went out today.`;
