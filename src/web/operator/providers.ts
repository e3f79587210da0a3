import { Hono } from 'hono';
import { isoInstant } from '../../clock.ts';
import { timeZoneNamed } from '../../course/schedule.ts';
import { DomainError } from '../../errors.ts';
import { addProvider } from '../../provider/add-provider.ts';
import { changeLogo } from '../../provider/change-logo.ts';
import { type Changes, changeProvider } from '../../provider/change-provider.ts';
import { checkPage } from '../../provider/check-page.ts';
import { OVERLAPS, type Overlap, USUAL_OVERLAP } from '../../provider/keys.ts';
import {
  type CountedProvider,
  findBySlug,
  listProviders,
  showProvider,
} from '../../provider/list-providers.ts';
import { logoIn } from '../../provider/looks.ts';
import { forgetSighting, listSightings } from '../../provider/note-sighting.ts';
import { pauseProvider, resumeProvider } from '../../provider/pause-provider.ts';
import { MAX_ORIGINS, parseOrigin, parseSlug, slugOf, THEMES } from '../../provider/provider.ts';
import { endKey, retiredKeysOf, rotateKey } from '../../provider/rotate-key.ts';
import { withOldKey } from '../../provider/sightings.ts';
import { parseAccent, parseLine, parseSite } from '../../provider/typed-looks.ts';
import { exportRoster } from '../../share/export-roster.ts';
import { readRoster } from '../../share/read-roster.ts';
import { readFilter } from '../../share/share.ts';
import { parseName } from '../../signup/signup.ts';
import { appointMember } from '../../staff/invite-member.ts';
import { listPeopleOf } from '../../staff/list-people.ts';
import { parseRole } from '../../staff/staff.ts';
import { snippetsFor } from '../embed/snippets.ts';
import type { App } from '../middleware/context.ts';
import { type Input, readEmail, readInput, readWhy } from './input.ts';
import { asListed } from './team-routes.ts';

