/**
 * A random positive integer below 2^53, for rows whose id leaves the house in a link: it tells nothing
 * about how many there are, and an id freed by an erasure is not given to somebody else.
 */
export function randomId(): number {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return (high & 0x1fffff) * 2 ** 32 + low || 1;
}

/**
 * The first of `count` ids in a row, random as a whole: rows that are written together stand together on
 * disk, which scattered ones would not.
 */
export function randomIds(count: number): number {
  const run = 2 ** Math.ceil(Math.log2(count));
  const id = randomId();
  return Math.max(run, id - (id % run));
}

/** 80 random bits as hex, for a key that stands on other people's pages. */
export const randomKey = (): string => randomHex(10);

/** 128 random bits as hex, from which an order is drawn. */
export const randomSeed = (): string => randomHex(16);

function randomHex(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A number as base 36 writes it; null for anything else, another spelling of it included. */
export function parseBase36(text: string | undefined): number | null {
  if (text === undefined || !/^[0-9a-z]{1,11}$/.test(text)) return null;
  const value = Number.parseInt(text, 36);
  return Number.isSafeInteger(value) && value.toString(36) === text ? value : null;
}

/** A subscriber's id as it leaves the house: `sub_` and base 36. */
export function subscriberName(id: number): string {
  return `sub_${id.toString(36)}`;
}

/** The id behind `sub_…`, or null. */
export function parseSubscriberName(name: string): number | null {
  return name.startsWith('sub_') ? parseBase36(name.slice(4)) : null;
}
