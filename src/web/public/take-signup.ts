import type { Context as HonoContext } from 'hono';
import { DomainError } from '../../errors.ts';
import { findKeyHolder, type ProviderFace } from '../../provider/find-provider.ts';
import { type Provider, pageOn } from '../../provider/provider.ts';
import { wordsShown } from '../../signup/consent.ts';
import { requestSignup, type TakenSignup } from '../../signup/request-signup.ts';
import { stampForm } from '../../signup/stamp-form.ts';
import { keyShown, notSent } from '../embed/preview.ts';
import { refuseBurst } from '../middleware/burst.ts';
import { type App, ownOrigins } from '../middleware/context.ts';
import { type Fields, wantsJson } from '../middleware/form.ts';
import type { SignupFormProps } from './signup-form.tsx';

/** No longer address of a page is kept, in characters. */
const LONGEST_PAGE = 300;

/**
 * The one way in for every signup form, ours or another site's: the same checks, and the same right to
 * read the answer. A page of another origin may read it only where its provider has named that origin.
 *
 * @param around where the page around the form may be, if the form stands in a frame of ours
 * @throws DomainError as `requestSignup`, and `too-many-requests`, `hidden-field`
 */
export async function takeSignup(
  c: HonoContext<App>,
  fields: Fields,
  around?: string[],
): Promise<TakenSignup> {
  if (keyShown(fields.provider ?? '').preview) throw notSent();
  const { ctx } = c.var;
  const origin = foreignOrigin(c);
  const client = c.req.header('cf-connecting-ip') ?? null;
  if (wantsJson(c)) c.header('Vary', 'Origin');
  const letRead = (origins: string[]) => {
    if (origin && origins.includes(origin)) c.header('Access-Control-Allow-Origin', origin);
  };
  try {
    await refuseBurst(c, 'signup');
    refuseFilledTrap(fields.website);
    const taken = await requestSignup(ctx, {
      email: fields.email ?? '',
      firstName: fields.first_name ?? '',
      timeZone: fields.time_zone ?? '',
      providerKey: fields.provider || null,
      origin,
      // What `requestSignup` makes sure of: this origin is one of the provider's.
      page: pageOf(c, around ?? (origin === null ? [] : [origin]), fields.page),
      wordsVersion: wordsShown(fields.words),
      stamp: fields.shown ?? '',
      turnstileToken: fields['cf-turnstile-response'] ?? '',
      client,
    });
    letRead(taken.origins);
    return taken;
  } catch (error) {
    if (origin && wantsJson(c)) letRead(await originsOf(c, fields));
    throw error;
  }
}

/**
 * A signup form on a page of ours, with all that it carries against machines; the page's policy lets its
 * check work.
 *
 * @param stamp the first one of a form that is shown again, to be kept
 */
export async function newForm(
  c: HonoContext<App>,
  provider: ProviderFace | null = null,
  stamp?: string,
): Promise<SignupFormProps> {
  const { ctx } = c.var;
  const key = provider?.publicKey ?? '';
  const known = stamp ? await ctx.tokens.readForm(stamp, key) : null;
  const turnstile = ctx.settings.turnstile?.siteKey;
  c.set('checked', turnstile !== undefined);
  return {
    values: { email: '', first_name: '', time_zone: '' },
    stamp: stamp && known?.signupId ? stamp : await stampForm(ctx, key),
    turnstile,
    ...(provider ? { provider } : {}),
  };
}

const FIELDS = ['email', 'first_name', 'time_zone', 'provider'] as const;

/** The form again, with what was typed, where it wanted to lead, and what is wrong with it. */
export async function formAgain(
  c: HonoContext<App>,
  fields: Fields,
  error: DomainError,
  provider: Provider | null,
): Promise<SignupFormProps> {
  const redirect = provider && pageOn(provider.origins, fields.redirect ?? '');
  if (redirect) c.set('leadsTo', new URL(redirect).origin);
  return {
    // A stamp is good for one signup.
    ...(await newForm(c, provider, error.code === 'form-used' ? undefined : fields.shown)),
    values: {
      email: fields.email ?? '',
      first_name: fields.first_name ?? '',
      time_zone: fields.time_zone ?? '',
    },
    redirect: redirect ?? undefined,
    error: {
      field: FIELDS.find((field) => field === error.field) ?? 'form',
      message: error.message,
    },
  };
}

/**
 * The origin of the page that sent a request, where that is not ours. `null` is one that nobody names: a
 * sandboxed frame of any site's, or a page whose policy lets no address out, unless it is one of ours.
 */
export function foreignOrigin(c: HonoContext<App>): string | null {
  const origin = c.req.header('origin');
  if (origin === 'null' && c.req.header('sec-fetch-site') === 'same-origin') return null;
  return origin === undefined || ownOrigins(c).includes(origin) ? null : origin;
}

/** Origins of the provider whose key a form carries, whether or not it takes signups now. */
async function originsOf(c: HonoContext<App>, fields: Fields): Promise<string[]> {
  if (!fields.provider) return [];
  const holder = await findKeyHolder(c.var.ctx, fields.provider);
  return holder.kind === 'unknown' ? [] : holder.provider.origins;
}

/**
 * Mostly a program has filled the field that nobody sees, sometimes a person's password manager. So it
 * is told, and the form that is shown again has that field empty: a person presses once more.
 *
 * @throws DomainError `hidden-field`
 */
export function refuseFilledTrap(website = ''): void {
  if (website.trim() === '') return;
  const message =
    'Something filled in a field that people do not see, perhaps your browser or password manager, ' +
    'so nothing was sent yet. Please press the button once more.';
  throw new DomainError('hidden-field', message, 'form');
}

/**
 * The page that showed a form, for the record of consent. The path alone, because a query may tell of
 * the visitor; of a page of ours not even a link's token. A form says in its `page` what its browser
 * does not tell; it is believed on these origins only. Where nothing more is known, or the address is
 * too long to be kept, it is the origin; where not even that is, `/`.
 *
 * @param origins where the page may be
 * @param said the form's own word; the browser's is its `Referer`, or at least its `Origin`
 */
export function pageOf(c: HonoContext<App>, origins: string[], said = ''): string {
  const referer = c.req.header('referer') ?? '';
  const known = pageOn(origins, said) ?? pageOn(origins, referer);
  const page = URL.parse(known ?? foreignOrigin(c) ?? referer);
  if (!page || !/^https?:$/.test(page.protocol)) return '/';
  if (page.origin === c.var.ctx.settings.baseUrl) return `/${page.pathname.split('/')[1]}`;
  return pathOf(page);
}

/** A page's address without its query; its site alone where that is too long to be kept. */
function pathOf({ origin, pathname }: URL): string {
  const address = origin + pathname;
  return address.length <= LONGEST_PAGE ? address : `${origin}/`;
}

/**
 * The page on which a form is being loaded, as the browser tells: a script's by the path that it names,
 * on the origin of its own request; a frame's by its `Referer`. Null where it tells none.
 *
 * @param path what the script names; undefined for a frame
 */
export function loadingPage(c: HonoContext<App>, path?: string): string | null {
  const origin = foreignOrigin(c);
  const byScript = origin !== null && path?.startsWith('/') ? origin + path : '';
  const told = path === undefined ? (c.req.header('referer') ?? '') : byScript;
  const page = pageOn([URL.parse(told)?.origin ?? ''], told);
  return page === null ? null : pathOf(new URL(page));
}
