import { describe, expect, it } from 'vitest';
import { acts, logos, providers } from '../../src/db/schema.ts';
import { changeLogo } from '../../src/provider/change-logo.ts';
import { pictureIn } from '../../src/provider/picture.ts';
import { parseAccent, parseLine, parseSite } from '../../src/provider/typed-looks.ts';
import { type PictureName, pictureNamed } from '../cases/pictures.ts';
import { pressConfirm, signUpByForm } from '../support/people.ts';
import { plantProvider } from '../support/providers.ts';
import { change, count, pick, value } from '../support/rows.ts';
import { newAddress, see, type Visitor, visitor } from '../support/visitor.ts';

const KEY = 'pk_harbor';
const SLUG = 'pk-harbor';
/** The most that a logo may weigh. */
const MOST_BYTES = 60 * 1024;
const WHY = { actor: 'operator:mira', reason: 'sent by mail' };

const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);
const give = async (anyone: Visitor, name: PictureName | null, slug = SLUG) =>
  changeLogo(await anyone.context(), { slug, logo: name && pictureNamed(name), ...WHY });

/** The address of the logo that is shown on a page, if one is. */
async function shownOn(page: Response): Promise<string | undefined> {
  expect(page.status).toBe(200);
  const { all } = await see(page);
  return all('img').find(({ src }) => src?.startsWith('/logos/'))?.src;
}

