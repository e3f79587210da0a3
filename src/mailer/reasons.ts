/**
 * Names of Resend's errors that only the operator can mend: until then no mail gets out. In an answer
 * (resend.com/docs/api-reference/errors) or, after a mail was taken, in `email.failed`, whose page names
 * its causes and one of its reasons, `reached_daily_quota`; the other two have been seen.
 */
const HALTS = new Set([
  'daily_quota_exceeded',
  'monthly_quota_exceeded',
  'missing_api_key',
  'invalid_api_key',
  'restricted_api_key',
  'invalid_from_address',
  'invalid_access',
  'not_found',
  'method_not_allowed',
  'security_error',
  'reached_daily_quota',
  'reached_monthly_quota',
  'domain_not_verified',
]);

/** Reasons of `email.failed` that are about the recipient: the address cannot be mailed. */
const REFUSALS = new Set(['invalid_recipient', 'invalid_to_address']);

/** Resend's word for what went wrong, or `unnamed` where it is none. */
export function reasonOf(name: unknown): string {
  return typeof name === 'string' && /^[a-z_]{1,60}$/.test(name) ? name : 'unnamed';
}

export function isHalting(reason: string): boolean {
  return HALTS.has(reason);
}

export function isRefusal(reason: string): boolean {
  return REFUSALS.has(reason);
}
