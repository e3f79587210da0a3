import type { Seconds } from '../clock.ts';
import { dayInWords } from '../course/schedule.ts';
import type { pageChecks } from '../db/schema.ts';
import { WORDS_VERSION } from '../signup/consent.ts';
import type { RetiredKey } from './keys.ts';
import { type Provider, pageOn, THEMES } from './provider.ts';

/** What a site is built with, as far as its pages tell. */
export type Builder =
  | 'wordpress'
  | 'squarespace'
  | 'webflow'
  | 'moodle'
  | 'wix'
  | 'google-sites'
  | 'notion'
  | 'mailchimp';

/** Looks at pages of one provider within an hour; each asks a site of somebody's. */
export const LOOKS_AN_HOUR = 20;

/** Looks that are kept of one provider. */
export const LOOKS_KEPT = 100;

/** One look at a page. */
export type PageCheck = Pick<typeof pageChecks.$inferSelect, 'page' | 'at' | 'found'>;

/** A tag of a page that may be ours: its attributes by their names in small letters. */
export interface Tag {
  name: 'script' | 'in-the-room-signup' | 'iframe' | 'form' | 'a' | 'noscript';
  said: Record<string, string>;
  inHead: boolean;
  /** The fields of a form. */
  fields: Record<string, string>;
  /** The key in the link for readers without scripts. */
  text: string;
}

/** A page as far as it was read, without any of its words. */
export interface ReadPage {
  /** Its address, after whatever it led to. */
  address: string;
  /** True where it went on after what is read of a page. */
  cut: boolean;
  tags: Tag[];
  /** What it forbids (Content Security Policy), from its headers and its head. */
  policies: string[];
  referrerPolicy: string;
  builder: Builder | null;
  /** True where something on it adds tags later. */
  tagManager: boolean;
}

/** How a form is on a page. A link leads to the page with us. */
export type Way = 'script' | 'frame' | 'form' | 'link';

export interface Finding {
  /** `good`: a form that takes signups. `fault`: keeps one from it. `note`: it works, and could do better. */
  weight: 'good' | 'fault' | 'note';
  says: string;
  /** What to do about it; null where there is nothing to do. */
  mend: string | null;
}

/** What was looked for, and for whom. */
export interface Wanted {
  /** The course's origin. */
  baseUrl: string;
  provider: Pick<Provider, 'publicKey' | 'origins' | 'status'>;
  retired: RetiredKey[];
  now: Seconds;
}

const WAYS: Record<Way, string> = {
  script: 'in the page by its script',
  frame: 'in a frame',
  form: 'as a plain form',
  link: 'as a link to your page with us',
};

const ATTRIBUTES = [
  'provider',
  'layout',
  'heading',
  'button',
  'redirect',
  'locale',
  'theme',
  'accent',
];
const LAYOUTS = ['stacked', 'inline', 'button'];

/** Attributes that other tools put on a tag of ours, to load it later or to know it again. */
const OF_OTHERS =
  /^data-(cf|cookie|rocket|wp|no|pagespeed|type|src|category|id|key-?id|astro|turbo)/;

/** A key as we write them; anything else is not repeated. */
const KEY = /^pk_[\w-]{1,60}$/;

/** What of a page's own is repeated in words of ours: short, and of letters that mean nothing. */
const quoted = (text: string) =>
  /^[\w./:-]{1,80}$/.test(text) ? `“${text}”` : 'what stands there';

/** A form that a page asks for. */
interface Asked {
  way: Way;
  /** Empty where it names none. */
  key: string;
  faults: Finding[];
}

/** What is on a page, in plain words: each form that it asks for, what keeps it from working, and how to mend that. */
export function findingsOf(page: ReadPage, wanted: Wanted): Finding[] {
  const asked = formsOf(page, wanted);
  const shown = asked.filter(({ way }) => way !== 'link');
  // The link beside a script is for readers without scripts, and no form of its own.
  const counted = shown.length > 0 ? shown : asked;
  const found = counted.flatMap((form) => {
    const whole = [...form.faults, ...policyFaults(form.way, page, wanted)];
    const key = keyFinding(form, wanted);
    // What has another fault is not called good.
    const broken = whole.some(({ weight }) => weight === 'fault') && key.weight === 'good';
    return [broken ? { ...key, weight: 'note' as const } : key, ...whole];
  });
  return [...found, ...wholePage(page, counted, wanted)];
}

