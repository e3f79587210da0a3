import { comeBack } from '../../subscriber/come-back.ts';
import { Button } from '../ui/fields.tsx';
import { control } from './control.ts';
import type { LearnerModel } from './model.ts';

/** After a goodbye. */
export const comingBack = control({
  name: 'return',
  says: {
    'mailed-return':
      'Look in your inbox: a link is on its way to your address, or came there lately. Its button starts the course.',
    refused:
      'Somebody who reads mail at your address told us that one was not theirs, so no such link goes there for 30 days. Nothing was changed.',
    runs: 'Your course is running, so there is nothing to come back to.',
  },
  press: async ({ ctx, token }) => {
    const { kind } = await comeBack(ctx, token);
    return kind === 'mailed' ? 'mailed-return' : kind;
  },
});

export function ReturnSection({ model }: { model: LearnerModel }) {
  return (
    <section class="way-out" aria-labelledby="return">
      <h2 id="return">If you would like to come back</h2>
      {model.suppressed ? (
        <p>
          No mail may go to your address: it came back for good, or one was reported as unwanted.
          Write to us and we will look into it with you.
        </p>
      ) : (
        <form class="pace-now" method="post" action={`/learn/${model.token}/return`}>
          <p>
            We mail you a link, as the first time. Its button is your consent. Its page asks for
            your hour, and whether to go on where you stopped or from the start. Your log stays.
          </p>
          <Button name="go" value="yes" quiet>
            Send me the link
          </Button>
        </form>
      )}
    </section>
  );
}
