import { imprint } from '../../course/course.ts';
import type { LearnerModel } from './model.ts';

/** The end of the course: what remains, what next, and thanks. */
export function EndSection({ model }: { model: LearnerModel }) {
  const first = model.weeks.at(0)?.when;
  const last = model.weeks.at(-1)?.when;
  const [person] = imprint.people;
  return (
    <section class="way-out the-end" aria-labelledby="the-end">
      <h2 id="the-end">What stays with you</h2>
      {last && (
        <p>
          {first ? `Lesson 1 came on ${first}, lesson 8 on ${last}.` : `Lesson 8 came on ${last}.`}{' '}
          This page stays, with all of them.
        </p>
      )}
      <p>
        For the weeks after: keep the one practice that was hardest, and take what happens with it
        to supervision. The sheets below hold all eight, and your own page for them.
      </p>
      <p>
        To pass it on: <a href={model.publicUrl}>{model.publicUrl.replace(/^https?:\/\//, '')}</a>{' '}
        <button class="text-button" type="button" data-copy={model.publicUrl} hidden>
          Copy
        </button>{' '}
        <span role="status"></span>
      </p>
      <p>
        Thank you for the time, and for trying it with people who were there.
        {person && <> {person.name}</>}
      </p>
    </section>
  );
}
