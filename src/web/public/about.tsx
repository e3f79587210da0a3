import type { Imprint } from 'virtual:emails';
import { ButtonLink } from '../ui/fields.tsx';
import { Layout } from '../ui/layout.tsx';
import { Contact } from '../ui/page.tsx';
import proseStyle from '../ui/prose.css?url';

interface AboutPageProps {
  imprint: Imprint;
  /** Whom to ask. */
  contact: string;
  canonical: string;
}

/** Where the course comes from, who stands behind it, and how it treats evidence and people. */
export function AboutPage({ imprint, contact, canonical }: AboutPageProps) {
  return (
    <Layout
      parts={[]}
      styles={[proseStyle]}
      title="About the course"
      description="Where In the Room comes from, how it treats evidence, and what it is not."
      canonical={canonical}
      door
    >
      <article class="prose page">
        <h1>About the course</h1>
        <p class="lead">
          In the Room is an eight-week email course on being a person in the therapist’s chair, with
          judgment, with limits, and for the client’s sake.
        </p>

        <h2>Where it comes from</h2>
        <p>
          The course was inspired by an article by Katie Pesch, PhD, on authentic human presence in
          developing therapists, first published on February 20, 2017. Its themes became the eight
          weeks: not knowing, presence, what we were taught to hide, feeling moved, honest limits,
          self-disclosure, asking clients what they want, and being open about all of it.
        </p>
        <p>
          The starting point is hers. The lessons are written in our own words, and the scenes, the
          choice of studies and any mistakes are ours. Naming her here does not mean that she
          endorses the course.
        </p>
        <p>
          The text of the lessons is under the license{' '}
          <a href="https://creativecommons.org/licenses/by-sa/4.0/">CC BY-SA 4.0</a>: you may pass
          it on and change it, if you say where it came from and what you changed, and let others do
          the same.
        </p>

        <h2 id="who">Who stands behind it</h2>
        <p>{imprint.statement.join(' ')}</p>
        {imprint.people.map((person) => (
          <section key={person.name} class="person">
            {person.photo && <img src={person.photo} alt="" width="96" height="96" />}
            <h3>
              {person.name}, {person.degree}
            </h3>
            <p>
              {person.license && <>{person.license}. </>}
              {person.bio}
            </p>
          </section>
        ))}
        <p>
          Questions and corrections go to <Contact contact={contact} />.
          {imprint.answers && ' You may also answer any of the mails.'}
        </p>
        <p>What it costs: {imprint.price}</p>

        <h2>Who it is for</h2>
        <p>
          Psychologists, counselors, social workers and marriage and family therapists before
          licensure or in the first years after it. The level is introductory to intermediate. If
          you have practiced for long, you may find it a useful thing to read beside somebody you
          supervise.
        </p>

        <h2>How it treats evidence</h2>
        <ul>
          <li>
            Most findings in this field are correlations across clients or studies. The lessons say
            “is associated with”, and leave cause alone.
          </li>
          <li>
            Where a lesson gives an effect size, it gives the number of studies or people behind it
            and one yardstick for all eight weeks says how large or small that is. Where studies
            disagree, it tells you so.
          </li>
          <li>
            Limits stand next to findings: students watching videos, self-selected samples,
            laboratory strangers, samples largely from the United States and Europe.
          </li>
          <li>
            Every source is listed at the end of its lesson, with its DOI where we are sure of it,
            so that you can disagree with us.
          </li>
        </ul>

        <h2>How it treats people</h2>
        <p>
          Every client and therapist in the scenes is invented, and said to be so. The course asks
          for nothing about your clients. The log on your page is for what you noticed in yourself;
          what could identify a client does not belong there. The ethics codes that a lesson
          mentions are pointers. Check the code that binds you, in its current form.
        </p>

        <h2>What it is not</h2>
        <p>
          The course teaches judgment and hands you no protocol. It is education, and it cannot
          stand in for therapy, supervision, legal advice or emergency help. Safety comes before
          everything in it: with any sign of danger to anyone, or anything you must report, follow
          your protocol, consult and document.
        </p>
        <p>
          By itself the course carries no continuing-education credit. A continuing-education
          provider may offer it to its own learners. Whether there is credit, and how much, is for
          that provider to decide and to say.
        </p>

        <p class="actions">
          <ButtonLink href="/lessons/1">Read lesson 1</ButtonLink>
          <ButtonLink href="/#signup" quiet>
            Take the course
          </ButtonLink>
        </p>
      </article>
    </Layout>
  );
}
