import type { Context as HonoContext } from 'hono';
import { dayInWords } from '../../course/schedule.ts';
import { DomainError } from '../../errors.ts';
import { parseEmail } from '../../signup/signup.ts';
import { inviteMember } from '../../staff/invite-member.ts';
import { findMember, listMembers, type MemberListed } from '../../staff/list-people.ts';
import { changeMember, removeMember } from '../../staff/remove-member.ts';
import { INVITES_A_DAY, parseRole } from '../../staff/staff.ts';
import { typedInto } from '../staff/again.ts';
import { lastOwner, numberIn } from '../staff/people.ts';
import { RoleSelect } from '../staff/role-select.tsx';
import { ActForm, Opening } from '../ui/desk.tsx';
import { TextField } from '../ui/fields.tsx';
import { Table } from '../ui/table.tsx';
import { at, type Portal, portalPage } from './portal.tsx';

type C = HonoContext<Portal>;

const SAID: Record<string, string> = {
  invited:
    'The invitation is made. If mail may go to that address, one is on its way; it works for seven days.',
  changed: 'Changed. The owners are told by mail where an owner came or went.',
  same: 'Nothing was different, so nothing has changed.',
  removed: 'Removed. Their sessions have ended.',
};

const ROLE_WORDS = {
  owner: 'Owner: changes what is yours, and sees all of it',
  viewer: 'Viewer: sees all of it',
};

/** Who may enter for this provider, and for owners what changes that. */
export async function peoplePage(c: C) {
  const { ctx, member } = c.var;
  const people = await listMembers(ctx, member.provider.id);
  const owner = member.role === 'owner';
  const inviteAt = at(c, '/people/invite');
  const day = (instant: number) => dayInWords(instant, 'UTC', ctx.clock.now());
  const rows = people.map((person) => ({
    key: person.id,
    cells: [
      <>
        <bdi>{person.email}</bdi>
        {person.id === member.memberId && ' (you)'}
      </>,
      `${person.role}${person.role === 'viewer' && person.mayExport === 1 ? ', may download the roster' : ''}`,
      stateOf(person, day),
      <Controls key={person.id} c={c} person={person} />,
    ],
  }));
  return portalPage(
    c,
    { title: 'People', said: SAID },
    <>
      <Opening heading="People">
        <p>
          Who may enter for <bdi>{member.provider.name}</bdi>. There are no passwords: each enters
          by a link that comes to their address.
        </p>
      </Opening>
      <Table
        caption="Who may enter"
        unseen
        columns={[
          { label: 'Address', long: true },
          { label: 'Role' },
          { label: 'Entered' },
          { label: 'Change' },
        ]}
        rows={rows}
      />
      {owner && (
        <section aria-labelledby="invite">
          <h2 id="invite">Invite somebody</h2>
          <ActForm action={inviteAt} csrf={member.csrf} label="Send the invitation">
            <TextField
              name="email"
              label="Email address"
              type="email"
              {...typedInto(c, inviteAt, 'email')}
              autocomplete="off"
              inputmode="email"
              maxlength={254}
              required
            />
            <RoleFields c={c} id="new" action={inviteAt} now={{ role: 'viewer', mayExport: 0 }} />
          </ActForm>
          <p>
            The answer here is the same whoever has the address, and at most {INVITES_A_DAY}{' '}
            invitations go out in a day.
          </p>
        </section>
      )}
    </>,
  );
}

function stateOf(person: MemberListed, day: (instant: number) => string): string {
  if (person.unreachable === 1) return 'Cannot be reached: mail to this address came back';
  if (person.joinedAt === null) return `Invited on ${day(person.createdAt)}`;
  return `Last on ${day(person.enteredAt ?? person.joinedAt)}`;
}

