import { secondsOf } from '../clock.ts';
import type { Context } from '../context.ts';
import type { Provider } from '../provider/provider.ts';
import { digestOf } from '../token.ts';
import { type MemberRole, type OperatorRole, type Room, SEEN_EVERY } from './staff.ts';
import { readMember, readOperator, readStaff, touch } from './store/sessions.ts';

/** Somebody who is in, in one browser. */
interface In {
  staffId: number;
  email: string;
  name: string;
  session: number;
  /** What its forms bring along. */
  csrf: string;
}

/** Somebody of a provider's, on a page of that provider. */
export interface Member extends In {
  memberId: number;
  role: MemberRole;
  mayExport: boolean;
  /** Of the slug in the address. Its id comes from here, and from nowhere else. */
  provider: Provider & { id: number };
}

export interface Operator extends In {
  role: OperatorRole;
}

/** Who asks, or that nobody is in (`out`), or that there is nothing here for them (`nowhere`). */
export type Found<Who> = Who | 'out' | 'nowhere';

/** Who asks for a page of the provider that a slug names. @param held what the browser's cookie holds */
export async function memberAt(
  ctx: Context,
  held: string | undefined,
  slug: string,
): Promise<Found<Member>> {
  if (held === undefined) return 'out';
  const row = await readMember(ctx.db, await digestOf(held), slug, machineOf(ctx));
  if (row === null) return 'out';
  await seen(ctx, row);
  const { session, seenAt: _, staffId, email, staffName, memberId, role, mayExport, ...of } = row;
  if (memberId === null || role === null || of.id === null) return 'nowhere';
  const provider = {
    ...of,
    slug: of.slug ?? of.publicKey,
    origins: JSON.parse(of.origins ?? '[]') as string[],
  } as Member['provider'];
  const owner = role === 'owner';
  const who = { staffId, email, name: staffName, session, csrf: await ctx.tokens.csrf(session) };
  return { ...who, memberId, role, mayExport: owner || mayExport === 1, provider };
}

/** Who asks for a page of the console. */
export async function operatorAt(ctx: Context, held: string | undefined): Promise<Found<Operator>> {
  if (held === undefined) return 'out';
  const row = await readOperator(ctx.db, await digestOf(held), machineOf(ctx));
  if (row === null) return 'out';
  await seen(ctx, row);
  const { session, staffId, email, staffName, role } = row;
  if (role === null) return 'nowhere';
  return {
    staffId,
    email,
    name: staffName,
    session,
    csrf: await ctx.tokens.csrf(session),
    role,
  };
}

/** Somebody who is in, wherever they belong. */
export interface Entered extends In {
  /** Slug and name of each provider of theirs. */
  providers: { slug: string; name: string }[];
}

export async function staffAt(
  ctx: Context,
  room: Room,
  held: string | undefined,
): Promise<Entered | null> {
  if (held === undefined) return null;
  const row = await readStaff(ctx.db, room, await digestOf(held), machineOf(ctx));
  if (row === null) return null;
  await seen(ctx, row);
  const providers = (JSON.parse(row.providers) as [string, string][]).map(([slug, name]) => ({
    slug,
    name,
  }));
  return {
    staffId: row.staffId,
    email: row.email,
    name: row.staffName,
    session: row.session,
    csrf: await ctx.tokens.csrf(row.session),
    providers,
  };
}

const machineOf = ({ clock }: Context) => secondsOf(clock.machine());

async function seen(ctx: Context, row: { session: number; seenAt: number }): Promise<void> {
  const machine = machineOf(ctx);
  if (row.seenAt <= machine - SEEN_EVERY) await touch(ctx.db, row.session, machine);
}
