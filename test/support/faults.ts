import type { Mailer } from '../../src/mailer/mailer.ts';

/** What happens to one I/O call: the process dies there, or the call alone fails. */
export interface Fault {
  /** Which call, counted from 1. */
  at: number;
  /** Before the call takes effect, or after it did but before its answer is seen. */
  when: 'before' | 'after';
  how: 'crash' | 'error';
}

/** The process is dead; nothing it would have done afterwards happens. */
export class Crash extends Error {
  constructor() {
    super('the process died');
    this.name = 'Crash';
  }
}

/** What D1 says when it stumbles, before or after it has committed (its documentation's own words). */
const STUMBLES = [
  'Network connection lost.',
  'D1 DB storage operation exceeded timeout which caused object to be reset.',
  'D1 DB reset because its code was updated.',
  'Internal error in D1 DB storage caused object to be reset.',
  'Cannot resolve D1 DB due to transient issue on remote node.',
  'D1 DB is overloaded. Too many requests queued.',
  'D1 DB exceeded its CPU time limit and was reset.',
];

/** An error, and what it says it came of: Drizzle's builder wraps what the database throws. */
const withCauses = (error: unknown): unknown[] =>
  error instanceof Error ? [error, ...withCauses(error.cause)] : [error];

/** True for an error that a process was made to stumble over. */
export function isStumble(error: unknown): boolean {
  return withCauses(error).some((each) => STUMBLES.some((words) => String(each).includes(words)));
}

/** True for the death of a process. */
export function isCrash(error: unknown): boolean {
  return withCauses(error).some((each) => each instanceof Crash);
}

/** One process: counts its I/O and dies or stumbles where it is told to. */
export class Process {
  calls = 0;
  dead = false;
  readonly faults: Fault[];

  constructor(...faults: Fault[]) {
    this.faults = faults;
  }

  async io<T>(call: () => Promise<T>): Promise<T> {
    if (this.dead) throw new Crash();
    this.calls += 1;
    const fault = this.faults.find(({ at }) => at === this.calls);
    if (fault?.when === 'before') this.#strike(fault);
    const answer = await call();
    if (fault?.when === 'after') this.#strike(fault);
    if (this.dead) throw new Crash();
    return answer;
  }

  #strike({ how }: Fault): never {
    if (how === 'error') throw new Error(`D1_ERROR: ${STUMBLES[this.calls % STUMBLES.length]}`);
    this.dead = true;
    throw new Crash();
  }
}

/** The database as a process sees it: every statement and batch is one I/O call. */
export function faultyD1(d1: D1Database, process: Process): D1Database {
  class Statement {
    readonly real: D1PreparedStatement;

    constructor(real: D1PreparedStatement) {
      this.real = real;
    }

    bind(...values: unknown[]) {
      return new Statement(this.real.bind(...values));
    }

    all() {
      return process.io(() => this.real.all());
    }

    raw() {
      return process.io(() => this.real.raw());
    }

    run() {
      return process.io(() => this.real.run());
    }
  }
  return {
    prepare: (query: string) => new Statement(d1.prepare(query)),
    batch: (statements: Statement[]) =>
      process.io(() => d1.batch(statements.map((statement) => statement.real))),
  } as unknown as D1Database;
}

/** The mailer as a process sees it: an error is an answer that never came. */
export function faultyMailer(mailer: Mailer, process: Process): Mailer {
  return {
    interval: mailer.interval,
    async post(post) {
      try {
        return await process.io(() => mailer.post(post));
      } catch (error) {
        if (isCrash(error)) throw error;
        return { kind: 'unknown', reason: 'connection_lost' };
      }
    },
  };
}
