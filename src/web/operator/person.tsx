import type { Child } from 'hono/jsx';
import { LESSONS } from '../../course/course.ts';
import { type Resent, resendLesson } from '../../enrollment/resend-lesson.ts';
import { resumeByHand } from '../../enrollment/resume.ts';
import { sendNextByHand } from '../../enrollment/send-next.ts';
import { DomainError } from '../../errors.ts';
import { eraseSubscriber } from '../../subscriber/erase-subscriber.ts';
import { readPerson } from '../../subscriber/read-person.ts';
import type { Timeline } from '../../subscriber/timeline.ts';
import { unsubscribeByHand } from '../../subscriber/unsubscribe.ts';
import { liftSuppression } from '../../suppression/lift-suppression.ts';
import { suppress } from '../../suppression/suppress.ts';
import { typedInto } from '../staff/again.ts';
import { Opening } from '../ui/desk.tsx';
import { SelectField } from '../ui/fields.tsx';
import { Table } from '../ui/table.tsx';
import { type C, consolePage, Deed, may, signed } from './console.tsx';
import { readLesson, readSubscriberId, unknownSubscriber } from './input.ts';
import { REFUSED } from './refused.ts';
import { addressFor, mailInWords, scopeInWords, subjectInWords, timeOf } from './words.ts';

const SAID: Record<string, string> = {
  unsubscribed: 'Their lessons have ended.',
  'already-unsubscribed': 'They had unsubscribed already.',
  suppressed: 'Nothing is mailed to them from now on.',
  'already-suppressed': 'Nothing was mailed to them already.',
  lifted: 'They may be mailed again.',
  'not-suppressed': 'They were not suppressed.',
  resumed: 'Their course goes on.',
  owed: 'It goes out within the minute.',
  'already-owed': 'It is on its way once more already.',
  asked: 'It goes out within the minute. The four days until the one after it count from then.',
  waiting: 'Everything has stopped. The rest is deleted when the batch that holds a mail settles.',
};

const KEPT = 'Kept in the log, without an address.';

/** Whose page it is. @throws DomainError `not-found` */
const idOf = (c: C) => readSubscriberId(c.req.param('sub') ?? '');

/** One person: first why, then what can be done, then everything that happened. */
export async function personPage(c: C) {
  const found = await readPerson(c.var.ctx, idOf(c));
  if (!found) throw unknownSubscriber();
  const { timeline, why } = found;
  const { subscriber } = timeline;
  const address = addressFor(c, subscriber.email);
  const history = historyOf(c, timeline);
  return consolePage(
    c,
    { title: 'Somebody', said: SAID },
    <>
      <Opening heading={address}>
        <p>{why.words}</p>
      </Opening>
      <p class="aside">
        {subscriber.firstName !== '' && may(c, 'helper') && (
          <>
            <bdi>{subscriber.firstName}</bdi>,{' '}
          </>
        )}
        {subscriber.id}. {courseInWords(timeline)}
      </p>
      {may(c, 'helper') && <Ways c={c} timeline={timeline} />}
      <section aria-labelledby="history">
        <h2 id="history">What happened</h2>
        <Table
          caption="What happened, oldest first"
          unseen
          columns={[{ label: 'When' }, { label: 'What', long: true }]}
          rows={history.map(({ at, what }, index) => ({
            key: `${at} ${index}`,
            cells: [timeOf(c, at), what],
          }))}
        />
      </section>
    </>,
  );
}

function courseInWords({ enrollments }: Timeline): string {
  const course = enrollments.at(-1);
  if (course === undefined) return 'They take no course.';
  const through = course.provider === null ? '' : `, through ${course.provider}`;
  return `${course.slot}${through}.`;
}

