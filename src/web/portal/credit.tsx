import type { Context as HonoContext } from 'hono';
import { speaksOfCredit } from '../../credit/adoption.ts';
import { credits, dayInWords, licenceInWords } from '../../credit/certificate.ts';
import { exportReport } from '../../credit/export-report.ts';
import {
  type Going,
  type ProviderCredit,
  readProviderCredit,
  type Way,
} from '../../credit/read-provider-credit.ts';
import { releaseClaim } from '../../credit/release-claim.ts';
import { stateInWords } from '../../credit/report.ts';
import { DomainError } from '../../errors.ts';
import { parseBase36 } from '../../id.ts';
import { memberAt } from '../../staff/read-session.ts';
import { cookieOf } from '../middleware/cookies.ts';
import { PORTAL_PAGES } from '../staff/rooms.ts';
import { ActForm, Empty, inFigures, Opening, Pager } from '../ui/desk.tsx';
import { Table } from '../ui/table.tsx';
import creditStyle from './credit.css?url';
import { at, type Portal, portalPage } from './portal.tsx';

type C = HonoContext<Portal>;

const SAID: Record<string, string> = {
  released: 'Let go. The certificate is issued, and its learner gets a mail.',
};

/** How far somebody is, in words. */
export const WAY_WORDS: Record<Way, string> = {
  named: 'at the test',
  passed: 'test passed',
  waits: 'complete, waits for you',
  complete: 'complete',
  issued: 'issued',
  refused: 'refused',
};

/** Who is on the way to a certificate, and who has one. */
export async function creditPage(c: C) {
  const { ctx, member } = c.var;
  const before = c.req.query('before') ?? null;
  const found = await readProviderCredit(ctx, { providerId: member.provider.id, before });
  return portalPage(
    c,
    { title: 'Certificates', said: SAID, styles: [creditStyle] },
    <>
      <Opening heading="Certificates">
        <p>
          {found.count === 0
            ? 'You keep no certificate yet.'
            : `You keep ${inFigures(found.count)} ${found.count === 1 ? 'certificate' : 'certificates'}.`}{' '}
          Of each learner you see what they have agreed to: name, license, days, score and how many
          tries it took. Nobody here sees an answer.
        </p>
      </Opening>
      {found.adoption === null && found.count === 0 ? (
        <Empty heading="Not yet">
          <p>
            Certificates begin once <bdi>{member.provider.name}</bdi> has agreed to a text of the
            course and to what it takes. Write to whoever runs the course.
          </p>
        </Empty>
      ) : (
        <>
          <Adopted c={c} found={found} />
          <GoingTable c={c} going={found.going} />
          <Certificates c={c} found={found} before={before} />
          <Download c={c} />
        </>
      )}
    </>,
  );
}

/** What the provider agreed to, and where it stands. */
function Adopted({ c, found }: { c: C; found: ProviderCredit }) {
  const { adoption } = found;
  if (adoption === null) return null;
  const { slug } = c.var.member.provider;
  return (
    <section aria-labelledby="agreed">
      <h2 id="agreed">What you agreed to</h2>
      <p>
        {adoption.endedAt === null
          ? `It runs until ${dayInWords(adoption.untilDay)}.`
          : 'It has ended: nobody begins under it any more, and what was issued stands.'}{' '}
        Agreed to by <bdi>{adoption.agreedBy}</bdi> on {dayInWords(adoption.agreedOn)}.{' '}
        {adoption.body.release === 'by-hand'
          ? 'Each certificate waits here until you let it go.'
          : 'Certificates are issued at once.'}
      </p>
      <ul class="credit-ways">
        <li>
          <a href={at(c, '/adoption')}>As it was agreed to</a>
        </li>
        <li>
          <a href={`/credit/${encodeURIComponent(slug)}`}>
            The page about it, to link from your site
          </a>
        </li>
        <li>
          <a href={at(c, '/credit/evaluation')}>What learners think of the course</a>
        </li>
        {speaksOfCredit(adoption.body) && (
          <li>
            <a href={at(c, '/credit/ce-broker')}>Report to CE Broker</a>
          </li>
        )}
      </ul>
    </section>
  );
}

const scoreOf = ({ right, tries }: Pick<Going, 'right' | 'tries'>) =>
  [right === null ? '' : `${right} right`, tries === 1 ? '1 try' : `${tries} tries`]
    .filter((each) => each !== '')
    .join(', ');

