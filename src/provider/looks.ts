import type { Theme } from './provider.ts';

/** The grounds of our pages and frames, which an accent must stand out from; and inks on it. */
const GROUNDS = { light: ['#f6f1e7', '#fdfaf4'], dark: ['#1c1916', '#26221e'] };
const INKS = ['#000000', '#ffffff'] as const;

/** What is not text must differ from what is around it by this (WCAG 2.2, 1.4.11). */
export const ENOUGH = 3;

/** A logo as a page shows it. */
export interface Logo {
  /** Names it in its address. */
  hash: string;
  width: number;
  height: number;
}

/** What is kept of a provider's logo, read; null for none. */
export function logoIn(kept: string | null): Logo | null {
  const [, hash, width, height] = /^([\da-f]{64})-(\d+)x(\d+)$/.exec(kept ?? '') ?? [];
  return hash === undefined ? null : { hash, width: Number(width), height: Number(height) };
}

export const logoText = ({ hash, width, height }: Logo): string => `${hash}-${width}x${height}`;

/** `#rrggbb` of a color of three or six hexadecimal digits; null for anything else. */
export function colorIn(text: string): string | null {
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

/** How well an accent stands out from the grounds of a theme, where it does so worst: 1 to 21. */
export const standsOut = (accent: string, theme: 'light' | 'dark'): number =>
  Math.min(...GROUNDS[theme].map((ground) => contrast(accent, ground)));

/** Whether an accent is seen on a theme; `auto` may be either. */
export function isSeen(accent: string, theme: Theme): boolean {
  const themes = theme === 'auto' ? (['light', 'dark'] as const) : [theme];
  return themes.every((each) => standsOut(accent, each) >= ENOUGH);
}

/** Black or white, whichever is read better on an accent. */
export const inkOn = (accent: string): string =>
  contrast(accent, INKS[0]) > contrast(accent, INKS[1]) ? INKS[0] : INKS[1];
