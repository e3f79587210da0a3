import { Resend } from 'resend';
import { HOUR, millisOf } from '../clock.ts';
import type { Answer, Mailer } from './mailer.ts';
import { isHalting, reasonOf } from './reasons.ts';

/** An attempt that has no answer after this long, in milliseconds, counts as unknown. */
const ATTEMPT_TIMEOUT = 30_000;

/** Without a usable `retry-after`, and at most, in milliseconds. */
const DEFAULT_WAIT = 1_000;
const LONGEST_WAIT = millisOf(HOUR);

/**
 * Posts through the Resend SDK's batch call: the exact bytes, permissive validation (one bad address
 * does not hold back the others) and the batch's idempotency key.
 *
 * @param signal makes the attempt's time limit; tests pass their own
 */
export function createResendMailer(
  options: { apiKey: string; baseUrl: string },
  signal: () => AbortSignal = () => AbortSignal.timeout(ATTEMPT_TIMEOUT),
): Mailer {
  const resend = new Resend(options.apiKey, { baseUrl: options.baseUrl });
  return {
    // Five requests a second for a team: four for lessons, one for what people ask for.
    interval: { lesson: 250, prompt: 1_000 },
    async post({ key, body, size }) {
      try {
        // `body` passes through the SDK to fetch as it is: the frozen bytes, not a new serialisation.
        const options = {
          body,
          idempotencyKey: key,
          headers: { 'x-batch-validation': 'permissive' },
          signal: signal(),
        };
        const result = await resend.post<unknown>('/emails/batch', undefined, options);
        return sortAnswer(result, size);
      } catch (error) {
        return { kind: 'unknown', reason: error instanceof Error ? error.name : 'thrown' };
      }
    },
  };
}

interface Result {
  data: unknown;
  error: unknown;
  headers: Record<string, string> | null;
}

/** Translates the SDK's result into what it proves. */
export function sortAnswer({ data, error, headers }: Result, size: number): Answer {
  if (error === null || error === undefined) return sortSuccess(data, size);
  const { name, statusCode } = error as { name?: unknown; statusCode?: unknown };
  const reason = reasonOf(name);
  const status = typeof statusCode === 'number' ? statusCode : null;

  if (reason === 'concurrent_idempotent_requests') return { kind: 'busy' };
  if (reason === 'invalid_idempotent_request') return { kind: 'mismatch' };
  if (isHalting(reason)) return { kind: 'halt', reason };
  if (reason === 'rate_limit_exceeded' || status === 429) {
    return { kind: 'rate-limited', retryAfterMs: retryAfter(headers?.['retry-after']) };
  }
  if (status === null || status >= 500 || status < 400) return { kind: 'unknown', reason };
  if (status === 401 || status === 403) return { kind: 'halt', reason };
  if (status === 408 || status === 409) return { kind: 'unknown', reason };
  return { kind: 'refused', reason };
}

function sortSuccess(data: unknown, size: number): Answer {
  const { data: ids, errors = [] } = (data ?? {}) as { data?: unknown; errors?: unknown };
  if (!Array.isArray(ids) || !Array.isArray(errors) || ids.length + errors.length !== size) {
    return { kind: 'unknown', reason: 'unreadable_success' };
  }
  const refused = errors.map((entry: { index?: unknown; message?: unknown }) => ({
    index: Number(entry?.index ?? Number.NaN),
    message: String(entry?.message ?? ''),
  }));
  const places = new Set(refused.map((entry) => entry.index));
  const readable = [...places].every((i) => Number.isInteger(i) && i >= 0 && i < size);
  if (!readable || places.size !== refused.length) {
    return { kind: 'unknown', reason: 'unreadable_success' };
  }
  return { kind: 'accepted', refused };
}

/** `retry-after` in milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3), capped. */
function retryAfter(header: string | undefined): number {
  const seconds = Number(header);
  const wait =
    header === undefined || header.trim() === ''
      ? Number.NaN
      : Number.isNaN(seconds)
        ? Date.parse(header) - Date.now()
        : seconds * 1000;
  if (!Number.isFinite(wait) || wait < 0) return DEFAULT_WAIT;
  return Math.min(Math.max(wait, DEFAULT_WAIT), LONGEST_WAIT);
}
