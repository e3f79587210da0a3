/** What the statements of one text cost. */
export interface Cost {
  statements: number;
  /** `meta.rows_read` and `meta.rows_written`, as D1 bills them; NaN where D1 does not tell. */
  read: number;
  written: number;
}

export interface Tally {
  /** Requests to the database: a batch is one. */
  roundTrips: number;
  /** By the statement's own text, without its parameters. */
  statements: Record<string, Cost>;
}
