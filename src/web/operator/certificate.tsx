import { JURISDICTIONS } from '../../credit/name.ts';
import { readNumber } from '../../credit/number.ts';
import { registerAddress } from '../../credit/own-certificates.ts';
import type { Entry } from '../../credit/read-register.ts';
import { DomainError } from '../../errors.ts';
import { typedInto } from '../staff/again.ts';
import certificateStyle from '../ui/certificate.css?url';
import { CertificateText } from '../ui/certificate.tsx';
import { Opening } from '../ui/desk.tsx';
import { Button, SelectField, TextField } from '../ui/fields.tsx';
import { entryOf, forgetOne, replaceOne, withdrawOne } from './certificate-deeds.ts';
import { type C, consolePage, Deed, signed } from './console.tsx';

const SAID = {
  replaced: 'This one stands in its place, and its holder gets a mail.',
  withdrawn: 'It does not stand any more, and its holder gets a mail.',
  forgotten: 'What it said is gone. Its number stays, and says that it was issued.',
};

const FRONT = '/operator/certificates';
const numberOf = (c: C) => c.req.param('number') ?? '';
const page = (number: string, done = '') => `${FRONT}/${number}${done}`;

/** A field for a number; nothing is listed, and nobody is found by name. */
export function certificatesPage(c: C) {
  const typed = c.req.query('number');
  const number = typed === undefined ? null : readNumber(typed);
  if (number !== null) return c.redirect(page(number), 303);
  const error =
    typed === undefined
      ? undefined
      : 'This is no number of a certificate: it has 16 letters and digits.';
  return consolePage(
    c,
    { title: 'Certificates' },
    <>
      <Opening heading="Certificates">
        <p>
          Put one right, or withdraw it, by its provider’s word. A provider’s own list is in its
          portal.
        </p>
      </Opening>
      <form class="act" method="get" action={FRONT}>
        <TextField
          name="number"
          label="Number"
          value={typed ?? ''}
          error={error}
          required
          autocomplete="off"
        />
        <Button>Show</Button>
      </form>
    </>,
  );
}

/** One certificate: what it says, and what can be done about it. */
export async function certificatePage(c: C) {
  const { ctx } = c.var;
  const entry = await entryOf(ctx, numberOf(c));
  const { number, printed } = entry;
  return consolePage(
    c,
    { title: `Certificate ${number}`, styles: [certificateStyle], said: SAID },
    <>
      <Opening heading={`Certificate ${number}`}>
        <p>
          <bdi>{entry.provider}</bdi>: {stateOf(entry)}.{' '}
          {entry.state.kind === 'replaced' && <a href={page(entry.state.by)}>{entry.state.by}</a>}{' '}
          <a href={FRONT}>Another</a>
        </p>
      </Opening>
      {printed && (
        <CertificateText
          number={number}
          printed={printed}
          register={registerAddress(ctx.settings.baseUrl, number)}
          named
        />
      )}
      {printed && <Replace c={c} number={number} />}
      {entry.state.kind === 'stands' && (
        <section aria-labelledby="withdraw">
          <h2 id="withdraw">Withdraw it</h2>
          <Deed
            c={c}
            id="withdraw-why"
            action={page(number, '/withdraw')}
            label="Withdraw it"
            grave
            hint="Its holder reads it, and it is kept for good: no name in it."
          />
        </section>
      )}
      {entry.closed?.until && (
        <section aria-labelledby="forget">
          <h2 id="forget">Forget what it said</h2>
          <p>
            Its holder has erased. Their provider keeps the record until {entry.closed.until}, and
            may say that it goes before.
          </p>
          <Deed
            c={c}
            id="forget-why"
            action={page(number, '/forget')}
            label="Forget what it said"
            grave
            hint="Kept for good: no name in it."
          />
        </section>
      )}
    </>,
  );
}

function stateOf({ state, closed }: Entry): string {
  const erased = closed === null ? '' : '; its holder has erased';
  if (state.kind === 'withdrawn') return `withdrawn on ${state.on}${erased}`;
  return `${state.kind === 'replaced' ? 'replaced by another' : 'it stands'}${erased}`;
}

function Replace({ c, number }: { c: C; number: string }) {
  const action = page(number, '/replace');
  const jurisdiction = typedInto(c, action, 'jurisdiction');
  const field = (name: string, label: string) => (
    <TextField {...{ name, label }} {...typedInto(c, action, name)} optional autocomplete="off" />
  );
  return (
    <section aria-labelledby="replace">
      <h2 id="replace">Put something on it right</h2>
      <Deed
        c={c}
        id="replace-why"
        action={action}
        label="Replace it"
        quiet
        hint="Its holder reads it, and it is kept for good: no name in it."
      >
        <p>
          Another number, the same day and the same hours. What is left empty stays as it is; of a
          license all three parts are written anew.
        </p>
        {field('name', 'Name')}
        {field('latin', 'In Latin letters')}
        {field('licence', 'License number')}
        <SelectField name="jurisdiction" label="Licensed in" error={jurisdiction.error} optional>
          <option value="">As it is</option>
          {JURISDICTIONS.map((each) => (
            <option key={each} value={each} selected={each === jurisdiction.value}>
              {each}
            </option>
          ))}
        </SelectField>
        {field('profession', 'Licensed as')}
      </Deed>
    </section>
  );
}

const PARTS = ['name', 'latin', 'licence', 'jurisdiction', 'profession'];

/** A deed whose reason names the holder is told so where the reason was written. */
async function sayingWhy<T>(deed: Promise<T>): Promise<T> {
  try {
    return await deed;
  } catch (error) {
    if (!(error instanceof DomainError) || error.field !== 'reason') throw error;
    throw new DomainError(error.code, error.message, 'why');
  }
}

export async function replaceIt(c: C) {
  const given = PARTS.flatMap((part) => {
    const typed = (c.var.fields[part] ?? '').trim();
    return typed === '' ? [] : [[part, typed] as const];
  });
  const input = Object.fromEntries(given);
  const { number } = await sayingWhy(replaceOne(c.var.ctx, numberOf(c), input, signed(c)));
  return c.redirect(page(number, '?done=replaced'), 303);
}

export async function sureToWithdraw(c: C) {
  const { number } = await entryOf(c.var.ctx, numberOf(c));
  signed(c);
  return <>Certificate {number} does not stand any more, for good.</>;
}

export async function withdrawIt(c: C) {
  await sayingWhy(withdrawOne(c.var.ctx, numberOf(c), signed(c)));
  return c.redirect(page(numberOf(c), '?done=withdrawn'), 303);
}

export async function sureToForget(c: C) {
  const { number } = await entryOf(c.var.ctx, numberOf(c));
  signed(c);
  return <>What certificate {number} said is emptied, and cannot be brought back.</>;
}

export async function forgetIt(c: C) {
  await sayingWhy(forgetOne(c.var.ctx, numberOf(c), signed(c)));
  return c.redirect(page(numberOf(c), '?done=forgotten'), 303);
}
