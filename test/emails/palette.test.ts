import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const colors = (text: string) => text.match(/#[0-9a-f]{6}\b/gi) ?? [];

/** Each token with its color by day and by night. */
function tokens(): { day: Map<string, string>; night: Map<string, string> } {
  const [day = '', night = ''] = read('src/web/ui/tokens.css').split('prefers-color-scheme: dark');
  const named = (text: string) =>
    new Map(
      [...text.matchAll(/(--[\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', color = '']) => [
        name,
        color,
      ]),
    );
  return { day: named(day), night: named(night) };
}

test('pages, mails, the widget and the frame have one palette', () => {
  const { day, night } = tokens();
  expect([day.size, night.size]).toEqual([expect.any(Number), expect.any(Number)]);
  const palette = new Set([...day.values(), ...night.values()]);
  expect(palette.size).toBeGreaterThan(25);
  // On an accent of a provider's own, words are black or white, which is right on every color.
  const ofNobody = (path: string, color: string) =>
    path === 'src/provider/looks.ts' && ['#000000', '#ffffff'].includes(color);
  const strangers = globSync(
    ['emails/**/*.{ts,tsx,svg}', 'src/{web,widget,provider}/**/*.{ts,tsx,css}'],
    {
      cwd: ROOT,
    },
  )
    .filter((path) => !path.endsWith('tokens.css'))
    .flatMap((path) =>
      colors(read(path))
        .filter((color) => !palette.has(color.toLowerCase()) && !ofNobody(path, color))
        .map((color) => `${path}: ${color}`),
    );
  expect(strangers).toEqual([]);
});

test('the frame’s two themes are those of the pages', () => {
  const { day, night } = tokens();
  const [, light = '', dark = ''] = read('src/web/embed/frame.css').split(
    /data-theme="(?:light|dark)"/,
  );
  for (const [theme, palette] of [
    [light, day],
    [dark, night],
  ] as const) {
    const own = [...theme.matchAll(/(--[\w-]+): (#[0-9a-f]{6});/g)].map(
      ([, name = '', color = '']) => [name, color],
    );
    expect(own.length).toBeGreaterThan(8);
    expect(own).toEqual(own.map(([name = '']) => [name, palette.get(name)]));
  }
});
