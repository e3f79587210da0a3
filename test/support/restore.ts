import { env } from 'cloudflare:workers';
import { getTableName, sql } from 'drizzle-orm';
import { createDatabase, type Database } from '../../src/db/client.ts';
import { acts, erasedSubscribers, halts, logEntries, pace, pulse } from '../../src/db/schema.ts';
import { bareAddress, type MailRecord } from '../../src/mailer/mailer.ts';
import { type RestoreContext, sayingLog } from '../../src/restore/context.ts';
import { putBack } from '../../src/restore/put-back.ts';
import { takeAlong } from '../../src/restore/take-along.ts';
import type { TestContext } from './course.ts';
import type { HonestMailer } from './mailer.ts';
import { batch } from './rows.ts';

export type Tables = Record<string, Record<string, unknown>[]>;

/** What D1's Time Travel does: the whole database is as it was, ids given out since included. */
export async function goBack(tables: Tables): Promise<void> {
  const statements = [sql`PRAGMA defer_foreign_keys = on`];
  const nameOf = (name: string) => sql.identifier(name);
  for (const name of Object.keys(tables)) statements.push(sql`DELETE FROM ${nameOf(name)}`);
  for (const [name, all] of Object.entries(tables)) {
    const columns = Object.keys(all[0] ?? {});
    const places = columns.map((_, index) => sql.raw(`value ->> ${index}`));
    for (let from = 0; from < all.length; from += 200) {
      const values = all.slice(from, from + 200).map((row) => columns.map((column) => row[column]));
      statements.push(
        sql`INSERT INTO ${nameOf(name)} (${sql.join(columns.map(nameOf), sql`, `)})
          SELECT ${sql.join(places, sql`, `)} FROM json_each(${JSON.stringify(values)})`,
      );
    }
  }
  await batch(statements);
}

/** What tells two databases apart that are to be the same after a restore: text for each row. */
export function comparable(tables: Tables): Record<string, string[]> {
  const left: Record<string, string[]> = {
    [getTableName(acts)]: [acts.id.name],
    [getTableName(logEntries)]: [logEntries.id.name],
    [getTableName(erasedSubscribers)]: [erasedSubscribers.erasedAt.name],
    [getTableName(halts)]: [halts.since.name],
  };
  return Object.fromEntries(
    Object.entries(tables)
      // The halt and the acts of the restore itself, and the scheduler's own signs of life.
      .filter(([name]) => name !== getTableName(pulse) && name !== getTableName(pace))
      .map(([name, all]) => [
        name,
        all
          .filter((row) => row.scope !== 'all' && row.verb !== 'restore')
          .map((row) => {
            const kept = Object.entries(row).filter(([column]) => !left[name]?.includes(column));
            return JSON.stringify(Object.fromEntries(kept));
          })
          .sort(),
      ]),
  );
}

/** What an honest mailer knows of what it took. `asked` are the mails that were looked at one by one. */
export function recordOf(
  mailer: HonestMailer,
  clock: { now(): number; machine(): number },
): MailRecord & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async *list(since) {
      const ahead = clock.now() - Math.floor(clock.machine() / 1000);
      for (const { id, to, at, mail } of mailer.accepted.toReversed()) {
        const { from, subject } = mail;
        const taken = (at - ahead) * 1000;
        if (taken >= since)
          yield { id, to, from: bareAddress(from), subject, at: taken, failed: false };
      }
    },
    async tags(id) {
      asked.push(id);
      const found = mailer.accepted.find((each) => each.id === id);
      return found ? Object.fromEntries(found.mail.tags.map((tag) => [tag.name, tag.value])) : null;
    },
  };
}

/** A restore in a test: its luggage lies in memory. */
export interface TestRestore extends RestoreContext {
  /** What was said, line by line. */
  said: string[];
  lines: string[] | null;
  record: ReturnType<typeof recordOf>;
}

export function testRestore(
  ctx: TestContext,
  mailer: HonestMailer,
  db: Database = createDatabase(env.DB),
): TestRestore {
  const restore: TestRestore = {
    db,
    record: recordOf(mailer, ctx.clock),
    clock: ctx.clock,
    said: [],
    lines: null,
    shelf: {
      name: 'the luggage',
      async load() {
        const { lines } = restore;
        return (
          lines &&
          (async function* () {
            yield* lines;
          })()
        );
      },
      async save(lines) {
        const all: string[] = [];
        for await (const line of lines) all.push(line);
        restore.lines = all;
      },
    },
    pauseQueues: async () => 'The queues are paused.',
    say: (line) => void restore.said.push(line),
    log: sayingLog((line) => void restore.said.push(line)),
  };
  return restore;
}

export const BY = { actor: 'operator:mira' };

/** Takes along, goes back, and puts back. */
export async function restoreTo(
  restore: TestRestore,
  to: { moment: number; tables: Tables; leave?: string[] },
): Promise<string[]> {
  await takeAlong(restore, { moment: to.moment, ...BY });
  await goBack(to.tables);
  return putBack(restore, { moment: null, leave: to.leave ?? [], ...BY });
}
