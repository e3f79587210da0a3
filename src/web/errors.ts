import type { ContentfulStatusCode } from 'hono/utils/http-status';
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
  'bad-signature': 401,
  'bad-bearer': 401,
  'not-possible': 409,
  misconfigured: 503,
};

/** How an error is answered. What is not a DomainError says nothing of the inside. */
export interface Answer {
  status: ContentfulStatusCode;
  code: string;
  message: string;
  field: string | undefined;
}

export function answerFor(error: unknown): Answer {
  if (!(error instanceof DomainError)) {
    const message = 'Something went wrong on our side. Please try again in a moment.';
    return { status: 500, code: 'internal', message, field: undefined };
  }
  const message =
    error.code === 'misconfigured'
      ? 'This course is not set up completely yet. Please try again later.'
      : error.message;
  return { status: STATUS[error.code], code: error.code, message, field: error.field };
}
