import { DAY, isoInstant } from '../clock.ts';
import { acts } from '../db/schema.ts';
import { LEASE } from '../delivery/delivery.ts';
import { halt } from '../delivery/store/halts.ts';
import { heldBatches } from '../delivery/store/settle.ts';
import { randomKey } from '../id.ts';
import type { RestoreContext } from './context.ts';
import { type Head, type Row, sinceOf, unpack, valueIn, writeLine } from './luggage.ts';
import { doneSteps, markStep, readPages } from './store.ts';
import { nameOf, WAYS } from './tables.ts';

/** How often to look whether a batch is still held, in milliseconds. */
const GLANCE = 5_000;

/** What SQLite says of a table that is lost, and no second try will read. */
const DAMAGE = /no such (table|column)[^\n]{0,80}|malformed[^\n]{0,80}|\bcorrupt[^\n]{0,80}/i;

/** As far back as D1's Time Travel reaches, in seconds. */
const REACH = 30 * DAY;

/**
 * Before the database goes back: stops all mail, waits until nobody holds a batch, and takes along what
 * happened since the moment. Can be repeated until the database has gone back, and then refuses.
 *
 * @param input.moment course time, epoch seconds
 * @throws Error where the moment cannot be gone back to, the database has gone back already, or it
 *   cannot be read at all
 */
export async function takeAlong(
  ctx: RestoreContext,
  input: { moment: number; actor: string },
): Promise<void> {
  const { db, clock, shelf, say } = ctx;
  const { moment, actor } = input;
  const now = clock.now();
  if (moment > now) throw new Error('--moment: lies in the future');
  if (moment < now - REACH) throw new Error('--moment: Time Travel reaches back 30 days');
  const earlier = await shelf.load();
  if (earlier) {
    const { id } = await unpack(earlier, []);
    const known = await doneSteps(db, id);
    if (!known.has('before') && !known.has('finished')) {
      throw new Error(
        `This database has gone back already: what was taken along (${shelf.name}) would be lost. ` +
          'Go on with: npm run restore -- after',
      );
    }
  }

  const halted = await halt(db, 'all', 'restore', clock.machine());
  say(halted ? 'Everything is halted.' : 'Everything was halted already.');
  say(await ctx.pauseQueues());
  await waitForLeases(ctx);

  const head: Head = {
    id: randomKey(),
    moment,
    taken: clock.now(),
    takenMachine: Math.floor(clock.machine() / 1000),
  };
  const sign = { id: head.id, at: head.taken, actor, reason: `to ${isoInstant(moment)}` };
  await db.commit({ mark: markStep(sign, 'before') });
  await shelf.save(take(ctx, head));
}

async function waitForLeases({ db, clock, say }: RestoreContext): Promise<void> {
  const giveUp = clock.machine() + LEASE + GLANCE;
  let held = await heldBatches(db, clock.machine());
  while (held > 0 && clock.machine() < giveUp) {
    say(`${held} ${held === 1 ? 'batch is' : 'batches are'} being posted; waiting.`);
    await clock.sleep(GLANCE);
    held = await heldBatches(db, clock.machine());
  }
  if (held > 0) throw new Error('A batch is still being posted. Run this once more in a minute.');
  say('Nobody holds a batch.');
}

/** All that is taken along, what refers to other rows first. */
async function* take({ db, say }: RestoreContext, head: Head): AsyncGenerator<string> {
  const since = sinceOf(head);
  yield writeLine({ head });
  let unread = 0;
  for (const way of WAYS.toReversed()) {
    const table = nameOf(way);
    let count = 0;
    try {
      yield writeLine({ table, rows: [] });
      for await (const page of readPages(db, way, since)) {
        const rows = page.filter((row) => way.table !== acts || !isMark(row, head.id));
        count += rows.length;
        yield writeLine({ table, rows });
      }
      say(`${table}: ${count} rows taken along`);
    } catch (error) {
      // Whatever else goes wrong may be well the next time.
      const why = DAMAGE.exec(String(error))?.[0];
      if (why === undefined) throw error;
      unread += 1;
      say(`${table}: CANNOT BE READ (${why})`);
      yield writeLine({ unread: table });
    }
  }
  if (unread === WAYS.length) throw new Error('Nothing of this database can be read.');
  yield writeLine({ end: true });
}

/** Its own mark stays behind: a database that has it has not gone back. */
function isMark(row: Row, id: string): boolean {
  const subject = valueIn(row, acts.subject) ?? '';
  return valueIn(row, acts.verb) === 'restore' && subject.startsWith(`restore:${id}:`);
}
