import { Layout } from '../ui/layout.tsx';
import { Contact } from '../ui/page.tsx';
import proseStyle from '../ui/prose.css?url';

interface PrivacyPageProps {
  /** An email address or URL. */
  contact: string;
  postalAddress: string;
  /** Whether every signup has to pass Turnstile's check. */
  turnstile: boolean;
  canonical: string;
}

/** What is kept, why, for how long, who else sees it, and how to have it erased. */
export function PrivacyPage(props: PrivacyPageProps) {
  const { contact, postalAddress, turnstile, canonical } = props;
  return (
    <Layout
      parts={[]}
      styles={[proseStyle]}
      title="Privacy"
      description="What In the Room keeps about you, why, for how long, and how to have it erased."
      canonical={canonical}
      door
    >
      <article class="prose page">
        <h1>Privacy</h1>
        <p class="lead">
          We keep what it takes to send you eight lessons at your hour, and what you choose to keep
          with them. Nothing watches whether you read.
        </p>

        <h2>What we keep</h2>
        <dl class="kept">
          <div>
            <dt>Your email address</dt>
            <dd>To send you the lessons, and for nothing else.</dd>
          </div>
          <div>
            <dt>Your first name, if you gave one</dt>
            <dd>To greet you.</dd>
          </div>
          <div>
            <dt>Your hour</dt>
            <dd>
              The weekday, time and time zone you chose, so that lessons come when you want them.
            </dd>
          </div>
          <div>
            <dt>What you mark and write on your page</dt>
            <dd>
              Which lessons you marked as read, if you press that button, and your practice log, if
              you keep one. The log is stored encrypted and never mailed, and no provider and no
              page of ours for operators shows it. Whoever runs the course holds its key, and could
              read it if they set out to. If you gave a reason when you unsubscribed, that too.
            </dd>
          </div>
          <div>
            <dt>Your consent</dt>
            <dd>
              When you signed up and confirmed, on which page or through which continuing-education
              provider, and which version of the words you agreed to. Where your browser names only
              the site, the site is what we have.
            </dd>
          </div>
          <div>
            <dt>What a certificate takes, if you go on to one</dt>
            <dd>
              Some providers give a certificate to whoever has had all eight lessons. For that we
              keep your name and license as you write them, your answers in the test, what you
              attested and when. What you say in the evaluation is kept without your name, and with
              nothing that leads to you.
            </dd>
          </div>
          <div>
            <dt>What was sent, and when</dt>
            <dd>So that no lesson comes twice and none is lost.</dd>
          </div>
          <div>
            <dt>What became of it</dt>
            <dd>
              Whether an email was delivered, bounced, or was reported as spam, so that we stop
              writing to addresses that fail or object.
            </dd>
          </div>
        </dl>

        <p>
          Of a provider’s site we keep on which of its pages a browser has loaded our form, and when
          last, to the hour: the form tells the page’s path. Who loaded it, and how many did, we do
          not keep.
        </p>

        <h2>What we do not keep</h2>
        <p>
          Whether or when you open an email, and which links you follow. A mail’s drawings come from
          this site, at the same addresses for everybody. There are no tracking pixels, no rewritten
          links, no analytics, and no requests from these pages to anybody else
          {turnstile && ', but for the check at the signup form that is described below'}. We set
          one cookie, and only when you open the private part of your page on a device: it keeps
          that part open there for 90 days, and you can close it earlier, from another device too.
          With it we keep when the device was opened. Only people who look after the course for a
          provider, or run it, are given others, where they enter. Your network address is looked at
          to slow down floods of signups, and to guess a time zone for you to check where your
          browser names none. It is not stored with your record. What you write in a notebook of
          your own never reaches us. Words of your practice log that could not be saved wait in your
          own browser, for an hour at most. An answer in the test waits there until it could be
          saved, or the device is closed.
        </p>

        <h2>How long</h2>
        <ul>
          <li>
            <strong>Not confirmed:</strong> a signup that is never confirmed is deleted after 30
            days.
          </li>
          <li>
            <strong>What others cause:</strong> so that nobody can have you flooded with mail, we
            remember for 30 days, by a fingerprint of the address, when we wrote to an address that
            somebody typed in, and that its owner said “this was not me”.
          </li>
          <li>
            <strong>Unsubscribed or finished:</strong> the lessons end, and your record stays until
            you erase it.
          </li>
          <li>
            <strong>Your answers in a test:</strong> a try that you leave open is deleted a year
            after its last change, one that failed 90 days after your certificate came. Of the one
            that passed, your score stays; 90 days after you handed it in, its answers are only
            counted with those of others.
          </li>
          <li>
            <strong>Erased:</strong> your record is removed everywhere it is ours to remove. For
            three years we keep a keyed hash, which is a fingerprint of your address that cannot be
            turned back into it, with the dates on which you gave and withdrew consent. Backups of
            the database hold you for up to 30 days more; should one ever have to be used, you are
            erased again before any mail goes out. To be sure of that we keep your record’s number,
            and nothing with it, for 31 days. If your address was on the list of those we must never
            write to (it failed for good, or a message was reported as spam), the fingerprint stays
            on that list too.
          </li>
        </ul>

        <p>
          <strong>A certificate</strong> outlasts an erasure: what it says, and what its provider
          needs to stand by it (when each lesson was sent, your score, how many tries it took), is
          kept for as many years as the provider tells you before you begin, three at least and ten
          at most after the day on which you completed. Nothing of your answers is. Then its number
          is left, so that nobody is told that a genuine paper was forged. What you gave for a
          certificate that was never issued goes with you.
        </p>

        <h2>Who else sees it</h2>
        <p>
          Two companies work for us: <strong>Cloudflare</strong>, which runs the service and holds
          its database, and <strong>Resend</strong>, which carries the emails. Both handle your data
          on our behalf, and each keeps logs and backups for a time under its own terms. We do not
          sell or share it otherwise.
        </p>
        {turnstile && (
          <p>
            Every signup has to pass <strong>Turnstile</strong>, a check by Cloudflare that tells
            people from programs. Your browser loads it from Cloudflare when the form is shown, and
            it runs a few small tests there. It sees your network address, how your browser connects
            and describes itself, and which site of ours the form is on. We give it neither your
            name nor your email address, and keep nothing of it. What Cloudflare does with what it
            sees stands in its{' '}
            <a href="https://www.cloudflare.com/turnstile-privacy-policy/">
              Turnstile privacy addendum
            </a>
            .
          </p>
        )}
        <p>
          If you signed up through a <strong>continuing-education provider</strong>, the form named
          it. That provider sees your name, your address and how many weeks you have received. When
          you began and finished it sees only where the words that you agreed to said so. It sees
          nothing you write, and nothing about learners of anybody else. You can end that on your
          page, and your course goes on. If you begin the course again without that provider before
          you were sent all eight lessons, it ends by itself. Then, and when you are erased, the
          provider is told to delete the number under which its file has you. We keep that number
          for a year after an erasure, with nothing else of you.
        </p>

        <p>
          A provider from which you want a <strong>certificate</strong> sees your name and license
          as you write them there, when each lesson was sent, the day on which you completed, your
          score and how many tries it took. It never sees your answers, and evaluations only
          together with at least four others. Whoever has the number of a certificate can look up
          whether it stands and what it says; you can hide your name there. Once you are erased,
          they read that there was one.
        </p>

        <h2>If somebody else typed in your address</h2>
        <p>
          You get an email that asks whether it was you. Do nothing, and no lesson comes. The link
          at the foot of that email lets you say that it was not you. Then nothing comes for 30 days
          that anybody else can cause.
        </p>

        <h2>Your choices</h2>
        <p>
          <strong>To stop the emails,</strong> use the unsubscribe link in any of them and press the
          button behind it, or your mail program’s own. There is no login.
        </p>
        <p>
          <strong>To see, correct or erase what we hold,</strong> open the private part of your
          page: it shows all of it as a file, changes your name and address, and erases you after
          one more email that makes sure it is you. Or write to <Contact contact={contact} />. You
          may withdraw your consent at any time, without giving a reason.
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
