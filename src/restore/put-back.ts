import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { isoInstant } from '../clock.ts';
import {
  enrollments,
  erasedSubscribers,
  members,
  operators,
  sessions,
  subscribers,
  suppressions,
} from '../db/schema.ts';
import { halt } from '../delivery/store/halts.ts';
import { type Carried, carryOver, eraseAgain, finishErasures, missing } from './carry.ts';
import { brokenPromises } from './check.ts';
import type { RestoreContext } from './context.ts';
import { type Luggage, unpack } from './luggage.ts';
import { recountCourses, recountToday, settleByRecord } from './settle.ts';
import {
  bindCourses,
  doneSteps,
  endPersonalLinks,
  endStaffSessions,
  knowsLater,
  markStep,
  type Sign,
} from './store.ts';

/**
 * After the database has gone back: stops all mail again, erases again whoever was erased, carries over
 * what was taken along, settles by the mailer's record, recounts, and looks at what must never be. It
 * may stop anywhere and be run again. It lifts nothing.
 *
 * @param input.moment where nothing was taken along: the moment that the database has gone back to,
 *   course time, epoch seconds; null otherwise
 * @param input.leave tables, or `table.column`, that are not carried over because they were damaged
 * @returns what is wrong, in words; empty when all is well
 * @throws Error where there is nothing to go on with, or the database has not gone back
 */
export async function putBack(
  ctx: RestoreContext,
  input: { moment: number | null; leave: string[]; actor: string },
): Promise<string[]> {
  const { db, clock, shelf, say } = ctx;
  const lines = await shelf.load();
  const luggage = lines && (await unpack(lines, input.leave));
  const moment = luggage?.moment ?? input.moment;
  if (moment === null) {
    throw new Error(
      'Nothing was taken along. If that was not possible, say where the database has gone back to: ' +
        'npm run restore -- after --moment 2026-11-23T10:00:00Z',
    );
  }
  if (luggage && input.moment !== null && input.moment !== luggage.moment) {
    throw new Error(`--moment: what was taken along is for ${isoInstant(luggage.moment)}`);
  }
  // A local run's clock never goes back.
  const ahead = luggage ? luggage.taken - luggage.takenMachine : 0;
  if ('moveTo' in clock) clock.moveTo(Math.floor(clock.machine() / 1000) + ahead);
  const id = luggage?.id ?? String(moment);
  const done = await doneSteps(db, id);
  if (done.has('finished')) {
    say('This restore is finished; nothing was changed.');
    return [];
  }
  const gone = luggage
    ? !done.has('before')
    : done.has('halted') || !(await knowsLater(db, moment));
  if (!gone) throw new Error('This database has not gone back yet.');

  const sign: Sign = {
    id,
    at: clock.now(),
    actor: input.actor,
    reason: `to ${isoInstant(moment)}`,
  };
  const halted = await halt(db, 'all', 'restore', clock.machine());
  await db.commit({ mark: markStep(sign, 'halted') });
  say(halted ? 'Everything is halted.' : 'Everything was halted already.');
  say(await ctx.pauseQueues());

  if (luggage) await bringBack(ctx, luggage, done, sign);
  else say('Nothing was taken along: the mailer’s record is all that is known.');
  if (!luggage?.tables.has(subscribers) || luggage.left.has(subscribers.linkVersion)) {
    // Which links were revoked since is not known.
    if (!done.has('links')) await endPersonalLinks(db, markStep(sign, 'links'));
    say('Every personal link has ended; learners get theirs with the next mail.');
  }
  if ([members, operators, sessions].some((table) => !luggage?.tables.has(table))) {
    // Nor is it who was removed from the staff, and must not sit there still.
    if (!done.has('sessions')) await endStaffSessions(db, markStep(sign, 'sessions'));
    say(
      'Everybody of the staff has to enter anew. Whoever was removed since may be among them again:',
    );
    say('  look through npm run ops -- operators and npm run providers -- people');
  }

  const settled = await settleByRecord(ctx, moment, luggage);
  say(`The mailer’s record: ${settled.mails} mails since; ${settled.looked} looked at one by one.`);
  say(
    `  sent after all: ${settled.sent}; owed again: ${settled.owed}; new here: ${settled.learned}`,
  );
  if (settled.repeated > 0) {
    say(
      `  batches that are repeated under their own key when the halt is lifted: ${settled.repeated}`,
    );
  }
  if (settled.strangers > 0) say(`  to addresses that nobody here has: ${settled.strangers}`);
  await finishErasures(db, clock.now());
  say(`Courses stopped again by a goodbye or a suppression: ${await bindCourses(db)}`);
  say(`Courses that stood elsewhere than their mails say: ${await recountCourses(ctx)}`);
  await recountToday(ctx);

  const wrong = await look(ctx, luggage);
  await db.commit({ mark: markStep({ ...sign, at: clock.now() }, 'finished') });
  return wrong;
}

async function bringBack(
  ctx: RestoreContext,
  luggage: Luggage,
  done: Set<string>,
  sign: Sign,
): Promise<void> {
  const { db, clock, say } = ctx;
  if (done.has('carried')) {
    // What learners have done since is newer than what was taken along.
    say('What was taken along is back already.');
    return;
  }
  const back = await eraseAgain(db, luggage, clock.now());
  say(`Erased people who came back with the database and were erased again: ${back}`);
  for (const carried of await carryOver(ctx, luggage)) sayCarried(say, carried);
  for (const [table, count] of await missing(db, luggage)) {
    say(`${table}: ${count} rows could not be put back`);
  }
  await db.commit({ mark: markStep(sign, 'carried') });
}

function sayCarried(say: (line: string) => void, { table, added, changed, gone }: Carried): void {
  const columns = [...changed].map(([column, count]) => `${column} ${count}`);
  const said = [
    ...(added > 0 ? [`${added} added`] : []),
    ...(columns.length > 0 ? [`changed: ${columns.join(', ')}`] : []),
    ...(gone > 0 ? [`${gone} gone again`] : []),
  ];
  if (said.length > 0) say(`${table}: ${said.join('; ')}`);
}

/** What nobody can know where a table was not taken along. */
const UNKNOWN_WITHOUT: [SQLiteTable, string][] = [
  [erasedSubscribers, 'who was erased since'],
  [subscribers, 'who said goodbye, or has another address, since'],
  [suppressions, 'which addresses are never to be mailed since'],
  [enrollments, 'who has paused, or has another hour, since'],
];

/** What must never be, and what nobody can know. */
async function look({ db, say }: RestoreContext, luggage: Luggage | null): Promise<string[]> {
  const wrong = (await brokenPromises(db)).map(({ what, count }) => `${what}: ${count}`);
  for (const [table, what] of UNKNOWN_WITHOUT) {
    if (!luggage?.tables.has(table)) wrong.push(`not known: ${what}`);
  }
  say(wrong.length === 0 ? 'Every promise holds.' : 'LOOK AT THIS BEFORE YOU LIFT ANYTHING:');
  for (const line of wrong) say(`  ${line}`);
  return wrong;
}
