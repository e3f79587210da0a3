import { colorIn, isSeen, standsOut } from '../../provider/looks.ts';
import { THEMES } from '../../provider/provider.ts';
import type { Chosen } from '../embed/snippets.ts';

export const LAYOUTS = ['stacked', 'inline', 'button'] as const;
export const WAYS = ['script', 'iframe', 'form'] as const;
export const GROUNDS = ['paper', 'dark', 'narrow'] as const;

/** What is chosen on the page of the form builder, as its address has it. */
export interface Built {
  way: (typeof WAYS)[number];
  ground: (typeof GROUNDS)[number];
  /** As it stands in the snippet: nothing of what is as usual. */
  chosen: Chosen;
  /** What was typed as an accent, where it is no color. */
  wrongAccent: string | null;
}

const MOST_WORDS = 120;

const one = <Known extends string>(known: readonly Known[], typed: string | undefined): Known =>
  known.find((each) => each === typed) ?? (known[0] as Known);

/** Words in one line, as an attribute may have them. */
const words = (typed: string | undefined) =>
  (typed ?? '')
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, MOST_WORDS);

/** Reads the address of the builder, or of its preview. Whatever it does not know is as usual. */
export function builtBy(query: Record<string, string>): Built {
  const layout = one(LAYOUTS, query.layout);
  const theme = THEMES.find((known) => known === query.theme);
  const accent = query.accent?.trim() ? colorIn(query.accent.trim()) : undefined;
  const heading = words(query.heading);
  const button = words(query.button);
  const locale = /^[a-z]{2,3}(-[a-z\d]{2,8})*$/i.test(query.locale ?? '')
    ? query.locale
    : undefined;
  return {
    way: one(WAYS, query.way),
    ground: one(GROUNDS, query.ground),
    wrongAccent: accent === null ? words(query.accent) : null,
    chosen: {
      ...(layout === 'stacked' ? {} : { layout }),
      ...(query.title === 'none' ? { heading: '' } : heading ? { heading } : {}),
      ...(button ? { button } : {}),
      ...(locale && (heading || button) ? { locale } : {}),
      ...(theme ? { theme } : {}),
      ...(accent ? { accent } : {}),
    },
  };
}

/** The address of the builder with all that is chosen; of its preview, what follows. */
export function queryOf({ way, ground, chosen }: Built): string {
  const { heading, ...rest } = chosen;
  const title = heading === '' ? { title: 'none' } : heading === undefined ? {} : { heading };
  return new URLSearchParams({ way, ground, ...rest, ...title }).toString();
}

/** How well an accent is seen where it is to stand, in words; null where it is. */
export function contrastOf(accent: string): string {
  const figure = (theme: 'light' | 'dark') => Math.floor(standsOut(accent, theme) * 10) / 10;
  const lost = (['light', 'dark'] as const).filter((theme) => !isSeen(accent, theme));
  const ratios = `${figure('light')} to 1 on light ground, ${figure('dark')} to 1 on dark.`;
  if (lost.length === 0) return `${ratios} It is seen on both: 3 to 1 is enough.`;
  return `${ratios} On ${lost[0]} ground it is hard to see: 3 to 1 is needed.`;
}
