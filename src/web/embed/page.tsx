import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { isOrigin } from '../../provider/provider.ts';
import { SignupForm, type SignupFormProps, signupScripts } from '../public/signup-form.tsx';
import { ButtonLink } from '../ui/fields.tsx';
import formStyle from '../ui/form.css?url';
import { OfferedThrough } from '../ui/offered.tsx';
import stylesheet from '../ui/site.css?url';
import frameStyle from './frame.css?url';
import frameScript from './frame.js?url&no-inline';
import type { Look } from './tint.ts';

/** After a signup, in a frame and in a page. They read the same whatever the address was. */
export const SENT_WORDS =
  'There should be an email with a link. Open it, choose your hour and press the button. If nothing ' +
  'has come in a few minutes, look in the spam folder.';

/** What a page in a frame is told of the page around it. */
interface FrameProps {
  title: string;
  look: Look;
  /** Rules that its policy knows by their digest; mostly none. */
  style: string;
  /** Who may be told how tall it is. */
  origins: string[];
  scripts?: string[];
  children?: Child;
}

/** A page that stands in a frame on a provider's page: no header, no footer, and its height is told. */
function Frame({ title, look, style, origins, scripts = [], children }: FrameProps) {
  const { theme } = look;
  return (
    <>
      {raw('<!doctype html>')}
      <html lang="en" class="frame-page" data-theme={theme}>
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>{title}</title>
          <meta name="robots" content="noindex" />
          <meta name="color-scheme" content={theme === 'auto' ? 'light dark' : theme} />
          <link rel="stylesheet" href={stylesheet} />
          <link rel="stylesheet" href={formStyle} />
          <link rel="stylesheet" href={frameStyle} />
          {style && <style>{raw(style)}</style>}
          {[...scripts, frameScript].map((src) => (
            <script key={src} src={src} defer></script>
          ))}
        </head>
        <body data-origins={origins.filter(isOrigin).join(' ')}>
          <main aria-label="Sign up for In the Room">{children}</main>
        </body>
      </html>
    </>
  );
}

type FrameOf = Pick<FrameProps, 'look' | 'style' | 'origins'>;

/** The form. */
export function FrameFormPage({ form, ...frame }: FrameOf & { form: SignupFormProps }) {
  return (
    <Frame
      {...frame}
      title={form.error ? 'Error: the signup form' : 'Sign up for In the Room'}
      scripts={signupScripts(form.turnstile)}
    >
      <h1>In the Room, an eight-week email course for therapists</h1>
      {form.provider && <OfferedThrough name={form.provider.name} />}
      <SignupForm {...form} />
    </Frame>
  );
}

/**
 * After a signup. It reads the same whatever the address was.
 *
 * @param next a page of the provider's, which takes the place of the page around the frame
 */
export function FrameSentPage({ next, ...frame }: FrameOf & { next: string | null }) {
  return (
    <Frame {...frame} title="Now look in your inbox">
      <h1>Now look in your inbox</h1>
      <p>{SENT_WORDS}</p>
      {next && (
        <p class="actions">
          <ButtonLink href={next} outOfFrame>
            Go on
          </ButtonLink>
        </p>
      )}
    </Frame>
  );
}

/** Where the form cannot stand in a frame now: why, and the way to our own page. */
export function FrameLinkPage(props: FrameOf & { words: string; href: string }) {
  const { words, href, ...frame } = props;
  return (
    <Frame {...frame} title="Sign up for In the Room">
      <h1>In the Room, an eight-week email course for therapists</h1>
      <p>{words}</p>
      <p class="actions">
        <ButtonLink href={href} newTab>
          Go to the course’s own page
        </ButtonLink>
      </p>
    </Frame>
  );
}
