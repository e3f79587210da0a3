import type { Clock } from '../../src/clock.ts';
import type { Answer, Mail, Mailer } from '../../src/mailer/mailer.ts';

/** A mailer that answers as told and remembers what it was given. */
export interface ScriptedMailer extends Mailer {
  posts: { key: string; text: string; mails: Mail[] }[];
  /** Answers to come, first in, first out; afterwards everything is accepted. */
  script: (Answer | ((mails: Mail[]) => Answer | Promise<Answer>))[];
}

export const ACCEPTED: Answer = { kind: 'accepted', refused: [] };

export function scriptedMailer(...script: ScriptedMailer['script']): ScriptedMailer {
  const mailer: ScriptedMailer = {
    interval: { prompt: 0, lesson: 0 },
    posts: [],
    script,
    async post({ key, body }) {
      const text = new TextDecoder().decode(body);
      const mails = JSON.parse(text) as Mail[];
      mailer.posts.push({ key, text, mails });
      const next = mailer.script.shift() ?? ACCEPTED;
      return typeof next === 'function' ? next(mails) : next;
    },
  };
  return mailer;
}

/** A mail that was accepted, and when. */
export interface AcceptedMail {
  /** The mailer's own. */
  id: string;
  /** The idempotency key of its batch. */
  key: string;
  to: string;
  /** The ledger row it was tagged with. */
  delivery: number;
  kind: string;
  lesson: number | null;
  /** Course time, epoch seconds. */
  at: number;
  mail: Mail;
}

/** A mailer that keeps its promise about idempotency keys, whatever its script does to the answers. */
export interface HonestMailer extends Mailer {
  accepted: AcceptedMail[];
  /** What happens to the next posts, first in, first out; then all is well. */
  script: ('lost' | 'unheard' | Answer)[];
  /** An address that it never takes: the whole request is refused. */
  bad: string | null;
}

/** For so long a mailer knows a key again, in milliseconds of machine time, as Resend does. */
const KEY_LIFETIME = 24 * 3_600_000;

/**
 * Takes a key once a day and answers the same bytes with the same answer. `lost` accepts and its answer is
 * never heard, `unheard` accepts nothing and says nothing; any other entry is answered as it is, and
 * nothing is accepted.
 */
export function honestMailer(clock: Pick<Clock, 'now' | 'machine'>): HonestMailer {
  const answered = new Map<string, { text: string; answer: Answer; at: number }>();
  const mailer: HonestMailer = {
    interval: { prompt: 0, lesson: 0 },
    accepted: [],
    script: [],
    bad: null,
    async post({ key, body }) {
      const text = new TextDecoder().decode(body);
      const before = answered.get(key);
      if (before && clock.machine() - before.at < KEY_LIFETIME)
        return before.text === text ? before.answer : { kind: 'mismatch' };
      const fault = mailer.script.shift();
      if (fault === 'unheard') return { kind: 'unknown', reason: 'no_answer' };
      if (fault !== undefined && fault !== 'lost') return fault;
      const mails = JSON.parse(text) as Mail[];
      if (mails.some((mail) => mail.to[0] === mailer.bad)) {
        return { kind: 'refused', reason: 'validation_error' };
      }
      answered.set(key, { text, answer: ACCEPTED, at: clock.machine() });
      for (const mail of mails) {
        const tag = (name: string) => mail.tags.find((found) => found.name === name)?.value;
        mailer.accepted.push({
          id: crypto.randomUUID(),
          key,
          to: mail.to[0] ?? '',
          delivery: Number(tag('delivery')),
          kind: tag('kind') ?? '',
          lesson: tag('lesson') ? Number(tag('lesson')) : null,
          at: clock.now(),
          mail,
        });
      }
      return fault === 'lost' ? { kind: 'unknown', reason: 'no_answer' } : ACCEPTED;
    },
  };
  return mailer;
}
