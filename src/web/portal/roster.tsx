import type { Context as HonoContext } from 'hono';
import { dayInWords } from '../../course/schedule.ts';
import { type OnRoster, readCreditOnRoster } from '../../credit/read-provider-credit.ts';
import { DomainError } from '../../errors.ts';
import { exportRoster } from '../../share/export-roster.ts';
import { findOnRoster, readRoster } from '../../share/read-roster.ts';
import { type Filter, type RosterLine, readFilter } from '../../share/share.ts';
import { parseEmail } from '../../signup/signup.ts';
import { memberAt } from '../../staff/read-session.ts';
import { cookieOf } from '../middleware/cookies.ts';
import { typedInto } from '../staff/again.ts';
import { PORTAL_PAGES } from '../staff/rooms.ts';
import { ActForm, Chooser, Empty, Opening, Pager } from '../ui/desk.tsx';
import { TextField } from '../ui/fields.tsx';
import { Table } from '../ui/table.tsx';
import { Weeks } from '../ui/weeks.tsx';
import { WAY_WORDS } from './credit.tsx';
import { at, type Portal, portalPage } from './portal.tsx';

type C = HonoContext<Portal>;

const FILTER_WORDS: Record<Filter, string> = {
  all: 'Everybody',
  running: 'Under way',
  'all-eight': 'All eight sent',
};

/** Who takes the course through them, fifty lines at a time, the newest first. */
export async function rosterPage(c: C) {
  const { ctx, member } = c.var;
  const { filter: typed, older, newer } = c.req.query();
  const filter = readFilter(typed);
  const roster = await readRoster(ctx, {
    providerId: member.provider.id,
    filter,
    ...(older ? { older } : {}),
    ...(newer ? { newer } : {}),
  });
  const to = (place: Record<string, string>) =>
    at(c, `/roster?${new URLSearchParams({ ...(filter === 'all' ? {} : { filter }), ...place })}`);
  const refs = roster.lines.map(({ ref }) => ref);
  const credit = await readCreditOnRoster(ctx, member.provider.id, refs);
  const first = filter === 'all' && roster.newer === null && roster.older === null;
  return portalPage(
    c,
    { title: 'Roster' },
    <>
      <Opening heading="Roster">
        <p>
          Who takes the course through <bdi>{member.provider.name}</bdi>: name, address and how many
          weeks were sent. Of pauses, goodbyes and what they write, nothing is told.
        </p>
      </Opening>
      {roster.lines.length === 0 && first ? (
        <Empty heading="Nobody yet">
          <p>
            Whoever signs up by your form or link, and confirms by the mail that comes, will stand
            here.
          </p>
        </Empty>
      ) : (
        <section aria-label="Roster">
          <Chooser
            label="Show"
            links={(Object.keys(FILTER_WORDS) as Filter[]).map((each) => ({
              href: at(c, each === 'all' ? '/roster' : `/roster?filter=${each}`),
              label: FILTER_WORDS[each],
              here: each === filter,
            }))}
          />
          {roster.lines.length === 0 ? (
            <p>Nobody of these is on this page.</p>
          ) : (
            <Lines c={c} lines={roster.lines} credit={credit} />
          )}
          <Pager
            newer={roster.newer === null ? undefined : to({ newer: roster.newer })}
            older={roster.older === null ? undefined : to({ older: roster.older })}
          />
        </section>
      )}
      <FindForm c={c} />
      <Download c={c} />
    </>,
  );
}

/**
 * Lines of the roster, with dates where the words that they agreed to named them, and with how far somebody
 * is on the way to a certificate where anybody is.
 */
