import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { HOUR, type Seconds } from '../clock.ts';
import type { Context } from '../context.ts';
import { figure } from '../db/names.ts';
import {
  counts,
  departures,
  devices,
  enrollments,
  entries,
  erasedSubscribers,
  erasures,
  events,
  links,
  sessions,
  sightings,
  signups,
  strangers,
  subscribers,
} from '../db/schema.ts';
import { nudgeDue } from '../enrollment/nudge.ts';
import { resumeDue } from '../enrollment/resume.ts';
import { forgetSightings } from '../provider/note-sighting.ts';
import { SIGHTING_LIFETIME } from '../provider/sightings.ts';
import { tellOfEndings } from '../provider/tell-of-endings.ts';
import { closeWeeks } from '../share/close-weeks.ts';
import { countShares } from '../share/count-shares.ts';
import { forgetDepartures } from '../share/forget-departures.ts';
import { mendShares } from '../share/mend-shares.ts';
import { DEPARTURES_LIFETIME } from '../share/share.ts';
import { forgetUnconfirmed, UNCONFIRMED_LIFETIME } from '../signup/forget-unconfirmed.ts';
import { forgetEnded } from '../staff/forget-ended.ts';
import { ENTRY_KEPT } from '../staff/staff.ts';
import { forgetExpired } from '../subscriber/ask-for-link.ts';
import {
  BACKUP_LIFETIME,
  ERASURE_LIFETIME,
  finishErasures,
  forgetErasures,
} from '../subscriber/erase-subscriber.ts';
import { sealLog } from '../subscriber/seal-log.ts';
import { forgetStrangers } from '../suppression/forget-strangers.ts';
import { STRANGERS_LIFETIME } from '../suppression/suppression.ts';
import { BATCH_SIZE } from './delivery.ts';
import { EVENTS_LIFETIME, forgetEvents } from './forget-events.ts';
import { giveUpStale } from './give-up-stale.ts';
import { mendUndated } from './mend-undated.ts';
import { raiseCap } from './raise-cap.ts';
import { rescheduleLate } from './reschedule-late.ts';
import { type Asked, AT, type Found } from './store/pulse.ts';
import { watchZones } from './watch-zones.ts';

/** Something that a tick may have to do. */
export interface Chore extends Asked {
  /** Whether it has to be done by what a look finds anyway, where `due` asks for nothing of its own. */
  when?: (found: Found) => boolean;
  /** What one tick takes on; the next one goes on. */
  atMost: number;
  run(ctx: Context, atMost: number, found: Found): Promise<unknown>;
}

/** The instant before which something is older than it may get. */
const before = (lifetime: Seconds): SQL => sql`${AT.now} - ${figure(lifetime)}`;

