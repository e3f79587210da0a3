import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'fontkit';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fontFiles } from '../../src/cli/fonts.ts';
import { approvalInWords, type Picture, type Printed } from '../../src/credit/certificate.ts';
import { type Face, unprintable } from '../../src/credit/letters.ts';
import { renderPdf } from '../../src/credit/pdf.ts';
import { naughtyStrings } from '../cases/naughty-strings.ts';
import { printed } from '../support/printed.ts';

/**
 * The paper, as programs that know nothing of ours read it: poppler (pdfinfo, pdffonts, pdftotext), qpdf
 * and pdf.js. Debian has the first two as poppler-utils and qpdf.
 */

const NUMBER = '7K3Q-9M2P-XH4D-8TBN';
const REGISTER = `https://course.example.org/certificates/${NUMBER}`;

let faces: Face[] = [];
const folder = mkdtempSync(join(tmpdir(), 'paper-'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  faces = (await fontFiles()).map(({ file, ranges }) => ({ url: file, ranges }));
});

async function paper(changes: Partial<Printed> = {}, pictures = new Map<string, Picture>()) {
  const certificate = { number: NUMBER, issuedAt: 1_795_800_000, printed: printed(changes) };
  const load = async (url: string) => new Uint8Array(readFileSync(url));
  return renderPdf(certificate, { faces, load, pictures, register: REGISTER });
}

let files = 0;
function kept(bytes: Uint8Array): string {
  files += 1;
  const file = join(folder, `${files}.pdf`);
  writeFileSync(file, bytes);
  return file;
}

const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });

/** Without marks of direction, which a reader of text adds, and with one space for any. */
const plain = (text: string) =>
  text.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '').replace(/\s+/g, ' ');

/** Names in each script that prints, with the spelling that stands below where it is not Latin. */
const NAMES: [script: string, name: string, latin: string | null][] = [
  ['Latin', 'Élodie van der Brønsted-O’Neil, PhD', null],
  ['Vietnamese', 'Nguyễn Thị Phương Thảo', null],
  ['Arabic with a bracket', 'نور حداد (Noor) 3', 'Noor Haddad'],
  ['Hebrew', 'שירה בן־דוד', 'Shira Ben-David'],
  ['Devanagari', 'प्रिया शर्मा', 'Priya Sharma'],
  ['Thai', 'สมชาย ใจดี', 'Somchai Jaidee'],
  ['Chinese', '王小明', 'Wang Xiaoming'],
  ['Japanese', '山田 たろう', 'Yamada Taro'],
  ['Greek', 'Ελένη Παπαδοπούλου', 'Eleni Papadopoulou'],
  ['Cyrillic', 'Анна Щербакова', 'Anna Shcherbakova'],
];

