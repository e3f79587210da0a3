import { colorIn, inkOn, isSeen } from '../../provider/looks.ts';
import { type Provider, THEMES, type Theme } from '../../provider/provider.ts';

/** How a form in a frame looks, as its provider's page says in the frame's address. */
export interface Look {
  /** What a frame that asks for nothing gets is light: it stands on pages that are, whatever a system wants. */
  theme: Theme;
  /** `#rrggbb`, of buttons and lines; null for ours. */
  accent: string | null;
}

type Own = Pick<Provider, 'theme' | 'accent'>;

/**
 * The look that an address asks for. A theme that is none is left out, and so is an accent that is no color
 * or that nobody could make out on its ground.
 *
 * @param asked `theme`, one of the three; `accent`, a color of three or six hexadecimal digits
 * @param own what the provider has chosen for wherever nothing is asked for
 */
export function lookOf(asked: { theme?: string; accent?: string }, own: Own): Look {
  const usual = own.theme === 'auto' ? 'light' : own.theme;
  const chosen = THEMES.find((known) => known === asked.theme) ?? usual;
  const accent = colorIn(asked.accent ?? '') ?? own.accent;
  return { theme: chosen, accent: accent !== null && isSeen(accent, chosen) ? accent : null };
}

/** The query that asks for it again; empty for what a frame gets anyway. */
export function queryOf({ theme, accent }: Look, own: Own): string {
  const usual = lookOf({}, own);
  const said = new URLSearchParams({
    ...(theme === usual.theme ? {} : { theme }),
    ...(accent === null || accent === usual.accent ? {} : { accent: accent.slice(1) }),
  }).toString();
  return said && `?${said}`;
}

/** The rules that bring an accent in, words on it in whichever ink is read better; empty without one. */
export function tint({ accent }: Look): string {
  if (accent === null) return '';
  return `.frame-page[data-theme]${clay(accent)}`;
}

const clay = (accent: string) =>
  `{--clay:${accent};--clay-deep:${accent};--on-clay:${inkOn(accent)}}`;

/** The same for a page of ours, which is light or dark as its reader's system is; ours where it would be lost. */
export function tintPage(accent: string | null): string {
  if (accent === null) return '';
  return (['light', 'dark'] as const)
    .filter((theme) => isSeen(accent, theme))
    .map((theme) => `@media (prefers-color-scheme:${theme}){:root${clay(accent)}}`)
    .join('');
}
