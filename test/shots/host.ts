import { freePort } from '../../src/cli/local.ts';
import { localToken } from '../../src/cli/operator.ts';
import { filled, serveSite } from '../embed/support/host.ts';

/** Somebody else's site, with a provider's form on its pages. */
export interface Host {
  /** The address of one of the pages in `test/embed/`. */
  page(name: string): string;
  /** The same under an origin that the provider has not named. */
  elsewhere(name: string): string;
  close(): Promise<void>;
}

/**
 * Serves the test pages of `test/embed/` with a provider's snippets in them.
 *
 * @param course the course's origin, on this machine
 */
export async function serveHost(course: string): Promise<Host> {
  const port = await freePort();
  const site = `http://localhost:${port}`;
  const token = await localToken();
  const operate = async (path: string, init: RequestInit = {}) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
    };
    const response = await fetch(`${course}/operator/api/providers${path}`, { ...init, headers });
    if (!response.ok) throw new Error(`the operator’s part answered ${response.status}`);
    return response.json() as Promise<unknown>;
  };
  const added = { name: 'Harbor Institute', origins: [site], by: 'shots', reason: 'pictures' };
  const body = JSON.stringify(added);
  const { provider } = (await operate('', { method: 'POST', body })) as {
    provider: { slug: string; publicKey: string };
  };
  const { snippets } = (await operate(`/${provider.slug}`)) as { snippets: Record<string, string> };
  const elsewhere = `http://127.0.0.1:${port}`;
  const filling = { course, key: provider.publicKey, snippets, elsewhere };
  const server = await serveSite(port, (text) => filled(text, filling));
  return {
    page: (name) => `${site}/${name}/`,
    elsewhere: (name) => `${elsewhere}/${name}/`,
    close: server.close,
  };
}
