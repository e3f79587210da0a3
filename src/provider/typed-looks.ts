import { DomainError } from '../errors.ts';
import { plainLine } from '../signup/signup.ts';
import { colorIn, ENOUGH, standsOut } from './looks.ts';
import { parseOrigin, type Theme } from './provider.ts';

const MAX_LINE = 120;
const MAX_SITE = 300;

/**
 * An accent that somebody chose; null for ours. Where it is lost on dark pages, they keep ours.
 *
 * @throws DomainError `bad-input` (field `accent`)
 */
export function parseAccent(typed: string, theme: Theme): string | null {
  const text = typed.trim();
  if (text === '') return null;
  const accent = colorIn(text);
  if (accent === null) {
    const message = 'Give a color as # and six digits, such as #456148.';
    throw new DomainError('bad-input', message, 'accent');
  }
  const ground = theme === 'dark' ? 'dark' : 'light';
  const ratio = standsOut(accent, ground);
  if (ratio >= ENOUGH) return accent;
  const shown = Math.floor(ratio * 10) / 10;
  const message = `${accent} is hard to see on a ${ground} page: its contrast is ${shown} to 1, and 3 to 1 is needed. Choose a ${ground === 'dark' ? 'lighter' : 'darker'} one.`;
  throw new DomainError('bad-input', message, 'accent');
}

/**
 * One line about a provider, as plain text; empty for none.
 *
 * @throws DomainError `bad-input` (field `line`)
 */
export function parseLine(typed: string): string {
  const refuse = (message: string): never => {
    throw new DomainError('bad-input', message, 'line');
  };
  if (/[\r\n\u2028\u2029]/.test(typed.trim())) refuse('Write one line.');
  const line = plainLine(typed, typed.length);
  const { length } = [...line];
  if (length > MAX_LINE) refuse(`Write up to ${MAX_LINE} letters; these are ${length}.`);
  if (/@|:\/\/|\bwww\.|[\p{L}\d-]\.(com|org|net|edu|gov|io|co|info|example)\b/iu.test(line)) {
    refuse('Write it without an address or a link: your site has a field of its own.');
  }
  return line;
}

/**
 * Where a provider's own site is; null for nowhere.
 *
 * @param local also takes http:// and hosts of one word
 * @throws DomainError `bad-input` (field `site`)
 */
export function parseSite(typed: string, local: boolean): string | null {
  const text = typed.trim();
  if (text === '') return null;
  const url = text.length <= MAX_SITE && !/[\p{Cc}\s\\]/u.test(text) ? URL.parse(text) : null;
  const bare = url && `${url.username}${url.password}` === '' && parseOrigin(url.origin, local);
  if (url && bare) return url.href;
  const message = 'Give the whole address of your site, such as https://harbor.example/.';
  throw new DomainError('bad-input', message, 'site');
}
