import { describe, expect, it } from 'vitest';
import { type LedgerRow, match, type Sighting } from '../../src/restore/match.ts';

const HOUR = 3_600_000;
const ANA = 'ana@example.org';

let mails = 0;
const seen = (at: number, is: string | null = 'lesson:3', to = ANA): Sighting => {
  mails += 1;
  return { is, mail: { id: `m${mails}`, to, from: '', subject: '', at, failed: false } };
};
const row = (id: number, takenAt: number | null, mail = 'lesson:3', to = ANA): LedgerRow => ({
  id,
  to,
  mail,
  takenAt,
});

const told = (rows: LedgerRow[], sightings: Sighting[]) => {
  const { shown, unexplained, doubtful } = match(rows, sightings);
  return {
    shown: [...shown],
    unexplained: unexplained.map(({ mail }) => mail.at),
    doubtful: doubtful.map(({ mail }) => mail.at),
  };
};

describe('the record held against the ledger', () => {
  it('settles a row of which nobody knew by its only mail', () => {
    expect(told([row(1, null)], [seen(5)])).toEqual({
      shown: [[1, 5]],
      unexplained: [],
      doubtful: [],
    });
  });

  it('says nothing of a mail that the ledger knows, whenever it heard of it', () => {
    for (const heard of [5, 5 + 20 * HOUR]) {
      expect(told([row(1, heard)], [seen(5)])).toEqual({
        shown: [],
        unexplained: [],
        doubtful: [],
      });
    }
  });

  it('does not take a known mail for another row’s: the one by hand still waits', () => {
    expect(told([row(1, 5), row(2, null)], [seen(5)]).shown).toEqual([]);
  });

  it('asks for the tags where a lesson and the same lesson once more may be meant', () => {
    expect(told([row(1, null), row(2, null)], [seen(5)])).toEqual({
      shown: [],
      unexplained: [],
      doubtful: [5],
    });
    expect(told([row(1, 5), row(2, null)], [seen(5), seen(9 * HOUR)]).doubtful).toEqual([
      5,
      9 * HOUR,
    ]);
  });

  it('asks for the tags of a subject that it does not know', () => {
    expect(told([row(1, null)], [seen(5, null)]).doubtful).toEqual([5]);
  });

  it('keeps apart lessons and people', () => {
    const rows = [row(1, null, 'lesson:4'), row(2, null, 'lesson:3', 'bo@example.org')];
    expect(told(rows, [seen(5)])).toEqual({ shown: [], unexplained: [5], doubtful: [] });
  });

  it('leaves the earlier of two mails to the row that was heard of earlier', () => {
    const day = 24 * HOUR;
    expect(told([row(1, day)], [seen(day - 5), seen(3 * day)]).unexplained).toEqual([3 * day]);
  });
});
