import { Hono, type Context as HonoContext } from 'hono';
import { dayInWords } from '../../credit/certificate.ts';
import { ownBadge } from '../../credit/make-badge.ts';
import {
  chooseRegister,
  type Own,
  ownCertificate,
  ownCertificates,
  paperOf,
  registerAddress,
} from '../../credit/own-certificates.ts';
import { DomainError } from '../../errors.ts';
import { statusOf } from '../errors.ts';
import type { App } from '../middleware/context.ts';
import { readFields, smallBody } from '../middleware/form.ts';
import certificateStyle from '../ui/certificate.css?url';
import { CertificateText } from '../ui/certificate.tsx';
import { Button } from '../ui/fields.tsx';
import { Layout } from '../ui/layout.tsx';
import { Contact, NotePage } from '../ui/page.tsx';
import printStyle from '../ui/print.css?url';
import { OpenForm } from './device.tsx';
import { badLink, deviceOf } from './link.ts';

/** Which certificate, and whose, an address says. */
type Asked = HonoContext<App, '/learn/:token/certificates/:number'>;

/** What a learner was given: to read, to print, as PDF. On a device of theirs only. */
export const certificateRoutes = new Hono<App>()
  .get('/learn/:token/certificates', async (c) => {
    const token = c.req.param('token');
    const found = await ownCertificates(c.var.ctx, token, deviceOf(c));
    if (found.kind === 'bad-link') throw badLink();
    if (found.kind !== 'certificates') return closed(c, token, found.kind);
    return c.html(<ListPage token={token} all={found.all} />);
  })
  .get('/learn/:token/certificates/:number{[0-9A-Z-]+}', async (c) => {
    const token = c.req.param('token');
    const own = await ownOne(c);
    if (own instanceof Response) return own;
    const register = registerAddress(c.var.ctx.settings.baseUrl, own.number);
    const badges = c.var.ctx.settings.credentialKeys.length > 0;
    return c.html(<CertificatePage {...{ token, own, register, badges }} />);
  })
  .get('/learn/:token/certificates/:number{[0-9A-Z-]+\\.pdf}', async (c) => {
    const own = await ownOne(c);
    if (own instanceof Response) return own;
    if (own.state !== 'stands') throw ended(c, own.number);
    const paper = await paperOf(c.var.ctx, own);
    return c.body(paper as Uint8Array<ArrayBuffer>, 200, {
      'Content-Type': 'application/pdf',
      // Not the name: what is not ASCII in it gets lost on the way.
      'Content-Disposition': `inline; filename="in-the-room-${own.number}.pdf"`,
    });
  })
  .get('/learn/:token/certificates/:number/badge.json', async (c) => {
    const { token, number } = c.req.param();
    const made = await ownBadge(c.var.ctx, token, deviceOf(c), number);
    switch (made.kind) {
      case 'badge':
        return c.body(made.badge, 200, {
          'Content-Type': 'application/json',
          'Content-Disposition': `attachment; filename="in-the-room-${number}.json"`,
        });
      case 'ended':
        throw ended(c, number);
      case 'no-key':
        throw new DomainError('not-possible', `${BADGE_LATER} The certificate stands without it.`);
      case 'bad-link':
        throw badLink();
      case 'unknown':
        throw unknown();
      default:
        return closed(c, token, made.kind);
    }
  })
  .post('/learn/:token/certificates/:number/register', smallBody, async (c) => {
    const { token, number } = c.req.param();
    const { go, register } = await readFields(c);
    const back = `/learn/${token}/certificates/${number}`;
    if (go !== 'yes') return c.redirect(back, 303);
    if (register !== 'shown' && register !== 'name-hidden') {
      throw new DomainError('bad-input', 'Please choose whether the name is shown.', 'register');
    }
    const choice = { number, register } as const;
    const { kind } = await chooseRegister(c.var.ctx, token, deviceOf(c), choice);
    if (kind === 'bad-link') throw badLink();
    if (kind === 'unknown') throw unknown();
    if (kind !== 'chosen') return closed(c, token, kind);
    return c.redirect(`${back}?done=register`, 303);
  });

/** The one that is asked for, or what is answered instead. @throws DomainError `bad-link`, `not-found` */
async function ownOne(c: Asked): Promise<Own | Response> {
  const { token, number } = c.req.param();
  const plain = number.replace(/\.pdf$/, '');
  const found = await ownCertificate(c.var.ctx, token, deviceOf(c), plain);
  if (found.kind === 'bad-link') throw badLink();
  if (found.kind === 'unknown') throw unknown();
  return found.kind === 'certificate' ? found.own : closed(c, token, found.kind);
}