describe.each(NAMES)('the paper of a name in %s', (_, name, latinName) => {
  const made = () => paper({ name, latinName });

  it('gives back its name as text, and in the tree that a voice reads', async () => {
    const bytes = await made();
    const file = kept(bytes);
    const text = plain(run('pdftotext', file, '-'));
    const words = name.split(/[ ()]+/).filter((word) => word !== '');
    for (const word of words) expect(text).toContain(word);
    if (latinName !== null) expect(text).toContain(latinName);
    const actual = Buffer.from(`\ufeff${name}`, 'utf16le').swap16().toString('hex');
    const structure = run('qpdf', '--json', '--json-key=qpdf', file);
    if (latinName !== null) {
      expect(structure.includes(`u:${name}`) || structure.includes(actual)).toBe(true);
    }
  });

  it('is whole, tagged and small, has its fonts in it, and the same bytes each time', async () => {
    const bytes = await made();
    const file = kept(bytes);
    expect(bytes.length).toBeLessThan(30 * 1024);
    expect(Buffer.compare(bytes, await made())).toBe(0);
    expect(run('qpdf', '--check', file)).toContain('No syntax or stream encoding errors');
    const info = run('pdfinfo', file);
    expect(info).toMatch(/Tagged: +yes/);
    expect(info).toMatch(/Page size: +792 x 612 pts/);
    expect(info).toContain(NUMBER);
    expect(run('pdfinfo', '-meta', file)).toMatch(/pdfuaid:part>1</);
    const fonts = run('pdffonts', file).trim().split('\n').slice(2);
    expect(fonts.length).toBeGreaterThan(0);
    for (const font of fonts) expect(font).toMatch(/Identity-H +yes yes yes/);
  });

  it('has letters with a shape, in subsets of a few of them', async () => {
    const file = kept(await made());
    const objects = JSON.parse(
      run('qpdf', '--json', '--json-stream-data=inline', '--decode-level=generalized', file),
    ).qpdf[1] as Record<string, { stream?: { data: string }; value?: Record<string, unknown> }>;
    const fonts = Object.values(objects).flatMap(({ value }) => {
      const file2 = value?.['/FontFile2'];
      return typeof file2 === 'string' ? [objects[`obj:${file2}`]?.stream?.data ?? ''] : [];
    });
    expect(fonts.length).toBeGreaterThan(0);
    for (const data of fonts) {
      const bytes = Buffer.from(data, 'base64');
      // Literata's page full of words is 30 KB unpacked; a whole font is 100 and more.
      expect(bytes.length).toBeLessThan(60 * 1024);
      const font = create(bytes) as unknown as {
        numGlyphs: number;
        getGlyph(id: number): { path: { commands: unknown[] } };
      };
      const shapes = Array.from({ length: font.numGlyphs - 1 }, (_, at) => at + 1).filter(
        (id) => font.getGlyph(id).path.commands.length > 0,
      );
      // All but the space.
      expect(shapes.length).toBeGreaterThanOrEqual(font.numGlyphs - 2);
    }
  });
});

