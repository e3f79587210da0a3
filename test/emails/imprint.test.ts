import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { SHIPPED_COURSE } from '../../emails/compile.ts';
import { imprintFile, readImprint } from '../../emails/imprint.ts';
import { LessonError } from '../../emails/lesson.ts';
import { compileEmails } from '../../emails/mails.tsx';
import { folderOf } from './sample.ts';

const LESSONS = join(import.meta.dirname, '../../emails/lessons');

const SIGNED = {
  people: [
    {
      name: 'Ana Example',
      role: 'author',
      degree: 'PsyD',
      license: 'licensed psychologist, Oregon',
      bio: 'Ana Example sees adults.',
    },
    { name: 'Cy Example', role: 'editor', degree: 'MA', bio: 'Cy Example edits.' },
  ],
  reviews: [
    {
      name: 'Ben Example',
      degree: 'PhD',
      license: 'licensed psychologist, Maine',
      weeks: [1, 2, 3, 5],
      date: '2026-11-20',
    },
  ],
  conflicts: 'None declared',
  nextReview: '2028-11-20',
  price: 'Free. No card.',
  answers: 'yes',
};

const fileOf = (course: object, pictures: Record<string, string> = {}) =>
  join(folderOf({ 'course.yaml': stringify(course), ...pictures }), 'course.yaml');

const problemsOf = (course: object): string => {
  try {
    readImprint(fileOf(course));
  } catch (error) {
    if (error instanceof LessonError) return error.message;
    throw error;
  }
  return '';
};

describe('the course as it is shipped', () => {
  const shipped = readImprint(SHIPPED_COURSE);

  it('names nobody, and says so, and that no clinician has reviewed it', () => {
    expect(shipped).toMatchObject({ people: [], signature: null, sender: null, answers: false });
    const said =
      'These lessons were put together from the research that they cite. No author or editor is named. ' +
      'No licensed clinician has reviewed them yet.';
    expect(shipped.statement.join(' ')).toBe(said);
    for (const week of [1, 8]) expect(shipped.foot(week).join(' ')).toBe(said);
  });

  it('says at the foot of each lesson, in both parts of the mail, whom to ask', () => {
    const { weeks } = compileEmails(LESSONS, SHIPPED_COURSE);
    for (const { mail, lesson } of weeks) {
      expect(lesson.signed).toEqual(shipped.foot(lesson.week));
      expect(mail.html).toContain('No licensed clinician has reviewed them yet.');
      expect(mail.html).toMatch(/href="\{\{base_url\}\}"[^>]*>Whom to ask about them/);
      expect(mail.text.replaceAll('\n', ' ')).toContain('clinician has reviewed them yet.');
      expect(mail.text).toContain('Whom to ask about them:\n{{base_url}}');
    }
  });
});

describe('a course that somebody signs', () => {
  it('says who wrote it, who reviewed which lesson when, and when that comes again', () => {
    const made = readImprint(fileOf(SIGNED));
    expect(made.statement).toEqual([
      'These lessons were written by Ana Example, PsyD, licensed psychologist, Oregon; edited by Cy Example, MA.',
      'Weeks 1, 2, 3 and 5 were reviewed by Ben Example, PhD, licensed psychologist, Maine, on November 20, 2026.',
      'Conflicts of interest: None declared.',
      'Next review: November 20, 2028.',
    ]);
    expect(made.foot(5).at(-1)).toMatch(/^This lesson was reviewed by Ben Example/);
    expect(made.foot(4).at(-1)).toBe('This one has not been reviewed yet.');
    expect(made.signature).toBe('Ana Example, PsyD, licensed psychologist, Oregon');
  });

  it('is signed so in every lesson, and its reader may answer', () => {
    const { weeks, imprint } = compileEmails(LESSONS, fileOf(SIGNED));
    expect(imprint).toMatchObject({ sender: 'Ana Example', answers: true });
    for (const { mail } of weeks) {
      expect(mail.html).toContain('written by Ana Example, PsyD');
      expect(mail.text).toContain('answer this mail');
      expect(mail.text).not.toContain('No licensed clinician');
    }
  });

  it('has other mails than before, so that one frozen under its old hash stays as it was', () => {
    const before = compileEmails(LESSONS, SHIPPED_COURSE).weeks;
    const after = compileEmails(LESSONS, fileOf(SIGNED)).weeks;
    for (const [at, { mail }] of before.entries()) {
      expect(after[at]?.mail.hash).not.toBe(mail.hash);
    }
  });

  it('takes a name as it is written, whatever Markdown would make of it', () => {
    const [ana, ...others] = SIGNED.people;
    const people = [{ ...ana, name: 'A*n*a [E] & Co' }, ...others];
    const [week] = compileEmails(LESSONS, fileOf({ ...SIGNED, people })).weeks;
    expect(week?.mail.html).toContain('written by A*n*a [E] &amp; Co, PsyD');
    expect(week?.mail.text.replaceAll('\n', ' ')).toContain('written by A*n*a [E] & Co, PsyD');
  });
});

describe('the file that counts', () => {
  it('is the operator’s own where there is one, and else what was shipped', () => {
    const shipped = stringify({ ...SIGNED, people: [] });
    const folder = folderOf({ 'course.yaml': shipped });
    expect(readImprint(imprintFile(folder)).sender).toBeNull();
    const both = folderOf({ 'course.yaml': shipped, 'course.local.yaml': stringify(SIGNED) });
    expect(readImprint(imprintFile(both)).sender).toBe('Ana Example');
  });

  it('shows the picture that lies beside it, and stops the build at one that does not', () => {
    const [ana, cy] = SIGNED.people;
    const people = [cy, { ...ana, photo: 'course.local.jpg' }];
    const file = fileOf({ ...SIGNED, people }, { 'course.local.jpg': 'a picture' });
    expect(readImprint(file).pictures).toEqual([null, join(dirname(file), 'course.local.jpg')]);
    expect(problemsOf({ ...SIGNED, people })).toMatch(
      /course\.yaml: people\[1\]\.photo: expected course\.local\.jpg to lie beside this file/,
    );
  });

  it.each([
    ['a degree left out', { people: [{ ...SIGNED.people[0], degree: '' }] }, /people\[0\]\.degree/],
    [
      'a role of another name',
      { people: [{ ...SIGNED.people[0], role: 'owner' }] },
      /author or ed/,
    ],
    ['a field misspelled', { licence: 'x' }, /licence: expected no field of this name/],
    ['a day that there is not', { nextReview: '2026-02-30' }, /nextReview: expected a date/],
    ['a week that there is not', { reviews: [{ ...SIGNED.reviews[0], weeks: [9] }] }, /1 to 8/],
    ['a reviewer without a license', { reviews: [{ ...SIGNED.reviews[0], license: ' ' }] }, /lice/],
    ['a placeholder', { price: '{{greeting}}' }, /price: expected the price/],
    ['a line break', { price: 'Free.\nNo card.' }, /price: expected the price/],
    ['something else than yes or no', { answers: 'maybe' }, /answers: expected yes or no/],
  ])('stops the build at %s, and says where', (_, change, expected) => {
    expect(problemsOf({ ...SIGNED, ...change })).toMatch(expected);
  });
});
