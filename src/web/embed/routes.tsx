import { scriptOf } from 'virtual:widget';
import { Hono, type Context as HonoContext } from 'hono';
import { etag, RETAINED_304_HEADERS } from 'hono/etag';
import { DAY, HOUR, MINUTE } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { DomainError } from '../../errors.ts';
import { findKeyHolder, type KeyHolder } from '../../provider/find-provider.ts';
import { noteSighting } from '../../provider/note-sighting.ts';
import { type Provider, pageOn } from '../../provider/provider.ts';
import type { Load } from '../../provider/sightings.ts';
import { consentWords, NEXT_WORDS, WORDS_VERSION } from '../../signup/consent.ts';
import { stampShared } from '../../signup/stamp-form.ts';
import { answerFor } from '../errors.ts';
import type { App } from '../middleware/context.ts';
import { type Fields, readFields, smallBody } from '../middleware/form.ts';
import { written } from '../middleware/headers.ts';
import {
  foreignOrigin,
  formAgain,
  loadingPage,
  newForm,
  pageOf,
  takeSignup,
} from '../public/take-signup.ts';
import { FrameFormPage, FrameLinkPage, FrameSentPage, SENT_WORDS } from './page.tsx';
import { keyShown, onPagesOfOurs, previewKey } from './preview.ts';
import { type Look, lookOf, queryOf, tint } from './tint.ts';

const PAUSED = 'This provider has paused its signups. The course itself goes on.';
const RETIRED = 'This form carries a key that its provider has replaced.';
const BUSY = 'Many people are signing up this way just now.';

/** A browser takes the headers of a 304 over: without these it would not run what it has. */
const unchanged = etag({
  retainedHeaders: [
    ...RETAINED_304_HEADERS,
    'cross-origin-resource-policy',
    'access-control-allow-origin',
  ],
});

/** What stands on other people's pages. `/embed/:publicKey` is the one page that may be framed. */
export const embedRoutes = new Hono<App>()
  .get('/embed.js', unchanged, (c) =>
    c.body(scriptOf(c.var.ctx.settings.baseUrl), 200, {
      'Content-Type': 'text/javascript; charset=utf-8',
      // It is everybody's, and a module is read with CORS.
      'Access-Control-Allow-Origin': '*',
      // A fix reaches every page within the hour; until then nobody waits for it.
      'Cache-Control': `public, max-age=${HOUR}, stale-while-revalidate=${DAY}`,
      'Cross-Origin-Resource-Policy': 'cross-origin',
    }),
  )
  .get('/embed/:file{[^/]+\\.json}', async (c) => {
    const { ctx } = c.var;
    c.header('Vary', 'Origin');
    const { key, preview } = keyShown(c.req.param('file').slice(0, -'.json'.length));
    if (preview) onPagesOfOurs(c);
    // As it stands in the address bar: the whole rest of the query, and already encoded.
    const [, path] = /\?page=(.*)$/.exec(c.req.url) ?? [];
    const page = path === undefined ? null : loadingPage(c, path);
    const load = page === null ? null : { page, way: 'script' as const };
    const holder = await findKeyHolder(ctx, key, load);
    if (holder.kind === 'unknown') throw unknownKey();
    const origin = foreignOrigin(c);
    if (origin !== null) {
      if (!holder.provider.origins.includes(origin)) {
        throw new DomainError('wrong-origin', 'This form belongs on another site.');
      }
      c.header('Access-Control-Allow-Origin', origin);
    }
    if (load) note(c, key, load, holder);
    // Whoever looks at their own form sees it as it will be, and signs nobody up.
    if (preview) return c.json(await settingsFor(c, key, holder.provider), 200, NOT_KEPT);
    if (holder.kind === 'paused') throw new DomainError('not-found', PAUSED);
    if (holder.kind === 'retired') throw new DomainError('not-found', RETIRED);
    c.header('Cache-Control', `public, max-age=${5 * MINUTE}`);
    const settings = await settingsFor(c, key, holder.provider);
    return c.json({ ...settings, form: formOf(ctx, holder) });
  })
  .get('/embed/:publicKey', async (c) => {
    const page = loadingPage(c);
    const load = page === null ? null : { page, way: 'frame' as const };
    const holder = await framedHolder(c, load);
    const { provider } = holder;
    const frame = await frameOf(c, provider);
    const { origins } = frame;
    const { preview } = keyShown(c.req.param('publicKey'));
    if (load && !preview && pageOn(origins, load.page)) {
      note(c, c.req.param('publicKey'), load, holder);
    }
    if (c.req.query('sent') !== undefined) return c.html(<FrameSentPage {...frame} />);
    if (!preview && (holder.kind !== 'active' || formOf(c.var.ctx, holder) === 'page')) {
      const words = { paused: PAUSED, retired: RETIRED, active: BUSY }[holder.kind];
      const href = `/?provider=${provider.publicKey}`;
      return c.html(<FrameLinkPage {...frame} words={words} href={href} />);
    }
    const form = await newForm(c, provider);
    const framed = { action: frame.address, page: pageOf(c, origins) };
    return c.html(<FrameFormPage {...frame} form={{ ...form, framed }} />);
  })
  .post('/embed/:publicKey', smallBody, async (c) => {
    const { provider } = await framedHolder(c);
    const { publicKey } = provider;
    const frame = await frameOf(c, provider);
    const { origins, address } = frame;
    let fields: Fields = {};
    try {
      fields = await readFields(c);
      await takeSignup(c, { ...fields, provider: c.req.param('publicKey') }, origins);
      return c.redirect(`${address}${address.includes('?') ? '&' : '?'}sent`, 303);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const { status, message } = answerFor(error);
      if (error.field === 'provider') {
        const href = `/?provider=${publicKey}`;
        return c.html(<FrameLinkPage {...frame} words={message} href={href} />, status);
      }
      const form = await formAgain(c, fields, error, provider);
      const framed = { action: address, page: pageOf(c, origins, fields.page) };
      return c.html(<FrameFormPage {...frame} form={{ ...form, framed }} />, status);
    }
  });

