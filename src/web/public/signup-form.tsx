import type { ProviderFace } from '../../provider/find-provider.ts';
import { consentWords, NEXT_WORDS, WORDS_VERSION } from '../../signup/consent.ts';
import { Button, FormError, Honeypot, TextField } from '../ui/fields.tsx';
import zoneScript from '../ui/zone.js?url&no-inline';
import addressScript from './address.js?script';

export interface SignupFormProps {
  values: { email: string; first_name: string; time_zone: string };
  error?:
    | {
        field: 'email' | 'first_name' | 'time_zone' | 'provider' | 'form';
        message: string;
      }
    | undefined;
  provider?: ProviderFace | undefined;
  /** A page of the provider's to come back to, as its own form named it. */
  redirect?: string | undefined;
  /** When the form was shown (`stampForm`). */
  stamp: string;
  /** Turnstile's site key, where every signup must pass its check. */
  turnstile: string | undefined;
  /** Stands in a frame on a provider's page, for which it was opened. */
  framed?: { action: string; page: string } | undefined;
}

const TURNSTILE_SCRIPT = 'https://challenges.cloudflare.com/turnstile/v0/api.js';

/** The scripts that a page with this form loads: for the time zone, slips in the address, and the check. */
export function signupScripts(turnstile?: string | undefined): string[] {
  return [zoneScript, addressScript, ...(turnstile ? [TURNSTILE_SCRIPT] : [])];
}

/** The signup form. It posts to `/signup` and keeps what was typed. */
export function SignupForm(props: SignupFormProps) {
  const { values, error, provider, redirect, stamp, turnstile, framed } = props;
  // The zone is a hidden field, so what is wrong with it is told above the form.
  const whole = error && error.field !== 'email' && error.field !== 'first_name';
  return (
    <form class="form" method="post" action={framed?.action ?? '/signup'} accept-charset="utf-8">
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
      <input type="hidden" name="words" value={WORDS_VERSION} />
      <input type="hidden" name="shown" value={stamp} />
      {provider && <input type="hidden" name="provider" value={provider.publicKey} />}
      {provider && redirect && <input type="hidden" name="redirect" value={redirect} />}
      {framed && <input type="hidden" name="page" value={framed.page} />}
      <Honeypot />
      {turnstile && (
        <div class="check">
          <div class="cf-turnstile" data-sitekey={turnstile} data-size="flexible"></div>
          <noscript>
            <p>
              Signing up here needs JavaScript: it is how we tell people from programs. Please allow
              it for this page, or use another browser.
            </p>
          </noscript>
        </div>
      )}
      <div class="form-notes">
        <p>
          {consentWords(provider?.name)}{' '}
          <a href="/privacy" {...(framed ? { target: '_blank', rel: 'noopener' } : {})}>
            What we keep, and for how long
            {framed && <span class="unseen"> (opens a new tab)</span>}
          </a>
        </p>
      </div>
      <Button>Send me the link</Button>
      <p class="form-notes">{NEXT_WORDS}</p>
    </form>
  );
}
