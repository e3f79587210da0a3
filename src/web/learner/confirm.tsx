import { ASKED_WORDS, consentWords, seenWords } from '../../signup/consent.ts';
import { type FilledForm, NO_PROVIDER } from '../../signup/signup.ts';
import { SignupForm, type SignupFormProps, signupScripts } from '../public/signup-form.tsx';
import { Button, ButtonLink, ChoiceField, FormError, TextField } from '../ui/fields.tsx';
import { Layout } from '../ui/layout.tsx';
import noteStyle from '../ui/note.css?url';
import { NotePage } from '../ui/page.tsx';
import { SlotFields, type SlotProblem, type SlotValues, slotScripts } from '../ui/slot-fields.tsx';

export interface ConfirmPageProps {
  token: string;
  /** What the forms for this address named. */
  forms: FilledForm[];
  /** What was chosen before something was found wrong. */
  said: { firstName?: string | undefined; provider?: string | undefined };
  wrongProvider?: string | undefined;
  values: SlotValues;
  error?: SlotProblem | undefined;
  /** IANA names to choose from. */
  zones: string[];
  /** Where `values.time_zone` comes from; null where nothing is known and the page asks for it. */
  zoneFrom: keyof typeof ZONE_HINTS | null;
}

const ZONE_HINTS = {
  signup: 'Taken from where you signed up. Change it if you live by another clock.',
  network: 'A guess from your internet connection. Change it if you live by another clock.',
  choice: 'The clock you live by.',
};

/** The page behind the link in the confirmation mail: the hour, and one button. */
export function ConfirmPage(props: ConfirmPageProps) {
  const { token, forms, said, values, error, wrongProvider, zones, zoneFrom } = props;
  const names = [...new Set(forms.map((form) => form.firstName))];
  const firstName = names.length === 1 ? (names[0] ?? '') : '';
  const providers = new Map(forms.map((form) => [form.providerKey, form.providerName]));
  const only = providers.size === 1 ? ([...providers.values()][0] ?? undefined) : undefined;
  const at = (field: string) => (error?.field === field ? error.message : undefined);
  return (
    <Layout
      styles={[noteStyle]}
      title={error || wrongProvider ? 'Error: choose your hour' : 'Choose your hour'}
      robots="noindex"
      scripts={slotScripts}
    >
      <article class="note">
        <p class="label">One last step</p>
        <h1>{firstName ? `${firstName}, when should it come?` : 'When should it come?'}</h1>
        <p class="lead">
          Lesson 1 comes as soon as you press the button. After it comes one lesson a week, at the
          hour you choose here. You can change it later.
        </p>
        <form class="form slot-form" method="post" action={`/confirm/${token}`}>
          {at('form') && <FormError message={at('form') ?? ''} />}
          <SlotFields
            values={values}
            zones={zones}
            zone={
              error?.field === 'time_zone'
                ? 'refused'
                : zoneFrom === 'signup' || error
                  ? 'known'
                  : 'unknown'
            }
            zoneHint={
              zoneFrom === null
                ? 'We could not tell where you are. Choose the city whose clock you live by.'
                : ZONE_HINTS[zoneFrom]
            }
            error={error}
          />
          <TextField
            name="first_name"
            label="First name"
            optional
            hint={names.length === 1 ? 'How the lessons greet you.' : differing(names)}
            value={said.firstName ?? firstName}
            autocomplete="given-name"
            maxlength={80}
          />
          {providers.size > 1 && (
            <ChoiceField
              name="provider"
              label="How do you take the course?"
              hint="The forms for your address named different ways. Only what you choose here counts."
              error={wrongProvider}
              value={said.provider}
              choices={[
                ...[...providers].flatMap(([key, name]) =>
                  key !== null && name !== null
                    ? [{ value: key, label: `Through ${name}`, hint: seenWords(name) }]
                    : [],
                ),
                { value: NO_PROVIDER, label: 'On my own', hint: seenWords() },
              ]}
            />
          )}
          <Button name="go" value="yes">
            Confirm and send lesson 1
          </Button>
          <div class="form-notes">
            <p>{providers.size > 1 ? ASKED_WORDS : consentWords(only)}</p>
            <p>
              If you did not sign up, close this page. Nothing is sent unless the button is pressed.
            </p>
          </div>
        </form>
      </article>
    </Layout>
  );
}

/** What the forms said, where they do not agree. */
function differing(names: string[]): string {
  const said = names.filter((name) => name !== '').map((name) => `“${name}”`);
  return `The forms for your address do not agree (${said.join(', ')}). Write how the lessons should greet you, or leave it empty.`;
}

