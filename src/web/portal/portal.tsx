import type { Context as HonoContext } from 'hono';
import type { Child } from 'hono/jsx';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Member } from '../../staff/read-session.ts';
import { type MemberRole, reaches } from '../../staff/staff.ts';
import { outcomeOf } from '../staff/again.ts';
import type { Route, Staffed } from '../staff/route.ts';
import { Desk } from '../ui/desk.tsx';

/** What a page of the portal finds in `c`. */
export interface Portal extends Staffed {
  Variables: Staffed['Variables'] & {
    member: Member;
    /** Pages that stand in the row of links. */
    nav: readonly NavRoute[];
  };
}

export type PortalRoute = Route<Portal, MemberRole>;
export type NavRoute = Pick<PortalRoute, 'path' | 'role' | 'nav'>;

export interface PageProps {
  title: string;
  styles?: string[];
  scripts?: string[];
  /** What a page says of what was done, by the word in `done`. */
  said?: Record<string, string>;
  status?: ContentfulStatusCode;
}

/** The address of a page of this provider: what follows its slug. */
export const at = (c: HonoContext<Portal>, path = '') =>
  `/portal/${encodeURIComponent(c.var.member.provider.slug)}${path}`;

/** A page of the portal, with its row of links and who is in. */
export function portalPage(
  c: HonoContext<Portal>,
  { title, status, styles, scripts, said }: PageProps,
  children: Child,
): Response | Promise<Response> {
  const { member, nav } = c.var;
  const { done, failed } = outcomeOf(c, said);
  const links = nav.flatMap(({ path, role, nav: label }) => {
    if (label === undefined || !reaches('portal', member.role, role)) return [];
    const href = at(c, path.slice('/portal/:slug'.length));
    const below = href !== at(c) && c.req.path.startsWith(`${href}/`);
    return [{ href, label, here: below || href === c.req.path }];
  });
  return c.html(
    <Desk
      title={title}
      room="portal"
      name={member.provider.name}
      nav={links}
      who={member.name || member.email}
      role={member.role}
      csrf={member.csrf}
      styles={styles}
      scripts={scripts}
      done={done}
      failed={failed}
    >
      {children}
    </Desk>,
    status ?? failed?.status ?? 200,
  );
}
