import { max, sum } from 'd3-array';
import { scaleBand, scaleLinear } from 'd3-scale';
import { stack } from 'd3-shape';
import type { Seconds } from '../../clock.ts';
import { inFigures } from './desk.tsx';
import { Table } from './table.tsx';

/** How long a bar is. */
export type Span = 'hour' | 'day' | 'week';

export interface Bar {
  /** When it begins: epoch seconds. */
  at: Seconds;
  /** What each lane counts in it. */
  values: number[];
  /** A forecast, not what was. */
  ahead?: boolean;
}

interface BarsProps {
  /** Unique on its page. */
  id: string;
  /** What it shows, as a finding: "Most mail goes out at seven in the morning". */
  title: string;
  span: Span;
  bars: Bar[];
  /** Their names, from below: one, or two on each other. */
  lanes: string[];
  /** What the numbers count: "mails". */
  unit: string;
}

/** Pixels. Across, everything is a percentage of what room there is, so that letters keep their size. */
const HEIGHT = 208;
const GROUND = 178;
const TOP = 18;
/** So many labels fit where it is narrow. */
const FEW = 4;
/** And so many where it is wide. */
const SOME = 12;

/** Begins of hours, days and weeks are said in UTC, as they were counted. */
const said = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', ...options });
const LABEL: Record<Span, Intl.DateTimeFormat> = {
  hour: said({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  day: said({ month: 'short', day: 'numeric' }),
  week: said({ month: 'short', day: 'numeric' }),
};
const IN_TABLE: Record<Span, Intl.DateTimeFormat> = {
  hour: said({ weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  day: said({ weekday: 'short', month: 'short', day: 'numeric' }),
  week: said({ year: 'numeric', month: 'short', day: 'numeric' }),
};
const FIRST: Record<Span, string> = {
  hour: 'Hour (UTC)',
  day: 'Day (UTC)',
  week: 'Week that began',
};

/** A percentage with as many digits as a screen can show. */
const percent = (share: number) => `${Math.round(share * 100) / 100}%`;

/** Bars over time: what was is filled, what is ahead is outlined; two lanes stand on each other. */
export function Bars({ id, title, span, bars, lanes, unit }: BarsProps) {
  const top = max(bars, ({ values }) => sum(values)) ?? 0;
  const y = scaleLinear([0, Math.max(top, 4)], [GROUND, TOP]).nice(4);
  const x = scaleBand(
    bars.map(({ at }) => at),
    [0, 100],
  ).padding(bars.length > 30 ? 0.15 : 0.25);
  const ticks = y.ticks(4).filter(Number.isInteger);
  const layers = stack<Bar, number>()
    .keys(lanes.keys())
    .value(({ values }, lane) => values[lane] ?? 0)(bars);
  const few = Math.max(1, Math.ceil(bars.length / FEW));
  const some = Math.max(1, Math.ceil(bars.length / SOME));
  const ahead = bars.some((bar) => bar.ahead);
  return (
    <figure class="chart">
      <figcaption id={`${id}-title`}>{title}</figcaption>
      <Legend id={id} lanes={lanes} ahead={ahead} />
      <div class="chart-plot">
        <svg class="chart-scale" width="44" height={HEIGHT} aria-hidden="true" focusable="false">
          {ticks.map((tick) => (
            <text key={tick} x="36" y={y(tick) + 4}>
              {inFigures(tick)}
            </text>
          ))}
        </svg>
        {/* biome-ignore lint/a11y/noSvgWithoutTitle: the caption is its title */}
        <svg role="img" aria-labelledby={`${id}-title`} width="100%" height={HEIGHT}>
          {lanes.length > 1 && <Hatch id={id} />}
          {ticks.map((tick) => (
            <line
              key={tick}
              class={tick === 0 ? 'chart-ground' : 'chart-grid'}
              x1="0"
              x2="100%"
              y1={y(tick)}
              y2={y(tick)}
            />
          ))}
          {layers.map((layer) =>
            layer.map(([from, to], index) => {
              const bar = bars[index];
              if (!bar || from === to) return null;
              return (
                <rect
                  key={bar.at}
                  class={`lane-${layer.key + 1}${bar.ahead ? ' ahead' : ''}`}
                  {...(layer.key === 1 && !bar.ahead ? { fill: `url(#${id}-hatch)` } : {})}
                  x={percent(x(bar.at) ?? 0)}
                  width={percent(x.bandwidth())}
                  y={Math.round(y(to) * 10) / 10}
                  height={Math.round((y(from) - y(to)) * 10) / 10}
                />
              );
            }),
          )}
          {bars.map(({ at }, index) => {
            if (index % some !== 0 && index % few !== 0) return null;
            return (
              <text
                key={at}
                class={
                  index % few !== 0
                    ? 'chart-when chart-wide'
                    : index % some !== 0
                      ? 'chart-when chart-narrow'
                      : 'chart-when'
                }
                x={percent((x(at) ?? 0) + (index === 0 ? 0 : x.bandwidth() / 2))}
                y={GROUND + 20}
                text-anchor={index === 0 ? 'start' : 'middle'}
              >
                {LABEL[span].format(at * 1000)}
              </text>
            );
          })}
        </svg>
      </div>
      <details>
        <summary>The numbers</summary>
        <Table
          caption={`${title}: ${unit} by ${span}`}
          unseen
          columns={[
            { label: FIRST[span] },
            ...lanes.map((label) => ({ label, number: true })),
            ...(ahead ? [{ label: 'From' }] : []),
          ]}
          rows={bars.map((bar) => ({
            key: bar.at,
            cells: [
              IN_TABLE[span].format(bar.at * 1000),
              ...lanes.map((_, lane) => inFigures(bar.values[lane] ?? 0)),
              ...(ahead ? [bar.ahead ? 'the forecast' : 'what was'] : []),
            ],
          }))}
        />
      </details>
    </figure>
  );
}

/** What the second lane is filled with, so that lanes are told apart without their colors. */
function Hatch({ id }: { id: string }) {
  return (
    <defs>
      <pattern
        id={`${id}-hatch`}
        width="5"
        height="5"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <rect class="hatch-ground" width="5" height="5" />
        <rect class="hatch-line" width="2.5" height="5" />
      </pattern>
    </defs>
  );
}

/** What each kind of bar stands for; one lane without a forecast needs no telling. */
function Legend({ id, lanes, ahead }: { id: string; lanes: string[]; ahead: boolean }) {
  if (lanes.length < 2 && !ahead) return null;
  return (
    <ul class="legend">
      {lanes.map((lane, index) => (
        <li key={lane}>
          <svg width="14" height="14" aria-hidden="true" focusable="false">
            <rect
              class={`lane-${index + 1}`}
              {...(index === 1 ? { fill: `url(#${id}-hatch)` } : {})}
              x="1"
              y="1"
              width="12"
              height="12"
            />
          </svg>
          {lane}
        </li>
      ))}
      {ahead && (
        <li>
          <svg width="14" height="14" aria-hidden="true" focusable="false">
            <rect class="ahead" x="1" y="1" width="12" height="12" />
          </svg>
          outlined: ahead
        </li>
      )}
    </ul>
  );
}

interface FunnelProps {
  /** Unique on its page. */
  id: string;
  /** What it shows, as a finding. */
  title: string;
  /** From the widest on; the first is what the others are percents of. */
  steps: { label: string; count: number }[];
  /** What the first column of its table is called. */
  first: string;
}

const STEP = 34;

/** How many came how far: each step as a number, and as percents of the first. */
export function Funnel({ id, title, steps, first }: FunnelProps) {
  const all = steps[0]?.count ?? 0;
  const x = scaleLinear([0, Math.max(all, 1)], [0, 100]);
  const rows = steps.map(({ label, count }, index) => ({
    label,
    count,
    part: all === 0 ? null : Math.round((count / all) * 100),
    y: index * STEP,
  }));
  const height = steps.length * STEP;
  return (
    <figure class="chart">
      <figcaption id={`${id}-title`}>{title}</figcaption>
      <div class="chart-plot">
        <svg class="funnel-labels" width="88" height={height} aria-hidden="true" focusable="false">
          {rows.map(({ label, y }) => (
            <text key={label} x="0" y={y + 20}>
              {label}
            </text>
          ))}
        </svg>
        {/* biome-ignore lint/a11y/noSvgWithoutTitle: the caption is its title */}
        <svg role="img" aria-labelledby={`${id}-title`} width="100%" height={height}>
          {rows.map(({ label, count, y }) => (
            <g key={label}>
              <rect class="funnel-whole" x="0" width="100%" y={y + 7} height={STEP - 14} />
              {count > 0 && (
                <rect class="lane-1" x="0" width={percent(x(count))} y={y + 7} height={STEP - 14} />
              )}
            </g>
          ))}
        </svg>
        <svg class="funnel-counts" width="108" height={height} aria-hidden="true" focusable="false">
          {rows.map(({ label, count, part, y }, index) => (
            <g key={label}>
              <text x="60" y={y + 21}>
                {inFigures(count)}
              </text>
              {part !== null && index > 0 && (
                <text class="funnel-part" x="108" y={y + 21}>
                  {part}%
                </text>
              )}
            </g>
          ))}
        </svg>
      </div>
      <details>
        <summary>The numbers</summary>
        <Table
          caption={title}
          unseen
          columns={[
            { label: first },
            { label: 'People', number: true },
            { label: `Of ${steps[0]?.label.toLowerCase() ?? 'all'}`, number: true },
          ]}
          rows={rows.map(({ label, count, part }) => ({
            key: label,
            cells: [label, inFigures(count), part === null ? 'nobody yet' : `${part}%`],
          }))}
        />
      </details>
    </figure>
  );
}
