import { describe, expect, it } from 'vitest';
import { LESSONS, mailHeads } from '../../src/course/course.ts';
import { contents } from '../../src/db/schema.ts';
import { ensureContents } from '../../src/delivery/contents.ts';
import { testContext } from '../support/course.ts';
import { change, put, rows } from '../support/rows.ts';

const ofLessons = mailHeads.filter(({ kind }) => kind === 'lesson');

describe('the text of a mail', () => {
  it('is known for each lesson, and for no other mail', async () => {
    await ensureContents(testContext());
    const stored = await rows(contents);
    const known = stored.filter(({ textHash }) => textHash !== null);
    expect(known.map(({ lesson }) => lesson).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(known).toHaveLength(LESSONS);
    expect(new Set(known.map(({ textHash }) => textHash)).size).toBe(LESSONS);
    expect(known.every(({ textHash }) => /^[0-9a-f]{64}$/.test(textHash ?? ''))).toBe(true);
  });

  it('is filled in where a mail was stored before texts had hashes, and left alone where nobody knows it', async () => {
    const ctx = testContext();
    await ensureContents(ctx);
    const stood = await rows(contents);
    await change(contents, { textHash: null });
    const older = { kind: 'lesson', lesson: 2, body: '{}', textHash: null, storedAt: 0 };
    await put(contents, { ...older, hash: 'of-an-earlier-build' });
    await ensureContents(ctx);
    const now = await rows(contents);
    for (const { hash, textHash } of ofLessons) {
      expect(now.find((row) => row.hash === hash)?.textHash).toBe(textHash);
    }
    expect(now.find(({ hash }) => hash === 'of-an-earlier-build')?.textHash).toBeNull();
    expect(now.length).toBe(stood.length + 1);
  });

  it('that is known already is not written anew', async () => {
    const ctx = testContext();
    await ensureContents(ctx);
    await change(contents, { textHash: 'known' }, { kind: 'lesson', lesson: 3 });
    await ensureContents(ctx);
    const [third] = await rows(contents, { kind: 'lesson', lesson: 3 });
    expect(third?.textHash).toBe('known');
  });
});
