import { eq, sql } from 'drizzle-orm';
import type { Seconds } from '../../clock.ts';
import type { Database } from '../../db/client.ts';
import { bare } from '../../db/names.ts';
import { devices, links, subscribers } from '../../db/schema.ts';
import type { LinkRow } from './links.ts';

interface NewDevice {
  id: number;
  /** The device that the browser had been until now, or null. */
  earlier: number | null;
  now: Seconds;
  expiresAt: Seconds;
}

/**
 * Opens a device with a link, once. What the same browser had opened before ends: it keeps one cookie.
 *
 * @returns false where the link has been used, has expired, or its learner's links were ended meanwhile
 */
export async function insertDevice(
  db: Database,
  link: LinkRow,
  device: NewDevice,
): Promise<boolean> {
  const { id, earlier, now } = device;
  const isOpen = sql`EXISTS (SELECT 1 FROM ${devices} WHERE ${devices.id} = ${id})`;
  const { opened } = await db.commit({
    opened: openWith(link, device),
    closed: sql`DELETE FROM ${devices} WHERE ${devices.id} = ${earlier} AND ${isOpen}`,
    used: sql`UPDATE ${links} SET ${bare(links).usedAt} = ${now}
      WHERE ${links.id} = ${link.id} AND ${isOpen}`,
  });
  return opened.changed > 0;
}

function openWith(link: LinkRow, { id, now, expiresAt }: NewDevice) {
  const d = bare(devices);
  return sql`INSERT INTO ${devices} (${d.id}, ${d.subscriberId}, ${d.createdAt}, ${d.expiresAt})
    SELECT ${id}, ${subscribers.id}, ${now}, ${expiresAt}
    FROM ${links} JOIN ${subscribers} ON ${subscribers.id} = ${links.subscriberId}
    WHERE ${links.id} = ${link.id} AND ${links.purpose} = 'open' AND ${links.usedAt} IS NULL
      AND ${links.expiresAt} > ${now} AND ${subscribers.linkVersion} = ${link.linkVersion}
      AND ${subscribers.eraseRequestedAt} IS NULL`;
}

/** Closes a device, whosever it is: its own browser says so. */
export async function deleteDevice(db: Database, id: number): Promise<void> {
  await db.commit({ closed: db.orm.delete(devices).where(eq(devices.id, id)) });
}

/** Closes every device of a learner's. */
export async function deleteDevices(db: Database, subscriberId: number): Promise<void> {
  await db.commit({ closed: db.orm.delete(devices).where(eq(devices.subscriberId, subscriberId)) });
}
