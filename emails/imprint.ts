import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Imprint } from 'virtual:emails';
import { z } from 'zod';
import { expects, line, readFields } from './fields.ts';
import { LessonError, shown, WEEKS } from './lesson.ts';
import type { Block } from './markdown.ts';

/** What ships with the course, and the operator’s own in its place, which git ignores. */
const SHIPPED = 'course.yaml';
const OWN = 'course.local.yaml';

/** Words that stand in pages, mails and a header: no line breaks, and no braces of a placeholder. */
const words = (what: string, longest: number) =>
  line(what, longest).refine((text) => !/[\p{Cc}<>]|\{\{/u.test(text), {
    error: `expected ${what}, in one line, without < > and {{`,
  });

const day = z
  .string({ error: 'expected a date such as 2026-11-20' })
  .refine((text) => /^\d{4}-\d\d-\d\d$/.test(text) && isoDay(new Date(text)) === text, {
    error: 'expected a date such as 2026-11-20',
  });

const degree = words('a degree such as PhD', 60);
const license = words('a license such as "licensed psychologist, Oregon"', 120);

const person = z.strictObject(
  {
    name: words('the name of a person', 60),
    role: z.enum(['author', 'editor'], { error: 'expected author or editor' }),
    degree,
    license: license.optional(),
    bio: words('a few sentences about the person, in at most 600 characters', 600),
    photo: line('a picture beside this file, such as course.local.jpg', 80)
      .regex(/^[\w.-]+\.(jpe?g|png|webp)$/i, {
        error: 'expected a picture beside this file, such as course.local.jpg',
      })
      .optional(),
  },
  { error: expects('name, role, degree, bio and, where there is one, license and photo') },
);

const review = z.strictObject(
  {
    name: words('the name of the reviewer', 60),
    degree,
    license,
    weeks: z
      .array(
        z
          .int({ error: `expected a week from 1 to ${WEEKS}` })
          .min(1, { error: `expected a week from 1 to ${WEEKS}` })
          .max(WEEKS, { error: `expected a week from 1 to ${WEEKS}` }),
        { error: 'expected the weeks that were reviewed, such as [1, 2, 3]' },
      )
      .min(1, { error: 'expected at least one week' }),
    date: day,
  },
  { error: expects('name, degree, license, weeks and date') },
);

const itemWriter = z.strictObject(
  { name: words('the name of a person', 60), degree },
  { error: expects('name and degree') },
);

const course = z.strictObject(
  {
    people: z.array(person, { error: 'expected a list of people, or [] for nobody' }),
    reviews: z.array(review, { error: 'expected a list of reviews, or [] for none' }),
    items: z
      .array(itemWriter, { error: 'expected a list of whoever wrote the post-test items' })
      .optional(),
    conflicts: words('conflicts of interest in a sentence', 300).optional(),
    nextReview: day.optional(),
    price: words('the price in words, such as "Free. No card."', 60),
    answers: z.enum(['yes', 'no'], { error: 'expected yes or no' }),
  },
  {
    error: expects(
      'people, reviews, price, answers and, where there is one, items, conflicts and nextReview',
    ),
  },
);

type Course = z.infer<typeof course>;
type Person = Course['people'][number];
type Review = Course['reviews'][number];

/** Who stands behind this deployment, as mails and pages say it. */
export interface MadeImprint extends Imprint {
  /** Absolute paths of the pictures, in the order of `people`; null for nobody's. */
  pictures: (string | null)[];
  /** Whom an edition names, "Ana Example, PsyD" each. */
  made: { authors: string[]; reviewers: string[]; itemWriters: string[] };
  /** What stands at the foot of a lesson, in whole sentences. */
  foot(week: number): string[];
}

/** The file that counts in a folder: the operator's own where there is one. */
export function imprintFile(folder: string): string {
  const own = join(folder, OWN);
  return existsSync(own) ? own : join(folder, SHIPPED);
}

/**
 * Reads one file such as course.yaml.
 *
 * @throws LessonError with everything that is wrong in it, one line each
 */
export function readImprint(file: string): MadeImprint {
  const name = shown(file);
  const problems: string[] = [];
  const say = (where: string, what: string) => void problems.push(`${name}: ${where}: ${what}`);
  const found = readFields(course, readFileSync(file, 'utf8'), say);
  const pictures = (found?.people ?? []).map(({ photo }, at) => {
    const picture = photo === undefined ? null : join(dirname(file), photo);
    if (picture !== null && !existsSync(picture)) {
      say(`people[${at}].photo`, `expected ${photo} to lie beside this file`);
    }
    return picture;
  });
  if (!found || problems.length > 0) throw new LessonError(problems);

  const { people, reviews, price } = found;
  const [signer] = people;
  return {
    people: people.map(({ photo: _, license: its = null, ...rest }) => ({
      ...rest,
      license: its,
      photo: null,
    })),
    signature: signer ? titled(signer) : null,
    sender: signer?.name ?? null,
    statement: statement(found),
    price,
    answers: found.answers === 'yes',
    pictures,
    made: {
      authors: people.filter(({ role }) => role === 'author').map(withDegree),
      reviewers: [...new Set(reviews.map(withDegree))],
      itemWriters: (found.items ?? []).map(withDegree),
    },
    foot: (week) => {
      const here = reviews.filter(({ weeks }) => weeks.includes(week));
      const none = reviews.length === 0 ? unreviewed(found) : 'This one has not been reviewed yet.';
      return [
        madeBy(found),
        ...(here.length === 0 ? [none] : here.map((each) => reviewed('This lesson was', each))),
      ];
    },
  };
}

/** Sentences as one paragraph, taken as they are: a name is no Markdown. */
export function paragraphOf(sentences: readonly string[]): Block {
  return {
    type: 'paragraph',
    aside: false,
    children: [{ type: 'text', text: sentences.join(' ') }],
  };
}

/** Everything that the file says, without the people's own words about themselves. */
function statement(found: Course): string[] {
  const { reviews, conflicts, nextReview } = found;
  return [
    madeBy(found),
    ...(reviews.length === 0
      ? [unreviewed(found)]
      : reviews.map((each) => reviewed(weeksInWords(each.weeks), each))),
    ...(conflicts === undefined ? [] : [`Conflicts of interest: ${sentence(conflicts)}`]),
    ...(nextReview === undefined ? [] : [`Next review: ${inWords(nextReview)}.`]),
  ];
}

function madeBy({ people }: Course): string {
  if (people.length === 0) {
    return 'These lessons were put together from the research that they cite. No author or editor is named.';
  }
  const by = (role: Person['role']) =>
    people
      .filter((each) => each.role === role)
      .map(titled)
      .join(' and ');
  const [author, editor] = [by('author'), by('editor')];
  if (author === '') return `These lessons were edited by ${sentence(editor)}`;
  return `These lessons were written by ${sentence(editor === '' ? author : `${author}; edited by ${editor}`)}`;
}

/** What is true where nobody’s review is named: the author of a signed lesson may be licensed. */
function unreviewed({ people }: Course): string {
  return people.length === 0
    ? 'No licensed clinician has reviewed them yet.'
    : 'Nobody else has reviewed them yet.';
}

function reviewed(subject: string, each: Review): string {
  return `${subject} reviewed by ${titled(each)}, on ${inWords(each.date)}.`;
}

const withDegree = ({ name, degree: its }: { name: string; degree: string }) => `${name}, ${its}`;

function titled({ name, degree: its, license: licensed }: Person | Review): string {
  return [name, its, ...(licensed === undefined ? [] : [licensed])].join(', ');
}

/** "Weeks 1 to 3 were", "Weeks 1, 2 and 5 were", "Week 4 was". */
function weeksInWords(weeks: readonly number[]): string {
  const sorted = [...new Set(weeks)].sort((one, other) => one - other);
  const [first = 1] = sorted;
  const last = sorted.at(-1) ?? first;
  if (first === last) return `Week ${first} was`;
  if (sorted.length > 2 && last - first === sorted.length - 1) {
    return `Weeks ${first} to ${last} were`;
  }
  return `Weeks ${sorted.slice(0, -1).join(', ')} and ${last} were`;
}

function sentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

function isoDay(date: Date): string {
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10);
}

/** "November 20, 2026". */
function inWords(date: string): string {
  return new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(date),
  );
}
