import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = join(import.meta.dirname, 'drawings');

/** Where the pictures are kept, and below which path they are served. */
export const PICTURES = join(import.meta.dirname, '../public/drawings');
export const SERVED_AT = '/drawings';

/** How many pixels of a picture stand for one of the page: screens are finer than they say. */
export const DENSITY = 2;

/** A drawing, as a source that pages hold and as a picture that mails load. */
export interface Drawing {
  name: string;
  /** What it shows, for who does not see it. */
  alt: string;
  /** The source, as it stands in its file. */
  source: string;
  /** The same for a page, which needs neither its title nor a name for its language. */
  inline: string;
  /** Its picture's file, named by the source: what a mail once loaded never becomes another picture. */
  file: string;
  /** Pixels of the page. */
  width: number;
  height: number;
}

/** Reads the drawings in the order of their names. Throws where a source lacks its title or size. */
export function readDrawings(): Drawing[] {
  return readdirSync(SOURCES)
    .filter((file) => file.endsWith('.svg'))
    .sort()
    .map((file) => read(file.slice(0, -'.svg'.length), textOf(file)));
}

/** One drawing by its name. Throws where there is none, or where its picture was not made yet. */
export function drawing(name: string): Drawing {
  const found = readDrawings().find((each) => each.name === name);
  if (!found) throw new Error(`expected a drawing in emails/drawings/${name}.svg`);
  if (!existsSync(join(PICTURES, found.file))) {
    throw new Error(`emails/drawings/${name}.svg has no picture yet: run npm run drawings`);
  }
  return found;
}

/** A checkout may have other line ends, and the name must not change with them. */
function textOf(file: string): string {
  return readFileSync(join(SOURCES, file), 'utf8').replaceAll('\r\n', '\n');
}

function read(name: string, source: string): Drawing {
  const alt = /<title>([^<]+)<\/title>/.exec(source)?.[1];
  const [, width, height] = /^<svg [^>]*\bwidth="(\d+)" height="(\d+)"/.exec(source) ?? [];
  if (!alt || !width || !height) {
    throw new Error(`emails/drawings/${name}.svg: expected a title, and a width before a height`);
  }
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 10);
  return {
    name,
    alt,
    source,
    inline: source
      .replace(/\s*<title>.*<\/title>/, '')
      .replace(' xmlns="http://www.w3.org/2000/svg"', ' aria-hidden="true" focusable="false"')
      .replaceAll(/\n\s*/g, ''),
    file: `${name}-${hash}.png`,
    width: Number(width),
    height: Number(height),
  };
}
