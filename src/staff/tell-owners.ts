/** Mails to a provider's owners, for the transactions of every room that changes what is theirs. */
import { type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Seconds } from '../clock.ts';
import { members, staff } from '../db/schema.ts';
import { owe } from '../delivery/owe.ts';

const m = alias(members, 'told');
const t = alias(staff, 'owner');

/**
 * @param provider its id, or where SQL finds it
 * @param where whether it is to be told at all
 */
export function tellOwners(
  kind: 'owners-changed' | 'sites-changed' | 'key-ending',
  provider: SQL,
  now: Seconds,
  where: SQL,
): SQL {
  return owe(kind, {
    to: 0,
    staff: sql`${t.id}`,
    toHash: sql`${t.emailHash}`,
    about: sql`${m.providerId}`,
    due: now,
    from: sql`${members} ${m} CROSS JOIN ${staff} ${t} ON ${t.id} = ${m.staffId}`,
    where: sql`${m.providerId} = ${provider} AND ${m.role} = 'owner' AND ${m.joinedAt} IS NOT NULL
      AND ${where}`,
  });
}
