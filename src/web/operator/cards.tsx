/** What is the matter, what learners notice of it, and the one button that mends it. */
import type { Child } from 'hono/jsx';
import type { Problem } from '../../delivery/health.ts';
import { NEARLY_FULL } from '../../delivery/read-keeping.ts';
import type { Rates } from '../../delivery/read-rates.ts';
import { Need } from '../ui/desk.tsx';
import { ButtonLink } from '../ui/fields.tsx';
import { type C, Deed, may } from './console.tsx';
import { scopeInWords } from './words.ts';

interface Card {
  cause: Child;
  effect: Child;
  way?: Child;
}

/** Kept as the reason where a card's button was enough. */
const BY_CARD = 'on the card of the console’s first page';

const KEY = new Set(['missing_api_key', 'invalid_api_key', 'restricted_api_key']);
const QUOTA = /quota/;

/**
 * The card of a problem, with its button where this role may press it.
 *
 * @param held whether something is halted, which may be what does not move
 */
export function cardOf(c: C, problem: Problem, held: boolean): Child {
  const { cause, effect, way } = told(c, problem, held);
  return (
    <Need key={problem.key} cause={cause} effect={effect} grave={!problem.mailFlows}>
      {way}
    </Need>
  );
}

function told(c: C, { key, words, halt }: Problem, held: boolean): Card {
  if (halt) return halted(c, halt);
  if (key.startsWith('spike:')) return spike(c, key.slice('spike:'.length));
  const helper = may(c, 'helper');
  switch (key) {
    case 'uncertain':
      return {
        cause: `${words.replace('deliveries are uncertain', 'mails may or may not have gone')}.`,
        effect: 'They are never sent twice blindly, so whoever did not get theirs waits.',
        way: <ButtonLink href="/operator/mail#uncertain">Look and settle them</ButtonLink>,
      };
    case 'silent':
    case 'stuck':
      return {
        cause:
          key === 'stuck' ? 'A lesson has been due for more than an hour.' : capital(`${words}.`),
        effect: (
          <>
            Lessons come late; none is lost. {held && 'It may be the one that is halted. '}Waking
            the lanes is worth a try. If it happens again, look at the Worker’s cron trigger and at
            its two queues in Cloudflare, in this order.
          </>
        ),
        way: helper && (
          <Deed c={c} id={key} action="/operator/mail/wake" label="Wake the lanes" fields={FROM} />
        ),
      };
    case 'daily-cap':
      return {
        cause: capital(`${words}.`),
        effect:
          'Lessons come a day and a half late or more, each learner’s course moves with them.',
        way: <ButtonLink href="/operator/cap">Look at the cap</ButtonLink>,
      };
    case 'undated':
      return {
        cause: capital(`${words}.`),
        effect: 'These learners get nothing until somebody looks.',
        way: <ButtonLink href="/operator/mail#undated">See whose</ButtonLink>,
      };
    case 'failed':
      return {
        cause: capital(`${words}.`),
        effect:
          'Each is sent again by itself, once what stopped it is mended. Resend’s own page says more.',
      };
    default:
      return {
        cause: capital(`${words}.`),
        effect:
          'What this touches waits; none of it is lost. The Worker’s log in Cloudflare says more.',
      };
  }
}

const FROM = { from: 'today' };

function lift(c: C, scope: string, label = 'Let it go'): Child {
  if (!may(c, 'helper')) return undefined;
  return (
    <Deed
      c={c}
      id={scope.replace(/\W/g, '-')}
      action="/operator/mail/lift"
      label={label}
      fields={{ ...FROM, scope, why: BY_CARD }}
    />
  );
}

function halted(c: C, { scope, reason }: { scope: string; reason: string }): Card {
  const what = scopeInWords(scope);
  if (KEY.has(reason)) {
    return {
      cause: 'Resend refused the key.',
      effect: (
        <>
          No mail goes out; nobody is marked as failed. Make another key in Resend, give it to the
          Worker with <code>npx wrangler secret put RESEND_API_KEY --env production</code>, and then
          let mail go.
        </>
      ),
      way: lift(c, scope, 'The key is set: let it go'),
    };
  }
  if (QUOTA.test(reason)) {
    return {
      cause: `Resend takes no more ${reason.includes('monthly') ? 'this month' : 'today'}.`,
      effect:
        'No mail goes out; nobody is marked as failed. Let it go once the plan was raised, or when the next day has begun.',
      way: lift(c, scope),
    };
  }
  if (reason === 'by-hand') {
    return {
      cause: `${what} is halted by hand.`,
      effect: 'It waits, and loses nothing. Who stopped it and why stands in the log.',
      way: lift(c, scope),
    };
  }
  return {
    cause: `${what} is halted: ${reason.replaceAll('_', ' ')}.`,
    effect:
      scope === 'all'
        ? 'No mail goes out; nobody is marked as failed. Mend it in Resend, and then let it go.'
        : 'It waits, and loses nothing. The rest of the course goes on.',
    way: lift(c, scope),
  };
}

function spike(c: C, slug: string): Card {
  return {
    cause: `Signups through ${slug} are far more than usual.`,
    effect:
      'Its forms lead to our own page until they are fewer. If they are not people, pause it; a check by Turnstile keeps programs out (the settings say how).',
    way: may(c, 'helper') && (
      <Deed
        c={c}
        id={`spike-${slug}`}
        action={`/operator/providers/${encodeURIComponent(slug)}/pause`}
        label={`Pause ${slug}`}
        quiet
        fields={{ ...FROM, why: BY_CARD }}
      />
    ),
  };
}

/** A card where mail comes back, or is called spam, more than it may; null where it is well. */
export function ratesCard(c: C, { levels, days }: Rates): Child | null {
  const what = [
    ...(/amber|red/.test(levels.hard) ? ['comes back'] : []),
    ...(/amber|red/.test(levels.complaints) ? ['is called spam'] : []),
  ];
  if (what.length === 0) return null;
  const red = levels.hard === 'red' || levels.complaints === 'red';
  return (
    <Need
      key="rates"
      cause={`More mail ${what.join(' and ')} than may be, over ${days} days.`}
      effect={
        red
          ? 'Resend pauses an account at such a rate, and mailboxes begin to refuse all of it.'
          : 'Mailboxes begin to look closer. The cap does not rise until it is less.'
      }
      grave={red}
    >
      {c.req.path === '/operator/health' ? undefined : (
        <ButtonLink href="/operator/health">See whose mailboxes</ButtonLink>
      )}
    </Need>
  );
}

/** A card where mailboxes see a domain that is not as it should be; null where it was well at the last look. */
export function domainCard(amiss: string[]): Child | null {
  if (amiss.length === 0) return null;
  return (
    <Need
      key="domain"
      cause={`Of the domain, ${amiss.join(' and ')} ${amiss.length === 1 ? 'is' : 'are'} not as it should be.`}
      effect="Mailboxes trust its mail less, and put it among the spam or refuse it."
    >
      <ButtonLink href="/operator/health#records">See what is wanted</ButtonLink>
    </Need>
  );
}

/** A card where the database is nearly full; null before. */
export function fullCard(full: number): Child | null {
  if (full < NEARLY_FULL) return null;
  return (
    <Need
      key="full"
      cause={`The database is ${Math.floor(full * 100)} % full.`}
      effect="Nothing is lost yet. Once it is full, nobody can sign up and no lesson is recorded."
    >
      <ButtonLink href="/operator/keeping">See how long it lasts</ButtonLink>
    </Need>
  );
}

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
