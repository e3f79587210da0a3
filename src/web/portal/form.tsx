import type { Context as HonoContext } from 'hono';
import { raw } from 'hono/html';
import { WORDS_VERSION } from '../../signup/consent.ts';
import { previewKey } from '../embed/preview.ts';
import { policyFor, snippetsFor } from '../embed/snippets.ts';
import { Opening } from '../ui/desk.tsx';
import { Button, ButtonLink, SelectField, TextField } from '../ui/fields.tsx';
import { type Built, builtBy, contrastOf, GROUNDS, LAYOUTS, queryOf, WAYS } from './choice.ts';
import builderStyle from './form.css?url';
import builderScript from './form.js?url&no-inline';
import { at, type Portal, portalPage } from './portal.tsx';
import previewStyle from './preview.css?url';

type C = HonoContext<Portal>;

const WAY_WORDS = {
  script: 'In the page, by a script (best)',
  iframe: 'In a frame, where a page takes no script of others',
  form: 'A plain form, where it takes neither',
};

const LAYOUT_WORDS = {
  stacked: 'One field below the other',
  inline: 'In one line, where there is room',
  button: 'Behind a button',
};

const GROUND_WORDS = { paper: 'A light page', dark: 'A dark page', narrow: 'A narrow page' };

const THEME_WORDS = {
  '': 'As you have set it under Looks',
  auto: 'As the page is',
  light: 'Light',
  dark: 'Dark',
};

/** The form, as it is to be pasted: what may be chosen, how it looks, and the lines for the page. */
export function builderPage(c: C) {
  const { ctx, member } = c.var;
  const { provider } = member;
  const built = builtBy(c.req.query());
  const { baseUrl } = ctx.settings;
  const link = `${baseUrl}/?provider=${provider.publicKey}`;
  c.set('frames', true);
  return portalPage(
    c,
    { title: 'Form', styles: [builderStyle], scripts: [builderScript] },
    <>
      <Opening heading="The form">
        <p>
          {provider.status === 'paused'
            ? 'Your signups are paused: wherever the form stands, people see a link to our own page, and there that they are paused.'
            : 'By a link, or on your own pages. Whoever signs up either way takes the course through you.'}
        </p>
      </Opening>
      <section aria-labelledby="link">
        <h2 id="link">Without a site of your own</h2>
        <p>
          This link works everywhere: in a newsletter, in a mail, on a slide. It leads to our page,
          which names you above its form.
        </p>
        <Copied id="the-link" label="Your link" text={link} />
        <p>
          <ButtonLink href={link} quiet newTab>
            Open it
          </ButtonLink>
        </p>
      </section>
      <section aria-labelledby="own">
        <h2 id="own">On your own page</h2>
        <div class="builder">
          <BuilderForm built={built} action={at(c, '/form')} />
          <Outcome c={c} built={built} />
        </div>
      </section>
    </>,
  );
}

function BuilderForm({ built, action }: { built: Built; action: string }) {
  const { way, ground, chosen } = built;
  const options = <Known extends string>(
    known: readonly Known[],
    words: Record<Known, string>,
    now?: string,
  ) =>
    known.map((value) => (
      <option key={value} value={value} selected={value === now}>
        {words[value]}
      </option>
    ));
  return (
    <form class="builder-form" method="get" action={action}>
      <SelectField name="way" label="How it comes into the page">
        {options(WAYS, WAY_WORDS, way)}
      </SelectField>
      <SelectField name="layout" label="Layout" hint="By the script only.">
        {options(LAYOUTS, LAYOUT_WORDS, chosen.layout)}
      </SelectField>
      <TextField
        name="heading"
        label="Heading"
        optional
        hint="Empty: the course’s own. Not in a frame."
        value={chosen.heading ?? ''}
        maxlength={120}
        autocomplete="off"
      />
      <label class="tick">
        <input type="checkbox" name="title" value="none" checked={chosen.heading === ''} /> Without
        a heading
      </label>
      <TextField
        name="button"
        label="What the button says"
        optional
        hint="Not in a frame."
        value={chosen.button ?? ''}
        maxlength={120}
        autocomplete="off"
      />
      <TextField
        name="locale"
        label="Language of these words"
        optional
        hint="Such as es, for screen readers. The rest of the form is in English, as the course is."
        value={chosen.locale ?? ''}
        maxlength={20}
        autocomplete="off"
      />
      <SelectField name="theme" label="Ground">
        {options(['', 'auto', 'light', 'dark'] as const, THEME_WORDS, chosen.theme ?? '')}
      </SelectField>
      <TextField
        name="accent"
        label="Color of the button"
        optional
        hint={
          chosen.accent
            ? contrastOf(chosen.accent)
            : 'As # and six digits, such as #456148. Empty: by the script your page’s own, in a frame that under Looks.'
        }
        value={built.wrongAccent ?? chosen.accent ?? ''}
        error={
          built.wrongAccent === null
            ? undefined
            : 'Give a color as # and six digits, such as #456148.'
        }
        maxlength={20}
        autocomplete="off"
      />
      <SelectField name="ground" label="Show it on">
        {options(GROUNDS, GROUND_WORDS, ground)}
      </SelectField>
      <Button quiet>Show</Button>
    </form>
  );
}

