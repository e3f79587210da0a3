import { speaksOfCredit } from '../../credit/adoption.ts';
import { creditNotices } from '../../credit/list-notices.ts';
import { adoptionsOf, type Information } from '../../credit/read-adoptions.ts';
import { listProviders, showProvider } from '../../provider/list-providers.ts';
import { listSightings } from '../../provider/note-sighting.ts';
import { pauseProvider, resumeProvider } from '../../provider/pause-provider.ts';
import { withOldKey } from '../../provider/sightings.ts';
import { listPeopleOf } from '../../staff/list-people.ts';
import { Empty, Opening } from '../ui/desk.tsx';
import { Table } from '../ui/table.tsx';
import { type C, consolePage, Deed, may, signed } from './console.tsx';
import { unknownProvider } from './providers.ts';
import { addressFor, timeOf } from './words.ts';

export const OFFER_SAID = {
  paused: 'Its forms take no more signups and lead to our own page. Whoever signed up can confirm.',
  'already-paused': 'It was paused already.',
  resumed: 'Its forms take signups again.',
  'not-paused': 'It was not paused.',
};

/** Everybody who offers the course. */
export async function providersPage(c: C) {
  const [providers, notices] = await Promise.all([
    listProviders(c.var.ctx),
    creditNotices(c.var.ctx),
  ]);
  const paused = providers.filter(({ status }) => status === 'paused').length;
  return consolePage(
    c,
    { title: 'Providers' },
    <>
      <Opening heading="Providers">
        <p>
          {providers.length === 1 ? '1 provider offers' : `${providers.length} providers offer`} the
          course{paused > 0 && `; ${paused} of them ${paused === 1 ? 'is' : 'are'} paused`}.
        </p>
      </Opening>
      {providers.length === 0 ? (
        <Empty heading="Nobody offers the course yet">
          <p>
            Take one in at the terminal: <code>npm run providers -- add "Harbor Institute" …</code>
          </p>
        </Empty>
      ) : (
        <Table
          caption="Who offers the course"
          unseen
          columns={[
            { label: 'Name', long: true },
            { label: 'Sites', long: true },
            { label: 'State' },
          ]}
          rows={providers.map(({ slug, name, origins, status }) => ({
            key: slug,
            cells: [
              <a key="name" href={`/operator/providers/${encodeURIComponent(slug)}`}>
                <bdi>{name}</bdi>
              </a>,
              origins.join(', '),
              status === 'paused' ? 'Paused' : 'Takes signups',
            ],
          }))}
        />
      )}
      {notices.length > 0 && (
        <section aria-labelledby="notices">
          <h2 id="notices">To be done some day</h2>
          <ul>
            {notices.map((notice) => (
              <li key={notice}>{notice}</li>
            ))}
          </ul>
        </section>
      )}
    </>,
  );
}

