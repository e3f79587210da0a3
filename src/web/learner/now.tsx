import { ButtonLink } from '../ui/fields.tsx';
import { ReachForm } from './device.tsx';
import type { LearnerModel } from './model.ts';
import { ResumeForm } from './pause.tsx';
import { UndoForm } from './undo.tsx';

/** What to do now, with one button: to read, or to have a course go on that waits. */
export function Now({ model }: { model: LearnerModel }) {
  const { token, state, waitsFor, suppressed } = model;
  const waits = waitsFor !== null && !suppressed;
  const paused = state === 'paused' && waitsFor === null;
  return (
    <div class="now">
      {model.canUndo && <UndoForm action={`/learn/${token}/undo`} />}
      {waits && <ReachForm token={token} />}
      {paused && <ResumeForm token={token} />}
      <Reading model={model} quiet={waits || paused || state === 'unsubscribed'} />
    </div>
  );
}

function Reading({ model, quiet }: { model: LearnerModel; quiet: boolean }) {
  const { reading, token } = model;
  if (!reading) return null;
  const { week, title, isRead } = reading;
  return (
    <p class="reading">
      <ButtonLink href={`/learn/${token}/lessons/${week}`} quiet={quiet || isRead}>
        {isRead ? `Read lesson ${week} again` : `Read lesson ${week}`}
      </ButtonLink>{' '}
      <span>{title}</span>
    </p>
  );
}
