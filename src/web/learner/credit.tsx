import { Hono } from 'hono';
import { type AdoptedApproval, approvalsOn, speaksOfCredit } from '../../credit/adoption.ts';
import {
  approvalInWords,
  credits,
  dayInWords,
  type Licence,
  limitsOf,
  type Pictures,
} from '../../credit/certificate.ts';
import { complete, picturesShown, type Shown, showCompletion } from '../../credit/complete.ts';
import {
  ATTESTATION,
  CREDIT_WORDS,
  dayIn,
  firstOf,
  type Kept,
  keptBy,
  type Missing,
  STEPS,
  type Step,
  seenWords,
  stepOf,
} from '../../credit/credit.ts';
import {
  isShouted,
  JURISDICTIONS,
  MAX_LICENCE,
  MAX_NAME,
  MAX_PROFESSION,
} from '../../credit/name.ts';
import { openClaim } from '../../credit/open-claim.ts';
import { type Adopter, type Offer, type Own, ownCredit } from '../../credit/own-claim.ts';
import { saveName } from '../../credit/save-name.ts';
import { DomainError } from '../../errors.ts';
import { beginShare } from '../../share/begin-share.ts';
import { seenWords as sharedWords, WORDS_VERSION } from '../../signup/consent.ts';
import { statusOf } from '../errors.ts';
import type { App } from '../middleware/context.ts';
import { type Fields, readFields, smallBody } from '../middleware/form.ts';
import { CertificateText } from '../ui/certificate.tsx';
import {
  Button,
  ButtonLink,
  ChoiceField,
  FormError,
  SelectField,
  TextField,
} from '../ui/fields.tsx';
import { OfferedThrough } from '../ui/offered.tsx';
import {
  type C,
  calledOf,
  creditPath,
  nothing,
  page,
  shut,
  tokenOf,
  whenIn,
} from './credit-page.tsx';
import { deviceOf } from './link.ts';

/** What was done, by the word in the page's address. */
const SAID: Record<string, string> = {
  opened: 'Your way to the certificate is open. Your name comes first.',
  named: 'Your name is kept. You can change it until the last step.',
  evaluated: 'Thank you. What you said is kept without your name.',
  skipped: 'Skipped. Nothing is missing by it.',
  completed: 'You have completed the course.',
  shared: 'It is shared, and you can begin below.',
};

/** A form that came to nothing: what is wrong with it, and what was typed. */
interface Failed {
  field: string | undefined;
  message: string;
  typed: Fields;
}

/** The way to a certificate: five steps, one action each. */
export const claimRoutes = new Hono<App>()
  .get('/learn/:token/credit', (c) => overview(c))
  .post('/learn/:token/credit/claim', smallBody, async (c) => {
    const { go, provider = '' } = await readFields(c);
    const token = tokenOf(c);
    if (go !== 'yes') return c.redirect(creditPath(token), 303);
    const opened = await openClaim(c.var.ctx, token, deviceOf(c), provider);
    switch (opened.kind) {
      case 'opened':
        return c.redirect(`${creditPath(token)}?done=opened#done`, 303);
      case 'missing':
        return c.redirect(creditPath(token), 303);
      case 'unknown':
        throw nothing();
      default:
        return shut(c, opened.kind);
    }
  })
  .post('/learn/:token/credit/share', smallBody, async (c) => {
    const { go, provider = '', words } = await readFields(c);
    const token = tokenOf(c);
    if (go !== 'yes') return c.redirect(creditPath(token), 303);
    const asked = { token, device: deviceOf(c), provider, words };
    const { kind } = await beginShare(c.var.ctx, asked);
    if (kind === 'given') return c.redirect(`${creditPath(token)}?done=shared#done`, 303);
    if (kind === 'unknown') throw nothing();
    return shut(c, kind);
  })
  .post('/learn/:token/credit/name', smallBody, async (c) => {
    const typed = await readFields(c);
    const token = tokenOf(c);
    if (typed.go !== 'yes') return c.redirect(creditPath(token), 303);
    const again = (message: string, field?: string) => overview(c, { field, message, typed });
    const text = (field: string) => typed[field] ?? '';
    if (isShouted(text('name')) && typed.capitals !== 'yes') {
      return again(CAPITALS);
    }
    try {
      const saved = await saveName(c.var.ctx, token, deviceOf(c), {
        name: text('name'),
        latin: text('latin'),
        licence: text('licence'),
        jurisdiction: text('jurisdiction'),
        profession: text('profession'),
        register: text('register'),
        words: typed.words,
      });
      switch (saved.kind) {
        case 'saved':
          return c.redirect(`${creditPath(token)}?done=named#done`, 303);
        case 'not-open':
          return c.redirect(creditPath(token), 303);
        case 'none':
          throw nothing();
        case 'words':
          return again('The words beside the button have changed. Please read them once more.');
        case 'choose-register':
          return again('Please choose what the register shows.', 'register');
        default:
          return shut(c, saved.kind);
      }
    } catch (error) {
      if (error instanceof DomainError && error.field) return again(error.message, error.field);
      throw error;
    }
  })
  .post('/learn/:token/credit/complete', smallBody, async (c) => {
    const fields = await readFields(c);
    const token = tokenOf(c);
    if (fields.go !== 'yes') return c.redirect(creditPath(token), 303);
    const attested = ATTESTATION.every((_, at) => fields[`attest-${at}`] === 'yes');
    const done = await complete(c.var.ctx, token, deviceOf(c), {
      hash: fields.shown ?? '',
      attested,
    });
    const again = (message: string) => overview(c, { field: undefined, message, typed: fields });
    switch (done.kind) {
      case 'completed':
        return c.redirect(
          done.number === null
            ? `${creditPath(token)}?done=completed#done`
            : `/learn/${token}/certificates/${done.number}`,
          303,
        );
      case 'look-again':
        return again(
          'Something of what is printed has changed meanwhile. Please look at it again.',
        );
      case 'not-attested':
        return again('Please tick all three boxes, if they are true.');
      case 'unprintable':
        return again(
          `We have no letters to print ${done.letters.join(' ')}. Please change your name.`,
        );
      case 'not-yet':
      case 'kept':
        return c.redirect(creditPath(token), 303);
      case 'none':
        throw nothing();
      default:
        return shut(c, done.kind);
    }
  });

