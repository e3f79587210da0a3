/** Badges: what one is made of, the places in their lists, and who issues them. */
import { and, eq, inArray, isNotNull, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { adoptions, certificates } from '../../db/credit.ts';
import { bare, figure } from '../../db/names.ts';
import { providers, subscribers } from '../../db/schema.ts';
import { LIST_FULL, LIST_LENGTH } from '../badge.ts';

const x = bare(certificates);

/** What a provider is called where programs look for it. */
const slugOf = sql<string>`coalesce(${providers.slug}, ${providers.publicKey})`;
const isCalled = (slug: string): SQL | undefined =>
  or(eq(providers.slug, slug), and(isNull(providers.slug), eq(providers.publicKey, slug)));

/** What a badge of somebody’s certificate is made of. Null where they have no such certificate. */
export async function readBadge(db: Database, number: string, subscriberId: number) {
  const [found] = await db.orm
    .select({
      badge: certificates.badge,
      badgeIndex: certificates.badgeIndex,
      frozen: certificates.frozen,
      issuedAt: certificates.issuedAt,
      withdrawnAt: certificates.withdrawnAt,
      adoptionId: certificates.adoptionId,
      providerId: certificates.providerId,
      slug: slugOf,
      site: providers.site,
      email: subscribers.email,
    })
    .from(certificates)
    .innerJoin(providers, eq(providers.id, certificates.providerId))
    .innerJoin(subscribers, eq(subscribers.id, certificates.subscriberId))
    .where(and(eq(certificates.number, number), eq(certificates.subscriberId, subscriberId)));
  return found ?? null;
}

/** Those of some places in a provider’s list that a badge has. */
export async function takenOf(
  db: Database,
  providerId: number,
  places: readonly number[],
): Promise<number[]> {
  const rows = await db.orm
    .select({ place: certificates.badgeIndex })
    .from(certificates)
    .where(
      and(eq(certificates.providerId, providerId), inArray(certificates.badgeIndex, [...places])),
    );
  return rows.flatMap(({ place }) => place ?? []);
}

/**
 * Keeps a badge with its place.
 *
 * @param before the badge that it takes the place of; null for none
 * @returns false where somebody was first, the place was taken, or its holder has erased
 */
export async function updateBadge(
  db: Database,
  {
    number,
    subscriberId,
    providerId,
  }: { number: string; subscriberId: number; providerId: number },
  { badge, place, before }: { badge: string; place: number; before: string | null },
): Promise<boolean> {
  const taken = sql`EXISTS (SELECT 1 FROM ${certificates} WHERE ${certificates.providerId} = ${providerId}
    AND ${certificates.badgeIndex} = ${place} AND ${certificates.number} <> ${number})`;
  const { kept } = await db.commit({
    kept: sql`UPDATE ${certificates} SET ${x.badge} = ${badge}, ${x.badgeIndex} = ${figure(place)}
      WHERE ${certificates.number} = ${number} AND ${certificates.subscriberId} = ${subscriberId}
        AND ${certificates.withdrawnAt} IS NULL AND ${certificates.badge} IS ${before} AND NOT ${taken}`,
  });
  return kept.changed > 0;
}

/** The places of a provider’s badges whose certificate does not stand any more. */
export async function withdrawnPlaces(db: Database, providerId: number): Promise<number[]> {
  const rows = await db.orm
    .select({ place: certificates.badgeIndex })
    .from(certificates)
    .where(and(eq(certificates.providerId, providerId), isNotNull(certificates.withdrawnAt)));
  return rows.flatMap(({ place }) => place ?? []);
}

/** A provider that gives certificates, or once did; null for any other. */
export async function readIssuer(db: Database, slug: string) {
  const [found] = await db.orm
    .select({ id: providers.id, slug: slugOf, name: providers.name, site: providers.site })
    .from(providers)
    .where(
      and(
        isCalled(slug),
        sql`EXISTS (SELECT 1 FROM ${adoptions} WHERE ${adoptions.providerId} = ${providers.id})`,
      ),
    );
  return found ?? null;
}

/** True where somebody may be given a certificate today. */
export async function isAdopted(db: Database): Promise<boolean> {
  const rows = await db.orm
    .select({ id: adoptions.id })
    .from(adoptions)
    .where(isNull(adoptions.endedAt))
    .limit(1);
  return rows.length > 0;
}

/** A stretch of each list that is counted for the whole: places are random. */
const SAMPLE = 1024;

/** What providers are called whose list is as full as one may get. */
export async function crowdedLists(db: Database): Promise<string[]> {
  const enough = Math.floor((LIST_FULL / LIST_LENGTH) * SAMPLE);
  const rows = await db.orm
    .select({ slug: slugOf })
    .from(providers)
    .where(
      sql`(SELECT count(*) FROM ${certificates} WHERE ${and(
        eq(certificates.providerId, providers.id),
        lt(certificates.badgeIndex, SAMPLE),
      )}) >= ${figure(enough)}`,
    );
  return rows.map(({ slug }) => slug);
}
