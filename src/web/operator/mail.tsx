import { STEPS } from '../../course/course.ts';
import { haltByHand } from '../../delivery/halt-by-hand.ts';
import { liftHalt } from '../../delivery/lift-halt.ts';
import { listHalts } from '../../delivery/list-halts.ts';
import { listUncertain } from '../../delivery/list-uncertain.ts';
import { listUndated } from '../../delivery/list-undated.ts';
import { readTraffic } from '../../delivery/read-traffic.ts';
import { settleBatch } from '../../delivery/settle-batch.ts';
import { wakeLanes } from '../../delivery/wake-lanes.ts';
import { DomainError } from '../../errors.ts';
import { typedInto } from '../staff/again.ts';
import { inFigures, Opening } from '../ui/desk.tsx';
import { SelectField } from '../ui/fields.tsx';
import { Table } from '../ui/table.tsx';
import { type C, consolePage, Deed, may, signed } from './console.tsx';
import { readBatchId, readScope, readVerdict, unknownBatch } from './input.ts';
import { WaitingFigures } from './waiting.tsx';
import { addressFor, mailInWords, scopeInWords, timeOf } from './words.ts';

export const MAIL_SAID = {
  halted:
    'Halted. Nothing of it goes out until somebody lets it go; what the mailer has already goes on.',
  lifted:
    'Let go. What waited goes out from this minute on; a lesson that is over 36 hours late waits for its learner’s next hour.',
  settled: 'Settled.',
  woken:
    'Both lanes were woken. What is due goes out within the minute, or this page says what holds it.',
};

/** What waits, what is held back, and what nobody knows the end of. */
export async function mailPage(c: C) {
  const { ctx } = c.var;
  const [{ waits, today }, halts, uncertain, undated] = await Promise.all([
    readTraffic(ctx, { by: 'hour' }),
    listHalts(ctx),
    listUncertain(ctx),
    listUndated(ctx),
  ]);
  const helper = may(c, 'helper');
  const all = halts.some(({ scope }) => scope === 'all');
  return consolePage(
    c,
    { title: 'Mail', said: MAIL_SAID },
    <>
      <Opening heading="Mail">
        <p>
          {all
            ? 'All mail is halted. '
            : halts.length > 0
              ? 'Part of the mail is halted. '
              : 'Nothing is halted. '}
          {inFigures(today.lessons)} {today.lessons === 1 ? 'lesson' : 'lessons'} and{' '}
          {inFigures(today.askedFor)} {today.askedFor === 1 ? 'mail' : 'mails'} that somebody asked
          for went out today.
        </p>
      </Opening>
      <WaitingFigures c={c} waits={waits} />
      <section aria-labelledby="halts">
        <h2 id="halts">Held back</h2>
        {halts.length === 0 ? (
          <p>Nothing is held back.</p>
        ) : (
          <Table
            caption="What is held back"
            unseen
            columns={[{ label: 'What' }, { label: 'Why' }, { label: 'Since' }, { label: '' }]}
            rows={halts.map(({ scope, reason, since }) => ({
              key: scope,
              cells: [
                scopeInWords(scope),
                reason.replaceAll(/[_-]/g, ' '),
                timeOf(c, since),
                helper && (
                  <Deed
                    behind="Let it go"
                    c={c}
                    id={scope.replace(/\W/g, '-')}
                    action="/operator/mail/lift"
                    label="Let it go"
                    fields={{ scope }}
                    hint="Kept in the log, without an address."
                  />
                ),
              ],
            }))}
          />
        )}
        {helper && <HaltForm c={c} />}
      </section>
      <section aria-labelledby="uncertain">
        <h2 id="uncertain">Uncertain</h2>
        {uncertain.length === 0 ? (
          <p>Of every mail it is known whether the mailer took it.</p>
        ) : (
          <>
            <p>
              The mailer gave no answer that could be read, so these may or may not have gone. They
              are never sent twice blindly. Look for one of them in Resend, under Emails, about the
              time below: one that is there shows that its whole batch went.
            </p>
            {uncertain.map(({ id, state, attempts, frozenAt, mails }) => (
              <article class="batch" key={id} aria-labelledby={`batch-${id}`}>
                <h3 id={`batch-${id}`}>
                  {mails.length === 1 ? 'One mail' : `${inFigures(mails.length)} mails`},{' '}
                  {timeOf(c, frozenAt)}
                </h3>
                <p class="aside">
                  Batch {id}, {state === 'open' ? 'still being repeated' : 'given up'}, posted{' '}
                  {attempts} {attempts === 1 ? 'time' : 'times'}:{' '}
                  {mails.slice(0, 3).map(({ delivery, kind, lesson, email }, index) => (
                    <span key={delivery}>
                      {index > 0 && ', '}
                      {mailInWords(kind, lesson)} to{' '}
                      <bdi>{email === null ? 'somebody who is gone' : addressFor(c, email)}</bdi>
                    </span>
                  ))}
                  {mails.length > 3 && ' and others'}
                </p>
                {helper && (
                  <div class="ways">
                    {(['accepted', 'not-accepted'] as const).map((verdict) => (
                      <Deed
                        key={verdict}
                        behind={verdict === 'accepted' ? 'They are in Resend' : 'None is in Resend'}
                        c={c}
                        id={`${id}-${verdict}`}
                        action="/operator/mail/settle"
                        label={verdict === 'accepted' ? 'They went' : 'They did not go'}
                        quiet={verdict === 'not-accepted'}
                        fields={{ batch: String(id), verdict, attempts: String(attempts) }}
                        hint="What you saw there. Kept in the log, without an address."
                      />
                    ))}
                  </div>
                )}
              </article>
            ))}
          </>
        )}
      </section>
      {undated.length > 0 && (
        <section aria-labelledby="undated">
          <h2 id="undated">Without a date</h2>
          <Table
            caption="Courses that owe a lesson and have no date for it"
            columns={[
              { label: 'Who', long: true },
              { label: 'Owes' },
              { label: 'Their hour' },
              { label: 'Why' },
            ]}
            rows={undated.map(({ subscriber, email, lesson, slot, why }) => ({
              key: subscriber,
              cells: [
                <a key="who" href={`/operator/people/${subscriber}`}>
                  <bdi>{addressFor(c, email)}</bdi>
                </a>,
                scopeInWords(`lesson:${lesson}`),
                slot,
                why === 'zone'
                  ? 'The zone has no clock any more; their page asks for another.'
                  : 'Its mail is in a batch that has ended.',
              ],
            }))}
          />
        </section>
      )}
    </>,
  );
}

