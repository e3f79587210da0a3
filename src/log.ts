import { DomainError } from './errors.ts';

/** What may stand in a log line: ids, counts and codes. Never an address, a token, a key or a name. */
export type LogFields = Record<string, string | number | boolean | null | undefined>;

export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** JSON lines on the console, which Workers observability collects. The one way out for text. */
export const consoleLog: Log = {
  info: (event, fields) => write('info', event, fields),
  warn: (event, fields) => write('warn', event, fields),
  error: (event, fields) => write('error', event, fields),
};

function write(level: 'info' | 'warn' | 'error', event: string, fields: LogFields = {}): void {
  // biome-ignore lint/suspicious/noConsole: this is the one way out
  console[level](JSON.stringify({ level, event, ...fields }));
}

/**
 * What of an error may be logged. A database error carries its parameters, and so addresses, in its
 * message: only SQLite's own sentence (`D1_ERROR: …`) passes, for others the class's name. A setting
 * that is wrong is named; its value is in no message.
 */
export function errorFields(error: unknown): LogFields {
  if (error instanceof DomainError && error.code === 'misconfigured') {
    return { error: error.code, detail: error.message };
  }
  // Drizzle wraps D1's error, and D1 wraps SQLite's.
  const chain: Error[] = [];
  for (let link = error; link instanceof Error && chain.length < 5; link = link.cause) {
    chain.push(link);
  }
  const known = chain.map(({ message }) => /^D1_[A-Z_]+: [^\n]{0,200}/.exec(message)?.[0]);
  const detail = known.find((sentence) => sentence !== undefined) ?? null;
  const name = chain[0]?.name ?? typeof error;
  return { error: name, detail: detail?.replace(/\S+@\S+/g, '[address]') ?? null };
}