/** What may be done about one of them: an owner about everybody, a viewer about themselves. */
function Controls({ c, person }: { c: C; person: MemberListed }) {
  const { member } = c.var;
  const self = person.id === member.memberId;
  const owner = member.role === 'owner';
  if (!owner && !self) return null;
  const base = at(c, `/people/${person.id}`);
  return (
    <>
      {owner && (
        <details open={c.var.failed?.action === `${base}/role`}>
          <summary>Change the role</summary>
          <ActForm action={`${base}/role`} csrf={member.csrf} label="Change it" quiet>
            <RoleFields c={c} id={String(person.id)} action={`${base}/role`} now={person} />
          </ActForm>
        </details>
      )}
      <ActForm
        action={`${base}/remove`}
        csrf={member.csrf}
        label={self ? 'Leave this provider' : 'Remove'}
        quiet
        grave
      />
    </>
  );
}

function RoleFields(props: {
  c: C;
  id: string;
  /** Of the form that they stand in. */
  action: string;
  now: Pick<MemberListed, 'role' | 'mayExport'>;
}) {
  const { c, id, action, now } = props;
  const ticked = typedInto(c, action, 'may_export', now.mayExport === 1 ? 'yes' : '').value;
  return (
    <>
      <RoleSelect
        id={`role-${id}`}
        words={ROLE_WORDS}
        {...typedInto(c, action, 'role', now.role)}
      />
      <label class="tick">
        <input type="checkbox" name="may_export" value="yes" checked={ticked === 'yes'} /> A viewer
        may download the roster
      </label>
    </>
  );
}

const done = (c: C, what: string) => c.redirect(at(c, `/people?done=${what}`), 303);

export async function invite(c: C) {
  const { ctx, member, fields, actor } = c.var;
  const { id: providerId, slug } = member.provider;
  const { kind } = await inviteMember(ctx, {
    email: parseEmail(fields.email ?? ''),
    role: parseRole('portal', fields.role ?? ''),
    mayExport: fields.may_export === 'yes',
    providerId,
    slug,
    actor,
  });
  if (kind === 'capped') {
    const message = `There were ${INVITES_A_DAY} invitations within a day. The next can go tomorrow.`;
    throw new DomainError('too-many-requests', message, 'email');
  }
  return done(c, 'invited');
}

const idOf = (c: C) => numberIn(c.req.param('id'));

const nobody = () =>
  new DomainError('not-found', 'There is nobody of that number among your people.');

export async function changeRole(c: C) {
  const { ctx, member, fields, actor } = c.var;
  const { id: providerId, slug } = member.provider;
  const { kind } = await changeMember(ctx, {
    providerId,
    slug,
    memberId: idOf(c),
    actor,
    role: parseRole('portal', fields.role ?? ''),
    mayExport: fields.may_export === 'yes',
  });
  if (kind === 'unknown') throw nobody();
  if (kind === 'last-owner') throw lastOwner();
  return done(c, kind);
}

/** Who is to go; only an owner takes somebody else out. */
async function whoGoes(c: C): Promise<MemberListed> {
  const { ctx, member } = c.var;
  const person = await findMember(ctx, member.provider.id, idOf(c));
  if (!person || (member.role !== 'owner' && person.id !== member.memberId)) throw nobody();
  return person;
}

export async function sureToRemove(c: C) {
  const { provider, memberId } = c.var.member;
  const person = await whoGoes(c);
  return person.id === memberId ? (
    <>
      You leave <bdi>{provider.name}</bdi>: from then on this address enters no more here.
    </>
  ) : (
    <>
      <bdi>{person.email}</bdi> enters no more for <bdi>{provider.name}</bdi>, and is out at once
      wherever they are in.
    </>
  );
}

export async function removePerson(c: C) {
  const { ctx, member, actor } = c.var;
  const { id: providerId, slug } = member.provider;
  const person = await whoGoes(c);
  const { kind } = await removeMember(ctx, { providerId, slug, memberId: person.id, actor });
  if (kind === 'unknown') throw nobody();
  if (kind === 'last-owner') throw lastOwner();
  return person.id === member.memberId ? c.redirect('/portal', 303) : done(c, 'removed');
}
