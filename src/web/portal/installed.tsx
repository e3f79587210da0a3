import type { Context as HonoContext } from 'hono';
import type { Child } from 'hono/jsx';
import { dayInWords, wallTimeInWords } from '../../course/schedule.ts';
import { DomainError } from '../../errors.ts';
import { type Checked, checkPage } from '../../provider/check-page.ts';
import { forgetSighting, listSightings } from '../../provider/note-sighting.ts';
import { type Sighting, withOldKey } from '../../provider/sightings.ts';
import { buildersOf } from '../embed/builders.ts';
import { typedInto } from '../staff/again.ts';
import { ActForm, Empty, Opening } from '../ui/desk.tsx';
import { TextField } from '../ui/fields.tsx';
import { Table } from '../ui/table.tsx';
import installedStyle from './installed.css?url';
import { at, type Portal, portalPage } from './portal.tsx';

type C = HonoContext<Portal>;

const WAY_WORDS = { script: 'in the page', frame: 'in a frame' };

const SAID = { forgotten: 'The page is taken out, until a browser loads the form there again.' };

/** Whether the form is on their pages: where browsers have loaded it, and a look at one. */
export const installedPage = (c: C) => pageWith(c, null);

async function pageWith(c: C, checked: Checked | null) {
  const { ctx, member } = c.var;
  const { provider } = member;
  const seen = await listSightings(ctx, provider.slug);
  const owner = member.role === 'owner';
  const newest = seen[0];
  const now = ctx.clock.now();
  const [site] = provider.origins;
  return portalPage(
    c,
    { title: 'Is it installed?', said: SAID, styles: [installedStyle] },
    <>
      <Opening heading="Is it installed?">
        <p>
          {newest
            ? `A browser last loaded your form on ${dayInWords(newest.seenAt, 'UTC', now)}.`
            : 'No browser has loaded your form yet, as far as we were told.'}
        </p>
      </Opening>
      {checked && <Outcome c={c} checked={checked} />}
      {owner && (
        <section aria-labelledby="look">
          <h2 id="look">Look at a page</h2>
          {site === undefined ? (
            <p>
              You have named no site yet. <a href={at(c, '/sites')}>Name one</a>, and then look at a
              page of it.
            </p>
          ) : (
            <ActForm action={at(c, '/installed')} csrf={member.csrf} label="Look">
              <TextField
                name="page"
                label="Its whole address"
                hint={`We ask for this page once, as any visitor would, and keep nothing of it but whether the form is there. It must be on one of your sites, and may be looked at 20 times an hour.`}
                {...typedInto(c, at(c, '/installed'), 'page', checked?.page ?? `${site}/`)}
                maxlength={500}
                autocomplete="off"
                required
              />
            </ActForm>
          )}
        </section>
      )}
      <SeenSection c={c} seen={seen} />
    </>,
  );
}

const FOUND_WORDS: Record<Checked['found'], string> = {
  works: 'The form is there',
  faulty: 'Something keeps the form from working',
  nothing: 'The form was not found',
  unread: 'The page could not be read',
  'not-asked': 'This site is not among yours',
};

const WEIGHT_WORDS = { good: 'Good', fault: 'To mend', note: 'To know' };

