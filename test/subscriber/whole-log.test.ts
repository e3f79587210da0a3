import { describe, expect, it } from 'vitest';
import { deviceCookie, enrollByForm } from '../support/people.ts';
import { dump } from '../support/rows.ts';
import { see, visitor } from '../support/visitor.ts';

const EMAIL = 'ana@example.org';

/** A learner with a page of the log for lessons 1 and 2, written on a device that is open. */
async function writer() {
  const anyone = visitor();
  await anyone.setTime('2026-11-30T12:00:00Z');
  const { learnPath } = await enrollByForm(anyone, EMAIL);
  await anyone.moveTo('2026-12-09T12:00:00Z');
  const cookie = await deviceCookie(anyone);
  const write = (lesson: string, text: string) =>
    anyone.post(`${learnPath}/log`, { go: 'yes', lesson, text, rev: '0' }, { cookie });
  await write('2', 'Then I stayed.\n\n<b>Still</b> here.');
  await write('1', 'I looked at the clock.');
  return { anyone, learnPath, cookie };
}

describe('the whole log', () => {
  it('is one page with every entry below its question, in the order of the weeks', async () => {
    const { anyone, learnPath, cookie } = await writer();
    const page = await see(await anyone.get(`${learnPath}/log`, { cookie }));
    const text = page.text.replace(/\s+/g, ' ');
    expect(text).toMatch(
      /Week 1\..*I looked at the clock\..*Week 2\..*Then I stayed\. <b>Still<\/b> here\./,
    );
    expect(text).toContain('Saved Wednesday, December 9, 1:00 pm');
    expect(page.all('a').map(({ href }) => href)).toContain(`${learnPath}/log.txt`);
  });

  it('is a text to download', async () => {
    const { anyone, learnPath, cookie } = await writer();
    const file = await anyone.get(`${learnPath}/log.txt`, { cookie });
    expect(file.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(file.headers.get('content-disposition')).toContain('attachment');
    expect(file.headers.get('cache-control')).toBe('no-store');
    expect(await file.text()).toContain(
      'Saved Wednesday, December 9, 1:00 pm\n\nThen I stayed.\n\n<b>Still</b> here.\n',
    );
  });

  it('opens on a device that is open, and nowhere else', async () => {
    const { anyone, learnPath } = await writer();
    const other = await deviceCookie(
      anyone,
      (await enrollByForm(anyone, 'ben@example.org')) && 'ben@example.org',
    );
    for (const headers of [{}, { cookie: other }, { cookie: 'room=forged' }]) {
      for (const path of ['log', 'log.txt', 'export', 'export.json']) {
        const response = await anyone.get(`${learnPath}/${path}`, headers);
        expect(response.status, path).toBe(409);
        expect(await response.text(), path).not.toMatch(/clock|stayed|ana@example/);
      }
    }
  });

  it('changes nothing by being opened, and says so where nothing is written', async () => {
    const anyone = visitor();
    const { learnPath } = await enrollByForm(anyone, EMAIL);
    const cookie = await deviceCookie(anyone);
    const before = await dump();
    const page = await see(await anyone.get(`${learnPath}/log`, { cookie }));
    expect(page.text).toContain('Nothing is written yet.');
    await anyone.get(`${learnPath}/export`, { cookie });
    expect(await dump()).toEqual(before);
  });
});

describe('everything we hold', () => {
  it('is a page that a person can read, and the same as the file', async () => {
    const { anyone, learnPath, cookie } = await writer();
    const page = (await see(await anyone.get(`${learnPath}/export`, { cookie }))).text;
    const data = (await (
      await anyone.get(`${learnPath}/export.json`, { cookie })
    ).json()) as object;
    for (const held of [
      EMAIL,
      'I looked at the clock.',
      'Tuesdays at 7:30 am',
      '2026-11-30 12:00',
    ]) {
      expect(page).toContain(held);
    }
    // Every word of the file stands on the page.
    const leaves = (value: unknown): string[] =>
      typeof value === 'object' && value !== null
        ? Object.values(value).flatMap(leaves)
        : typeof value === 'string' && value !== '' && !/T\d\d:\d\d/.test(value)
          ? [value]
          : [];
    for (const leaf of leaves(data)) expect(page).toContain(leaf);
  });
});
