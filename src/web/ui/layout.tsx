import font from '@fontsource-variable/literata/files/literata-latin-wght-normal.woff2?url';
import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import formStyle from './form.css?url';
import { FAVICON } from './icon.ts';
import roomStyle from './room.css?url';
import { Mark } from './room.tsx';
import stylesheet from './site.css?url';

export const COURSE_NAME = 'In the Room';

/** What stands at the foot of every page. */
const FOOT = [
  ['/about', 'About'],
  ['/lessons/1', 'Lesson 1'],
  ['/privacy', 'Privacy'],
  ['/terms', 'Terms'],
  ['/accessibility', 'Accessibility'],
  ['/providers', 'For providers'],
] as const;

/** What the share card shows, in words. */
const CARD = 'Two chairs under a lamp. There are two people in the room. One of them is you.';

/** Where a learner who has lost the way asks for their link. */
export const FIND_PATH = '/my-page';

/** Style that a page of text alone does without. */
const PARTS = { room: roomStyle, form: formStyle };

export interface LayoutProps {
  /** Without the course's name; it is added. */
  title: string;
  description?: string | undefined;
  /** Absolute URL of a page that may be found and shared. */
  canonical?: string | undefined;
  robots?: 'noindex' | undefined;
  /** The full width of the page instead of one column of text. */
  wide?: boolean | undefined;
  /** For somebody at the door: the header leads to the form, and to a lost link. */
  door?: boolean | undefined;
  /** What it has besides text: drawings, forms and notices. Both, unless it says less. */
  parts?: (keyof typeof PARTS)[] | undefined;
  /** URLs of stylesheets that this page needs beside the one of all pages, in order. */
  styles?: string[] | undefined;
  /** Rules in the page itself, which its policy knows by their digest; mostly none. */
  style?: string | undefined;
  /** URLs of scripts, loaded deferred. */
  scripts?: string[] | undefined;
  children?: Child;
}

/** A document of ours: its head, and whatever stands in it. */
export function Document(
  props: Pick<
    LayoutProps,
    'description' | 'canonical' | 'robots' | 'style' | 'scripts' | 'children'
  > & {
    /** Whole, as a browser shows it. */
    title: string;
    /** URLs of stylesheets, in order. */
    sheets: string[];
  },
) {
  const { title, sheets } = props;
  return (
    <>
      {raw('<!doctype html>')}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>{title}</title>
          {props.description && <meta name="description" content={props.description} />}
          {props.robots && <meta name="robots" content={props.robots} />}
          {props.canonical && (
            <>
              <link rel="canonical" href={props.canonical} />
              <meta property="og:url" content={props.canonical} />
              <meta property="og:type" content="website" />
              <meta property="og:site_name" content={COURSE_NAME} />
              <meta property="og:title" content={title} />
              {props.description && <meta property="og:description" content={props.description} />}
              <meta property="og:image" content={new URL('/card.png', props.canonical).href} />
              <meta property="og:image:width" content="1200" />
              <meta property="og:image:height" content="630" />
              <meta property="og:image:alt" content={CARD} />
              <meta name="twitter:card" content="summary_large_image" />
            </>
          )}
          <meta name="color-scheme" content="light dark" />
          <meta name="theme-color" content="#f6f1e7" media="(prefers-color-scheme: light)" />
          <meta name="theme-color" content="#1c1916" media="(prefers-color-scheme: dark)" />
          <link rel="icon" href="/favicon.ico" sizes="32x32" />
          <link rel="icon" href={FAVICON} type="image/svg+xml" />
          <link rel="apple-touch-icon" href="/apple-touch-icon.png" />
          <link rel="manifest" href="/site.webmanifest" />
          <link rel="preload" href={font} as="font" type="font/woff2" crossorigin="anonymous" />
          {sheets.map((href) => (
            <link key={href} rel="stylesheet" href={href} />
          ))}
          {props.style && <style>{raw(props.style)}</style>}
          {props.scripts?.map((src) => (
            <script key={src} src={src} defer></script>
          ))}
        </head>
        <body>
          <a class="skip" href="#content">
            Skip to the content
          </a>
          {props.children}
        </body>
      </html>
    </>
  );
}

/** The whole HTML document around a page. */
export function Layout(props: LayoutProps) {
  const title = props.title.startsWith(COURSE_NAME)
    ? props.title
    : `${props.title} · ${COURSE_NAME}`;
  const { parts = ['room', 'form'], styles = [] } = props;
  const { description, canonical, robots, style, scripts } = props;
  const sheets = [stylesheet, ...parts.map((part) => PARTS[part]), ...styles];
  const frame = props.wide ? 'frame frame-wide' : 'frame';
  return (
    <Document {...{ title, description, canonical, robots, style, scripts, sheets }}>
      <header class="site-header">
        <div class={frame}>
          <a class="site-name" href="/">
            <Mark />
            {COURSE_NAME}
          </a>
          {props.door ? (
            <nav class="site-door" aria-label="Begin or return">
              <a href={FIND_PATH}>Already taking it?</a>
              <a class="button" href="/#signup">
                Take the course
              </a>
            </nav>
          ) : (
            <p class="site-kind">An eight-week email course for early-career therapists</p>
          )}
        </div>
      </header>
      <main id="content" class={frame} tabindex={-1}>
        {props.children}
      </main>
      <footer class="site-footer">
        <div class={frame}>
          <nav aria-label="About the course">
            <ul>
              {FOOT.map(([href, name]) => (
                <li key={href}>
                  <a href={href}>{name}</a>
                </li>
              ))}
            </ul>
          </nav>
          <p>
            Inspired by an article by Katie Pesch, PhD (2017). The course is education and does not
            replace therapy, supervision, legal advice or emergency help.
          </p>
        </div>
      </footer>
    </Document>
  );
}
