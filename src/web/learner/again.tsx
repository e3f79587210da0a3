import { RESTARTS_A_MONTH } from '../../enrollment/enrollment.ts';
import { restart } from '../../enrollment/restart.ts';
import { Button } from '../ui/fields.tsx';
import { control } from './control.ts';
import { Fold } from './fold.tsx';
import type { LearnerModel } from './model.ts';

export const again = control({
  name: 'restart',
  says: {
    restarted: 'Your course begins again. What you wrote in your log stays.',
    'restarted-already': 'The course had begun again already, so nothing was changed.',
    'restarted-often': `A course can begin again ${RESTARTS_A_MONTH} times in 30 days, and yours has. Nothing was changed.`,
  },
  press: async ({ ctx, token, fields }) => {
    const { kind } = await restart(ctx, token, Number(fields.enrollment));
    return kind === 'already' || kind === 'often' ? `restarted-${kind}` : kind;
  },
});

export function AgainForm({ model }: { model: LearnerModel }) {
  return (
    <Fold id="again" open={model.section === 'again'} label="Start the course again">
      <form class="form" method="post" action={`/learn/${model.token}/restart`}>
        <p>
          Lesson 1 comes again, now or as soon as four days have passed since your latest lesson,
          and the others follow at your hour. Marks begin anew; your log stays.
        </p>
        <input type="hidden" name="enrollment" value={String(model.signupId)} />
        <Button name="go" value="yes" quiet>
          Start again with lesson 1
        </Button>
      </form>
    </Fold>
  );
}
