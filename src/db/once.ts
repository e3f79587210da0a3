import { is, Placeholder, type SQL, sql } from 'drizzle-orm';
import { SQLiteAsyncDialect } from 'drizzle-orm/sqlite-core';

/** Where the values of a statement stand, by their names. */
export type Named<Values> = { [Name in keyof Values]-?: SQL<Values[Name]> };

const dialect = new SQLiteAsyncDialect();

/**
 * A statement of a hot path: it is made into text at its first use, and from then on only its values
 * change. To make it from the schema each time would cost several times what is saved elsewhere.
 *
 * @param make the statement, with names in the place of what changes
 */
export function once<Values extends object, Row>(
  make: (values: Named<Values>) => SQL<Row>,
): (values: Values) => SQL<Row> {
  const names = new Proxy({} as Named<Values>, {
    get: (_, name) => sql`${sql.placeholder(String(name))}`,
  });
  let made: ReturnType<typeof textOf> | undefined;
  return (values) => {
    made ??= textOf(make(names));
    const params = made.params.map((param) =>
      is(param, Placeholder) ? values[param.name as keyof Values] : param,
    );
    return sql<Row>(made.text, ...params);
  };
}

/** A statement as a template’s text, to be filled with its parameters. */
function textOf(statement: SQL) {
  const query = dialect.sqlToQuery(statement);
  const text = query.sql.split('?');
  if (text.length !== query.params.length + 1) {
    throw new Error('a question mark in a text cannot be told from a parameter');
  }
  return { text: Object.assign(text, { raw: text }), params: query.params };
}
