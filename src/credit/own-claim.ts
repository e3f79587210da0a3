import type { Seconds } from '../clock.ts';
import type { Context } from '../context.ts';
import { LESSONS, mailHeads } from '../course/course.ts';
import type { LearnerRow } from '../enrollment/learner.ts';
import { learnerOn } from '../subscriber/device.ts';
import { type Counted, countedOf, type Missing } from './credit.ts';
import {
  type Adopted,
  type Adopter,
  type ClaimRow,
  type OwnRows,
  readAdopters,
  readOwn,
} from './store/claims.ts';
import { type Edition, readEdition } from './store/editions.ts';

/** What would be sent now. */
const textsOfToday = Array.from(
  { length: LESSONS },
  (_, at) => mailHeads.find(({ lesson }) => lesson === at + 1)?.textHash ?? null,
);

export type { Adopter, ClaimRow } from './store/claims.ts';

/** A claim with all that it hangs on. */
export interface Own extends Adopted {
  claim: ClaimRow;
  edition: Edition;
  counted: Counted[];
  missing: Missing[];
  /** The number of its certificate, where one stands. */
  number: string | null;
  /** Of the newest change of address: everything was shut until then. */
  lockedUntil: Seconds | null;
}

/** An adoption under which the learner may begin a claim. */
export interface Offer extends Adopted {
  edition: Edition;
  counted: Counted[];
  missing: Missing[];
}

/** Why nothing of it opens: the link, or this device. */
export type Shut = { kind: 'bad-link' | 'closed' | 'locked' };

export interface OwnCredit {
  kind: 'own';
  learner: LearnerRow;
  /** The claim that goes on; otherwise the newest that is issued or closed. */
  current: Own | null;
  /** The others. */
  before: Own[];
  /** What could be begun, with providers of which there is no claim. */
  offers: Offer[];
  /** For whoever takes the course on their own: with whom it could be shared, to begin there. */
  adopters: Adopter[];
}

/** All of credit that is a learner's, on a device of theirs. */
export async function ownCredit(
  ctx: Context,
  token: string,
  device: string | undefined,
): Promise<OwnCredit | Shut> {
  const found = await learnerOn(ctx, token, device);
  if (!found) return { kind: 'bad-link' };
  if (found.depth !== 'open') return { kind: found.depth };
  const rows = await readOwn(ctx.db, found.learner.subscriberId);
  const alone = found.learner.provider === null && found.learner.enrollmentId !== null;
  const [claims, offers, adopters] = await Promise.all([
    Promise.all(rows.claims.map((claim) => ownOf(ctx, rows, claim, found.learner))),
    Promise.all(
      rows.adopted
        .filter(({ adoption, isShared }) => isShared && mayBegin(rows, adoption.providerId))
        .filter(({ adoption }) => adoption.endedAt === null)
        .map((adopted) => offerOf(ctx, rows, adopted)),
    ),
    alone ? readAdopters(ctx.db, found.learner.subscriberId) : [],
  ]);
  const goesOn = ({ claim }: Own) => claim.state === 'open' || claim.state === 'complete';
  const current = claims.find(goesOn) ?? claims[0] ?? null;
  return {
    kind: 'own',
    learner: found.learner,
    current,
    before: claims.filter((each) => each !== current),
    offers,
    adopters,
  };
}

/** There is no claim with this provider, or the newest was closed and not refused. */
function mayBegin({ claims }: OwnRows, providerId: number): boolean {
  const newest = claims.find((claim) => claim.providerId === providerId);
  return !newest || (newest.state === 'closed' && newest.refusedAt === null);
}

async function offerOf(ctx: Context, { sent }: OwnRows, adopted: Adopted): Promise<Offer> {
  const { edition: hash, accepts } = adopted.adoption;
  const edition = await readEdition(ctx.db, hash);
  if (!edition) throw new Error('an adoption names an edition that is not there');
  return { ...adopted, edition, ...countedOf(sent, accepts, textsOfToday) };
}

async function ownOf(
  ctx: Context,
  rows: OwnRows,
  claim: ClaimRow,
  { lockedUntil }: LearnerRow,
): Promise<Own> {
  const adopted = rows.adopted.find(({ adoption }) => adoption.id === claim.adoptionId);
  if (!adopted) throw new Error('a claim names an adoption that is not there');
  const number = rows.numbers.find(({ claimId }) => claimId === claim.id)?.number ?? null;
  // A share can end by another course, too, which knows of no claim.
  const goesOn = adopted.isShared || claim.state === 'issued';
  const state = goesOn ? claim.state : 'closed';
  const offer = await offerOf(ctx, rows, adopted);
  return { ...offer, claim: { ...claim, state }, number, lockedUntil };
}

/** The claim that goes on, or the newest; what the pages behind the credit page are about. */
export async function claimOn(
  ctx: Context,
  token: string,
  device: string | undefined,
): Promise<({ kind: 'claim'; learner: LearnerRow } & Own) | { kind: 'none' } | Shut> {
  const own = await ownCredit(ctx, token, device);
  if (own.kind !== 'own') return own;
  return own.current ? { kind: 'claim', learner: own.learner, ...own.current } : { kind: 'none' };
}
