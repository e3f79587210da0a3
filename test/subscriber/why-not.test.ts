import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../src/clock.ts';
import { type HeldBack, type Standing, whyNot } from '../../src/subscriber/why-not.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z') / 1000;
const FREE: HeldBack = { halts: [], cap: null };

type Course = Standing['enrollments'][number];
const course = (changes: Partial<Course> = {}): Course => ({
  state: 'active',
  pauseReason: null,
  zone: 'Europe/Berlin',
  nextLesson: 4,
  nextAt: NOW + 18 * HOUR + 1800,
  resumeAt: null,
  closedAt: null,
  ...changes,
});
const somebody = (changes: Partial<Standing> = {}): Standing => ({
  subscriber: { unsubscribedAt: null, eraseRequestedAt: null },
  suppression: null,
  signups: [{ createdAt: NOW - 20 * DAY, confirmedAt: NOW - 20 * DAY }],
  enrollments: [course()],
  deliveries: [],
  ...changes,
});
const never = (ago: number, mail = 'delivered'): Standing =>
  somebody({
    signups: [{ createdAt: NOW - ago, confirmedAt: null }],
    enrollments: [],
    deliveries: [{ kind: 'confirm', lesson: null, state: mail }],
  });
const with_ = (changes: Partial<Course>, rest: Partial<Standing> = {}) =>
  somebody({ enrollments: [course(changes)], ...rest });
const due = (state?: string) =>
  with_({ nextAt: null }, state ? { deliveries: [{ kind: 'lesson', lesson: 4, state }] } : {});

describe('why a lesson has not come', () => {
  it.each<[string, Standing, HeldBack, string, string]>([
    [
      'comes at its hour',
      somebody(),
      FREE,
      'due',
      'Lesson 4 is due on Tuesday, December 1, 7:30 am, Europe/Berlin time.',
    ],
    ['is due this minute', with_({ nextAt: NOW - 5 }), FREE, 'due-now', 'within the minute'],
    ['is the closing note', with_({ nextLesson: 9 }), FREE, 'due', 'The closing note is due on'],
    [
      'was never confirmed',
      never(DAY),
      FREE,
      'not-confirmed',
      'The link works until Sunday, December 6, 12:00 pm, UTC.',
    ],
    [
      'has a link that ended',
      never(8 * DAY),
      FREE,
      'link-expired',
      'the link ended on Sunday, November 29',
    ],
    ['was never reached', never(DAY, 'bounced'), FREE, 'link-came-back', 'came back'],
    ['waits for the link', never(5, 'owed'), FREE, 'link-on-its-way', 'on its way'],
    [
      'waits for the link while all is halted',
      never(5, 'owed'),
      { halts: [{ scope: 'all', reason: 'quota' }], cap: null },
      'halted',
      'All mail is halted',
    ],
    [
      'unsubscribed',
      somebody({ subscriber: { unsubscribedAt: NOW - DAY, eraseRequestedAt: null } }),
      FREE,
      'unsubscribed',
      'They unsubscribed on Sunday, November 29.',
    ],
    [
      'is being erased',
      somebody({ subscriber: { unsubscribedAt: null, eraseRequestedAt: NOW } }),
      FREE,
      'erasing',
      'asked to be erased',
    ],
    [
      'complained',
      somebody({ suppression: { reason: 'complaint' } }),
      FREE,
      'suppressed',
      'called spam',
    ],
    [
      'paused with a date',
      with_({ state: 'paused', nextAt: null, resumeAt: NOW + 10 * DAY }),
      FREE,
      'paused',
      'They paused the course until Thursday, December 10.',
    ],
    [
      'paused without one',
      with_({ state: 'paused', nextAt: null }),
      FREE,
      'paused',
      'without a date',
    ],
    [
      'bounces',
      with_({ state: 'paused', nextAt: null, pauseReason: 'bounces' }),
      FREE,
      'bounces',
      'keeps coming back',
    ],
    [
      'was refused',
      with_({ state: 'paused', nextAt: null, pauseReason: 'refused' }),
      FREE,
      'refused',
      'refused the address',
    ],
    ['is on its way', due('sending'), FREE, 'on-its-way', 'has not answered yet'],
    [
      'may have gone',
      due('uncertain'),
      FREE,
      'uncertain',
      'Nobody knows whether lesson 4 went out.',
    ],
    ['has no date', due(), FREE, 'undated', 'a batch that has ended'],
    [
      'has a zone without a clock',
      with_({ nextAt: null, zone: 'Nowhere/Gone' }),
      FREE,
      'undated',
      'has no clock any more',
    ],
    [
      'is halted',
      somebody(),
      { halts: [{ scope: 'lesson:4', reason: 'by-hand' }], cap: null },
      'halted',
      'Lesson 4 is halted. It is due on Tuesday',
    ],
    [
      'is halted with everything',
      with_({ nextAt: NOW - HOUR }),
      { halts: [{ scope: 'all', reason: 'key' }], cap: null },
      'halted',
      'All mail is halted. Lesson 4 has been due since Monday',
    ],
    [
      'waits for tomorrow',
      with_({ nextAt: NOW - HOUR }),
      { halts: [], cap: { limit: 150, sentToday: 150 } },
      'capped',
      'goes after midnight, UTC',
    ],
    [
      'was sent it all',
      with_({ state: 'completed', nextAt: null, nextLesson: 9, closedAt: NOW - DAY }),
      FREE,
      'finished',
      'the closing note',
    ],
  ])('of somebody whose next one %s', (_, who, held, reason, words) => {
    const said = whyNot(who, held, NOW);
    expect(said.reason).toBe(reason);
    expect(said.words).toContain(words);
  });

  it('is the same while another lesson is halted, or the day has mails left', () => {
    const held = {
      halts: [{ scope: 'lesson:5', reason: 'by-hand' }],
      cap: { limit: 150, sentToday: 149 },
    };
    expect(whyNot(somebody(), held, NOW).reason).toBe('due');
    expect(whyNot(with_({ nextAt: NOW }), held, NOW).reason).toBe('due-now');
  });

  it('is that they left, whatever else would hold it back', () => {
    const left = somebody({
      subscriber: { unsubscribedAt: NOW, eraseRequestedAt: null },
      suppression: { reason: 'by-hand' },
    });
    const held = { halts: [{ scope: 'all', reason: 'key' }], cap: null };
    expect(whyNot(left, held, NOW).reason).toBe('unsubscribed');
  });
});
