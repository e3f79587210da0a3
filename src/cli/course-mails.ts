/** Which mails a deploy changes, and for whom: those of this folder beside those of the course that runs. */
import { join } from 'node:path';
import { runnerImport } from 'vite';
import { ROOT } from './local.ts';
import { connect } from './operator.ts';

/** A mail by what tells its text from every other. */
export interface MailHash {
  kind: string;
  /** Null for what is no lesson. */
  lesson: number | null;
  hash: string;
}

/** What the course that runs says of its mails. */
export interface RunningCourse {
  mails: (MailHash & { underway: { ours: number; older: number } })[];
  /** How many have each step still ahead: the lessons and the closing note. */
  numbers: { ahead: number[] };
}

/** The mails of this folder, as a build would make them. */
export async function builtMails(): Promise<MailHash[]> {
  const folder = join(ROOT, 'emails');
  const { module } = await runnerImport<{
    compileEmails(lessons: string): { weeks: { mail: MailHash }[]; notes: MailHash[] };
  }>(join(folder, 'mails.tsx'), { root: folder, logLevel: 'error' });
  const { weeks, notes } = module.compileEmails(join(folder, 'lessons'));
  const heads = [...weeks.map(({ mail }) => mail), ...notes];
  return heads.map(({ kind, lesson, hash }) => ({ kind, lesson, hash }));
}

/** Asks the course that runs; null where it does not say, or where there is no token to ask with. */
export async function runningCourse(): Promise<RunningCourse | null> {
  try {
    const operator = await connect({ remote: true });
    return await operator.ask<RunningCourse>('/course');
  } catch {
    return null;
  }
}

const inFigures = (count: number) => count.toLocaleString('en-US');

function called({ kind, lesson }: MailHash): string {
  if (kind === 'lesson') return `Lesson ${lesson}`;
  return kind === 'complete' ? 'The closing note' : `The mail “${kind}”`;
}

/**
 * A line for each mail whose text changes.
 *
 * @param running null where the course that runs was not asked
 */
export function mailsIn(running: RunningCourse | null, built: MailHash[]): string {
  if (running === null) {
    return 'Which mails change, and for whom, was not asked: that takes OPERATOR_TOKEN in your environment, and a course that runs.';
  }
  const { ahead } = running.numbers;
  const lines = built.flatMap((mail) => {
    const now = running.mails.find(
      ({ kind, lesson }) => kind === mail.kind && lesson === mail.lesson,
    );
    if (now === undefined) return [`${called(mail)} is new.`];
    if (now.hash === mail.hash) return [];
    const step = mail.kind === 'complete' ? ahead.length : mail.lesson;
    const keep = now.underway.ours + now.underway.older;
    const old = `${inFigures(keep)} ${keep === 1 ? 'mail' : 'mails'} under way ${keep === 1 ? 'keeps' : 'keep'} the old`;
    if (step === null) return [`${called(mail)} changes: ${old}.`];
    const learners = ahead[step - 1] ?? 0;
    const who = `${inFigures(learners)} ${learners === 1 ? 'learner' : 'learners'}`;
    return [`${called(mail)} changes: ${who} will get the new text, ${old}.`];
  });
  return lines.length === 0 ? 'No mail changes.' : lines.join('\n');
}