/** One provider: its sites, where its form was seen, its people. */
export async function providerPage(c: C) {
  const { ctx } = c.var;
  const slug = c.req.param('slug') ?? '';
  const [provider, sightings, people, adoptions] = await Promise.all([
    showProvider(ctx, slug),
    listSightings(ctx, slug),
    listPeopleOf(ctx, slug),
    adoptionsOf(ctx, slug),
  ]);
  if (!provider) throw unknownProvider();
  const old = withOldKey(sightings, provider.publicKey);
  const isPaused = provider.status === 'paused';
  return consolePage(
    c,
    { title: provider.name, said: OFFER_SAID },
    <>
      <Opening heading={provider.name}>
        <p>
          {isPaused ? 'It is paused: its forms lead to our own page.' : 'Its forms take signups.'}{' '}
          {sightings.length === 0 && 'No browser has loaded its form within 90 days.'}
        </p>
      </Opening>
      <section aria-labelledby="sites">
        <h2 id="sites">Where its form was seen</h2>
        {sightings.length === 0 ? (
          <p>Nowhere yet. Its sites: {provider.origins.join(', ')}.</p>
        ) : (
          <Table
            caption="Pages on which a browser said it loaded the form"
            unseen
            columns={[
              { label: 'Page', long: true },
              { label: 'Way' },
              { label: 'Key' },
              { label: 'Last seen' },
            ]}
            rows={sightings.map((each) => ({
              key: `${each.page} ${each.way} ${each.key}`,
              cells: [
                <bdi key="page">{each.page}</bdi>,
                each.way,
                old.includes(each) ? 'an old one' : 'the current one',
                timeOf(c, each.seenAt),
              ],
            }))}
          />
        )}
      </section>
      <section aria-labelledby="people">
        <h2 id="people">Its people</h2>
        {people === null || people.length === 0 ? (
          <p>
            Nobody enters its portal yet:{' '}
            <code>npm run providers -- invite {provider.slug} ADDRESS --role owner --remote</code>
          </p>
        ) : (
          <Table
            caption="Who may enter its portal"
            unseen
            columns={[{ label: 'Address', long: true }, { label: 'Role' }, { label: 'Entered' }]}
            rows={people.map(({ id, email, role, enteredAt }) => ({
              key: id,
              cells: [
                <bdi key="who">{addressFor(c, email)}</bdi>,
                role,
                enteredAt === null ? 'Not yet' : timeOf(c, enteredAt),
              ],
            }))}
          />
        )}
      </section>
      <Adoptions slug={provider.slug} adoptions={adoptions ?? []} />
      {may(c, 'helper') && (
        <Deed
          c={c}
          id="state"
          action={`/operator/providers/${encodeURIComponent(slug)}/${isPaused ? 'resume' : 'pause'}`}
          label={isPaused ? 'Let it take signups' : 'Pause it'}
          quiet={isPaused}
          grave={!isPaused}
          hint="Kept in the log, without an address."
        />
      )}
    </>,
  );
}

/** What it agreed to, the running one first. */
function Adoptions({ slug, adoptions }: { slug: string; adoptions: Information[] }) {
  return (
    <section aria-labelledby="adoption">
      <h2 id="adoption">What it agreed to</h2>
      {adoptions.length === 0 ? (
        <p>
          It has not adopted the course:{' '}
          <code>npm run credit -- adopt {slug} adoption.json --check --remote</code>
        </p>
      ) : (
        <>
          <Table
            caption="Adoptions of the course"
            unseen
            columns={[
              { label: 'From' },
              { label: 'Until' },
              { label: 'State' },
              { label: 'Approvals', long: true },
              { label: 'Agreed to', long: true },
              { label: 'As it was' },
            ]}
            rows={adoptions.map(({ adoption, today }) => {
              const { id, body, fromDay, untilDay, endedAt, agreedBy, agreedOn } = adoption;
              const over = today > untilDay ? 'Over' : 'Runs';
              return {
                key: id,
                cells: [
                  fromDay,
                  untilDay,
                  endedAt === null ? over : 'Ended',
                  speaksOfCredit(body)
                    ? body.approvals
                        .map(({ kind, number, validUntil }) => `${kind} ${number} to ${validUntil}`)
                        .join(', ')
                    : 'None',
                  `${agreedBy}, ${agreedOn}`,
                  <a key="page" href={`/achievements/${id.toString(36)}`}>
                    Page
                  </a>,
                ],
              };
            })}
          />
          <p>
            <a href={`/credit/${encodeURIComponent(slug)}`}>What its learners read</a>
          </p>
        </>
      )}
    </section>
  );
}

async function setState(
  c: C,
  verb: typeof pauseProvider | typeof resumeProvider,
): Promise<Response> {
  const slug = c.req.param('slug') ?? '';
  const { kind } = await verb(c.var.ctx, { slug, ...signed(c) });
  if (kind === 'unknown') throw unknownProvider();
  const back = c.var.fields.from === 'today' ? '' : `/providers/${encodeURIComponent(slug)}`;
  return c.redirect(`/operator${back}?done=${kind}`, 303);
}

export const pauseIt = (c: C) => setState(c, pauseProvider);
export const resumeIt = (c: C) => setState(c, resumeProvider);
