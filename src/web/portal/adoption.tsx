import type { Context as HonoContext } from 'hono';
import { wallTimeInWords } from '../../course/schedule.ts';
import { speaksOfCredit } from '../../credit/adoption.ts';
import { canonical } from '../../credit/canonical.ts';
import { credits, dayInWords } from '../../credit/certificate.ts';
import { adoptionsOf, type Information } from '../../credit/read-adoptions.ts';
import { DomainError } from '../../errors.ts';
import { Empty, Opening } from '../ui/desk.tsx';
import { Table } from '../ui/table.tsx';
import { at, type Portal, portalPage } from './portal.tsx';

type C = HonoContext<Portal>;

const nameOf = ({ adoption }: Information) => adoption.id.toString(36);

/** Whether it is the one by which learners begin now. */
const runs = ({ adoption, today }: Information) =>
  adoption.endedAt === null && today <= adoption.untilDay;

/** What this provider agreed to, as it was agreed to, and what has followed from it since. */
export async function adoptionPage(c: C) {
  const { slug } = c.var.member.provider;
  const adoptions = (await adoptionsOf(c.var.ctx, slug)) ?? [];
  const [now, ...before] = adoptions;
  if (!now) {
    return portalPage(
      c,
      { title: 'Adoption' },
      <>
        <Opening heading="Adoption" />
        <Empty heading="You have not adopted the course">
          <p>
            Your learners take it as it is, and get no certificate from you. If you want to give
            one, write to whoever runs the course: they take in what you agree to.
          </p>
        </Empty>
      </>,
    );
  }
  return portalPage(
    c,
    { title: 'Adoption' },
    <>
      <Opening heading="Adoption">
        <p>
          {runs(now)
            ? `You offer the course to your learners from ${dayInWords(now.adoption.fromDay)} until ${dayInWords(now.adoption.untilDay)}, in your own words.`
            : 'It has ended: nobody begins the way to your certificate any more.'}{' '}
          {now.adoption.agreedBy} agreed to exactly this on {dayInWords(now.adoption.agreedOn)}. It
          is never changed; if something has to be otherwise, another adoption follows it.
        </p>
      </Opening>
      <p>
        <a href={`/credit/${encodeURIComponent(slug)}`}>What your learners read of it</a> is the
        page to link to from your own site.
      </p>
      <Numbers information={now} />
      {speaksOfCredit(now.adoption.body) && <Approvals information={now} />}
      <Texts c={c} information={now} />
      <section aria-labelledby="exactly">
        <h2 id="exactly">Exactly what was agreed to</h2>
        <p>
          <a href={at(c, `/adoption/${nameOf(now)}.json`)}>The whole text, as a file</a>. Its
          SHA-256 is <code>{now.adoption.bodyHash}</code>
        </p>
      </section>
      {before.length > 0 && <Before c={c} before={before} />}
    </>,
  );
}

/** The text itself, byte by byte as its hash was made. */
export async function adoptionText(c: C) {
  const { slug } = c.var.member.provider;
  const adoptions = (await adoptionsOf(c.var.ctx, slug)) ?? [];
  const wanted = c.req.param('file');
  const found = adoptions.find((each) => `${nameOf(each)}.json` === wanted);
  if (!found) throw new DomainError('not-found', 'There is nothing at this address.');
  c.header('Content-Disposition', `attachment; filename="adoption-${nameOf(found)}.json"`);
  return c.body(canonical(found.adoption.body), 200, {
    'content-type': 'application/json; charset=utf-8',
  });
}

const ASKED = { no: 'is not asked', may: 'may be given', must: 'must be given' };

function Numbers({ information }: { information: Information }) {
  const { body, struck } = information.adoption;
  const { hours, asks } = body;
  const numbers: [string, string][] = [
    ['Time', `${hours.minutes} minutes at least, counted as ${credits(hours.count)} hours`],
    ['Pass mark', `${body.passMark} %`],
    ['Tries', body.tries === null ? 'as many as are wanted' : String(body.tries)],
    ['Wait', `${body.waitHours} hours after the second failure, and each further one`],
    ['Evaluation', body.evaluation === 'required' ? 'required' : 'invited, and may be skipped'],
    [
      'Certificate',
      body.release === 'at-once' ? 'at once' : 'when you let it go, learner by learner',
    ],
    ['License number', ASKED[asks.licence]],
    ['Jurisdiction', ASKED[asks.jurisdiction]],
    ['Profession', ASKED[asks.profession]],
    [
      'Name on the register',
      body.nameOnRegister === 'never' ? 'never shown' : 'shown if the learner says so',
    ],
    ['Kept', `${body.retentionYears} years after completion`],
    ['Checked to be current', `${dayInWords(body.reviewedOn)}, by ${body.reviewedBy}`],
    ['To be checked again', `by ${dayInWords(body.reviewBy)}`],
    ...(struck.length === 0
      ? []
      : [['Questions that count as right', struck.join(', ')] as [string, string]]),
  ];
  return (
    <Table
      caption="What you decided"
      columns={[{ label: 'What' }, { label: 'How', long: true }]}
      rows={numbers.map(([what, how]) => ({ key: what, cells: [what, how] }))}
    />
  );
}

function Approvals({ information }: { information: Information }) {
  const { approvals } = information.adoption.body;
  return (
    <Table
      caption="Approvals"
      columns={[
        { label: 'Credit', long: true },
        { label: 'Number' },
        { label: 'Period' },
        { label: 'Held since' },
        { label: 'What was seen', long: true },
      ]}
      rows={approvals.map((each) => ({
        key: each.kind,
        cells: [
          `${credits(each.credits)} ${each.creditName}`,
          each.number,
          `${each.validFrom} to ${each.validUntil}`,
          each.heldSince,
          each.evidence,
        ],
      }))}
    />
  );
}

const HOW = {
  adopted: 'Agreed to',
  followed: 'A correction, which followed by itself',
  accepted: 'Accepted by your word',
};

/** Texts of lessons that count as read. */
function Texts({ c, information }: { c: C; information: Information }) {
  const { accepts } = information.adoption;
  const texts = accepts.toSorted((one, other) => one.lesson - other.lesson || one.at - other.at);
  return (
    <Table
      caption="Texts that count as read"
      columns={[
        { label: 'Lesson' },
        { label: 'How it came to count', long: true },
        { label: 'Since (UTC)' },
        { label: 'Text' },
      ]}
      rows={texts.map(({ lesson, how, at: since, text }) => ({
        key: text,
        // The post-test stands beside the lessons, as no lesson.
        cells: [
          lesson === 0 ? 'Post-test' : String(lesson),
          HOW[how],
          wallTimeInWords(since, 'UTC', c.var.ctx.clock.now()),
          <code key="text">{text.slice(0, 12)}</code>,
        ],
      }))}
    />
  );
}

function Before({ c, before }: { c: C; before: Information[] }) {
  return (
    <Table
      caption="Earlier ones"
      columns={[
        { label: 'From' },
        { label: 'Until' },
        { label: 'Agreed to by', long: true },
        { label: 'As it was' },
      ]}
      rows={before.map((each) => ({
        key: nameOf(each),
        cells: [
          each.adoption.fromDay,
          each.adoption.untilDay,
          `${each.adoption.agreedBy}, ${each.adoption.agreedOn}`,
          <>
            <a key="page" href={`/achievements/${nameOf(each)}`}>
              Page
            </a>
            , <a href={at(c, `/adoption/${nameOf(each)}.json`)}>file</a>
          </>,
        ],
      }))}
    />
  );
}