/** What came of looking: whether a form on the page takes signups. */
export function verdictOf(findings: Finding[]): 'works' | 'faulty' | 'nothing' {
  if (findings.some(({ weight }) => weight === 'good')) return 'works';
  return findings.some(({ weight }) => weight === 'fault') ? 'faulty' : 'nothing';
}

function formsOf(page: ReadPage, wanted: Wanted): Asked[] {
  const { baseUrl } = wanted;
  const at = (address: string | undefined) => URL.parse(address ?? '', page.address);
  const ours = (address: string | undefined) => at(address)?.origin === baseUrl;
  const found: Asked[] = [];
  const scripts = page.tags.filter(({ name }) => name === 'script');
  const loads = scripts.filter(
    ({ said }) => ours(said.src) && at(said.src)?.pathname === '/embed.js',
  );
  const elements = page.tags.filter(({ name }) => name === 'in-the-room-signup');
  const frames = page.tags.filter(({ name, said }) => {
    return name === 'iframe' && ours(said.src) && at(said.src)?.pathname.startsWith('/embed/');
  });

  for (const tag of scripts) {
    const key = tag.said['data-provider'] ?? at(tag.said.src)?.searchParams.get('provider') ?? '';
    if (loads.includes(tag)) {
      // One without a key only loads what an element or a frame asks for.
      const bare = key === '' && (elements.length > 0 || frames.length > 0);
      if (!bare) found.push({ way: 'script', key, faults: tagFaults(tag, page, wanted, elements) });
    } else if (KEY.test(key)) {
      found.push({ way: 'script', key, faults: [strayScript(tag, page, wanted)].flat() });
    }
  }
  for (const tag of elements) {
    const key = tag.said.provider ?? tag.said['data-provider'] ?? '';
    const inherited = found.find(({ way }) => way === 'script')?.key ?? '';
    const faults = attributeFaults(tag, wanted);
    if (loads.length === 0) {
      faults.push(
        fault(
          'A place for the form is there, but not the script that fills it.',
          `Add <script async src="${baseUrl}/embed.js"></script> to the page once.`,
        ),
      );
    }
    // A tag in the head and an element in the page are one form.
    const head = found.findIndex(
      (form) =>
        form.way === 'script' &&
        scripts.some((script) => script.inHead && script.said['data-provider'] === form.key),
    );
    if (head >= 0 && (key === '' || key === inherited)) found.splice(head, 1);
    found.push({ way: 'script', key: key || inherited, faults });
  }
  for (const tag of frames) {
    const key = at(tag.said.src)?.pathname.split('/')[2] ?? '';
    found.push({ way: 'frame', key, faults: frameFaults(tag) });
  }
  for (const tag of page.tags.filter(({ name }) => name === 'form')) {
    if (!ours(tag.said.action) || at(tag.said.action)?.pathname !== '/signup') continue;
    found.push({
      way: 'form',
      key: tag.fields.provider ?? '',
      faults: plainFaults(tag, page, wanted),
    });
  }
  const links = page.tags.flatMap(({ name, said, text }) => {
    const address = name === 'a' ? at(said.href) : null;
    const key = name === 'noscript' ? text : address?.searchParams.get('provider');
    return key && (name === 'noscript' || address?.origin === baseUrl) ? [{ name, key }] : [];
  });
  const keys = new Set(found.map(({ key }) => key));
  for (const { name, key } of links) {
    if (keys.has(key)) continue;
    keys.add(key);
    const faults = name === 'noscript' ? [lostScript()] : [];
    found.push({ way: 'link', key, faults });
  }
  return found;
}

const fault = (says: string, mend: string): Finding => ({ weight: 'fault', says, mend });
const note = (says: string, mend: string | null): Finding => ({ weight: 'note', says, mend });