/** Providers, as the operator manages them. A provider is named by its slug, or by its public key. */
export const providerRoutes = new Hono<App>()
  .get('/', async (c) => {
    const { ctx } = c.var;
    const providers = await listProviders(ctx);
    return c.json({ providers: providers.map((each) => listed(ctx, each)) });
  })
  .post('/', async (c) => {
    const { ctx } = c.var;
    const input = await readInput(c);
    const changes = readChanges(input, ctx.settings.local);
    const name = changes.name ?? required('name', 'what learners know it by');
    const origins = changes.origins ?? required('origins', 'the sites that may carry the form');
    const slug = readSlug(input, name);
    const { theme = 'auto', timeZone = null } = changes;
    const provider = { slug, name, origins, theme, timeZone };
    const { kind } = await addProvider(ctx, { ...provider, ...readWhy(input) });
    if (kind === 'slug-taken') {
      const message = `There is a provider called \`${slug}\` already. Choose another \`slug\`.`;
      throw new DomainError('not-possible', message, 'slug');
    }
    return c.json({ result: kind, ...(await whole(ctx, slug)) }, 201);
  })
  .get('/:slug', async (c) => c.json(await whole(c.var.ctx, c.req.param('slug'))))
  .post('/:slug', async (c) => {
    const { ctx } = c.var;
    const slug = c.req.param('slug');
    const input = await readInput(c);
    const changes = readChanges(input, ctx.settings.local);
    if (Object.keys(changes).length === 0) {
      const message =
        'Say what changes: `name`, `origins`, `theme`, `accent`, `line`, `site` or `time_zone`.';
      throw new DomainError('bad-input', message, 'form');
    }
    const { kind } = await changeProvider(ctx, { slug, changes, ...readWhy(input) });
    if (kind === 'unknown') throw unknownProvider();
    return c.json({ result: kind, ...(await whole(ctx, slug)) });
  })
  .post('/:slug/logo', async (c) => {
    const { ctx } = c.var;
    const slug = c.req.param('slug');
    const input = await readInput(c);
    const logo = readLogo(input);
    const { kind } = await changeLogo(ctx, { slug, logo, ...readWhy(input) });
    if (kind === 'unknown') throw unknownProvider();
    return c.json({ result: kind, ...(await whole(ctx, slug)) });
  })
  .post('/:slug/pause', async (c) => {
    const why = readWhy(await readInput(c));
    const { kind } = await pauseProvider(c.var.ctx, { slug: c.req.param('slug'), ...why });
    if (kind === 'unknown') throw unknownProvider();
    return c.json({ result: kind });
  })
  .post('/:slug/resume', async (c) => {
    const why = readWhy(await readInput(c));
    const { kind } = await resumeProvider(c.var.ctx, { slug: c.req.param('slug'), ...why });
    if (kind === 'unknown') throw unknownProvider();
    return c.json({ result: kind });
  })
  .post('/:slug/rotate-key', async (c) => {
    const { ctx } = c.var;
    const slug = c.req.param('slug');
    // By its key it could not be found again.
    const found = await findBySlug(ctx, slug);
    if (!found) throw unknownProvider();
    const input = await readInput(c);
    const overlap = readOverlap(input);
    const { kind } = await rotateKey(ctx, { slug, overlap, ...readWhy(input) });
    return c.json({ result: kind, ...(await whole(ctx, found.slug)) });
  })
  .post('/:slug/end-key', async (c) => {
    const { ctx } = c.var;
    const slug = c.req.param('slug');
    const input = await readInput(c);
    const key = typeof input.key === 'string' ? input.key : required('key', 'which one ends');
    const { kind } = await endKey(ctx, { slug, key, ...readWhy(input) });
    if (kind === 'unknown') {
      const message = 'This provider has no replaced key of this name that is still taken.';
      throw new DomainError('not-possible', message, 'key');
    }
    return c.json({ result: kind, ...(await whole(ctx, slug)) });
  })
  .post('/:slug/forget', async (c) => {
    const { page } = await readInput(c);
    const which = typeof page === 'string' ? page : required('page', 'which one is forgotten');
    const { kind } = await forgetSighting(c.var.ctx, c.req.param('slug'), which);
    if (kind === 'unknown') throw new DomainError('not-found', 'No browser was seen there.');
    return c.json({ result: kind });
  })
  .get('/:slug/people', async (c) => {
    const people = await listPeopleOf(c.var.ctx, c.req.param('slug'));
    if (!people) throw unknownProvider();
    return c.json({ people: people.map(asListed) });
  })
  .post('/:slug/people', async (c) => {
    const slug = c.req.param('slug');
    const input = await readInput(c);
    const { role = 'owner', may_export: mayExport = false } = input;
    const { kind } = await appointMember(c.var.ctx, {
      slug,
      email: readEmail(input),
      role: parseRole('portal', typeof role === 'string' ? role : ''),
      mayExport: mayExport === true,
      ...readWhy(input),
    });
    if (kind === 'unknown') throw unknownProvider();
    return c.json({ result: kind });
  })
  .post('/:slug/check', async (c) => {
    const { ctx } = c.var;
    const provider = await showProvider(ctx, c.req.param('slug'));
    if (!provider) throw unknownProvider();
    const { page } = await readInput(c);
    const which = typeof page === 'string' ? page : required('page', 'which one is looked at');
    const { seen, unnamed: _, ...checked } = await checkPage(ctx, { provider, page: which });
    const browsers = seen.map(({ way, key, seenAt }) => ({ way, key, seen: isoInstant(seenAt) }));
    return c.json({ ...checked, seen: browsers });
  })
  .get('/:slug/roster', async (c) => {
    const { ctx } = c.var;
    const provider = await findBySlug(ctx, c.req.param('slug'));
    if (!provider) throw unknownProvider();
    const { filter, older, newer } = c.req.query();
    const roster = await readRoster(ctx, {
      providerId: provider.id,
      filter: readFilter(filter),
      ...(older ? { older } : {}),
      ...(newer ? { newer } : {}),
    });
    const learners = roster.lines.map(({ began, finished, ...line }) => ({
      ...line,
      began: isoInstant(began),
      finished: isoInstant(finished),
    }));
    return c.json({ ...roster, lines: undefined, learners });
  })
  .post('/:slug/export', async (c) => {
    const { ctx } = c.var;
    const why = readWhy(await readInput(c));
    const provider = await findBySlug(ctx, c.req.param('slug'));
    if (!provider) throw unknownProvider();
    // Whoever has the operator's token has it for the whole request.
    const csv = await exportRoster(ctx, {
      providerId: provider.id,
      ...why,
      mayStill: async () => true,
    });
    return c.body(csv, 200, {
      'content-type': 'text/csv; charset=utf-8',
      'cache-control': 'no-store',
    });
  });

type Ctx = App['Variables']['ctx'];

const listed = (ctx: Ctx, { createdAt, learners, logo, ...provider }: CountedProvider) => ({
  ...provider,
  logo: addressOf(ctx, logo),
  created: isoInstant(createdAt),
  learners: learners && { ...learners, asOf: isoInstant(learners.asOf) },
});

type Whole = NonNullable<Awaited<ReturnType<typeof showProvider>>>;

const shown = (
  ctx: Ctx,
  { createdAt, counts, gone, goneMore, logo, id: _, ...provider }: Whole,
) => ({
  ...provider,
  logo: addressOf(ctx, logo),
  created: isoInstant(createdAt),
  learners: counts.kind === 'counting' ? null : counts.tally.total,
  allEight: counts.kind === 'counting' ? null : counts.tally.allEight,
  countedAt: counts.kind === 'kept' ? isoInstant(counts.asOf) : null,
  gone: gone.map(({ at, ...each }) => ({ ...each, at: isoInstant(at) })),
  goneMore,
});

