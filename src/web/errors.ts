import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { MINUTE, type Seconds } from '../clock.ts';
import { DomainError, type ErrorCode } from '../errors.ts';

/** The one place that knows status codes. */
const STATUS: Record<ErrorCode, ContentfulStatusCode> = {
  'bad-input': 422,
  'unknown-provider': 422,
  'wrong-origin': 403,
  'unknown-origin': 403,
  'provider-busy': 429,
  'too-fast': 422,
  'hidden-field': 422,
  'form-used': 409,
  'not-a-person': 422,
  'check-unavailable': 503,
  'unsupported-content-type': 415,
  'body-too-large': 413,
  'too-many-requests': 429,
  'not-found': 404,
  'bad-link': 404,
  'link-ended': 410,
  'bad-signature': 401,
  'bad-bearer': 401,
  'not-possible': 409,
  misconfigured: 503,
};

/** What a page is answered with that says such an error itself. */
export const statusOf = (code: ErrorCode): ContentfulStatusCode => STATUS[code];

/** What `/healthz` is answered with where mail does not flow. */
export const UNWELL = 503;

/** How long a caller who came too often should wait: the period of wrangler.toml's SIGNUP_LIMIT. */
const BURST_PERIOD = MINUTE;

/** How an error is answered. What is not a DomainError says nothing of the inside. */
export interface Answer {
  status: ContentfulStatusCode;
  code: string;
  message: string;
  field: string | undefined;
  /** For a page that has no other title. */
  title: string;
  /** It is our fault, and is logged. */
  ours: boolean;
  /** For whom it may work later, the seconds until then. */
  retryAfter: Seconds | null;
}

export function answerFor(error: unknown): Answer {
  if (!(error instanceof DomainError)) {
    const message = 'Something went wrong on our side. Please try again in a moment.';
    return answer(500, 'internal', message, undefined);
  }
  const message =
    error.code === 'misconfigured'
      ? 'This course is not set up completely yet. Please try again later.'
      : error.message;
  return answer(STATUS[error.code], error.code, message, error.field);
}

function answer(
  status: ContentfulStatusCode,
  code: string,
  message: string,
  field: string | undefined,
): Answer {
  const title = status === 404 ? 'Nothing here' : 'That did not work';
  const retryAfter = status === 429 ? BURST_PERIOD : null;
  return { status, code, message, field, title, ours: status >= 500, retryAfter };
}
