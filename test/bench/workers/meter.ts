import type { Tally } from './tally.ts';

export interface Meter {
  /** The database, to be given to what is measured. */
  db: D1Database;
  /** What was counted since the last call. */
  take(): Tally;
}

/** Wraps a database so that what passes through it is counted. */
export function meter(d1: D1Database): Meter {
  let tally: Tally = { roundTrips: 0, statements: {} };
  const inside = new WeakMap<D1PreparedStatement, { inner: D1PreparedStatement; text: string }>();

  function note<Result extends { meta?: Partial<D1Meta> }>(text: string, result: Result): Result {
    const cost = tally.statements[text] ?? { statements: 0, read: 0, written: 0 };
    tally.statements[text] = {
      statements: cost.statements + 1,
      read: cost.read + (result.meta?.rows_read ?? Number.NaN),
      written: cost.written + (result.meta?.rows_written ?? Number.NaN),
    };
    return result;
  }

  function wrap(inner: D1PreparedStatement, text: string): D1PreparedStatement {
    const all = async () => {
      tally.roundTrips += 1;
      return note(text, await inner.all());
    };
    const metered: Partial<Record<string | symbol, unknown>> = {
      bind: (...values: unknown[]) => wrap(inner.bind(...values), text),
      all,
      run: all,
      first: async (column?: string) => {
        const row = (await all()).results[0];
        return column === undefined ? (row ?? null) : (row?.[column] ?? null);
      },
      // Answers without meta: its rows cannot be counted, and NaN spoils the sum rather than hide that.
      raw: async (options: { columnNames?: false }) => {
        tally.roundTrips += 1;
        note(text, {});
        return inner.raw(options);
      },
    };
    const statement = new Proxy(inner, { get: (_, name) => metered[name] });
    inside.set(statement, { inner, text });
    return statement;
  }

  const db = new Proxy(d1, {
    get(_, name) {
      if (name === 'prepare') return (sql: string) => wrap(d1.prepare(sql), textOf(sql));
      if (name === 'batch') {
        return async (statements: D1PreparedStatement[]) => {
          tally.roundTrips += 1;
          const known = statements.map((statement) => inside.get(statement));
          const inner = known.flatMap((entry) => (entry ? [entry.inner] : []));
          const results = await d1.batch(inner);
          for (const [index, result] of results.entries()) note(known[index]?.text ?? '?', result);
          return results;
        };
      }
      throw new Error(`the meter does not know ${String(name)}() of a database`);
    },
  });

  return {
    db,
    take() {
      const taken = tally;
      tally = { roundTrips: 0, statements: {} };
      return taken;
    },
  };
}

function textOf(sql: string): string {
  return sql.replace(/\s+/g, ' ').trim();
}
