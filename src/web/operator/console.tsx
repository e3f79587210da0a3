import type { Context as HonoContext } from 'hono';
import type { Child } from 'hono/jsx';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Operator } from '../../staff/read-session.ts';
import { type OperatorRole, reaches } from '../../staff/staff.ts';
import type { Route, Staffed } from '../staff/route.ts';
import { Desk } from '../ui/desk.tsx';

/** What a page of the console finds in `c`. */
export interface Console extends Staffed {
  Variables: Staffed['Variables'] & {
    operator: Operator;
    /** Pages that stand in the row of links. */
    nav: readonly Pick<ConsoleRoute, 'path' | 'role' | 'nav'>[];
  };
}

export type ConsoleRoute = Route<Console, OperatorRole>;

export interface PageProps {
  title: string;
  status?: number;
  styles?: string[];
  scripts?: string[];
}

/** A page of the console, with its row of links and who is in. */
export function consolePage(
  c: HonoContext<Console>,
  { title, status = 200, styles, scripts }: PageProps,
  children: Child,
): Response | Promise<Response> {
  const { operator, nav } = c.var;
  const links = nav.flatMap(({ path, role, nav: label }) =>
    label === undefined || !reaches('console', operator.role, role)
      ? []
      : [{ href: path, label, here: path === c.req.path }],
  );
  return c.html(
    <Desk
      title={title}
      room="console"
      nav={links}
      who={operator.name || operator.email}
      role={operator.role}
      csrf={operator.csrf}
      styles={styles}
      scripts={scripts}
    >
      {children}
    </Desk>,
    status as ContentfulStatusCode,
  );
}
