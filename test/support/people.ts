import { randomId } from '../../src/id.ts';
import { rows } from './course.ts';
import type { Visitor } from './visitor.ts';

/** The slot that people of the tests choose. */
export const SLOT = { weekday: '2', time: '07:30', time_zone: 'Europe/Berlin' };

/** The path of the newest link of a kind that was mailed to an address. */
export async function mailedPath(visitor: Visitor, email: string, kind: string): Promise<string> {
  const mails = await visitor.mails(email);
  const path = new RegExp(`(?<=://[^/]+)/${kind}/[^\\s"?#]+`).exec(mails.at(-1)?.text ?? '')?.[0];
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
  await visitor.env.DB.prepare(
    "INSERT INTO suppressions (hash, reason, at) VALUES (?, 'bounce', 0)",
  )
    .bind(hash)
    .run();
}

/** The states of the mails that were owed to an address, by kind, oldest first. */
export async function owedTo(email: string): Promise<{ kind: string; state: string }[]> {
  return rows(
    `SELECT kind, state FROM deliveries WHERE subscriber_id =
       (SELECT id FROM subscribers WHERE email = '${email}') ORDER BY due_at`,
  );
}

/** The cookie of a device that somebody has opened, as a browser sends it. */
export async function deviceCookie(
  visitor: Visitor,
  email?: string,
  lifetime = 3600,
): Promise<string> {
  const where = email === undefined ? '' : `WHERE email = '${email}'`;
  const [row] = await rows<{ id: number; version: number }>(
    `SELECT id, link_version AS version FROM subscribers ${where}`,
  );
  const { tokens, clock, settings } = await visitor.context();
  const id = randomId();
  await visitor.env.DB.prepare(
    'INSERT INTO devices (id, subscriber_id, created_at, expires_at) VALUES (?, ?, ?, ?)',
  )
    .bind(id, row?.id ?? 0, clock.now(), clock.now() + lifetime)
    .run();
  const device = await tokens.device({ deviceId: id, linkVersion: row?.version ?? 0 });
  return `${settings.baseUrl.startsWith('https:') ? '__Host-' : ''}room=${device}`;
}
