import { sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import type { LinkRow } from './links.ts';

/**
 * Opens a device with a link, once. What the same browser had opened before ends: it keeps one cookie.
 *
 * @param device.earlier the device that the browser had been until now, or null
 * @returns false where the link has been used, has expired, or its learner's links were ended meanwhile
 */
export async function insertDevice(
  db: Database,
  link: LinkRow,
  device: { id: number; earlier: number | null; now: Seconds; expiresAt: Seconds },
): Promise<boolean> {
  const { id, earlier, now, expiresAt } = device;
  const results = await db.batch([
    sql`INSERT INTO devices (id, subscriber_id, created_at, expires_at)
        SELECT ${id}, s.id, ${now}, ${expiresAt}
        FROM links l JOIN subscribers s ON s.id = l.subscriber_id
        WHERE l.id = ${link.id} AND l.purpose = 'open' AND l.used_at IS NULL
          AND l.expires_at > ${now} AND s.link_version = ${link.linkVersion}
          AND s.erase_requested_at IS NULL`,
    sql`DELETE FROM devices WHERE id = ${earlier} AND EXISTS (SELECT 1 FROM devices WHERE id = ${id})`,
    sql`UPDATE links SET used_at = ${now}
        WHERE id = ${link.id} AND EXISTS (SELECT 1 FROM devices WHERE id = ${id})`,
  ]);
  return (results[0]?.meta.changes ?? 0) > 0;
}

/** Closes a device, whosever it is: its own browser says so. */
export async function deleteDevice(db: Database, id: number): Promise<void> {
  await db.batch([sql`DELETE FROM devices WHERE id = ${id}`]);
}

/** Closes every device of a learner's. */
export async function deleteDevices(db: Database, subscriberId: number): Promise<void> {
  await db.batch([sql`DELETE FROM devices WHERE subscriber_id = ${subscriberId}`]);
}