const NOT_KEPT = { 'Cache-Control': 'no-store' };

/** What the widget asks for. */
async function settingsFor(c: HonoContext<App>, key: string, { name, theme }: Provider) {
  const { ctx } = c.var;
  return {
    provider: name,
    form: formOf(ctx, null),
    theme,
    next: NEXT_WORDS,
    consent: consentWords(name),
    sent: SENT_WORDS,
    words: WORDS_VERSION,
    shown: await stampShared(ctx, key),
  };
}

type Held = Exclude<KeyHolder, { kind: 'unknown' }>;

/** Keeps where the form was loaded, once it is answered. */
function note(c: HonoContext<App>, key: string, load: Load, holder: Held): void {
  c.executionCtx.waitUntil(noteSighting(c.var.ctx, key, load, holder));
}

/**
 * Whose page may frame this answer; from here on its errors may be framed too. Never cached: its form
 * carries when it was shown.
 *
 * @throws DomainError `not-found`
 */
async function framedHolder(
  c: HonoContext<App, '/embed/:publicKey'>,
  load: Load | null = null,
): Promise<Held> {
  const { key, preview } = keyShown(c.req.param('publicKey'));
  const holder = await findKeyHolder(c.var.ctx, key, preview ? null : load);
  if (holder.kind === 'unknown') throw unknownKey();
  c.set('framedBy', preview ? ["'self'"] : holder.provider.origins);
  c.header('Cache-Control', 'no-store');
  return holder;
}

/** How the frame looks, who hears of its height, where its reader goes next, and the address of all that. */
async function frameOf(
  c: HonoContext<App, '/embed/:publicKey'>,
  { publicKey, theme, accent, origins }: Provider,
): Promise<{ look: Look; style: string; origins: string[]; address: string; next: string | null }> {
  const own = { theme, accent };
  const look = lookOf(c.req.query(), own);
  const style = await written(c, tint(look));
  const next = pageOn(origins, c.req.query('redirect') ?? '');
  const asked = new URLSearchParams(queryOf(look, own));
  if (next !== null) asked.set('redirect', next);
  const query = asked.toString();
  const { preview } = keyShown(c.req.param('publicKey'));
  const path = `/embed/${preview ? previewKey(publicKey) : publicKey}`;
  return { look, style, origins, next, address: `${path}${query && `?${query}`}` };
}

function unknownKey(): DomainError {
  return new DomainError('not-found', 'No provider has this key.');
}

/** Where a widget's form stands: in the page; in a frame, where the check works; or on our own page. */
function formOf(ctx: Context, holder: KeyHolder | null): 'open' | 'frame' | 'page' {
  if (ctx.settings.turnstile) return 'frame';
  return holder?.kind === 'active' && holder.spiking ? 'page' : 'open';
}