function HaltForm({ c }: { c: C }) {
  const { value: chosen, error } = typedInto(c, '/operator/mail/halt', 'scope');
  return (
    <Deed
      behind="Hold something back"
      c={c}
      id="halt"
      action="/operator/mail/halt"
      label="Hold it back"
      grave
      hint="Kept in the log, without an address."
    >
      <SelectField
        name="scope"
        label="What"
        hint="It stops within the minute, and loses nothing."
        error={error}
      >
        <option value="all">All mail</option>
        {STEPS.map((step) => (
          <option key={step} value={`lesson:${step}`} selected={chosen === `lesson:${step}`}>
            {scopeInWords(`lesson:${step}`)}
          </option>
        ))}
      </SelectField>
    </Deed>
  );
}

const BACK: Record<string, string> = { today: '', restore: '/keeping/restore' };

/** Back to where the button stood. */
const done = (c: C, what: keyof typeof MAIL_SAID) =>
  c.redirect(`/operator${BACK[c.var.fields.from ?? ''] ?? '/mail'}?done=${what}`, 303);

export async function haltMail(c: C) {
  const { ctx, fields } = c.var;
  const { kind } = await haltByHand(ctx, { scope: readScope(fields), ...signed(c) });
  if (kind === 'unknown-scope') {
    throw new DomainError('bad-input', 'Choose what to hold back from the list.', 'scope');
  }
  return done(c, 'halted');
}

export async function liftMail(c: C) {
  const { ctx, fields } = c.var;
  const { kind } = await liftHalt(ctx, { scope: readScope(fields), ...signed(c) });
  if (kind === 'not-halted') {
    throw new DomainError('not-possible', 'This was let go already, so nothing has changed.');
  }
  return done(c, 'lifted');
}

export async function settleMail(c: C) {
  const { ctx, fields } = c.var;
  const { attempts = '', verdict = '' } = fields;
  const seen = /^\d{1,6}$/.test(attempts) ? Number(attempts) : attempts;
  const settled = await settleBatch(ctx, {
    batchId: readBatchId(fields.batch ?? ''),
    verdict: readVerdict({ verdict, attempts: seen }),
    ...signed(c),
  });
  const refuse = (message: string) => new DomainError('not-possible', message);
  if (settled.kind === 'unknown') throw unknownBatch();
  if (settled.kind === 'outdated') {
    throw refuse(
      'This batch has been posted once more since. Please look in Resend again, and then press again.',
    );
  }
  if (settled.kind === 'nothing-to-settle') throw refuse('This batch has its answer already.');
  if (settled.kind === 'busy') {
    throw refuse('This batch is being posted at this moment. Please try again in two minutes.');
  }
  return done(c, 'settled');
}

export async function wakeMail(c: C) {
  await wakeLanes(c.var.ctx);
  return done(c, 'woken');
}
