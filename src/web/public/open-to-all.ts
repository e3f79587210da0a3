import type { Context as HonoContext } from 'hono';
import type { Seconds } from '../../clock.ts';
import type { App } from '../middleware/context.ts';

/**
 * An answer that programs of others read, in a browser too, and may keep for a while. It is one thing to
 * programs and another to people, by what they accept.
 */
export function openToAll(c: HonoContext<App>, keptFor: Seconds): void {
  c.header('Access-Control-Allow-Origin', '*');
  c.header('Cross-Origin-Resource-Policy', 'cross-origin');
  c.header('Cache-Control', `public, max-age=${keptFor}`);
  c.header('Vary', 'Accept');
}
