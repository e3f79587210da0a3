import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { digestOf } from '../token.ts';
import type { Accepted } from './adoption.ts';
import { canonical } from './canonical.ts';
import {
  type Change,
  changeOf,
  type EditionPeople,
  editionProblems,
  type Item,
  itemsTouched,
  mergener,
  type TextBody,
  wordsMissing,
} from './edition.ts';
import {
  type AdoptionWithTexts,
  acceptTexts,
  hasEdition,
  insertEdition,
  latestTexts,
  readAdoptionsWithTexts,
  readEdition,
} from './store/editions.ts';

export interface PostedEdition {
  /** Canonical JSON of each lesson's text, and its words. */
  texts: { lesson: number; body: string; words: number }[];
  items: Item[];
  people: EditionPeople;
}

/** What an edition means for one adoption. */
export interface Consequence {
  provider: string;
  slug: string;
  /** Lessons whose text it has not accepted yet. */
  lessons: (Change & { lesson: number })[];
  /** Items that are not those that it adopted. Its learners are asked the adopted ones whatever comes. */
  items: string[];
  /** It follows by itself. */
  follows: boolean;
  /** How many of its learners are between lessons 1 and 8, and would have read both texts. */
  between: number;
  /** Words that are missing for the hours that it counts. */
  wordsMissing: number;
}

export interface Frozen {
  hash: string;
  /** It was not there before. */
  isNew: boolean;
  words: number;
  items: number;
  /** Minutes by Mergener's formula, for difficulty 1 to 5. */
  minutes: number[];
  adoptions: Consequence[];
}

interface Text {
  lesson: number;
  words: number;
  body: string;
  parsed: TextBody;
  hash: string;
}

/** How long a reason grows that the course writes by itself. */
const MOST_SAID = 500;

/**
 * Stores an edition by its hash, which is computed here, and has adoptions follow what is a correction to
 * them. Twice is once.
 *
 * @param input.look stores and follows nothing
 * @throws DomainError `bad-input` where it is no edition
 */
export async function freezeEdition(
  ctx: Context,
  { edition, look, actor }: { edition: PostedEdition; look: boolean; actor: string },
): Promise<Frozen> {
  const { items, people } = edition;
  const texts: Text[] = await Promise.all(
    edition.texts.map(async (text) => {
      const parsed: TextBody = JSON.parse(text.body);
      // The hash is of one spelling only.
      const body = canonical(parsed);
      return { ...text, body, parsed, hash: await digestOf(body) };
    }),
  );
  const problems = editionProblems(texts, items);
  if (problems.length > 0) throw new DomainError('bad-input', problems.join('; '), 'edition');
  const hash = await digestOf(canonical({ texts: texts.map((text) => text.hash), items, people }));
  const itemsHash = await digestOf(canonical(items));
  const words = texts.reduce((sum, text) => sum + text.words, 0);
  const isNew = !(await hasEdition(ctx.db, hash));
  const adoptions = await readAdoptionsWithTexts(ctx.db);
  const compare = rememberingChanges();
  const held = adoptions.map((adoption) => ({
    adoption,
    consequence: consequenceOf(adoption, { texts, items, itemsHash, words }, compare),
  }));
  if (!look) {
    const now = ctx.clock.now();
    const before = await latestTexts(ctx.db);
    await insertEdition(ctx.db, {
      hash,
      words,
      items: canonical(items),
      people: canonical(people),
      storedAt: now,
      texts: texts.map(({ parsed, ...text }) => {
        const last = before.get(text.lesson);
        const corrects = last && compare(last.body, last.body, parsed).kind === 'correction';
        return { ...text, corrects: corrects ? last.hash : null };
      }),
    });
    for (const { adoption, consequence } of held) {
      if (consequence.follows) await follow(ctx, adoption, consequence, texts, actor);
    }
  }
  return {
    hash,
    isNew,
    words,
    items: items.length,
    minutes: mergener(words, items.length),
    adoptions: held.map(({ consequence }) => consequence),
  };
}

type Compare = typeof changeOf;

/** Many adoptions hold the same text against the same one: each pair is compared once. */
function rememberingChanges(): Compare {
  const known = new Map<string, Change>();
  return (...texts) => {
    const key = canonical(texts);
    const change = known.get(key) ?? changeOf(...texts);
    known.set(key, change);
    return change;
  };
}

