import { DomainError } from '../errors.ts';

/** What a picture is for: how it is called, where it stands in a form, and what it may weigh, in KB. */
const USES = {
  logo: { name: 'A logo', field: 'logo', weighs: 60 },
  signature: { name: 'A signature', field: 'signature', weighs: 40 },
} as const;

export type Use = keyof typeof USES;

/** The most that it may measure on either side, in pixels. */
const MOST_PIXELS = 1200;

/** A smaller one is a speck at the height at which it is shown. */
const FEWEST_PIXELS = 16;

/** A picture with nothing in it but what is seen. */
export interface Picture {
  type: 'image/png' | 'image/jpeg';
  width: number;
  height: number;
  body: Uint8Array;
  /** Of a PNG: its pixels as they are packed (RFC 1950), and how many bytes they must be unpacked. */
  packed: { data: Uint8Array; bytes: number } | null;
  /** Something of it may be seen through. */
  clear: boolean;
}

const wrong = (message: string, use: Use = 'logo') =>
  new DomainError('bad-input', message, USES[use].field);
export const damaged = () =>
  wrong('This picture is damaged: it ends too early, or a part of it is not as it was written.');

/**
 * Reads a picture by what is in it, whatever it is called, and leaves out what is not seen: where it was
 * taken, by whom, with what, and anything that was hung on behind.
 *
 * @throws DomainError `bad-input` (field as the use): neither PNG nor JPEG, too heavy, too large, damaged
 */
export function pictureIn(bytes: Uint8Array, use: Use = 'logo'): Picture {
  const { name, weighs } = USES[use];
  if (bytes.length > weighs * 1024) throw wrong(`${name} may weigh ${weighs} KB at most.`, use);
  const picture = PNG.every((byte, at) => bytes[at] === byte)
    ? pngIn(bytes)
    : bytes[0] === 0xff && bytes[1] === 0xd8
      ? jpegIn(bytes)
      : null;
  if (picture === null)
    throw wrong(`${name} is a PNG or a JPEG. Other kinds, SVG too, are not taken.`, use);
  const { width, height } = picture;
  if (Math.max(width, height) > MOST_PIXELS) {
    throw wrong(
      `${name} may be 1,200 pixels wide and high at most; this one has ${width} × ${height}.`,
      use,
    );
  }
  if (Math.min(width, height) < FEWEST_PIXELS) {
    throw wrong(
      `${name} must be 16 pixels wide and high at least; this one has ${width} × ${height}.`,
      use,
    );
  }
  return picture;
}

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Chunks that are seen (w3.org/TR/png-3, 4.3): not texts, times, profiles, nor frames of a moving one. */
const SEEN = new Set(['IHDR', 'PLTE', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'sBIT', 'IDAT', 'IEND']);

/** Samples of a pixel by its color type, and the depths that each may have. */
const SAMPLES: Record<number, [samples: number, depths: number[]]> = {
  0: [1, [1, 2, 4, 8, 16]],
  2: [3, [8, 16]],
  3: [1, [1, 2, 4, 8]],
  4: [2, [8, 16]],
  6: [4, [8, 16]],
};

/** Where the seven passes of an interlaced picture begin, and their steps (w3.org/TR/png-3, 8.1). */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

function pngIn(bytes: Uint8Array): Picture {
  const view = viewOf(bytes);
  const kept: Uint8Array[] = [bytes.subarray(0, PNG.length)];
  const data: Uint8Array[] = [];
  let head: DataView | null = null;
  let ended = false;
  let seeThrough = false;
  for (let at = PNG.length; at < bytes.length && !ended; ) {
    if (at + 12 > bytes.length) throw damaged();
    const length = view.getUint32(at);
    const end = at + 12 + length;
    if (end > bytes.length) throw damaged();
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (crcOf(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) throw damaged();
    if ((head === null) !== (name === 'IHDR')) throw damaged();
    const inside = bytes.subarray(at + 8, end - 4);
    if (name === 'IHDR') head = viewOf(inside);
    if (name === 'IDAT') data.push(inside);
    if (name === 'tRNS') seeThrough = true;
    if (SEEN.has(name)) kept.push(bytes.subarray(at, end));
    // A small first letter says that a picture is whole without the chunk.
    else if (/^[^a-z]/.test(name)) throw damaged();
    ended = name === 'IEND';
    at = end;
  }
  if (head === null || head.byteLength !== 13 || data.length === 0 || !ended) throw damaged();
  const [width, height] = [head.getUint32(0), head.getUint32(4)];
  const [depth, color, interlaced] = [head.getUint8(8), head.getUint8(9), head.getUint8(12)];
  const [samples, depths] = SAMPLES[color] ?? [0, []];
  if (!depths.includes(depth) || interlaced > 1 || head.getUint16(10) !== 0) throw damaged();
  const rows = (wide: number, high: number) =>
    wide === 0 ? 0 : high * (1 + Math.ceil((wide * samples * depth) / 8));
  const passes = PASSES.map(([x, y, right, down]) =>
    rows(Math.ceil(Math.max(0, width - x) / right), Math.ceil(Math.max(0, height - y) / down)),
  );
  const unpacked = interlaced ? passes.reduce((sum, each) => sum + each, 0) : rows(width, height);
  return {
    type: 'image/png',
    ...{ width, height },
    body: joined(kept),
    packed: { data: joined(data), bytes: unpacked },
    // Types 4 and 6 have a sample for it in each pixel.
    clear: seeThrough || color >= 4,
  };
}

/** As each chunk of a PNG carries it (w3.org/TR/png-3, annex D). */
function crcOf(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** Frames that every browser shows: baseline, extended, progressive (ITU-T T.81, table B.1). */
const FRAMES = [0xc0, 0xc1, 0xc2];

/** Notes: of programs, cameras and people; all but how colors are stored, which Adobe's tells. */
const isNote = (marker: number) =>
  marker === 0xfe || (marker >= 0xe1 && marker <= 0xef && marker !== 0xee);

function jpegIn(bytes: Uint8Array): Picture {
  const view = viewOf(bytes);
  const kept: Uint8Array[] = [bytes.subarray(0, 2)];
  let size: { width: number; height: number } | null = null;
  let scans = 0;
  for (let at = 2; ; ) {
    if (at + 2 > bytes.length || bytes[at] !== 0xff) throw damaged();
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xd9) {
      if (size === null || scans === 0) throw damaged();
      kept.push(bytes.subarray(at, at + 2));
      return { type: 'image/jpeg', ...size, body: joined(kept), packed: null, clear: false };
    }
    const end = at + 4 <= bytes.length ? at + 2 + view.getUint16(at + 2) : Number.POSITIVE_INFINITY;
    if (end > bytes.length || end < at + 4) throw damaged();
    if (FRAMES.includes(marker)) {
      if (size !== null || end < at + 10) throw damaged();
      size = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
      if (view.getUint8(at + 9) === 4) {
        throw wrong('This JPEG has the four colors of print (CMYK). Save it in RGB.');
      }
    }
    if (!isNote(marker)) kept.push(bytes.subarray(at, end));
    at = end;
    if (marker !== 0xda) continue;
    scans += 1;
    const from = at;
    // Within a scan, 0xff is followed by 0 or by a mark to start again from.
    while (at + 1 < bytes.length && !(bytes[at] === 0xff && isMarker(view.getUint8(at + 1)))) at++;
    kept.push(bytes.subarray(from, at));
  }
}

const isMarker = (byte: number) => byte !== 0 && !(byte >= 0xd0 && byte <= 0xd7);

const viewOf = (bytes: Uint8Array) =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function joined(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
