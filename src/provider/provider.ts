import { MINUTE } from '../clock.ts';
import type { providers } from '../db/schema.ts';

/** What colors a provider's form has where its snippet names none; `auto` follows the page. */
export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/**
 * Signups through one provider within this many seconds that are taken from any of its forms. Beyond
 * them its forms lead to our own page, so that a flood is slowed and nobody can switch a provider off.
 */
export const SPIKE = { signups: 60, seconds: 10 * MINUTE };

export const MAX_ORIGINS = 10;
const MAX_SLUG = 40;

/** A host name of 253 characters (RFC 1035, 2.3.4), its scheme and its port. */
const MAX_ORIGIN = 270;

type ProviderRow = typeof providers.$inferSelect;

/** How our own pages show a provider. */
export type ProviderLooks = Pick<ProviderRow, 'accent' | 'line' | 'site' | 'logo'>;

/** A continuing-education provider as the operator keeps it: its row of the database, read. */
export interface Provider extends Omit<ProviderRow, 'id' | 'slug' | 'origins'> {
  /** What the operator calls it; its public key where it has none. */
  slug: string;
  /** Exactly as a browser writes them in `Origin`. */
  origins: string[];
}

/**
 * What a browser names as an origin and a policy may name as a host: letters, digits, hyphens, dots. A URL
 * may have more in its host (`;` and `,` too), and that would end a directive in which it stands.
 */
const ORIGIN = /^https?:\/\/([\w-]+(\.[\w-]+)*|\[[\da-f:.]+\])(:\d{1,5})?$/;

/** Whether this is an origin exactly as a browser writes it, of http or https. */
export function isOrigin(text: string): boolean {
  return ORIGIN.test(text) && URL.parse(text)?.origin === text;
}

/**
 * The origin that was meant, as a browser writes it in its `Origin` header: `https://harbor.example`.
 * Null for whatever is more or less than one: a path, a name and password, a pattern, a bare host. A
 * browser would mend some of these in silence, and what it made of them would not be what was typed.
 *
 * @param local also takes http:// and hosts of one word, for pages on this machine
 */
export function parseOrigin(typed: string, local: boolean): string | null {
  const text = typed.trim();
  if (text.length > MAX_ORIGIN || !/^https?:\/\/[^/\\?#@*\s\p{Cc}]+\/?$/iu.test(text)) return null;
  const url = URL.parse(text);
  if (!url || !isOrigin(url.origin)) return null;
  return local || isPublic(url) ? url.origin : null;
}

/** Names that no public site has (RFC 6761, 6762, 8375), and addresses, which a URL writes in one way. */
const NOT_PUBLIC = /(^|\.)(localhost|local|internal|home\.arpa|\d+)$/;

/** Whether an address can be of a site that everybody reaches: https, its usual port, a name with a dot. */
function isPublic({ protocol, port, hostname }: URL): boolean {
  const named = /^[^[\]]+\.[^[\]]+$/.test(hostname) && !NOT_PUBLIC.test(hostname);
  return protocol === 'https:' && port === '' && named;
}

/**
 * The address of a page, if it is on one of these origins; null for any other, or for no address. A
 * `blob:` has the origin of the page that made it, and is no page.
 */
export function pageOn(origins: string[], address: string): string | null {
  // A browser drops tabs and line breaks in an address; one that has them was not meant for people.
  if (address === '' || /[\p{Cc}\s\\]/u.test(address)) return null;
  const url = URL.parse(address);
  if (url === null || `${url.username}${url.password}` !== '') return null;
  if (!/^https?:$/.test(url.protocol)) return null;
  return origins.includes(url.origin) ? url.href : null;
}

/** A slug that somebody chose, or null: small letters, digits and single hyphens, up to 40. */
export function parseSlug(typed: string): string | null {
  return typed.length <= MAX_SLUG && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(typed) ? typed : null;
}

/** The slug of a name, "Harbor Institute" to `harbor-institute`; empty where nothing is left of it. */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_SLUG)
    .replace(/^-|-$/g, '');
}
