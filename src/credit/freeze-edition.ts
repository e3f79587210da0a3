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
  mergener,
  type TextBody,
  wordsMissing,
} from './edition.ts';
import {
  type AdoptionWithTexts,
  acceptTexts,
  hasEdition,
  insertEdition,
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
  const problems = editionProblems(edition.texts, items);
  if (problems.length > 0) throw new DomainError('bad-input', problems.join('; '), 'edition');
  const texts = await Promise.all(
    edition.texts.map(async (text) => {
      const parsed: TextBody = JSON.parse(text.body);
      // The hash is of one spelling only.
      const body = canonical(parsed);
      return { ...text, body, parsed, hash: await digestOf(body) };
    }),
  );
  const hash = await digestOf(canonical({ texts: texts.map((text) => text.hash), items, people }));
  const words = texts.reduce((sum, text) => sum + text.words, 0);
  const isNew = !(await hasEdition(ctx.db, hash));
  const adoptions = await readAdoptionsWithTexts(ctx.db);
  const now = ctx.clock.now();
  const consequences: (Consequence & { adoption: AdoptionWithTexts; accepts: Accepted[] })[] =
    adoptions.map((adoption) => {
      const lessons = texts.flatMap(({ lesson, parsed, hash: text }) => {
        if (adoption.accepts.some((accepted) => accepted.text === text)) return [];
        const { last, adopted } = adoption.textsOf(lesson);
        return last && adopted ? [{ lesson, text, ...changeOf(last, adopted, parsed) }] : [];
      });
      const corrects = lessons.every(({ kind }) => kind !== 'revision');
      const follows = lessons.length > 0 && corrects && adoption.body.corrections === 'follow';
      const { hours } = adoption.body;
      return {
        adoption,
        provider: adoption.provider,
        slug: adoption.slug,
        lessons: lessons.map(({ text: _, ...change }) => change),
        follows,
        between: adoption.between,
        wordsMissing: hours.difficulty === null ? wordsMissing(words, hours.count) : 0,
        accepts: lessons.map(({ lesson, text }) => ({ text, lesson, at: now, how: 'followed' })),
      };
    });
  if (!look) {
    if (isNew) {
      const of = (lesson: number) =>
        consequences.flatMap(({ lessons }) => lessons).find((each) => each.lesson === lesson);
      await insertEdition(ctx.db, {
        hash,
        words,
        items: canonical(items),
        people: canonical(people),
        storedAt: now,
        texts: texts.map(({ parsed: _, ...text }) => ({
          ...text,
          corrects: of(text.lesson)?.kind === 'correction',
        })),
      });
    }
    for (const { adoption, follows, lessons, accepts } of consequences) {
      if (!follows) continue;
      const changed = lessons.map(
        ({ lesson, changed: count, of }) => `lesson ${lesson}: ${count} of ${of} words`,
      );
      await acceptTexts(ctx.db, adoption, accepts, {
        at: now,
        actor,
        verb: 'follow-correction',
        subscriberId: null,
        subject: `adoption:${adoption.id}`,
        providerId: adoption.providerId,
        reason: changed.join('; '),
      });
    }
  }
  return {
    hash,
    isNew,
    words,
    items: items.length,
    minutes: mergener(words, items.length),
    adoptions: consequences.map(({ adoption: _, accepts: __, ...each }) => each),
  };
}

/**
 * Has a provider's running adoption accept the texts of an edition, by that provider's word: a revision, or
 * a correction that it wanted to be asked about.
 *
 * @param input.hash the edition; the latest where it is left out
 */
export async function acceptEdition(
  ctx: Context,
  input: { slug: string; hash: string; actor: string; reason: string },
): Promise<{ kind: 'accepted'; lessons: number[] } | { kind: 'unknown-edition' | 'no-adoption' }> {
  const edition = await readEdition(ctx.db, input.hash);
  if (!edition) return { kind: 'unknown-edition' };
  const adoption = (await readAdoptionsWithTexts(ctx.db)).find(({ slug }) => slug === input.slug);
  if (!adoption) return { kind: 'no-adoption' };
  const now = ctx.clock.now();
  const accepts = edition.texts
    .filter(({ hash }) => !adoption.accepts.some(({ text }) => text === hash))
    .map(({ hash, lesson }): Accepted => ({ text: hash, lesson, at: now, how: 'accepted' }));
  if (accepts.length > 0) {
    await acceptTexts(ctx.db, adoption, accepts, {
      at: now,
      actor: input.actor,
      verb: 'accept-edition',
      subscriberId: null,
      subject: `adoption:${adoption.id}`,
      providerId: adoption.providerId,
      reason: input.reason,
    });
  }
  return { kind: 'accepted', lessons: accepts.map(({ lesson }) => lesson) };
}
