import { members, operators, providers, sessions, staff } from '../../src/db/schema.ts';
import { randomId } from '../../src/id.ts';
import type { MemberRole, OperatorRole, Room } from '../../src/staff/staff.ts';
import { digestOf, randomSecret } from '../../src/token.ts';
import { plantProvider } from './providers.ts';
import { count, put, value } from './rows.ts';
import type { Visitor } from './visitor.ts';

/** Olga, who is an owner at the tests' provider. */
export async function plantOwner(changes: Partial<typeof staff.$inferInsert> = {}): Promise<void> {
  if (Number(await count(providers)) === 0) await plantProvider();
  const olga = { id: 9, email: 'olga@harbor.example', emailHash: 'hash-olga', createdAt: 0 };
  await put(staff, { ...olga, ...changes });
  await put(members, {
    id: 90,
    providerId: 1,
    staffId: changes.id ?? olga.id,
    role: 'owner',
    invitedBy: 'operator:test',
    createdAt: 0,
    joinedAt: 0,
  });
}

/** Somebody of the staff who is in, in one browser. */
export interface Insider {
  staffId: number;
  session: number;
  csrf: string;
  cookie: string;
  get(path: string): Promise<Response>;
  /** Presses a button of a page that was shown to them. */
  post(path: string, fields?: Record<string, string>): Promise<Response>;
}

async function enter(anyone: Visitor, room: Room, email: string): Promise<Insider> {
  const { tokens, clock, settings } = await anyone.context();
  const known = await value(staff, 'id', { email });
  const staffId = typeof known === 'number' ? known : randomId();
  if (typeof known !== 'number') {
    const emailHash = await tokens.addressHash(email);
    await put(staff, { id: staffId, email, emailHash, createdAt: clock.now(), enteredAt: 0 });
  }
  const secret = randomSecret();
  const session = randomId();
  const machine = Math.floor(clock.machine() / 1000);
  await put(sessions, {
    id: session,
    hash: await digestOf(secret),
    room,
    staffId,
    agent: 'A test',
    createdAt: machine,
    seenAt: machine,
    endsAt: machine + 3600,
  });
  const csrf = await tokens.csrf(session);
  const prefix = settings.baseUrl.startsWith('https:') ? '__Host-' : '';
  const cookie = `${prefix}${room === 'portal' ? 'portal' : 'operator'}=${secret}`;
  return {
    staffId,
    session,
    csrf,
    cookie,
    get: (path) => anyone.get(path, { cookie }),
    post: (path, fields = {}) => anyone.post(path, { go: 'yes', csrf, ...fields }, { cookie }),
  };
}

/** Somebody of a provider's people, by its id, who has entered the portal. */
export async function enterPortal(
  anyone: Visitor,
  member: { email?: string; role?: MemberRole; mayExport?: boolean; provider?: number } = {},
): Promise<Insider & { memberId: number }> {
  const { email = 'olga@harbor.example', role = 'owner', mayExport, provider = 1 } = member;
  if (Number(await count(providers, { id: provider })) === 0) await plantProvider();
  const insider = await enter(anyone, 'portal', email);
  const memberId = randomId();
  await put(members, {
    id: memberId,
    providerId: provider,
    staffId: insider.staffId,
    role,
    mayExport: mayExport ? 1 : 0,
    invitedBy: 'operator:test',
    createdAt: 0,
    joinedAt: 0,
  });
  return { ...insider, memberId };
}

/** Somebody of those who run the course, who has entered the console. */
export async function enterConsole(
  anyone: Visitor,
  { email = 'mira@course.example', role = 'owner' }: { email?: string; role?: OperatorRole } = {},
): Promise<Insider> {
  const insider = await enter(anyone, 'console', email);
  await put(operators, { staffId: insider.staffId, role, createdAt: 0 });
  return insider;
}

/** A browser with cookies of its own. */
export interface Browsing {
  cookies: Map<string, string>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(
    path: string,
    fields?: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<Response>;
}

export function browsing(anyone: Visitor): Browsing {
  const cookies = new Map<string, string>();
  const sent = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const keep = (response: Response) => {
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  return {
    cookies,
    get: async (path, headers = {}) => keep(await anyone.get(path, { cookie: sent(), ...headers })),
    post: async (path, fields = {}, headers = {}) =>
      keep(await anyone.post(path, fields, { cookie: sent(), ...headers })),
  };
}

/** Link and digits of the newest mail to somebody of the staff. */
export async function wayIn(
  anyone: Visitor,
  email: string,
): Promise<{ path: string; digits: string; kind: string }> {
  await anyone.work();
  const mail = (await anyone.mails(email)).at(-1);
  if (!mail) throw new Error(`nothing was mailed to ${email}`);
  const path = /(?<=:\/\/[^/]+)\/(portal|operator)\/open\/[\w.-]+/.exec(mail.text)?.[0] ?? '';
  const digits = /\b\d{4} \d{4}\b/.exec(mail.text)?.[0] ?? '';
  return { path, digits, kind: mail.kind };
}
