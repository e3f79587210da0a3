import { findSubscriber } from '../../subscriber/timeline.ts';
import { Opening } from '../ui/desk.tsx';
import { ButtonLink } from '../ui/fields.tsx';
import { type C, consolePage } from './console.tsx';

/** How whoever runs the course takes it themselves, from the form to the closing note, in an hour. */
export async function rehearsalPage(c: C) {
  const { ctx, operator } = c.var;
  const { subscriber } = await findSubscriber(ctx, operator.email);
  return consolePage(
    c,
    { title: 'Rehearsal' },
    <>
      <Opening heading="Rehearsal">
        <p>
          Take the course yourself, through the real form, the real send path and your own mailbox.
          It is a course like everybody’s; only the waiting is left out.
        </p>
      </Opening>
      <ol class="steps">
        <li>
          <h2>Sign up</h2>
          <p>
            Use <bdi>{operator.email}</bdi> or another address of your own, on the course’s own
            page, so that no provider sees you.
          </p>
          <ButtonLink href="/#signup" quiet>
            Open the form
          </ButtonLink>
        </li>
        <li>
          <h2>Confirm</h2>
          <p>By the mail that comes. Lesson 1 follows within a minute.</p>
        </li>
        <li>
          <h2>Send the next one now</h2>
          <p>
            On your own page under People: as often as you like, a lesson at a time, to the closing
            note. Each comes within the minute, and is counted as any other.
          </p>
          {subscriber === null ? (
            <p class="aside">Nobody is known by your address yet.</p>
          ) : (
            <ButtonLink href={`/operator/people/${subscriber}`}>Your own page</ButtonLink>
          )}
        </li>
        <li>
          <h2>Erase yourself</h2>
          <p>On the same page, so that you stand in no count.</p>
        </li>
      </ol>
    </>,
  );
}
