import { and, asc, eq, getTableColumns, isNull, lt, ne, or, type SQL, sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { bare } from '../../db/names.ts';
import { counts, providers, pulse, retiredKeys } from '../../db/schema.ts';
import { type Act, holderOf, throughProvider, writeAct } from '../../db/statements.ts';
import { tellOwners } from '../../staff/tell-owners.ts';
import { type Provider, type ProviderLooks, SPIKE } from '../provider.ts';
import type { Load } from '../sightings.ts';
import { called, idOf } from './called.ts';
import { lastSeen } from './seen.ts';

type ProviderRow = Omit<Provider, 'origins'> & { origins: string };

const { id: _, ...own } = getTableColumns(providers);
const COLUMNS = {
  ...own,
  slug: sql<string>`coalesce(${providers.slug}, ${providers.publicKey})`.as('slug'),
};

/** True where there is one that is called that, and `more`. */
const isThere = (slug: string, more?: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${providers} WHERE ${and(called(slug), more)})`;

const providerOf = <Row extends ProviderRow>(row: Row): Row & Provider => ({
  ...row,
  origins: JSON.parse(row.origins) as string[],
});

/** A provider by the key on a form. */
export interface ByKey {
  provider: Provider;
  /** True where the key was replaced by another, and is not taken beside it any more. */
  retired: boolean;
  /** True while more signups come through it than any of its forms may take. */
  spiking: boolean;
  /** When this load's page was last noted; null where it was not, or no load was given. */
  seenAt: Seconds | null;
}

/** @param load where the form is being loaded, if it is */
export async function readByKey(
  db: Database,
  key: string,
  now: Seconds,
  load: Load | null,
): Promise<ByKey | null> {
  const recent = throughProvider(sql`${providers.id}`, now - SPIKE.seconds, SPIKE.signups);
  const ends = sql<Seconds | null>`(SELECT ${retiredKeys.worksUntil} FROM ${retiredKeys}
    WHERE ${eq(retiredKeys.key, key)})`;
  const seen = load ? lastSeen(sql`${providers.id}`, key, load) : sql<null>`NULL`;
  const [row] = await db.orm
    .select({
      ...COLUMNS,
      recent: sql<number>`${recent}`.as('recent'),
      ends: ends.as('ends'),
      seenAt: sql<Seconds | null>`${seen}`.as('seen_at'),
    })
    .from(providers)
    .where(eq(providers.id, holderOf(key)));
  if (!row) return null;
  const { recent: signupsOfLate, ends: worksUntil, seenAt, ...rest } = row;
  const provider = providerOf(rest);
  return {
    provider,
    retired: provider.publicKey !== key && (worksUntil ?? 0) <= now,
    spiking: signupsOfLate >= SPIKE.signups,
    seenAt,
  };
}

/** Notes for the next tick that a provider's spike has turned a signup away; once a minute is enough. */
export async function noteSpike(db: Database, now: Seconds): Promise<void> {
  await db.orm
    .update(pulse)
    .set({ spikeAt: now })
    .where(and(eq(pulse.id, 1), or(isNull(pulse.spikeAt), lt(pulse.spikeAt, now - 59))));
}

/** A provider with how many took the course through it when they were last counted. */
export interface CountedProvider extends Provider {
  /** Null where they are being counted for the first time. */
  learners: { people: number; asOf: Seconds } | null;
}

export async function readProviders(db: Database): Promise<CountedProvider[]> {
  const { total, at } = counts;
  const rows = await db.orm
    .select({ ...COLUMNS, total, at })
    .from(providers)
    .leftJoin(counts, eq(counts.providerId, providers.id))
    .orderBy(asc(providers.name));
  return rows.map(({ total, at, ...row }) => ({
    ...providerOf(row),
    learners: total === null || at === null ? null : { people: total, asOf: at },
  }));
}

/** A provider with its id. */
export interface KnownProvider extends Provider {
  id: number;
}

export async function readBySlug(db: Database, slug: string): Promise<KnownProvider | null> {
  const [row] = await db.orm
    .select({ ...COLUMNS, id: providers.id })
    .from(providers)
    .where(called(slug));
  return row ? providerOf(row) : null;
}

/** False where the slug is taken; then nothing was stored. */
export async function insertProvider(
  db: Database,
  provider: Omit<Provider, 'status' | keyof ProviderLooks>,
  act: Act,
): Promise<boolean> {
  const free = sql`NOT ${isThere(provider.slug)}`;
  const p = bare(providers);
  const row = { ...provider, origins: JSON.stringify(provider.origins), status: 'active' };
  const columns = Object.keys(row).map((column) => p[column as keyof typeof row]);
  const values = Object.values(row).map((value) => sql`${value}`);
  const { made } = await db.commit({
    act: writeAct(act, free),
    made: sql`INSERT INTO ${providers} (${sql.join(columns, sql`, `)})
        SELECT ${sql.join(values, sql`, `)} WHERE ${free}`,
  });
  return made.changed > 0;
}

/** What the operator may change of one. */
export type Changes = Partial<
  Omit<Provider, 'slug' | 'publicKey' | 'status' | 'createdAt' | 'logo'>
>;

/** Writes what is given and leaves the rest. False where nobody is called that. */
export async function updateProvider(
  db: Database,
  slug: string,
  { origins, ...plain }: Changes,
  act: Act,
): Promise<boolean> {
  const given = { ...plain, ...(origins ? { origins: JSON.stringify(origins) } : {}) };
  const { changed } = await db.commit({
    act: writeAct({ ...act, providerId: idOf(slug) }, isThere(slug)),
    told:
      given.origins !== undefined &&
      tellOwners(
        'sites-changed',
        idOf(slug),
        act.at,
        isThere(slug, ne(providers.origins, given.origins)),
      ),
    changed: Object.values(given).some((value) => value !== undefined)
      ? db.orm.update(providers).set(given).where(called(slug))
      : sql`SELECT 1 WHERE ${isThere(slug)}`,
  });
  return changed.changed > 0 || changed.rows.length > 0;
}

/** False where nobody is called that, or the status was that already. */
export async function updateStatus(
  db: Database,
  slug: string,
  status: Provider['status'],
  act: Act,
): Promise<boolean> {
  const other = ne(providers.status, status);
  const { changed } = await db.commit({
    act: writeAct({ ...act, providerId: idOf(slug) }, isThere(slug, other)),
    changed: db.orm
      .update(providers)
      .set({ status })
      .where(and(called(slug), other)),
  });
  return changed.changed > 0;
}