function Ways({ c, timeline }: { c: C; timeline: Timeline }) {
  const { subscriber, suppression, enrollments, deliveries } = timeline;
  const course = enrollments.at(-1);
  const to = (act: string) => `/operator/people/${subscriber.id}/${act}`;
  const sent = Array.from({ length: LESSONS }, (_, index) => index + 1).filter((lesson) =>
    deliveries.some((mail) => mail.lesson === lesson && mail.acceptedAt !== null),
  );
  const again = typedInto(c, to('resend'), 'lesson');
  const canNext = course?.state === 'active' && course.nextAt !== null && may(c, 'owner');
  return (
    <section aria-labelledby="ways">
      <h2 id="ways">What you can do</h2>
      {canNext && (
        <Deed
          behind="Send the next one now"
          c={c}
          id="next"
          action={to('next')}
          label="Send it now"
          hint={KEPT}
        >
          <p>
            {scopeInWords(`lesson:${course.nextLesson}`)} goes out within the minute instead of at
            its hour.
          </p>
        </Deed>
      )}
      {course?.state === 'paused' && course.pauseReason !== null && (
        <Deed
          behind="Set the course going again"
          c={c}
          id="resume"
          action={to('resume')}
          label="Set it going"
          hint={KEPT}
        >
          <p>Do this when you know that mail reaches the address again.</p>
        </Deed>
      )}
      {sent.length > 0 && (
        <Deed
          behind="Send a lesson once more"
          c={c}
          id="resend"
          action={to('resend')}
          label="Send it once more"
          hint={KEPT}
        >
          <SelectField name="lesson" label="Which" error={again.error}>
            {sent.map((lesson) => (
              <option key={lesson} value={lesson} selected={String(lesson) === again.value}>
                Lesson {lesson}
              </option>
            ))}
          </SelectField>
        </Deed>
      )}
      {subscriber.unsubscribedAt === null && (
        <Deed
          behind="Unsubscribe them"
          c={c}
          id="unsubscribe"
          action={to('unsubscribe')}
          label="Unsubscribe them"
          grave
          hint={KEPT}
        >
          <p>Ends the lessons, as their own link would.</p>
        </Deed>
      )}
      {suppression === null ? (
        <Deed
          behind="Never mail this address"
          c={c}
          id="suppress"
          action={to('suppress')}
          label="Never mail it"
          grave
          hint={KEPT}
        >
          <p>Ends all mail to the address, whoever asks for it.</p>
        </Deed>
      ) : (
        <Deed
          behind="Let the address be mailed again"
          c={c}
          id="lift"
          action={to('lift')}
          label="Let it be mailed"
          hint={KEPT}
        >
          <p>A course that waited for this goes on.</p>
        </Deed>
      )}
      <Deed
        behind="Erase them"
        c={c}
        id="erase"
        action={to('erase')}
        label="Erase them"
        grave
        hint="Kept after the erasure, so without their name or address."
      >
        <p>
          Deletes everything about them. It cannot be undone. You are mailed eight digits first.
        </p>
      </Deed>
    </section>
  );
}

interface Happened {
  /** ISO instant. */
  at: string;
  what: Child;
}

/** Everything that happened, oldest first. */
function historyOf(c: C, timeline: Timeline): Happened[] {
  const happened: Happened[] = [];
  const add = (at: string | null, what: Child) => {
    if (at !== null) happened.push({ at, what });
  };
  const { subscriber, signups, enrollments, deliveries, events, acts, suppression } = timeline;
  for (const { createdAt, confirmedAt, provider, wordsVersion } of signups) {
    const through = provider === null ? '' : ` through ${provider}`;
    add(createdAt, `Signed up${through}, under the words of ${wordsVersion}`);
    add(confirmedAt, 'Confirmed');
  }
  for (const { createdAt, closedAt, state, slot } of enrollments) {
    add(createdAt, `The course begins: ${slot}`);
    add(closedAt, `The course is ${state}`);
  }
  for (const { id, kind, lesson, state, batch, acceptedAt, dueAt } of deliveries) {
    const name = mailInWords(kind, lesson);
    const place = batch === null ? `mail ${id}` : `mail ${id}, batch ${batch}`;
    add(
      acceptedAt ?? dueAt,
      <>
        {name.charAt(0).toUpperCase() + name.slice(1)}: {state} <span class="aside">({place})</span>
      </>,
    );
  }
  for (const { kind, delivery, at } of events) {
    add(
      at,
      <>
        The mailer says: {kind.replaceAll('-', ' ')} <span class="aside">(mail {delivery})</span>
      </>,
    );
  }
  for (const { at, verb, subject, reason } of acts) {
    const of = subject === null ? '' : ` ${subjectInWords(subject)}`;
    add(
      at,
      <>
        By hand: {verb.replaceAll('-', ' ')}
        {of}: <bdi>{reason}</bdi>
      </>,
    );
  }
  add(suppression?.at ?? null, `Never mailed again: ${suppression?.reason}`);
  add(
    subscriber.unsubscribedAt,
    subscriber.goodbye !== null && may(c, 'helper') ? (
      <>
        Unsubscribed: “<bdi>{subscriber.goodbye}</bdi>”
      </>
    ) : (
      'Unsubscribed'
    ),
  );
  add(subscriber.eraseRequestedAt, 'Asked to be erased');
  return happened.sort((a, b) => a.at.localeCompare(b.at));
}