/** Whose key a form carries, and whether it is taken. */
function keyFinding({ way, key }: Asked, { provider, retired, now }: Wanted): Finding {
  const here = `The form is here ${WAYS[way]}`;
  const put = `Put your key ${provider.publicKey} in its place.`;
  if (key === '')
    return fault(`${here}, but it names no key, so nobody knows that it is yours.`, put);
  if (key === provider.publicKey) {
    return provider.status === 'paused'
      ? fault(`${here} with your key, but your signups are paused.`, 'Have them taken again.')
      : { weight: 'good', says: `${here}, with your key.`, mend: null };
  }
  const old = retired.find((each) => each.key === key);
  if (!old) {
    const which = KEY.test(key) ? ` (${key})` : '';
    return fault(`${here}, with a key that is none of yours${which}.`, put);
  }
  if (old.worksUntil <= now) {
    const says = `${here}, with a key that you have replaced (${key}). It is not taken any more: people see a link to our own page.`;
    return fault(says, put);
  }
  const until = dayInWords(old.worksUntil, 'UTC', now);
  const says = `${here}, with a key that you have replaced (${key}). It is taken until ${until}.`;
  return { weight: 'good', says, mend: put };
}

function tagFaults(tag: Tag, page: ReadPage, wanted: Wanted, elements: Tag[]): Finding[] {
  const found = attributeFaults(tag, wanted);
  const held = heldBack(tag);
  if (held) found.push(held);
  if (tag.inHead && elements.length === 0) {
    found.push(
      fault(
        'The script stands in the head of the page, so it cannot tell where the form belongs. A link stands at the end of the page instead.',
        `Move it to where the form should be, or write <in-the-room-signup provider="${wanted.provider.publicKey}"></in-the-room-signup> there.`,
      ),
    );
  }
  const beside = page.tags.some(({ name }) => name === 'noscript');
  if (!tag.inHead && !beside) {
    found.push(
      note(
        'The line for readers without scripts is missing.',
        'Paste the whole snippet, with its second line: it also marks the place where a plugin moves the script.',
      ),
    );
  }
  return found;
}

/** A script that a consent tool keeps from running until somebody agrees. */
function heldBack({ said }: Tag): Finding | null {
  const type = (said.type ?? '').trim().toLowerCase();
  const runs = type === '' || type === 'module' || /javascript|ecmascript/.test(type);
  return runs
    ? null
    : fault(
        'Something on your site keeps the script from running, perhaps until a visitor accepts cookies.',
        'Name it as necessary in your cookie tool. The form sets no cookie and stores nothing in the browser.',
      );
}

function strayScript(tag: Tag, page: ReadPage, { baseUrl }: Wanted): Finding[] {
  const { src = '' } = tag.said;
  if (src === '') return [];
  const url = URL.parse(src, page.address);
  if (url?.pathname !== '/embed.js') {
    return [
      note(
        'The script comes from a copy on your own site, so what we mend in it does not reach you.',
        `Let it come from ${baseUrl}/embed.js, and leave it out of what your cache plugin bundles.`,
      ),
    ];
  }
  return [
    fault(
      'The script comes from another address than ours.',
      `Its address must be ${baseUrl}/embed.js.`,
    ),
  ];
}

function attributeFaults({ name, said }: Tag, { provider, baseUrl }: Wanted): Finding[] {
  const found: Finding[] = [];
  const onElement = name === 'in-the-room-signup';
  const value = (attribute: string) =>
    said[`data-${attribute}`] ?? (onElement ? said[attribute] : undefined);
  const unknown = Object.keys(said).filter(
    (each) =>
      each.startsWith('data-') && !ATTRIBUTES.includes(each.slice(5)) && !OF_OTHERS.test(each),
  );
  for (const each of unknown.slice(0, 5)) {
    const meant = ['data-key', 'data-public-key', 'data-pk'].includes(each)
      ? 'The key stands in data-provider.'
      : `What there is: ${ATTRIBUTES.map((known) => `data-${known}`).join(', ')}.`;
    found.push(note(`Its tag has ${quoted(each)}, which does nothing.`, meant));
  }
  const layout = value('layout');
  if (layout !== undefined && !LAYOUTS.includes(layout)) {
    found.push(
      note(
        `${quoted(layout)} is no layout, so the form is stacked.`,
        `There are ${LAYOUTS.join(', ')}.`,
      ),
    );
  }
  const theme = value('theme');
  if (theme !== undefined && !THEMES.some((known) => known === theme)) {
    found.push(note(`${quoted(theme)} is no theme.`, `There are ${THEMES.join(', ')}.`));
  }
  const redirect = value('redirect');
  const thanks = URL.parse(redirect ?? '', provider.origins[0] ?? baseUrl);
  if (redirect && (!thanks || pageOn(provider.origins, thanks.href) === null)) {
    found.push(
      note(
        'The page of thanks that it names is not on one of your sites, so nobody is led there.',
        'Name a page on one of your sites, or add its site.',
      ),
    );
  }
  return found;
}

