import { Layout } from '../ui/layout.tsx';
import { Contact } from '../ui/page.tsx';
import proseStyle from '../ui/prose.css?url';

interface TermsPageProps {
  contact: string;
  postalAddress: string;
  /** In words. */
  price: string;
  canonical: string;
}

/** What somebody who takes the course can expect, what is expected of them, and what nobody promises. */
export function TermsPage({ contact, postalAddress, price, canonical }: TermsPageProps) {
  return (
    <Layout
      parts={[]}
      styles={[proseStyle]}
      title="Terms of use"
      description="What you can expect of In the Room, what we ask of you, and what we do not promise."
      canonical={canonical}
      door
    >
      <article class="prose page">
        <h1>Terms of use</h1>
        <p class="lead">In plain words, and not many.</p>

        <h2>What you get</h2>
        <p>
          Eight lessons by email, one a week at an hour that you choose, and a closing note. {price}{' '}
          You can pause, go on or stop whenever you like, without giving a reason.
        </p>

        <h2>What it is not</h2>
        <p>
          It is education for therapists. It is no therapy, supervision, legal advice or help in an
          emergency, and it makes no one competent to do what they are not licensed to do. You
          decide what you use with a client, and you answer for it. By itself the course carries no
          continuing-education credit.
        </p>

        <h2>What we ask of you</h2>
        <ul>
          <li>Sign up with an address of your own.</li>
          <li>Keep what could identify a client out of everything that you write here.</li>
          <li>
            Keep the links in your mails to yourself: whoever has one can read your lessons and
            change your hour.
          </li>
          <li>Do not try to break the service, or to learn who else takes the course.</li>
        </ul>

        <h2>Passing it on</h2>
        <p>
          You may share and adapt the text of the lessons under the{' '}
          <a href="https://creativecommons.org/licenses/by-sa/4.0/">
            Creative Commons license Attribution-ShareAlike 4.0
          </a>
          : say where it comes from, say what you changed, and share under the same license.
        </p>

        <h2>What we do not promise</h2>
        <p>
          We take care, and we can still be wrong, late or out of reach. The lessons are offered as
          they are; what research says changes, and so may they. We may stop offering the course.
          What you have received stays in your inbox. Nothing here takes away rights that the law of
          your country gives you.
        </p>

        <h2>Who we are</h2>
        <p>
          Questions go to <Contact contact={contact} />. What we keep about you, and how to have it
          erased, is on the <a href="/privacy">privacy page</a>.
        </p>
        <address>
          {postalAddress.split('\n').map((line) => (
            <span key={line}>{line}</span>
          ))}
        </address>
      </article>
    </Layout>
  );
}
