import type { Context as HonoContext } from 'hono';
import { LESSONS } from '../../course/course.ts';
import type { CapChange } from '../../delivery/change-cap.ts';
import type { Verdict } from '../../delivery/settle-batch.ts';
import { DomainError } from '../../errors.ts';
import { parseSubscriberName } from '../../id.ts';
import { parseEmail } from '../../signup/signup.ts';

const MAX_REASON = 500;

/** A name as an operator signs with it: no address, one line, up to 60 characters. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}\p{M} ._'’-]{0,59}$/u;

/** The JSON object of a request's body; unknown fields are ignored. */
export type Input = Record<string, unknown>;

/**
 * Reads a body that must be a JSON object.
 *
 * @throws DomainError `unsupported-content-type`, `bad-input`
 */
export async function readInput(c: HonoContext): Promise<Input> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new DomainError('unsupported-content-type', 'Please send JSON.', 'form');
  }
  const body: unknown = await c.req.json().catch(() => null);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new DomainError('bad-input', 'The body must be a JSON object.', 'form');
  }
  return body as Input;
}

/**
 * Who changes something, and why. Both are kept for good, so neither may hold an address.
 *
 * @throws DomainError `bad-input` (field `by` or `reason`)
 */
export function readWhy(input: Input): { actor: string; reason: string } {
  const by = text(input.by);
  if (!NAME.test(by)) {
    const message = 'Say who you are in `by`: a name of up to 60 letters, and no address.';
    throw new DomainError('bad-input', message, 'by');
  }
  const ask = `Say why in \`reason\`, in up to ${MAX_REASON} characters.`;
  return { actor: `operator:${by}`, reason: readReason(input.reason, 'reason', ask) };
}

/**
 * Why somebody does something: it is kept for good, so without an address.
 *
 * @param ask what is said where there is none, or too much
 * @throws DomainError `bad-input`, with this field
 */
export function readReason(typed: unknown, field: string, ask: string): string {
  const reason = text(typed);
  if (reason === '' || reason.length > MAX_REASON) {
    throw new DomainError('bad-input', ask, field);
  }
  if (reason.includes('@')) {
    const message = 'The reason is kept for good: please write it without an address.';
    throw new DomainError('bad-input', message, field);
  }
  return reason;
}

/** @throws DomainError `bad-input` (field `email`) */
export function readEmail(input: Input): string {
  return parseEmail(text(input.email));
}

/** A lesson's number, as a number or as text. @throws DomainError `bad-input` (field `lesson`) */
export function readLesson(input: Input): number {
  const given = input.lesson;
  const lesson = typeof given === 'number' ? given : Number(text(given) || Number.NaN);
  if (!Number.isInteger(lesson) || lesson < 1 || lesson > LESSONS) {
    const message = `\`lesson\` must be a number from 1 to ${LESSONS}.`;
    throw new DomainError('bad-input', message, 'lesson');
  }
  return lesson;
}

/** @throws DomainError `bad-input` (field `verdict` or `attempts`) */
export function readVerdict(input: Input): Verdict {
  const verdict = text(input.verdict);
  if (verdict !== 'accepted' && verdict !== 'not-accepted') {
    const message = '`verdict` must be `accepted` or `not-accepted`, as the mailer’s record says.';
    throw new DomainError('bad-input', message, 'verdict');
  }
  if (verdict === 'accepted') return { accepted: true };
  const { attempts } = input;
  if (typeof attempts !== 'number' || !Number.isSafeInteger(attempts) || attempts < 1) {
    const message =
      'Say in `attempts` how many there were when you looked, as the list of uncertain batches does.';
    throw new DomainError('bad-input', message, 'attempts');
  }
  return { accepted: false, attempts };
}

/** @throws DomainError `bad-input` (field `scope`) */
export function readScope(input: Input): string {
  const scope = text(input.scope);
  if (scope === '') {
    throw new DomainError('bad-input', '`scope` must be `all` or a lesson: `lesson:3`.', 'scope');
  }
  return scope;
}

/** @throws DomainError `bad-input` (field `cap`) */
export function readCapChange({ cap }: Input): CapChange {
  if (cap === 'none') return { kind: 'none' };
  if (cap === 'warm-up') return { kind: 'warm-up', mails: null };
  const mails = typeof cap === 'number' || /^\d{1,8}$/.test(text(cap)) ? Number(cap) : Number.NaN;
  return { kind: 'fixed', mails };
}

/** The subscriber that an address of the API names. @throws DomainError `not-found` */
export function readSubscriberId(name: string): number {
  const id = parseSubscriberName(name);
  if (id === null) throw unknownSubscriber();
  return id;
}

export function unknownSubscriber(): DomainError {
  return new DomainError('not-found', 'Nobody is known by this id.');
}

/** A batch's number, as the log and the list of uncertain ones give it. @throws DomainError `not-found` */
export function readBatchId(digits: string): number {
  const id = /^[1-9]\d{0,15}$/.test(digits) ? Number(digits) : Number.NaN;
  if (!Number.isSafeInteger(id)) throw unknownBatch();
  return id;
}

export function unknownBatch(): DomainError {
  return new DomainError('not-found', 'There is no batch of this number.');
}

/** One line without control characters, trimmed; empty for what is not text. */
export function text(value: unknown): string {
  if (typeof value !== 'string') return '';
  return value
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
}
