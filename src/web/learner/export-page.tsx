import { Hono } from 'hono';
import { DomainError } from '../../errors.ts';
import { type Export, exportAll } from '../../subscriber/export.ts';
import type { App } from '../middleware/context.ts';
import { Layout } from '../ui/layout.tsx';
import noteStyle from '../ui/note.css?url';
import learnerStyle from './learner.css?url';
import { badLink, CLOSED, deviceOf } from './link.ts';

/** Each part of what is held, in the order in which a person would look for it. */
const PARTS = {
  subscriber: 'You',
  log: 'Your practice log',
  claims: 'What you gave for a certificate',
  certificates: 'Certificates',
  enrollments: 'Your course, each time you took it',
  signups: 'What the forms said, and when you agreed to what',
  shares: 'What providers see of you',
  deliveries: 'Mails to you',
  events: 'What the mail service told us of them',
  links: 'Links that we mailed to you',
  devices: 'Devices that you opened',
  strangers: 'What others asked for at your address',
  suppression: 'Why no mail may go to your address',
  acts: 'What whoever runs the course did by hand',
} satisfies Record<keyof Export, string>;

/** Everything that is held about a learner: the same for a person and, as JSON, for a program. */
export const exportRoutes = new Hono<App>()
  .get('/learn/:token/export', async (c) => {
    const token = c.req.param('token');
    return c.html(
      <ExportPage token={token} data={await everything(c.var.ctx, token, deviceOf(c))} />,
    );
  })
  .get('/learn/:token/export.json', async (c) => {
    const data = await everything(c.var.ctx, c.req.param('token'), deviceOf(c));
    return c.body(JSON.stringify(data, null, 2), 200, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Disposition': 'attachment; filename="in-the-room.json"',
    });
  });

async function everything(...asked: Parameters<typeof exportAll>): Promise<Export> {
  const found = await exportAll(...asked);
  if (found.kind === 'bad-link') throw badLink();
  if (found.kind !== 'export') throw new DomainError('not-possible', CLOSED);
  return found.data;
}

function ExportPage({ token, data }: { token: string; data: Export }) {
  const base = `/learn/${token}`;
  return (
    <Layout
      styles={[noteStyle, learnerStyle]}
      title="Everything we hold about you"
      robots="noindex"
    >
      <p class="log-ways">
        <a href={base}>Your course</a>
      </p>
      <article class="learner export">
        <h1>Everything we hold about you</h1>
        <p class="log-ways">
          <a href={`${base}/export.json`}>The same as a file for programs (JSON)</a>
          <span>Times are in UTC. To print it, use your browser’s own way.</span>
        </p>
        {Object.entries(PARTS).map(([part, title]) => (
          <section key={part} aria-labelledby={part}>
            <h2 id={part}>{title}</h2>
            <Rows rows={[data[part as keyof Export] ?? []].flat()} />
          </section>
        ))}
        <p class="actions">
          <a href={base}>Back to your course</a>
        </p>
      </article>
    </Layout>
  );
}

function Rows({ rows }: { rows: object[] }) {
  if (rows.length === 0) return <p>Nothing.</p>;
  return (
    <>
      {rows.map((row, index) => (
        <dl key={String(index)} class="export-row">
          {Object.entries(row)
            .filter(([, value]) => value !== null && value !== '')
            .map(([name, value]) => (
              <div key={name}>
                <dt>{inWords(name)}</dt>
                <dd>{said(value)}</dd>
              </div>
            ))}
        </dl>
      ))}
    </>
  );
}

/** "acceptedAt" as "accepted at". */
const inWords = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** An instant without what a reader does not need. */
function said(value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const [, day, minute] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):[\d.]+Z$/.exec(text) ?? [];
  return day && minute ? `${day} ${minute}` : text;
}
