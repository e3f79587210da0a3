import { eq } from 'drizzle-orm';
import { deliveries, devices, subscribers, suppressions } from '../../src/db/schema.ts';
import { randomId } from '../../src/id.ts';
import { orm, put, rows } from './rows.ts';
import type { Visitor } from './visitor.ts';

/** The slot that people of the tests choose. */
export const SLOT = { weekday: '2', time: '07:30', time_zone: 'Europe/Berlin' };

/** The path of the newest link of a kind that was mailed to an address. */
export async function mailedPath(visitor: Visitor, email: string, kind: string): Promise<string> {
  const mails = await visitor.mails(email);
  const path = new RegExp(`(?<=://[^/]+)/${kind}/[^\\s"?#/]+`).exec(mails.at(-1)?.text ?? '')?.[0];
  if (!path) throw new Error(`no ${kind} link in ${mails.at(-1)?.subject ?? 'no mail'}`);
  return path;
}

/** Signs up with the form, and hands back the path in the mail. */
export async function signUpByForm(
  visitor: Visitor,
  email: string,
  fields: Record<string, string> = {},
): Promise<string> {
  const form = { email, first_name: 'Ana', time_zone: 'Europe/Berlin', ...fields };
  const response = await visitor.post('/signup', form);
  if (response.status !== 303) throw new Error(`signup was answered ${response.status}`);
  await visitor.work();
  return mailedPath(visitor, email, 'confirm');
}

/** Presses the button of a confirmation page, and hands back the path of the learner's page. */
export async function pressConfirm(
  visitor: Visitor,
  path: string,
  slot: Partial<typeof SLOT> = {},
): Promise<string> {
  const response = await visitor.post(path, { go: 'yes', ...SLOT, ...slot });
  const location = response.headers.get('location');
  if (response.status !== 303 || !location) throw new Error(`confirm answered ${response.status}`);
  return location;
}

/** Somebody who signed up and confirmed, lesson 1 sent. */
export async function enrollByForm(
  visitor: Visitor,
  email: string,
  slot: Partial<typeof SLOT> = {},
): Promise<{ confirmPath: string; learnPath: string; unsubscribePath: string }> {
  const confirmPath = await signUpByForm(visitor, email);
  const learnPath = await pressConfirm(visitor, confirmPath, slot);
  await visitor.work();
  const unsubscribePath = await mailedPath(visitor, email, 'unsubscribe');
  return { confirmPath, learnPath, unsubscribePath };
}

/** An address that is never mailed again. */
export async function suppress(visitor: Visitor, email: string): Promise<void> {
  const hash = await (await visitor.context()).tokens.addressHash(email);
  await put(suppressions, { hash, reason: 'bounce', at: 0 });
}

/** The states of the mails that were owed to an address, by kind, oldest first. */
export function owedTo(
  email: string,
): Promise<Pick<typeof deliveries.$inferSelect, 'kind' | 'state'>[]> {
  return orm
    .select({ kind: deliveries.kind, state: deliveries.state })
    .from(deliveries)
    .innerJoin(subscribers, eq(subscribers.id, deliveries.subscriberId))
    .where(eq(subscribers.email, email))
    .orderBy(deliveries.dueAt);
}

/** The cookie of a device that somebody has opened, as a browser sends it. */
export async function deviceCookie(
  visitor: Visitor,
  email?: string,
  lifetime = 3600,
): Promise<string> {
  const [row] = await rows(subscribers, email === undefined ? undefined : { email });
  const { tokens, clock, settings } = await visitor.context();
  const id = randomId();
  await put(devices, {
    id,
    subscriberId: row?.id ?? 0,
    createdAt: clock.now(),
    expiresAt: clock.now() + lifetime,
  });
  const device = await tokens.device({ deviceId: id, linkVersion: row?.linkVersion ?? 0 });
  return `${settings.baseUrl.startsWith('https:') ? '__Host-' : ''}room=${device}`;
}
