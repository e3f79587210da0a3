/** The longest address that a mailer takes (RFC 5321, 4.5.3.1: a path of 256 with its brackets). */
export const MAX_EMAIL = 254;
const MAX_LOCAL_PART = 64;

/** Code points of a first name that are kept. */
export const MAX_NAME = 80;

/**
 * What stands before the @ (RFC 5322, 3.2.3: a dot-atom) and after it (RFC 1035, 2.3.1: labels of up
 * to 63, at least two, because an address at a bare top-level domain is a slip of the keyboard).
 */
const LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * An address's identity: trimmed and lower-cased whole, nothing folded. Null where it is not an
 * address that can be mailed.
 */
export function parseEmail(typed: string): string | null {
  const email = typed.trim().toLowerCase();
  const at = email.lastIndexOf('@');
  const local = email.slice(0, Math.max(at, 0));
  const domain = email.slice(at + 1);
  const fits = email.length <= MAX_EMAIL && local.length <= MAX_LOCAL_PART;
  return fits && LOCAL_PART.test(local) && DOMAIN.test(domain) ? email : null;
}

/** A name as plain text: no control characters, one line, at most 80 code points. */
export function parseName(typed: string): string {
  const plain = typed
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not stay
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return [...plain].slice(0, MAX_NAME).join('').trim();
}
