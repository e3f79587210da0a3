import type { Context as HonoContext } from 'hono';
import { DomainError } from '../../errors.ts';
import type { App } from './context.ts';

const SAID = {
  signup: 'There were many signups from your network just now. Please try again in a minute.',
  register: 'There were many look-ups from your network just now. Please try again in a minute.',
  enter: 'There were many tries from your network just now. Please try again in a minute.',
};

/**
 * The burst limit of one client, by the platform's own client address, for each thing by itself; on this
 * machine there is none.
 *
 * @throws DomainError `too-many-requests`
 */
export async function refuseBurst(c: HonoContext<App>, what: keyof typeof SAID): Promise<void> {
  const client = c.req.header('cf-connecting-ip');
  if (c.var.ctx.settings.local || client === undefined) return;
  // A signup's key stays as it was.
  const key = what === 'signup' ? networkOf(client) : `${what}:${networkOf(client)}`;
  const { success } = await c.env.SIGNUP_LIMIT.limit({ key });
  if (success) return;
  throw new DomainError('too-many-requests', SAID[what], 'form');
}

/**
 * What a client's address is counted under: the address, and of IPv6 its /64, which is the least that one
 * line is given (RFC 6177). IPv4 written as IPv6 (RFC 4291, 2.5.5.2) is IPv4.
 */
function networkOf(address: string): string {
  // A URL writes each address in one way; what has no brackets in a URL is IPv4, or no address.
  const host = URL.parse(`http://[${address}]`)?.hostname.slice(1, -1);
  if (host === undefined) return address;
  const [left = [], right] = host.split('::').map((half) => half.split(':').filter(Boolean));
  const gap = Array<string>(8 - left.length - (right?.length ?? 0)).fill('0');
  const groups = [...left, ...gap, ...(right ?? [])];
  if (groups.slice(0, 6).join(':') !== '0:0:0:0:0:ffff')
    return `${groups.slice(0, 4).join(':')}::/64`;
  const bytes = groups.slice(6).flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
  return bytes.join('.');
}
