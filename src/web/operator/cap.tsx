import { type CapChange, changeCap, showCap } from '../../delivery/change-cap.ts';
import { MOST_MAILS } from '../../delivery/warm-up.ts';
import { DomainError } from '../../errors.ts';
import { typedInto } from '../staff/again.ts';
import { inFigures, Opening } from '../ui/desk.tsx';
import { TextField } from '../ui/fields.tsx';
import { type C, consolePage, Deed, may, signed } from './console.tsx';

const SAID = { changed: 'Changed. It holds from this minute on.' };

/** How many mails a day may take, and how that changes by itself. */
export async function capPage(c: C) {
  const { cap, ceiling, limit, sentToday, next } = await showCap(c.var.ctx);
  return consolePage(
    c,
    { title: 'Cap', said: SAID },
    <>
      <Opening heading="How many mails a day may take">
        <p>
          {limit === null
            ? 'As many as there are: there is no cap.'
            : `${inFigures(sentToday)} of ${inFigures(limit)} mails went out today. A day ends at midnight, UTC.`}
        </p>
      </Opening>
      <section aria-labelledby="now">
        <h2 id="now">
          {cap.kind === 'none' ? 'No cap' : cap.kind === 'fixed' ? 'A fixed cap' : 'Warming up'}
        </h2>
        {cap.kind === 'warm-up' && next !== null && (
          <p>
            A domain that nobody knows must not send much at once. After a day that used half of{' '}
            {inFigures(cap.mails)}, with nothing halted and neither bounces nor complaints in the
            amber over seven days, it rises to {inFigures(next)} by itself. Where one of them is in
            the red it halves, and never falls below 100.
          </p>
        )}
        {cap.kind === 'fixed' && (
          <p>It stays at {inFigures(cap.mails)} until somebody changes it.</p>
        )}
        {cap.kind !== 'none' && (
          <p>
            What a day has no room for goes the next day, in the order in which it was due.
            Confirmations and other mail that somebody waits for are never held back.
          </p>
        )}
        {ceiling !== null && (
          <p>
            DAILY_CAP is set in the deployment: nothing rises above {inFigures(ceiling)}, whatever
            is chosen here.
          </p>
        )}
      </section>
      {may(c, 'owner') && (
        <section aria-labelledby="change">
          <h2 id="change">Change it</h2>
          <Deed c={c} id="fixed" action="/operator/cap" label="Set this number" hint={HINT}>
            <TextField
              name="mails"
              label="Mails a day"
              hint="A whole number, such as 500. Resend’s free plan carries 100."
              {...typedInto(c, '/operator/cap', 'mails')}
              inputmode="text"
              autocomplete="off"
              maxlength={8}
              required
            />
          </Deed>
          {cap.kind !== 'warm-up' && (
            <Deed
              behind="Let it warm up by itself"
              c={c}
              id="warm-up"
              action="/operator/cap"
              label="Let it warm up"
              quiet
              fields={{ kind: 'warm-up' }}
              hint={HINT}
            />
          )}
          {cap.kind !== 'none' && (
            <Deed
              behind="Take the cap away"
              c={c}
              id="none"
              action="/operator/cap"
              label="Take the cap away"
              quiet
              fields={{ kind: 'none' }}
              hint={HINT}
            />
          )}
        </section>
      )}
    </>,
  );
}

const HINT = 'Kept in the log, without an address.';

function changeIn({ kind = 'fixed', mails = '' }: Record<string, string>): CapChange {
  if (kind === 'none') return { kind: 'none' };
  if (kind === 'warm-up') return { kind: 'warm-up', mails: null };
  return { kind: 'fixed', mails: /^\s*\d{1,8}\s*$/.test(mails) ? Number(mails) : Number.NaN };
}

export async function changeTheCap(c: C) {
  const { ctx, fields } = c.var;
  const { kind } = await changeCap(ctx, { change: changeIn(fields), ...signed(c) });
  if (kind === 'bad-number') {
    const message = `Give a whole number from 1 to ${inFigures(MOST_MAILS)}.`;
    throw new DomainError('bad-input', message, 'mails');
  }
  if (kind === 'busy') {
    throw new DomainError('not-possible', 'It was changed at the same moment. Please look again.');
  }
  return c.redirect('/operator/cap?done=changed', 303);
}
