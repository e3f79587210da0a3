import { Hono, type Context as HonoContext } from 'hono';
import type { Seconds } from '../../clock.ts';
import {
  checkSlot,
  dayInWords,
  hasClock,
  nextLessonAt,
  type Slot,
  wallTimeInWords,
} from '../../course/schedule.ts';
import { DomainError } from '../../errors.ts';
import {
  type ConfirmationLink,
  confirmSignup,
  readConfirmationLink,
} from '../../signup/confirm-signup.ts';
import { ASKED_WORDS, consentWords, seenWords, WORDS_VERSION } from '../../signup/consent.ts';
import { renewSignup } from '../../signup/request-signup.ts';
import { type FilledForm, NO_PROVIDER, type SaidOnPage, stoppedAt } from '../../signup/signup.ts';
import { statusOf } from '../errors.ts';
import type { App } from '../middleware/context.ts';
import { readFields, smallBody } from '../middleware/form.ts';
import { newForm } from '../public/take-signup.ts';
import { Button, ChoiceField, FormError, TextField } from '../ui/fields.tsx';
import { Layout } from '../ui/layout.tsx';
import noteStyle from '../ui/note.css?url';
import { OfferedThrough } from '../ui/offered.tsx';
import { SlotFields, type SlotProblem, type SlotValues, slotScripts } from '../ui/slot-fields.tsx';
import confirmScript from './confirm.js?url&no-inline';
import {
  ComeBackPage,
  ConfirmedPage,
  DamagedPage,
  ExpiredPage,
  GonePage,
  NewMailPage,
  ReplacedPage,
  WithdrawnPage,
} from './confirm-ended.tsx';
import { badLink } from './link.ts';
import { slotAgain, slotOf, slotProblem, slotValues, zoneAround, zones } from './slot.ts';

/** Early on Tuesday: before the first client, and not on a Monday. A choice to start from. */
const SUGGESTED = { weekday: 2, time: '07:30' };

/** What a confirmation link is that starts nothing any more. */
const ENDED: ReadonlySet<ConfirmationLink['kind']> = new Set([
  'expired',
  'gone',
  'replaced',
  'withdrawn',
]);

export const confirmRoutes = new Hono<App>()
  .get('/confirm/:token', async (c) => {
    const token = c.req.param('token');
    const link = await readConfirmationLink(c.var.ctx, token);
    if (link.kind === 'damaged') return damaged(c);
    return answer(c, link);
  })
  .post('/confirm/:token', smallBody, async (c) => {
    const token = c.req.param('token');
    const fields = await readFields(c);
    const { ctx } = c.var;
    const values = slotValues(fields);
    const said = {
      firstName: fields.first_name,
      provider: fields.provider,
      from: fields.from,
      words: fields.words,
    };
    let wrong: Pick<ConfirmPageProps, 'error' | 'wrongProvider'>;
    try {
      const slot = slotOf(values);
      // The button itself carries `go`: a script that submits the form by itself lacks it.
      const link =
        fields.go === 'yes'
          ? await confirmSignup(ctx, token, slot, said)
          : await readConfirmationLink(ctx, token);
      if (link.kind === 'confirmed' && fields.go === 'yes') return c.redirect(link.learnPath, 303);
      if (link.kind === 'damaged') return damaged(c);
      return answer(c, link);
    } catch (thrown) {
      wrong =
        thrown instanceof DomainError && thrown.field === 'provider'
          ? { wrongProvider: thrown.message }
          : { error: slotProblem(thrown) };
    }
    const link = await readConfirmationLink(ctx, token);
    if (link.kind === 'damaged') return damaged(c);
    return c.html(pageFor(c, link, { values, said, ...wrong }), statusOf('bad-input'));
  })
  // For the page's script: when the second lesson would come, at an hour that is being chosen.
  .get('/confirm/:token/second', async (c) => {
    const { ctx } = c.var;
    const claims = await ctx.tokens.readConfirm(c.req.param('token'));
    if (!claims) throw badLink();
    const when = second(checkSlot(slotOf(slotValues(c.req.query()))), ctx.clock.now());
    return c.json({ when });
  })
  .post('/confirm/:token/resend', smallBody, async (c) => {
    const token = c.req.param('token');
    const fields = await readFields(c);
    const { ctx } = c.var;
    const link = await readConfirmationLink(ctx, token);
    if (link.kind === 'damaged') return damaged(c);
    const renewable = link.kind === 'expired' || link.kind === 'unsubscribed';
    if (fields.go !== 'yes') return c.html(pageFor(c, link, {}));
    if (!renewable) return answer(c, link);
    await renewSignup(ctx, link.signup.subscriberId, WORDS_VERSION);
    return c.html(<NewMailPage />);
  });

/** When the lesson after the first would come, in words; null where the slot has no date. */
function second(slot: Slot, now: Seconds): string | null {
  const at = nextLessonAt(slot, now);
  return at === null ? null : wallTimeInWords(at, slot.zone, now);
}

/** The page that the link opens now, by itself. */
function answer(
  c: HonoContext<App, '/confirm/:token'>,
  link: Exclude<ConfirmationLink, { kind: 'damaged' }>,
) {
  return c.html(pageFor(c, link, {}), ENDED.has(link.kind) ? statusOf('link-ended') : 200);
}

/** For a link that was cut or changed on its way: the whole one, or a new mail. */
async function damaged(c: HonoContext<App>): Promise<Response> {
  return c.html(<DamagedPage form={await newForm(c)} />, statusOf('bad-link'));
}

