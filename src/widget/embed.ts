/**
 * The signup form in somebody else's page: `/embed.js`. It mounts beside its own script tag, or wherever
 * an `<in-the-room-signup provider="pk_…">` stands, and asks nobody but the course.
 */
import css from './embed.css?inline';

declare const __COURSE__: string;

const NAME = 'in-the-room-signup';

/** How long to wait for an answer, in milliseconds. */
const PATIENCE = 15_000;

/** A frame is not made taller than this, in CSS pixels, whatever it says of itself. */
const TALLEST = 4_000;

/** What `/embed/<key>.json` answers. */
interface Settings {
  provider: string;
  /** `open`; or the form has to stand on the host's own ground: in a `frame`, or on its `page`. */
  form: 'open' | 'frame' | 'page';
  /** The provider's own, for a tag that names none. */
  theme: 'auto' | 'light' | 'dark';
  /** Shown before the button. */
  next: string;
  consent: string;
  /** Shown once it is sent. */
  sent: string;
  /** Sent back with a signup: the version of these words, and when they were given out. */
  words: string;
  shown: string;
}

/** The course's origin: written into this script when it is served, and taken from nothing in the page. */
const host: string = __COURSE__;

/** Of the document itself: a form or an image of the page may be named like it, and would hide it. */
const own = <Name extends keyof Document>(name: Name): Document[Name] =>
  Reflect.get(Document.prototype, name, document);
const find = (selector: string): Element[] => [...own('querySelectorAll').call(document, selector)];

const current: unknown = own('currentScript');
const running = current instanceof HTMLScriptElement ? current : null;

/** The frames that widgets made; those of the page are found in it. */
const frames = new Set<HTMLIFrameElement>();

/** An element. No markup is ever parsed: the page may forbid it, and nothing could be smuggled in. */
function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const create: Document['createElement'] = own('createElement');
  const element = create.call(document, name) as HTMLElementTagNameMap[Name];
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Asks the course, and nobody else. */
const ask = (path: string, options?: RequestInit) =>
  fetch(`${host}/${path}`, {
    credentials: 'omit',
    signal: AbortSignal.timeout?.(PATIENCE),
    ...options,
  });

/** About as much text as is still to come. */
const ghost = (length: number) => make('p', {}, 'words '.repeat(length / 6));

let sheet: CSSStyleSheet | undefined;
try {
  sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
} catch {
  // Safari before 16.4 makes no sheet for a script.
}

/** Gives a form its looks. False where the page's policy lets neither way through; it works all the same. */
function dress(shadow: ShadowRoot): boolean {
  if (sheet) {
    shadow.adoptedStyleSheets = [sheet];
    return true;
  }
  const style = make('style', {}, css);
  style.nonce =
    running?.nonce || (find('script[nonce]')[0] as HTMLElement | undefined)?.nonce || '';
  shadow.append(style);
  return style.sheet !== null;
}

class Signup extends HTMLElement {
  /** Tags that have their form, whichever of the page's copies of this script has seen to it. */
  static served = new WeakSet<Element>();
  /** The key of a tag that says whose form it is, but not where; for an element that says where. */
  static key = '';
  /** Set before it is connected: why there is no form, but a link. */
  why = '';
  #root?: HTMLElement;
  #dressed = false;
  #settings?: Promise<Settings>;
  #busy = false;