const POLICY_WORDS = {
  script: 'If your page has a Content-Security-Policy, it must let these two:',
  iframe:
    'If your page has a Content-Security-Policy, it must let the frame; the second keeps its height right:',
  form: 'If your page has a Content-Security-Policy that names form-action, it must let this:',
};

/** What came of it: the form as it will be, and the lines for the page. */
function Outcome({ c, built }: { c: C; built: Built }) {
  const { ctx, member } = c.var;
  const { baseUrl } = ctx.settings;
  const { way } = built;
  const snippet = snippetsFor(baseUrl, member.provider, built.chosen)[way];
  return (
    <div class="builder-outcome" data-live>
      <div class={`builder-preview builder-preview-${built.ground}`}>
        <iframe
          title="The form as it will be. Nothing that is sent here arrives."
          src={`${at(c, '/form/preview')}?${queryOf(built)}`}
          height={720}
        ></iframe>
      </div>
      <p class="aside">This is the real form. Nothing that is sent here arrives anywhere.</p>
      <Copied id="snippet" label="Paste this where the form should be" text={snippet} />
      {way === 'form' && (
        <p>
          These are the words of consent of {WORDS_VERSION}. They do not change by themselves: when
          we change ours, paste the form anew.
        </p>
      )}
      <Copied
        id="policy"
        label={POLICY_WORDS[way]}
        text={policyFor(baseUrl)[way].replaceAll('; ', ';\n')}
      />
      <p>
        <a href={at(c, '/installed')}>Is it installed?</a> looks at your page once you have pasted
        it. <a href="/providers">How it comes into each site builder</a>
      </p>
    </div>
  );
}

/** A text to be copied: by its button, which stands only where a script can do it, or by hand. */
export function Copied({ id, label, text }: { id: string; label: string; text: string }) {
  return (
    <div class="copied">
      <div class="copied-top">
        <p id={`${id}-label`}>{label}</p>
        <button type="button" class="text-button" data-copy={id} hidden>
          Copy
        </button>
      </div>
      <pre class="snippet">
        <code id={id}>{text}</code>
      </pre>
    </div>
  );
}

/** A page of nobody's, with the form on it as it will be. */
export function previewPage(c: C) {
  const { provider } = c.var.member;
  const built = builtBy(c.req.query());
  const { way, ground, chosen } = built;
  c.set('framedBy', ["'self'"]);
  c.set('frames', true);
  const shown = { ...provider, publicKey: previewKey(provider.publicKey) };
  const { baseUrl } = c.var.ctx.settings;
  const snippets = snippetsFor(baseUrl, shown, chosen);
  const sent = c.req.query('sent') !== undefined;
  // A plain form would leave the preview.
  const plain = snippets.form
    .replace(`method="post" action="${baseUrl}/signup"`, 'method="get"')
    .replace(
      '<p><button>',
      `<input type="hidden" name="sent" value="yes"><input type="hidden" name="way" value="form"><p><button>`,
    );
  return c.html(
    <>
      {raw('<!doctype html>')}
      <html lang="en" class={`ground-${ground}`}>
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="robots" content="noindex" />
          <title>Preview of the form</title>
          <link rel="stylesheet" href={previewStyle} />
        </head>
        <body>
          <main aria-label="Preview">
            {way === 'form' && sent ? (
              <p role="status">This is a preview; nothing was sent.</p>
            ) : (
              raw(way === 'form' ? plain : snippets[way])
            )}
          </main>
        </body>
      </html>
    </>,
  );
}
