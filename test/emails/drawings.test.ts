import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { COLUMN } from '../../emails/components/look.ts';
import { DENSITY, drawing, PICTURES, readDrawings } from '../../emails/drawings.ts';
import { WEEKS } from '../../emails/lesson.ts';

/**
 * Every picture that mails have loaded since there are any. Mails live for years: add a line for a new
 * one, and remove none, with its file.
 */
const MAILED = [
  'closing-575e68e3b5.png',
  'lesson-1-c5a5bab05d.png',
  'lesson-2-d7ef19ed2a.png',
  'lesson-3-66d21c7db8.png',
  'lesson-4-6fda78addd.png',
  'lesson-5-11ee279cc5.png',
  'lesson-6-f0be9420a9.png',
  'lesson-7-57f24662ab.png',
  'lesson-8-17117dd1a1.png',
  'mark-60c76c1389.png',
];

const drawings = readDrawings();

describe('the drawings', () => {
  it('are one for each lesson, one for the end, and the mark', () => {
    const lessons = Array.from({ length: WEEKS }, (_, at) => `lesson-${at + 1}`);
    expect(drawings.map(({ name }) => name)).toEqual(['closing', ...lessons, 'mark']);
  });

  it('go on to be served at each address that a mail ever loaded, and at no other', () => {
    expect(readdirSync(PICTURES).sort()).toEqual(MAILED);
    for (const { file } of drawings) expect(MAILED).toContain(file);
  });

  it('have another address as soon as a line of them is another', () => {
    for (const { name, source, file } of drawings) {
      const digest = createHash('sha256').update(source).digest('hex');
      expect(file).toBe(`${name}-${digest.slice(0, 10)}.png`);
    }
  });

  it('stop the build where one is asked for that is not there', () => {
    expect(() => drawing('lesson-9')).toThrow('expected a drawing in emails/drawings/lesson-9.svg');
  });
});

describe.each(drawings)('the drawing $name', ({ name, alt, source, inline, file, width }) => {
  it('is a small picture, fine enough for any screen, on the ground of whatever mail it stands in', async () => {
    const picture = readFileSync(join(PICTURES, file));
    expect(picture.length).toBeLessThan(13 * 1024);
    const { info, data } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
    expect(info.width).toBe(width * DENSITY);
    expect(info.channels).toBe(4);
    // Each corner lets through what lies below.
    const corners = [0, info.width - 1].map((x) => data[x * 4 + 3]);
    expect(corners).toEqual([0, 0]);
    if (name !== 'mark') expect(width).toBe(COLUMN);
  });

  it('keeps in its picture every color of its source', async () => {
    const { data } = await sharp(join(PICTURES, file)).raw().toBuffer({ resolveWithObject: true });
    const seen = new Set<number>();
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3] === 255) seen.add(data.readUIntBE(at, 3));
    }
    const solid = [...source.matchAll(/ fill="#([0-9a-f]{6})"(?! fill-opacity)/g)];
    expect(solid.length).toBeGreaterThan(0);
    for (const [, color = ''] of solid) {
      const wanted = Buffer.from(color, 'hex');
      const near = [...seen].some((pixel) =>
        wanted.every((shade, i) => Math.abs(((pixel >> (16 - 8 * i)) & 255) - shade) <= 14),
      );
      expect([color, near]).toEqual([color, true]);
    }
  });

  it('says what it shows, and holds nothing that a page would refuse', () => {
    expect(alt).toMatch(/^[A-Z].*\.$/);
    expect(source).not.toMatch(/<style|<script|style="|href=|\bid=/);
    expect(inline).toMatch(/^<svg aria-hidden="true" focusable="false" class="\w+" viewBox/);
    expect(inline).not.toMatch(/<title>|\n/);
  });
});