  /** An attribute, with or without `data-`. */
  #said(name: string): string | null {
    return this.getAttribute(name) ?? this.getAttribute(`data-${name}`);
  }

  get #key(): string {
    return this.#said('provider') ?? Signup.key;
  }

  connectedCallback(): void {
    // Moved in its page, it keeps what was typed.
    if (this.#root) return;
    const shadow = this.attachShadow({ mode: 'open' });
    this.#dressed = dress(shadow);
    this.#root = make('div', {
      class: 'root',
      part: 'root',
      lang: 'en',
      'data-theme': this.#said('theme') ?? 'auto',
      'data-layout': this.#said('layout') ?? 'stacked',
    });
    const accent = this.#said('accent');
    const { style } = this.#root;
    if (accent) style.setProperty('--in-the-room-accent', accent);
    // What the page gives its own controls.
    const { accentColor } = getComputedStyle(this);
    if (accentColor !== 'auto') style.setProperty('--page', accentColor);
    // The first takes the room that the form needs, where its parent has no width of its own.
    shadow.append(make('div', { class: 'strut' }), make('div', { class: 'room' }, this.#root));
    if (this.why) {
      this.#giveUp(this.why);
      return;
    }
    for (const other of find(NAME)) if ((other as Signup).why) other.remove();
    this.#show();
  }

  /** Words that the page chose, in the language that it names for them. */
  #own(name: string, otherwise: string): [attributes: Record<string, string>, text: string] {
    const text = this.#said(name);
    const lang = this.#said('locale');
    return [{ dir: 'auto', ...(text && lang ? { lang } : {}) }, text ?? otherwise];
  }

  /** The whole form at once, with room for the words that the settings bring. */
  #show(): void {
    const email = this.#field('email', 'Email address', {
      type: 'email',
      autocomplete: 'email',
      maxlength: '254',
      required: '',
    });
    const name = this.#field('first_name', 'First name', {
      autocomplete: 'given-name',
      maxlength: '80',
    });
    const trap = make(
      'label',
      { hidden: '' },
      'Leave this field empty',
      make('input', {
        name: 'website',
        autocomplete: 'off',
        // What 1Password, Bitwarden, LastPass and Dashlane obey.
        'data-1p-ignore': '',
        'data-bwignore': '',
        'data-lpignore': 'true',
        'data-form-type': 'other',
      }),
    );
    const send = make(
      'button',
      { part: 'button' },
      make('span', ...this.#own('button', 'Send me the link')),
    );
    const said = make('div', { class: 'said', part: 'message', role: 'status', tabindex: '-1' });
    const notes = make('div', { class: 'stack' });
    if (this.#dressed) {
      const words = make('div', { class: 'notes ghost' });
      words.append(...[36, 84, 318, 30].map(ghost));
      notes.append(words);
    }
    // What is agreed to stands before the button.
    const form = make(
      'form',
      { part: 'form', novalidate: '' },
      email,
      name,
      trap,
      notes,
      send,
      said,
    );
    const root = this.#root as HTMLElement;
    const [attributes, heading] = this.#own(
      'heading',
      'In the Room, an eight-week email course for therapists',
    );
    if (heading) {
      const title = make('h2', { part: 'heading', ...attributes }, heading);
      // In the page's own letters for headings.
      const [like] = find('h2,h1');
      if (like) title.style.fontFamily = getComputedStyle(like).fontFamily;
      root.append(title);
    }
    root.append(form);
    if (this.#said('layout') === 'button') {
      form.hidden = true;
      const open = make(
        'button',
        { part: 'button', 'aria-expanded': 'false' },
        make('span', ...this.#own('button', 'Sign up for the course')),
      );
      open.addEventListener('click', () => {
        open.remove();
        form.hidden = false;
        form.querySelector('input')?.focus();
      });
      form.before(open);
    }
    // A press on Enter is a click on this button, also in a sandbox that lets no form be sent.
    send.addEventListener('click', (event) => {
      event.preventDefault();
      void this.#submit(form, send, said);
    });
    this.#settings = this.#load();
    this.#settings.then(
      (settings) => this.#fill(settings, form, notes),
      (error: Error) => this.#giveUp(error.message),
    );
  }

  #field(name: string, label: string, attributes: Record<string, string>): HTMLElement {
    const wrong = `${name}-wrong`;
    const text = make('label', { for: name, part: 'label' }, label);
    if (!('required' in attributes)) text.append(make('span', {}, ' (optional)'));
    return make(
      'div',
      { class: 'field', part: 'field' },
      text,
      make('p', { class: 'wrong', id: wrong, part: 'error' }),
      make('input', { id: name, name, part: 'input', 'aria-describedby': wrong, ...attributes }),
    );
  }

  async #load(): Promise<Settings> {
    const { origin, pathname } = location;
    const key = encodeURIComponent(this.#key);
    const response = await ask(`embed/${key}.json?page=${pathname}`).catch(() => {
      throw new Error(
        `no form for "${this.#key}". Check the key, and that ${origin} is among the origins of its provider.`,
      );
    });
    const body = await response.json();
    if (!response.ok) throw new Error(body.error.message);
    return body;
  }

  #fill(settings: Settings, form: HTMLFormElement, notes: HTMLElement): void {
    if (this.#said('theme') === null && settings.theme !== 'auto') {
      const root = this.#root as HTMLElement;
      root.dataset.theme = settings.theme;
      root.classList.add('late');
    }
    if (settings.form === 'page') {
      const words = 'Many people are signing up here just now. ';
      form.replaceWith(make('p', { part: 'message' }, words, this.#link('The course’s own page')));
      return;
    }
    if (settings.form === 'frame') {
      const frame = make('iframe', {
        src: `${host}/embed/${this.#key}?theme=${this.#said('theme') ?? ''}`,
        title: 'Sign up for In the Room',
        part: 'frame',
        // As the snippet for a frame has it: the page's whole address, but never from https to http.
        referrerpolicy: 'no-referrer-when-downgrade',
      });
      frame.style.height = `${form.offsetHeight || 640}px`;
      frames.add(frame);
      form.replaceWith(frame);
      return;
    }
    const privacy = make(
      'a',
      { href: `${host}/privacy`, target: '_blank', rel: 'noopener', part: 'link' },
      'What is kept, and for how long',
    );
    const through = `Offered through ${settings.provider}.`;
    const words = [through, settings.next, settings.consent].map((text) => make('p', {}, text));
    notes.append(make('div', { class: 'notes', part: 'notes' }, ...words, make('p', {}, privacy)));
  }

  #link(text: string): HTMLElement {
    const key = this.#key && `?provider=${encodeURIComponent(this.#key)}`;
    const href = `${host}/${key}`;
    return make('a', { href, target: '_blank', rel: 'noopener', part: 'link' }, text);
  }

  /** No form can be shown: a plain way on for the reader, and a reason for whoever looks after the page. */
  #giveUp(why: string): void {
    // biome-ignore lint/suspicious/noConsole: nobody else tells the page's owner
    console.error(`In the Room: ${why}`);
    this.#root?.replaceChildren(
      make('p', { part: 'message' }, this.#link('Sign up for In the Room')),
    );
    this.#tell('error', { code: 'not-shown', message: why });
  }

  /** Tells the page what became of it. Never what was typed. */
  #tell(what: string, detail: Record<string, string>): void {
    const options = { bubbles: true, composed: true, detail };
    this.dispatchEvent(new CustomEvent(`in-the-room:${what}`, options));
  }

  async #submit(form: HTMLFormElement, send: HTMLButtonElement, said: HTMLElement): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    send.setAttribute('aria-disabled', 'true');
    said.textContent = '';
    for (const each of form.querySelectorAll('input, .wrong')) {
      each.removeAttribute('aria-invalid');
      each.textContent = '';
    }
    try {
      const { words, shown, sent = '' } = (await this.#settings) as Settings;
      const body = new URLSearchParams({
        ...(Object.fromEntries(new FormData(form)) as Record<string, string>),
        provider: this.#key,
        time_zone: new Intl.DateTimeFormat().resolvedOptions().timeZone ?? '',
        page: location.origin + location.pathname,
        words,
        shown,
      });
      const page = this.#said('redirect');
      if (page) body.set('redirect', new URL(page, location.href).href);
      const headers = { accept: 'application/json' };
      const response = await ask('signup', { method: 'POST', body, headers });
      const answer = await response.json();
      if (response.ok) this.#thank(form, said, sent, answer.redirect);
      else this.#refuse(answer.error, form, said);
    } catch {
      const message = 'This could not be sent. What you typed is still here: please try again.';
      this.#refuse({ code: 'network', message }, form, said);
    } finally {
      this.#busy = false;
      send.removeAttribute('aria-disabled');
    }
  }

  /** @param page a page of the provider's own, as the course has found it among its origins */
  #thank(form: HTMLFormElement, said: HTMLElement, sent: string, page?: string): void {
    form.replaceWith(said);
    said.append(make('p', {}, make('strong', {}, 'Now look in your inbox.')), make('p', {}, sent));
    said.focus();
    this.#tell('submitted', { provider: this.#key });
    if (page) location.assign(page);
  }

  #refuse(
    error: { code: string; field?: string; message: string },
    form: HTMLFormElement,
    said: HTMLElement,
  ): void {
    // What has filled it in once is not asked again. A form has its fields by their names.
    form.website.value = '';
    const input = form.querySelector<HTMLInputElement>(`#${error.field ?? 'x'}`);
    if (input) {
      input.setAttribute('aria-invalid', 'true');
      form.querySelector(`#${input.id}-wrong`)?.append(error.message);
      input.focus();
    } else {
      said.append(
        make('p', { class: 'wrong' }, `${error.message} `, this.#link('The course’s own page')),
      );
    }
    this.#tell('error', { code: error.code, message: error.message });
  }
}

