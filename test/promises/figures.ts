import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from './sentences.ts';

/** What the Worker’s sources export: they are compiled for its runtime, which these tests do not know. */
const given = <Name extends string>(file: string): Promise<Record<Name, number>> =>
  import(join(import.meta.dirname, '../../src', file));

const { DAY, HOUR, MINUTE } = await given<'DAY' | 'HOUR' | 'MINUTE'>('clock.ts');
const schedule = await given<'MAX_LATENESS' | 'MIN_GAP'>('course/schedule.ts');
const delivery = await given<'UNCERTAIN_AFTER'>('delivery/delivery.ts');
const subscriber = await given<'UNDO_LIFETIME'>('subscriber/subscriber.ts');
const suppression = await given<'STRANGERS_LIFETIME'>('suppression/suppression.ts');
const { LOOKS_AN_HOUR } = await given<'LOOKS_AN_HOUR'>('provider/findings.ts');
const staff: { SESSION: { console: { idle: number } } } = await import(
  join(import.meta.dirname, '../../src/staff/staff.ts')
);
const token = await given<'CONFIRM_LIFETIME' | 'DEVICE_LIFETIME' | 'SINGLE_LIFETIME'>('token.ts');

const warmUp: { WARM_UP: { mails: number } } = await import(
  join(import.meta.dirname, '../../src/delivery/warm-up.ts')
);

const NUMBERS = [
  ...['three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'],
  ...['thirteen', 'fourteen', 'fifteen'],
];
const lessons = readdirSync(join(import.meta.dirname, '../../emails/lessons')).length;

/** A figure as sentences say it: in digits or as a word. */
const said = (count: number, unit: string) => {
  // A constant that was renamed.
  if (!Number.isInteger(count)) throw new Error(`no whole number of ${unit}`);
  return [`${count} ${unit}`, `${NUMBERS[count - 3] ?? count} ${unit}`];
};

/** What the code decides, as sentences say it. */
const DECIDED = new Set(
  [
    said(schedule.MAX_LATENESS / HOUR, 'hours'),
    said(schedule.MIN_GAP / HOUR, 'hours'),
    said(staff.SESSION.console.idle / HOUR, 'hours'),
    said(schedule.MIN_GAP / DAY, 'days'),
    said(delivery.UNCERTAIN_AFTER / 1000 / HOUR, 'hours'),
    said(token.CONFIRM_LIFETIME / DAY, 'days'),
    said(subscriber.UNDO_LIFETIME / DAY, 'days'),
    said(token.SINGLE_LIFETIME / MINUTE, 'minutes'),
    said(token.DEVICE_LIFETIME / DAY, 'days'),
    said(suppression.STRANGERS_LIFETIME / DAY, 'days'),
    ...['weeks', 'week', 'lessons', 'practices'].map((unit) => said(lessons, unit)),
    said(lessons + 1, 'steps'),
    said(LOOKS_AN_HOUR, 'times'),
    said(warmUp.WARM_UP.mails, 'mails'),
  ].flat(),
);

/** Others’ figures, and what is only said so. */
const OTHERWISE = new Set([
  '100 mails',
  '31 days',
  'eleven mails',
  'five mails',
  // Settings of the form are cached so long (src/web/embed/routes.tsx).
  'five minutes',
  'four times',
  'ten minutes',
  'three days',
  'three years',
]);

const FIGURE = new RegExp(
  String.raw`\b(\d+|${NUMBERS.join('|')})[- ](weeks?|lessons|practices|steps|hours|days|minutes|mails|years|times)\b`,
  'giu',
);

/** The figures in sentences that nothing decides so, as `path: figure in sentence`. */
export function strayFigures(places: Place[]): string[] {
  return places.flatMap(({ path, sentences }) =>
    sentences.flatMap((sentence) =>
      [...sentence.matchAll(FIGURE)]
        .map(([figure]) => figure.toLowerCase().replace('-', ' '))
        .filter((figure) => !DECIDED.has(figure) && !OTHERWISE.has(figure))
        .map((figure) => `${path}: ${figure} in: ${sentence}`),
    ),
  );
}
