import type { Context as HonoContext } from 'hono';
import { DomainError } from '../../errors.ts';
import { answerFor } from '../errors.ts';
import type { Fields } from '../middleware/form.ts';
import type { Failed, Staffed } from './route.ts';

/** What a form came to that its own page can say; null for what is nobody's to mend in it. */
export function failureOf(error: unknown, action: string, fields: Fields): Failed | null {
  if (!(error instanceof DomainError) || error.code === 'not-found') return null;
  const mendable = /^(bad-input|not-possible)$/.test(error.code) || error.field !== undefined;
  if (!mendable) return null;
  const { field, message, status } = answerFor(error);
  const { go: _, csrf: __, digits: ___, ...typed } = fields;
  return { action, field, message, status, typed };
}

/** What stands in a field: what was typed, with what is wrong, where its form came to nothing. */
export function typedInto<E extends Staffed>(
  c: HonoContext<E>,
  action: string,
  field: string,
  otherwise = '',
): { value: string; error?: string } {
  const { failed } = c.var as Staffed['Variables'];
  if (failed?.action !== action) return { value: otherwise };
  const value = failed.typed[field] ?? '';
  return failed.field === field ? { value, error: failed.message } : { value };
}

/**
 * What a page says first: of what was done, by the word in `done`, or of what came to nothing.
 *
 * @param said a sentence for each word
 */
export function outcomeOf<E extends Staffed>(
  c: HonoContext<E>,
  said: Record<string, string> = {},
): { done: string | undefined; failed: Failed | undefined } {
  const word = c.req.method === 'GET' ? c.req.query('done') : undefined;
  const { failed } = c.var as Staffed['Variables'];
  return { done: word === undefined ? undefined : said[word], failed };
}
