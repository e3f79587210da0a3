import { MOST_BYTES, NEARLY_FULL, noteBackup, readKeeping } from '../../delivery/read-keeping.ts';
import { Figures, inFigures, Opening } from '../ui/desk.tsx';
import { ButtonLink } from '../ui/fields.tsx';
import { type C, consolePage, Deed, may } from './console.tsx';
import { timeOf } from './words.ts';

const SAID = { noted: 'Noted.' };

/** Rows written that Cloudflare's plan has in it each month (developers.cloudflare.com/d1/platform/pricing). */
const ROWS_INCLUDED = 50e6;

/** How large the database is, what the next month costs, and how it is kept safe. */
export async function keepingPage(c: C) {
  const { bytes, bytesAWeek, mailsAhead, rowsAhead, backedUpAt } = await readKeeping(c.var.ctx);
  const typed = c.req.query('price') ?? '0.9';
  const price = /^\d{1,4}([.,]\d{1,4})?$/.test(typed) ? Number(typed.replace(',', '.')) : null;
  const weeks = bytesAWeek === 0 ? null : Math.floor((MOST_BYTES - bytes) / bytesAWeek);
  return consolePage(
    c,
    { title: 'Keeping', said: SAID },
    <>
      <Opening heading="Keeping">
        <p>
          The database holds {sizeOf(bytes)} of the 10 GB that it may.{' '}
          {weeks === null
            ? 'It does not grow at present.'
            : weeks > 520
              ? 'As it grows now, it lasts for more than ten years.'
              : `As it grows now, it lasts for about ${inFigures(weeks)} weeks.`}
        </p>
      </Opening>
      {bytes >= NEARLY_FULL * MOST_BYTES && (
        <p>
          <b>Four fifths are full.</b> Let the next learners go to a second deployment with a
          database of its own.
        </p>
      )}
      <Figures
        figures={[
          { label: 'In the database', value: sizeOf(bytes) },
          { label: 'More a week, about', value: sizeOf(bytesAWeek) },
          { label: 'Mails of the next 30 days', value: mailsAhead },
          {
            label: 'Rows they write, about',
            value: rowsAhead,
            note: `${((rowsAhead / ROWS_INCLUDED) * 100).toFixed(1)} % of what the plan includes`,
          },
        ]}
      />
      <section aria-labelledby="cost">
        <h2 id="cost">What the next month’s mails cost</h2>
        <p>
          {price === null
            ? 'Please give the price as a number, such as 0.9.'
            : `${inFigures(mailsAhead)} mails at ${price} dollars a thousand are ${((mailsAhead / 1000) * price).toFixed(2)} dollars.`}
        </p>
        <form class="act" method="get" action="/operator/keeping">
          <div class={price === null ? 'field field-wrong' : 'field'}>
            <label for="price">Dollars for a thousand mails, as your plan at Resend has it</label>
            <input
              id="price"
              name="price"
              type="text"
              inputmode="decimal"
              value={typed.slice(0, 20)}
              aria-invalid={price === null ? 'true' : undefined}
            />
          </div>
          <button type="submit" class="button button-quiet">
            Reckon
          </button>
        </form>
        <p class="aside">
          Cloudflare’s plan is beside it: <code>npm run cost -- 2500</code> reckons both for any
          number of learners.
        </p>
      </section>
      <section aria-labelledby="backup">
        <h2 id="backup">Backup</h2>
        <p>
          D1 keeps every minute of the last 30 days by itself. For longer, write it into a file,
          which holds addresses and belongs in a safe place:
        </p>
        <pre>
          <code>npx wrangler d1 export DB --env production --remote --output backup.sql</code>
        </pre>
        <p>
          {backedUpAt === null
            ? 'Nobody has noted a backup yet.'
            : `The last one was noted on ${timeOf(c, backedUpAt)}.`}
        </p>
        {may(c, 'helper') && (
          <Deed c={c} id="noted" action="/operator/keeping/noted" label="I have made one" quiet />
        )}
      </section>
      <section aria-labelledby="restore">
        <h2 id="restore">Restore</h2>
        <p>
          Going back in time keeps what was mailed and wished since, if it is done in the right
          order. A page leads through it.
        </p>
        <ButtonLink href="/operator/keeping/restore" quiet>
          Go back in time
        </ButtonLink>
      </section>
    </>,
  );
}

export async function noteTheBackup(c: C) {
  await noteBackup(c.var.ctx);
  return c.redirect('/operator/keeping?done=noted', 303);
}

/** A restore, step by step; each step says by the database whether it is done. */
export async function restorePage(c: C) {
  const { restore } = await readKeeping(c.var.ctx);
  const still = restore.halted && restore.posting === 0;
  return consolePage(
    c,
    { title: 'Go back in time' },
    <>
      <Opening heading="Go back in time">
        <p>
          {restore.halted
            ? still
              ? 'Everything stands still.'
              : 'Everything is halted; what is being posted comes to its end within two minutes.'
            : 'Mail flows. Stop it first.'}
        </p>
      </Opening>
      <ol class="steps">
        <li>
          <h2>Stop everything</h2>
          <p>{restore.halted ? 'Done: all mail is halted.' : 'Not yet: mail goes out.'}</p>
          {!restore.halted && may(c, 'helper') && (
            <Deed
              c={c}
              id="stop"
              action="/operator/mail/halt"
              label="Stop everything"
              grave
              fields={{ scope: 'all', why: 'before going back in time', from: 'restore' }}
            />
          )}
        </li>
        <li>
          <h2>Take along what happened since</h2>
          <p>
            {still
              ? 'Nothing is being posted.'
              : restore.halted
                ? `Wait: ${restore.posting} ${restore.posting === 1 ? 'batch is' : 'batches are'} being posted.`
                : 'Once everything is halted.'}{' '}
            At a terminal, in the folder of the course, with the moment (UTC) to go back to:
          </p>
          <pre>
            <code>npm run restore -- before --moment 2026-11-23T10:00:00Z --remote --go</code>
          </pre>
          <p>
            It takes along goodbyes, erasures, pauses and the record of what was sent, and goes back
            at once. What people do between the two is lost, so do not wait.
          </p>
        </li>
        <li>
          <h2>Put it back</h2>
          <p>With a key of Resend’s that has full access, which you delete there afterwards:</p>
          <pre>
            <code>{`export RESEND_FULL_KEY=re_…\nnpm run restore -- after --remote`}</code>
          </pre>
          <p>
            It reads Resend’s record, so that nobody is mailed twice, and looks at every promise. It
            lifts nothing.
          </p>
        </li>
        <li>
          <h2>Let it go</h2>
          <p>
            {restore.halted
              ? 'When its last lines say that all is well. Its own commands also set the queues going again.'
              : 'Nothing is halted.'}
          </p>
          {restore.halted && may(c, 'helper') && (
            <ButtonLink href="/operator/mail#halts" quiet>
              To what is held back
            </ButtonLink>
          )}
        </li>
      </ol>
      <p class="aside">
        <code>npm run restore -- rehearse</code> shows all of it on your own machine.
      </p>
    </>,
  );
}

/** "330 MB". */
function sizeOf(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`;
  return `${Math.round(bytes / 1e3)} KB`;
}
