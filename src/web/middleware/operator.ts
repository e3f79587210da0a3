import { createMiddleware } from 'hono/factory';
import { DomainError } from '../../errors.ts';
import { equalInConstantTime } from '../../token.ts';
import type { App } from './context.ts';

/** Lets in whoever brings OPERATOR_TOKEN as a bearer (RFC 6750), and lets nothing be cached. */
export const operatorOnly = createMiddleware<App>(async (c, next) => {
  const bearer = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
  if (!equalInConstantTime(bearer, c.var.ctx.settings.operatorToken)) {
    throw new DomainError('bad-bearer', 'This needs the operator’s token, as a bearer.');
  }
  await next();
  c.header('Cache-Control', 'no-store');
});
