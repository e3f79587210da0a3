import type { Context } from '../context.ts';
import {
  type MemberListed,
  type OperatorListed,
  providerCalled,
  readMemberRow,
  readMembers,
  readOperators,
} from './store/people.ts';

export type { MemberListed, OperatorListed };

/** A provider's people, owners first. */
export const listMembers = (ctx: Context, providerId: number): Promise<MemberListed[]> =>
  readMembers(ctx.db, providerId);

/** The people of the provider that the operator calls by a slug; null where there is none. */
export async function listPeopleOf(ctx: Context, slug: string): Promise<MemberListed[] | null> {
  const id = await providerCalled(ctx.db, slug);
  return id === null ? null : readMembers(ctx.db, id);
}

/** One of a provider's people; null where they are not of this one. */
export const findMember = (
  ctx: Context,
  providerId: number,
  id: number,
): Promise<MemberListed | null> => readMemberRow(ctx.db, providerId, id);

/** Everybody of the console, owners first. */
export const listOperators = (ctx: Context): Promise<OperatorListed[]> => readOperators(ctx.db);
