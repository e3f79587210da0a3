import type { Context } from '../context.ts';
import type { Nearing } from './adoption.ts';
import { nearingAdoptions } from './read-adoptions.ts';

/** What whoever runs the course should do about credit some day. It turns nothing red and alerts nobody. */
export async function creditNotices(ctx: Context): Promise<string[]> {
  const nearing = await nearingAdoptions(ctx);
  return [...nearing.map(({ provider, nears }) => inWords(provider, nears))];
}

function inWords(provider: string, nears: Nearing): string {
  switch (nears.what) {
    case 'adoption':
      return `${provider}: its adoption ends on ${nears.on}; a renewal follows it by \`credit -- adopt --follows\``;
    case 'approval':
      return `${provider}: its approval \`${nears.kind}\` ends on ${nears.on}`;
    case 'review':
      return `${provider}: its text was to be checked again by ${nears.on}`;
  }
}