const hasRow = (table: SQLWrapper, where: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${table} WHERE ${where})`;

const hourly = ({ hourly }: Found) => hourly;

/** Everything that a tick may have to do, in this order. An entry is all that a new one needs. */
export const CHORES: readonly Chore[] = [
  { name: 'stale', when: ({ stale }) => stale, atMost: 20, run: giveUpStale },
  { name: 'late', when: ({ late }) => late, atMost: 500, run: rescheduleLate },
  {
    name: 'forgotten',
    due: hasRow(
      signups,
      sql`${signups.confirmedAt} IS NULL AND ${signups.createdAt} <= ${before(UNCONFIRMED_LIFETIME)}`,
    ),
    atMost: 500,
    run: forgetUnconfirmed,
  },
  {
    name: 'old-events',
    due: hasRow(events, sql`${events.at} <= ${AT.seconds} - ${figure(EVENTS_LIFETIME)}`),
    hourly: true,
    atMost: 1000,
    run: forgetEvents,
  },
  {
    name: 'erasures',
    due: hasRow(subscribers, sql`${subscribers.eraseRequestedAt} IS NOT NULL`),
    atMost: 20,
    run: finishErasures,
  },
  {
    name: 'old-erasures',
    due: sql`(${hasRow(erasures, sql`${erasures.erasedAt} <= ${before(ERASURE_LIFETIME)}`)}
      OR ${hasRow(erasedSubscribers, sql`${erasedSubscribers.erasedAt} <= ${before(BACKUP_LIFETIME)}`)})`,
    hourly: true,
    atMost: 1000,
    run: forgetErasures,
  },
  {
    name: 'resuming',
    due: hasRow(enrollments, sql`${enrollments.resumeAt} <= ${AT.now}`),
    atMost: 500,
    run: resumeDue,
  },
  {
    name: 'nudges',
    due: hasRow(enrollments, sql`${enrollments.nudgeAt} <= ${AT.now}`),
    // As many as one request of the mailer takes: nobody waits behind a wave of nudges.
    atMost: BATCH_SIZE,
    run: nudgeDue,
  },
  {
    name: 'expired',
    due: sql`(${hasRow(links, sql`${links.expiresAt} <= ${AT.now}`)}
      OR ${hasRow(devices, sql`${devices.expiresAt} <= ${AT.now}`)})`,
    hourly: true,
    atMost: 500,
    run: forgetExpired,
  },
  {
    name: 'entries',
    due: sql`(${hasRow(entries, sql`${entries.expiresAt} <= ${before(ENTRY_KEPT)}`)}
      OR ${hasRow(sessions, sql`${sessions.endsAt} <= ${AT.seconds}`)})`,
    hourly: true,
    atMost: 500,
    run: forgetEnded,
  },
  {
    name: 'strangers',
    due: hasRow(strangers, sql`${strangers.at} <= ${before(STRANGERS_LIFETIME)}`),
    hourly: true,
    atMost: 1000,
    run: forgetStrangers,
  },
  {
    name: 'sightings',
    due: hasRow(sightings, sql`${sightings.seenAt} <= ${before(SIGHTING_LIFETIME)}`),
    hourly: true,
    atMost: 1000,
    run: forgetSightings,
  },
  {
    name: 'departures',
    due: hasRow(departures, sql`${departures.at} <= ${before(DEPARTURES_LIFETIME)}`),
    hourly: true,
    atMost: 1000,
    run: forgetDepartures,
  },
  {
    name: 'counts',
    due: hasRow(counts, sql`${counts.dueAt} <= ${AT.now}`),
    // A look at a number has the next tick ask for it, too.
    hourly: true,
    atMost: 20,
    run: countShares,
  },
  { name: 'ending-keys', when: hourly, atMost: 20, run: tellOfEndings },
  { name: 'weeks', when: hourly, atMost: 1, run: closeWeeks },
  { name: 'shares', when: hourly, atMost: 1000, run: mendShares },
  { name: 'log', when: hourly, atMost: 200, run: sealLog },
  {
    name: 'certificates',
    when: hourly,
    atMost: 50,
    run: async (ctx, atMost) => {
      const { tendCertificates } = await import('../credit/issue.ts');
      await tendCertificates(ctx, atMost);
    },
  },
  {
    name: 'old-tries',
    when: hourly,
    atMost: 50,
    run: async (ctx, atMost) => {
      const { forgetTries } = await import('../credit/forget-tries.ts');
      await forgetTries(ctx, atMost);
    },
  },
  {
    name: 'evaluations',
    when: hourly,
    atMost: 50,
    run: async (ctx, atMost) => {
      const { groupEvaluations } = await import('../credit/group-evaluations.ts');
      await groupEvaluations(ctx, atMost);
    },
  },
  {
    name: 'undated',
    when: hourly,
    atMost: 500,
    run: (ctx, atMost) => mendUndated(ctx, { hour: Math.floor(ctx.clock.now() / HOUR), atMost }),
  },
  {
    name: 'cap',
    // Each hour whether a day is over; while something is halted, that it was.
    when: ({ hourly, halted }) => hourly || halted,
    atMost: 1,
    run: raiseCap,
  },
  {
    name: 'zones',
    when: ({ hourly, zones }) => hourly || zones.from !== null,
    atMost: 2000,
    run: (ctx, atMost, { zones }) => watchZones(ctx, zones, atMost),
  },
];