function Outcome({ c, checked }: { c: C; checked: Checked }) {
  const { ctx, member } = c.var;
  const { found, findings, unnamed, seen, builder, page } = checked;
  const now = ctx.clock.now();
  const helps = found === 'nothing' || found === 'faulty';
  const places = helps ? buildersOf(builder) : [];
  return (
    <section class="look" aria-labelledby="outcome">
      <h2 id="outcome" tabindex={-1} autofocus>
        {FOUND_WORDS[found]}
      </h2>
      <p>
        <bdi class="page-address">{page}</bdi>
      </p>
      <ul class="findings">
        <Finding
          weight={seen.length > 0 ? 'good' : 'note'}
          says={
            seen.length > 0
              ? `Seen in a browser: ${seen.map((each) => seenWords(each, now)).join('; ')}.`
              : 'Not seen in a browser on this page yet.'
          }
        />
        {findings.map((finding) => (
          <Finding key={finding.says} {...finding} />
        ))}
      </ul>
      {unnamed !== null && member.role === 'owner' && (
        <ActForm
          action={at(c, '/sites/add')}
          csrf={member.csrf}
          label={`Add ${unnamed}`}
          fields={{ site: unnamed }}
        />
      )}
      {places.length > 0 && (
        <details open={builder !== null}>
          <summary>
            {builder === null
              ? 'How it comes into your site builder'
              : 'Your site seems to be built with this'}
          </summary>
          <dl class="places">
            {places.map(({ name, how }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{how}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </section>
  );
}

function Finding({
  weight,
  says,
  mend,
}: {
  weight: keyof typeof WEIGHT_WORDS;
  says: string;
  mend?: string | null;
}) {
  return (
    <li class={`finding finding-${weight}`}>
      <p>
        <b>{WEIGHT_WORDS[weight]}.</b> {says}
      </p>
      {mend && <p class="finding-mend">{mend}</p>}
    </li>
  );
}

const seenWords = ({ way, key, seenAt }: Sighting, now: number) =>
  `${WAY_WORDS[way]}, on ${wallTimeInWords(seenAt, 'UTC', now)} UTC, with the key ${key}`;

/** Where browsers have loaded the form. */
function SeenSection({ c, seen }: { c: C; seen: Sighting[] }) {
  const { ctx, member } = c.var;
  const { publicKey } = member.provider;
  const now = ctx.clock.now();
  if (seen.length === 0) {
    return (
      <Empty heading="Not seen in a browser yet">
        <p>
          Paste the form into a page, open it once, and it stands here within the hour. Nobody who
          visits your pages is counted: kept is the page, the way, the key and when.
        </p>
        <p>
          <a href={at(c, '/form')}>The form</a>
        </p>
      </Empty>
    );
  }
  const old = withOldKey(seen, publicKey);
  const key = (each: Sighting): Child => {
    if (each.key === publicKey) return 'yours';
    return old.includes(each) ? <b>{each.key}, an older one</b> : `${each.key} before`;
  };
  return (
    <section aria-labelledby="seen">
      <h2 id="seen">Seen in a browser</h2>
      <p>
        Pages on which somebody’s browser has loaded the form in the last 90 days, by its own word.
        Anybody can make one up, so nothing depends on it. No visitor is counted.
      </p>
      <Table
        caption="Pages on which a browser has loaded the form"
        unseen
        columns={[
          { label: 'Page', long: true },
          { label: 'How' },
          { label: 'Key', long: true },
          { label: 'Last' },
          ...(member.role === 'owner' ? [{ label: 'Change' }] : []),
        ]}
        rows={seen.map((each) => ({
          key: `${each.page} ${each.way} ${each.key}`,
          cells: [
            <bdi key="page">{each.page}</bdi>,
            WAY_WORDS[each.way],
            key(each),
            dayInWords(each.seenAt, 'UTC', now),
            ...(member.role === 'owner'
              ? [
                  <ActForm
                    key="forget"
                    action={at(c, '/forget')}
                    csrf={member.csrf}
                    label="Take it out"
                    quiet
                    fields={{ page: each.page }}
                  />,
                ]
              : []),
          ],
        }))}
      />
    </section>
  );
}

export async function lookAtPage(c: C) {
  const { ctx, member, fields } = c.var;
  const { provider } = member;
  return pageWith(c, await checkPage(ctx, { provider, page: fields.page ?? '' }));
}

export async function forgetPage(c: C) {
  const { ctx, member, fields } = c.var;
  const { kind } = await forgetSighting(ctx, member.provider.slug, fields.page ?? '');
  if (kind === 'unknown') throw new DomainError('not-found', 'No browser was seen there.');
  return c.redirect(at(c, '/installed?done=forgotten'), 303);
}
