import { Notice } from '../ui/fields.tsx';
import { COMMON, type Control, type Says } from './control.ts';
import type { Done } from './done.ts';
import type { LearnerModel } from './model.ts';

/** The line at the head of the page, with the way back; nothing for what none of the controls says. */
export function Said(props: { controls: Control[]; done: Done; model: LearnerModel }) {
  const { controls, done, model } = props;
  const saying: Record<string, Says> = Object.assign(
    Object.create(null),
    COMMON,
    ...controls.map(({ says }) => says),
  );
  const says = saying[done.what];
  if (says === undefined) return null;
  const { say, undo } =
    typeof says === 'object' ? { say: says.say, undo: says.undo(model, done) } : { say: says };
  return (
    <div id="done">
      <Notice tone="success">
        <p>{typeof say === 'string' ? say : say(model, done)}</p>
        {undo && (
          <form method="post" action={`/learn/${model.token}/${undo.control}`}>
            {Object.entries(undo.fields ?? {}).map(([name, value]) => (
              <input key={name} type="hidden" name={name} value={value} />
            ))}
            <button class="text-button" type="submit" name="go" value="yes">
              {undo.label}
            </button>
          </form>
        )}
      </Notice>
    </div>
  );
}
