import type { Level } from '../../delivery/rates.ts';
import { type Rates, readRates } from '../../delivery/read-rates.ts';
import { readRecords } from '../../delivery/read-records.ts';
import { isAmiss, type RecordState } from '../../delivery/records.ts';
import { inFigures, Opening } from '../ui/desk.tsx';
import { Table } from '../ui/table.tsx';
import { type C, consolePage } from './console.tsx';
import { timeOf } from './words.ts';

const LEVEL: Record<Level, string> = {
  few: 'too few to say',
  well: 'well',
  amber: 'amber: look into it',
  red: 'red: Resend may pause the account',
};

const STATE: Record<RecordState, string> = {
  well: 'As it should be',
  missing: 'Missing',
  wrong: 'Not as it should be',
  unknown: 'Nobody answered; look again in a minute',
};

/** How well mail is liked where it arrives, and what mailboxes see of the domain. */
export async function healthPage(c: C) {
  const [{ rates, families }, found] = await Promise.all([
    readRates(c.var.ctx),
    readRecords(c.var.ctx),
  ]);
  const [week] = rates;
  const amiss = found?.records.filter(isAmiss) ?? [];
  return consolePage(
    c,
    { title: 'Health' },
    <>
      <Opening heading="Health">
        <p>
          {saidOf(week)}
          {amiss.length > 0 &&
            ` Of the domain, ${amiss.map(({ what }) => what).join(' and ')} ${amiss.length === 1 ? 'needs' : 'need'} a hand.`}
        </p>
      </Opening>
      <section aria-labelledby="rates">
        <h2 id="rates">What became of the mails</h2>
        <Table
          caption="What became of the mails"
          unseen
          columns={[
            { label: 'Over' },
            { label: 'Taken', number: true },
            { label: 'Came back for good' },
            { label: 'For a while', number: true },
            { label: 'Called spam' },
          ]}
          rows={rates.map((each) => ({
            key: each.days,
            cells: [
              `${each.days} days`,
              inFigures(each.accepted),
              share(each, 'hard'),
              inFigures(each.soft),
              share(each, 'complaints'),
            ],
          }))}
        />
        <p class="aside">
          Amber from 2 % that come back for good and 0.08 % that are called spam, red from 4 % and
          0.3 %. Under 100 mails nothing is said, nor of fewer than three complaints.
        </p>
      </section>
      <section aria-labelledby="families">
        <h2 id="families">By whose mailboxes, in 30 days</h2>
        <Table
          caption="Bounces and complaints by whose mailboxes they came from, in 30 days"
          unseen
          columns={[
            { label: 'Mailboxes of' },
            { label: 'Came back', number: true },
            { label: 'Called spam' },
          ]}
          rows={withGmail(families).map(({ name, bounces, complaints }) => ({
            key: name,
            cells: [
              name,
              inFigures(bounces),
              name === 'Gmail' ? (
                <>
                  Gmail tells nobody. Look in{' '}
                  <a href="https://postmaster.google.com/">Postmaster Tools</a>.
                </>
              ) : (
                inFigures(complaints)
              ),
            ],
          }))}
        />
      </section>
      <section aria-labelledby="records">
        <h2 id="records">What mailboxes see of the domain</h2>
        {found === null ? (
          <p>No mail leaves this machine, so no domain is asked for.</p>
        ) : (
          <>
            <Table
              caption={`Records of ${found.domain}`}
              unseen
              columns={[
                { label: 'Record' },
                { label: 'Name', long: true },
                { label: 'State' },
                { label: 'Found', long: true },
                { label: 'Wanted', long: true },
              ]}
              rows={found.records.map(({ what, name, state, found: text, wanted }) => ({
                key: what,
                cells: [
                  what,
                  name,
                  STATE[state],
                  text === null ? 'nothing' : <code key="found">{shortened(text)}</code>,
                  state === 'well' ? '' : wanted,
                ],
              }))}
            />
            <p class="aside">
              As it stood at {timeOf(c, found.at)}. It is asked for again after ten minutes. Resend
              shows each record under Domains.
            </p>
          </>
        )}
      </section>
    </>,
  );
}

function saidOf({ levels, accepted }: Rates): string {
  const worse = [levels.hard, levels.complaints];
  if (worse.includes('red')) return 'Too much mail comes back or is called spam.';
  if (worse.includes('amber')) return 'More mail comes back or is called spam than should.';
  if (levels.hard === 'few') {
    return `${inFigures(accepted)} ${accepted === 1 ? 'mail' : 'mails'} in seven days are too few to say how well they are liked.`;
  }
  return 'Mail arrives, and hardly anybody calls it spam.';
}

/** A count, its share, and what that means; no share where it would say nothing. */
function share({ accepted, levels, ...counts }: Rates, what: 'hard' | 'complaints'): string {
  const level = levels[what];
  if (level === 'few') return `${inFigures(counts[what])} (${LEVEL.few})`;
  const percent = ((counts[what] / Math.max(accepted, 1)) * 100).toFixed(2);
  return `${inFigures(counts[what])}, ${percent} % (${LEVEL[level]})`;
}

/** Gmail stands there whether or not anything came back from it: its silence is no good news. */
function withGmail(families: { name: string; bounces: number; complaints: number }[]) {
  const gmail = families.find(({ name }) => name === 'Gmail') ?? {
    name: 'Gmail',
    bounces: 0,
    complaints: 0,
  };
  return [gmail, ...families.filter(({ name }) => name !== 'Gmail')];
}

const shortened = (text: string) => (text.length > 80 ? `${text.slice(0, 80)} …` : text);
