import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { freePort } from '../../src/cli/local.ts';
import { localToken } from '../../src/cli/operator.ts';

const PAGES = join(import.meta.dirname, '../embed');

/** Somebody else's site, with a provider's form on its pages. */
export interface Host {
  /** The address of one of the pages in `test/embed/`. */
  page(name: string): string;
  close(): void;
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
  const { snippets } = (await operate(`/${provider.slug}`)) as { snippets: { iframe: string } };
  const server = createServer(async (request, response) => {
    const [, name = ''] = (request.url ?? '').split('/');
    const text = await readFile(join(PAGES, name, 'page.html'), 'utf8').catch(() => '');
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(
      text
        .replaceAll('__IFRAME__', snippets.iframe)
        .replaceAll('__COURSE__', course)
        .replaceAll('__KEY__', provider.publicKey),
    );
  });
  await new Promise<void>((done) => server.listen(port, () => done()));
  return { page: (name) => `${site}/${name}/`, close: () => server.close() };
}
