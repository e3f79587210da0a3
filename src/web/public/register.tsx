import { Hono, type Context as HonoContext } from 'hono';
import { readNumber } from '../../credit/number.ts';
import { registerAddress } from '../../credit/own-certificates.ts';
import { type Entry, readRegister } from '../../credit/read-register.ts';
import { DomainError } from '../../errors.ts';
import { answerFor } from '../errors.ts';
import { refuseBurst } from '../middleware/burst.ts';
import type { App } from '../middleware/context.ts';
import certificateStyle from '../ui/certificate.css?url';
import { CertificateText } from '../ui/certificate.tsx';
import { Button, TextField } from '../ui/fields.tsx';
import { Layout } from '../ui/layout.tsx';
import { NotePage } from '../ui/page.tsx';
import printStyle from '../ui/print.css?url';

/** For whoever holds a paper: whether it stands, and what it must say. No list, and no search by name. */
export const registerRoutes = new Hono<App>()
  .get('/certificates', (c) => {
    quiet(c);
    const typed = c.req.query('number');
    if (typed === undefined) return c.html(<FindCertificatePage typed="" />);
    const number = readNumber(typed);
    if (number !== null) return c.redirect(`/certificates/${number}`, 303);
    const message =
      'This is no number of a certificate: it has 16 letters and digits, and one of these may be mistyped.';
    const { status } = answerFor(new DomainError('bad-input', message, 'number'));
    return c.html(<FindCertificatePage typed={typed} error={message} />, status);
  })
  .get('/certificates/:number', async (c) => {
    quiet(c);
    await refuseBurst(c, 'register');
    const typed = c.req.param('number');
    const number = readNumber(typed);
    if (number === null) throw unknownNumber();
    if (number !== typed) return c.redirect(`/certificates/${number}`, 301);
    const entry = await readRegister(c.var.ctx, number);
    if (!entry) throw unknownNumber();
    return c.html(
      <RegisterPage entry={entry} register={registerAddress(c.var.ctx.settings.baseUrl, number)} />,
    );
  });

/** Nothing of it is kept between, or found by a search engine. */
function quiet(c: HonoContext<App>): void {
  c.header('Cache-Control', 'no-store');
  c.header('X-Robots-Tag', 'noindex');
}

/** The same for a number that nobody has and for one that nobody can have. */
function unknownNumber(): DomainError {
  const message =
    'No certificate has this number. Please compare it with the paper, letter by letter.';
  return new DomainError('not-found', message);
}

function FindCertificatePage({ typed, error }: { typed: string; error?: string }) {
  return (
    <NotePage title="Check a certificate" robots="noindex">
      <p class="lead">
        The number stands on the certificate. Small letters, spaces and missing hyphens do no harm.
      </p>
      <form class="form" method="get" action="/certificates">
        <TextField
          name="number"
          label="Number"
          value={typed}
          error={error}
          required
          autocomplete="off"
        />
        <Button>Check</Button>
      </form>
    </NotePage>
  );
}

function RegisterPage({ entry, register }: { entry: Entry; register: string }) {
  const { number, printed, named } = entry;
  if (printed === null) {
    return (
      <NotePage title={`Certificate ${number}`} heading="About this certificate" robots="noindex">
        <p>Number {number}</p>
        <State entry={entry} />
        <p>
          <a href="/certificates">Check another</a>
        </p>
      </NotePage>
    );
  }
  return (
    <Layout
      title={`Certificate ${number}`}
      robots="noindex"
      wide
      styles={[certificateStyle, printStyle]}
    >
      <div class="certificate-state">
        <State entry={entry} />
      </div>
      <CertificateText {...{ number, printed, register, named }} />
      <p class="certificate-ways">
        <a href="/certificates">Check another</a>
      </p>
    </Layout>
  );
}

/** Whether it stands, in words. */
function State({ entry }: { entry: Entry }) {
  const { state, provider, named, closed } = entry;
  return (
    <>
      {state.kind === 'stands' && closed === null && (
        <p class="lead">
          <strong>This certificate stands.</strong> The paper must say exactly what stands here.
        </p>
      )}
      {state.kind === 'withdrawn' && (
        <p class="lead">
          <strong>This certificate was withdrawn on {state.on}.</strong> It does not stand any more.
        </p>
      )}
      {state.kind === 'replaced' && (
        <p class="lead">
          <strong>This certificate was replaced</strong> by{' '}
          <a href={`/certificates/${state.by}`}>{state.by}</a>. It does not stand any more.
        </p>
      )}
      {closed !== null && (
        <p>
          A certificate with this number was issued by {provider}
          {state.kind === 'stands' ? ', and it was not withdrawn' : ''}. Its holder wished that
          nothing more is shown.{' '}
          {closed.until === null
            ? `${provider} does not keep the record any more.`
            : `${provider} keeps the record until ${closed.until}, and can be asked.`}
        </p>
      )}
      {state.kind === 'stands' && closed === null && !named && (
        <p>Its holder does not show the name here. {provider} confirms a name to whoever asks.</p>
      )}
    </>
  );
}
