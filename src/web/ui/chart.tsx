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
