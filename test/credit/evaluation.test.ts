import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Evaluation,
  MAX_COMMENT,
  nextGroup,
  objectiveField,
  readEvaluation,
  SCALES,
  type Score,
  type Summary,
  summaryOf,
} from '../../src/credit/evaluation.ts';

/** What learners are told: with at least four others. */
const GROUP = 5;
const OBJECTIVES = ['1a', '3b', '5c', '8d'];

function evaluation(changes: Partial<Evaluation> = {}): Evaluation {
  const read = readEvaluation({}, OBJECTIVES);
  if (read.kind !== 'evaluation') throw new Error('an empty form is refused');
  return { ...read.evaluation, ...changes };
}

const score = fc.constantFrom<Score>(1, 2, 3, 4, 5, null);
const evaluations: fc.Arbitrary<Evaluation> = fc.record({
  objectives: fc.record(Object.fromEntries(OBJECTIVES.map((id) => [id, score]))),
  scales: fc.record({
    accurate: score,
    level: score,
    author: score,
    access: score,
    useful: score,
    unbiased: score,
  }),
  hours: fc.constantFrom(null, 1.5, 2, 2.25, 3),
  accommodation: fc.constantFrom(null, 'not-needed', 'met', 'not-met'),
  comment: fc.option(fc.string({ minLength: 1, maxLength: 12 }), { nil: null }),
});

describe('the form', () => {
  it('is read as it was filled in', () => {
    const typed = {
      [objectiveField('1a')]: '5',
      [objectiveField('8d')]: '1',
      accurate: '4',
      unbiased: '5',
      hours: '2,5',
      accommodation: 'met',
      comment: '  Shorter weeks.\r\n\r\nThank you. ',
    };
    expect(readEvaluation(typed, OBJECTIVES)).toEqual({
      kind: 'evaluation',
      evaluation: {
        objectives: { '1a': 5, '3b': null, '5c': null, '8d': 1 },
        scales: {
          accurate: 4,
          level: null,
          author: null,
          access: null,
          useful: null,
          unbiased: 5,
        },
        hours: 2.5,
        accommodation: 'met',
        comment: 'Shorter weeks.\n\nThank you.',
      },
    });
  });

  it('may be left empty', () => {
    expect(evaluation()).toEqual({
      objectives: { '1a': null, '3b': null, '5c': null, '8d': null },
      scales: {
        accurate: null,
        level: null,
        author: null,
        access: null,
        useful: null,
        unbiased: null,
      },
      hours: null,
      accommodation: null,
      comment: null,
    });
  });

  it('keeps nothing but its own questions, in one order, whatever order they were posted in', () => {
    const typed = { comment: 'x', unbiased: '1', accurate: '2', [objectiveField('9z')]: '3' };
    const [one, other] = [typed, Object.fromEntries(Object.entries(typed).reverse())].map((each) =>
      JSON.stringify(readEvaluation({ ...each, email: 'a@example.org' }, OBJECTIVES)),
    );
    expect(other).toBe(one);
    expect(one).not.toContain('example.org');
    expect(one).not.toContain('9z');
  });

  it.each([
    ['accurate', '0'],
    ['accurate', '6'],
    ['accurate', '4.5'],
    [objectiveField('3b'), 'five'],
    ['hours', '-1'],
    ['hours', '0'],
    ['hours', '41'],
    ['hours', 'two'],
    ['hours', '1e1'],
    ['accommodation', 'perhaps'],
    ['comment', 'x'.repeat(MAX_COMMENT + 1)],
  ])('with %s as %j is refused, and the field named', (field, text) => {
    expect(readEvaluation({ useful: '3', [field]: text }, OBJECTIVES)).toEqual({
      kind: 'refused',
      fields: [field],
    });
  });

  it('takes a comment of 2,000 letters, whatever letters they are', () => {
    const comment = '🙂'.repeat(MAX_COMMENT);
    expect(readEvaluation({ comment }, OBJECTIVES)).toMatchObject({ evaluation: { comment } });
  });

  it('takes time to the next quarter of an hour', () => {
    const hoursOf = (hours: string) => readEvaluation({ hours }, OBJECTIVES);
    expect(hoursOf('2.1')).toMatchObject({ evaluation: { hours: 2 } });
    expect(hoursOf('2.2')).toMatchObject({ evaluation: { hours: 2.25 } });
    expect(hoursOf('40')).toMatchObject({ evaluation: { hours: 40 } });
  });

  it('takes what steers or turns text out of a comment', () => {
    expect(readEvaluation({ comment: 'a\u202eb\u0007c\u2028d' }, OBJECTIVES)).toMatchObject({
      evaluation: { comment: 'a b c d' },
    });
  });
});

