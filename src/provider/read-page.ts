import { type Asked, askPage, type Reach, within } from '../site.ts';
import type { Builder, ReadPage, Tag } from './findings.ts';
import { parseOrigin } from './provider.ts';

const LONGEST_ADDRESS = 500;

/** Tags that are kept of one page; what is ours comes first on no page, so there is room. */
const MOST_TAGS = 500;

/** What came of reading a page. */
export type Reading =
  | { kind: 'read'; page: ReadPage }
  | Extract<Asked, { kind: 'leads-away' | 'unread' }>;

/**
 * Reads a page of a provider's own site, from these origins alone, wherever it leads. Nothing of its words
 * is kept.
 *
 * @param address on one of the origins
 * @param local a run on this machine, which may ask sites of this machine
 */
export async function readPage(
  address: string,
  { origins, local, baseUrl }: { origins: string[]; local: boolean; baseUrl: string },
  by: Reach,
): Promise<Reading> {
  const mayAsk = ({ origin, href }: URL) =>
    origins.includes(origin) &&
    origin !== baseUrl &&
    href.length <= LONGEST_ADDRESS &&
    parseOrigin(origin, local) !== null;
  const agent = `In the Room, a look for its form (${baseUrl}/providers)`;
  const asked = await askPage(address, mayAsk, agent, by);
  if (asked.kind !== 'page') return asked;
  const { url, response, wasCut } = asked;
  const page = emptyPage(url, response.headers);
  const rewritten = reading(page).transform(response).body?.pipeTo(new WritableStream());
  try {
    await within(by.patience, rewritten ?? Promise.resolve());
  } catch {
    return { kind: 'unread', why: 'no-answer' };
  }
  return { kind: 'read', page: { ...page, cut: wasCut() } };
}

function emptyPage(url: URL, headers: Headers): ReadPage {
  const policy = headers.get('content-security-policy') ?? '';
  return {
    address: url.href,
    cut: false,
    tags: [],
    // Several headers arrive as one, each policy after a comma.
    policies: policy.split(',').filter((each) => each.trim() !== ''),
    referrerPolicy: lastPolicy(headers.get('referrer-policy') ?? ''),
    builder: null,
    tagManager: false,
  };
}

/** Of several policies a browser takes the last that it knows. */
const lastPolicy = (text: string) => text.toLowerCase().split(',').at(-1)?.trim() ?? '';

/** By what a page of theirs gives itself away. */
const MARKS: [RegExp, Builder][] = [
  [/\/wp-(content|includes)\/|^wordpress/i, 'wordpress'],
  [/(^|\.)squarespace(-cdn)?\.com/i, 'squarespace'],
  [/\.website-files\.com|^webflow/i, 'webflow'],
  [/^moodle|\/theme\/(yui_combo|styles|image)\.php/i, 'moodle'],
  [/\.(wixstatic|parastorage)\.com|^wix/i, 'wix'],
  [/^https:\/\/sites\.google\.com|gstatic\.com\/atari\//i, 'google-sites'],
  [/notion(-static)?\.(so|site)\b/i, 'notion'],
  [/mailchimpsites\.com|landingpages\.|mcusercontent\.com/i, 'mailchimp'],
];

const TAG_MANAGER = /googletagmanager\.com|\/gtm\.js|tags\.tiqcdn\.com|assets\.adobedtm\.com/;

/** Reads what a page has of us, tag by tag, as it comes in. */
function reading(page: ReadPage): HTMLRewriter {
  let inHead = false;
  let form: Tag | null = null;
  let markup = '';
  const mark = (text: string) => {
    page.builder ??= MARKS.find(([pattern]) => pattern.test(text))?.[1] ?? null;
  };
  const keep = (tag: Tag): Tag => {
    if (page.tags.length < MOST_TAGS) page.tags.push(tag);
    return tag;
  };
  const tagOf = (element: Element): Tag => ({
    name: element.tagName as Tag['name'],
    said: saidOf(element),
    inHead,
    fields: {},
    text: '',
  });
  return new HTMLRewriter()
    .on('html', {
      element: (element) => {
        if (element.hasAttribute('data-wf-site')) mark('webflow');
      },
    })
    .on('head', {
      element: () => {
        inHead = true;
      },
    })
    .on('body', {
      element: () => {
        inHead = false;
      },
    })
    .on('meta', {
      element: (element) => {
        const { name = '', 'http-equiv': equiv = '', content = '' } = saidOf(element);
        if (/^generator$/i.test(name)) mark(content.trim());
        if (/^keywords$/i.test(name) && /^moodle/i.test(content)) mark('moodle');
        if (/^referrer$/i.test(name)) page.referrerPolicy = lastPolicy(content);
        if (/^content-security-policy$/i.test(equiv)) page.policies.push(content);
      },
    })
    .on('link[href], img[src]', {
      element: (element) => mark(element.getAttribute('href') ?? element.getAttribute('src') ?? ''),
    })
    .on('script', {
      element: (element) => {
        const src = decoded(element.getAttribute('src') ?? '');
        mark(src);
        page.tagManager ||= TAG_MANAGER.test(src);
        if (/embed\.js/.test(src) || element.hasAttribute('data-provider')) keep(tagOf(element));
      },
      text: ({ text }) => {
        page.tagManager ||= TAG_MANAGER.test(text);
      },
    })
    .on('in-the-room-signup', { element: (element) => void keep(tagOf(element)) })
    .on('iframe[src]', {
      element: (element) => {
        if (/\/embed\//.test(element.getAttribute('src') ?? '')) keep(tagOf(element));
      },
    })
    .on('form', {
      element: (element) => {
        form = /\/signup/.test(element.getAttribute('action') ?? '') ? keep(tagOf(element)) : null;
      },
    })
    .on('input', {
      element: (element) => {
        const { name = '', value = '' } = saidOf(element);
        if (form && name !== '') form.fields[name] = value;
      },
    })
    .on('a[href]', {
      element: (element) => {
        if (/[?&]provider=/.test(decoded(element.getAttribute('href') ?? ''))) keep(tagOf(element));
      },
    })
    .on('noscript', {
      element: (element) => {
        markup = '';
        const tag: Tag = { name: 'noscript', said: {}, inHead, fields: {}, text: '' };
        element.onEndTag(() => {
          tag.text = /[?&]provider=(pk_[\w-]+)/.exec(decoded(markup))?.[1] ?? '';
          if (tag.text !== '') keep(tag);
        });
      },
      text: ({ text }) => {
        markup += text;
      },
    });
}

/** An element's attributes, by their names in small letters. */
function saidOf(element: Element): Record<string, string> {
  const said: Record<string, string> = Object.create(null);
  for (const [name = '', value = ''] of element.attributes)
    said[name.toLowerCase()] = decoded(value);
  return said;
}

const SIGNS: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** What an attribute means, which a rewriter hands over as it is written. */
function decoded(text: string): string {
  return text.replace(
    /&(?:#x([\da-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi,
    (all, hex, digits, name) => {
      if (name) return SIGNS[String(name).toLowerCase()] ?? all;
      const code = Number.parseInt(hex ?? digits, hex ? 16 : 10);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
    },
  );
}
