import { type Seconds, secondsOf } from '../../clock.ts';
import { CLOSING_NOTE } from '../../course/course.ts';
import { wallTimeInWords } from '../../course/schedule.ts';
import { maskedAddress } from '../../staff/staff.ts';
import { type C, may } from './console.tsx';

/** An instant as the console says it: "Monday, November 30, 12:05 pm, UTC". */
export function timeOf(c: C, instant: Seconds | string): string {
  const at = typeof instant === 'string' ? secondsOf(Date.parse(instant)) : instant;
  return `${wallTimeInWords(at, 'UTC', c.var.ctx.clock.now())}, UTC`;
}

/** An address as this role may see it. */
export const addressFor = (c: C, email: string) =>
  may(c, 'helper') ? email : maskedAddress(email);

/** What a halt holds back: "All mail", "Lesson 3". */
export function scopeInWords(scope: string): string {
  if (scope === 'all') return 'All mail';
  const lesson = Number(/^lesson:(\d)$/.exec(scope)?.[1] ?? 0);
  if (lesson === CLOSING_NOTE) return 'The closing note';
  if (lesson > 0) return `Lesson ${lesson}`;
  return `Mails of the kind “${scope.replace(/^kind:/, '')}”`;
}

/** A mail as a line names it. */
export function mailInWords(kind: string, lesson: number | null): string {
  if (kind === 'lesson') return `lesson ${lesson}`;
  if (kind === 'complete') return 'closing note';
  return kind === 'resend' ? `lesson ${lesson} once more` : kind.replaceAll('-', ' ');
}

/** What something was done to, where no person is meant: "all mail", "lesson 3", "batch 123". */
export function subjectInWords(subject: string): string {
  const [, kind = '', name = ''] = /^(\w+):(.*)$/.exec(subject) ?? [];
  if (kind === 'halt') return name === 'all' ? 'all mail' : name.replace(':', ' ');
  if (kind === 'address') return 'an address';
  if (kind === 'cap' || kind === 'provider') return name;
  return subject.replace(':', ' ');
}
