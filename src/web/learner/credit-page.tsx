import type { Context as HonoContext } from 'hono';
import type { Child } from 'hono/jsx';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type AdoptionBody, speaksOfCredit } from '../../credit/adoption.ts';
import { DomainError } from '../../errors.ts';
import { statusOf } from '../errors.ts';
import type { App } from '../middleware/context.ts';
import { wantsJson } from '../middleware/form.ts';
import certificateStyle from '../ui/certificate.css?url';
import { Notice } from '../ui/fields.tsx';
import { Layout } from '../ui/layout.tsx';
import noteStyle from '../ui/note.css?url';
import { NotePage } from '../ui/page.tsx';
import creditStyle from './credit.css?url';
import { OpenForm } from './device.tsx';
import { badLink, CLOSED } from './link.ts';

export type C = HonoContext<App, '/learn/:token/credit'>;

export const tokenOf = (c: HonoContext<App>): string => c.req.param('token') ?? '';

/** The learner's page of credit, or one below it. */
export const creditPath = (token: string, below = ''): string => `/learn/${token}/credit${below}`;

/** What it is called: without an approval nothing speaks of credit. */
export const calledOf = (body: AdoptionBody): string =>
  speaksOfCredit(body) ? 'Credit' : 'Certificate';

interface PageProps {
  title: string;
  label?: string | undefined;
  heading?: string;
  /** A certificate is among what it shows. */
  paper?: boolean;
  status?: number;
  said?: string | undefined;
  scripts?: string[];
  /** What `log.js` and the test's script may keep on this device begins so. */
  drafts?: string;
  children: Child;
}

/** A page of credit. */
export function page(c: C, props: PageProps): Response | Promise<Response> {
  const { title, label, heading = title, paper, status = 200, said, scripts, children } = props;
  return c.html(
    <Layout
      title={title}
      robots="noindex"
      styles={[noteStyle, creditStyle, ...(paper ? [certificateStyle] : [])]}
      scripts={scripts}
    >
      <article class="note credit" data-drafts={props.drafts}>
        {label && <p class="label">{label}</p>}
        <h1>{heading}</h1>
        {said && (
          <div id="done">
            <Notice tone="success">
              <p>{said}</p>
            </Notice>
          </div>
        )}
        {children}
      </article>
    </Layout>,
    status as ContentfulStatusCode,
  );
}

/** What is answered where nothing opens: a bad link, or a device that is not open. @throws DomainError `bad-link` */
export function shut(c: C, kind: 'bad-link' | 'closed' | 'locked'): Response | Promise<Response> {
  if (kind === 'bad-link') throw badLink();
  if (wantsJson(c)) throw new DomainError('not-possible', CLOSED);
  return c.html(<ShutPage token={tokenOf(c)} kind={kind} />, statusOf('not-possible'));
}

/** Nothing of credit is this learner's. */
export const nothing = (): DomainError =>
  new DomainError(
    'not-found',
    'No organization that you share the course with gives a certificate for it.',
  );

function ShutPage({ token, kind }: { token: string; kind: 'closed' | 'locked' }) {
  return (
    <NotePage title="Your certificate" robots="noindex">
      {kind === 'locked' ? (
        <p class="lead">
          Your address was changed within the last seven days. The way to your certificate opens
          again after these, and nothing of it is lost.
        </p>
      ) : (
        <>
          <p class="lead">
            A certificate has your legal name on it, so this opens on a device that you have opened
            with one more mailed link.
          </p>
          <OpenForm token={token} label="Mail me the link that opens it" />
          <p>Open the link that comes on this device, and then this page again.</p>
        </>
      )}
      <p class="actions">
        <a href={`/learn/${token}`}>Your course</a>
      </p>
    </NotePage>
  );
}

/** Epoch seconds in a zone's words: "Friday, November 27, 2026, 3:45 pm". */
export function whenIn(zone: string, at: number): string {
  return new Intl.DateTimeFormat('en-US', {
    dateStyle: 'full',
    timeStyle: 'short',
    timeZone: zone,
  }).format(at * 1000);
}