function GoingTable({ c, going }: { c: C; going: Going[] }) {
  const { member } = c.var;
  const waiting = going.some(({ way }) => way === 'waits');
  return (
    <section aria-labelledby="going">
      <h2 id="going">On the way</h2>
      {waiting && member.role !== 'owner' && <p>An owner lets certificates go.</p>}
      {going.length === 0 ? (
        <p>Nobody at present. Whoever has agreed that you see them stands here.</p>
      ) : (
        <Table
          caption="Who is on the way to a certificate, those that wait for you first"
          unseen
          columns={[
            { label: 'Name', long: true },
            { label: 'License', long: true },
            { label: 'Where' },
            { label: 'Test' },
            { label: 'Completed' },
            ...(waiting ? [{ label: '' }] : []),
          ]}
          rows={going.map((claim) => ({
            key: claim.id,
            cells: [
              <bdi key="name">{claim.name}</bdi>,
              <bdi key="licence">
                {claim.licences.map(licenceInWords).join('; ') || 'none given'}
              </bdi>,
              WAY_WORDS[claim.way],
              scoreOf(claim),
              claim.completedOn === null ? '' : dayInWords(claim.completedOn),
              ...(waiting
                ? [
                    claim.way === 'waits' && member.role === 'owner' ? (
                      <ActForm
                        key="release"
                        action={at(c, '/credit/release')}
                        csrf={member.csrf}
                        label="Let it go"
                        fields={{ claim: claim.id.toString(36) }}
                        quiet
                      />
                    ) : (
                      ''
                    ),
                  ]
                : []),
            ],
          }))}
        />
      )}
    </section>
  );
}

function Certificates(props: { c: C; found: ProviderCredit; before: string | null }) {
  const { c, found, before } = props;
  const { certificates, older } = found;
  const repeats = certificates.some((line) => line.repeats);
  return (
    <section aria-labelledby="issued">
      <h2 id="issued">Issued</h2>
      {certificates.length === 0 ? (
        <p>None yet.</p>
      ) : (
        <Table
          caption="Certificates, the newest first"
          unseen
          columns={[
            { label: 'Number' },
            { label: 'Name', long: true },
            { label: 'Completed' },
            { label: 'Hours', number: true },
            { label: 'Score' },
            { label: 'State' },
          ]}
          rows={certificates.map((line) => ({
            key: line.number,
            cells: [
              <a key="number" href={at(c, `/credit/certificates/${line.number}`)}>
                {line.number}
              </a>,
              <>
                <bdi>{line.name}</bdi>
                {line.latinName !== null && <> ({line.latinName})</>}
                {line.repeats && <span class="repeats"> another has this name</span>}
              </>,
              dayInWords(line.completedOn),
              line.hours === null ? 'none' : credits(line.hours),
              `${line.right} of ${line.of}, ${line.tries === 1 ? '1 try' : `${line.tries} tries`}`,
              stateInWords(line),
            ],
          }))}
        />
      )}
      {repeats && (
        <p>
          Where a name stands twice, it may be two people, or somebody who erased everything here
          and took the course again: nobody can know, and boards credit nobody twice.
        </p>
      )}
      <Pager
        newer={before === null ? undefined : at(c, '/credit')}
        older={older === null ? undefined : at(c, `/credit?before=${older}`)}
      />
    </section>
  );
}

function Download({ c }: { c: C }) {
  const { member } = c.var;
  return (
    <section aria-labelledby="report">
      <h2 id="report">Download the report</h2>
      {member.mayExport ? (
        <ActForm action={at(c, '/credit/report')} csrf={member.csrf} label="Download CSV" quiet>
          <p>
            Every certificate that you keep, a line for each, with all that it says, the score and
            whether it stands. That you downloaded it stands in the log. From then on the file is
            yours to protect.
          </p>
        </ActForm>
      ) : (
        <p>{NO_DOWNLOADS}</p>
      )}
    </section>
  );
}

const NO_DOWNLOADS = 'Your role does not include downloads. An owner can let you.';

/** @throws DomainError `not-found` for a role without downloads */
export function mustExport(c: C): void {
  if (!c.var.member.mayExport) throw new DomainError('not-found', NO_DOWNLOADS);
}

/** Lets a certificate go for which this provider has asked to be asked. */
export async function release(c: C) {
  const { ctx, member, actor, fields } = c.var;
  const claimId = parseBase36(fields.claim) ?? -1;
  const { kind } = await releaseClaim(ctx, {
    claimId,
    providerId: member.provider.id,
    actor,
    reason: '',
  });
  if (kind === 'issued') return c.redirect(at(c, '/credit?done=released'), 303);
  if (kind === 'waits') {
    throw new DomainError(
      'not-possible',
      'It does not wait for you any more: its learner goes on, or has ended what you see.',
    );
  }
  throw new DomainError('not-found', 'There is no such claim.');
}

/** The day, for the name of a file. */
export const todayIn = (c: C): string =>
  new Date(c.var.ctx.clock.now() * 1000).toISOString().slice(0, 10);

export const asFile = (name: string) => ({
  'Content-Type': 'text/csv; charset=utf-8',
  'Content-Disposition': `attachment; filename="${name}"`,
});

/** Streams the report; each slice asks again whether whoever began it still may. */
export async function downloadReport(c: C) {
  const { ctx, member, actor } = c.var;
  mustExport(c);
  const held = cookieOf(c, PORTAL_PAGES.cookie);
  const csv = await exportReport(ctx, {
    providerId: member.provider.id,
    actor,
    reason: '',
    async mayStill() {
      const found = await memberAt(ctx, held, member.provider.slug);
      return typeof found !== 'string' && found.mayExport;
    },
  });
  return c.body(csv, 200, asFile(`certificates-${todayIn(c)}.csv`));
}