function consequenceOf(
  adoption: AdoptionWithTexts,
  now: { texts: Text[]; items: Item[]; itemsHash: string; words: number },
  compare: Compare,
): Consequence {
  const { provider, slug, between, body } = adoption;
  const counts = (text: string) => adoption.accepts.some((accepted) => accepted.text === text);
  const lessons = now.texts.flatMap(({ lesson, parsed, hash }) => {
    if (counts(hash)) return [];
    const texts = adoption.textsOf(lesson);
    return texts ? [{ lesson, ...compare(texts.last, texts.agreed, parsed) }] : [];
  });
  const items = counts(now.itemsHash) ? [] : itemsTouched(adoption.items, now.items);
  const corrects = items.length === 0 && lessons.every(({ kind }) => kind !== 'revision');
  const { hours } = body;
  return {
    provider,
    slug,
    lessons,
    items,
    follows: lessons.length > 0 && corrects && body.corrections === 'follow',
    between,
    wordsMissing: hours.difficulty === null ? wordsMissing(now.words, hours.count) : 0,
  };
}

/** An adoption counts what is a correction to it; one act, which says what is written differently. */
async function follow(
  ctx: Context,
  { id, providerId }: AdoptionWithTexts,
  { lessons }: Consequence,
  texts: Text[],
  actor: string,
): Promise<void> {
  const at = ctx.clock.now();
  const said = lessons.map(
    ({ lesson, changed, of, difference }) =>
      `lesson ${lesson}: ${changed} of ${of} words${difference === '' ? '' : `: ${difference}`}`,
  );
  const accepts = lessons.flatMap(({ lesson }): Accepted[] =>
    texts
      .filter((text) => text.lesson === lesson)
      .map(({ hash }) => ({ text: hash, lesson, at, how: 'followed' })),
  );
  await acceptTexts(ctx.db, id, accepts, {
    at,
    actor,
    verb: 'follow-correction',
    subscriberId: null,
    subject: `adoption:${id.toString(36)}`,
    providerId,
    reason: shortened(said.join('; ')),
  });
}

const shortened = (text: string) =>
  text.length > MOST_SAID ? `${text.slice(0, MOST_SAID - 1)}…` : text;

/**
 * Has a provider's running adoption accept the texts of an edition, by that provider's word: a revision, or
 * a correction that it wanted to be asked about. Where its items are others, that they are known of.
 *
 * @param input.hash the edition
 */
export async function acceptEdition(
  ctx: Context,
  input: { slug: string; hash: string; actor: string; reason: string },
): Promise<
  | { kind: 'accepted'; lessons: number[]; items: string[] }
  | { kind: 'unknown-edition' | 'no-adoption' }
> {
  const edition = await readEdition(ctx.db, input.hash);
  if (!edition) return { kind: 'unknown-edition' };
  const adoption = (await readAdoptionsWithTexts(ctx.db)).find(({ slug }) => slug === input.slug);
  if (!adoption) return { kind: 'no-adoption' };
  const at = ctx.clock.now();
  const counts = (text: string) => adoption.accepts.some((accepted) => accepted.text === text);
  const itemsHash = await digestOf(canonical(edition.items));
  const items = counts(itemsHash) ? [] : itemsTouched(adoption.items, edition.items);
  const lessons = edition.texts.filter(({ hash }) => !counts(hash));
  const accepts: Accepted[] = [
    ...lessons.map(({ hash, lesson }): Accepted => ({ text: hash, lesson, at, how: 'accepted' })),
    ...(items.length > 0
      ? [{ text: itemsHash, lesson: 0, at, how: 'accepted' } satisfies Accepted]
      : []),
  ];
  if (accepts.length > 0) {
    const added = await acceptTexts(ctx.db, adoption.id, accepts, {
      at,
      actor: input.actor,
      verb: 'accept-edition',
      subscriberId: null,
      subject: `adoption:${adoption.id.toString(36)}`,
      providerId: adoption.providerId,
      reason: input.reason,
    });
    // Since it was read it ended, another followed it, or somebody was faster.
    if (added === 0) return acceptEdition(ctx, input);
  }
  return { kind: 'accepted', lessons: lessons.map(({ lesson }) => lesson), items };
}
