import { type Column, is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { describe, expect, it } from 'vitest';
import * as schema from '../../src/db/tables.ts';
import { columnsOf, nameOf, WAYS } from '../../src/restore/tables.ts';

const tables = Object.values(schema).filter((each) => is(each, SQLiteTable)) as SQLiteTable[];

const names = (columns: Column[]) => columns.map(({ name }) => name);

describe('the list of tables that a restore knows', () => {
  it('holds every table of the database, once: a new one must say how it comes through', () => {
    expect(WAYS.map(nameOf).sort()).toEqual(
      tables.map((table) => getTableConfig(table).name).sort(),
    );
  });

  it('tells rows apart by columns that are carried over, and unique', () => {
    for (const way of WAYS) {
      if (way.replaced) continue;
      const { columns, primaryKeys, indexes } = getTableConfig(way.table);
      const unique = [
        ...columns.filter(({ primary, isUnique }) => primary || isUnique).map(({ name }) => name),
        ...primaryKeys.map((key) => key.columns.map(({ name }) => name).join()),
        ...indexes
          .filter(({ config }) => config.unique && !config.where)
          .map(({ config }) =>
            config.columns.map((each) => (each as { name: string }).name).join(),
          ),
        // Nothing of it is unique, so all of it tells it apart.
        names(columnsOf(way)).join(),
      ];
      expect(unique, nameOf(way)).toContain(names(way.key).join());
      for (const column of way.key) expect(columnsOf(way), nameOf(way)).toContain(column);
    }
  });

  it('holds no column that JSON cannot carry', () => {
    for (const table of tables) {
      for (const column of getTableConfig(table).columns) {
        expect(['integer', 'text'], `${getTableConfig(table).name}.${column.name}`).toContain(
          column.getSQLType(),
        );
      }
    }
  });

  it('puts back what others refer to first', () => {
    const seen = new Set<string>();
    for (const way of WAYS) {
      for (const key of getTableConfig(way.table).foreignKeys) {
        expect(seen).toContain(getTableConfig(key.reference().foreignTable).name);
      }
      seen.add(nameOf(way));
    }
  });
});
