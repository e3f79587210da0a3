import { HOUR } from '../clock.ts';
import type { Context } from '../context.ts';
import type { Nearing } from './adoption.ts';
import { nearingAdoptions } from './read-adoptions.ts';
import { crowdedLists, isAdopted } from './store/badges.ts';
import { countLate } from './store/reports.ts';

/** What whoever runs the course should do about credit some day. It turns nothing red and alerts nobody. */
export async function creditNotices(ctx: Context): Promise<string[]> {
  const [nearing, adopted, crowded, late] = await Promise.all([
    nearingAdoptions(ctx),
    isAdopted(ctx.db),
    crowdedLists(ctx.db),
    countLate(ctx.db, ctx.clock.now() - HOUR),
  ]);
  const unsigned = adopted && ctx.settings.credentialKeys.length === 0;
  return [
    ...(late > 0 ? [`completed for over an hour and without a certificate: ${late}`] : []),
    ...nearing.map(({ provider, nears }) => inWords(provider, nears)),
    ...(unsigned ? ['CREDENTIAL_KEYS is not set: certificates have no badge until it is'] : []),
    ...crowded.map(
      (slug) => `the list of badges of ${slug} is filling up: it is time to write a second one`,
    ),
  ];
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
