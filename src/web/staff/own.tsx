import { Hono, type Context as HonoContext } from 'hono';
import type { Child } from 'hono/jsx';
import { dayInWords } from '../../course/schedule.ts';
import { DomainError } from '../../errors.ts';
import { endSessions, listSessions } from '../../staff/end-sessions.ts';
import { type Entered, staffAt } from '../../staff/read-session.ts';
import type { App } from '../middleware/context.ts';
import { cookieOf, dropCookie } from '../middleware/cookies.ts';
import { type Fields, readFields, smallBody } from '../middleware/form.ts';
import { ActForm, Desk, Empty, Opening } from '../ui/desk.tsx';
import { Table } from '../ui/table.tsx';
import { pressedHere, toEnter } from './mount.tsx';
import { numberIn } from './people.ts';
import type { RoomPages } from './rooms.ts';

type C = HonoContext<App>;

/** A page of a room that belongs to nobody's provider and needs no role. */
function ownPage(c: C, pages: RoomPages, entered: Entered, title: string, children: Child) {
  return c.html(
    <Desk
      title={title}
      room={pages.room}
      nav={[{ href: pages.front, label: pages.room === 'portal' ? 'Providers' : 'Today' }]}
      who={entered.name || entered.email}
      csrf={entered.csrf}
    >
      {children}
    </Desk>,
  );
}

/** What needs a session and no role: the way out, and on the portal the choice of a provider. */
export function ownRoutes(pages: RoomPages): Hono<App> {
  const { room, front, cookie } = pages;
  const entered = (c: C) => staffAt(c.var.ctx, room, cookieOf(c, cookie));

  /** Runs what a form of this session asks for; to where one enters without a session. */
  const act = async (c: C, does: (who: Entered, fields: Fields) => Promise<Response>) => {
    const who = await entered(c);
    if (who === null) return toEnter(c, pages);
    const fields = await readFields(c);
    pressedHere(fields, who.csrf);
    return does(who, fields);
  };

  const app = new Hono<App>()
    .get(`${front}/leave`, async (c) => {
      const who = await entered(c);
      if (who === null) return toEnter(c, pages);
      const sessions = await listSessions(c.var.ctx, room, who.staffId);
      const { clock } = c.var.ctx;
      const day = (at: number) => dayInWords(at, 'UTC', clock.now());
      return ownPage(
        c,
        pages,
        who,
        'Browsers',
        <>
          <Opening heading="Where you are in">
            <p>
              Each browser in which you have entered. End one that you do not know; whoever sits
              there is out at once.
            </p>
          </Opening>
          <Table
            caption="Browsers in which you are in"
            unseen
            columns={[
              { label: 'Browser' },
              { label: 'Entered' },
              { label: 'Seen' },
              { label: 'End' },
            ]}
            rows={sessions.map(({ id, agent, createdAt, seenAt }) => ({
              key: id,
              cells: [
                agent,
                day(createdAt),
                day(seenAt),
                <ActForm
                  key={id}
                  action={`${front}/sessions/${id}/end`}
                  csrf={who.csrf}
                  label={id === who.session ? 'Leave here' : 'End it'}
                  quiet
                />,
              ],
            }))}
          />
          <ActForm
            action={`${front}/leave`}
            csrf={who.csrf}
            label="Leave everywhere"
            grave
            fields={{ everywhere: 'yes' }}
          >
            <p>Ends all of them, this one too. To come back, ask for a link.</p>
          </ActForm>
        </>,
      );
    })
    .post(`${front}/leave`, smallBody, (c) =>
      act(c, async (who, fields) => {
        const which = fields.everywhere === 'yes' ? 'all' : who.session;
        await endSessions(c.var.ctx, room, who.staffId, which);
        dropCookie(c, cookie);
        return c.redirect(`${front}/enter`, 303);
      }),
    )
    .post(`${front}/sessions/:id/end`, smallBody, (c) =>
      act(c, async (who) => {
        const id = numberIn(c.req.param('id'));
        const { kind } = await endSessions(c.var.ctx, room, who.staffId, id);
        if (kind === 'unknown') throw new DomainError('not-found', 'This session has ended.');
        if (id !== who.session) return c.redirect(`${front}/leave`, 303);
        dropCookie(c, cookie);
        return c.redirect(`${front}/enter`, 303);
      }),
    );
  if (room === 'portal') {
    app.get(front, async (c) => {
      const who = await entered(c);
      if (who === null) return toEnter(c, pages);
      const [only, ...others] = who.providers;
      if (only && others.length === 0) return c.redirect(`${front}/${only.slug}`, 303);
      return ownPage(c, pages, who, 'Providers', <Providers who={who} />);
    });
  }
  return app;
}

function Providers({ who }: { who: Entered }) {
  if (who.providers.length === 0) {
    return (
      <Empty heading="Nobody yet">
        <p>You belong to no provider any more. An owner of one can invite you again.</p>
      </Empty>
    );
  }
  return (
    <>
      <Opening heading="For whom?">
        <p>You look after the course for several providers.</p>
      </Opening>
      <ul class="choice">
        {who.providers.map(({ slug, name }) => (
          <li key={slug}>
            <a href={`/portal/${slug}`}>
              <bdi>{name}</bdi>
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
