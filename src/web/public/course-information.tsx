import { Hono } from 'hono';
import { HOUR } from '../../clock.ts';
import { dateAfter } from '../../course/schedule.ts';
import { achievementOf, plain } from '../../credit/achievement.ts';
import { formatOf, speaksOfCredit } from '../../credit/adoption.ts';
import { credits, dayInWords, limitsOf, signerInWords } from '../../credit/certificate.ts';
import { neededOf } from '../../credit/post-test.ts';
import {
  adoptionInformation,
  courseInformation,
  type Information,
} from '../../credit/read-adoptions.ts';
import { DomainError } from '../../errors.ts';
import { parseBase36 } from '../../id.ts';
import type { App } from '../middleware/context.ts';
import { Layout } from '../ui/layout.tsx';
import proseStyle from '../ui/prose.css?url';
import informationStyle from './course-information.css?url';
import { openToAll } from './open-to-all.ts';

/** What a provider says of the course: as it offers it now, and as each adoption was agreed to, for ever. */
export const informationRoutes = new Hono<App>()
  .get('/credit/:slug', async (c) => {
    const information = await courseInformation(c.var.ctx, c.req.param('slug'));
    if (!information) throw nothing();
    const { baseUrl } = c.var.ctx.settings;
    return c.html(<InformationPage information={information} baseUrl={baseUrl} />);
  })
  .get('/achievements/:adoption', async (c) => {
    const id = parseBase36(c.req.param('adoption'));
    const information = id === null ? null : await adoptionInformation(c.var.ctx, id);
    if (!information) throw nothing();
    const { baseUrl, clock } = c.var.ctx.settings;
    openToAll(c, HOUR);
    // A browser asks for a page by name; programs take whatever comes.
    if (!c.req.header('accept')?.includes('text/html')) {
      return c.json(achievement(information, baseUrl, clock === 'movable'));
    }
    return c.html(<InformationPage information={information} baseUrl={baseUrl} asItWas />);
  });

const nothing = () => new DomainError('not-found', 'There is nothing at this address.');

interface PageProps {
  information: Information;
  baseUrl: string;
  /** One adoption, whatever runs now. */
  asItWas?: boolean;
}

const achievementPath = ({ adoption }: Information) => `/achievements/${adoption.id.toString(36)}`;

/** The same for programs: what a badge points at. */
function achievement(information: Information, baseUrl: string, sample: boolean) {
  const { adoption, edition, provider } = information;
  const of = edition.items.length;
  return {
    '@context': [
      'https://www.w3.org/ns/credentials/v2',
      'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
    ],
    ...achievementOf({
      id: baseUrl + achievementPath(information),
      title: edition.people.title,
      format: formatOf(adoption.body.approvals),
      needed: neededOf(adoption.body.passMark, of),
      of,
      sample,
    }),
    creator: {
      id: `${baseUrl}/issuers/${encodeURIComponent(provider.slug)}`,
      type: ['Profile'],
      name: plain(provider.name),
    },
  };
}

function InformationPage({ information, baseUrl, asItWas = false }: PageProps) {
  const { adoption, provider, edition } = information;
  const { body } = adoption;
  const { title } = edition.people;
  const [heading, description] = [
    `Course information: ${title}`,
    `What ${provider.name} says of the course ${title}: who it is for, what it takes, and who answers for it.`,
  ];
  return (
    <Layout
      parts={[]}
      styles={[proseStyle, informationStyle]}
      title={heading}
      description={description}
      {...(asItWas
        ? { robots: 'noindex' }
        : { canonical: `${baseUrl}/credit/${encodeURIComponent(provider.slug)}` })}
    >
      <article class="prose page information">
        <p class="label">Offered by {provider.name}</p>
        <h1>{heading}</h1>
        <State information={information} asItWas={asItWas} />
        <Glance information={information} />

        <h2 id="objectives">What you will be able to do</h2>
        <ul>
          {edition.texts
            .flatMap(({ objectives }) => objectives)
            .filter(({ id }) => body.objectives.includes(id))
            .map(({ id, text }) => (
              <li key={id}>{text}</li>
            ))}
        </ul>

        <Way information={information} />
        {speaksOfCredit(body) && <Approvals information={information} />}
        <People information={information} />

        <h2 id="limits">Limits and risks</h2>
        <Words said={body.limits} />
        <h2 id="disclosure">Conflicts of interest and commercial support</h2>
        <Words said={body.disclosure} />
        <h2 id="refund">Refund</h2>
        <Words said={body.refund} />
        <h2 id="grievance">Grievances</h2>
        <Words said={body.grievance} />
        <h2 id="accommodation">Accommodation</h2>
        <Words said={body.accommodation} />

        <h2 id="contact">Whom to ask</h2>
        <p>
          {provider.name}, {body.administrator}
        </p>
        <address>
          {body.contact.address.split('\n').map((line) => (
            <span key={line}>{line}</span>
          ))}
        </address>
        <p>
          <a href={`mailto:${body.contact.email}`}>{body.contact.email}</a>
          {body.contact.phone !== null && <>, {body.contact.phone}</>}
        </p>

        <Record information={information} asItWas={asItWas} />
      </article>
    </Layout>
  );
}

