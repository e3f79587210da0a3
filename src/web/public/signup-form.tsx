import { consentWords } from '../../signup/consent.ts';
import { Button, FormError, Honeypot, TextField } from '../ui/fields.tsx';
import zoneScript from '../ui/zone.js?url&no-inline';

export interface SignupFormProps {
  values: { email: string; first_name: string; time_zone: string };
  error?:
    | {
        field: 'email' | 'first_name' | 'time_zone' | 'provider' | 'form';
        message: string;
      }
    | undefined;
  provider?: { name: string; publicKey: string } | undefined;
}

/** The scripts that a page with this form loads: they fill in the time zone. */
export const signupScripts = [zoneScript];

/** The signup form. It posts to `/signup` and keeps what was typed. */
export function SignupForm({ values, error, provider }: SignupFormProps) {
  // The zone is a hidden field, so what is wrong with it is told above the form.
  const whole = error && error.field !== 'email' && error.field !== 'first_name';
  return (
    <form class="form" method="post" action="/signup" accept-charset="utf-8">
      {whole && <FormError message={error.message} />}
      <TextField
        name="email"
        label="Email address"
        type="email"
        value={values.email}
        error={error?.field === 'email' ? error.message : undefined}
        autocomplete="email"
        inputmode="email"
        maxlength={254}
        required
      />
      <TextField
        name="first_name"
        label="First name"
        optional
        value={values.first_name}
        error={error?.field === 'first_name' ? error.message : undefined}
        autocomplete="given-name"
        maxlength={80}
      />
      <input type="hidden" name="time_zone" value={values.time_zone} />
      {provider && <input type="hidden" name="provider" value={provider.publicKey} />}
      <Honeypot />
      <Button>Send me the link</Button>
      <div class="form-notes">
        <p>
          Next comes one email with a link. Nothing more follows until you press the button in it.
        </p>
        <p>{consentWords(provider?.name)}</p>
        <p>
          <a href="/privacy">What we keep, and for how long</a>
        </p>
      </div>
    </form>
  );
}