function Lines({ c, lines, credit }: { c: C; lines: RosterLine[]; credit: OnRoster }) {
  const { ctx } = c.var;
  const day = (instant: number | null) =>
    instant === null ? '' : dayInWords(instant, 'UTC', ctx.clock.now());
  const dated = lines.some(({ began }) => began !== null);
  return (
    <Table
      caption="Who takes the course, the newest first"
      unseen
      columns={[
        { label: 'Name', long: true },
        { label: 'Address', long: true },
        { label: 'Weeks sent' },
        ...(dated ? [{ label: 'Began' }, { label: 'All eight sent' }] : []),
        ...(credit.size > 0 ? [{ label: 'Claim' }, { label: 'Certificate' }] : []),
      ]}
      rows={lines.map(({ ref, name, email, weeks, allEight, began, finished }) => ({
        key: ref,
        cells: [
          <bdi key="name">{name || 'No name'}</bdi>,
          <bdi key="email">{email}</bdi>,
          <Weeks key="weeks" sent={weeks} />,
          ...(dated
            ? [day(began), finished === null ? (allEight ? 'Yes' : '') : day(finished)]
            : []),
          ...(credit.size > 0 ? credited(c, credit.get(ref)) : []),
        ],
      }))}
    />
  );
}

/** How far somebody is, and the number of the certificate that stands. */
function credited(c: C, on: ReturnType<OnRoster['get']>) {
  if (on === undefined) return ['', ''];
  const { way, number } = on;
  return [
    WAY_WORDS[way],
    number === null ? (
      ''
    ) : (
      <a key="number" href={at(c, `/credit/certificates/${number}`)}>
        {number}
      </a>
    ),
  ];
}

function FindForm({ c, email = '' }: { c: C; email?: string }) {
  return (
    <section aria-labelledby="find">
      <h2 id="find">Find somebody</h2>
      <ActForm action={at(c, '/find')} csrf={c.var.member.csrf} label="Find" quiet>
        <TextField
          name="email"
          label="Their whole email address"
          type="email"
          {...typedInto(c, at(c, '/find'), 'email', email)}
          autocomplete="off"
          inputmode="email"
          maxlength={254}
          required
        />
      </ActForm>
    </section>
  );
}

/** Whether an address is on the roster: it stands in a body, never in an address. */
export async function findLine(c: C) {
  const { ctx, member, fields } = c.var;
  const email = parseEmail(fields.email ?? '');
  const line = await findOnRoster(ctx, { providerId: member.provider.id, email });
  const credit = await readCreditOnRoster(ctx, member.provider.id, line ? [line.ref] : []);
  return portalPage(
    c,
    { title: 'Find somebody' },
    <>
      <Opening heading={line ? 'On your roster' : 'Not on your roster'}>
        {!line && (
          <p>
            Nobody takes the course through you under <bdi>{email}</bdi>. They may not have
            confirmed yet, or they take it on their own.
          </p>
        )}
      </Opening>
      {line && <Lines c={c} lines={[line]} credit={credit} />}
      <FindForm c={c} email={email} />
      <p>
        <a href={at(c, '/roster')}>The whole roster</a>
      </p>
    </>,
  );
}

/** The roster as a file, for whoever may. */
function Download({ c }: { c: C }) {
  const { member } = c.var;
  return (
    <section aria-labelledby="download">
      <h2 id="download">Download the roster</h2>
      {member.mayExport ? (
        <ActForm action={at(c, '/export')} csrf={member.csrf} label="Download CSV" quiet>
          <p>
            The whole roster as a file for a spreadsheet, a line for each. That you downloaded it
            stands in the log, with how many lines it had. From then on the file is yours to
            protect, and to keep true: your first page says which lines to delete.
          </p>
        </ActForm>
      ) : (
        <p>Your role does not include downloads. An owner can let you.</p>
      )}
    </section>
  );
}

/** Streams the roster; each slice asks again whether whoever began it still may. */
export async function downloadRoster(c: C) {
  const { ctx, member, actor } = c.var;
  const { slug } = member.provider;
  if (!member.mayExport) {
    throw new DomainError(
      'not-found',
      'Your role does not include downloads. An owner can let you.',
    );
  }
  const held = cookieOf(c, PORTAL_PAGES.cookie);
  const csv = await exportRoster(ctx, {
    providerId: member.provider.id,
    actor,
    reason: '',
    async mayStill() {
      const found = await memberAt(ctx, held, slug);
      return typeof found !== 'string' && found.mayExport;
    },
  });
  const today = new Date(ctx.clock.now() * 1000).toISOString().slice(0, 10);
  return c.body(csv, 200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="in-the-room-${today}.csv"`,
  });
}
