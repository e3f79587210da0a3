import { pause as pauseCourse } from '../../enrollment/pause.ts';
import { resume as resumeCourse } from '../../enrollment/resume.ts';
import { Button, TextField } from '../ui/fields.tsx';
import { control, goOn } from './control.ts';
import { Fold } from './fold.tsx';
import type { LearnerModel } from './model.ts';

export const pause = control({
  name: 'pause',
  fields: { until: 'pause' },
  says: {
    'paused-late': {
      say: ({ pausedUntil }) =>
        `Your course is paused${pausedUntil ? ` until ${pausedUntil}` : ''}. One lesson was already on its way and may still arrive.`,
      undo: goOn,
    },
  },
  press: async ({ ctx, token, fields }) => {
    const paused = await pauseCourse(ctx, token, (fields.until ?? '').trim());
    return paused.kind === 'paused' && paused.inFlight ? 'paused-late' : paused.kind;
  },
});

export const resume = control({
  name: 'resume',
  says: {
    resumed: {
      say: 'Your course goes on.',
      undo: ({ state }) => (state === 'active' ? { control: 'pause', label: 'Undo' } : null),
    },
  },
  press: async ({ ctx, token }) => (await resumeCourse(ctx, token)).kind,
});

export function ResumeForm({ token }: { token: string }) {
  return (
    <form class="pace-now" method="post" action={`/learn/${token}/resume`}>
      <Button name="go" value="yes">
        Go on with the course
      </Button>
      <p>The next lesson comes at your hour, four days after the latest one or later.</p>
    </form>
  );
}

export function PauseForm({ model }: { model: LearnerModel }) {
  const wrong = model.wrong?.field === 'until' ? model.wrong : undefined;
  const paused = model.state === 'paused';
  const { first, last } = model.pauseDates;
  return (
    <Fold
      id="pause"
      open={model.section === 'pause'}
      label={paused ? 'Pause until another day' : 'Pause'}
    >
      <form class="form" method="post" action={`/learn/${model.token}/pause`}>
        <TextField
          name="until"
          label="Until"
          type="date"
          optional
          hint="On this day the course goes on by itself. Without a day it waits until you come back."
          value={wrong?.typed ?? ''}
          error={wrong?.message}
          min={first}
          max={last}
        />
        <Button name="go" value="yes">
          {paused ? 'Change the pause' : 'Pause'}
        </Button>
      </form>
    </Fold>
  );
}
