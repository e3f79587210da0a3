import type { CompiledLesson, Imprint } from 'virtual:emails';
import { ButtonLink } from '../ui/fields.tsx';
import { COURSE_NAME, Layout } from '../ui/layout.tsx';
import { OfferedThrough } from '../ui/offered.tsx';
import { Room } from '../ui/room.tsx';
import landingStyle from './landing.css?url';
import { SignupForm, type SignupFormProps, signupScripts } from './signup-form.tsx';

interface LandingPageProps {
  form: SignupFormProps;
  lessons: CompiledLesson[];
  imprint: Imprint;
  /** In the colors of the provider whose learners it was opened for. */
  style?: string | undefined;
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

/** The front page: what the course is, its eight weeks, what people ask, and the signup form. */
export function LandingPage(props: LandingPageProps) {
  const { form, lessons, imprint, canonical } = props;
  const minutes = readingTime(lessons);
  const host = form.provider;
  return (
    <Layout
      styles={[landingStyle]}
      style={props.style}
      title={
        form.error
          ? 'Error: the signup form'
          : `${COURSE_NAME}: an eight-week email course for early-career therapists`
      }
      description={`One email a week for eight weeks, ${minutes} long: being a person in the therapist’s chair, with the research, its limits, and something to try in session.`}
      canonical={canonical}
      scripts={signupScripts(form.turnstile)}
      wide
      door
    >
      <div class="hero">
        <div class="hero-words">
          <h1>
            There are two people in the room. <span>One of them is you.</span>
          </h1>
          <p class="lead">
            An email course for therapists in their first years of practice: one lesson a week for
            eight weeks, about what to do with your own face, doubt and story while somebody else is
            talking.
          </p>
          <p class="hero-ways">
            <span class="hero-jump">
              <ButtonLink href="#signup">Take the course</ButtonLink>
            </span>
            <span>{imprint.price}</span>
            <a href="/lessons/1">Read lesson 1 before you decide</a>
          </p>
          <p>
            Each lesson takes about {minutes}. It says what research supports and where that stops,
            and it gives you something to try in a session.
          </p>
        </div>

        <section class="hero-form" aria-labelledby="signup">
          <Room />
          <div class="card">
            <h2 id="signup" tabindex={-1}>
              Take the course
            </h2>
            {host && <OfferedThrough {...host} />}
            <SignupForm {...form} />
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

      <section class="band" aria-labelledby="questions">
        <div class="band-head">
          <h2 id="questions">What people ask</h2>
        </div>
        <dl class="questions">
          <div>
            <dt>What does it cost?</dt>
            <dd>{imprint.price}</dd>
          </div>
          <div>
            <dt>How much time does it take?</dt>
            <dd>
              About {minutes} of reading a week and a moment in a session. A week in which you do
              nothing is no debt, and your page has a pause.
            </dd>
          </div>
          <div>
            <dt>Is there credit for it?</dt>
            <dd>
              The course by itself carries no continuing-education credit. A continuing-education
              provider may offer it; whether there is credit, and how much, is theirs to say.
            </dd>
          </div>
          <div>
            <dt>Who is behind it?</dt>
            <dd>
              {imprint.statement.join(' ')} It was inspired by an article by Katie Pesch, PhD, about
              authentic human presence in developing therapists.{' '}
              <a href="/about#who">Who stands behind it, and whom to ask</a>
            </dd>
          </div>
          <div>
            <dt>What happens to my address?</dt>
            <dd>
              It is used to send you the lessons. There are no account, no tracking pixels and no
              links that report your clicks, and the link in any email ends it with one more click.{' '}
              <a href="/privacy">What we keep</a>
            </dd>
          </div>
          <div>
            <dt>What can it not tell me?</dt>
            <dd>
              Which of two things that go together brings about the other: most findings are
              correlations, and largely from the United States and Europe. It teaches judgment and
              hands you no protocol, so take new moves to a supervisor, a consultant or a peer
              first.
            </dd>
          </div>
        </dl>
        <aside class="risk" aria-labelledby="risk">
          <h3 id="risk">Risk comes before authenticity</h3>
          <p>
            With any sign of suicide, violence, abuse, psychosis or medical danger, or anything you
            must report, follow your protocol, consult and document. Every lesson has a section on
            where its own idea does not belong.
          </p>
        </aside>
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
