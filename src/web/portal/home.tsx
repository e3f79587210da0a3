import type { Context as HonoContext } from 'hono';
import { Opening } from '../ui/desk.tsx';
import { type Portal, portalPage } from './portal.tsx';

/** Where somebody of a provider arrives. */
export function homePage(c: HonoContext<Portal>) {
  const { provider } = c.var.member;
  const link = `${c.var.ctx.settings.baseUrl}/?${new URLSearchParams({ provider: provider.publicKey })}`;
  return portalPage(
    c,
    { title: 'Home' },
    <Opening heading="Home">
      <p>
        Whoever signs up by this link takes the course through you: <a href={link}>{link}</a>
      </p>
    </Opening>,
  );
}