/** Does something for somebody, and shows their page with what came of it. */
async function forThem(
  c: C,
  act: (input: {
    subscriberId: number;
    actor: string;
    reason: string;
  }) => Promise<{ kind: string }>,
  refusals: Record<string, string> = {},
): Promise<Response> {
  const subscriberId = idOf(c);
  const { kind } = await act({ subscriberId, ...signed(c) });
  if (kind === 'unknown') throw unknownSubscriber();
  const refused = refusals[kind];
  if (refused !== undefined) throw new DomainError('not-possible', refused);
  return c.redirect(`/operator/people/${c.req.param('sub')}?done=${kind}`, 303);
}

export const unsubscribeThem = (c: C) => forThem(c, (by) => unsubscribeByHand(c.var.ctx, by));

export const suppressThem = (c: C) =>
  forThem(c, ({ subscriberId, ...by }) => suppress(c.var.ctx, { whose: { subscriberId }, ...by }));

export const liftThem = (c: C) =>
  forThem(c, ({ subscriberId, ...by }) =>
    liftSuppression(c.var.ctx, { whose: { subscriberId }, ...by }),
  );

export const resumeThem = (c: C) =>
  forThem(c, (by) => resumeByHand(c.var.ctx, by), {
    suppressed: REFUSED.suppressed,
    'not-waiting': 'No course of theirs waits because of the address, so nothing was changed.',
  });

export const resendThem = (c: C) =>
  forThem(c, async (by) => {
    const resent: Resent = await resendLesson(c.var.ctx, {
      ...by,
      lesson: readLesson(c.var.fields),
    });
    if (resent.kind === 'refused') throw new DomainError('not-possible', REFUSED[resent.why]);
    return resent;
  });

export const nextForThem = (c: C) =>
  forThem(c, (by) => sendNextByHand(c.var.ctx, by), {
    coming: 'It is due or on its way already.',
    'not-running': 'They take no course at present.',
    paused: 'Their course is paused, so nothing was sent.',
    busy: 'Their course changed at the same moment. Please look again.',
  });

/** What the digits let go. */
export async function sureToErase(c: C) {
  const found = await readPerson(c.var.ctx, idOf(c));
  if (!found) throw unknownSubscriber();
  signed(c);
  return (
    <>
      Everything about <bdi>{found.timeline.subscriber.email}</bdi> is deleted, and cannot be
      brought back.
    </>
  );
}

export async function eraseThem(c: C) {
  const subscriberId = idOf(c);
  const { kind } = await eraseSubscriber(c.var.ctx, { subscriberId, ...signed(c) });
  if (kind === 'unknown') throw unknownSubscriber();
  if (kind === 'reason-names-them') {
    const message = 'The reason is kept after the erasure: please write it without their name.';
    throw new DomainError('bad-input', message, 'why');
  }
  if (kind === 'waiting')
    return c.redirect(`/operator/people/${c.req.param('sub')}?done=waiting`, 303);
  return c.redirect('/operator/people?done=erased', 303);
}