describe('a picture', () => {
  it.each<[PictureName, string]>([
    ['png', 'image/png'],
    ['paletted', 'image/png'],
    ['interlaced', 'image/png'],
    ['jpeg', 'image/jpeg'],
    ['progressive', 'image/jpeg'],
  ])('%s is taken by what is in it', async (name, type) => {
    expect(pictureIn(pictureNamed(name))).toMatchObject({ type, width: 60, height: 20 });
    await plantProvider();
    expect(await give(visitor(), name)).toEqual({ kind: 'changed' });
  });

  it.each<PictureName>(['noted', 'jpeg'])('%s keeps nothing of who made it, and where', (name) => {
    expect(text(pictureNamed(name))).toContain('Secret Person');
    const { body } = pictureIn(pictureNamed(name));
    expect(text(body)).not.toMatch(/Secret|Exif|GPS/);
    // Still the same picture, to be read again.
    expect(pictureIn(body)).toMatchObject({ width: 60, height: 20 });
    expect(pictureIn(body).body).toEqual(body);
  });

  it.each<PictureName>(['png', 'jpeg'])('%s keeps nothing that was hung on behind', (name) => {
    const bytes = pictureNamed(name);
    const hung = new Uint8Array([...bytes, ...new TextEncoder().encode('<script>')]);
    expect(pictureIn(hung).body).toEqual(pictureIn(bytes).body);
  });

  it.each<[string, Uint8Array, RegExp]>([
    [
      'an SVG',
      new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      /PNG or a JPEG/,
    ],
    ['a WebP', pictureNamed('webp'), /PNG or a JPEG/],
    ['a GIF', pictureNamed('gif'), /PNG or a JPEG/],
    ['nothing', new Uint8Array(), /PNG or a JPEG/],
    ['a page', new TextEncoder().encode('<!doctype html>'), /PNG or a JPEG/],
    ['one of four colors of print', pictureNamed('cmyk'), /CMYK/],
    ['too wide', pictureNamed('wide'), /1,200 pixels.*1201 × 20/],
    ['a speck', pictureNamed('speck'), /16 pixels/],
    ['too heavy', new Uint8Array(MOST_BYTES + 1), /60 KB/],
  ])('that is %s is refused, and says why', (_, bytes, expected) => {
    expect(() => pictureIn(bytes)).toThrow(expected);
  });

  it.each<PictureName>(['png', 'interlaced', 'jpeg', 'progressive'])(
    '%s that ends anywhere too early is refused',
    (name) => {
      const bytes = pictureNamed(name);
      for (let end = 8; end < bytes.length; end++) {
        expect(() => pictureIn(bytes.subarray(0, end)), `${end}`).toThrow(/damaged|PNG or a JPEG/);
      }
    },
  );

  it('with one byte of it changed is refused, or is a picture all the same', async () => {
    await plantProvider();
    const ctx = await visitor().context();
    for (const name of ['png', 'interlaced'] as const) {
      for (let at = 8; at < pictureNamed(name).length; at++) {
        const bytes = pictureNamed(name);
        bytes[at] = (bytes[at] ?? 0) ^ 0xff;
        const taken = changeLogo(ctx, { slug: SLUG, logo: bytes, ...WHY });
        await expect(taken, `${name} ${at}`).rejects.toMatchObject({ field: 'logo' });
      }
    }
  });

  it('that would unpack to more than it shows is refused, and not unpacked', async () => {
    await plantProvider();
    const anyone = visitor();
    const bomb = await pngOf(60, 20, new Uint8Array(20 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(MOST_BYTES);
    const taken = changeLogo(await anyone.context(), { slug: SLUG, logo: bomb, ...WHY });
    await expect(taken).rejects.toThrow('damaged');
    const whole = await pngOf(60, 20, new Uint8Array(20 * (1 + 60 * 4)));
    const good = changeLogo(await anyone.context(), { slug: SLUG, logo: whole, ...WHY });
    expect(await good).toEqual({ kind: 'changed' });
  });
});

describe('a logo', () => {
  it('is kept under its digest, served from there alone, and may do nothing', async () => {
    await plantProvider();
    const anyone = visitor();
    await give(anyone, 'png');
    const [kept] = await pick(logos, ['hash', 'type']);
    const page = await anyone.get(`/logos/${kept?.hash}`);
    expect(page.status).toBe(200);
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    const body = new Uint8Array(await page.arrayBuffer());
    expect(body).toEqual(pictureIn(pictureNamed('png')).body);
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
    const hex = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    expect(hex).toBe(kept?.hash);
    expect(await pick(acts, ['verb', 'subject'])).toEqual([
      { verb: 'change-logo', subject: `provider:${SLUG}` },
    ]);
  });

  it.each(['x', '0'.repeat(64), '%27%20OR%201=1', 'x'.repeat(90)])(
    'of no name is 404: %s',
    async (hash) => {
      await plantProvider();
      await give(visitor(), 'png');
      expect((await visitor().get(`/logos/${hash}`)).status).toBe(404);
    },
  );

  it('that is replaced or taken away is gone, unless another shows it', async () => {
    await plantProvider();
    await plantProvider({ key: 'pk_cedar' });
    const anyone = visitor();
    await give(anyone, 'png');
    await give(anyone, 'png', 'pk-cedar');
    expect(await count(logos)).toBe(1);
    await give(anyone, 'jpeg');
    expect((await pick(logos, ['type'])).map(({ type }) => type).sort()).toEqual([
      'image/jpeg',
      'image/png',
    ]);
    await give(anyone, null, 'pk-cedar');
    expect(await pick(logos, ['type'])).toEqual([{ type: 'image/jpeg' }]);
    await give(anyone, null);
    expect(await count(logos)).toBe(0);
    expect(await value(providers, 'logo')).toBeNull();
  });

  it('of somebody who is not there is not kept', async () => {
    expect(await give(visitor(), 'png', 'nobody')).toEqual({ kind: 'unknown' });
    expect(await count(logos)).toBe(0);
    expect(await count(acts)).toBe(0);
  });

  it('stands on the front page, the page about the inbox, the confirm page and the learner’s', async () => {
    await plantProvider();
    const anyone = visitor();
    await give(anyone, 'png');
    const address = `/logos/${await value(logos, 'hash')}`;
    expect(await shownOn(await anyone.get(`/?provider=${KEY}`))).toBe(address);
    expect(await shownOn(await anyone.get(`/signup/check-inbox?provider=${KEY}`))).toBe(address);
    const path = await signUpByForm(anyone, newAddress(), { provider: KEY });
    expect(await shownOn(await anyone.get(path))).toBe(address);
    const page = await pressConfirm(anyone, path);
    expect(await shownOn(await anyone.get(page))).toBe(address);
  });

  it('stands in no widget, no frame, no mail, and on no page without its provider', async () => {
    await plantProvider();
    const anyone = visitor();
    await give(anyone, 'png');
    const hash = (await value(logos, 'hash')) as string;
    await pressConfirm(anyone, await signUpByForm(anyone, newAddress(), { provider: KEY }));
    await anyone.work();
    const settings = await anyone.get(`/embed/${KEY}.json`);
    const texts = await Promise.all(
      [settings, await anyone.get(`/embed/${KEY}`), await anyone.get('/')].map((page) =>
        page.text(),
      ),
    );
    const mails = await anyone.mails();
    expect(mails.length).toBeGreaterThan(1);
    expect(JSON.stringify([texts, mails])).not.toContain(hash);
    expect(JSON.stringify([texts, mails])).not.toContain('/logos/');
  });

  it('has room of its own before it is there, and at most 240 by 48', async () => {
    await plantProvider();
    const anyone = visitor();
    await give(anyone, 'png');
    await change(providers, { logo: `${'a'.repeat(64)}-1200x100` });
    const { all } = await see(await anyone.get(`/?provider=${KEY}`));
    expect(all('img').find(({ src }) => src?.startsWith('/logos/'))).toMatchObject({
      width: '240',
      height: '20',
      alt: '',
    });
  });
});

describe('an accent', () => {
  it('colors the button on the page with us and in a frame, by rules that the page’s policy names', async () => {
    await plantProvider();
    await change(providers, { accent: '#0b6b57' });
    for (const path of [`/?provider=${KEY}`, `/embed/${KEY}`]) {
      const page = await visitor().get(path);
      const html = await page.clone().text();
      const [, style = ''] = /<style>([^<]*)<\/style>/.exec(html) ?? [];
      expect(style).toContain('--clay:#0b6b57');
      const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style));
      const digest = btoa(String.fromCharCode(...new Uint8Array(bytes)));
      expect(page.headers.get('content-security-policy')).toContain(`'sha256-${digest}'`);
    }
  });

  it('that is lost on dark pages leaves them ours, and the frame’s address has the last word', async () => {
    await plantProvider();
    await change(providers, { accent: '#0b2b57' });
    const page = await (await visitor().get(`/?provider=${KEY}`)).text();
    expect(page).toContain('@media (prefers-color-scheme:light){:root{--clay:#0b2b57');
    expect(page).not.toContain('@media (prefers-color-scheme:dark)');
    expect(await (await visitor().get(`/embed/${KEY}?theme=dark`)).text()).not.toContain('#0b2b57');
    const asked = await (await visitor().get(`/embed/${KEY}?accent=7d341a`)).text();
    expect(asked).toContain('#7d341a');
    expect(asked).not.toContain('#0b2b57');
  });

  it('is on no page of a course without the provider', async () => {
    await plantProvider();
    await change(providers, { accent: '#0b6b57' });
    const page = await visitor().get('/');
    expect(await page.text()).not.toContain('<style>');
    expect(page.headers.get('content-security-policy')).not.toContain('sha256');
  });

  it.each([
    ['#0b6b57', 'auto', '#0b6b57'],
    [' 0B6B57 ', 'auto', '#0b6b57'],
    ['', 'auto', null],
    ['#ffd400', 'dark', '#ffd400'],
  ] as const)('%j on %s is taken', (typed, theme, expected) => {
    expect(parseAccent(typed, theme)).toBe(expected);
  });

  it.each([
    ['#ffd400', 'auto', /contrast is 1\.\d to 1, and 3 to 1 is needed.*darker/],
    ['#0b2b57', 'dark', /hard to see on a dark page.*lighter/],
    ['red', 'auto', /six digits/],
    ['#0b6b5', 'auto', /six digits/],
    ['#0b6b57;background:url(//evil.example)', 'auto', /six digits/],
  ] as const)('%j on %s is refused, and says why', (typed, theme, expected) => {
    expect(() => parseAccent(typed, theme)).toThrow(expected);
  });
});

