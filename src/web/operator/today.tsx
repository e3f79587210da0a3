import { type Problem, readProblems } from '../../delivery/health.ts';
import { howFull } from '../../delivery/read-keeping.ts';
import { readRates } from '../../delivery/read-rates.ts';
import { recordsAmiss } from '../../delivery/read-records.ts';
import { readTraffic, type Span, type Traffic } from '../../delivery/read-traffic.ts';
import { readNumbers } from '../../enrollment/read-numbers.ts';
import { Bars } from '../ui/chart.tsx';
import { Chooser, inFigures, Needs, Opening } from '../ui/desk.tsx';
import { cardOf, domainCard, fullCard, ratesCard } from './cards.tsx';
import { type C, consolePage } from './console.tsx';
import { MAIL_SAID } from './mail.tsx';
import { OFFER_SAID } from './offer.tsx';
import { WaitingFigures } from './waiting.tsx';

/** What a card's button did, once it leads back here. */
const SAID = { ...MAIL_SAID, ...OFFER_SAID };

const SPANS: Record<Span, string> = { hour: 'Hours', day: 'Days', week: 'Weeks' };

/** Whether mail flows, what needs somebody, what went out and what comes. */
export async function todayPage(c: C) {
  const { ctx } = c.var;
  const asked = c.req.query('by');
  const by: Span = asked === 'day' || asked === 'week' ? asked : 'hour';
  const [problems, traffic, { rates }, { taking }, amiss, full] = await Promise.all([
    readProblems(ctx),
    readTraffic(ctx, { by }),
    readRates(ctx),
    readNumbers(ctx),
    recordsAmiss(ctx),
    howFull(ctx),
  ]);
  const flows = problems.every(({ mailFlows }) => mailFlows);
  const held = problems.some(({ halt }) => halt !== undefined);
  const cards = [
    ...inOrder(problems).map((problem) => cardOf(c, problem, held)),
    ratesCard(c, rates[0]),
    domainCard(amiss),
    fullCard(full),
  ].filter((card) => card !== null);
  return consolePage(
    c,
    { title: 'Today', said: SAID },
    <>
      <Opening heading="Today">
        <p>
          {flows ? 'Mail flows.' : <b>Something holds mail up.</b>}{' '}
          {wentAndComes(problems, traffic)}{' '}
          <a href="/operator/course">
            {taking === 1 ? '1 person takes' : `${inFigures(taking)} people take`} the course.
          </a>
        </p>
      </Opening>
      <Needs none="Nothing needs you.">{cards}</Needs>
      <section aria-labelledby="flow">
        <h2 id="flow">What went and what comes</h2>
        <Chooser
          label="By"
          links={(Object.keys(SPANS) as Span[]).map((span) => ({
            href: span === 'hour' ? '/operator' : `/operator?by=${span}`,
            label: SPANS[span],
            here: span === by,
          }))}
        />
        <Bars
          id="mail"
          title={chartTitle(traffic)}
          span={by}
          unit="mails"
          lanes={['Lessons', 'Asked for']}
          bars={traffic.bars.map(({ at, lessons, askedFor, ahead }) => ({
            at,
            values: [lessons, askedFor],
            ahead,
          }))}
        />
      </section>
      <section aria-labelledby="waits">
        <h2 id="waits">What waits</h2>
        <WaitingFigures c={c} waits={traffic.waits} />
      </section>
    </>,
  );
}

/** What is halted first; that nothing moves while everything is needs no card of its own. */
function inOrder(problems: Problem[]): Problem[] {
  const halts = problems.filter(({ halt }) => halt !== undefined);
  const rest = problems.filter(({ halt }) => halt === undefined);
  const all = halts.some(({ halt }) => halt?.scope === 'all');
  return [...halts, ...rest.filter(({ key }) => !all || key !== 'stuck')];
}

function wentAndComes(problems: Problem[], { today }: Traffic): string {
  const went = today.lessons === 1 ? '1 lesson' : `${inFigures(today.lessons)} lessons`;
  const stopped = problems.some(({ key }) => key === 'halt:all');
  const due = `${inFigures(today.ahead)} more ${today.ahead === 1 ? 'is' : 'are'} due`;
  return `${went} went out today; ${due} by midnight, UTC${stopped && today.ahead > 0 ? ', and wait' : ''}.`;
}

/** The finding: when most went, and what comes. */
function chartTitle({ bars, span }: Traffic): string {
  const went = bars.filter(({ ahead }) => !ahead);
  const total = went.reduce((sum, { lessons, askedFor }) => sum + lessons + askedFor, 0);
  const comes = bars.reduce((sum, { lessons, ahead }) => sum + (ahead ? lessons : 0), 0);
  const time = { hour: '24 hours', day: '35 days', week: '26 weeks' }[span];
  const past =
    total === 0
      ? `Nothing went out in the last ${time}`
      : `${inFigures(total)} ${total === 1 ? 'mail' : 'mails'} went out in the last ${time}`;
  if (span !== 'hour') return past;
  return `${past}; ${inFigures(comes)} ${comes === 1 ? 'lesson is' : 'lessons are'} due in the next`;
}
