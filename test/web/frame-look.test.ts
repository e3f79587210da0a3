import { describe, expect, it } from 'vitest';
import { contrast } from '../../src/provider/looks.ts';
import { lookOf } from '../../src/web/embed/tint.ts';
import { ORIGIN, plantProvider } from '../support/providers.ts';
import { see, visitor } from '../support/visitor.ts';

const themeOf = async (path: string) =>
  (await see(await visitor().get(path))).all('html')[0]?.['data-theme'];

/** The style in a page, and whether its policy lets it stand. */
async function styleOf(response: Response): Promise<{ style: string; allowed: boolean }> {
  const policy = response.headers.get('content-security-policy') ?? '';
  const [, style = ''] = /<style>(.*?)<\/style>/.exec(await response.text()) ?? [];
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style));
  const named = `'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`;
  return { style, allowed: policy.includes(`style-src 'self' ${named};`) };
}

describe('a form in a frame', () => {
  it('is light unless its provider or its address says otherwise', async () => {
    const auto = await plantProvider();
    const dark = await plantProvider({ key: 'pk_dark', theme: 'dark' });
    expect(await themeOf(`/embed/${auto}`)).toBe('light');
    expect(await themeOf(`/embed/${dark}`)).toBe('dark');
    expect(await themeOf(`/embed/${dark}?theme=light`)).toBe('light');
    expect(await themeOf(`/embed/${auto}?theme=dark`)).toBe('dark');
    expect(await themeOf(`/embed/${auto}?theme=auto`)).toBe('auto');
    expect(await themeOf(`/embed/${auto}?theme=`)).toBe('light');
    expect(await themeOf(`/embed/${auto}?theme=%22%3E%3Cscript%3E`)).toBe('light');
  });

  it('takes an accent that can be made out, with words on it that can be read', async () => {
    const key = await plantProvider();
    for (const [said, taken] of [
      ['0b6b57', '#0b6b57'],
      ['%230B6B57', '#0b6b57'],
      ['06c', '#0066cc'],
    ]) {
      const found = await styleOf(await visitor().get(`/embed/${key}?accent=${said}`));
      expect(found.style, said).toContain(`--clay:${taken};`);
      expect(found.allowed, said).toBe(true);
    }
  });

  it.each(['fdfaf4', 'ffd166', 'fff', 'red', '12345', '#', '000;}', '</style><script>', 'url(x)'])(
    'leaves out an accent that nobody could make out, or that is none: %s',
    async (accent) => {
      const key = await plantProvider();
      const asked = await visitor().get(`/embed/${key}?accent=${encodeURIComponent(accent)}`);
      expect(asked.status).toBe(200);
      expect(asked.headers.get('content-security-policy')).toContain("style-src 'self';");
      expect(await asked.text()).not.toContain('<style>');
    },
  );

  it('keeps its look through a slip and to the end', async () => {
    const key = await plantProvider();
    const anyone = visitor();
    const path = `/embed/${key}?theme=dark&accent=e5977a`;
    const shown = await see(await anyone.get(path));
    expect(shown.all('form')[0]?.action).toBe(path);
    const slip = await anyone.post(path, { email: 'ana@' }, { referer: `${ORIGIN}/courses` });
    expect(slip.status).toBe(422);
    expect((await styleOf(slip)).style).toContain('--clay:#e5977a;');
    const sent = await anyone.post(path, { email: 'ana@example.org' });
    expect(sent.headers.get('location')).toBe(`${path}&sent`);
    const end = await anyone.get(`${path}&sent`);
    expect((await see(end.clone())).all('html')[0]?.['data-theme']).toBe('dark');
    expect((await styleOf(end)).allowed).toBe(true);
  });

  it('names the provider whose learners it is for', async () => {
    const key = await plantProvider();
    const page = await see(await visitor().get(`/embed/${key}`));
    expect(page.text).toContain('Offered through Harbor Institute');
  });
});

describe('an accent', () => {
  it('is held against the ground that it stands on', () => {
    expect(lookOf({ accent: 'e5977a' }, { theme: 'light', accent: null }).accent).toBeNull();
    expect(lookOf({ accent: 'e5977a' }, { theme: 'dark', accent: null }).accent).toBe('#e5977a');
    // Where the system chooses, it must be made out on both.
    expect(
      lookOf({ accent: '9a4325', theme: 'auto' }, { theme: 'light', accent: null }).accent,
    ).toBeNull();
  });

  it('is compared as the guidelines say', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#ffffff', '#ffffff')).toBe(1);
    // A pair whose contrast is published: WebAIM's #767676 on white is the lightest gray that passes.
    expect(contrast('#767676', '#ffffff')).toBeGreaterThan(4.5);
    expect(contrast('#777777', '#ffffff')).toBeLessThan(4.5);
  });
});