const CAPITALS =
  'Your name is in capitals. If it should be printed so, press the button once more; otherwise write it as you do by hand.';

async function overview(c: C, failed?: Failed): Promise<Response> {
  const { ctx } = c.var;
  const token = tokenOf(c);
  const own = await ownCredit(ctx, token, deviceOf(c));
  if (own.kind !== 'own') return shut(c, own.kind);
  const { before, offers, adopters } = own;
  // A closed one is begun again where the course is shared with its provider again.
  const closed = own.current?.claim.state === 'closed' ? own.current : null;
  const begins = offers.some(({ provider }) => provider.id === closed?.provider.id);
  const current = begins ? null : own.current;
  const about = current ?? offers[0];
  if (!about && adopters.length === 0) throw nothing();
  const now = ctx.clock.now();
  const zone = own.learner.zone ?? 'UTC';
  const status = failed ? statusOf('bad-input') : 200;
  const word = c.req.method === 'GET' ? c.req.query('done') : undefined;
  const step = current && stepOf(current.claim, current.adoption.body);
  const last = step === 'attestation' ? await showCompletion(ctx, token, deviceOf(c)) : undefined;
  const shown = last?.kind === 'shown' ? last.shown : null;
  const pictures = shown && (await picturesShown(ctx, shown));
  const changes = c.req.query('do') === 'name' || failed?.typed.name !== undefined;
  const called = about ? calledOf(about.adoption.body) : 'Certificate';
  const issued = [own.current, ...before].find((each) => each?.number) ?? null;
  const offered = (offer: Offer) => (
    <OfferSection {...{ token, offer, now, zone }} issued={issued} />
  );
  return page(c, {
    title: failed ? `Error: ${called.toLowerCase()}` : called,
    heading: current ? 'Your way to the certificate' : 'A certificate for this course',
    label: about?.provider.name,
    said: word === undefined ? undefined : SAID[word],
    paper: shown !== null,
    status,
    children: (
      <>
        {about && <OfferedThrough name={about.provider.name} logo={about.provider.logo} />}
        {current && (
          <ClaimSteps {...{ token, own: current, now, failed, changes, shown, pictures }} />
        )}
        {offers.map((offer) =>
          offer === about ? (
            offered(offer)
          ) : (
            <section key={offer.adoption.id} class="offer">
              <h2>{offer.provider.name}</h2>
              {offered(offer)}
            </section>
          ),
        )}
        {!about &&
          adopters.map((adopter) => <ShareForm key={adopter.slug} {...{ token, adopter }} />)}
        {before.some(({ number }) => number) && (
          <p>
            <a href={`/learn/${token}/certificates`}>Your certificates</a>
          </p>
        )}
        <p class="actions">
          <a href={`/learn/${token}`}>Your course</a>
        </p>
      </>
    ),
  });
}

