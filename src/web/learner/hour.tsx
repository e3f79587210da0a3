import { hourInWords, wallTimeInWords } from '../../course/schedule.ts';
import { changeSlot, previewSlot } from '../../enrollment/change-slot.ts';
import type { DomainError } from '../../errors.ts';
import { Button, FormError } from '../ui/fields.tsx';
import { SlotFields } from '../ui/slot-fields.tsx';
import { control, type Press } from './control.ts';
import { type LearnerModel, learnerModel, type SlotForm } from './model.ts';
import { slotAgain, slotOf, slotProblem, slotValues, slotValuesOf, zones } from './slot.ts';

export const hour = control({
  name: 'slot',
  says: {
    hour: {
      say: 'Your hour is changed.',
      undo: (_, { was }) =>
        was && {
          control: 'slot',
          label: 'Undo',
          fields: { weekday: String(was.weekday), time: was.time, time_zone: was.zone },
        },
    },
  },
  press: async (press) => {
    const values = slotValues(press.fields);
    try {
      const changed = await changeSlot(press.ctx, press.token, slotOf(values));
      if (changed.kind !== 'changed') return changed.kind;
      return changed.was === null ? 'hour' : { say: 'hour', was: changed.was };
    } catch (error) {
      return formAgain(press, error);
    }
  },
  look: async (press) => {
    const { c, ctx, token } = press;
    try {
      const looked = await previewSlot(ctx, token, slotOf(slotValues(press.fields)));
      if (!looked) return 'bad-link';
      const { slot, dates } = looked;
      const preview = {
        slot: hourInWords(slot),
        dates: dates.map((at) => wallTimeInWords(at, slot.zone, ctx.clock.now())),
      };
      const model = await learnerModel(c, 'hour');
      if (!model.slotForm) return 'not-running';
      return press.show({ ...model, slotForm: { values: slotValuesOf(slot), zones, preview } });
    } catch (error) {
      return formAgain(press, error);
    }
  },
});

/** The page with the form, what was typed into it, and what is wrong with that. */
async function formAgain({ c, fields, show }: Press, wrong: unknown) {
  const error = slotProblem(wrong);
  const model = await learnerModel(c, 'hour');
  const values = slotAgain(slotValues(fields), model.slotForm?.values.time_zone ?? '');
  return show({ ...model, slotForm: { values, zones, error } }, wrong as DomainError);
}

/** The way to the form, or the form where it was asked for. */
export function Hour({ model }: { model: LearnerModel }) {
  const { token, slotForm } = model;
  if (slotForm) return <HourForm token={token} form={slotForm} />;
  return (
    <p class="control-link" id="hour">
      <a href={`/learn/${token}?do=hour#hour`}>Change day or time</a>
    </p>
  );
}

/** Another hour for the lessons to come: chosen, looked at, saved. */
function HourForm({ token, form }: { token: string; form: SlotForm }) {
  const { values, zones, error, preview } = form;
  const action = `/learn/${token}/slot`;
  return (
    <section class="control-open" id="hour" aria-labelledby="hour-title">
      <h3 id="hour-title">{preview ? 'Is this the hour?' : 'Choose another hour'}</h3>
      {preview && (
        <form class="dates" method="post" action={action}>
          <p>{preview.slot}. The next lessons would come on</p>
          <ol>
            {preview.dates.map((date) => (
              <li key={date}>{date}</li>
            ))}
          </ol>
          <input type="hidden" name="weekday" value={String(values.weekday)} />
          <input type="hidden" name="time" value={values.time} />
          <input type="hidden" name="time_zone" value={values.time_zone} />
          <Button name="go" value="yes">
            Change my hour
          </Button>
        </form>
      )}
      <form class="form slot-form" method="post" action={`${action}#hour`}>
        {error?.field === 'form' && <FormError message={error.message} />}
        <SlotFields
          values={values}
          zones={zones}
          zone={error?.field === 'time_zone' ? 'refused' : 'known'}
          zoneHint="The clock you live by."
          error={error}
        />
        <p class="form-notes">
          The next lesson comes at the first such hour that is at least four days after the one
          before. Nothing changes until you have seen the dates.
        </p>
        <Button name="go" value="look" quiet={preview !== undefined}>
          {preview ? 'Look at another hour' : 'Show the next three dates'}
        </Button>
      </form>
    </section>
  );
}
