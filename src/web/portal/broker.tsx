import type { Context as HonoContext } from 'hono';
import { dayInWords } from '../../credit/certificate.ts';
import { readNumber } from '../../credit/number.ts';
import { type BrokerLine, STATES, stateInWords } from '../../credit/report.ts';
import { type Broker, exportBroker, readBroker, sayReported } from '../../credit/report-broker.ts';
import { DomainError } from '../../errors.ts';
import { typedInto } from '../staff/again.ts';
import { ActForm, Opening } from '../ui/desk.tsx';
import { Button, SelectField, TextField } from '../ui/fields.tsx';
import { Table } from '../ui/table.tsx';
import { asFile, mustExport, todayIn } from './credit.tsx';
import { at, type Portal, portalPage } from './portal.tsx';

type C = HonoContext<Portal>;

const SAID: Record<string, string> = {
  reported: 'Written down. These stand in no later file.',
};

/** The state that is asked for: Florida’s board began it. */
const stateIn = (typed: string | undefined): string =>
  Object.values(STATES).find((code) => code === typed) ?? 'FL';

/** What is to be reported to CE Broker, and what of it has changed. */
export async function brokerPage(c: C) {
  const { ctx, member, fields } = c.var;
  const state = stateIn(c.req.query('state') ?? fields?.state);
  const broker = await readBroker(ctx, { providerId: member.provider.id, states: [state] });
  // Without an approval nothing speaks of credit, and so no page of this.
  if (!broker.approved) throw new DomainError('not-found', 'There is nothing at this address.');
  return portalPage(
    c,
    { title: 'Report to CE Broker', said: SAID },
    <>
      <Opening heading="Report to CE Broker">
        <p>
          {sentenceOf(broker.lines, state)} <a href={at(c, '/credit')}>All certificates</a>
        </p>
      </Opening>
      <form class="act" method="get" action={at(c, '/credit/ce-broker')}>
        <SelectField name="state" label="For licenses of">
          {Object.entries(STATES).map(([name, code]) => (
            <option key={code} value={code} selected={code === state}>
              {name}
            </option>
          ))}
        </SelectField>
        <Button quiet>Show</Button>
      </form>
      {broker.lines.length > 0 && <Lines c={c} lines={broker.lines} state={state} />}
      <Corrections c={c} broker={broker} />
    </>,
  );
}

function sentenceOf(lines: BrokerLine[], state: string): string {
  const name = Object.keys(STATES).find((each) => STATES[each] === state) ?? state;
  if (lines.length === 0) return `Nothing is to be reported for ${name}.`;
  const count = lines.length === 1 ? '1 license is' : `${lines.length} licenses are`;
  return `${count} to be reported for ${name}.`;
}

const numbersOf = (lines: readonly { certificate: string }[]) =>
  [...new Set(lines.map(({ certificate }) => certificate))].join(' ');

function Lines({ c, lines, state }: { c: C; lines: BrokerLine[]; state: string }) {
  const { member } = c.var;
  const here = at(c, '/credit/ce-broker');
  const along = { state, certificates: numbersOf(lines) };
  return (
    <>
      <section aria-labelledby="lines">
        <h2 id="lines">To be reported</h2>
        <Table
          caption="Licenses to be reported, the oldest certificate first"
          unseen
          columns={[
            { label: 'Name', long: true },
            { label: 'License' },
            { label: 'Profession', long: true },
            { label: 'Completed' },
            { label: 'Certificate' },
          ]}
          rows={lines.map((line) => ({
            key: `${line.certificate} ${line.licence}`,
            cells: [
              <bdi key="name">{line.name}</bdi>,
              line.licence,
              line.profession || 'not given',
              dayInWords(line.completedOn),
              <a key="number" href={at(c, `/credit/certificates/${line.certificate}`)}>
                {line.certificate}
              </a>,
            ],
          }))}
        />
      </section>
      <section aria-labelledby="file">
        <h2 id="file">1. The file</h2>
        {member.mayExport ? (
          <ActForm action={here} csrf={member.csrf} label="Download" quiet fields={along}>
            <p>
              Columns A to H of CE Broker’s sheet, without its headings: paste them below these. The
              file marks nothing as reported. Look through licenses and professions first: they
              stand as the learner wrote them.
            </p>
            <TextField
              name="provider"
              label="Your provider number at CE Broker"
              hint="Without the 50- before it."
              {...typedInto(c, here, 'provider')}
              inputmode="numeric"
              autocomplete="off"
              maxlength={20}
              required
            />
            <TextField
              name="course"
              label="The course’s number there"
              hint="Without the 20- before it; or your own name for the course, if you gave it one there."
              {...typedInto(c, here, 'course')}
              autocomplete="off"
              maxlength={40}
              required
            />
          </ActForm>
        ) : (
          <p>Your role does not include downloads. An owner can let you.</p>
        )}
      </section>
      <section aria-labelledby="uploaded">
        <h2 id="uploaded">2. When CE Broker has taken it</h2>
        {member.mayExport ? (
          <ActForm
            action={at(c, '/credit/reported')}
            csrf={member.csrf}
            label="I uploaded this"
            fields={along}
          >
            <p>
              Writes down that the licenses above are reported, so that they stand in no later file.
              CE Broker takes no line twice.
            </p>
          </ActForm>
        ) : (
          <p>Whoever may download says so here.</p>
        )}
      </section>
    </>
  );
}