/** The press by which somebody who takes the course on their own lets a provider be told of them. */
function ShareForm({ token, adopter }: { token: string; adopter: Adopter }) {
  const { name, slug, hours, approvals } = adopter;
  const what = approvals > 0 ? `${credits(hours)} hours of credit` : 'a certificate of completion';
  return (
    <section class="offer">
      <h2>{name}</h2>
      <p>
        {name} gives {what} for this course: share the course with it, and you can begin.{' '}
        <a href={`/credit/${slug}`}>What it takes</a>
      </p>
      <p>{sharedWords(name)}</p>
      <form class="actions" method="post" action={creditPath(token, '/share')}>
        <input type="hidden" name="provider" value={slug} />
        <input type="hidden" name="words" value={WORDS_VERSION} />
        <Button name="go" value="yes" quiet>
          Share the course with {name}
        </Button>
      </form>
    </section>
  );
}

interface OfferProps {
  token: string;
  offer: Offer;
  now: number;
  zone: string;
  /** A claim of theirs that has a certificate. */
  issued: Own | null;
}

/** What an adoption gives and asks, before anything is begun. */
function OfferSection(props: OfferProps) {
  const { token, offer, now, zone, issued } = props;
  const { adoption, provider, missing, counted } = offer;
  const { body } = adoption;
  const begins = dayInWords(body.from);
  const today = dayIn(zone, now);
  return (
    <>
      <p class="lead">
        {provider.name} gives {gives(body)} for this course to whoever has read all eight lessons.
      </p>
      <h2>What it takes</h2>
      <ul>
        <li>Your name as it stands on your license.</li>
        <li>
          A test of 32 questions with your lessons beside you. {body.passMark} percent are enough,{' '}
          {body.tries === null
            ? 'you may try as often as you like'
            : `you have ${body.tries === 1 ? 'one try' : `${body.tries} tries`}`}
          , and there is no clock.
        </li>
        <li>
          {body.evaluation === 'required'
            ? 'An evaluation, kept without your name.'
            : 'An evaluation, if you like, kept without your name.'}
        </li>
        <li>{body.fee}</li>
      </ul>
      <Approvals approvals={body.approvals} />
      <NotCounting approvals={body.approvals} offer={offer} zone={zone} />
      {issued && (
        <p>
          You have certificate {issued.number} of {issued.provider.name} for this course. A board
          counts a course once, so ask {provider.name} whether another is of use to you.
        </p>
      )}
      <p>
        <a href={`/credit/${provider.slug}`}>Everything about it, in {provider.name}’s words</a>
      </p>
      {today < body.from && <p>It begins on {begins}.</p>}
      {missing.length > 0 && counted.length < 8 && (
        <MissingLessons token={token} missing={missing} provider={provider.name} />
      )}
      {missing.length === 0 && (
        <form class="actions" method="post" action={creditPath(token, '/claim')}>
          <input type="hidden" name="provider" value={provider.slug} />
          <Button name="go" value="yes">
            Begin
          </Button>
        </form>
      )}
    </>
  );
}

const gives = (body: Offer['adoption']['body']) =>
  speaksOfCredit(body)
    ? `${credits(body.hours.count)} hours of credit`
    : 'a certificate of completion';

/** Each approval with its approver's own statement, where it does not count, and what caps there are. */
function Approvals({ approvals }: { approvals: AdoptedApproval[] }) {
  if (approvals.length === 0) return null;
  return (
    <>
      <h2>What it counts for</h2>
      {approvals.map((each) => (
        <div key={each.kind} class="approval">
          <p>{approvalInWords(each)}</p>
          <p>{each.statement}</p>
          {limitsOf(each).map((limit) => (
            <p key={limit} class="second">
              {limit}
            </p>
          ))}
        </div>
      ))}
      <p>Your board decides whether it counts for you. Ask it first.</p>
    </>
  );
}

/** Approvals that will not be on this learner's certificate, said before anything is begun. */
function NotCounting(props: { approvals: AdoptedApproval[]; offer: Offer; zone: string }) {
  const { approvals, offer, zone } = props;
  const first = firstOf(offer.counted);
  if (first === null) return null;
  const day = dayIn(zone, first);
  const not = approvals.filter(
    ({ start, heldSince }) => start === 'first-lesson' && heldSince > day,
  );
  if (not.length === 0) return null;
  return (
    <p>
      Your first lesson came before {not.map(({ creditName }) => creditName).join(' and ')} could be
      given, so your certificate will not name {not.length === 1 ? 'them' : 'those'}.
    </p>
  );
}

