import type { CompiledLesson, Imprint } from 'virtual:emails';
import { ButtonLink } from '../ui/fields.tsx';
import { COURSE_NAME, Layout } from '../ui/layout.tsx';
import { Room } from '../ui/room.tsx';
import landingStyle from './landing.css?url';
import { SignupForm, type SignupFormProps, signupScripts } from './signup-form.tsx';

interface LandingPageProps {
  form: SignupFormProps;
  lessons: CompiledLesson[];
  imprint: Imprint;
  /** The provider whose learners this page was opened for. */
  provider?: { name: string; publicKey: string } | undefined;
  /** Absolute URL of the page without a provider. */
  canonical?: string | undefined;
}

const NUMBER_WORDS = ['six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen'];

/** The usual reading time of a lesson in words, "ten minutes"; from the lessons, so it stays true. */
function readingTime(lessons: CompiledLesson[]): string {
  const total = lessons.reduce((sum, lesson) => sum + lesson.minutes, 0);
  const mean = Math.round(total / Math.max(lessons.length, 1));
  return `${NUMBER_WORDS[mean - 6] ?? mean} minutes`;
}

/** The front page: what the course is, its eight weeks, its limits, and the signup form. */
export function LandingPage(props: LandingPageProps) {
  const { form, lessons, imprint, provider, canonical } = props;
  const minutes = readingTime(lessons);
  const formProps: SignupFormProps = { ...form, provider: provider ?? form.provider };
  const host = formProps.provider;
  return (
    <Layout
      styles={[landingStyle]}
      title={
        form.error
          ? 'Error: the signup form'
          : `${COURSE_NAME}: an eight-week email course for early-career therapists`
      }
      description={`One email a week for eight weeks, ${minutes} long: being a person in the therapist’s chair, with the research, its limits, and something to try in session.`}
      canonical={canonical}
      scripts={signupScripts(form.turnstile)}
      wide
    >
      <div class="hero">
        <div class="hero-words">
          <h1>
            There are two people in the room. <span>One of them is you.</span>
          </h1>
          <p class="lead">
            In the Room is an email course for therapists in their first years of practice. Once a
            week, for eight weeks, it takes up something that training tends to leave between the
            lines: what to do with your own face, doubt and story while somebody else is talking.
          </p>
          <p>
            Each lesson takes about {minutes}. It says what research supports and where that stops,
            and it gives you something to try in a session.
          </p>
          <p>
            {imprint.price} <a href="/lessons/1">Read lesson 1 before you decide</a>
          </p>
        </div>

        <section class="hero-form" aria-labelledby="signup">
          <Room />
          <div class="card">
            <h2 id="signup" tabindex={-1}>
              Take the course
            </h2>
            {host && (
              <p class="card-host">
                You are signing up through <strong>{host.name}</strong>.
              </p>
            )}
            <SignupForm {...formProps} />
          </div>
        </section>

        <section class="moments" aria-labelledby="moments">
          <h2 id="moments" class="label">
            You may have been here
          </h2>
          <ul>
            <li>
              A client stops in the middle of something, and your mind goes looking for a book.
            </li>
            <li>Your eyes fill. You look at the clock until it passes.</li>
            <li>Someone mentions where they grew up, and you hear yourself fill in the rest.</li>
            <li>
              You have a story of your own that might help. Or you might only want to tell it.
            </li>
            <li>Your supervisor asks how it went, and you say fine.</li>
          </ul>
        </section>
      </div>

      <section class="band" aria-labelledby="weeks">
        <div class="band-head">
          <h2 id="weeks">The eight weeks</h2>
          <p>Each lesson makes you one promise, and tries to keep it by the end.</p>
        </div>
        <ol class="contents">
          {lessons.map((lesson) => (
            <li key={lesson.week} id={`week-${lesson.week}`}>
              <span class="contents-week">
                <span class="unseen">Week </span>
                {lesson.week}
              </span>
              <h3>{lesson.title}</h3>
              <p>
                {lesson.promise}
                {lesson.week === 1 && (
                  <>
                    {' '}
                    <a class="contents-read" href="/lessons/1">
                      Read this lesson
                    </a>
                  </>
                )}
              </p>
            </li>
          ))}
        </ol>
      </section>

      <section class="band" aria-labelledby="a-week">
        <div class="band-head">
          <h2 id="a-week">What a week is like</h2>
          <p>You choose the day and the hour. Tuesday is only an example.</p>
        </div>
        <dl class="week">
          <div>
            <dt>Tuesday, 7:30</dt>
            <dd>
              <p>
                <strong>An email arrives.</strong> It takes about {minutes} to read: people in a
                session (all of them invented), what has been studied, what has not, and every
                source at the end.
              </p>
            </dd>
          </div>
          <div>
            <dt>One session</dt>
            <dd>
              <p>
                <strong>You try something.</strong> It is small enough to do while you are working,
                such as a breath, a question, or a sentence you have prepared. Some weeks ask for a
                few minutes with paper as well.
              </p>
            </dd>
          </div>
          <div>
            <dt>Some evening</dt>
            <dd>
              <p>
                <strong>You think about one question.</strong> Write about it if you like, in a
                notebook or in the private log on your page. Neither is ever mailed to anybody.
              </p>
            </dd>
          </div>
          <div>
            <dt>Next Tuesday</dt>
            <dd>
              <p>
                <strong>The next one comes.</strong> If you did nothing with the last, that is
                between you and your week.
              </p>
            </dd>
          </div>
        </dl>
      </section>

      <section class="band" aria-labelledby="asks">
        <div class="band-head">
          <h2 id="asks">What it asks of you</h2>
        </div>
        <div class="two">
          <div>
            <h3>It asks for</h3>
            <ul class="ticks">
              <li>an email address, and a first name if you like</li>
              <li>about {minutes} of reading a week, and a moment in a session</li>
              <li>somebody to take new moves to first: a supervisor, a consultant, a peer</li>
            </ul>
          </div>
          <div>
            <h3>It does without</h3>
            <ul class="ticks ticks-none">
              <li>an account, a password or an app</li>
              <li>tracking pixels, and links that report your clicks</li>
              <li>anything about your clients</li>
              <li>persuading you to stay: the link in any email ends it with one more click</li>
            </ul>
          </div>
          <p class="two-foot">
            The course by itself carries no continuing-education credit. A continuing-education
            provider may offer it; whether there is credit, and how much, is theirs to say.
          </p>
        </div>
      </section>

      <section class="band" aria-labelledby="limits">
        <div class="band-head">
          <h2 id="limits">What it can’t tell you</h2>
        </div>
        <div class="limits">
          <p>
            Most of the findings are correlations. They say that two things tend to go together, and
            leave open whether one brings about the other. Several studies of self-disclosure used
            students watching videos. The samples are largely from the United States and Europe.
          </p>
          <p>
            The course teaches judgment and hands you no protocol. Misused, its ideas can harm
            clients: disclosure that serves the therapist, boundaries that drift, risk procedures
            that are neglected. Practice new moves in supervision first.
          </p>
          <aside class="risk" aria-labelledby="risk">
            <h3 id="risk">Risk comes before authenticity</h3>
            <p>
              With any sign of suicide, violence, abuse, psychosis or medical danger, or anything
              you must report, follow your protocol, consult and document. Every lesson has a
              section on where its own idea does not belong.
            </p>
          </aside>
          <p>
            It is education. It cannot stand in for therapy, supervision, legal advice or emergency
            help.
          </p>
        </div>
      </section>

      <section class="band" aria-labelledby="source">
        <div class="band-head">
          <h2 id="source">Where it comes from, and who signs it</h2>
        </div>
        <div class="limits">
          <p>
            The course was inspired by an article by Katie Pesch, PhD, about authentic human
            presence in developing therapists, first published on February 20, 2017. The starting
            point is hers. The lessons, the choice of studies and any mistakes are ours.
          </p>
          <p>
            {imprint.statement.join(' ')}{' '}
            <a href="/about#who">Who stands behind it, and whom to ask</a>
          </p>
        </div>
      </section>

      <div class="closing">
        <p>Lesson 1 comes as soon as you confirm.</p>
        <p class="actions">
          <ButtonLink href="#signup">Take the course</ButtonLink>
          <ButtonLink href="/lessons/1" quiet>
            Read lesson 1
          </ButtonLink>
        </p>
      </div>
    </Layout>
  );
}
