/**
 * The evaluation of the course: what somebody says of it without a name, and how a provider sees it. Nothing
 * here knows whose it is, or when it was sent.
 */

/** A provider sees so many together, or none: any of them could be anybody's. */
export const GROUP = 5;

/** Code points. */
export const MAX_COMMENT = 2_000;
/** Hours that reading and the test can have taken. */
const MAX_HOURS = 40;

/** What is asked beside the objectives, each on the same scale. */
export const SCALES = ['accurate', 'level', 'author', 'access', 'useful', 'unbiased'] as const;
export type Scale = (typeof SCALES)[number];

/** What each asks, as a sentence that is agreed to more or less. */
export const SCALE_WORDS: Record<Scale, string> = {
  accurate: 'What it teaches is accurate and current.',
  level: 'It fits where I am in my work.',
  author: 'Whoever wrote it knows the subject.',
  access: 'I could read and use the material without trouble.',
  useful: 'I can use it in my practice.',
  unbiased: 'It is free of selling.',
};

const ACCOMMODATIONS = ['not-needed', 'met', 'not-met'] as const;
export type Accommodation = (typeof ACCOMMODATIONS)[number];

/** From 1, not at all, to 5; null for no answer. */
export type Score = 1 | 2 | 3 | 4 | 5 | null;

export interface Evaluation {
  /** How far each of the adoption's objectives was met, by its id. */
  objectives: Record<string, Score>;
  scales: Record<Scale, Score>;
  /** In quarters; null for no answer. */
  hours: number | null;
  accommodation: Accommodation | null;
  /** What to change. Several lines; null for nothing. */
  comment: string | null;
}

/** The field of an objective in the form. */
export const objectiveField = (id: string): string => `objective-${id}`;

/** What a form said, or the names of the fields that cannot be. */
export type Read =
  | { kind: 'evaluation'; evaluation: Evaluation }
  | { kind: 'refused'; fields: string[] };

/**
 * Reads a form. A field that is empty or missing is no answer, which every question allows.
 *
 * @param typed by field: `objective-3b`, a scale, `hours`, `accommodation`, `comment`
 * @param objectives ids that the adoption names
 */
export function readEvaluation(
  typed: Readonly<Record<string, string>>,
  objectives: readonly string[],
): Read {
  const refused: string[] = [];
  /** What a field says; null where it is empty, or is refused. */
  function said<T>(field: string, read: (text: string) => T | null): T | null {
    const text = (typed[field] ?? '').trim();
    if (text === '') return null;
    const value = read(text);
    if (value === null) refused.push(field);
    return value;
  }
  const scores = <Id extends string>(ids: readonly Id[], field: (id: Id) => string) =>
    Object.fromEntries(ids.map((id) => [id, said(field(id), readScore)])) as Record<Id, Score>;
  const evaluation: Evaluation = {
    objectives: scores(objectives, objectiveField),
    scales: scores(SCALES, (scale) => scale),
    hours: said('hours', readHours),
    accommodation: said(
      'accommodation',
      (text) => ACCOMMODATIONS.find((each) => each === text) ?? null,
    ),
    comment: said('comment', readComment),
  };
  return refused.length > 0
    ? { kind: 'refused', fields: refused }
    : { kind: 'evaluation', evaluation };
}

const readScore = (text: string) => (/^[1-5]$/.test(text) ? (Number(text) as Score) : null);

/** "2", "2.5" and "2,5", to the next quarter of an hour. */
function readHours(text: string): number | null {
  if (!/^\d{1,2}([.,]\d{1,2})?$/.test(text)) return null;
  const hours = Math.round(Number(text.replace(',', '.')) * 4) / 4;
  return hours > 0 && hours <= MAX_HOURS ? hours : null;
}

/** Lines as they were typed, without what only steers a terminal or turns the direction of text. */
function readComment(text: string): string | null {
  const plain = text
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(/(?!\n)[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim();
  return [...plain].length <= MAX_COMMENT ? plain : null;
}

/**
 * Which evaluations are shown from now on: all that wait, once there are enough. Fewer wait on, because a
 * sum that moved with each would say what the one who has just finished had answered.
 *
 * @param waiting ids of those that no provider has seen
 */
export function nextGroup(waiting: readonly number[]): number[] {
  return waiting.length < GROUP ? [] : [...waiting];
}

/** How many gave each score, from 1 to 5, and how many none. */
export interface Tally {
  scores: [number, number, number, number, number];
  none: number;
}

/** What a provider reads. */
export interface Summary {
  /** How many are in it; 0 while there is no group. */
  shown: number;
  /** How many more there are, of which nothing else is told. */
  waiting: number;
  objectives: Record<string, Tally>;
  scales: Record<Scale, Tally>;
  /** What was given, rising. */
  hours: number[];
  accommodation: Record<Accommodation, number>;
  /** By the alphabet: in no order that somebody wrote in, and apart from the scores beside them. */
  comments: string[];
}

/**
 * Adds up what is shown. The same whatever order the evaluations come in; a group that is too small counts
 * as waiting.
 *
 * @param seen evaluations that were shown in groups
 * @param waiting how many were not
 * @param objectives ids that the adoption names, in its order
 */
export function summaryOf(
  seen: readonly Evaluation[],
  waiting: number,
  objectives: readonly string[],
): Summary {
  const few = seen.length < GROUP;
  const shown = few ? [] : seen;
  const tallies = <Id extends string>(
    ids: readonly Id[],
    scoreOf: (evaluation: Evaluation, id: Id) => Score | undefined,
  ) =>
    Object.fromEntries(
      ids.map((id) => [id, tallyOf(shown.map((each) => scoreOf(each, id) ?? null))]),
    ) as Record<Id, Tally>;
  const met = (what: Accommodation) =>
    shown.filter(({ accommodation }) => accommodation === what).length;
  return {
    shown: shown.length,
    waiting: waiting + (few ? seen.length : 0),
    objectives: tallies(objectives, (each, id) => each.objectives[id]),
    scales: tallies(SCALES, (each, scale) => each.scales[scale]),
    hours: shown
      .flatMap(({ hours }) => (hours === null ? [] : [hours]))
      .sort((one, other) => one - other),
    accommodation: { 'not-needed': met('not-needed'), met: met('met'), 'not-met': met('not-met') },
    // By code points, which are the same on every machine.
    comments: shown.flatMap(({ comment }) => (comment === null ? [] : [comment])).sort(),
  };
}

function tallyOf(scores: readonly Score[]): Tally {
  const so = (score: Score) => scores.filter((each) => each === score).length;
  return { scores: [so(1), so(2), so(3), so(4), so(5)], none: so(null) };
}
