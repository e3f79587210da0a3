/** Looking people up, each way by an index. */
import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { deliveries, subscribers } from '../../db/schema.ts';
import { select } from '../../db/select.ts';

const WHO = { id: subscribers.id, email: subscribers.email };

export const readKnown = (db: Database, id: number) =>
  db.all(select(WHO, sql`FROM ${subscribers} WHERE ${subscribers.id} = ${id}`));

/** Whose mail it is, by the number that a log or the mailer’s record gives. */
export const readByMail = (db: Database, delivery: number) =>
  db.all(
    select(
      WHO,
      sql`FROM ${deliveries} CROSS JOIN ${subscribers} ON ${subscribers.id} = ${deliveries.subscriberId}
        WHERE ${deliveries.id} = ${delivery}`,
    ),
  );

/** The address itself first, and then up to `most` that begin so. */
export const readByBeginning = (db: Database, beginning: string, most: number) => {
  const { email } = subscribers;
  if (most === 0)
    return db.all(select(WHO, sql`FROM ${subscribers} WHERE ${email} = ${beginning}`));
  return db.all(
    select(
      WHO,
      sql`FROM ${subscribers} WHERE ${email} >= ${beginning} AND ${email} < ${`${beginning}\u{10ffff}`}
        ORDER BY ${email} LIMIT ${most}`,
    ),
  );
};