describe('a line about a provider', () => {
  it('stands on the page with us as plain text, beside a link to its site', async () => {
    await plantProvider();
    await change(providers, {
      line: 'Training <b>since</b> 1987',
      site: 'https://harbor.example/',
    });
    const page = await see(await visitor().get(`/?provider=${KEY}`));
    expect(page.text).toContain('Training <b>since</b> 1987');
    expect(page.text).toContain('harbor.example (opens a new tab)');
    expect(page.all('a').find(({ href }) => href === 'https://harbor.example/')).toMatchObject({
      rel: 'noopener',
      target: '_blank',
    });
  });

  it.each([
    ['Training since 1987', 'Training since 1987'],
    ['  two   spaces\u200b ', 'two spaces'],
    ['', ''],
    ['\u2060', ''],
    ['Über uns: Café, d.o.o. e.V.', 'Über uns: Café, d.o.o. e.V.'],
    ['x'.repeat(120), 'x'.repeat(120)],
  ])('%j is kept as %j', (typed, expected) => {
    expect(parseLine(typed)).toBe(expected);
  });

  it.each([
    ['x'.repeat(121), /up to 120 letters; these are 121/],
    ['one\ntwo', /one line/],
    ['mail us@harbor.example', /without an address/],
    ['see https://harbor.example', /without an address or a link/],
    ['see www.harbor', /without an address or a link/],
    ['see harbor.com for more', /without an address or a link/],
  ])('%j is refused, and says why', (typed, expected) => {
    expect(() => parseLine(typed)).toThrow(expected);
  });
});

