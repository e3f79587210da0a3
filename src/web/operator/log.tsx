import { readLog } from '../../staff/read-log.ts';
import { Empty, Opening, Pager } from '../ui/desk.tsx';
import { Table } from '../ui/table.tsx';
import { type C, consolePage } from './console.tsx';
import { addressFor, subjectInWords, timeOf } from './words.ts';

/** Who did what by hand, when, and why. */
export async function logPage(c: C) {
  const before = c.req.query('before') ?? '';
  const { lines, older } = await readLog(
    c.var.ctx,
    /^\d{1,15}$/.test(before) ? Number(before) : null,
  );
  return consolePage(
    c,
    { title: 'Log' },
    <>
      <Opening heading="Log">
        <p>
          Everything that somebody did by hand, here or at the terminal, with the reason they gave.
        </p>
      </Opening>
      {lines.length === 0 ? (
        <Empty heading="Nobody has done anything by hand">
          <p>Whatever is stopped, let go or changed will stand here.</p>
        </Empty>
      ) : (
        <Table
          caption="What was done by hand, newest first"
          unseen
          columns={[
            { label: 'When' },
            { label: 'Who', long: true },
            { label: 'What' },
            { label: 'Why', long: true },
          ]}
          rows={lines.map(({ id, at, who, verb, subject, subscriber, reason }) => ({
            key: id,
            cells: [
              timeOf(c, at),
              <bdi key="who">{who.includes('@') ? addressFor(c, who) : who}</bdi>,
              <>
                {verb.replaceAll('-', ' ')} {subject !== null && subjectInWords(subject)}{' '}
                {subscriber && <a href={`/operator/people/${subscriber}`}>{subscriber}</a>}
              </>,
              <bdi key="why">{reason}</bdi>,
            ],
          }))}
        />
      )}
      <Pager older={older === null ? undefined : `/operator/log?before=${older}`} />
    </>,
  );
}
