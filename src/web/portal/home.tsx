import type { Context as HonoContext } from 'hono';
import { DAY, type Seconds } from '../../clock.ts';
import { dayInWords } from '../../course/schedule.ts';
import { type Sighting, withOldKey } from '../../provider/sightings.ts';
import { type Home, readHome } from '../../share/read-home.ts';
import {
  type Counted,
  funnelOf,
  readWindow,
  signupsByWeek,
  type Tally,
  WINDOWS,
  type Window,
} from '../../share/share.ts';
import { Bars, Funnel } from '../ui/chart.tsx';
import { Chooser, Empty, inFigures, Need, Needs, Opening } from '../ui/desk.tsx';
import { Table } from '../ui/table.tsx';
import { at, type Portal, portalPage } from './portal.tsx';

type C = HonoContext<Portal>;

/** After so many days without a browser that has loaded the form, somebody should look. */
const UNSEEN = 30;

/** Where somebody of a provider arrives: how many take the course, what needs them, and how far people come. */
export async function homePage(c: C) {
  const { ctx, member } = c.var;
  const home = await readHome(ctx, member.provider.id);
  const window = readWindow(c.req.query('weeks'));
  const { counts } = home;
  return portalPage(
    c,
    { title: 'Home' },
    <>
      <Opening heading="Home">
        <Standing counts={counts} c={c} />
      </Opening>
      <WhatNeeds c={c} home={home} />
      <Gone c={c} home={home} />
      {counts.kind === 'counting' || counts.tally.total === 0 ? (
        <Begin c={c} counts={counts} />
      ) : (
        <Numbers c={c} tally={counts.tally} window={window} />
      )}
      <Seen c={c} seen={home.seen} />
    </>,
  );
}

const people = (count: number) => `${inFigures(count)} ${count === 1 ? 'person' : 'people'}`;

/** "14:00 on Monday, December 7", in UTC. */
const whenIn = (c: C, instant: Seconds) =>
  `${new Date(instant * 1000).toISOString().slice(11, 16)} UTC on ${day(c, instant)}`;

const day = (c: C, instant: Seconds) => dayInWords(instant, 'UTC', c.var.ctx.clock.now());

/** How many take the course through them. */
function Standing({ c, counts }: { c: C; counts: Counted }) {
  if (counts.kind === 'counting') {
    return (
      <p>
        More than 5,000 people take the course through you. How many is being counted: look again in
        a few minutes.
      </p>
    );
  }
  const { total, allEight } = counts.tally;
  if (total === 0) return <p>Nobody takes the course through you yet.</p>;
  return (
    <p>
      <b>{people(total)}</b> {total === 1 ? 'takes' : 'take'} the course through you.{' '}
      <b>{inFigures(allEight)}</b> {allEight === 1 ? 'has' : 'have'} been sent all eight weeks.
      {counts.kind === 'kept' && <> As of {whenIn(c, counts.asOf)}.</>}
    </p>
  );
}

const ENDED = {
  erased: 'Was erased',
  withdrawn: 'Ended what you see',
  moved: 'Takes the course without you now',
};

/** What they have to do, if anything. */
function WhatNeeds({ c, home }: { c: C; home: Home }) {
  const { member, ctx } = c.var;
  const { gone, goneMore, unfinished, seen } = home;
  const old = withOldKey(seen, member.provider.publicKey);
  const last = seen[0]?.seenAt;
  const ofLate = (at: Seconds | undefined | null) =>
    at != null && at > ctx.clock.now() - UNSEEN * DAY;
  const unseen = last !== undefined && !ofLate(last) && !ofLate(home.found);
  const needs = [
    member.provider.status === 'paused' && (
      <Need
        key="paused"
        cause="Your form is paused"
        effect="Nobody can sign up through it. Whoever takes the course goes on as before."
      />
    ),
    gone.length > 0 && (
      <Need
        key="gone"
        cause={`${goneMore ? `More than ${gone.length} lines` : lines(gone.length)} of your file ${gone.length === 1 ? 'is' : 'are'} to be deleted`}
        effect="Since you downloaded your roster, somebody was erased, ended what you see, or takes the course without you. Delete them in every copy."
      >
        <a href="#gone">Which lines</a>
      </Need>
    ),
    unfinished && (
      <Need
        key="unfinished"
        cause="A download of your roster did not finish"
        effect={`It was begun on ${day(c, unfinished.at)} and broke off. What came of it is not the whole roster.`}
      >
        <a href={at(c, '/roster#download')}>Download it again</a>
      </Need>
    ),
    old.length > 0 && (
      <Need
        key="old"
        cause={`${old.length === 1 ? 'A page still carries' : `${old.length} pages still carry`} a key that was replaced`}
        effect="Once that key has ended, a form with it takes no signups. Which pages they are stands below; paste the snippet there anew."
      >
        <a href={at(c, '/keys')}>Your keys</a>
      </Need>
    ),
    unseen && (
      <Need
        key="unseen"
        cause={`No browser has loaded your form for ${UNSEEN} days`}
        effect="It may have been taken off its page, or the page is not read any more."
      >
        <a href={at(c, '/installed')}>Look at the page</a>
      </Need>
    ),
  ].filter((need) => need !== false && need !== null);
  return <Needs none="Nothing just now.">{needs}</Needs>;
}

