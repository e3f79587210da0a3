/** `npm run drawings`: makes the pictures that mails load, for each drawing that has none yet. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { runnerImport } from 'vite';
import { main, ROOT, say } from './local.ts';

interface Drawing {
  source: string;
  file: string;
  width: number;
}

/** Points in an inch, in which the renderer counts: at this density a pixel of the source is one. */
const DENSITY_OF_SOURCE = 72;

/** How near to each other two shades look the same, of 255. */
const SAME = 14;

main(async () => {
  const folder = join(ROOT, 'emails');
  const { module } = await runnerImport<{
    readDrawings(): Drawing[];
    PICTURES: string;
    DENSITY: number;
  }>(join(folder, 'drawings.ts'), { root: folder, logLevel: 'error' });
  const { readDrawings, PICTURES, DENSITY } = module;
  await mkdir(PICTURES, { recursive: true });
  // A picture that is there stays as it is: mails of any age load it by its name.
  const missing = readDrawings().filter(({ file }) => !existsSync(join(PICTURES, file)));
  for (const { source, file, width } of missing) {
    const drawn = sharp(Buffer.from(source), { density: DENSITY_OF_SOURCE * DENSITY }).resize({
      width: width * DENSITY,
    });
    const picture = await smallest(drawn, colorsOf(source));
    await writeFile(join(PICTURES, file), picture);
    say(`${file}  ${(picture.length / 1024).toFixed(1)} KB`);
  }
  if (missing.length === 0) say('Every drawing has its picture.');
});

/** Of few colors, as drawings are, and on no ground; with as many as it takes to keep each of the source's. */
async function smallest(drawn: Sharp, colors: number[][]): Promise<Buffer> {
  for (const quality of [60, 70, 80, 90]) {
    const picture = await drawn
      .clone()
      .png({ palette: true, quality, dither: 0, effort: 10, compressionLevel: 9 })
      .toBuffer();
    const pixels = await sharp(picture).ensureAlpha().raw().toBuffer();
    if (colors.every((color) => holds(pixels, color))) return picture;
  }
  return drawn.png({ compressionLevel: 9 }).toBuffer();
}

/** Colors that fill a part of a drawing and let nothing through. */
function colorsOf(source: string): number[][] {
  const solid = source.matchAll(/ fill="#([0-9a-f]{6})"(?! fill-opacity)/g);
  return [...new Set([...solid].map(([, color = '']) => color))].map((color) => [
    ...Buffer.from(color, 'hex'),
  ]);
}

function holds(pixels: Buffer, color: number[]): boolean {
  for (let at = 0; at < pixels.length; at += 4) {
    if (pixels[at + 3] !== 255) continue;
    if (color.every((shade, i) => Math.abs((pixels[at + i] ?? 0) - shade) <= SAME)) return true;
  }
  return false;
}