function Corrections({ c, broker }: { c: C; broker: Broker }) {
  const { member } = c.var;
  const { corrections } = broker;
  if (corrections.length === 0) return null;
  const open = corrections.filter(({ reportedAt }) => reportedAt === null);
  return (
    <section aria-labelledby="corrections">
      <h2 id="corrections">Changed since it was reported</h2>
      <p>No file can say this to CE Broker: please tell it yourselves.</p>
      <Table
        caption="Certificates that have changed since they were reported"
        unseen
        columns={[{ label: 'Certificate' }, { label: 'Name', long: true }, { label: 'What' }]}
        rows={corrections.map((line) => ({
          key: line.number,
          cells: [
            <a key="number" href={at(c, `/credit/certificates/${line.number}`)}>
              {line.number}
            </a>,
            <bdi key="name">{line.name}</bdi>,
            line.state === 'stands'
              ? 'stands in the place of one that was reported'
              : stateInWords(line),
          ],
        }))}
      />
      {open.length > 0 && member.mayExport && (
        <ActForm
          action={at(c, '/credit/reported')}
          csrf={member.csrf}
          label="I told CE Broker"
          quiet
          fields={{ certificates: open.map(({ number }) => number).join(' ') }}
        />
      )}
    </section>
  );
}

/** As a form carries them: numbers in their one spelling, whatever else stands between them. */
const certificatesIn = (typed = ''): string[] =>
  typed.split(' ').flatMap((number) => readNumber(number) ?? []);

/** @throws DomainError `bad-input` with this field */
function nameAtBroker(typed: string | undefined, field: string, pattern: RegExp): string {
  const text = (typed ?? '').trim();
  if (!pattern.test(text)) {
    const message = 'Letters, digits and hyphens, as CE Broker gave it to you.';
    throw new DomainError('bad-input', message, field);
  }
  return text;
}

/** The sheet, with what stood on the page. */
export async function downloadBroker(c: C) {
  const { ctx, member, actor, fields } = c.var;
  mustExport(c);
  const state = stateIn(fields.state);
  const numbers = {
    provider: nameAtBroker(fields.provider, 'provider', /^[\d-]{1,20}$/),
    course: nameAtBroker(fields.course, 'course', /^[\p{L}\p{N} ._-]{1,40}$/u),
  };
  const sheet = await exportBroker(ctx, {
    providerId: member.provider.id,
    states: [state],
    numbers,
    certificates: certificatesIn(fields.certificates),
    actor,
  });
  return c.body(sheet, 200, asFile(`ce-broker-${state.toLowerCase()}-${todayIn(c)}.csv`));
}

/** That a provider has reported these: its word alone says so. */
export async function markUploaded(c: C) {
  const { ctx, member, actor, fields } = c.var;
  mustExport(c);
  await sayReported(ctx, {
    providerId: member.provider.id,
    certificates: certificatesIn(fields.certificates),
    actor,
  });
  const query = new URLSearchParams({ done: 'reported', state: stateIn(fields.state) });
  return c.redirect(at(c, `/credit/ce-broker?${query}`), 303);
}
