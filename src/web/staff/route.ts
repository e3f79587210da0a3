import type { Context as HonoContext } from 'hono';
import type { Child } from 'hono/jsx';
import type { App } from '../middleware/context.ts';
import type { Fields } from '../middleware/form.ts';

/** What every page of a room finds in `c`. */
export interface Staffed extends App {
  Variables: App['Variables'] & {
    /** The text fields of a POST. */
    fields: Fields;
    /** As `acts.actor` has it: neither address nor name. */
    actor: string;
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
  handle(c: HonoContext<E>): Response | Promise<Response>;
}

/** Who asks, as a room's table admits them. */
export interface Admitted<Role extends string> {
  staffId: number;
  role: Role;
  session: number;
  csrf: string;
}
