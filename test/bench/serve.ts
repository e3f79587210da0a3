import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  convertV4MiniflareOptions,
  Miniflare,
  type V4SourceOptions,
  type V4WorkerOptions,
} from 'miniflare';
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from 'wrangler';
import { ROOT } from '../../src/cli/local.ts';
import { createDatabase, type Database } from '../../src/db/client.ts';
import { providers } from '../../src/db/schema.ts';

/** A Worker in a workerd of its own, with its database on disk. */
export interface Served {
  /** Without a slash at the end. */
  url: string;
  /** Its database, for set-up and for looking afterwards. */
  db: Database;
  /** Runs a statement that is text: a migration's, or a table's that is none of the course's. */
  query<Row>(sql: string): Promise<Row[]>;
  /** The database's file: bytes (the write-ahead log with them), and how many rows a table has. */
  onDisk(table: string): Promise<{ bytes: number; rows: number }>;
  /** Resident memory of its workerd, in bytes: now, and at most since the last `forget`. */
  memory: { now(): number; peak(): number; forget(): void };
  close(): Promise<void>;
}

/**
 * The production build, as its wrangler.json says, with variables of the bench's.
 *
 * @param assets false leaves out the asset server: on Cloudflare it is no part of the Worker, but on
 *   this machine it stands before it and costs each request a third more
 */
export function serveBuild(
  config: string,
  folder: string,
  vars: Record<string, string>,
  assets: boolean,
  port = 0,
): Promise<Served> {
  const { workerOptions, main = '' } = unstable_getMiniflareWorkerOptions(config);
  const worker: V4WorkerOptions = {
    ...workerOptions,
    ...scriptOf(main),
    bindings: { ...(workerOptions.bindings as Record<string, string>), ...vars },
  };
  if (!assets) delete worker.assets;
  return serve(folder, worker, port);
}

/** One of the bench's own Workers, which needs a database and nothing else. */
export function serveScript(
  script: string,
  folder: string,
  vars: Record<string, string> = {},
): Promise<Served> {
  const config = unstable_readConfig({ config: join(ROOT, 'wrangler.toml') });
  const compatibilityDate = config.compatibility_date;
  return serve(folder, {
    ...scriptOf(script),
    ...(compatibilityDate ? { compatibilityDate } : {}),
    d1Databases: { DB: 'local' },
    bindings: vars,
  });
}

/** A script and the chunks beside it; the script is the first of the modules. */
function scriptOf(script: string): V4SourceOptions {
  const root = dirname(script);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js') && join(root, file) !== script)
    .map((file) => join(root, file));
  return {
    modulesRoot: root,
    modules: [script, ...files].map((path) => ({ type: 'ESModule', path })),
  };
}

/** Processes that this one started. */
function children(): number[] {
  const task = `/proc/${process.pid}/task`;
  return readdirSync(task).flatMap((thread) =>
    readFileSync(`${task}/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

/** What Linux keeps of a process (proc(5)): a line of its status in bytes; 5 resets the peak. */
function memoryOf(pid: number): Served['memory'] {
  const line = (name: string) => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
  };
  return {
    now: () => line('VmRSS'),
    peak: () => line('VmHWM'),
    forget: () => writeFileSync(`/proc/${pid}/clear_refs`, '5'),
  };
}

async function serve(folder: string, worker: V4WorkerOptions, port = 0): Promise<Served> {
  await mkdir(folder, { recursive: true });
  const before = new Set(children());
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...worker,
      host: '127.0.0.1',
      port,
      cf: false,
      telemetry: { enabled: false },
      resourcePersistencePath: folder,
      // Log lines of the Worker are not what is measured.
      handleStructuredLogs: () => {},
    }),
  );
  const url = (await miniflare.ready).origin;
  const d1 = await miniflare.getD1Database('DB');
  const workerd = children().find((pid) => !before.has(pid));
  if (workerd === undefined) throw new Error('workerd is not a child of this process');
  return {
    url,
    db: createDatabase(d1),
    query: async <Row>(sql: string) => (await d1.prepare(sql).all<Row>()).results,
    async onDisk(table) {
      const files = await readdir(folder, { recursive: true });
      let bytes = 0;
      let rows = 0;
      for (const file of files.filter((name) => /d1.*\.sqlite(-wal)?$/i.test(name))) {
        bytes += (await stat(join(folder, file))).size;
        if (!file.endsWith('.sqlite') || file.includes('metadata')) continue;
        const database = new DatabaseSync(join(folder, file), { readOnly: true });
        rows = Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);
        database.close();
      }
      return { bytes, rows };
    },
    memory: memoryOf(workerd),
    close: () => miniflare.dispose(),
  };
}

/** Applies every migration to an empty database. */
export async function migrate(served: Served): Promise<void> {
  const folder = join(ROOT, 'migrations');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted();
  for (const file of files) {
    const statements = (await readFile(join(folder, file), 'utf8')).split(
      '--> statement-breakpoint',
    );
    for (const statement of statements) await served.query(statement);
  }
}

/** The provider whose pages the bench's signups come through. */
export async function plantHarbor(db: Database, publicKey: string, site: string): Promise<void> {
  const origins = JSON.stringify([site]);
  const harbor = { slug: 'bench', name: 'Harbor Institute', publicKey, origins } as const;
  await db.orm.insert(providers).values({ ...harbor, status: 'active', createdAt: 0 });
}
