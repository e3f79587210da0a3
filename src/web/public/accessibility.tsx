import { Layout } from '../ui/layout.tsx';
import { Contact } from '../ui/page.tsx';
import proseStyle from '../ui/prose.css?url';

interface AccessibilityPageProps {
  contact: string;
  /** Whether every signup has to pass Turnstile's check. */
  turnstile: boolean;
  canonical: string;
}

/** How far these pages and mails can be used by everybody, how that is known, and what is not. */
export function AccessibilityPage({ contact, turnstile, canonical }: AccessibilityPageProps) {
  return (
    <Layout
      parts={[]}
      styles={[proseStyle]}
      title="Accessibility"
      description="How In the Room is made to be used by everybody, how that is checked, and what is not good enough yet."
      canonical={canonical}
      door
    >
      <article class="prose page">
        <h1>Accessibility</h1>
        <p class="lead">
          These pages and mails are meant for everybody who works as a therapist. We hold them to
          the Web Content Accessibility Guidelines 2.2, level AA.
        </p>
        <h2>What you can rely on</h2>
        <ul>
          <li>Everything works with a keyboard alone, and you can see where you are.</li>
          <li>
            Everything works without JavaScript{turnstile && ', but for the check at the signup'}.
          </li>
          <li>
            Nothing is cut off or scrolls sideways on a screen 320 pixels wide, at twice the zoom or
            with letters of twice the size.
          </li>
          <li>
            There is a dark version, and your system’s own high-contrast colors are respected.
          </li>
          <li>Fields have labels, and what is wrong with one is said beside it in words.</li>
          <li>Every mail has a text part that says the same, and none needs its pictures.</li>
          <li>
            Nothing moves, blinks or plays. A link to the private part of your page works for
            fifteen minutes, and you can ask for another.
          </li>
        </ul>
        <h2>How we know</h2>
        <p>
          Programs check the pages with each change of the code: the rules of axe in light, in dark
          and in forced colors, the way through by keyboard, and the widths and sizes above. We look
          at the pages ourselves in one browser, Chromium.
        </p>
        <h2>What is not good enough yet</h2>
        <ul>
          <li>
            No person who lives with a disability has tested it for us, and nobody has audited it.
          </li>
          <li>We have not listened to it in the screen readers that people use most.</li>
          <li>It is in English only, at the reading level of the people whom it is written for.</li>
          {turnstile && (
            <li>The check at the signup is Cloudflare’s, and we cannot change how it works.</li>
          )}
        </ul>
        <h2>If something is in your way</h2>
        <p>
          Please write to <Contact contact={contact} /> and say what you were trying to do.
        </p>
        <p>Written on November 27, 2026.</p>
      </article>
    </Layout>
  );
}