/** The owner of the address said "this was not me". @param until the last day of it, in words */
export function WithdrawnPage({ until }: { until: string }) {
  return (
    <NotePage title="This signup was withdrawn" room="dark" robots="noindex">
      <p class="lead">
        Somebody who reads mail at this address told us that the signup was not theirs. So this link
        starts nothing, and until {until} no email goes there that a signup can bring.
      </p>
      <p>If you would like to take the course after all, sign up again after that day.</p>
    </NotePage>
  );
}

/** Nothing is left of the signup. */
export function GonePage() {
  return (
    <NotePage title="Nothing of this signup is here any more" room="dark" robots="noindex">
      <p class="lead">
        A signup that nobody confirms is deleted after 30 days with the address in it, and so is
        everything of somebody who asks for it. This link belongs to one of these.
      </p>
      <p class="actions">
        <ButtonLink href="/#signup">Sign up again</ButtonLink>
      </p>
    </NotePage>
  );
}

/** A newer mail has another link. */
export function ReplacedPage() {
  return (
    <NotePage title="This link was replaced" room="dark" robots="noindex">
      <p class="lead">
        All links that were mailed before a certain moment have been ended: the address has changed,
        or somebody asked for that. The latest email from us has the link that works.
      </p>
      <p class="actions">
        <ButtonLink href="/#signup" quiet>
          Sign up again
        </ButtonLink>
      </p>
    </NotePage>
  );
}

/** One button that asks for a new confirmation mail. */
function ResendForm({ token, label }: { token: string; label: string }) {
  return (
    <form class="actions" method="post" action={`/confirm/${token}/resend`}>
      <Button name="go" value="yes">
        {label}
      </Button>
    </form>
  );
}

/** The link is older than seven days. */
export function ExpiredPage({ token }: { token: string }) {
  return (
    <NotePage
      title="This link has expired"
      heading="This link is more than a week old"
      room="dark"
      robots="noindex"
    >
      <p class="lead">
        Confirmation links work for seven days. We can send a new one to the same address.
      </p>
      <ResendForm token={token} label="Send me a new link" />
      <p>If you no longer want the course, do nothing. No lesson comes unless you confirm.</p>
    </NotePage>
  );
}

/** The link was cut or changed on its way. */
export function DamagedPage({ form }: { form: SignupFormProps }) {
  return (
    <NotePage
      title="This link is incomplete"
      room="dark"
      robots="noindex"
      scripts={signupScripts(form.turnstile)}
    >
      <p class="lead">
        Part of it seems to have been lost. Mail programs sometimes break a long link in two.
      </p>
      <h2>Try the whole link</h2>
      <p>
        Go back to the email and press the button there. If you copied the link by hand, copy it
        from “https” to its very end, over the line break, and paste it into the address bar in one
        piece.
      </p>
      <h2>Or ask for a new email</h2>
      <div class="card">
        <SignupForm {...form} />
      </div>
    </NotePage>
  );
}

/** Already confirmed: the link only leads on. */
export function ConfirmedPage({ learnUrl }: { learnUrl: string }) {
  return (
    <NotePage
      title="You have confirmed"
      heading="You have already confirmed"
      robots="noindex"
      room="lit"
    >
      <p class="lead">
        The course is under way. Your page shows where you are and what comes when.
      </p>
      <p class="actions">
        <ButtonLink href={learnUrl}>Go to your page</ButtonLink>
      </p>
    </NotePage>
  );
}

/** They unsubscribed after this link was made. */
export function ComeBackPage({ token }: { token: string }) {
  return (
    <NotePage
      title="You unsubscribed"
      heading="Would you like to come back?"
      room="dark"
      robots="noindex"
    >
      <p class="lead">
        You have unsubscribed since this link was sent, so it no longer starts the course. If you
        want the lessons after all, we can send you a new link.
      </p>
      <ResendForm token={token} label="Send me a new link" />
      <p>If you do not, leave it at that. Nothing is sent.</p>
    </NotePage>
  );
}

/** After asking for a new mail. It reads the same whatever became of the request. */
export function NewMailPage() {
  return (
    <NotePage
      title="Look in your inbox"
      heading="A new email is on its way"
      room="lit"
      robots="noindex"
    >
      <p class="lead">
        If this address can still be signed up, a new link will be there in a few minutes. It works
        for seven days.
      </p>
      <p>
        We send at most three of these a day to an address. The link in an earlier one works for
        seven days, too. Look in the spam or promotions folder as well.
      </p>
    </NotePage>
  );
}
