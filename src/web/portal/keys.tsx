import type { Context as HonoContext } from 'hono';
import { DAY } from '../../clock.ts';
import { dayInWords } from '../../course/schedule.ts';
import { DomainError } from '../../errors.ts';
import { OVERLAPS, type Overlap, type RetiredKey, USUAL_OVERLAP } from '../../provider/keys.ts';
import { listSightings } from '../../provider/note-sighting.ts';
import { endKey, retiredKeysOf, rotateKey } from '../../provider/rotate-key.ts';
import { type Sighting, withOldKey } from '../../provider/sightings.ts';
import { typedInto } from '../staff/again.ts';
import { ActForm, Opening } from '../ui/desk.tsx';
import { SelectField } from '../ui/fields.tsx';
import { Table } from '../ui/table.tsx';
import builderStyle from './form.css?url';
import builderScript from './form.js?url&no-inline';
import { Copied } from './form.tsx';
import { at, type Portal, portalPage } from './portal.tsx';

type C = HonoContext<Portal>;

const SAID: Record<string, string> = {
  replaced:
    'Replaced. Paste the form anew wherever it stands; below is what still carries the old key.',
  ended: 'Ended. A form with that key shows a link to our own page.',
};

const OVERLAP_WORDS: Record<Overlap, string> = {
  0: 'Not at all: forms with the old key stop at once',
  7: '7 days',
  30: '30 days',
  90: '90 days',
};

/** The public key, and those before it. */
export async function keysPage(c: C) {
  const { ctx, member } = c.var;
  const { slug, publicKey } = member.provider;
  const [retired, seen] = await Promise.all([retiredKeysOf(ctx, slug), listSightings(ctx, slug)]);
  const now = ctx.clock.now();
  const overlap = typedInto(c, at(c, '/rotate'), 'overlap', String(USUAL_OVERLAP));
  const old = withOldKey(seen, publicKey);
  const taken = retired.filter(({ worksUntil }) => worksUntil > now);
  return portalPage(
    c,
    { title: 'Keys', said: SAID, styles: [builderStyle], scripts: [builderScript] },
    <>
      <Opening heading="Keys">
        <p>{opening(taken, old, now)}</p>
      </Opening>
      <section aria-labelledby="key">
        <h2 id="key">Your public key</h2>
        <p>
          It stands in each form of yours and says whose it is. It is no secret: everybody can read
          it in your pages, and it works on your sites only.
        </p>
        <Copied id="public-key" label="Your public key" text={publicKey} />
      </section>
      {member.role === 'owner' && (
        <section aria-labelledby="replace">
          <h2 id="replace">Replace it</h2>
          <p>
            For instance when somebody who left still has forms of yours on pages that you cannot
            change. Every form with the old key must then be pasted anew.
          </p>
          <ActForm action={at(c, '/rotate')} csrf={member.csrf} label="Replace the key" grave>
            <SelectField
              name="overlap"
              label="How long the old one works beside it"
              error={overlap.error}
            >
              {OVERLAPS.map((days) => (
                <option key={days} value={days} selected={String(days) === overlap.value}>
                  {OVERLAP_WORDS[days]}
                </option>
              ))}
            </SelectField>
          </ActForm>
        </section>
      )}
      {old.length > 0 && (
        <section aria-labelledby="still">
          <h2 id="still">Pages that still carry an older key</h2>
          <Table
            caption="Pages with an older key, as browsers said"
            unseen
            columns={[
              { label: 'Page', long: true },
              { label: 'Key', long: true },
              { label: 'Works until' },
              { label: 'Last seen' },
            ]}
            rows={old.map(({ page, way, key, seenAt }) => ({
              key: `${page} ${way} ${key}`,
              cells: [
                <bdi key="page">{page}</bdi>,
                key,
                untilWords(
                  retired.find((each) => each.key === key),
                  now,
                ),
                dayInWords(seenAt, 'UTC', now),
              ],
            }))}
          />
          <p>
            Paste the <a href={at(c, '/form')}>form</a> anew there. A page stays here until it was
            seen with the new key for a day.
          </p>
        </section>
      )}
      {retired.length > 0 && <Retired c={c} retired={retired} now={now} />}
    </>,
  );
}

function opening(taken: RetiredKey[], old: Sighting[], now: number): string {
  const [next] = taken.toSorted((a, b) => a.worksUntil - b.worksUntil);
  const pages = old.length === 1 ? 'One page still carries' : `${old.length} pages still carry`;
  if (next === undefined) {
    const works = 'One key works: the one below.';
    return old.length === 0 ? works : `${works} ${pages} an older one.`;
  }
  const left = old.length === 0 ? 'No page was seen with it any more.' : `${pages} an older key.`;
  return `A key that you replaced works until ${dayInWords(next.worksUntil, 'UTC', now)}. ${left}`;
}

const untilWords = (key: RetiredKey | undefined, now: number) =>
  key !== undefined && key.worksUntil > now
    ? dayInWords(key.worksUntil, 'UTC', now)
    : 'It works no more';

function Retired({ c, retired, now }: { c: C; retired: RetiredKey[]; now: number }) {
  const { member } = c.var;
  const soon = (key: RetiredKey) => key.worksUntil > now && key.worksUntil <= now + 7 * DAY;
  return (
    <section aria-labelledby="before">
      <h2 id="before">Keys before it</h2>
      <Table
        caption="Keys that were replaced"
        unseen
        columns={[
          { label: 'Key', long: true },
          { label: 'Replaced' },
          { label: 'Works until' },
          ...(member.role === 'owner' ? [{ label: 'Change' }] : []),
        ]}
        rows={retired.map((each) => ({
          key: each.key,
          cells: [
            each.key,
            dayInWords(each.retiredAt, 'UTC', now),
            soon(each) ? <b key="soon">{untilWords(each, now)}</b> : untilWords(each, now),
            ...(member.role === 'owner'
              ? [
                  each.worksUntil > now && (
                    <ActForm
                      key="end"
                      action={at(c, '/end-key')}
                      csrf={member.csrf}
                      label="End it now"
                      quiet
                      grave
                      fields={{ key: each.key }}
                    />
                  ),
                ]
              : []),
          ],
        }))}
      />
    </section>
  );
}

export async function replaceKey(c: C) {
  const { ctx, member, fields, actor } = c.var;
  const overlap = OVERLAPS.find((days) => String(days) === fields.overlap);
  if (overlap === undefined) {
    throw new DomainError('bad-input', 'Choose how long the old key works.', 'overlap');
  }
  await rotateKey(ctx, { slug: member.provider.slug, overlap, actor, reason: '' });
  return c.redirect(at(c, '/keys?done=replaced'), 303);
}

export async function endOldKey(c: C) {
  const { ctx, member, fields, actor } = c.var;
  const { slug } = member.provider;
  const { kind } = await endKey(ctx, { slug, key: fields.key ?? '', actor, reason: '' });
  if (kind === 'unknown') {
    throw new DomainError(
      'not-possible',
      'This key is taken no more already, or is none of yours.',
    );
  }
  return c.redirect(at(c, '/keys?done=ended'), 303);
}
