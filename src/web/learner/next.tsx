import { sendNext } from '../../enrollment/send-next.ts';
import { Button } from '../ui/fields.tsx';
import { control } from './control.ts';
import type { LearnerModel } from './model.ts';

export const next = control({
  name: 'next',
  says: {
    asked: (_, { lesson }) => `Lesson ${lesson} is coming now.`,
    coming: (_, { lesson }) => `Lesson ${lesson} is on its way already.`,
    'asked-today': ({ askNext }) =>
      `One lesson a day can come ahead of its time. You may ask for the next ${askNext?.from ? `on ${askNext.from}` : 'tomorrow'}.`,
  },
  press: async ({ ctx, token }) => {
    const asked = await sendNext(ctx, token);
    return 'lesson' in asked ? { say: asked.kind, of: asked.lesson } : asked.kind;
  },
});

/** The next lesson now, or from when on it may be asked for. */
export function NextForm({ model }: { model: LearnerModel }) {
  const { token, askNext } = model;
  if (!askNext) return null;
  if (askNext.from !== null) {
    return (
      <div class="pace-now">
        <p>
          One lesson a day can come ahead of its time. You may ask for lesson {askNext.lesson} on{' '}
          {askNext.from}.
        </p>
      </div>
    );
  }
  return (
    <form class="pace-now" method="post" action={`/learn/${token}/next`}>
      <Button name="go" value="yes" quiet>
        Send the next one now
      </Button>
      <p>
        Lesson {askNext.lesson}, ahead of its time, at most one a day. The one after it comes at
        your hour.
      </p>
    </form>
  );
}