describe('what a provider sees', () => {
  const all = (n: number) => Array.from({ length: n }, () => evaluation({ comment: 'Fine.' }));

  it('is only how many there are, until there are five', () => {
    for (let n = 0; n < GROUP; n += 1) {
      expect(nextGroup(Array.from({ length: n }, (_, at) => at))).toEqual([]);
      const told = summaryOf([], n, OBJECTIVES);
      expect(told).toMatchObject({ shown: 0, waiting: n, hours: [], comments: [] });
      // Whatever was marked as shown: too few are not.
      expect(summaryOf(all(n), 0, OBJECTIVES)).toEqual(told);
    }
    expect(nextGroup([9, 2, 7, 4, 5])).toEqual([9, 2, 7, 4, 5]);
    expect(nextGroup([9, 2, 7, 4, 5, 1, 3])).toHaveLength(7);
  });

  it('is how many gave each score, their hours and what they wrote', () => {
    const given: Evaluation[] = [
      evaluation({ hours: 3, accommodation: 'met', comment: 'Zest.' }),
      evaluation({ hours: 1.5, accommodation: 'not-met', comment: 'Ample.' }),
      evaluation({ hours: 10, accommodation: 'met' }),
      evaluation({ objectives: { '1a': 5, '3b': 1, '5c': null, '8d': null } }),
      evaluation({ objectives: { '1a': 5, '3b': 2, '5c': null, '8d': null } }),
    ];
    const told = summaryOf(given, 3, OBJECTIVES);
    expect(told).toMatchObject({
      shown: 5,
      waiting: 3,
      hours: [1.5, 3, 10],
      accommodation: { 'not-needed': 0, met: 2, 'not-met': 1 },
      comments: ['Ample.', 'Zest.'],
    });
    expect(told.objectives['1a']).toEqual({ scores: [0, 0, 0, 0, 2], none: 3 });
    expect(told.objectives['3b']).toEqual({ scores: [1, 1, 0, 0, 0], none: 3 });
    expect(Object.keys(told.scales)).toEqual([...SCALES]);
  });

  it('is the same whatever order the evaluations were sent in', () => {
    fc.assert(
      fc.property(
        fc
          .array(evaluations, { minLength: GROUP, maxLength: 12 })
          .chain((list) =>
            fc.tuple(
              fc.constant(list),
              fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
            ),
          ),
        ([sent, shuffled]) => {
          const told = (list: Evaluation[]) => JSON.stringify(summaryOf(list, 0, OBJECTIVES));
          expect(told(shuffled)).toBe(told(sent));
        },
      ),
    );
  });

  it('moves by five people or more, or not at all, however often it is looked at', () => {
    /** Everything in a summary that anybody's answers could move. */
    const answersIn = ({ waiting: _, ...rest }: Summary) => JSON.stringify(rest);
    const steps = fc.array(
      fc.oneof(
        { weight: 4, arbitrary: evaluations },
        { weight: 1, arbitrary: fc.constant('hour' as const) },
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, (walk) => {
        const rows: { id: number; isShown: boolean; evaluation: Evaluation }[] = [];
        const look = () => {
          const shown = rows.filter(({ isShown }) => isShown);
          return summaryOf(
            shown.map((row) => row.evaluation),
            rows.length - shown.length,
            OBJECTIVES,
          );
        };
        let before = look();
        for (const [at, step] of walk.entries()) {
          if (step === 'hour') {
            const group = nextGroup(rows.filter(({ isShown }) => !isShown).map(({ id }) => id));
            for (const row of rows) row.isShown ||= group.includes(row.id);
          } else rows.push({ id: at, isShown: false, evaluation: step });
          const now = look();
          const joined = now.shown - before.shown;
          expect(now.shown + now.waiting).toBe(rows.length);
          if (joined === 0) expect(answersIn(now)).toBe(answersIn(before));
          else expect(joined).toBeGreaterThanOrEqual(GROUP);
          // Each question's answers add up to those who are shown, so none is told by what is left.
          for (const tally of [...Object.values(now.objectives), ...Object.values(now.scales)]) {
            expect(tally.scores.reduce((sum, each) => sum + each, tally.none)).toBe(now.shown);
          }
          before = now;
        }
      }),
      { numRuns: 300 },
    );
  });
});
