import { dayInWords } from '../../course/schedule.ts';
import { DomainError } from '../../errors.ts';
import { parseEmail } from '../../signup/signup.ts';
import { appointOperator, changeOperator, removeOperator } from '../../staff/appoint-operator.ts';
import { listOperators } from '../../staff/list-people.ts';
import { parseRole } from '../../staff/staff.ts';
import { typedInto } from '../staff/again.ts';
import { lastOwner, numberIn } from '../staff/people.ts';
import { RoleSelect } from '../staff/role-select.tsx';
import { ActForm, Opening } from '../ui/desk.tsx';
import { TextField } from '../ui/fields.tsx';
import { Table } from '../ui/table.tsx';
import { type C, consolePage } from './console.tsx';

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

const ADD = '/operator/team/add';

/** Who runs the course, and in which role. */
export async function teamPage(c: C) {
  const { ctx, operator } = c.var;
  const people = await listOperators(ctx);
  const day = (instant: number) => dayInWords(instant, 'UTC', ctx.clock.now());
  return consolePage(
    c,
    { title: 'Team', said: SAID },
    <>
      <Opening heading="Team">
        <p>
          Who may enter the console. Whoever reads the mail of one of these addresses can enter as
          them.
        </p>
      </Opening>
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
              <RoleForm c={c} person={person} />
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
        <ActForm action={ADD} csrf={operator.csrf} label="Take them in">
          <TextField
            name="email"
            label="Email address"
            type="email"
            {...typedInto(c, ADD, 'email')}
            autocomplete="off"
            inputmode="email"
            maxlength={254}
            required
          />
          <RoleSelect id="role-new" words={ROLE_WORDS} {...typedInto(c, ADD, 'role', 'helper')} />
        </ActForm>
      </section>
    </>,
  );
}

function RoleForm({ c, person }: { c: C; person: { staffId: number; role: string } }) {
  const action = `/operator/team/${person.staffId}/role`;
  return (
    <details open={c.var.failed?.action === action}>
      <summary>Change the role</summary>
      <ActForm action={action} csrf={c.var.operator.csrf} label="Change it" quiet>
        <RoleSelect
          id={`role-${person.staffId}`}
          words={ROLE_WORDS}
          {...typedInto(c, action, 'role', person.role)}
        />
      </ActForm>
    </details>
  );
}

const idOf = (c: C) => numberIn(c.req.param('id'));

const nobody = () => new DomainError('not-found', 'There is nobody of that number in the team.');

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
