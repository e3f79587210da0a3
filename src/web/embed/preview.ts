import type { Context as HonoContext } from 'hono';
import { DomainError } from '../../errors.ts';
import type { App } from '../middleware/context.ts';
import { senderOf } from '../middleware/origin.ts';

const PREVIEW = 'preview-';

/** The key of a form that is only shown, on a page of ours. */
export const previewKey = (key: string): string => PREVIEW + key;

/** The key that a form is shown with, and whether it is only shown. */
export function keyShown(key: string): { key: string; preview: boolean } {
  const preview = key.startsWith(PREVIEW);
  return { key: preview ? key.slice(PREVIEW.length) : key, preview };
}

/** Refuses what only pages of ours show. @throws DomainError `not-found` */
export function onPagesOfOurs(c: HonoContext<App>): void {
  if (senderOf(c) === 'elsewhere') throw new DomainError('not-found', 'No provider has this key.');
}

/** What a form that is only shown says when it is sent. */
export const notSent = () =>
  new DomainError('not-possible', 'This is a preview; nothing was sent.', 'form');
