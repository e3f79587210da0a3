import type { Context as HonoContext } from 'hono';
import { dayInWords } from '../../course/schedule.ts';
import { DomainError } from '../../errors.ts';
import { parseEmail } from '../../signup/signup.ts';
import { appointOperator, changeOperator, removeOperator } from '../../staff/appoint-operator.ts';
import { listOperators } from '../../staff/list-people.ts';
import { parseRole } from '../../staff/staff.ts';
import { RoleSelect } from '../staff/role-select.tsx';
import { ActForm, Opening } from '../ui/desk.tsx';
import { Notice, TextField } from '../ui/fields.tsx';
import { Table } from '../ui/table.tsx';
import { type Console, consolePage } from './console.tsx';

type C = HonoContext<Console>;

const SAID: Record<string, string> = {
  appointed: 'Done. Whoever has not entered yet gets a mail that lets them in for seven days.',
  changed: 'Changed.',
  same: 'Nothing was different, so nothing has changed.',
  removed: 'Removed. Their sessions have ended.',
};

const ROLE_WORDS = {
  owner: 'Owner: everything',
  helper: 'Helper: helps learners, stops and lets go',
  reader: 'Reader: sees, with addresses masked',
};

/** Who runs the course, and in which role. */
export async function teamPage(c: C) {
  const { ctx, operator } = c.var;
  const people = await listOperators(ctx);
  const day = (instant: number) => dayInWords(instant, 'UTC', ctx.clock.now());
  const said = SAID[c.req.query('done') ?? ''];
  return consolePage(
    c,
    { title: 'Team' },
    <>
      <Opening heading="Team">
        <p>
          Who may enter the console. Whoever reads the mail of one of these addresses can enter as
          them.
        </p>
      </Opening>
      {said && (
        <Notice tone="success">
          <p>{said}</p>
        </Notice>
      )}
      <Table
        caption="Who may enter the console"
        unseen
        columns={[
          { label: 'Address', long: true },
          { label: 'Role' },
          { label: 'Entered' },
          { label: 'Change' },
        ]}
        rows={people.map((person) => ({
          key: person.staffId,
          cells: [
            <>
              <bdi>{person.email}</bdi>
              {person.staffId === operator.staffId && ' (you)'}
            </>,
            person.role,
            person.enteredAt === null
              ? `Added on ${day(person.createdAt)}`
              : `Last on ${day(person.enteredAt)}`,
            <>
              <details>
                <summary>Change the role</summary>
                <ActForm
                  action={`/operator/team/${person.staffId}/role`}
                  csrf={operator.csrf}
                  label="Change it"
                  quiet
                >
                  <RoleField id={String(person.staffId)} value={person.role} />
                </ActForm>
              </details>
              <ActForm
                action={`/operator/team/${person.staffId}/remove`}
                csrf={operator.csrf}
                label="Remove"
                quiet
                grave
              />
            </>,
          ],
        }))}
      />
      <section aria-labelledby="add">
        <h2 id="add">Take somebody in</h2>
        <ActForm action="/operator/team/add" csrf={operator.csrf} label="Take them in">
          <TextField
            name="email"
            label="Email address"
            type="email"
            value=""
            autocomplete="off"
            inputmode="email"
            maxlength={254}
            required
          />
          <RoleField id="new" value="helper" />
        </ActForm>
      </section>
    </>,
  );
}

const RoleField = ({ id, value }: { id: string; value: string }) => (
  <RoleSelect id={`role-${id}`} value={value} words={ROLE_WORDS} />
);

const idOf = (c: C) => {
  const typed = c.req.param('id') ?? '';
  return /^\d{1,16}$/.test(typed) ? Number(typed) : -1;
};

const nobody = () => new DomainError('not-found', 'There is nobody of that number in the team.');

const lastOwner = () =>
  new DomainError(
    'not-possible',
    'They are the last owner who has entered. Make somebody else an owner first, and wait until they have.',
  );

async function person(c: C) {
  const found = (await listOperators(c.var.ctx)).find(({ staffId }) => staffId === idOf(c));
  if (!found) throw nobody();
  return found;
}

const done = (c: C, what: string) => c.redirect(`/operator/team?done=${what}`, 303);
const by = (c: C) => ({ actor: c.var.actor, reason: 'on the page of the team' });

export function sureToAppoint(c: C) {
  const email = parseEmail(c.var.fields.email ?? '');
  const role = parseRole('console', c.var.fields.role ?? '');
  return (
    <>
      <bdi>{email}</bdi> may enter the console from then on, as {role}.
    </>
  );
}

export async function appoint(c: C) {
  const { ctx, fields } = c.var;
  const role = parseRole('console', fields.role ?? '');
  await appointOperator(ctx, { ...by(c), email: parseEmail(fields.email ?? ''), role });
  return done(c, 'appointed');
}

export async function sureToChange(c: C) {
  const { email } = await person(c);
  return (
    <>
      <bdi>{email}</bdi> becomes {parseRole('console', c.var.fields.role ?? '')}.
    </>
  );
}

export async function changeRole(c: C) {
  const { ctx, fields } = c.var;
  const role = parseRole('console', fields.role ?? '');
  const { kind } = await changeOperator(ctx, { ...by(c), staffId: idOf(c), role });
  if (kind === 'unknown') throw nobody();
  if (kind === 'last-owner') throw lastOwner();
  return done(c, kind);
}

export async function sureToRemove(c: C) {
  const { email } = await person(c);
  return (
    <>
      <bdi>{email}</bdi> enters the console no more, and is out at once wherever they are in.
    </>
  );
}

export async function removeOperatorPage(c: C) {
  const { kind } = await removeOperator(c.var.ctx, { ...by(c), staffId: idOf(c) });
  if (kind === 'unknown') throw nobody();
  if (kind === 'last-owner') throw lastOwner();
  return done(c, kind);
}
