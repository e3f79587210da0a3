import { DAY, HOUR, instantOf, type Seconds } from '../clock.ts';
import type { Context } from '../context.ts';
import { beginning, type FlowRow, readTraffic as read } from './store/flow.ts';

/** By what a chart of mail counts. */
export type Span = 'hour' | 'day' | 'week';

const SPANS: Record<Span, { seconds: Seconds; back: number }> = {
  hour: { seconds: HOUR, back: 24 },
  day: { seconds: DAY, back: 35 },
  week: { seconds: 7 * DAY, back: 26 },
};

/** A forecast reaches so far. */
const FORECAST_HOURS = 48;

/** Mails that went out, or will, in one span of time. Course time. */
export interface Bar {
  at: Seconds;
  lessons: number;
  askedFor: number;
  /** True for what is only due. */
  ahead: boolean;
}

/** What went out, what comes, and what waits. Course time unless it says otherwise. */
export interface Traffic {
  span: Span;
  /** Oldest first, without a gap. */
  bars: Bar[];
  /** Mails of this UTC day so far, and lessons due until it ends. */
  today: { lessons: number; askedFor: number; ahead: number };
  waits: Awaited<ReturnType<typeof read>>['waits'];
}

const of = (rows: FlowRow[], lane: FlowRow['lane'], at?: Seconds) =>
  rows
    .filter((row) => row.lane === lane && (at === undefined || row.at === at))
    .reduce((sum, { mails }) => sum + mails, 0);

/** What went out by hour, day or week, by lane; and hour by hour what falls due in the next day. */
export async function readTraffic(ctx: Context, input: { by: Span }): Promise<Traffic> {
  const { seconds, back } = SPANS[input.by];
  const at = instantOf(ctx);
  const last = beginning(at.now, seconds);
  const from = last - (back - 1) * seconds;
  const found = await read(ctx.db, at, { span: seconds, from, hours: FORECAST_HOURS });
  const { went, comes, today, waits } = found;
  const bars: Bar[] = Array.from({ length: back }, (_, index) => {
    const begins = from + index * seconds;
    const [lessons, askedFor] = [of(went, 'lesson', begins), of(went, 'prompt', begins)];
    return { at: begins, lessons, askedFor, ahead: false };
  });
  const hours = comes.mails.map((lessons, index) => ({ at: comes.from + index * HOUR, lessons }));
  if (input.by === 'hour') {
    const ahead = hours.filter((hour) => hour.at >= last).slice(0, 24);
    bars.push(...ahead.map((hour) => ({ ...hour, askedFor: 0, ahead: true })));
  }
  const midnight = (Math.floor(at.now / DAY) + 1) * DAY;
  const dueToday = hours.filter((hour) => hour.at < midnight);
  return {
    span: input.by,
    bars,
    today: {
      lessons: of(today, 'lesson'),
      askedFor: of(today, 'prompt'),
      ahead: dueToday.reduce((sum, { lessons }) => sum + lessons, 0),
    },
    waits,
  };
}