/** The page that a confirmation link opens now. */
function pageFor(
  c: HonoContext<App, '/confirm/:token'>,
  link: Exclude<ConfirmationLink, { kind: 'damaged' }>,
  again: Partial<Pick<ConfirmPageProps, 'values' | 'said' | 'error' | 'wrongProvider'>>,
) {
  const token = c.req.param('token');
  switch (link.kind) {
    case 'expired':
      return <ExpiredPage token={token} />;
    case 'confirmed':
      return <ConfirmedPage learnUrl={link.learnPath} />;
    case 'unsubscribed':
      return <ComeBackPage token={token} />;
    case 'gone':
      return <GonePage />;
    case 'replaced':
      return <ReplacedPage />;
    case 'withdrawn':
      return <WithdrawnPage until={dayInWords(link.until, 'UTC', c.var.ctx.clock.now())} />;
    case 'pending': {
      const { forms, knownAs, weekday, time } = link.signup;
      const stopped = stoppedAt(link.signup);
      // Who comes back had an hour already; the browser may be in another zone by now.
      const signedUpIn = link.signup.timeZone ?? link.signup.zone;
      const guess = signedUpIn ?? zoneAround(c);
      const slot = weekday !== null && time !== null ? { weekday, time } : SUGGESTED;
      const start = { ...slot, time_zone: guess ?? '' };
      const values = again.values ? slotAgain(again.values, start.time_zone) : start;
      return (
        <ConfirmPage
          token={token}
          forms={forms}
          knownAs={knownAs}
          stopped={stopped}
          second={hasClock(values.time_zone) ? second(slotOf(values), c.var.ctx.clock.now()) : null}
          said={again.said ?? {}}
          wrongProvider={again.wrongProvider}
          values={values}
          error={again.error}
          zones={zones}
          zoneFrom={
            values.time_zone !== start.time_zone
              ? 'choice'
              : signedUpIn !== null
                ? 'signup'
                : guess !== null
                  ? 'network'
                  : null
          }
        />
      );
    }
  }
}

interface ConfirmPageProps {
  token: string;
  /** What the forms for this address named. */
  forms: FilledForm[];
  /** What they were called before, who come back; empty where nothing is known. */
  knownAs: string;
  /** What was chosen before something was found wrong. */
  said: Partial<SaidOnPage>;
  /** The lesson at which they stopped who come back; null where they begin. */
  stopped: number | null;
  /** When lesson 2 comes at the hour that is shown, in words. */
  second: string | null;
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
function ConfirmPage(props: ConfirmPageProps) {
  const {
    token,
    forms,
    knownAs,
    said,
    stopped,
    second,
    values,
    error,
    wrongProvider,
    zones,
    zoneFrom,
  } = props;
  const names = [...new Set(forms.map((form) => form.firstName))];
  const firstName = names.length === 1 ? names[0] || knownAs : '';
  const providers = new Map(forms.map((form) => [form.providerKey, form.providerName]));
  const only = providers.size === 1 ? ([...providers.values()][0] ?? undefined) : undefined;
  const logo = forms.find((form) => form.providerName === only)?.providerLogo;
  const at = (field: string) => (error?.field === field ? error.message : undefined);
  return (
    <Layout
      styles={[noteStyle]}
      title={error || wrongProvider ? 'Error: choose your hour' : 'Choose your hour'}
      robots="noindex"
      scripts={stopped === null ? [...slotScripts, confirmScript] : slotScripts}
    >
      <article class="note">
        <p class="label">One last step</p>
        {only && <OfferedThrough name={only} logo={logo} />}
        <h1>{firstName ? `${firstName}, when should it come?` : 'When should it come?'}</h1>
        <p class="lead">
          {stopped === null
            ? 'Lesson 1 comes as soon as you press the button. After it comes one lesson a week, at the hour you choose here.'
            : 'The lessons come again, one a week, at the hour you choose here.'}{' '}
          You can change it later.
        </p>
        <form
          class="form slot-form"
          method="post"
          action={`/confirm/${token}`}
          {...(stopped === null ? { 'data-second': `/confirm/${token}/second` } : {})}
        >
          <input type="hidden" name="words" value={WORDS_VERSION} />
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
          {stopped === null && (
            <p class="second" id="second" aria-live="polite">
              {second && `Lesson 2 comes on ${second}.`}
            </p>
          )}
          <TextField
            name="first_name"
            label="First name"
            optional
            hint={names.length === 1 ? 'How the lessons greet you.' : differing(names)}
            value={said.firstName ?? firstName}
            autocomplete="given-name"
            maxlength={80}
          />
          {stopped !== null && (
            <ChoiceField
              name="from"
              label="Where shall it go on?"
              value={said.from ?? 'stopped'}
              choices={beginnings(stopped)}
            />
          )}
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
          <p class="form-notes">{providers.size > 1 ? ASKED_WORDS : consentWords(only)}</p>
          <Button name="go" value="yes">
            {stopped === null ? 'Confirm and send lesson 1' : 'Confirm and go on'}
          </Button>
          <div class="form-notes">
            <p>
              If you did not sign up, close this page. Nothing is sent unless the button is pressed.
            </p>
          </div>
        </form>
      </article>
    </Layout>
  );
}

/** Where the course may go on for somebody who comes back. */
const beginnings = (stopped: number) => [
  {
    value: 'stopped',
    label: `Where you stopped (lesson ${stopped})`,
    hint: `Lesson ${stopped} comes as soon as you press the button, or at your hour once four days have passed since the one before. Your marks stay.`,
  },
  {
    value: 'start',
    label: 'From the start',
    hint: 'Lesson 1 comes as soon as you press the button.',
  },
];

/** What the forms said, where they do not agree. */
function differing(names: string[]): string {
  const said = names.filter((name) => name !== '').map((name) => `“${name}”`);
  return `The forms for your address do not agree (${said.join(', ')}). Write how the lessons should greet you, or leave it empty.`;
}
