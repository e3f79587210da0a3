import type { Context as HonoContext } from 'hono';
import type { Child } from 'hono/jsx';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { DomainError } from '../../errors.ts';
import type { Operator } from '../../staff/read-session.ts';
import { type OperatorRole, reaches } from '../../staff/staff.ts';
import { answerFor } from '../errors.ts';
import type { Route, Staffed } from '../staff/route.ts';
import { ActForm, Desk } from '../ui/desk.tsx';
import { FormError, Notice } from '../ui/fields.tsx';
import { readReason } from './input.ts';

/** What a page of the console finds in `c`. */
export interface Console extends Staffed {
  Variables: Staffed['Variables'] & {
    operator: Operator;
    /** A form that came to nothing, on the page that shows it again. */
    failed?: Failed;
    /** Pages that stand in the row of links. */
    nav: readonly Pick<ConsoleRoute, 'path' | 'role' | 'nav'>[];
  };
}

/** What was wrong with a form, and what was typed into it. */
interface Failed {
  action: string;
  field: string | undefined;
  message: string;
  status: number;
  typed: Record<string, string>;
}

export type C = HonoContext<Console>;

export type ConsoleRoute = Route<Console, OperatorRole>;

export interface PageProps {
  title: string;
  status?: number;
  styles?: string[];
  scripts?: string[];
  /** What a page says of what was done, by the word in `done`. */
  said?: Record<string, string>;
}

/** A page of the console, with its row of links and who is in. */
export function consolePage(
  c: HonoContext<Console>,
  { title, status, styles, scripts, said = {} }: PageProps,
  children: Child,
): Response | Promise<Response> {
  const { operator, nav, failed } = c.var;
  const word = c.req.method === 'GET' ? c.req.query('done') : undefined;
  const done = word === undefined ? undefined : said[word];
  const links = nav.flatMap(({ path, role, nav: label }) =>
    label === undefined || !reaches('console', operator.role, role)
      ? []
      : [{ href: path, label, here: isHere(c.req.path, path) }],
  );
  return c.html(
    <Desk
      title={failed ? `Error: ${title}` : title}
      room="console"
      nav={links}
      who={operator.name || operator.email}
      role={operator.role}
      csrf={operator.csrf}
      styles={styles}
      scripts={scripts}
    >
      {done && (
        <Notice tone="success">
          <p>{done}</p>
        </Notice>
      )}
      {failed && failed.field === undefined && <FormError message={failed.message} />}
      {children}
    </Desk>,
    (status ?? failed?.status ?? 200) as ContentfulStatusCode,
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

/** A form’s deed, and the page that shows the form again where it came to nothing. */
export function acting(
  page: (c: C) => Response | Promise<Response>,
  act: (c: C) => Promise<Response>,
) {
  return async (c: C): Promise<Response> => {
    try {
      return await act(c);
    } catch (error) {
      const shown = error instanceof DomainError && /^(bad-input|not-possible)$/.test(error.code);
      if (!shown) throw error;
      const { field, message, status } = answerFor(error);
      const { go: _, csrf: __, ...typed } = c.var.fields;
      c.set('failed', { action: c.req.path, field, message, status, typed });
      return page(c);
    }
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

/** What was typed into a field of a form that came to nothing, and what is wrong with it. */
export function typedInto(c: C, action: string, field: string): { value: string; error?: string } {
  const { failed } = c.var;
  if (failed?.action !== action) return { value: '' };
  const value = failed.typed[field] ?? '';
  return failed.field === field ? { value, error: failed.message } : { value };
}
