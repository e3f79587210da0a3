import type { Context as HonoContext } from 'hono';
import type { Child } from 'hono/jsx';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Operator } from '../../staff/read-session.ts';
import { type OperatorRole, reaches } from '../../staff/staff.ts';
import { outcomeOf } from '../staff/again.ts';
import type { Route, Staffed } from '../staff/route.ts';
import { ActForm, Desk } from '../ui/desk.tsx';
import { readReason } from './input.ts';

/** What a page of the console finds in `c`. */
export interface Console extends Staffed {
  Variables: Staffed['Variables'] & {
    operator: Operator;
    /** Pages that stand in the row of links. */
    nav: readonly Pick<ConsoleRoute, 'path' | 'role' | 'nav'>[];
  };
}

export type C = HonoContext<Console>;

export type ConsoleRoute = Route<Console, OperatorRole>;

export interface PageProps {
  title: string;
  status?: ContentfulStatusCode;
  styles?: string[];
  scripts?: string[];
  /** What a page says of what was done, by the word in `done`. */
  said?: Record<string, string>;
}

/** A page of the console, with its row of links and who is in. */
export function consolePage(
  c: HonoContext<Console>,
  { title, status, styles, scripts, said }: PageProps,
  children: Child,
): Response | Promise<Response> {
  const { operator, nav } = c.var;
  const { done, failed } = outcomeOf(c, said);
  const links = nav.flatMap(({ path, role, nav: label }) =>
    label === undefined || !reaches('console', operator.role, role)
      ? []
      : [{ href: path, label, here: isHere(c.req.path, path) }],
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
      done={done}
      failed={failed}
    >
      {children}
    </Desk>,
    status ?? failed?.status ?? 200,
  );
}

/** Whether an address is that of a page in the row of links, or lies below it. */
const isHere = (path: string, page: string) =>
  path === page || (page !== '/operator' && path.startsWith(`${page}/`));

/** Whether somebody may do what needs this role. */
export const may = (c: C, role: OperatorRole) => reaches('console', c.var.operator.role, role);

/** Who does it, and why they say they do. @throws DomainError `bad-input` (field `why`) */
export function signed(c: C): { actor: string; reason: string } {
  return {
    actor: c.var.actor,
    reason: readReason(c.var.fields.why, 'why', 'Please say why, in a few words.'),
  };
}

interface DeedProps
  extends Pick<Parameters<typeof ActForm>[0], 'label' | 'quiet' | 'grave' | 'fields'> {
  c: C;
  action: string;
  /** Unique on its page. */
  id: string;
  /** What the reason is kept for; without it none is asked for, and `fields` bring one along. */
  hint?: string;
  /** Stands behind this line, and is open where the form came to nothing. */
  behind?: string;
  children?: Child;
}

/** A button of the console with the reason that is kept with its deed. */
export function Deed({ c, id, hint, behind, children, ...form }: DeedProps) {
  const { failed, operator } = c.var;
  const same = failed?.action === form.action && sameFields(failed.typed, form.fields);
  const again = same ? failed : null;
  const why =
    hint === undefined
      ? undefined
      : {
          id,
          hint,
          value: again?.typed.why ?? '',
          error: again?.field === 'why' ? again.message : undefined,
        };
  const act = (
    <ActForm {...form} csrf={operator.csrf} why={why}>
      {children}
    </ActForm>
  );
  if (behind === undefined) return act;
  return (
    <details class="more" open={again !== null}>
      <summary>{behind}</summary>
      {act}
    </details>
  );
}

const sameFields = (typed: Record<string, string>, fields: Record<string, string> = {}) =>
  Object.entries(fields).every(([name, value]) => typed[name] === value);
