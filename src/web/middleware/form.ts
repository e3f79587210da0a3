import type { Context as HonoContext } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { DomainError } from '../../errors.ts';

/** Refuses a body of more bytes, before it is read. */
export const bodyUpTo = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new DomainError('body-too-large', 'That is more than this form takes.', 'form');
    },
  });

/** No form of ours needs more, but for what is written at length. */
export const smallBody = bodyUpTo(64 * 1024);

/** Room for a picture of 60 KB, as a form's file or written in Base64. */
export const PICTURE = 128 * 1024;
export const pictureBody = bodyUpTo(PICTURE);

/** Room for a text that is too long to be kept, so that it can be handed back to be shortened. */
export const textBody = bodyUpTo(1024 * 1024);

/** The fields of a form that are text; anything else in it is ignored. */
export type Fields = Record<string, string>;

/**
 * The text fields of a request's body: urlencoded, multipart, or a JSON object.
 *
 * @param mustBeText fields that may be missing, but not be something else than text
 * @throws DomainError `unsupported-content-type`, or `bad-input` where the body cannot be read
 */
export async function readFields(c: HonoContext, mustBeText: string[] = []): Promise<Fields> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  let body: unknown;
  try {
    if (type === 'application/json') body = await c.req.json();
    else if (type === 'multipart/form-data') body = await c.req.parseBody();
    // Read as Hono does, the last of several wins, without a `FormData` in between.
    else if (type === 'application/x-www-form-urlencoded') {
      const text = new TextDecoder().decode(await c.req.arrayBuffer());
      body = Object.fromEntries(new URLSearchParams(text));
    } else {
      const message = 'Please send a form or JSON.';
      throw new DomainError('unsupported-content-type', message, 'form');
    }
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw new DomainError('bad-input', 'The form could not be read.', 'form');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new DomainError('bad-input', 'The form could not be read.', 'form');
  }
  const fields: Fields = Object.create(null);
  for (const [name, value] of Object.entries(body)) {
    if (typeof value === 'string') fields[name] = value.toWellFormed();
    else if (value !== null && mustBeText.includes(name)) {
      throw new DomainError('bad-input', `\`${name}\` must be text.`, name);
    }
  }
  return fields;
}

/** True where the caller wants JSON rather than a page. */
export function wantsJson(c: HonoContext): boolean {
  return (c.req.header('accept') ?? '').toLowerCase().includes('application/json');
}
