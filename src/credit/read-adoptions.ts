import type { Seconds } from '../clock.ts';
import type { Context } from '../context.ts';
import { dateAfter } from '../course/schedule.ts';
import { findBySlug } from '../provider/list-providers.ts';
import { type Nearing, nearingOf } from './adoption.ts';
import {
  type Adoption,
  type AdoptionOf,
  readAdoptionOf,
  readAdoptionsOf,
  readFrozenAt,
  readRunning,
} from './store/adoptions.ts';
import { type Edition, readEdition } from './store/editions.ts';

/** What a provider says of the course, all that a page about it needs. */
export interface Information extends AdoptionOf {
  edition: Edition;
  /** When its text was put down. */
  frozenAt: Seconds;
  /** The first day on which this provider offered the course in any way. */
  since: string;
  /** The day on which it is looked at, in UTC. */
  today: string;
}

/** So many days ahead is told what ends. */
const AHEAD = 60;

const today = (ctx: Context, ahead = 0) => dateAfter(ctx.clock.now(), ahead, 'UTC');

/** @param all every adoption of its provider */
async function informationOf(
  ctx: Context,
  found: AdoptionOf,
  all: readonly Pick<Adoption, 'fromDay'>[],
): Promise<Information> {
  const { edition: hash } = found.adoption;
  const [edition, frozenAt] = await Promise.all([
    readEdition(ctx.db, hash),
    readFrozenAt(ctx.db, hash),
  ]);
  if (!edition || frozenAt === null) {
    throw new Error('an adoption names an edition that is not there');
  }
  const since = all.map(({ fromDay }) => fromDay).sort()[0] ?? found.adoption.fromDay;
  return { ...found, edition, frozenAt, since, today: today(ctx) };
}

/** What a provider offers now, or what it offered last. Null where it never adopted the course. */
export async function courseInformation(ctx: Context, slug: string): Promise<Information | null> {
  const provider = await findBySlug(ctx, slug);
  if (!provider) return null;
  const all = await readAdoptionsOf(ctx.db, provider.id);
  const [adoption] = all;
  return adoption ? informationOf(ctx, { adoption, provider }, all) : null;
}

/** One adoption as it was agreed to, for ever. */
export async function adoptionInformation(ctx: Context, id: number): Promise<Information | null> {
  const found = await readAdoptionOf(ctx.db, id);
  return found ? informationOf(ctx, found, await readAdoptionsOf(ctx.db, found.provider.id)) : null;
}

/** Every adoption of a provider, the running or newest first. Null for a provider that there is not. */
export async function adoptionsOf(ctx: Context, slug: string): Promise<Information[] | null> {
  const provider = await findBySlug(ctx, slug);
  if (!provider) return null;
  const found = await readAdoptionsOf(ctx.db, provider.id);
  return Promise.all(found.map((adoption) => informationOf(ctx, { adoption, provider }, found)));
}

/** What of the adoptions that run nears its end. */
export async function nearingAdoptions(
  ctx: Context,
): Promise<{ provider: string; nears: Nearing }[]> {
  const running = await readRunning(ctx.db);
  const days = { today: today(ctx), soon: today(ctx, AHEAD) };
  return running.flatMap(({ adoption, provider }) =>
    nearingOf(adoption.body, days).map((nears) => ({ provider: provider.name, nears })),
  );
}
