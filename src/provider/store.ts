import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type Act, throughProvider, writeAct } from '../db/statements.ts';
import { type Provider, SPIKE } from './provider.ts';

type ProviderRow = Omit<Provider, 'origins'> & { origins: string };

const COLUMNS = sql`coalesce(p.slug, p.public_key) AS slug, p.name, p.public_key AS publicKey,
  p.origins, p.theme, p.time_zone AS timeZone, p.status, p.created_at AS createdAt`;

/** True of the provider that the operator calls by this slug, or by its public key. */
const called = (slug: string): SQL => sql`(p.slug = ${slug} OR p.public_key = ${slug})`;

const providerOf = <Row extends ProviderRow>(row: Row): Row & Provider => ({
  ...row,
  origins: JSON.parse(row.origins) as string[],
});

/** A provider by the key on a form. */
export interface ByKey {
  provider: Provider;
  /** True where the key was replaced by another. */
  retired: boolean;
  /** True while more signups come through it than any of its forms may take. */
  spiking: boolean;
}

export async function readByKey(db: Database, key: string, now: number): Promise<ByKey | null> {
  const [row] = await db.all<ProviderRow & { recent: number }>(
    sql`SELECT ${COLUMNS}, ${throughProvider(sql`p.id`, now - SPIKE.seconds, SPIKE.signups)} AS recent
        FROM providers p
        WHERE p.id = coalesce((SELECT id FROM providers WHERE public_key = ${key}),
          (SELECT provider_id FROM retired_keys WHERE key = ${key}))`,
  );
  if (!row) return null;
  const { recent, ...rest } = row;
  const provider = providerOf(rest);
  return { provider, retired: provider.publicKey !== key, spiking: recent >= SPIKE.signups };
}

/** Notes for the next tick that a provider's spike has turned a signup away; once a minute is enough. */
export async function noteSpike(db: Database, now: number): Promise<void> {
  await db.batch([
    sql`UPDATE pulse SET spike_at = ${now} WHERE id = 1 AND coalesce(spike_at, 0) <= ${now - 60}`,
  ]);
}

/** A provider with how many signed up through it, and how many of them confirmed. */
export interface CountedProvider extends Provider {
  signups: number;
  confirmed: number;
}

const COUNTED = sql`SELECT ${COLUMNS}, count(g.id) AS signups, count(g.confirmed_at) AS confirmed
  FROM providers p LEFT JOIN signups g ON g.provider_id = p.id`;

export async function readProviders(db: Database): Promise<CountedProvider[]> {
  const rows = await db.all<ProviderRow & { signups: number; confirmed: number }>(
    sql`${COUNTED} GROUP BY p.id ORDER BY p.name`,
  );
  return rows.map(providerOf);
}

export async function readBySlug(db: Database, slug: string): Promise<CountedProvider | null> {
  const [row] = await db.all<ProviderRow & { signups: number; confirmed: number }>(
    sql`${COUNTED} WHERE ${called(slug)} GROUP BY p.id`,
  );
  return row ? providerOf(row) : null;
}

/** False where the slug is taken; then nothing was stored. */
export async function insertProvider(
  db: Database,
  provider: Omit<Provider, 'status'>,
  act: Act,
): Promise<boolean> {
  const free = sql`NOT EXISTS (SELECT 1 FROM providers p WHERE ${called(provider.slug)})`;
  const results = await db.batch([
    writeAct(act, free),
    sql`INSERT INTO providers (slug, name, public_key, origins, theme, time_zone, status, created_at)
        SELECT ${provider.slug}, ${provider.name}, ${provider.publicKey},
          ${JSON.stringify(provider.origins)}, ${provider.theme}, ${provider.timeZone}, 'active',
          ${provider.createdAt} WHERE ${free}`,
  ]);
  return (results[1]?.meta.changes ?? 0) > 0;
}

export type Changes = Partial<Pick<Provider, 'name' | 'origins' | 'theme' | 'timeZone'>>;

/** Writes what is given and leaves the rest. False where nobody is called that. */
export async function updateProvider(
  db: Database,
  slug: string,
  { name, origins, theme, timeZone }: Changes,
  act: Act,
): Promise<boolean> {
  const results = await db.batch([
    writeAct(act, sql`EXISTS (SELECT 1 FROM providers p WHERE ${called(slug)})`),
    sql`UPDATE providers AS p SET name = coalesce(${name ?? null}, name),
          origins = coalesce(${origins ? JSON.stringify(origins) : null}, origins),
          theme = coalesce(${theme ?? null}, theme),
          time_zone = CASE WHEN ${timeZone === undefined ? 0 : 1} THEN ${timeZone ?? null} ELSE time_zone END
        WHERE ${called(slug)}`,
  ]);
  return (results[1]?.meta.changes ?? 0) > 0;
}

/** False where nobody is called that, or the status was that already. */
export async function updateStatus(
  db: Database,
  slug: string,
  status: Provider['status'],
  act: Act,
): Promise<boolean> {
  const other = sql`${called(slug)} AND p.status <> ${status}`;
  const results = await db.batch([
    writeAct(act, sql`EXISTS (SELECT 1 FROM providers p WHERE ${other})`),
    sql`UPDATE providers AS p SET status = ${status} WHERE ${other}`,
  ]);
  return (results[1]?.meta.changes ?? 0) > 0;
}

/** Gives a provider another public key; the old one stays known as replaced. False where nobody is called that. */
export async function replaceKey(
  db: Database,
  slug: string,
  publicKey: string,
  act: Act,
): Promise<boolean> {
  const results = await db.batch([
    writeAct(act, sql`EXISTS (SELECT 1 FROM providers p WHERE ${called(slug)})`),
    sql`INSERT INTO retired_keys (key, provider_id, retired_at)
        SELECT p.public_key, p.id, ${act.at} FROM providers p WHERE ${called(slug)}`,
    sql`UPDATE providers AS p SET public_key = ${publicKey} WHERE ${called(slug)}`,
  ]);
  return (results[2]?.meta.changes ?? 0) > 0;
}

/** One learner as their provider sees them. */
export interface RosterRow {
  firstName: string;
  email: string;
  /** Lessons that the mailer accepted, 0 to 8. */
  weeksSent: number;
  finished: boolean;
}

/** Who confirmed a signup through a provider, oldest first. */
export async function readRosterRows(db: Database, slug: string): Promise<RosterRow[]> {
  const rows = await db.all<Omit<RosterRow, 'finished'> & { finished: number }>(
    sql`SELECT s.first_name AS firstName, s.email,
          (SELECT count(*) FROM deliveries d WHERE d.enrollment_id = e.id AND d.lane = 'lesson'
            AND d.state NOT IN ('skipped', 'failed') AND d.accepted_at IS NOT NULL
            AND d.lesson <= 8) AS weeksSent,
          e.state = 'completed' AS finished
        FROM providers p JOIN signups g ON g.provider_id = p.id
          JOIN enrollments e ON e.signup_id = g.id
          JOIN subscribers s ON s.id = g.subscriber_id
        WHERE ${called(slug)} AND s.erase_requested_at IS NULL
        ORDER BY g.confirmed_at, g.id`,
  );
  return rows.map((row) => ({ ...row, finished: row.finished === 1 }));
}
