import { consentWords, NEXT_WORDS, WORDS_VERSION } from '../../signup/consent.ts';

/** What a provider pastes into its pages: one of the three is enough. */
export interface Snippets {
  script: string;
  iframe: string;
  form: string;
}

/**
 * Has the browser name the whole page around the frame, for the record of consent, but never on the
 * way from https to http (w3.org/TR/referrer-policy). The page's query comes with it and is not kept.
 */
const FRAME_REFERRER = 'no-referrer-when-downgrade';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);

/** How a form is to look and what it says, where it is not as usual; each as it stands in the snippet. */
export type Choice = 'layout' | 'heading' | 'button' | 'locale' | 'theme' | 'accent';
export type Chosen = Partial<Record<Choice, string>>;

/** Attributes of a tag, each written after a space. */
const attributes = (said: Record<string, string | undefined>): string =>
  Object.entries(said)
    .flatMap(([name, value]) => (value === undefined ? [] : [` ${name}="${escaped(value)}"`]))
    .join('');

/** What a page's policy must let (Content-Security-Policy), for each way. */
export const policyFor = (baseUrl: string): Snippets => ({
  script: `script-src ${baseUrl}; connect-src ${baseUrl}`,
  iframe: `frame-src ${baseUrl}; script-src ${baseUrl}`,
  form: `form-action ${baseUrl}`,
});

/**
 * @param baseUrl the course's origin
 * @param chosen the script takes all of it, a frame `theme` and `accent`, a plain form `heading` and `button`
 */
export function snippetsFor(
  baseUrl: string,
  provider: { name: string; publicKey: string; origins: string[] },
  chosen: Chosen = {},
): Snippets {
  const key = provider.publicKey;
  const { theme, accent, heading, button } = chosen;
  const data = Object.fromEntries(
    Object.entries(chosen).map(([name, value]) => [`data-${name}`, value]),
  );
  const look = new URLSearchParams({
    ...(theme ? { theme } : {}),
    ...(accent ? { accent: accent.replace('#', '') } : {}),
  }).toString();
  const framed = `${baseUrl}/embed/${key}${look && `?${look}`}`;
  const hosted = `${baseUrl}/?provider=${key}`;
  const script = `<script async src="${baseUrl}/embed.js" data-provider="${key}"${attributes(data)}></script>
<noscript><a href="${hosted}">Sign up for In the Room</a></noscript>`;
  const iframe = `<iframe src="${escaped(framed)}" title="Sign up for In the Room" width="100%" height="640" frameborder="0" loading="lazy" referrerpolicy="${FRAME_REFERRER}"></iframe>
<script async src="${baseUrl}/embed.js"></script>`;
  const site = provider.origins[0] ?? 'https://your-site.example';
  const title = heading ? `\n  <h2>${escaped(heading)}</h2>` : '';
  const form = `<form method="post" action="${baseUrl}/signup" accept-charset="utf-8">${title}
  <p><label>Email address <input type="email" name="email" maxlength="254" autocomplete="email" required></label></p>
  <p><label>First name (optional) <input name="first_name" maxlength="80" autocomplete="given-name"></label></p>
  <p hidden><label>Leave this field empty <input name="website" tabindex="-1" autocomplete="off" data-1p-ignore data-bwignore data-lpignore="true" data-form-type="other"></label></p>
  <input type="hidden" name="provider" value="${key}">
  <input type="hidden" name="words" value="${WORDS_VERSION}">
  <!-- A page of yours to come back to. Without this line, people see our page about their inbox.
  <input type="hidden" name="redirect" value="${site}/thank-you"> -->
  <!-- The page that this form stands on, for the record of consent. Without this line, it names your site alone.
  <input type="hidden" name="page" value="${site}/courses"> -->
  <p>${escaped(NEXT_WORDS)}</p>
  <p>${escaped(consentWords(provider.name))} <a href="${baseUrl}/privacy">What is kept, and for how long</a></p>
  <p><button>${escaped(button || 'Send me the link')}</button></p>
</form>`;
  return { script, iframe, form };
}
