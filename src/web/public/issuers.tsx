import { Hono, type Context as HonoContext } from 'hono';
import { HOUR, MINUTE } from '../../clock.ts';
import { addressesOf } from '../../credit/badge.ts';
import { issuerOn } from '../../credit/read-issuer.ts';
import { statusListOn } from '../../credit/status-list.ts';
import { DomainError } from '../../errors.ts';
import type { App } from '../middleware/context.ts';
import { NotePage } from '../ui/page.tsx';
import { openToAll } from './open-to-all.ts';

/** Who issues badges, and which of these do not stand: for programs that check one. */
export const issuerRoutes = new Hono<App>()
  .get('/issuers/:slug', async (c) => {
    const issuer = await issuerOn(c.var.ctx, c.req.param('slug'));
    if (!issuer) throw nobody();
    openToAll(c, HOUR);
    if (!wantsPage(c)) return c.json(issuer);
    const list = addressesOf(c.var.ctx.settings.baseUrl).list(c.req.param('slug'));
    return c.html(<IssuerPage issuer={issuer} list={list} />);
  })
  .get('/status/:slug', async (c) => {
    const list = await statusListOn(c.var.ctx, c.req.param('slug'));
    if (!list) throw nobody();
    openToAll(c, 5 * MINUTE);
    return c.json(list);
  });

const nobody = () => new DomainError('not-found', 'Nobody issues badges under this address.');

/** True of a browser, which asks for a page by name; programs take whatever comes. */
const wantsPage = (c: HonoContext<App>) => c.req.header('accept')?.includes('text/html') ?? false;

interface IssuerProps {
  issuer: NonNullable<Awaited<ReturnType<typeof issuerOn>>>;
  /** The address of its status list. */
  list: string;
}

function IssuerPage({ issuer, list }: IssuerProps) {
  const { name, description, url, verificationMethod } = issuer;
  return (
    <NotePage title={`${name}: issuer of badges`} heading={name} robots="noindex">
      <p class="lead">{description}</p>
      {url && (
        <p>
          Its own site: <a href={url}>{url}</a>
        </p>
      )}
      <p>
        A badge is a file of its holder’s. Programs that check one read this address, and{' '}
        <a href={list}>the list of those that do not stand any more</a>. Whether a certificate
        stands is also told to whoever has <a href="/certificates">its number</a>.
      </p>
      <h2>Keys</h2>
      {verificationMethod.length === 0 && <p>There are none yet, and so no badges.</p>}
      <ul>
        {verificationMethod.map(({ publicKeyMultibase }) => (
          <li key={publicKeyMultibase}>
            <code>{publicKeyMultibase}</code>
          </li>
        ))}
      </ul>
    </NotePage>
  );
}
