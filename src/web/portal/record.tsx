import type { Context as HonoContext } from 'hono';
import { isoInstant } from '../../clock.ts';
import { completion, dayInWords } from '../../credit/certificate.ts';
import { linesOf } from '../../credit/edition.ts';
import { readNumber } from '../../credit/number.ts';
import { registerAddress } from '../../credit/own-certificates.ts';
import { type ProviderRecord, readRecord, readRecordText } from '../../credit/read-record.ts';
import { DomainError } from '../../errors.ts';
import certificateStyle from '../ui/certificate.css?url';
import { CertificateText } from '../ui/certificate.tsx';
import { Opening } from '../ui/desk.tsx';
import printStyle from '../ui/print.css?url';
import { Table } from '../ui/table.tsx';
import creditStyle from './credit.css?url';
import { at, type Portal, portalPage } from './portal.tsx';

type C = HonoContext<Portal>;

const unknown = () =>
  new DomainError('not-found', 'You keep no certificate with this number, or no more.');

const day = (instant: number) => dayInWords(isoInstant(instant).slice(0, 10));

/** Whose certificate an address names. @throws DomainError `not-found` */
function asked(c: C): { providerId: number; number: string } {
  const number = readNumber(c.req.param('number') ?? '');
  if (number === null) throw unknown();
  return { providerId: c.var.member.provider.id, number };
}

/** All that a board may ask for about one certificate, to print. */
export async function recordPage(c: C) {
  const { ctx } = c.var;
  const record = await readRecord(ctx, asked(c));
  if (!record) throw unknown();
  const { number, printed, pictures } = record;
  const register = registerAddress(ctx.settings.baseUrl, number);
  return portalPage(
    c,
    { title: `Certificate ${number}`, styles: [certificateStyle, creditStyle, printStyle] },
    <>
      <Opening heading={`Record of certificate ${number}`}>
        <p>
          {stateOf(record)} You keep it until {day(record.keepUntil)}.
          {record.erased &&
            ' Its holder has erased what the course held about them; strangers read no more than that it was issued.'}
        </p>
        <p class="no-print">
          To print it, use your browser’s own way. <a href={at(c, '/credit')}>All certificates</a>
        </p>
      </Opening>
      <section aria-label="The certificate">
        <CertificateText {...{ number, printed, pictures, register }} named />
      </section>
      <Facts record={record} />
      <Lessons c={c} record={record} />
      <Agreed record={record} />
    </>,
  );
}

function stateOf({ state, withdrawnAt, replacedBy, why, replaces }: ProviderRecord): string {
  const reason = why === null ? '' : ` The reason: ${why}`;
  const before = replaces === null ? '' : ` It stands in the place of ${replaces}.`;
  if (state === 'stands') return `It stands.${before}`;
  const on = withdrawnAt === null ? '' : ` on ${day(withdrawnAt)}`;
  return replacedBy === null
    ? `It was withdrawn${on}.${reason}`
    : `It was replaced by ${replacedBy}${on}.${reason}`;
}

