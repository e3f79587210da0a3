import { setNudges } from '../../enrollment/nudge.ts';
import { Button } from '../ui/fields.tsx';
import { control } from './control.ts';
import { Fold } from './fold.tsx';
import type { LearnerModel } from './model.ts';

const undo = (nudges: 'on' | 'off') => () => ({
  control: 'nudges',
  label: 'Undo',
  fields: { nudges },
});

export const nudges = control({
  name: 'nudges',
  says: {
    'nudges-off': {
      say: 'The quiet note about unread lessons is turned off.',
      undo: undo('on'),
    },
    'nudges-on': { say: 'The quiet note about unread lessons is turned on.', undo: undo('off') },
  },
  press: async ({ ctx, token, fields }) => {
    const on = fields.nudges === 'on';
    const { kind } = await setNudges(ctx, token, on);
    if (kind === 'bad-link') return kind;
    return on ? 'nudges-on' : 'nudges-off';
  },
});

export function NudgeForm({ model }: { model: LearnerModel }) {
  const { nudges } = model;
  return (
    <Fold id="nudges" open={model.section === 'nudges'} label="One quiet note, if lessons pile up">
      <form class="form" method="post" action={`/learn/${model.token}/nudges`}>
        <p>
          If you mark lessons as read, and then leave two in a row unmarked, one short mail offers
          another hour or a pause. It comes once in a course, and never to somebody who does not use
          the marks. {nudges ? 'It is turned on.' : 'It is turned off.'}
        </p>
        <input type="hidden" name="nudges" value={nudges ? 'off' : 'on'} />
        <Button name="go" value="yes" quiet>
          {nudges ? 'Turn it off' : 'Turn it on'}
        </Button>
      </form>
    </Fold>
  );
}
