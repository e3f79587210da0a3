/**
 * What can be wrong with a request, in the domain's words. Only `web/errors.ts` knows which HTTP
 * status each code gets.
 */
export type ErrorCode =
  | 'bad-input'
  | 'unknown-provider'
  | 'wrong-origin'
  | 'unknown-origin'
  | 'provider-busy'
  | 'too-fast'
  | 'hidden-field'
  | 'form-used'
  | 'not-a-person'
  | 'check-unavailable'
  | 'unsupported-content-type'
  | 'body-too-large'
  | 'too-many-requests'
  | 'not-found'
  | 'bad-link'
  | 'link-ended'
  | 'bad-signature'
  | 'bad-bearer'
  | 'not-possible'
  | 'misconfigured';

/** Thrown where an input or a setting breaks a promise; `message` is written for the person who reads it. */
export class DomainError extends Error {
  readonly code: ErrorCode;
  /** The form field at fault, where there is one. */
  readonly field: string | undefined;

  constructor(code: ErrorCode, message: string, field?: string) {
    super(message);
    this.name = 'DomainError';
    this.code = code;
    this.field = field;
  }
}
