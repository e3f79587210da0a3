import { DomainError } from '../../errors.ts';
import { parseEmail } from '../../signup/signup.ts';
import { findPeople } from '../../subscriber/find-people.ts';
import { findSubscriber } from '../../subscriber/timeline.ts';
import { liftSuppression } from '../../suppression/lift-suppression.ts';
import { suppress } from '../../suppression/suppress.ts';
import { typedInto } from '../staff/again.ts';
import { Opening } from '../ui/desk.tsx';
import { TextField } from '../ui/fields.tsx';
import { Table } from '../ui/table.tsx';
import { type C, consolePage, Deed, may, signed } from './console.tsx';
import { text } from './input.ts';
import { addressFor, timeOf } from './words.ts';

const SAID = {
  erased:
    'They are erased. Their links open nothing any more; the links that unsubscribe still answer.',
  suppressed: 'Nothing is mailed to this address from now on.',
  'already-suppressed': 'Nothing was mailed to this address already.',
  lifted: 'This address may be mailed again.',
  'not-suppressed': 'This address was not suppressed.',
};

/** A field to look somebody up. What is typed goes by POST: no address ever stands in a URL. */
export function peoplePage(c: C) {
  return consolePage(
    c,
    { title: 'People', said: SAID },
    <>
      <Opening heading="People">
        <p>Look somebody up to see why their next lesson has not come, or when it comes.</p>
      </Opening>
      <Finder c={c} />
    </>,
  );
}

function Finder({ c }: { c: C }) {
  const wide = may(c, 'helper');
  return (
    <form class="act" method="post" action="/operator/find">
      <input type="hidden" name="csrf" value={c.var.operator.csrf} />
      <TextField
        name="who"
        label="Whom"
        hint={
          wide
            ? 'An address or its beginning, sub_… as the log has it, or the number of a mail.'
            : 'A whole address, sub_… as the log has it, or the number of a mail.'
        }
        autocomplete="off"
        maxlength={254}
        required
        {...typedInto(c, '/operator/find', 'who')}
      />
      <button type="submit" class="button" name="go" value="yes">
        Find
      </button>
    </form>
  );
}

/** Who was found: the person where it is one, or a list. */
export async function findPage(c: C) {
  const { ctx, fields } = c.var;
  const typed = text(fields.who);
  if (typed.length < 3) {
    throw new DomainError('bad-input', 'Please type at least three characters.', 'who');
  }
  const found = await findPeople(ctx, typed, { wide: may(c, 'helper') });
  const [only] = found;
  if (only && (found.length === 1 || only.email === typed.toLowerCase())) {
    return c.redirect(`/operator/people/${only.subscriber}`, 303);
  }
  if (found.length > 0) {
    return consolePage(
      c,
      { title: 'People' },
      <>
        <Opening heading="People">
          <p>{found.length >= 20 ? 'These and more begin so.' : `${found.length} begin so.`}</p>
        </Opening>
        <Table
          caption="Who was found"
          unseen
          columns={[{ label: 'Address', long: true }, { label: 'Number' }]}
          rows={found.map(({ subscriber, email }) => ({
            key: subscriber,
            cells: [
              <a key="who" href={`/operator/people/${subscriber}`}>
                <bdi>{addressFor(c, email)}</bdi>
              </a>,
              subscriber,
            ],
          }))}
        />
        <Finder c={c} />
      </>,
    );
  }
  if (!typed.includes('@')) {
    throw new DomainError('bad-input', 'Nobody was found by this.', 'who');
  }
  return unknownPage(c, parseEmailAs('who', typed));
}

/** What is known of an address that belongs to nobody. */
async function unknownPage(c: C, email: string) {
  const { suppression, erasure } = await findSubscriber(c.var.ctx, email);
  return consolePage(
    c,
    { title: 'People' },
    <>
      <Opening heading="People">
        <p>
          Nobody is known by <bdi>{email}</bdi>.
          {suppression && ` Nothing has been mailed to it since ${timeOf(c, suppression.at)}.`}
          {erasure && ` Somebody with this address was erased on ${timeOf(c, erasure.erasedAt)}.`}
        </p>
      </Opening>
      {may(c, 'helper') && (
        <Deed
          c={c}
          id="address"
          action={`/operator/people/${suppression ? 'lift' : 'suppress'}`}
          label={suppression ? 'Let it be mailed again' : 'Never mail this address'}
          quiet
          fields={{ email }}
          hint="Kept in the log, without an address."
        />
      )}
      <Finder c={c} />
    </>,
  );
}

function parseEmailAs(field: string, typed: string): string {
  try {
    return parseEmail(typed);
  } catch (error) {
    if (error instanceof DomainError) throw new DomainError('bad-input', error.message, field);
    throw error;
  }
}

const done = (c: C, what: string) => c.redirect(`/operator/people?done=${what}`, 303);

/** The page again with what is wrong: for an address that nobody has. */
export const addressPage = (c: C) => unknownPage(c, parseEmail(c.var.fields.email ?? ''));

export async function suppressAddress(c: C) {
  const whose = { email: parseEmail(c.var.fields.email ?? '') };
  return done(c, (await suppress(c.var.ctx, { whose, ...signed(c) })).kind);
}

export async function liftAddress(c: C) {
  const whose = { email: parseEmail(c.var.fields.email ?? '') };
  return done(c, (await liftSuppression(c.var.ctx, { whose, ...signed(c) })).kind);
}