function MissingLessons(props: { token: string; missing: Missing[]; provider: string }) {
  const { token, missing, provider } = props;
  const of = (why: Missing['why']) =>
    missing.filter((each) => each.why === why).map(({ lesson }) => lesson);
  const never = of('not-sent');
  const other = of('other-text');
  const unaccepted = of('unaccepted');
  const came = (lessons: number[]) =>
    `${lessonsInWords(lessons)} came to you with another text than the one that ${provider} has adopted.`;
  return (
    <>
      {never.length > 0 && (
        <p>
          {never.length > 3
            ? `You have been sent ${8 - never.length} of the eight lessons. It opens when you have been sent all.`
            : `${lessonsInWords(never)} ${never.length === 1 ? 'has' : 'have'} not been sent to you yet. It opens when all eight were.`}
        </p>
      )}
      {other.length > 0 && (
        <p>
          {came(other)}{' '}
          <a href={`/learn/${token}`}>Have {other.length === 1 ? 'it' : 'them'} sent once more</a>,
          or ask {provider}.
        </p>
      )}
      {unaccepted.length > 0 && (
        <p>
          {came(unaccepted)} It has not said yet whether {unaccepted.length === 1 ? 'it' : 'they'}{' '}
          count{unaccepted.length === 1 ? 's' : ''}, too. Write to {provider} about it; nothing of
          what you have done is lost.
        </p>
      )}
    </>
  );
}

const lessonsInWords = (lessons: number[]) =>
  lessons.length === 1
    ? `Lesson ${lessons[0]}`
    : `Lessons ${lessons.slice(0, -1).join(', ')} and ${lessons.at(-1)}`;

const TITLES: Record<Step, string> = {
  name: 'Your name',
  test: 'The test',
  evaluation: 'The evaluation',
  attestation: 'Your word',
  certificate: 'Your certificate',
};

interface ClaimProps {
  token: string;
  own: Own;
  now: number;
  failed: Failed | undefined;
  /** The name's form is open again. */
  changes: boolean;
  shown: Shown | null;
  /** Those of what is shown. */
  pictures: Pictures | null;
}

function ClaimSteps(props: ClaimProps) {
  const { token, own, now, shown, pictures, failed } = props;
  const { claim, adoption, provider } = own;
  const step = stepOf(claim, adoption.body);
  // Whoever has the certificate has nothing left to do.
  const at = claim.state === 'issued' ? STEPS.length : STEPS.indexOf(step);
  if (claim.refusedAt !== null) {
    return (
      <p class="lead">
        {provider.name} gives you no certificate for this course. Write to {provider.name} about it:{' '}
        {adoption.body.contact.email}
      </p>
    );
  }
  if (claim.state === 'closed') {
    return (
      <p class="lead">
        You have ended what {provider.name} sees, and this way is closed with it. If you share the
        course with {provider.name} again, it opens as it was, with the tries that you had.
      </p>
    );
  }
  const kept = step === 'certificate' ? null : keptBy(claim, adoption.body, own, now);
  return (
    <>
      <p class="lead">{leadOf(own, step)}</p>
      {kept?.kind === 'over' && (
        <p>
          {provider.name}’s offer ended on {dayInWords(kept.until)}. You may read on and finish the
          test, and no certificate can come of it any more. Write to {provider.name} about it.
        </p>
      )}
      {kept?.kind === 'lessons' && (
        <MissingLessons token={token} missing={kept.missing} provider={provider.name} />
      )}
      <ol class="steps">
        {STEPS.map((each, index) => (
          <li
            key={each}
            class={index < at ? 'step-done' : index === at ? 'step-now' : 'step-later'}
          >
            <span class="step-number" aria-hidden="true">
              {index < at ? '✓' : index + 1}
            </span>
            <h2>{TITLES[each]}</h2>
            <StepBody {...props} each={each} step={step} kept={kept} />
          </li>
        ))}
      </ol>
      {shown && <Attestation {...{ token, own, shown, pictures, failed }} />}
      {step !== 'name' && (
        <p class="second">{seenWords(provider.name, adoption.body.retentionYears)}</p>
      )}
      <p class="second">
        <a href={`/credit/${provider.slug}`}>All about it</a>. With a question, or if something
        would help you, write to {provider.name}:{' '}
        <a href={`mailto:${adoption.body.contact.email}`}>{adoption.body.contact.email}</a>
      </p>
    </>
  );
}

