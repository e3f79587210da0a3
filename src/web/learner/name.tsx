import { changeName } from '../../subscriber/change-name.ts';
import { Button, TextField } from '../ui/fields.tsx';
import { control } from './control.ts';
import { Fold } from './fold.tsx';
import type { LearnerModel } from './model.ts';

export const name = control({
  name: 'name',
  says: {
    name: ({ firstName }) =>
      firstName
        ? `From now on you are greeted as ${firstName}.`
        : 'From now on you are greeted without a name.',
  },
  press: async ({ ctx, token, device, fields }) => {
    const { kind } = await changeName(ctx, token, device, fields.first_name ?? '');
    if (kind === 'bad-link') return kind;
    return kind === 'changed' ? 'name' : 'needs-device';
  },
});

export function NameForm({ model, open }: { model: LearnerModel; open: boolean }) {
  return (
    <Fold open={open} label="Change my name">
      <form class="form" method="post" action={`/learn/${model.token}/name`}>
        <TextField
          name="first_name"
          label="First name"
          optional
          hint="How mails and this page greet you."
          value={model.firstName}
          autocomplete="given-name"
          maxlength={80}
        />
        <Button name="go" value="yes">
          Save the name
        </Button>
      </form>
    </Fold>
  );
}
