import type { Context } from '../context.ts';
import type { Licence } from './certificate.ts';
import type { Adoption } from './store/adoptions.ts';
import { readAdoptionsOf } from './store/adoptions.ts';
import {
  type GoingRow,
  type Line,
  readGoing,
  readKept,
  readOnRoster,
  readReportPage,
} from './store/reports.ts';

/** Certificates of one page. */
const PAGE = 50;
/** Claims that are listed at most; those that wait for their provider stand first. */
const MOST_GOING = 200;

/** How far somebody is on the way to a certificate, as their provider sees it. */
export type Way =
  /** `named`: at the test. */
  | 'named'
  | 'passed'
  /** Complete, and their provider has still to let it go. */
  | 'waits'
  /** Complete; the certificate is made at this moment. */
  | 'complete'
  | 'issued'
  | 'refused';

/** A claim without a certificate. Of answers nothing is told. */
export interface Going {
  id: number;
  way: Way;
  name: string;
  licences: Licence[];
  tries: number;
  /** Right answers of the passed try; null before. */
  right: number | null;
  /** `YYYY-MM-DD` */
  completedOn: string | null;
}

export interface ProviderCredit {
  /** The adoption that runs, or the last one; null where there was none. */
  adoption: Adoption | null;
  going: Going[];
  certificates: Line[];
  /** From which number the page of the older goes on; null where there is none. */
  older: string | null;
  /** How many certificates are kept. */
  count: number;
}

function wayOf(
  claim: Pick<GoingRow, 'state' | 'releasedAt' | 'refusedAt' | 'passedAt'>,
): Way | null {
  switch (claim.state) {
    case 'issued':
      return 'issued';
    case 'complete':
      return claim.releasedAt === null ? 'waits' : 'complete';
    case 'open':
      return claim.passedAt === null ? 'named' : 'passed';
    default:
      return claim.refusedAt === null ? null : 'refused';
  }
}

/**
 * What a provider sees of certificates and of those who are on the way to one: nobody who has not agreed to
 * that, and nobody who has ended what the provider sees.
 *
 * @param input.before the number behind which the page begins
 */
export async function readProviderCredit(
  ctx: Context,
  { providerId, before }: { providerId: number; before: string | null },
): Promise<ProviderCredit> {
  const now = ctx.clock.now();
  const [adoptions, going, { count, repeated }] = await Promise.all([
    readAdoptionsOf(ctx.db, providerId),
    readGoing(ctx.db, providerId, MOST_GOING),
    readKept(ctx.db, providerId, now),
  ]);
  const place = { now, before, limit: PAGE + 1 };
  const lines = await readReportPage(ctx.db, providerId, place, repeated);
  const certificates = lines.slice(0, PAGE);
  return {
    adoption: adoptions[0] ?? null,
    going: going.flatMap((claim) => {
      const way = wayOf(claim);
      if (way === null) return [];
      const { id, name, licences, tries, right, completedOn } = claim;
      const printed: Licence[] = JSON.parse(licences ?? '[]');
      return [{ id, way, name: name ?? '', licences: printed, tries, right, completedOn }];
    }),
    certificates,
    older: lines.length > PAGE ? (certificates.at(-1)?.number ?? null) : null,
    count,
  };
}

/** How far somebody is; `number` where a certificate stands. */
export type OnRoster = ReadonlyMap<string, { way: Way; number: string | null }>;

/** How far some of a roster are, by the `ref` of each. */
export async function readCreditOnRoster(
  ctx: Context,
  providerId: number,
  refs: readonly string[],
): Promise<OnRoster> {
  if (refs.length === 0) return new Map();
  const rows = await readOnRoster(ctx.db, providerId, refs);
  const found = new Map<string, { way: Way; number: string | null }>();
  for (const row of rows) {
    const way = wayOf(row);
    // The latest round speaks, and a certificate of an earlier one is not lost beside it.
    const number = row.number ?? found.get(row.ref)?.number ?? null;
    if (way !== null) found.set(row.ref, { way, number });
  }
  return found;
}
