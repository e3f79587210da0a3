/** The mark as it is drawn for small icons: on whole pixels of a grid of 16, with a ground of its own. */

const GLYPH =
  '<path d="M2.6 6.2l.9 6.8M3.2 10h3.3v3M13.4 6.2l-.9 6.8M12.8 10H9.5v3" fill="none" stroke="#26221d" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"/><circle cx="8" cy="4.5" r="2.25" fill="#ad4e2e"/>';

/**
 * @param ground how its corners are: round for a tab, square for what the system rounds itself
 * @param margin around the drawing, as a share of 16; what a system may cut off (W3C, maskable icons)
 */
export function icon(ground: 'round' | 'square', margin = 0): string {
  const size = 16 + 2 * margin;
  const box = `x="${-margin}" y="${-margin}" width="${size}" height="${size}"`;
  const radius = ground === 'round' ? ' rx="3"' : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-margin} ${-margin} ${size} ${size}"><rect ${box}${radius} fill="#f6f1e7"/>${GLYPH}</svg>`;
}

/** For tabs, which are light or dark. */
export const FAVICON = `data:image/svg+xml,${encodeURIComponent(icon('round'))}`;