describe('a provider’s own site', () => {
  it.each([
    ['https://harbor.example', 'https://harbor.example/'],
    [' https://harbor.example/about ', 'https://harbor.example/about'],
    ['', null],
  ])('%j is kept as %j', (typed, expected) => {
    expect(parseSite(typed, false)).toBe(expected);
  });

  it.each(
    [
      'harbor.example',
      'http://harbor.example/',
      'javascript:alert(1)',
      'https://user@harbor.example/',
      'https://127.0.0.1/',
      'https://harbor.example/\n',
      `https://harbor.example/${'x'.repeat(300)}`,
      'data:text/html,x',
    ].filter((typed) => typed.trim() === typed),
  )('%j is refused', (typed) => {
    expect(() => parseSite(typed, false)).toThrow('whole address');
  });
});

/** A PNG of these pixels, packed. */
async function pngOf(width: number, height: number, pixels: Uint8Array): Promise<Uint8Array> {
  const packing = new Response(pixels as BufferSource).body?.pipeThrough(
    new CompressionStream('deflate'),
  );
  const packed = new Uint8Array(await new Response(packing).arrayBuffer());
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  head.set([8, 6], 8);
  const parts = [
    pictureNamed('png').subarray(0, 8),
    chunk('IHDR', head),
    chunk('IDAT', packed),
    chunk('IEND', new Uint8Array()),
  ];
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

function chunk(name: string, inside: Uint8Array): Uint8Array {
  const named = new Uint8Array([...new TextEncoder().encode(name), ...inside]);
  let crc = 0xffffffff;
  for (const byte of named) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  const ends = new DataView(new ArrayBuffer(8));
  ends.setUint32(0, inside.length);
  ends.setUint32(4, ~crc >>> 0);
  const bytes = new Uint8Array(ends.buffer);
  return new Uint8Array([...bytes.subarray(0, 4), ...named, ...bytes.subarray(4)]);
}
