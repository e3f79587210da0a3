import { isoInstant } from '../clock.ts';
import type { Context } from '../context.ts';
import { slotInWords } from '../course/schedule.ts';
import { subscriberName } from '../id.ts';
import { readAddress, readTimelineRows, type TimelineRows } from './store/timeline.ts';

/** What is known of an address. Times are ISO instants of course time. */
export interface AddressView {
  /** `sub_…`, or null where nobody is known. */
  subscriber: string | null;
  suppression: { reason: string; at: string } | null;
  /** What is left of an erased person for three years. */
  erasure: { consentedAt: string | null; withdrawnAt: string | null; erasedAt: string } | null;
}

/** Looks an address up. @param email trimmed and lower-cased */
export async function findSubscriber(ctx: Context, email: string): Promise<AddressView> {
  const known = await readAddress(ctx.db, email, await ctx.tokens.addressHash(email));
  const { subscriberId, suppression, erasure } = known;
  return {
    subscriber: subscriberId === null ? null : subscriberName(subscriberId),
    suppression: suppression && { ...suppression, at: isoInstant(suppression.at) },
    erasure: erasure && {
      consentedAt: isoInstant(erasure.consentedAt),
      withdrawnAt: isoInstant(erasure.withdrawnAt),
      erasedAt: isoInstant(erasure.erasedAt),
    },
  };
}

/** A row whose times are ISO instants. */
type Dated<Row> = {
  [Key in keyof Row]: Key extends 'at' | `${string}${'At' | 'Until'}`
    ? null extends Row[Key]
      ? string | null
      : string
    : Row[Key];
};

type EnrollmentRow = TimelineRows['enrollments'][number];

/** All that is known of a subscriber, each list oldest first. */
export interface Timeline {
  subscriber: Dated<TimelineRows['subscriber']> & { id: string };
  suppression: Dated<NonNullable<TimelineRows['suppression']>> | null;
  strangers: Dated<TimelineRows['strangers'][number]>[];
  signups: Dated<TimelineRows['signups'][number]>[];
  /** The slot in words. */
  enrollments: (Dated<Omit<EnrollmentRow, 'weekday' | 'time' | 'zone'>> & { slot: string })[];
  /** What providers are told, or were. */
  shares: Dated<TimelineRows['shares'][number]>[];
  deliveries: Dated<TimelineRows['deliveries'][number]>[];
  links: Dated<TimelineRows['links'][number]>[];
  devices: Dated<TimelineRows['devices'][number]>[];
  /** Machine time, while everything else is course time. */
  events: Dated<TimelineRows['events'][number]>[];
  acts: Dated<TimelineRows['acts'][number]>[];
}

/** Reads everything about a subscriber. Null where nobody is known. */
export async function readTimeline(ctx: Context, subscriberId: number): Promise<Timeline | null> {
  const rows = await readTimelineRows(ctx.db, subscriberId);
  return rows && toTimeline(subscriberId, rows);
}

/** Rows as whoever runs the course reads them. */
export function toTimeline(subscriberId: number, rows: TimelineRows): Timeline {
  return {
    subscriber: { id: subscriberName(subscriberId), ...dated(rows.subscriber) },
    suppression: rows.suppression && dated(rows.suppression),
    strangers: rows.strangers.map(dated),
    signups: rows.signups.map(dated),
    enrollments: rows.enrollments.map(({ weekday, time, zone, ...row }) => ({
      ...dated(row),
      slot: slotInWords({ weekday, time, zone }),
    })),
    shares: rows.shares.map(dated),
    deliveries: rows.deliveries.map(dated),
    links: rows.links.map(dated),
    devices: rows.devices.map(dated),
    events: rows.events.map(dated),
    acts: rows.acts.map(dated),
  };
}

/** Turns the epoch seconds of `at`, `…At` and `…Until` into ISO instants. */
function dated<Row extends object>(row: Row): Dated<Row> {
  const entries = Object.entries(row).map(([key, value]) =>
    /^at$|(At|Until)$/.test(key) && typeof value === 'number'
      ? [key, isoInstant(value)]
      : [key, value],
  );
  return Object.fromEntries(entries) as Dated<Row>;
}