/** The class that counts: of the first copy of this script in the page. */
const Shared = (customElements.get(NAME) ?? Signup) as typeof Signup;

/** Fits a frame of the host's to what is in it, as its page tells. Anybody may send messages. */
function fit({ origin, source, data }: MessageEvent): void {
  if (origin !== host || data?.type !== 'in-the-room:height') return;
  const { height } = data;
  if (!Number.isFinite(height) || height < 1 || height > TALLEST) return;
  for (const frame of [...(find('iframe') as HTMLIFrameElement[]), ...frames]) {
    if (frame.contentWindow === source) frame.style.height = `${Math.ceil(height)}px`;
  }
}

/** The key in an address of the course's, somewhere in a text. */
const keyAfter = (text: string, path: string) =>
  /^[\w-]+/.exec(text.split(`${host}/${path}?provider=`)[1] ?? '')?.[0];

/** Whether a tag is one of ours by its address. */
const ours = ({ src }: HTMLScriptElement) => src.split(/[?#]/)[0] === `${host}/embed.js`;

/**
 * The key on a tag that asks for a form: in its attribute, or in its address, where a tag manager keeps no
 * attributes. What names another address is not ours to read, but for the tag that runs.
 */
function keyOf(script: HTMLScriptElement): string | undefined {
  const { src, dataset } = script;
  if (ours(script)) return dataset.provider ?? keyAfter(src, 'embed.js');
  const key = script === running || !src ? dataset.provider : '';
  return key?.startsWith('pk_') ? key : undefined;
}

/** The key in the link for readers without scripts: it stays where a tag was taken away, or moved. */
const keyIn = (noscript: Element) => keyAfter(noscript.textContent ?? '', '');

const isForm = (element: Element | null) => element?.localName === NAME;

/** The links for readers without scripts that stand beside no tag and no form. */
const widows = () =>
  find('body noscript').filter((noscript) => {
    const before = noscript.previousElementSibling;
    const paired = isForm(before) || (before instanceof HTMLScriptElement && keyOf(before));
    return keyIn(noscript) && !paired;
  });

/** Puts a form beside a tag, or in the place that it had; with `why` a link. */
function place(
  how: 'before' | 'after' | 'append',
  where: Element,
  said: Record<string, string | undefined>,
  why = '',
): void {
  const form = make(NAME as 'div') as HTMLElement as Signup;
  for (const [name, value] of Object.entries(said)) form.setAttribute(name, value ?? '');
  form.why = why;
  where[how](form);
}

/** A form for each tag that has none. */
function serve(): void {
  for (const script of find('script')) {
    // An image's script has no address to be read.
    if (!(script instanceof HTMLScriptElement)) continue;
    const provider = keyOf(script);
    if (provider === undefined || Shared.served.has(script)) continue;
    Shared.served.add(script);
    if (isForm(script.nextElementSibling)) continue;
    const widow = widows().find((noscript) => keyIn(noscript) === provider);
    const said = { ...script.dataset, provider };
    if (widow) place('before', widow, said);
    else if (script.closest('head')) Shared.key ||= provider;
    else place('after', script, said);
  }
}

/** Once the page is there: what no tag asks for any more, and a link where nobody can tell more than that. */
function settle(): void {
  serve();
  const there = find(NAME).map((form) => form.getAttribute('provider'));
  for (const widow of widows()) {
    const provider = keyIn(widow);
    if (!there.includes(provider ?? '')) place('before', widow, { provider });
  }
  const framed = find('iframe').some((frame) => frame.outerHTML.includes(`${host}/embed/`));
  if (framed || find(NAME)[0]) return;
  const provider = Shared.key;
  const cure = `Put <${NAME} provider="pk_…"></${NAME}> where the form should be.`;
  if (provider) {
    const why = `the tag for "${provider}" is in the head. ${cure}`;
    place('append', find('main')[0] ?? own('body'), { provider }, why);
  } else if (running?.closest('body') && ours(running)) {
    place('after', running, {}, `the tag has no data-provider. ${cure}`);
  } else {
    // biome-ignore lint/suspicious/noConsole: nobody else tells the page's owner
    console.info(`In the Room: no form is asked for here. ${cure}`);
  }
}

// Tags come first: what stands in the page already gets its form the moment that the class is known.
serve();
if (Shared === Signup) {
  customElements.define(NAME, Signup);
  addEventListener('message', fit);
}
// What else runs when a page has loaded may still put something into it.
const soon = () => requestAnimationFrame(settle);
if (own('readyState') === 'complete') soon();
else addEventListener('load', soon);
