import { Hono, type Context as HonoContext } from 'hono';
import { isoInstant } from '../../clock.ts';
import { dayInWords } from '../../credit/certificate.ts';
import type { KeptAfterErasure } from '../../credit/kept-after-erasure.ts';
import { askToErase } from '../../subscriber/ask-for-link.ts';
import { type EraseLink, eraseByLink, readEraseLink } from '../../subscriber/erase-subscriber.ts';
import type { App } from '../middleware/context.ts';
import { readFields, smallBody } from '../middleware/form.ts';
import { Button } from '../ui/fields.tsx';
import { NotePage, WayOn } from '../ui/page.tsx';
import { saidOf } from './asked.ts';
import { control } from './control.ts';
import { Fold } from './fold.tsx';
import { ALL_DRAFTS, logScripts } from './log-form.tsx';
import { again, ended, GoForm } from './single.tsx';

/** Asks for the mailed link that erases everything. */
export const erase = control({
  name: 'erase',
  says: {
    'mailed-erase':
      'A link to the last step is on its way to your address. It works for 15 minutes.',
  },
  press: async ({ ctx, token, device }) =>
    saidOf(await askToErase(ctx, token, device), 'mailed-erase'),
});

export function EraseForm({ token, certified }: { token: string; certified: boolean }) {
  return (
    <Fold label="Erase everything">
      <form class="form" method="post" action={`/learn/${token}/erase`}>
        <p>
          Your address, your name, your log and the record of what was sent go, and cannot be
          brought back. We mail you a link to the last step. To end the lessons and keep the rest,
          unsubscribe instead.
        </p>
        {certified && (
          <p>
            You have a certificate: <a href={`/learn/${token}/certificates`}>download its PDF</a>{' '}
            first. Nobody can give it to you afterwards but whoever issued it.
          </p>
        )}
        <Button name="go" value="yes" quiet>
          Mail me the link
        </Button>
      </form>
    </Fold>
  );
}

/** Behind the mailed link. */
export const eraseRoutes = new Hono<App>()
  .get('/erase/:token', async (c) => {
    const token = c.req.param('token');
    const link = await readEraseLink(c.var.ctx, token);
    if (link.kind === 'ready') return erasePage(c, token, link);
    const { kind } = link;
    if (kind === 'erased') return c.html(<ErasedPage waiting={false} certified={false} />);
    return ended(c, kind);
  })
  .post('/erase/:token', smallBody, async (c) => {
    const token = c.req.param('token');
    if ((await readFields(c)).go !== 'yes') return again(c, 'erase', token);
    const before = await readEraseLink(c.var.ctx, token);
    const certified = before.kind === 'ready' && (await keeps(c, before)).certificates.length > 0;
    const done = await eraseByLink(c.var.ctx, token);
    if (done.kind === 'ready') return erasePage(c, token, done);
    const { kind } = done;
    if (kind === 'erased' || kind === 'waiting') {
      return c.html(<ErasedPage waiting={kind === 'waiting'} certified={certified} />);
    }
    return ended(c, kind);
  });

type Ready = Extract<EraseLink, { kind: 'ready' }>;

/** What stays. Loaded here: most learners have no certificate, and no lesson needs it. */
async function keeps(c: HonoContext<App>, { subscriberId }: Ready): Promise<KeptAfterErasure> {
  const { keptAfterErasure } = await import('../../credit/kept-after-erasure.ts');
  return keptAfterErasure(c.var.ctx, subscriberId);
}

async function erasePage(c: HonoContext<App>, token: string, ready: Ready) {
  const { learnPath } = ready;
  const kept = await keeps(c, ready);
  return c.html(<ErasePage {...{ token, learnPath, kept }} />);
}

function ErasePage(props: { token: string; learnPath: string; kept: KeptAfterErasure }) {
  const { token, learnPath, kept } = props;
  return (
    <NotePage
      title="Erase everything"
      heading="Erase everything about you?"
      room="dark"
      door={false}
      robots="noindex"
    >
      <p class="lead">
        Your address, your name, your hours, your practice log and the record of what was sent are
        deleted, and we do not bring them back. Backups of the database hold them for up to 30 days
        more.
      </p>
      <StaysWithProviders learnPath={learnPath} kept={kept} />
      <GoForm action={`/erase/${token}`} label="Erase everything" grave />
      <p>
        For three years we keep a fingerprint of your address that cannot be turned back into it,
        with the dates of your consent. <a href="/privacy">Why</a>
      </p>
      <p>If you have changed your mind, close this page. Everything stays as it is.</p>
    </NotePage>
  );
}

const dayIn = (at: number) => dayInWords(isoInstant(at).slice(0, 10));

/** What a provider keeps of a certificate whatever its holder erases, and the last chance to have it oneself. */
function StaysWithProviders({ learnPath, kept }: { learnPath: string; kept: KeptAfterErasure }) {
  const { certificates, underWay } = kept;
  return (
    <>
      {underWay && (
        <p>Your way to a certificate ends, and its test with it. Nothing of it stays.</p>
      )}
      {certificates.map(({ number, provider, until, stands }) => (
        <p key={number}>
          <bdi>{provider}</bdi> keeps what certificate {number} says, with your name and license on
          it, until {dayIn(until)}: boards may ask for it. Whoever looks the number up reads no more
          than that it was issued.{' '}
          {stands && (
            <>
              <a href={`${learnPath}/certificates/${number}.pdf`}>Download it first</a>: afterwards
              nobody can open it here.
            </>
          )}
        </p>
      ))}
      {certificates.length > 0 && <p>If that should go, too, ask whoever issued it: it decides.</p>}
    </>
  );
}

function ErasedPage({ waiting, certified }: { waiting: boolean; certified: boolean }) {
  return (
    <NotePage
      title={waiting ? 'Everything has stopped' : 'Everything is erased'}
      room="dark"
      robots="noindex"
      scripts={logScripts}
    >
      <p class="lead" data-forget={ALL_DRAFTS}>
        {waiting
          ? 'Your name, your address and your log are gone from your record.'
          : 'Nothing about you is left here but the fingerprint of your address, the dates of your consent and the number that your record had.'}
      </p>
      {certified && (
        <p>
          What your certificate says stays with whoever issued it, until the day that was named.
        </p>
      )}
      {waiting && (
        <p>
          A mail to you was on its way at this moment and may still arrive. What is known of it goes
          as soon as that is settled, within a day.
        </p>
      )}
      <p>Thank you for the time you spent with us.</p>
      <WayOn to="front page" />
    </NotePage>
  );
}
