import type { Context as HonoContext } from 'hono';
import type { Child } from 'hono/jsx';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { App } from '../middleware/context.ts';
import type { Fields } from '../middleware/form.ts';

/** A form that came to nothing. */
export interface Failed {
  /** The address that it was sent to. */
  action: string;
  /** What is wrong; undefined where it is the whole of it. */
  field: string | undefined;
  message: string;
  status: ContentfulStatusCode;
  /** What was typed into it. */
  typed: Fields;
}

/** What every page of a room finds in `c`. */
export interface Staffed extends App {
  Variables: App['Variables'] & {
    /** The text fields of a POST. */
    fields: Fields;
    /** As `acts.actor` has it: neither address nor name. */
    actor: string;
    /** Set where a page shows a form again. */
    failed?: Failed;
  };
}

/** One address of a room, and the least role that may. */
export interface Route<E extends Staffed, Role extends string> {
  method: 'GET' | 'POST';
  path: string;
  role: Role;
  /** What the row of links calls it, where it stands there. */
  nav?: string;
  /** Most bytes of a POST, where that is not 64 KB. */
  body?: number;
  /**
   * A dangerous act: says what it will do. It goes once mailed digits were typed. Never for what stops
   * mail or lets it go, which must not need any.
   *
   * @throws DomainError for bad input, before anything is mailed
   */
  sure?: (c: HonoContext<E>) => Child | Promise<Child>;
  /** The page that shows a form again, with what was typed, where it came to nothing. */
  again?: (c: HonoContext<E>) => Response | Promise<Response>;
  handle(c: HonoContext<E>): Response | Promise<Response>;
}

/** Who asks, as a room's table admits them. */
export interface Admitted<Role extends string> {
  staffId: number;
  role: Role;
  session: number;
  csrf: string;
}