/** The lines to delete from a file that was downloaded. */
function Gone({ c, home: { gone, goneMore } }: { c: C; home: Home }) {
  if (gone.length === 0) return null;
  return (
    <section aria-labelledby="gone">
      <h2 id="gone">Delete these from your file</h2>
      <Table
        caption="Lines to delete, by the number that the file calls ref"
        columns={[{ label: 'Number', long: true }, { label: 'What happened' }, { label: 'When' }]}
        rows={gone.map(({ ref, what, at: when }) => ({
          key: ref,
          cells: [<code key="ref">{ref}</code>, ENDED[what], day(c, when)],
        }))}
      />
      <p>
        {goneMore && 'There are more than these. '}
        Or <a href={at(c, '/roster#download')}>download the roster anew</a> and delete the old file.
      </p>
    </section>
  );
}

const lines = (count: number) => `${inFigures(count)} ${count === 1 ? 'line' : 'lines'}`;

/** What stands where nobody is yet, or while they are counted. */
function Begin({ c, counts }: { c: C; counts: Counted }) {
  if (counts.kind === 'counting') return null;
  const { provider } = c.var.member;
  const link = `${c.var.ctx.settings.baseUrl}/?${new URLSearchParams({ provider: provider.publicKey })}`;
  return (
    <Empty heading="Nobody yet">
      <p>
        The quickest way to begin is a link, in a newsletter or on your site. Whoever signs up by it
        takes the course through you: <a href={link}>{link}</a>
      </p>
      <p>
        Or <a href={at(c, '/form')}>put the form on your own site</a>.
      </p>
      <p>As soon as somebody has confirmed, they stand in your roster, and numbers stand here.</p>
    </Empty>
  );
}

const WINDOW_WORDS = (window: Window) => (window === null ? 'all' : `${window} weeks`);

/** How far people come, and when they began. */
function Numbers({ c, tally, window }: { c: C; tally: Tally; window: Window }) {
  const { asked, confirmed, sent } = funnelOf(tally, window);
  const span = window === null ? 'so far' : `in these ${window} weeks`;
  const began = signupsByWeek(tally);
  const ofLate = began.reduce((all, week) => all + week.people, 0);
  const whole = confirmed === 0 ? 0 : Math.round(((sent[7] ?? 0) / confirmed) * 100);
  return (
    <>
      <section aria-labelledby="far">
        <h2 id="far">How far they come</h2>
        <Chooser
          label="Who began in the last"
          links={[...WINDOWS, null].map((each) => ({
            href: at(c, `?weeks=${each ?? 'all'}#far`),
            label: WINDOW_WORDS(each),
            here: each === window,
          }))}
        />
        <p>
          Of {people(asked)} who asked {span}, {inFigures(confirmed)} confirmed.
          {confirmed > 0 &&
            ' A course takes at least eight weeks, so whoever began in the last nine is still under way.'}
        </p>
        {confirmed > 0 && (
          <Funnel
            id="funnel"
            first="Sent"
            title={`Of ${inFigures(confirmed)} who confirmed, ${whole} % have been sent all eight weeks`}
            steps={[
              { label: 'Confirmed', count: confirmed },
              ...sent.map((count, index) => ({ label: `Week ${index + 1}`, count })),
            ]}
          />
        )}
        <p class="aside">
          Opens and clicks are not watched. Whoever was erased is no longer counted.
        </p>
      </section>
      <section aria-labelledby="weeks">
        <h2 id="weeks">Who began, week by week</h2>
        <Bars
          id="began"
          span="week"
          title={`${people(ofLate)} began within half a year`}
          bars={began.map(({ from, people: count }) => ({ at: from, values: [count] }))}
          lanes={['Began']}
          unit="people who began"
        />
      </section>
    </>
  );
}

const WAYS: Record<Sighting['way'], string> = {
  script: 'Script',
  frame: 'Frame',
};

/** Where browsers have loaded the form. */
function Seen({ c, seen }: { c: C; seen: Sighting[] }) {
  const { publicKey } = c.var.member.provider;
  return (
    <section aria-labelledby="seen">
      <h2 id="seen">Where your form was seen in a browser</h2>
      {seen.length === 0 ? (
        <p>
          On no page in the last 90 days. Where you give people the plain link alone, that is as it
          should be.
        </p>
      ) : (
        <Table
          caption="Pages on which a browser has loaded your form"
          unseen
          columns={[
            { label: 'Page', long: true },
            { label: 'Way' },
            { label: 'Last seen' },
            { label: 'Key' },
          ]}
          rows={seen.map(({ page, way, key, seenAt }) => ({
            key: `${page} ${way} ${key}`,
            cells: [
              <bdi key="page">{page}</bdi>,
              WAYS[way],
              day(c, seenAt),
              key === publicKey ? 'current' : 'replaced',
            ],
          }))}
        />
      )}
      {seen.length > 0 && (
        <p class="aside">
          A browser said so, to the hour. Anybody can make one up, so nothing depends on it; nobody
          who visits is counted.
        </p>
      )}
    </section>
  );
}