function addressOf({ settings }: Ctx, kept: string | null) {
  const logo = logoIn(kept);
  if (logo === null) return null;
  const { hash, width, height } = logo;
  return { address: `${settings.baseUrl}/logos/${hash}`, width, height };
}

/** A provider with its snippets. @throws DomainError `not-found` */
async function whole(ctx: Ctx, slug: string) {
  const provider = await showProvider(ctx, slug);
  if (!provider) throw unknownProvider();
  const [retired, sightings] = await Promise.all([
    retiredKeysOf(ctx, slug),
    listSightings(ctx, slug),
  ]);
  const oldKeys = retired.map(({ key, retiredAt, worksUntil }) => ({
    key,
    replaced: isoInstant(retiredAt),
    worksUntil: isoInstant(Math.max(retiredAt, worksUntil)),
  }));
  const old = withOldKey(sightings, provider.publicKey);
  const seen = sightings.map((each) => {
    const { page, way, key, seenAt } = each;
    return { page, way, key, old: old.includes(each), seen: isoInstant(seenAt) };
  });
  const snippets = snippetsFor(ctx.settings.baseUrl, provider);
  return { provider: { ...shown(ctx, provider), oldKeys, seen }, snippets };
}

/** There is none of this slug or key. */
export function unknownProvider(): DomainError {
  return new DomainError('not-found', 'There is no provider of this name.');
}

function required(field: string, what: string): never {
  throw new DomainError('bad-input', `Say ${what} in \`${field}\`.`, field);
}

/** What of a provider a body gives. @throws DomainError `bad-input`, its field named */
function readChanges(input: Input, local: boolean): Changes {
  const changes: Changes = {};
  if (input.name !== undefined) {
    const name = typeof input.name === 'string' ? parseName(input.name) : '';
    changes.name = name || required('name', 'what learners know it by');
  }
  if (input.origins !== undefined) changes.origins = readOrigins(input.origins, local);
  if (input.theme !== undefined) {
    const theme = THEMES.find((known) => known === input.theme);
    if (!theme) {
      const message = `\`theme\` must be one of ${THEMES.join(', ')}.`;
      throw new DomainError('bad-input', message, 'theme');
    }
    changes.theme = theme;
  }
  const { accent, line, site } = input;
  // By the theme that it is to be seen on; where that is not said, on light pages.
  if (accent !== undefined) changes.accent = parseAccent(textOf(accent), changes.theme ?? 'auto');
  if (line !== undefined) changes.line = parseLine(textOf(line));
  if (site !== undefined) changes.site = parseSite(textOf(site), local);
  if (input.time_zone !== undefined) {
    const { time_zone: typed } = input;
    const zone = typeof typed === 'string' ? timeZoneNamed(typed) : null;
    if (zone === null && typed !== null) {
      const message = '`time_zone` must be an IANA zone such as America/Chicago, or null.';
      throw new DomainError('bad-input', message, 'time_zone');
    }
    changes.timeZone = zone;
  }
  return changes;
}

/** Text, or nothing for null and whatever else is none. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A picture in Base64; null takes it away. @throws DomainError `bad-input` (field `logo`) */
function readLogo({ logo }: Input): Uint8Array | null {
  if (logo === null) return null;
  const text = typeof logo === 'string' ? logo : '';
  if (!/^[A-Za-z\d+/]+={0,2}$/.test(text) || text.length % 4 !== 0) {
    required('logo', 'the picture, in Base64, or null for none,');
  }
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

/** How long the old key is taken beside the new one, in days. @throws DomainError `bad-input` */
function readOverlap({ overlap = USUAL_OVERLAP }: Input): Overlap {
  const known = OVERLAPS.find((days) => days === overlap);
  if (known !== undefined) return known;
  const message = `\`overlap\` must be one of ${OVERLAPS.join(', ')}: days.`;
  throw new DomainError('bad-input', message, 'overlap');
}

function readOrigins(given: unknown, local: boolean): string[] {
  if (!Array.isArray(given) || given.length === 0 || given.length > MAX_ORIGINS) {
    const message = `\`origins\` must be a list of 1 to ${MAX_ORIGINS}.`;
    throw new DomainError('bad-input', message, 'origins');
  }
  const origins = given.map((typed: unknown) => {
    const origin = typeof typed === 'string' ? parseOrigin(typed, local) : null;
    if (origin === null) {
      const said = JSON.stringify(typed).slice(0, 100);
      const message =
        `${said} is not an origin. Give what stands in the address bar before the first single ` +
        'slash, with https:// and without a path: https://harbor.example';
      throw new DomainError('bad-input', message, 'origins');
    }
    return origin;
  });
  return [...new Set(origins)];
}

function readSlug(input: Input, name: string): string {
  const slug = input.slug === undefined ? slugOf(name) : input.slug;
  const parsed = typeof slug === 'string' ? parseSlug(slug) : null;
  if (parsed === null) {
    const message = '`slug` must be up to 40 small letters and digits, with hyphens between.';
    throw new DomainError('bad-input', message, 'slug');
  }
  return parsed;
}
