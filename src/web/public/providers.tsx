import { consentWords, WORDS_VERSION } from '../../signup/consent.ts';
import { BUILDERS } from '../embed/builders.ts';
import { snippetsFor } from '../embed/snippets.ts';
import { Layout } from '../ui/layout.tsx';
import { Contact } from '../ui/page.tsx';
import proseStyle from '../ui/prose.css?url';
import providersStyle from './providers.css?url';

interface ProvidersPageProps {
  baseUrl: string;
  /** Whom to ask for a key. */
  contact: string;
  postalAddress: string;
  canonical: string;
}

/** Stands for the reader's own organization in what is to be copied. */
const YOU = {
  name: 'Your organization',
  publicKey: 'pk_your_key',
  origins: ['https://www.your-site.example'],
};

/** For organizations that offer continuing education: how to show the form, and what to tell a lawyer. */
export function ProvidersPage({ baseUrl, contact, postalAddress, canonical }: ProvidersPageProps) {
  const snippets = snippetsFor(baseUrl, YOU);
  const link = `${baseUrl}/?provider=${YOU.publicKey}`;
  return (
    <Layout
      parts={[]}
      styles={[proseStyle, providersStyle]}
      title="For providers: the form on your own site"
      description="How an organization that offers continuing education shows the signup form of In the Room on its own pages, and what its lawyer wants to know."
      canonical={canonical}
      door
    >
      <article class="prose page">
        <h1>The form on your own site</h1>
        <p class="lead">
          If your organization offers continuing education, your learners can sign up for the course
          without leaving your pages. You see who came through you, how many weeks they have
          received and whether they finished.
        </p>
        <p>
          You need a key, and we need to know your sites by the exact addresses that stand in the
          browser’s bar. Ask for one: <Contact contact={contact} />. By itself the course carries no
          continuing-education credit; whether you give any is for you to decide and to say. If you
          do, you can adopt the course, and your learners go on from the eighth lesson to a
          certificate of yours. Write to the same address.
        </p>

        <h2>Three ways</h2>
        <h3>In the page</h3>
        <p>
          The best of the three: the form takes over your page’s letters, its ink and its accent
          color. Paste this where the form should stand, with your own key:
        </p>
        <pre class="snippet">
          <code>{snippets.script}</code>
        </pre>
        <figure>
          <img
            src="/providers/page.webp"
            alt="A plain page with the form in it, in the page’s own serif letters: two fields, what is agreed to, and a button."
            width="720"
            height="740"
            loading="lazy"
          />
          <figcaption>On a plain page.</figcaption>
        </figure>
        <h3>In a frame</h3>
        <p>
          Where a page takes no script of others but allows frames. It is light unless the address
          says otherwise: add <code>?theme=dark</code>, or <code>?accent=0b6b57</code> with a color
          of yours.
        </p>
        <pre class="snippet">
          <code>{snippets.iframe}</code>
        </pre>
        <figure>
          <img
            src="/providers/frame.webp"
            alt="The form in a frame: paper-colored ground, the name of the provider, two fields and a clay-colored button."
            width="720"
            height="740"
            loading="lazy"
          />
          <figcaption>In a frame.</figcaption>
        </figure>
        <h3>By a link</h3>
        <p>
          It works everywhere, and in a mail as well. It leads to our front page, which then names
          you above its form:
        </p>
        <pre class="snippet">
          <code>{link}</code>
        </pre>

        <h2>In your site builder</h2>
        <p>
          This is what we have read of each; the pictures are of pages that forbid the same.
          Builders change their plans; if yours does otherwise, tell us.
        </p>
        <dl class="kept">
          {BUILDERS.map(({ name, how, picture }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                {how}
                {picture && (
                  <img
                    class="builder"
                    src={`/providers/${picture[0]}.webp`}
                    alt={picture[1]}
                    width="720"
                    height="460"
                    loading="lazy"
                  />
                )}
              </dd>
            </div>
          ))}
        </dl>

        <h2>To make it yours</h2>
        <p>
          On the script’s tag, <code>data-layout="button"</code> folds the form behind a button,{' '}
          <code>data-theme</code>, <code>data-accent</code>, <code>data-heading</code> and{' '}
          <code>data-button</code> change its looks and words, and <code>data-redirect</code> leads
          to a page of thanks on one of your sites. Where you set nothing, the form follows your
          page’s <code>accent-color</code>.
        </p>

        <h2>For your lawyer</h2>
        <p>
          As we read it, whoever runs this course decides what is kept of its learners and why, and
          so is the controller of it; the address stands at the foot of this page. You become a
          controller of your own for what you get to see: name, address, weeks received, when they
          began and finished. Neither of us works on the other’s behalf, but for certificates of
          yours: for these you answer, and we work for you. The form sets no cookie, stores nothing
          in the browser and asks nobody but us. We record with each signup when it came, from which
          of your pages, and which version of the words stood there. Somebody who asks us for
          erasure is taken off your list too, and so is who ends what you see; copies that you have
          made are yours to erase, by the numbers that we tell you. This is what we know, and no
          legal advice.
        </p>
        <p>
          What people agree to, with your name in it, is version {WORDS_VERSION} of these words:
        </p>
        <blockquote>
          <p>{consentWords(YOU.name)}</p>
        </blockquote>
        <p>A passage for your own privacy notice, to be changed as you need it:</p>
        <blockquote>
          <p>
            On some of our pages you can sign up for In the Room, an email course. The form sends
            your email address, your first name if you give one, your browser’s time zone and the
            address of the page to whoever runs that course ({baseUrl}), who is responsible for what
            happens there and describes it at {baseUrl}/privacy. Once you have confirmed, we are
            told your name, your email address, how many weeks of the course you have received, and
            when you began and finished it. You can end that on your page of the course. We use this
            to [credit your participation], and keep it for [period].
          </p>
        </blockquote>
        <address>
          {postalAddress.split('\n').map((line) => (
            <span key={line}>{line}</span>
          ))}
        </address>
      </article>
    </Layout>
  );
}
