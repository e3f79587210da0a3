import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { type Reach, reach } from '../site.ts';
import {
  type Builder,
  type Finding,
  findingsOf,
  nearestOf,
  type PageCheck,
  verdictOf,
} from './findings.ts';
import { type Provider, pageOn, parseOrigin } from './provider.ts';
import { type Reading, readPage } from './read-page.ts';
import type { Sighting } from './sightings.ts';
import { insertCheck, updateCheck } from './store/checks.ts';
import { readRetiredKeys } from './store/retired.ts';
import { readSightings } from './store/seen.ts';

/** What came of looking for a provider's form on a page. */
export interface Checked {
  /** The page that was asked for, without its query. */
  page: string;
  found: NonNullable<PageCheck['found']> | 'not-asked';
  /** Where browsers have loaded the form on this page, by their own word; the newest first. */
  seen: Sighting[];
  findings: Finding[];
  builder: Builder | null;
  /** A site that the page is on and that the provider has not named; null where that is not what is wrong. */
  unnamed: string | null;
}

/**
 * Looks whether a form of a provider's is on a page of one of their sites, by asking for the page. No other
 * site is ever asked, and nothing of what the page says is handed on.
 *
 * @throws DomainError `bad-input` (field `page`); `too-many-requests` after 20 looks within an hour
 */
export async function checkPage(
  ctx: Context,
  input: { provider: Provider; page: string },
  by: Reach = reach(),
): Promise<Checked> {
  const { provider } = input;
  const { baseUrl, local } = ctx.settings;
  const now = ctx.clock.now();
  const url = pageIn(input.page, local);
  if (url.origin === baseUrl) throw notAPage('This is a page of ours. Name one of yours.');
  const page = url.origin + url.pathname;
  const base = { page, builder: null, unnamed: null };
  if (!provider.origins.includes(url.origin)) {
    const seen = await seenOn(ctx, provider.slug, page);
    return { ...base, found: 'not-asked', seen, ...unnamed(url.origin, provider) };
  }
  const id = await insertCheck(ctx.db, provider.slug, page, now);
  if (id === null) {
    const message = 'You have looked 20 times within the hour. Please look again later.';
    throw new DomainError('too-many-requests', message, 'page');
  }
  const [reading, retired, seen] = await Promise.all([
    readPage(url.href, { origins: provider.origins, local, baseUrl }, by),
    readRetiredKeys(ctx.db, provider.slug),
    seenOn(ctx, provider.slug, page),
  ]);
  if (reading.kind !== 'read') {
    await updateCheck(ctx.db, id, 'unread');
    const said =
      reading.kind === 'leads-away' ? unnamed(reading.to, provider, url.origin) : unread(reading);
    return { ...base, found: 'unread', seen, ...said };
  }
  const { builder } = reading.page;
  const findings = findingsOf(reading.page, { baseUrl, provider, retired, now });
  const found = verdictOf(findings);
  await updateCheck(ctx.db, id, found);
  return { ...base, found, seen, findings, builder };
}

const seenOn = async (ctx: Context, slug: string, page: string) =>
  (await readSightings(ctx.db, slug)).filter((each) => each.page === page);

const notAPage = (message: string) => new DomainError('bad-input', message, 'page');

/** The address that was typed. A host alone is the front page of its site. */
function pageIn(typed: string, local: boolean): URL {
  const text = typed.trim();
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  const known = URL.parse(address);
  const page = known && text.length <= 500 ? pageOn([known.origin], address) : null;
  if (page === null || parseOrigin(new URL(page).origin, local) === null) {
    const message =
      'Give the whole address of a page of yours, such as https://harbor.example/courses.';
    throw notAPage(message);
  }
  const url = new URL(page);
  url.hash = '';
  return url;
}

/** @param from the site that led there, where another was asked for */
function unnamed(origin: string, { origins }: Provider, from?: string) {
  const near = nearestOf(origin, origins);
  const named = near ?? origins.join(', ');
  const says =
    from === undefined
      ? `The page is on ${origin}; you have named ${named || 'no site'}. A form there would show a link in its place.`
      : `The page leads away to ${origin}, which you have not named, so it was not asked.`;
  const mend =
    from === undefined || near
      ? 'If that site is yours, add it.'
      : 'Look at the page that it should lead to.';
  const finding: Finding = { weight: 'fault', says, mend };
  return { findings: [finding], unnamed: near || from === undefined ? origin : null };
}

function unread(reading: Extract<Reading, { kind: 'unread' }>): { findings: Finding[] } {
  const says = {
    'no-answer': 'The page could not be read: your site did not answer within ten seconds.',
    'no-page': 'The page could not be read: what your site answers is no web page.',
    'too-many-hops': 'The page could not be read: it leads on from page to page.',
    refused: `The page could not be read: your site answers ${reading.status} to us.`,
  }[reading.why];
  const mend =
    'It may need a login, or keep programs out. Open it once in a browser: whether the form was loaded there shows above.';
  return { findings: [{ weight: 'note', says, mend }] };
}