/** Plain text in the lines in which it was given. */
function Words({ said }: { said: string }) {
  return (
    <>
      {said
        .split(/\n+/)
        .filter((line) => line.trim() !== '')
        .map((line) => (
          <p key={line}>{line}</p>
        ))}
    </>
  );
}

/** Whether it is offered on this day. */
function State({ information, asItWas }: { information: Information; asItWas: boolean }) {
  const { adoption, provider, today } = information;
  const { fromDay, untilDay, endedAt } = adoption;
  const [from, until] = [dayInWords(fromDay), dayInWords(untilDay)];
  const now = (
    <a href={`/credit/${encodeURIComponent(provider.slug)}`}>{provider.name}: what it offers now</a>
  );
  if (endedAt !== null || today > untilDay) {
    const ended = endedAt === null ? untilDay : dateAfter(endedAt, 0, 'UTC');
    return (
      <p class="lead">
        {provider.name} offered the course in this way from {from} until {dayInWords(ended)}, and
        nobody begins it so any more. What was completed stands.
        {endedAt !== null && today <= untilDay && (
          <> Who had begun by then may complete until {until}.</>
        )}
        {asItWas && <> {now}.</>}
      </p>
    );
  }
  return (
    <p class="lead">
      {today < fromDay
        ? `${provider.name} offers a certificate for the course to its own learners from ${from} until ${until}.`
        : `${provider.name} offers a certificate for the course to its own learners, who complete it by ${until}.`}
      {asItWas && <> This page shows it as it was agreed to. {now}.</>}
    </p>
  );
}

