import { Hono } from 'hono';
import { isoInstant } from '../../clock.ts';
import type { Item } from '../../credit/edition.ts';
import { acceptEdition, freezeEdition, type PostedEdition } from '../../credit/freeze-edition.ts';
import { readEditions } from '../../credit/read-editions.ts';
import { DomainError } from '../../errors.ts';
import type { App } from '../middleware/context.ts';
import { type Input, readInput, readWhy, text } from './input.ts';

/** Editions, as the operator's machine builds them from the lessons. */
export const editionRoutes = new Hono<App>()
  .get('/', async (c) => {
    const all = await readEditions(c.var.ctx);
    return c.json({
      editions: all.map(({ storedAt, ...edition }) => ({
        ...edition,
        storedAt: isoInstant(storedAt),
      })),
    });
  })
  .post('/', async (c) => {
    const input = await readInput(c);
    const { actor } = readWhy(input);
    const edition = readPosted(input);
    return c.json(await freezeEdition(c.var.ctx, { edition, look: input.look === true, actor }));
  })
  .post('/:hash/accept', async (c) => {
    const input = await readInput(c);
    const accepted = await acceptEdition(c.var.ctx, {
      slug: text(input.provider),
      hash: c.req.param('hash'),
      ...readWhy(input),
    });
    switch (accepted.kind) {
      case 'accepted':
        return c.json({ result: 'accepted', lessons: accepted.lessons, items: accepted.items });
      case 'unknown-edition':
        throw new DomainError('not-found', 'No edition has this hash. Freeze it first.');
      case 'no-adoption':
        throw new DomainError('not-found', 'No adoption of this provider runs.');
    }
  });

/** @throws DomainError `bad-input` (field `edition`) */
function readPosted({ texts, items, people }: Input): PostedEdition {
  const made = { texts: inputsIn(texts), items: inputsIn(items), people: inputIn(people) };
  const names = (value: unknown) =>
    Array.isArray(value) ? value.map(text).filter((name) => name !== '') : [];
  return {
    texts: made.texts.map(({ lesson, body, words }) => ({
      lesson: Number(lesson),
      body: bodyIn(body),
      words: Number(words),
    })),
    items: made.items.map(itemIn),
    people: {
      title: text(made.people.title) || 'In the Room',
      authors: names(made.people.authors),
      reviewers: names(made.people.reviewers),
      itemWriters: names(made.people.itemWriters),
    },
  };
}

const inputIn = (value: unknown): Input =>
  typeof value === 'object' && value !== null ? (value as Input) : {};

const inputsIn = (value: unknown): Input[] => (Array.isArray(value) ? value.map(inputIn) : []);

const wrong = (message: string) => new DomainError('bad-input', message, 'edition');

function bodyIn(value: unknown): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(typeof value === 'string' ? value : '');
  } catch {
    parsed = null;
  }
  const { title, objectives, blocks, references } = inputIn(parsed);
  const said = inputsIn(objectives).every(({ id, text: words }) => text(id) && text(words));
  const lists = [objectives, blocks, references].every(Array.isArray);
  if (typeof title !== 'string' || !lists || !said) {
    throw wrong('Each text must be JSON with title, objectives, blocks and references.');
  }
  return String(value);
}

function itemIn(value: Input): Item {
  const options = inputsIn(value.options);
  const item: Item = {
    id: text(value.id),
    objective: text(value.objective),
    question: text(value.question),
    options: options.map((option) => ({ id: text(option.id), text: text(option.text) })),
    key: text(value.key),
    rationale: text(value.rationale),
  };
  const said = [item.id, item.objective, item.question, item.key, item.rationale];
  if (said.includes('')) {
    throw wrong('Each item must have id, objective, question, options, key and rationale.');
  }
  return item;
}
