/** The build step of what certificates are set in: fonts from packages, as files that the Worker can fetch. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { create } from 'fontkit';
import { normalizePath, type Plugin } from 'vite';
import { fontInWoff } from './woff.ts';

const NAME = 'virtual:fonts';
const RESOLVED = `\0${NAME}`;
const MODULES = normalizePath(`${import.meta.dirname}/../../node_modules`);

/** Where the finished fonts lie, for Vite to serve and to copy like any other file. */
const FOLDER = `${MODULES}/.fonts`;

interface Script {
  package: string;
  /** Its files: the whole script, or each slice of it. */
  files: RegExp;
  /** Which letters are taken from it; the rest is another font's. */
  letters: RegExp;
}

/** In the order in which they are asked for a letter. Another script is another row. */
const SCRIPTS: readonly Script[] = [
  {
    package: '@expo-google-fonts/literata',
    files: /^400Regular\/Literata_400Regular\.ttf$/,
    letters: /[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]/u,
  },
  { package: '@fontsource/noto-sans-arabic', ...whole('arabic'), letters: /\p{scx=Arab}/u },
  { package: '@fontsource/noto-sans-hebrew', ...whole('hebrew'), letters: /\p{scx=Hebr}/u },
  {
    package: '@fontsource/noto-sans-devanagari',
    ...whole('devanagari'),
    letters: /\p{scx=Deva}/u,
  },
  { package: '@fontsource/noto-sans-thai', ...whole('thai'), letters: /\p{scx=Thai}/u },
  {
    package: '@fontsource/noto-sans-sc',
    files: /^files\/noto-sans-sc-\d+-400-normal\.woff$/,
    letters: /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\u{ff01}-\u{ff5e}]/u,
  },
];

function whole(script: string) {
  return { files: new RegExp(`^files/noto-sans-${script}-${script}-400-normal\\.woff$`) };
}

export interface FontFile {
  /** Absolute path of the TTF. */
  file: string;
  /** First and last code points of what is taken from it, by turns, rising. */
  ranges: number[];
}

function rangesOf(codes: number[]): number[] {
  const ranges: number[] = [];
  for (const code of codes.toSorted((a, b) => a - b)) {
    if (ranges.at(-1) === code - 1) ranges[ranges.length - 1] = code;
    else ranges.push(code, code);
  }
  return ranges;
}

let made: Promise<FontFile[]> | undefined;

/** Every font, unpacked, with the letters that are taken from it. */
export function fontFiles(): Promise<FontFile[]> {
  made ??= makeFonts();
  return made;
}

async function makeFonts(): Promise<FontFile[]> {
  await mkdir(FOLDER, { recursive: true });
  const fonts = await Promise.all(
    SCRIPTS.map(async (script) => {
      const folder = `${MODULES}/${script.package}`;
      const files = (await readdir(folder, { recursive: true }))
        .map((file) => normalizePath(file))
        .filter((file) => script.files.test(file))
        // Slices by their number.
        .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
      if (files.length === 0) throw new Error(`${script.package} has no such font`);
      return Promise.all(files.map((file) => fontIn(`${folder}/${file}`, script.letters)));
    }),
  );
  return fonts.flat().filter(({ ranges }) => ranges.length > 0);
}

async function fontIn(source: string, letters: RegExp): Promise<FontFile> {
  const bytes = await readFile(source);
  const font = source.endsWith('.woff') ? fontInWoff(bytes) : bytes;
  const { characterSet } = create(font);
  const has = characterSet.filter((code) => letters.test(String.fromCodePoint(code)));
  const name = source.slice(source.lastIndexOf('/') + 1).replace(/\.\w+$/, '.ttf');
  const file = `${FOLDER}/${name}`;
  // Several runs may stand on one folder: what is there already is left alone.
  const before = await readFile(file).catch(() => null);
  if (!before?.equals(font)) await writeFile(file, font);
  return { file, ranges: rangesOf(has) };
}

/** Vite plugin that provides `virtual:fonts`: each font's address, and its letters. */
export function fonts(): Plugin {
  return {
    name: 'fonts',
    resolveId(id) {
      return id === NAME ? RESOLVED : null;
    },
    async load(id) {
      if (id !== RESOLVED) return null;
      const files = await fontFiles();
      const faces = files.map(({ ranges }, at) => `{url:font${at},ranges:read(${steps(ranges)})}`);
      return [
        ...files.map(({ file }, at) => `import font${at} from '${file}?url&no-inline';`),
        // Distances instead of code points: a third of the bytes.
        'const read=(text)=>{let code=0;return text.split(" ").map((step)=>code+=parseInt(step,36))};',
        `export const faces = [${faces.join(',')}];`,
      ].join('\n');
    },
  };
}

function steps(ranges: readonly number[]): string {
  const distances = ranges.map((code, at) => (code - (ranges[at - 1] ?? 0)).toString(36));
  return JSON.stringify(distances.join(' '));
}

/** Serves the finished fonts to tests, which have no server of Vite's. */
export async function fontServer(request: { url: string }): Promise<Response> {
  const name = new URL(request.url).pathname.split('/').at(-1) ?? '';
  const files = await fontFiles();
  const found = files.find(({ file }) => file.endsWith(`/${name}`));
  return found
    ? new Response(await readFile(found.file))
    : new Response('no such font', { status: 404 });
}
