import type { Context } from '../context.ts';
import { learnerOn } from '../subscriber/device.ts';
import { digestOf, randomSecret } from '../token.ts';
import { type Badge, badgeOf, instantText, keyOf, LIST_LENGTH, type Signed } from './badge.ts';
import { frozenOf } from './certificate.ts';
import { registerAddress } from './own-certificates.ts';
import { readBadge, takenOf, updateBadge } from './store/badges.ts';

type Row = NonNullable<Awaited<ReturnType<typeof readBadge>>>;

export type Made =
  /** The JSON, always the same until its key is taken out. */
  | { kind: 'badge'; badge: string }
  /** Nothing signs one yet. */
  | { kind: 'no-key' }
  /** The certificate does not stand any more. */
  | { kind: 'ended' }
  | { kind: 'bad-link' | 'closed' | 'locked' | 'unknown' };

/** So often may somebody else be first. */
const TRIES = 5;

/**
 * The badge of a learner’s own certificate, on a device of theirs: made and signed when it is first asked
 * for, and signed anew once its key is not among ours any more.
 */
export async function ownBadge(
  ctx: Context,
  token: string,
  device: string | undefined,
  number: string,
): Promise<Made> {
  const found = await learnerOn(ctx, token, device);
  if (!found) return { kind: 'bad-link' };
  if (found.depth !== 'open') return { kind: found.depth };
  const { subscriberId } = found.learner;
  const [key] = ctx.settings.credentialKeys;
  for (let tried = 0; tried < TRIES; tried += 1) {
    const row = await readBadge(ctx.db, number, subscriberId);
    if (!row) return { kind: 'unknown' };
    if (row.withdrawnAt !== null || row.frozen === null) return { kind: 'ended' };
    if (!key) return { kind: 'no-key' };
    if (row.badge !== null && (await isListed(ctx, row.badge))) {
      return { kind: 'badge', badge: row.badge };
    }
    const place = row.badgeIndex ?? (await freePlace(ctx, row.providerId));
    const document =
      row.badge === null ? await composed(ctx, row, number, place) : plain(row.badge);
    const { sign } = await import('./sign.ts');
    const signed = await sign(document, {
      seed: key.seed,
      issuer: document.issuer.id,
      at: instantText(ctx.clock.now()),
    });
    const badge = JSON.stringify(signed);
    const whose = { number, subscriberId, providerId: row.providerId };
    if (await updateBadge(ctx.db, whose, { badge, place, before: row.badge })) {
      return { kind: 'badge', badge };
    }
  }
  throw new Error('a badge found no place');
}

/** Whether its key still is among those that its issuer names. */
async function isListed(ctx: Context, text: string): Promise<boolean> {
  const badge: Signed<Badge> = JSON.parse(text);
  const { publicKeyOf } = await import('./sign.ts');
  for (const { seed } of ctx.settings.credentialKeys) {
    const { id } = await publicKeyOf(seed, badge.issuer.id);
    if (id === keyOf(badge)) return true;
  }
  return false;
}

function plain(text: string): Badge {
  const { proof: _, ...document }: Signed<Badge> = JSON.parse(text);
  return document;
}

/** A random place that nobody has: which it is tells nothing of when, and how many there are. */
async function freePlace(ctx: Context, providerId: number): Promise<number> {
  const drawn = [...crypto.getRandomValues(new Uint32Array(16))].map((each) => each % LIST_LENGTH);
  const taken = await takenOf(ctx.db, providerId, drawn);
  const free = drawn.find((place) => !taken.includes(place));
  if (free === undefined) throw new Error('a list of badges is full');
  return free;
}

async function composed(ctx: Context, row: Row, number: string, place: number): Promise<Badge> {
  const { baseUrl } = ctx.settings;
  const salt = randomSecret();
  // Of the address as whoever checks it will type it (Open Badges 3.0, IdentityHash).
  const digest = await digestOf(row.email.toLowerCase() + salt);
  return badgeOf({
    baseUrl,
    register: registerAddress(baseUrl, number),
    issuedAt: row.issuedAt,
    frozen: frozenOf(row.frozen ?? ''),
    adoption: row.adoptionId,
    issuer: { slug: row.slug, site: row.site },
    subject: `urn:uuid:${crypto.randomUUID()}`,
    identity: { hash: `sha256$${digest}`, salt },
    place,
  });
}