/** What no paper says, and a board may ask for. */
function Facts({ record: { record, printed, issuedAt, reportedAt } }: { record: ProviderRecord }) {
  const { right, of, needed, tries, attested, method, minutes } = record;
  const rows: [string, string][] = [
    ['Completed', completion(printed)],
    ['Issued', day(issuedAt)],
    [
      'Post-test',
      `${right} of ${of} right; ${needed} were needed; ${tries === 1 ? 'the first try' : `${tries} tries`}`,
    ],
    ['Attested', `${isoInstant(attested.at).slice(0, 16).replace('T', ' ')} UTC`],
    ['In these words', attested.words],
    ['How the hours were counted', `${minutes} minutes. ${method}`],
    ...(reportedAt === null ? [] : [['Reported', day(reportedAt)] satisfies [string, string]]),
  ];
  return (
    <section aria-labelledby="facts">
      <h2 id="facts">How it came about</h2>
      <dl class="record">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Lessons({ c, record }: { c: C; record: ProviderRecord }) {
  return (
    <section aria-labelledby="lessons">
      <h2 id="lessons">What was read</h2>
      <Table
        caption="The eight lessons, when each was sent, and which text it was"
        unseen
        columns={[{ label: 'Lesson' }, { label: 'Sent' }, { label: 'Text (SHA-256)', long: true }]}
        rows={record.lessons.map(({ lesson, day: sent, title, textHash }) => ({
          key: lesson,
          cells: [
            <a key="text" href={at(c, `/credit/certificates/${record.number}/lessons/${lesson}`)}>
              {lesson}. {title ?? 'The text'}
            </a>,
            dayInWords(sent),
            <span key="hash" class="hash">
              {textHash}
            </span>,
          ],
        }))}
      />
    </section>
  );
}

function Agreed({ record: { record, adoption } }: { record: ProviderRecord }) {
  return (
    <section aria-labelledby="agreed">
      <h2 id="agreed">What you had agreed to</h2>
      <dl class="record">
        {adoption && (
          <>
            <div>
              <dt>Agreed to</dt>
              <dd>
                By {adoption.agreedBy} on {dayInWords(adoption.agreedOn)}:{' '}
                <a href={`/achievements/${adoption.id.toString(36)}`}>
                  the course information as it stood
                </a>
              </dd>
            </div>
            <div>
              <dt>Administrator</dt>
              <dd>{adoption.body.administrator}</dd>
            </div>
            <div>
              <dt>Planned by</dt>
              <dd>{adoption.body.planners.join('; ')}</dd>
            </div>
            <div>
              <dt>For whom</dt>
              <dd>
                {adoption.body.audience} {adoption.body.level}
              </dd>
            </div>
            <div>
              <dt>Disclosure</dt>
              <dd>{adoption.body.disclosure}</dd>
            </div>
            <div>
              <dt>Checked to be current</dt>
              <dd>
                {dayInWords(adoption.body.reviewedOn)}, by {adoption.body.reviewedBy}
              </dd>
            </div>
          </>
        )}
        <div>
          <dt>The agreement (SHA-256)</dt>
          <dd class="hash">{record.adoption}</dd>
        </div>
        <div>
          <dt>Edition (SHA-256)</dt>
          <dd class="hash">{record.edition}</dd>
        </div>
      </dl>
    </section>
  );
}

/** A lesson as the holder of a certificate was sent it. */
export async function recordTextPage(c: C) {
  const whose = asked(c);
  const lesson = Number(/^[1-8]$/.exec(c.req.param('lesson') ?? '')?.[0] ?? 0);
  const text = await readRecordText(c.var.ctx, { ...whose, lesson });
  if (!text) throw unknown();
  return portalPage(
    c,
    { title: text.title, styles: [creditStyle, printStyle] },
    <>
      <Opening heading={`${lesson}. ${text.title}`}>
        <p>
          As it was sent on {dayInWords(text.day)} to the holder of{' '}
          <a href={at(c, `/credit/certificates/${whose.number}`)}>{whose.number}</a>. The words
          alone: not how mail and page looked.
        </p>
        <p class="hash">SHA-256 {text.hash}</p>
      </Opening>
      <section class="record-text" aria-labelledby="objectives">
        <h2 id="objectives">Learning objectives</h2>
        <ul>
          {text.objectives.map((objective) => (
            <li key={objective.id}>{objective.text}</li>
          ))}
        </ul>
      </section>
      <section class="record-text" aria-label="Text">
        {linesOf(text).map((line, index) => {
          const key = String(index);
          if (line.kind === 'heading') return <h2 key={key}>{line.text}</h2>;
          return (
            <p key={key} class={line.kind === 'paragraph' ? undefined : `record-${line.kind}`}>
              {line.text}
            </p>
          );
        })}
      </section>
    </>,
  );
}
