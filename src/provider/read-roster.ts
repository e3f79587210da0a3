import type { Context } from '../context.ts';
import { type RosterRow, readBySlug, readRosterRows } from './store/settings.ts';

export type { RosterRow };

/**
 * What learners were told that their provider sees, and nothing else: name, address, weeks sent,
 * finished. Only who confirmed through this provider; whoever takes the course through another, or was
 * enrolled before, is not here. Null where nobody is called that.
 */
export async function readRoster(ctx: Context, slug: string): Promise<RosterRow[] | null> {
  const [provider, rows] = await Promise.all([
    readBySlug(ctx.db, slug),
    readRosterRows(ctx.db, slug),
  ]);
  return provider ? rows : null;
}