function frameFaults({ said }: Tag): Finding[] {
  const found: Finding[] = [];
  const { sandbox } = said;
  const lacks = ['allow-scripts', 'allow-forms', 'allow-same-origin'].filter(
    (word) => !(sandbox ?? '').toLowerCase().split(/\s+/).includes(word),
  );
  if (sandbox !== undefined && lacks.length > 0) {
    found.push(
      fault(
        'The frame is locked up (sandbox), so its form cannot be sent.',
        `Take the attribute sandbox out, or add ${lacks.join(' ')}.`,
      ),
    );
  }
  const policy = (said.referrerpolicy ?? '').toLowerCase();
  if (!['no-referrer-when-downgrade', 'unsafe-url'].includes(policy)) {
    found.push(
      note(
        'The frame does not tell which page it stands on, so a signup records your site alone.',
        'Add referrerpolicy="no-referrer-when-downgrade" to the frame.',
      ),
    );
  }
  return found;
}

function plainFaults({ said, fields }: Tag, page: ReadPage, { baseUrl }: Wanted): Finding[] {
  const found: Finding[] = [];
  if ((said.method ?? 'get').toLowerCase() !== 'post') {
    found.push(
      fault('The form is not posted, so nothing of it arrives.', 'Add method="post" to it.'),
    );
  }
  if (fields.email === undefined) {
    found.push(
      fault('The form has no field named email.', 'Paste the snippet of the plain form whole.'),
    );
  }
  if (fields.words !== WORDS_VERSION) {
    found.push(
      note(
        fields.words === undefined
          ? 'The form does not say which words stand beside it.'
          : 'The form carries older words of consent.',
        'Paste the snippet of the plain form anew, with its words.',
      ),
    );
  }
  if (/^(no-referrer|same-origin)$/.test(page.referrerPolicy)) {
    found.push(
      note(
        'Your page keeps its address to itself (Referrer-Policy), so people see the form once more on our page before it is sent.',
        `To spare them that, allow the policy strict-origin-when-cross-origin on this page. Nothing is lost without it. The form goes to ${baseUrl}.`,
      ),
    );
  }
  return found;
}

const lostScript = (): Finding =>
  note(
    'Only the line for readers without scripts is left: the script beside it was taken out, or is added later by a plugin.',
    'Open the page once in a browser and look again. If no form is there, your site does not keep scripts on this page.',
  );

function wholePage(page: ReadPage, asked: Asked[], { provider }: Wanted): Finding[] {
  const found: Finding[] = [];
  const keys = new Set(asked.map(({ key }) => key).filter((key) => key !== ''));
  if (keys.size > 1) {
    found.push(
      note(
        `The page has ${asked.length} forms with ${keys.size} different keys.`,
        `Let all of them carry ${provider.publicKey}.`,
      ),
    );
  }
  if (asked.length > 0) return found;
  const later = page.tagManager
    ? 'The page loads a tag manager, which may add the form later: open the page once in a browser, then look again.'
    : 'An app or a plugin may add it later: open the page once in a browser, then look again.';
  found.push(note(`The form is not in the page as your site delivers it. ${later}`, null));
  if (page.cut) found.push(note('The page is longer than what we read of one, 1 MB.', null));
  return found;
}

