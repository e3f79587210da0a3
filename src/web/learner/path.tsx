import type { WeekProgress } from '../../enrollment/progress.ts';
import type { LearnerModel } from './model.ts';

/** Where the eight weeks lie on the drawing: four to the right, and four back. */
const PLACES = [
  [34, 36],
  [128, 30],
  [222, 40],
  [316, 34],
  [316, 112],
  [222, 106],
  [128, 116],
  [34, 110],
] as const;

/** From each week to the next. The turn at the end of the first row is the half of the way. */
const WAYS = [
  'M34 36C66 22 96 42 128 30',
  'M128 30C160 18 190 52 222 40',
  'M222 40C254 28 284 44 316 34',
  'M316 34C360 34 360 112 316 112',
  'M316 112C284 122 254 96 222 106',
  'M222 106C190 116 160 128 128 116',
  'M128 116C96 104 66 122 34 110',
];

const RADIUS = 17;
/** A finger's width, also where the drawing is at its narrowest. */
const REACH = 29;

/** The weeks as a way through a drawing, with its words for whoever cannot see it; what was sent leads there. */
export function Path({ model }: { model: LearnerModel }) {
  const { weeks, state, token, readable } = model;
  return (
    <figure>
      <figcaption class="unseen">
        Your way through the eight weeks. {inWords(weeks, state)}
      </figcaption>
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: the caption says it in words */}
      <svg
        class={`way way-${state}`}
        viewBox="0 0 360 146"
        width="360"
        height="146"
        focusable="false"
      >
        {WAYS.map((way, index) => (
          <path
            key={way}
            class={weeks[index + 1]?.state === 'sent' ? 'way-walked' : 'way-ahead'}
            d={way}
          />
        ))}
        {weeks.map((week, index) => {
          const stop = <Stop week={week} at={PLACES[index] ?? [0, 0]} />;
          if (!readable.includes(week.week)) return stop;
          return (
            <a
              key={week.week}
              href={`/learn/${token}/lessons/${week.week}`}
              aria-label={`Lesson ${week.week}: ${week.title}`}
            >
              {stop}
            </a>
          );
        })}
      </svg>
    </figure>
  );
}

function Stop({ week, at: [x, y] }: { week: WeekProgress; at: readonly [number, number] }) {
  const here = week.state === 'next' || week.state === 'sending';
  return (
    <g class={`way-stop way-${week.state}${week.read ? ' way-read' : ''}`}>
      <circle class="way-reach" cx={x} cy={y} r={REACH} />
      {here && <circle class="way-light" cx={x} cy={y} r={RADIUS + 7} />}
      <circle class="way-place" cx={x} cy={y} r={RADIUS} />
      <text x={x} y={y + 6} text-anchor="middle">
        {week.week}
      </text>
      {/* Twice: once as its own ground. */}
      {week.read && <path class="way-tick" d={`M${x + 9} ${y - 14}l4 5 7-9`} />}
      {week.read && <path class="way-tick" d={`M${x + 9} ${y - 14}l4 5 7-9`} />}
    </g>
  );
}

/** "Sent: weeks 1 to 3. Marked as read: 1 and 2. Week 4 comes on Tuesday, …." */
function inWords(weeks: WeekProgress[], course: string): string {
  const numbers = (of: WeekProgress[]) => list(of.map(({ week }) => week));
  const sent = weeks.filter(({ state }) => state === 'sent');
  const read = weeks.filter((week) => week.read);
  const next = weeks.find(({ state }) => state === 'next' || state === 'sending');
  const ended = course === 'unsubscribed';
  const later = weeks.filter(({ state }) => state === 'later' && !ended);
  const when = next?.state === 'next' ? `comes on ${next.when}` : 'is on its way';
  return [
    sent.length > 0 && `Sent: ${numbers(sent)}.`,
    read.length > 0 && `Marked as read: ${numbers(read)}.`,
    next && `Week ${next.week} ${when}.`,
    later.length > 0 && `Still to come: ${numbers(later)}.`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** "week 1", "weeks 1 and 2", "weeks 1 to 3", "weeks 1, 3 and 4". */
function list(weeks: number[]): string {
  const [first] = weeks;
  const last = weeks.at(-1);
  if (first === undefined || last === undefined) return '';
  if (weeks.length === 1) return `week ${first}`;
  if (weeks.length > 2 && last - first === weeks.length - 1) return `weeks ${first} to ${last}`;
  return `weeks ${weeks.slice(0, -1).join(', ')} and ${last}`;
}
