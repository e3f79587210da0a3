import { env } from 'cloudflare:workers';
import { createDatabase, type Database } from '../../src/db/client.ts';
import { bareAddress, type MailRecord } from '../../src/mailer/mailer.ts';
import { type RestoreContext, sayingLog } from '../../src/restore/context.ts';
import { putBack } from '../../src/restore/put-back.ts';
import { takeAlong } from '../../src/restore/take-along.ts';
import { rows, type TestContext } from './course.ts';
import type { HonestMailer } from './mailer.ts';

export type Tables = Record<string, Record<string, unknown>[]>;

async function tableNames(): Promise<string[]> {
  const found = await rows<{ name: string }>(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'
       AND name NOT LIKE 'd1_%' AND name NOT LIKE 'sqlite_%' ORDER BY name`,
  );
  return found.map(({ name }) => name);
}

/** The whole database as it is now. */
export async function snapshot(): Promise<Tables> {
  const tables: Tables = {};
  for (const name of await tableNames()) tables[name] = await rows(`SELECT * FROM "${name}"`);
  return tables;
}

/** What D1's Time Travel does: the whole database is as it was, ids given out since included. */
export async function goBack(tables: Tables): Promise<void> {
  const statements = [env.DB.prepare('PRAGMA defer_foreign_keys = on')];
  for (const name of await tableNames()) statements.push(env.DB.prepare(`DELETE FROM "${name}"`));
  for (const [name, all] of Object.entries(tables)) {
    const columns = Object.keys(all[0] ?? {});
    for (let from = 0; from < all.length; from += 200) {
      const values = all.slice(from, from + 200).map((row) => columns.map((column) => row[column]));
      const places = columns.map((_, index) => `value ->> ${index}`).join(', ');
      statements.push(
        env.DB.prepare(
          `INSERT INTO "${name}" (${columns.join(', ')}) SELECT ${places} FROM json_each(?)`,
        ).bind(JSON.stringify(values)),
      );
    }
  }
  await env.DB.batch(statements);
}

/** What tells two databases apart that are to be the same after a restore: text for each row. */
export function comparable(tables: Tables): Record<string, string[]> {
  const left: Record<string, string[]> = {
    acts: ['id'],
    log_entries: ['id'],
    erased_subscribers: ['erased_at'],
    halts: ['since'],
  };
  return Object.fromEntries(
    Object.entries(tables)
      // The halt and the acts of the restore itself, and the scheduler's own signs of life.
      .filter(([name]) => !['pulse', 'pace', 'sqlite_sequence'].includes(name))
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
