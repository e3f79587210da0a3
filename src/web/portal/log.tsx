import type { Context as HonoContext } from 'hono';
import { wallTimeInWords } from '../../course/schedule.ts';
import { type DoneLine, readProviderLog } from '../../staff/read-provider-log.ts';
import { Empty, Opening, Pager } from '../ui/desk.tsx';
import { Table } from '../ui/table.tsx';
import { at, type Portal, portalPage } from './portal.tsx';

type C = HonoContext<Portal>;

/** What was done, by its verb. */
const DONE: Record<string, string> = {
  'add-provider': 'Took this provider in',
  'change-provider': 'Changed the settings',
  'change-logo': 'Changed the logo',
  'pause-provider': 'Paused the form',
  'resume-provider': 'Let the form take signups again',
  'rotate-key': 'Replaced the key',
  'end-key': 'Ended a replaced key',
  'invite-member': 'Invited somebody',
  'change-member': 'Changed somebody’s role',
  'remove-member': 'Took somebody out',
  adopt: 'Adopted the course, as agreed',
  'end-adoption': 'Ended the adoption of the course',
  'release-claim': 'Let a certificate go',
  'refuse-claim': 'Refused a certificate',
  'claim-again': 'Let somebody begin once more',
  'replace-certificate': 'Put another certificate in the place of one',
  'withdraw-certificate': 'Withdrew a certificate',
  'forget-certificate': 'Forgot what a certificate said',
  'strike-comment': 'Struck a comment of an evaluation',
  'export-begun': 'Began to download the roster, and did not finish',
};

/** What was done with how many, which stand behind the colon of the subject. */
const COUNTED: Record<string, { did: string; one: string; several: string }> = {
  exported: { did: 'Downloaded the roster', one: 'line', several: 'lines' },
  'download-report': {
    did: 'Downloaded the report of certificates',
    one: 'line',
    several: 'lines',
  },
  'download-ce-broker': {
    did: 'Downloaded a file for CE Broker',
    one: 'line',
    several: 'lines',
  },
  'mark-reported': {
    did: 'Said that certificates are reported',
    one: 'certificate',
    several: 'certificates',
  },
};

function deedOf({ verb, subject }: DoneLine): string {
  const counted = COUNTED[verb];
  if (!counted) return DONE[verb] ?? verb.replaceAll('-', ' ');
  const count = Number(subject?.split(':')[1]);
  const { did, one, several } = counted;
  return `${did}: ${count.toLocaleString('en-US')} ${count === 1 ? one : several}`;
}

function Who({ by }: { by: DoneLine['by'] }) {
  if (by.kind === 'member') return <bdi>{by.email}</bdi>;
  return <>{by.kind === 'former' ? 'Somebody who has left' : 'Whoever runs the course'}</>;
}

/** What was done for this provider, and by whom. */
export async function logPage(c: C) {
  const { ctx, member } = c.var;
  const typed = c.req.query('before') ?? '';
  const before = /^\d{1,15}$/.test(typed) ? Number(typed) : null;
  const { lines, older } = await readProviderLog(ctx, member.provider.id, before);
  return portalPage(
    c,
    { title: 'Log' },
    <>
      <Opening heading="Log">
        <p>What was changed or downloaded here, by your people and by whoever runs the course.</p>
      </Opening>
      {lines.length === 0 ? (
        <Empty heading="Nothing yet">
          <p>Whatever somebody changes or downloads here will stand in this list.</p>
        </Empty>
      ) : (
        <Table
          caption="What was done, the newest first"
          unseen
          columns={[{ label: 'When (UTC)' }, { label: 'Who', long: true }, { label: 'What' }]}
          rows={lines.map((line) => ({
            key: line.id,
            cells: [
              wallTimeInWords(line.at, 'UTC', ctx.clock.now()),
              <Who key="who" by={line.by} />,
              deedOf(line),
            ],
          }))}
        />
      )}
      <Pager older={older === null ? undefined : at(c, `/log?before=${older}`)} />
    </>,
  );
}
