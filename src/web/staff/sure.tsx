import type { Child } from 'hono/jsx';
import { ActForm, Opening } from '../ui/desk.tsx';
import { Button, TextField } from '../ui/fields.tsx';

interface SureFormProps {
  action: string;
  csrf: string;
  /** What was typed, to go along. */
  typed: Record<string, string>;
  /** What it will do. */
  does: Child;
  error?: string;
}

/** Between a dangerous button and its deed: what it does, and the digits that let it go. */
export function SureForm({ action, csrf, typed, does, error }: SureFormProps) {
  return (
    <>
      <Opening heading="Are you sure?">
        <p>{does}</p>
      </Opening>
      <ActForm action={action} csrf={csrf} label="Yes, do it" grave fields={typed}>
        <TextField
          name="digits"
          label="Eight digits"
          hint="They are in a mail that is on its way to you, and let this go and nothing else."
          value=""
          error={error}
          autocomplete="one-time-code"
          inputmode="numeric"
          maxlength={12}
          required
        />
      </ActForm>
      <form class="act" method="post" action={action}>
        <input type="hidden" name="csrf" value={csrf} />
        {Object.entries(typed).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <Button name="go" value="yes" quiet>
          Mail me others
        </Button>
      </form>
    </>
  );
}
