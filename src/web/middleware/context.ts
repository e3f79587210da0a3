import type { Context as HonoContext } from 'hono';
import { createMiddleware } from 'hono/factory';
import { type Context, createContext } from '../../context.ts';
import { type Env, isLoopback, type Settings } from '../../env.ts';
import { DomainError } from '../../errors.ts';

/** What a route finds in `c`. */
export interface App {
  Bindings: Env;
  Variables: {
    ctx: Context;
    /** Origins of the pages that may frame this answer; nobody may where it is not set. */
    framedBy?: string[];
    /** Set where a form stands in this answer that needs Turnstile's check. */
    checked?: boolean;
    /** Set where a form stands in this answer that leads to a page of this origin once it is sent. */
    leadsTo?: string;
    /** Set where this answer shows pages of ours in frames. */
    frames?: boolean;
    /** The digest of a style that is written into this answer, as a policy names it. */
    styledBy?: string;
  };
}

/**
 * What is wrong with the settings for a request to this address. A local configuration (mailbox,
 * movable clock, built-in keys) serves nobody who asks for another host than this machine.
 */
export function hostProblem(settings: Settings, url: string): string | null {
  const foreign = settings.local && !isLoopback(new URL(url).hostname);
  return foreign ? 'BASE_URL: is this machine, but the request is not' : null;
}

/** The origins under which this request's pages are ours. */
export function ownOrigins(c: HonoContext<App>): string[] {
  return [c.var.ctx.settings.baseUrl, new URL(c.req.url).origin];
}

/** Gives each request its context. */
export const withContext = createMiddleware<App>(async (c, next) => {
  const ctx = await createContext(c.env);
  const problem = hostProblem(ctx.settings, c.req.url);
  if (problem) throw new DomainError('misconfigured', problem);
  c.set('ctx', ctx);
  await next();
});
