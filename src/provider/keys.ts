import { DAY } from '../clock.ts';
import type { retiredKeys } from '../db/schema.ts';

/** How many days a replaced key may be taken beside its successor; 0: it ends at once. */
export const OVERLAPS = [0, 7, 30, 90] as const;
export type Overlap = (typeof OVERLAPS)[number];

/** What is taken where nobody says: time to paste a snippet anew. */
export const USUAL_OVERLAP: Overlap = 30;

/** How long before a replaced key ends its provider's owners are mailed, in seconds. */
export const TOLD_BEFORE = 7 * DAY;

/** A key that was replaced. */
export type RetiredKey = Pick<typeof retiredKeys.$inferSelect, 'key' | 'retiredAt' | 'worksUntil'>;