/** What a page forbids, where that keeps a form from working. */
function policyFaults(way: Way, page: ReadPage, { baseUrl }: Wanted): Finding[] {
  const needs: Record<Way, [directives: string[], url: string, does: string][]> = {
    script: [
      [
        ['script-src-elem', 'script-src', 'default-src'],
        `${baseUrl}/embed.js`,
        'loading the script',
      ],
      [['connect-src', 'default-src'], `${baseUrl}/signup`, 'asking for the form’s settings'],
    ],
    frame: [[['frame-src', 'child-src', 'default-src'], `${baseUrl}/embed/`, 'showing the frame']],
    form: [[['form-action'], `${baseUrl}/signup`, 'sending the form']],
    link: [],
  };
  return needs[way].flatMap(([directives, url, does]) => {
    const [name = ''] = directives;
    const stopped = page.policies.some((policy) => forbids(policy, directives, url, page));
    if (!stopped) return [];
    const shown = name === 'script-src-elem' ? 'script-src' : name;
    return [
      fault(
        `The page’s Content-Security-Policy forbids ${does}.`,
        `Add ${baseUrl} to ${shown} in it.`,
      ),
    ];
  });
}

/** Whether a policy forbids an address: by the first of these directives that it has. */
function forbids(policy: string, directives: string[], url: string, page: ReadPage): boolean {
  const rules = new Map<string, string[]>();
  for (const part of policy.split(';')) {
    const [name = '', ...sources] = part.trim().split(/\s+/);
    if (!rules.has(name.toLowerCase())) rules.set(name.toLowerCase(), sources);
  }
  const name = directives.find((each) => rules.has(each));
  if (name === undefined) return false;
  const sources = rules.get(name) ?? [];
  if (name.startsWith('script-src') || (name === 'default-src' && url.endsWith('.js'))) {
    const nonces = page.tags.flatMap(({ said }) => (said.nonce ? [`'nonce-${said.nonce}'`] : []));
    if (sources.some((source) => nonces.includes(source))) return false;
    // It lets nothing by its address.
    if (sources.some((source) => source.toLowerCase() === "'strict-dynamic'")) return true;
  }
  return !sources.some((source) => lets(source, new URL(url), new URL(page.address)));
}

/** Whether a source of a policy lets an address (Content Security Policy Level 3, 6.7.2.8). */
function lets(source: string, url: URL, page: URL): boolean {
  if (source === '*') return /^https?:$/.test(url.protocol);
  if (source.toLowerCase() === "'self'") return url.origin === page.origin;
  const scheme = /^([a-z][a-z\d+.-]*):$/i.exec(source)?.[1]?.toLowerCase();
  if (scheme) return covers(scheme, url);
  const [, given, host = '', port, path = ''] =
    /^(?:([a-z][a-z\d+.-]*):\/\/)?(\*|(?:\*\.)?[\w.-]+)(?::(\d+|\*))?(\/[^?#]*)?$/i.exec(source) ??
    [];
  if (host === '') return false;
  if (!covers(given?.toLowerCase() ?? page.protocol.slice(0, -1), url)) return false;
  const name = host.toLowerCase();
  const named = name.startsWith('*.')
    ? url.hostname.endsWith(name.slice(1))
    : name === url.hostname;
  if (name !== '*' && !named) return false;
  if (port === undefined ? url.port !== '' : port !== '*' && port !== (url.port || '443'))
    return false;
  return (
    path === '' || (path.endsWith('/') ? url.pathname.startsWith(path) : url.pathname === path)
  );
}

const covers = (scheme: string, { protocol }: URL) =>
  protocol === `${scheme}:` || (scheme === 'http' && protocol === 'https:');

/** Of these sites, the one that another was probably meant to be: with or without www, or a part of it. */
export function nearestOf(origin: string, origins: string[]): string | null {
  const bare = (text: string) => new URL(text).hostname.replace(/^www\./, '');
  const host = bare(origin);
  return (
    origins.find((each) => bare(each) === host) ??
    origins.find((each) => host.endsWith(`.${bare(each)}`) || bare(each).endsWith(`.${host}`)) ??
    null
  );
}