function Row({ name, children }: { name: string; children: unknown }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What whoever chooses a course looks for first. */
function Glance({ information }: { information: Information }) {
  const { adoption, edition } = information;
  const { body } = adoption;
  const { hours } = body;
  const counts = speaksOfCredit(body);
  const minutes = `${hours.minutes} minutes of reading and answering`;
  return (
    <dl class="kept">
      <Row name="Format">
        {capital(formatOf(body.approvals))}: eight lessons by email, one a week, each also a page
        that can be printed
      </Row>
      <Row name="For whom">
        <Words said={body.audience} />
      </Row>
      <Row name="Level">
        <Words said={body.level} />
      </Row>
      <Row name={counts ? 'Hours' : 'Time'}>
        <p>{counts ? `${credits(hours.count)} hours, for ${minutes}` : minutes}</p>
        <Words said={hours.method} />
      </Row>
      <Row name="Text">
        {edition.words.toLocaleString('en-US')} words of instruction, {edition.items.length}{' '}
        questions
      </Row>
      <Row name="Fee">
        <Words said={body.fee} />
      </Row>
    </dl>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const ASKED = { no: '', may: ', if you like', must: '' };

/** What it takes, in its order. */
function Way({ information }: { information: Information }) {
  const { adoption, provider, edition } = information;
  const { body } = adoption;
  const of = edition.items.length;
  const needed = neededOf(body.passMark, of);
  const asks = [
    ['your license number', body.asks.licence],
    ['where you are licensed', body.asks.jurisdiction],
    ['your profession', body.asks.profession],
  ] as const;
  const asked = asks.filter(([, how]) => how !== 'no').map(([what, how]) => what + ASKED[how]);
  return (
    <>
      <h2 id="way">What it takes</h2>
      <ol>
        <li>All eight lessons were sent to you, and you share the course with {provider.name}.</li>
        <li>
          You give your name as it stands on your license
          {asked.length > 0 && `; ${asked.join('; ')}`}.
        </li>
        <li>
          You answer the post-test: {of} questions in eight parts, with the lessons open beside you
          and without a clock. {needed} right answers pass it ({body.passMark} %).{' '}
          {triesOf(body.tries, body.waitHours)}
        </li>
        <li>
          {body.evaluation === 'required'
            ? 'You say what you think of the course, in a form that is kept without your name.'
            : 'If you like, you say what you think of the course, in a form that is kept without your name.'}
        </li>
        <li>
          You attest that you are the person named, read all eight lessons, and answered by
          yourself: {body.hours.minutes} minutes after your first lesson at the earliest.
        </li>
        <li>
          {body.release === 'at-once'
            ? 'The certificate is there at once: a page, a PDF and a number that others can check.'
            : `${provider.name} lets your certificate go: a page, a PDF and a number that others can check.`}
        </li>
      </ol>
    </>
  );
}

function triesOf(tries: number | null, waitHours: number): string {
  if (tries === 1) return 'There is one try.';
  const many = tries === null ? 'You may try as often as you like' : `There are ${tries} tries`;
  if (waitHours === 0 || tries === 2) return `${many}.`;
  return `${many}; after the second, and each further one, you wait ${waitHours} hours.`;
}

/** Approvals, in their approvers' words. */
function Approvals({ information }: { information: Information }) {
  const { adoption, today } = information;
  const { approvals } = adoption.body;
  const alone = approvals.filter(({ start }) => start === 'completion');
  return (
    <>
      <h2 id="credit">Credit</h2>
      {approvals.map((approval) => (
        <section key={approval.kind} class="information-approval">
          <h3>
            {credits(approval.credits)} {approval.creditName}
          </h3>
          <p>{approval.statement}</p>
          <p class="information-small">
            {approval.holder}, {approval.number}: {dayInWords(approval.validFrom)} to{' '}
            {dayInWords(approval.validUntil)}
            {today > approval.validUntil && ', and no longer'}
            {today < approval.validFrom && ', and not yet'}. For {approval.format}.
          </p>
          {limitsOf(approval).map((limit) => (
            <p key={limit} class="information-small">
              {limit}
            </p>
          ))}
        </section>
      ))}
      <p>
        {alone.length < approvals.length &&
          'An approval counts for you if it has held since your first lesson and holds on the day on which you complete. '}
        {alone.length > 0 &&
          `${alone.map(({ creditName }) => creditName).join(' and ')}: the day on which you complete alone decides. `}
        The certificate names those that count on its day.
      </p>
      <p>
        <strong>Your board decides; ask it first.</strong>
      </p>
    </>
  );
}

/** Who made it and who answers for it. */
function People({ information }: { information: Information }) {
  const { adoption, edition } = information;
  const { body } = adoption;
  const { authors, reviewers, itemWriters } = edition.people;
  return (
    <>
      <h2 id="people">Who made it</h2>
      <dl class="kept">
        <Row name="Written by">{authors.join('; ')}</Row>
        <Row name="Reviewed by">{reviewers.join('; ')}</Row>
        <Row name="Post-test by">{itemWriters.join('; ')}</Row>
        <Row name="Planned by">{body.planners.join('; ')}</Row>
        <Row name="Administrator">{body.administrator}</Row>
        <Row name="Signs certificates">
          {signerInWords(body.signer)}, {body.signer.title}
        </Row>
        <Row name="First offered">{dayInWords(information.since)}</Row>
        <Row name="Checked to be current">
          {dayInWords(body.reviewedOn)}, by {body.reviewedBy}; next by {dayInWords(body.reviewBy)}
        </Row>
      </dl>
    </>
  );
}

/** What is kept of whom, and what exactly was agreed to. */
function Record({ information, asItWas }: { information: Information; asItWas: boolean }) {
  const { adoption, provider, edition, frozenAt } = information;
  const { body } = adoption;
  const path = achievementPath(information);
  return (
    <>
      <h2 id="data">Your data</h2>
      <p>
        {body.controller.name} answers for what is kept of your certificate and your way to it,
        under data protection law, by an agreement of {dayInWords(body.controller.agreedOn)}. What a
        certificate says is kept for {body.retentionYears} years after the day on which you
        complete.{' '}
        {body.nameOnRegister === 'never'
          ? 'Whoever has its number reads whether it stands, and not your name.'
          : 'Whoever has its number reads whether it stands, and your name only if you say so.'}
      </p>
      <h2 id="record">This record</h2>
      <p>
        Agreed to for {provider.name} by {adoption.agreedBy} on {dayInWords(adoption.agreedOn)}.{' '}
        {body.corrections === 'follow'
          ? 'A correction of a slip in a lesson follows by itself; any other change of the text is agreed to anew.'
          : 'Each change of the text is agreed to anew.'}{' '}
        {!asItWas && <a href={path}>As it was agreed to, for good</a>}
      </p>
      <dl class="kept information-hashes">
        <Row name="Edition">
          {edition.hash}, of {dayInWords(dateAfter(frozenAt, 0, 'UTC'))}
        </Row>
        <Row name="SHA-256">{adoption.bodyHash}</Row>
      </dl>
    </>
  );
}