function ended(c: Asked, number: string): DomainError {
  const where = registerAddress(c.var.ctx.settings.baseUrl, number);
  const message = `This certificate does not stand any more. ${where} says so to whoever asks.`;
  return new DomainError('link-ended', message);
}

const BADGE_LATER = 'The badge of this certificate comes later.';

const unknown = () => new DomainError('not-found', 'You have no certificate with this number.');

function closed(c: HonoContext<App>, token: string, kind: 'closed' | 'locked') {
  return c.html(<ClosedPage token={token} kind={kind} />, statusOf('not-possible'));
}

function ClosedPage({ token, kind }: { token: string; kind: 'closed' | 'locked' }) {
  return (
    <NotePage title="Your certificates" robots="noindex">
      {kind === 'locked' ? (
        <p class="lead">
          Your address was changed within the last seven days. Certificates open again after these.
        </p>
      ) : (
        <>
          <p class="lead">
            Certificates have your legal name on them, so they open on a device that you have opened
            with one more mailed link.
          </p>
          <OpenForm token={token} label="Mail me the link that opens them" />
          <p>
            Open the link that comes on this device, and then the button in the earlier mail again.
          </p>
        </>
      )}
      <p class="actions">
        <a href={`/learn/${token}`}>Your course</a>
      </p>
    </NotePage>
  );
}

const STATES = { stands: 'stands', withdrawn: 'withdrawn', replaced: 'replaced' };

function ListPage({ token, all }: { token: string; all: Own[] }) {
  return (
    <NotePage title="Your certificates" robots="noindex">
      {all.length === 0 && <p class="lead">You have none yet.</p>}
      {all.length > 0 && (
        <ul>
          {all.map(({ number, printed, state }) => (
            <li key={number}>
              <a href={`/learn/${token}/certificates/${number}`}>{number}</a>,{' '}
              {printed.provider.name}, {dayInWords(printed.completedOn)}: {STATES[state]}
            </li>
          ))}
        </ul>
      )}
      <p class="actions">
        <a href={`/learn/${token}`}>Your course</a>
      </p>
    </NotePage>
  );
}

interface CertificateProps {
  token: string;
  own: Own;
  register: string;
  /** Badges can be made. */
  badges: boolean;
}

function CertificatePage({ token, own, register, badges }: CertificateProps) {
  const { number, printed, pictures, state } = own;
  const base = `/learn/${token}/certificates`;
  return (
    <Layout
      title={`Certificate ${number}`}
      robots="noindex"
      wide
      styles={[certificateStyle, printStyle]}
    >
      <div class="certificate-state">
        {state === 'stands' ? (
          <p>
            <a href={`${base}/${number}.pdf`}>As PDF</a> · to print it, use your browser’s own way ·{' '}
            <a href={base}>All your certificates</a>
          </p>
        ) : (
          <p class="lead">
            <strong>This certificate was {state === 'replaced' ? 'replaced' : 'withdrawn'}.</strong>{' '}
            {own.replacedBy !== null && (
              <>
                <a href={`${base}/${own.replacedBy}`}>{own.replacedBy}</a> stands in its place.{' '}
              </>
            )}
            {own.why !== null && `The reason: ${own.why}`}
          </p>
        )}
      </div>
      <CertificateText {...{ number, printed, pictures, register }} named />
      {state === 'stands' && (
        <div class="certificate-ways">
          <RegisterForm action={`${base}/${number}/register`} own={own} register={register} />
          {badges ? (
            <p>
              <a href={`${base}/${number}/badge.json`}>As a badge</a>, a file for a wallet or a
              program that checks it. Your name is not in it. Whoever has this file can check
              whether an address they know is yours.
            </p>
          ) : (
            <p>{BADGE_LATER}</p>
          )}
          <p>
            Something in it is wrong? Write to {printed.provider.name}:{' '}
            <Contact contact={printed.provider.email} />
          </p>
        </div>
      )}
    </Layout>
  );
}

function RegisterForm({ action, own, register }: { action: string; own: Own; register: string }) {
  const shown = own.register === 'shown';
  return (
    <form method="post" action={action}>
      <p>
        Whoever has the number can look it up at <a href={register}>{register}</a>.{' '}
        {shown ? 'Your name is shown there.' : 'Your name is not shown there.'}
      </p>
      <input type="hidden" name="register" value={shown ? 'name-hidden' : 'shown'} />
      <Button name="go" value="yes" quiet>
        {shown ? 'Hide my name there' : 'Show my name there'}
      </Button>
    </form>
  );
}