function leadOf({ claim, adoption, provider }: Own, step: Step): string {
  if (step !== 'certificate') {
    return `${provider.name} gives ${gives(adoption.body)} for this course. One step after the other, whenever you like: what you have done stays done.`;
  }
  if (claim.state === 'issued') return 'Your certificate is here.';
  return `You have completed the course on ${dayInWords(claim.completedOn ?? '')}. ${provider.name} looks at it now and lets your certificate go; its date does not move by that, and a mail tells you.`;
}

function StepBody(props: ClaimProps & { each: Step; step: Step; kept: Kept | null }) {
  const { token, own, each, step, kept, changes, failed } = props;
  const { claim, adoption, number } = own;
  const now = each === step;
  const state = (words: string) => <p class="step-state">{words}</p>;
  switch (each) {
    case 'name':
      if (now || (changes && claim.state === 'open')) {
        return (
          <div>
            <NameForm {...{ token, own, failed }} />
          </div>
        );
      }
      return (
        <p>
          <span dir="auto">{claim.legalName}</span>
          {claim.latinName && ` (${claim.latinName})`}
          {claim.state === 'open' && (
            <>
              {' '}
              · <a href={`${creditPath(token)}?do=name`}>Change it</a>
            </>
          )}
        </p>
      );
    case 'test':
      if (now) {
        return (
          <div>
            <p>32 questions in eight parts. It is open book: have the lessons beside you.</p>
            <p>
              <ButtonLink href={creditPath(token, '/test')}>To the test</ButtonLink>
            </p>
          </div>
        );
      }
      return claim.passedAt === null ? (
        state('After your name.')
      ) : (
        <p>
          Passed. <a href={creditPath(token, '/test')}>Your answers, and why</a>
        </p>
      );
    case 'evaluation':
      if (now) {
        return (
          <div>
            <p>What the course was to you. It is kept without your name.</p>
            <p>
              <ButtonLink href={creditPath(token, '/evaluation')}>To the evaluation</ButtonLink>
            </p>
          </div>
        );
      }
      return state(claim.evaluated ? 'Done.' : 'After the test.');
    case 'attestation':
      if (now) {
        if (kept?.kind === 'soon') {
          return state(
            `From ${whenIn(claim.zone, kept.at)}: the credited time since your first lesson is over then, and not before.`,
          );
        }
        if (kept?.kind === 'early') return state(`From ${dayInWords(kept.from)} on.`);
        return kept ? state('See above.') : <p>The certificate as it will print is below.</p>;
      }
      return state(claim.attestedAt === null ? 'Last.' : 'Given.');
    case 'certificate':
      if (number !== null) {
        return (
          <div>
            <p>Number {number}</p>
            <p>
              <ButtonLink href={`/learn/${token}/certificates/${number}`}>
                Open your certificate
              </ButtonLink>
            </p>
          </div>
        );
      }
      return state(
        step === 'certificate'
          ? `Waits for ${own.provider.name}.`
          : adoption.body.release === 'by-hand'
            ? `Comes when ${own.provider.name} has let it go.`
            : 'Comes at once.',
      );
  }
}

