/** What one statement did, as `wrangler d1 execute --json` tells it. */
export interface ScriptResult {
  results: Record<string, unknown>[];
  meta: { changes?: number };
}

/**
 * A D1 behind something that takes statements as text, all or none: what a command can reach where the
 * Worker has a binding.
 */
export function scriptedD1(execute: (statements: string[]) => Promise<ScriptResult[]>): D1Database {
  class Statement {
    readonly text: string;

    constructor(text: string) {
      this.text = text;
    }

    bind(...values: unknown[]) {
      return new Statement(inline(this.text, values));
    }

    async all() {
      const [result] = await execute([this.text]);
      return { success: true, ...(result ?? { results: [], meta: {} }) };
    }

    async raw() {
      return (await this.all()).results.map((row) => Object.values(row));
    }

    run() {
      return this.all();
    }
  }
  return {
    prepare: (text: string) => new Statement(text),
    batch: async (statements: Statement[]) =>
      (await execute(statements.map(({ text }) => text))).map(({ results, meta }) => ({
        results,
        meta: { ...meta, changes: meta.changes ?? 0 },
      })),
  } as unknown as D1Database;
}

/** Puts values in the place of `?`, outside of what stands in quotes. */
function inline(text: string, values: unknown[]): string {
  const rest = values[Symbol.iterator]();
  return text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\?/g, (part) =>
    part === '?' ? literal(rest.next().value) : part,
  );
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  throw new TypeError(`a ${typeof value} cannot stand in a statement`);
}