describe('the paper', () => {
  it('says everything: approvals with statements word for word, limits, objectives, signer, register', async () => {
    const text = plain(run('pdftotext', '-layout', kept(await paper()), '-'));
    const { approvals, objectives } = printed();
    for (const approval of approvals) {
      expect(text).toContain(approvalInWords(approval));
      expect(text).toContain(approval.statement);
    }
    for (const objective of objectives) expect(text).toContain(objective);
    for (const part of [
      'Certificate of completion',
      'Licensed professional counselor, Oregon: C-10442',
      'completed the course “In the Room”',
      'Completed on November 27, 2026 · 2.0 hours',
      'Does not count in New York.',
      'Dana Ortiz, PhD',
      '12 Quay Street, Portland, OR 97201 · ce@harbor.example · +1 503 555 0137',
      `Certificate ${NUMBER}`,
      REGISTER,
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain('SAMPLE');
  });

  it('without an approval has no word of credit', async () => {
    const text = run('pdftotext', kept(await paper({ approvals: [], hours: null })), '-');
    expect(text).toContain('Certificate of completion');
    expect(text).not.toMatch(/[Cc]redit|\bCE\b|hours|[Aa]pprov/);
  });

  it('of a moved clock says that it is a sample, and certifies nothing', async () => {
    expect(run('pdftotext', kept(await paper({ sample: true })), '-')).toMatch(
      /SAMPLE: made where course time can be moved. It certifies nothing/,
    );
  });

  it('cuts nothing: a statement longer than a page goes on, and ten approvals move over', async () => {
    const { approvals } = printed();
    const [first] = approvals;
    if (!first) throw new Error('no approval');
    const words = Array.from({ length: 900 }, (_, at) => `word${at}`);
    const many = Array.from({ length: 10 }, (_, at) => ({
      ...first,
      kind: `kind-${at}`,
      number: `No. ${at}`,
      statement: at === 4 ? words.join(' ') : first.statement,
    }));
    const file = kept(await paper({ approvals: many }));
    const text = plain(run('pdftotext', file, '-'));
    for (const word of words) expect(text).toContain(word);
    for (const { number } of many) expect(text).toContain(number);
    expect(Number(/Pages: +(\d+)/.exec(run('pdfinfo', file))?.[1])).toBeGreaterThan(3);
    expect(run('qpdf', '--check', file)).toContain('No syntax or stream encoding errors');
  });

  it('breaks a name that is too long for its line, and leaves none of it out', async () => {
    const name = `${'W'.repeat(60)} ${'M'.repeat(57)}`;
    const text = run('pdftotext', kept(await paper({ name })), '-').replace(/\s/g, '');
    expect(text).toContain(name.replace(' ', ''));
  });

  it('has logo and signature as pictures with words for them', async () => {
    const raw = { width: 60, height: 20, channels: 3 as const };
    const picture = sharp(Buffer.alloc(60 * 20 * 3, 90), { raw }).png();
    const png = (await picture.toBuffer()).toString('base64');
    const { provider, signer } = printed();
    const pictures = new Map<string, Picture>([['aa', { type: 'image/png', body: png }]]);
    const file = kept(
      await paper(
        { provider: { ...provider, logo: 'aa' }, signer: { ...signer, image: 'aa' } },
        pictures,
      ),
    );
    expect(run('pdfinfo', '-struct', file).match(/Figure/g)).toHaveLength(2);
    const structure = run('qpdf', '--json', '--json-key=qpdf', file);
    expect(structure).toContain('u:Logo of Harbor Institute');
    expect(structure).toContain('u:Signature of Dana Ortiz');
  });

  it.each([
    ['in lines', '12 Quay Street\nPortland, OR 97201'],
    ['as long as it may be', 'Suite 1204, '.repeat(41)],
  ])('keeps its number on the first page beside an address %s', async (_, address) => {
    const { provider } = printed();
    const bytes = await paper({
      provider: { ...provider, address },
      approvals: [],
      objectives: [],
    });
    const [first = ''] = run('pdftotext', kept(bytes), '-').split('\f');
    for (const said of [`Certificate ${NUMBER}`, address.slice(0, 8), provider.email]) {
      expect(plain(first)).toContain(said);
    }
    expect(run('pdfinfo', kept(bytes))).toMatch(/Pages: +2/);
  });

  it('is a tree of headings, paragraphs and lists, in the order in which it is read', async () => {
    const bytes = await paper();
    const tree = run('pdfinfo', '-struct-text', kept(bytes));
    const tags = [...tree.matchAll(/^ +(\w+) \(/gm)].map(([, tag]) => tag);
    expect(tags[0]).toBe('P');
    expect(tags.filter((tag) => tag === 'H1')).toHaveLength(1);
    expect(tags.filter((tag) => tag === 'L')).toHaveLength(2);
    expect(tree.indexOf('Maria Lopez')).toBeLessThan(tree.indexOf('completed the course'));
    const doc = await getDocument({ data: bytes, useSystemFonts: false, verbosity: 0 }).promise;
    expect(doc.numPages).toBe(2);
    const page = await doc.getPage(1);
    const roles = JSON.stringify(await page.getStructTree());
    for (const role of ['"H1"', '"P"', '"LI"']) expect(roles).toContain(role);
    const { items } = await page.getTextContent();
    const text = items.map((item) => ('str' in item ? item.str : '')).join('');
    expect(text).toContain('Maria Lopez');
  });
});

describe('a name', () => {
  it.each([
    ['ʔ', 'Nuxalk ʔAnna'],
    ['Ɓ', 'Ɓala'],
    ['\u{1f642}', 'Ann 🙂'],
    ['𠮷', '𠮷田'],
  ])('with %s is refused, naming that letter', (letter, name) => {
    expect(unprintable(name, faces)).toEqual([letter]);
  });

  it('of whatever somebody types is refused by its letters, or comes back from the paper', async () => {
    const names = naughtyStrings
      .map((each) => each.normalize('NFC').replace(/\s+/g, ' ').trim())
      .filter((each) => each.length > 1 && each.length <= 120 && !/[\p{Cc}\p{Cf}]/u.test(each));
    const printable = names.filter((name) => unprintable(name, faces).length === 0);
    expect(printable.length).toBeGreaterThan(100);
    // One document for each dozen: what is asked is whether the letters come back.
    for (let at = 0; at < printable.length; at += 12) {
      const objectives = printable.slice(at, at + 12);
      const file = kept(await paper({ objectives, approvals: [], authors: [] }));
      const text = plain(run('pdftotext', '-raw', file, '-')).replaceAll(' ', '');
      for (const name of objectives) {
        // Text from the right is read in runs: its letters are all there.
        const letters = [...new Set(name.replace(/\s/g, ''))];
        for (const letter of letters) expect(text).toContain(letter.normalize('NFC'));
      }
    }
  });
});
