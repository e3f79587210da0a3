import { THEMES, type Theme } from '../../provider/provider.ts';

/** How a form in a frame looks, as its provider's page says in the frame's address. */
export interface Look {
  /** What a frame that asks for nothing gets is light: it stands on pages that are, whatever a system wants. */
  theme: Theme;
  /** `#rrggbb`, of buttons and lines; null for ours. */
  accent: string | null;
}

/** The grounds and inks of frame.css, which an accent must stand out from. */
const GROUNDS = { light: ['#f6f1e7', '#fdfaf4'], dark: ['#1c1916', '#26221e'] };
const INKS = ['#000000', '#ffffff'];

/** What is not text must differ from what is around it by this (WCAG 2.2, 1.4.11). */
const ENOUGH = 3;

/**
 * The look that an address asks for. A theme that is none is left out, and so is an accent that is no color
 * or that nobody could make out on its ground.
 *
 * @param asked `theme`, one of the three; `accent`, a color of three or six hexadecimal digits
 * @param theme the provider's own
 */
export function lookOf(asked: { theme?: string; accent?: string }, theme: Theme): Look {
  const own = theme === 'auto' ? 'light' : theme;
  const chosen = THEMES.find((known) => known === asked.theme) ?? own;
  const accent = colorIn(asked.accent ?? '');
  const grounds = chosen === 'auto' ? Object.values(GROUNDS).flat() : GROUNDS[chosen];
  const seen = accent !== null && grounds.every((ground) => contrast(accent, ground) >= ENOUGH);
  return { theme: chosen, accent: seen ? accent : null };
}

/** The query that asks for it again; empty for what a frame gets anyway. */
export function queryOf({ theme, accent }: Look, own: Theme): string {
  const said = new URLSearchParams({
    ...(theme === lookOf({}, own).theme ? {} : { theme }),
    ...(accent === null ? {} : { accent: accent.slice(1) }),
  }).toString();
  return said && `?${said}`;
}

/** The rules that bring an accent in, words on it in whichever ink is read better; empty without one. */
export function tint({ accent }: Look): string {
  if (accent === null) return '';
  const [black = '', white = ''] = INKS;
  const ink = contrast(accent, black) > contrast(accent, white) ? black : white;
  return `.frame-page[data-theme]{--clay:${accent};--clay-deep:${accent};--on-clay:${ink}}`;
}

function colorIn(text: string): string | null {
  const digits = /^#?([\da-f]{3}|[\da-f]{6})$/i.exec(text)?.[1]?.toLowerCase();
  if (digits === undefined) return null;
  return `#${digits.length === 3 ? digits.replace(/./g, '$&$&') : digits}`;
}

/** The contrast of two colors (WCAG 2.2, "contrast ratio"): 1 to 21. */
export function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
