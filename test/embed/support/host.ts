import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cleaners } from './builders.ts';

/** Where the numbered host pages are. */
const PAGES = join(import.meta.dirname, '..');

/** What stands in a host page for something of the course's. */
export interface Filling {
  /** The course's origin, and the provider's key. */
  course: string;
  key: string;
  snippets: Record<string, string>;
  /** The text of embed.js, as an optimizer has it that takes it into a page of its own. */
  embed?: string;
  /** The same site under an origin that nobody named. */
  elsewhere?: string;
}

/**
 * Fills a page: `__SCRIPT__`, `__IFRAME__`, `__FORM__` and `__LINK__` are what a provider pastes, and
 * `__WORDPRESS_SCRIPT__` and the like what such a builder leaves of it.
 */
export function filled(
  text: string,
  { course, key, snippets, embed = '', elsewhere = '' }: Filling,
): string {
  const link = `<a href="${course}/?provider=${key}">Sign up for In the Room</a>`;
  const pasted = (name: string) => (name === 'LINK' ? link : (snippets[name.toLowerCase()] ?? ''));
  return text
    .replaceAll('__EMBED__', () => embed)
    .replaceAll(
      /__(WORDPRESS|MOODLE)_(SCRIPT|IFRAME|FORM|LINK)__/g,
      (_, builder: string, name: string) =>
        cleaners[builder.toLowerCase() as keyof typeof cleaners](pasted(name)),
    )
    .replaceAll(/__(SCRIPT|IFRAME|FORM|LINK)__/g, (_, name: string) => pasted(name))
    .replaceAll('__ELSEWHERE__', elsewhere)
    .replaceAll('__COURSE__', course)
    .replaceAll('__KEY__', key);
}

interface ServerConfig {
  headers?: Record<string, string>;
}

/**
 * Somebody else's web server: `/<scenario>/` is its page.html under its server.json's headers.
 *
 * @param fill what becomes of a page's text, and of a header
 * @param heard is told what was posted
 */
export async function serveSite(
  port: number,
  fill: (text: string, url: URL) => string,
  heard: (posted: { path: string; body: string }) => void = () => {},
): Promise<{ close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', `http://localhost:${port}`);
    const [, scenario = '', file = ''] = url.pathname.split('/');
    if (request.method === 'POST') {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      heard({ path: url.pathname, body: Buffer.concat(chunks).toString() });
    }
    if (scenario === 'favicon.ico') {
      response.statusCode = 204;
      response.end();
      return;
    }
    try {
      if (file === 'jquery.js') {
        response.setHeader('content-type', 'text/javascript; charset=utf-8');
        response.end(await readFile(createRequire(import.meta.url).resolve('jquery')));
        return;
      }
      const folder = join(PAGES, scenario);
      const config: ServerConfig = JSON.parse(await readFile(join(folder, 'server.json'), 'utf8'));
      const text = await readFile(join(folder, file || 'page.html'), 'utf8');
      for (const [name, value] of Object.entries(config.headers ?? {})) {
        response.setHeader(name, fill(value, url));
      }
      const type = file.endsWith('.js') ? 'text/javascript' : 'text/html';
      response.setHeader('content-type', `${type}; charset=utf-8`);
      response.end(fill(text, url));
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((done) => server.listen(port, () => done()));
  return { close: () => new Promise((done) => server.close(() => done())) };
}