function NameForm(props: { token: string; own: Own; failed: Failed | undefined }) {
  const { token, own, failed } = props;
  const { claim, adoption, provider } = own;
  const { body } = adoption;
  const [licence]: Licence[] = JSON.parse(claim.licences ?? '[]');
  const typed = failed?.typed.name === undefined ? undefined : failed.typed;
  const field = (name: string, kept: string) => ({
    name,
    value: typed?.[name] ?? kept,
    error: failed?.field === name ? failed.message : undefined,
  });
  const optional = (asked: 'no' | 'may' | 'must') => asked === 'may';
  const jurisdiction = field('jurisdiction', licence?.jurisdiction ?? '');
  return (
    <form class="form" method="post" action={creditPath(token, '/name')}>
      {failed && failed.field === undefined && typed && <FormError message={failed.message} />}
      {failed?.message === CAPITALS && <input type="hidden" name="capitals" value="yes" />}
      <input type="hidden" name="words" value={CREDIT_WORDS} />
      <TextField
        {...field('name', claim.legalName ?? '')}
        label="Your name, as it stands on your license"
        hint="It is printed exactly so, in any script. A colleague who reads along takes the course with an address of their own."
        required
        maxlength={MAX_NAME * 2}
        autocomplete="off"
      />
      <TextField
        {...field('latin', claim.latinName ?? '')}
        label="In Latin letters, where your name is written in others"
        hint="Boards compare with the license."
        optional
        maxlength={MAX_NAME * 2}
        autocomplete="off"
      />
      {body.asks.licence !== 'no' && (
        <TextField
          {...field('licence', licence?.number ?? '')}
          label="License number"
          optional={optional(body.asks.licence)}
          required={body.asks.licence === 'must'}
          maxlength={MAX_LICENCE}
          autocomplete="off"
        />
      )}
      {body.asks.jurisdiction !== 'no' && (
        <SelectField
          name="jurisdiction"
          label="Licensed in"
          error={jurisdiction.error}
          optional={optional(body.asks.jurisdiction)}
        >
          <option value="">Choose</option>
          {JURISDICTIONS.map((each) => (
            <option key={each} value={each} selected={each === jurisdiction.value}>
              {each}
            </option>
          ))}
        </SelectField>
      )}
      {body.asks.profession !== 'no' && (
        <TextField
          {...field('profession', licence?.profession ?? '')}
          label="Licensed as"
          hint="Such as “Licensed professional counselor”."
          optional={optional(body.asks.profession)}
          required={body.asks.profession === 'must'}
          maxlength={MAX_PROFESSION}
          autocomplete="off"
        />
      )}
      {body.nameOnRegister === 'learner-chooses' && (
        <ChoiceField
          name="register"
          label="Whoever has the number of your certificate can look it up. What shall they read?"
          value={typed?.register ?? claim.register ?? undefined}
          error={failed?.field === 'register' ? failed.message : undefined}
          choices={[
            {
              value: 'shown',
              label: 'My name too',
              hint: 'An employer or a board sees at once that it is yours.',
            },
            {
              value: 'name-hidden',
              label: 'Everything but my name',
              hint: `${provider.name} confirms it to whoever asks. You can change this later.`,
            },
          ]}
        />
      )}
      <p class="second">{seenWords(provider.name, body.retentionYears)}</p>
      <Button name="go" value="yes">
        Agree, and keep my name
      </Button>
    </form>
  );
}

/** The certificate as it will print, three boxes and one button. */
function Attestation(props: {
  token: string;
  own: Own;
  shown: Shown;
  pictures: Pictures | null;
  failed: Failed | undefined;
}) {
  const { token, own, shown, pictures, failed } = props;
  const { printed } = shown;
  const { body } = own.adoption;
  const first = firstOf(own.counted) ?? 0;
  const days = { first: dayIn(own.claim.zone, first), completed: printed.completedOn };
  const lost = body.approvals.filter((each) => !approvalsOn(body, days).includes(each));
  const nowhere = printed.approvals.flatMap(({ creditName, notIn }) =>
    printed.licences
      .filter(({ jurisdiction }) => notIn.includes(jurisdiction))
      .map(({ jurisdiction }) => ({ creditName, jurisdiction })),
  );
  return (
    <section aria-labelledby="as-it-prints">
      <h2 id="as-it-prints">As it will print</h2>
      <p>
        Look at the name and the day. After the button below, a slip in them can be put right by{' '}
        {own.provider.name} alone, with another number.
      </p>
      {lost.length > 0 && (
        <p>
          Not on it: {lost.map(({ creditName }) => creditName).join(', ')}. The approval did not
          hold from your first lesson to this day.
        </p>
      )}
      {nowhere.map(({ creditName, jurisdiction }) => (
        <p key={creditName}>
          {creditName} do not count in {jurisdiction}, where you are licensed.
        </p>
      ))}
      <CertificateText
        inside
        number={null}
        printed={printed}
        register=""
        named
        pictures={pictures ?? NO_PICTURES}
      />
      <form class="form" method="post" action={creditPath(token, '/complete')} id="attest">
        {failed && failed.typed.shown !== undefined && <FormError message={failed.message} />}
        <input type="hidden" name="shown" value={shown.hash} />
        {ATTESTATION.map((words, at) => (
          <div class="attest" key={words}>
            <input
              type="checkbox"
              id={`attest-${at}`}
              name={`attest-${at}`}
              value="yes"
              required
              checked={failed?.typed[`attest-${at}`] === 'yes'}
            />
            <label for={`attest-${at}`}>{words}</label>
          </div>
        ))}
        <Button name="go" value="yes">
          This is true. Complete the course
        </Button>
      </form>
    </section>
  );
}

const NO_PICTURES: Pictures = new Map();
