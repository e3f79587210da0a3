/**
 * The signup form in somebody else's page: `/embed.js`. It mounts beside its own script tag, or wherever
 * an `<in-the-room-signup provider="pk_…">` stands, and asks nobody but the host that it came from.
 */
import css from './embed.css?inline';

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
  /** Shown beside the button. */
  next: string;
  consent: string;
  /** Sent back with a signup: the version of these words, and when they were given out. */
  words: string;
  shown: string;
}

const tag = document.currentScript as HTMLScriptElement | null;
const tags = tag
  ? [tag]
  : [...document.querySelectorAll<HTMLScriptElement>('script[src*="/embed.js"]')];
const host = tags[0] ? new URL(tags[0].src).origin : '';

/** The frames that widgets made; those of the page are found in it. */
const frames = new Set<HTMLIFrameElement>();

/** An element. No markup is ever parsed: the page may forbid it, and nothing could be smuggled in. */
function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** About as much text as is still to come. */
const ghost = (length: number) => make('p', {}, 'words '.repeat(length / 6));

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

class Signup extends HTMLElement {
  #root?: HTMLElement;
  #settings?: Promise<Settings>;
  #busy = false;

  /** An attribute, with or without `data-`. */
  #said(name: string): string | null {
    return this.getAttribute(name) ?? this.getAttribute(`data-${name}`);
  }

  get #key(): string {
    return this.#said('provider') ?? '';
  }

  connectedCallback(): void {
    // Moved in its page, it keeps what was typed.
    if (this.#root) return;
    const shadow = this.attachShadow({ mode: 'open' });
    shadow.adoptedStyleSheets = [sheet];
    this.#root = make('div', {
      class: 'root',
      part: 'root',
      lang: 'en',
      'data-theme': this.#said('theme') ?? 'auto',
      'data-layout': this.#said('layout') ?? 'stacked',
    });
    const accent = this.#said('accent');
    if (accent) this.#root.style.setProperty('--in-the-room-accent', accent);
    shadow.append(this.#root);
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
      inputmode: 'email',
      maxlength: '254',
      autocapitalize: 'none',
      spellcheck: 'false',
      required: '',
    });
    const name = this.#field('first_name', 'First name', {
      autocomplete: 'given-name',
      maxlength: '80',
    });
    const trap = make(
      'label',
      { class: 'trap', 'aria-hidden': 'true' },
      'Leave this field empty',
      make('input', { name: 'website', tabindex: '-1', autocomplete: 'off' }),
    );
    const send = make(
      'button',
      { part: 'button' },
      make('span', ...this.#own('button', 'Send me the link')),
    );
    const said = make('div', { class: 'said', part: 'message', role: 'status', tabindex: '-1' });
    const notes = make('div', { class: 'stack' });
    const words = make('div', { class: 'notes ghost', 'aria-hidden': 'true' });
    words.append(ghost(90), ghost(264), ghost(30));
    notes.append(words);
    const form = make(
      'form',
      { part: 'form', novalidate: '' },
      email,
      name,
      trap,
      send,
      said,
      notes,
    );
    const root = this.#root as HTMLElement;
    const [attributes, heading] = this.#own(
      'heading',
      'In the Room, an eight-week email course for therapists',
    );
    if (heading) root.append(make('h2', { part: 'heading', ...attributes }, heading));
    root.append(form);
    if (this.#said('layout') === 'button') {
      form.hidden = true;
      const open = make(
        'button',
        { part: 'button', 'aria-expanded': 'false' },
        send.firstChild?.cloneNode(true) ?? '',
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
      (error: unknown) => this.#giveUp(String(error instanceof Error ? error.message : error)),
    );
  }

  #field(name: string, label: string, attributes: Record<string, string>): HTMLElement {
    const text = make('label', { for: name, part: 'label' }, label);
    if (!('required' in attributes)) text.append(make('span', {}, ' (optional)'));
    return make(
      'div',
      { class: 'field', part: 'field' },
      text,
      make('input', { id: name, name, part: 'input', ...attributes }),
      make('p', { class: 'wrong', id: `${name}-wrong`, part: 'error' }),
    );
  }

  async #load(): Promise<Settings> {
    const { origin } = location;
    const response = await fetch(`${host}/embed/${encodeURIComponent(this.#key)}.json`, {
      credentials: 'omit',
      signal: AbortSignal.timeout(PATIENCE),
    }).catch(() => {
      throw new Error(
        `the form for "${this.#key}" could not be loaded. Check that the key is right, and that ` +
          `${origin} is among the origins of its provider.`,
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
      form.replaceWith(
        make('p', { part: 'message' }, words, this.#link('Sign up on the course’s own page')),
      );
      return;
    }
    if (settings.form === 'frame') {
      const frame = make('iframe', {
        src: `${host}/embed/${this.#key}`,
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
    const words = [settings.next, settings.consent].map((text) => make('p', {}, text));
    notes.append(make('div', { class: 'notes', part: 'notes' }, ...words, make('p', {}, privacy)));
  }

  #link(text: string): HTMLElement {
    const href = `${host}/?provider=${encodeURIComponent(this.#key)}`;
    return make('a', { href, target: '_blank', rel: 'noopener', part: 'link' }, text);
  }

  /** No form can be shown: a plain way on for the reader, and a reason for whoever looks after the page. */
  #giveUp(why: string): void {
    // biome-ignore lint/suspicious/noConsole: nobody else tells the page's owner
    console.error(`In the Room: ${why}`);
    this.#root?.replaceChildren(
      make(
        'p',
        { part: 'message' },
        this.#link('Sign up for In the Room, a course for therapists'),
      ),
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
    for (const input of form.querySelectorAll('input')) {
      input.removeAttribute('aria-invalid');
      input.removeAttribute('aria-describedby');
    }
    for (const wrong of form.querySelectorAll('.wrong')) wrong.textContent = '';
    try {
      const settings = await this.#settings;
      const body = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
      body.set('provider', this.#key);
      body.set('time_zone', new Intl.DateTimeFormat().resolvedOptions().timeZone ?? '');
      body.set('page', location.origin + location.pathname);
      body.set('words', settings?.words ?? '');
      body.set('shown', settings?.shown ?? '');
      const response = await fetch(`${host}/signup`, {
        method: 'POST',
        body,
        headers: { accept: 'application/json' },
        credentials: 'omit',
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (response.ok) this.#thank(form, said);
      else this.#refuse((await response.json()).error, form, said);
    } catch {
      const message = 'This could not be sent. What you typed is still here: please try again.';
      this.#refuse({ code: 'network', message }, form, said);
    } finally {
      this.#busy = false;
      send.removeAttribute('aria-disabled');
    }
  }

  #thank(form: HTMLFormElement, said: HTMLElement): void {
    form.replaceWith(said);
    said.append(
      make('p', {}, make('strong', {}, 'Now look in your inbox.')),
      make(
        'p',
        {},
        'There should be an email with a link. Open it, choose your hour and press the button. If nothing has come in a few minutes, look in the spam folder.',
      ),
    );
    said.focus();
    this.#tell('submitted', { provider: this.#key });
  }

  #refuse(
    error: { code: string; field?: string; message: string },
    form: HTMLFormElement,
    said: HTMLElement,
  ): void {
    const input = form.querySelector<HTMLInputElement>(`#${error.field ?? 'x'}`);
    if (input) {
      input.setAttribute('aria-invalid', 'true');
      input.setAttribute('aria-describedby', `${input.id}-wrong`);
      form.querySelector(`#${input.id}-wrong`)?.append(error.message);
      input.focus();
    } else {
      said.append(make('p', {}, `${error.message} `, this.#link('The course’s own page')));
    }
    this.#tell('error', { code: error.code, message: error.message });
  }
}

/** Fits a frame of the host's to what is in it, as its page tells. Anybody may send messages. */
function fit({ origin, source, data }: MessageEvent): void {
  if (origin !== host || data?.type !== 'in-the-room:height') return;
  const { height } = data;
  if (!Number.isFinite(height) || height < 1 || height > TALLEST) return;
  for (const frame of [...document.querySelectorAll('iframe'), ...frames]) {
    if (frame.contentWindow === source) frame.style.height = `${Math.ceil(height)}px`;
  }
}

if (!customElements.get(NAME)) {
  customElements.define(NAME, Signup);
  addEventListener('message', fit);
}

for (const script of tags) {
  if (script.dataset.provider === undefined) continue;
  const element = document.createElement(NAME);
  for (const [key, value] of Object.entries(script.dataset)) element.setAttribute(key, value ?? '');
  script.after(element);
}
