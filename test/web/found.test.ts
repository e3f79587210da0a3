import { describe, expect, it } from 'vitest';
import { PRODUCTION, see, visitor } from '../support/visitor.ts';

const anyone = () => visitor(PRODUCTION, PRODUCTION.BASE_URL);

describe('what is found and shared', () => {
  it('is listed for search engines, each page there, under its own address, with a picture', async () => {
    const robots = await anyone().get('/robots.txt');
    expect(robots.headers.get('content-type')).toMatch(/^text\/plain/);
    const [, sitemap = ''] = /^Sitemap: (\S+)$/m.exec(await robots.text()) ?? [];
    expect(sitemap).toBe(`${PRODUCTION.BASE_URL}/sitemap.xml`);
    const listed = await anyone().get('/sitemap.xml');
    expect(listed.headers.get('content-type')).toMatch(/^application\/xml/);
    const urls = [...(await listed.text()).matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, url]) => url);
    expect(urls).toContain(`${PRODUCTION.BASE_URL}/`);
    expect(urls.length).toBeGreaterThan(3);
    for (const url of urls) {
      const page = await see(await anyone().get(new URL(url ?? '').pathname));
      const meta = Object.fromEntries(
        page.all('meta').map(({ name, property, content }) => [property ?? name, content]),
      );
      expect(page.all('link').find(({ rel }) => rel === 'canonical')?.href).toBe(url);
      expect(meta).toMatchObject({
        'og:url': url,
        'og:image': `${PRODUCTION.BASE_URL}/card.png`,
        'twitter:card': 'summary_large_image',
      });
      expect(meta['og:title'] && meta['og:description'] && meta.description, url).toBeTruthy();
      expect(meta.robots, url).toBeUndefined();
    }
  });

  it('is never what one person was told: their pages have no address to be found under', async () => {
    for (const path of [
      '/signup/check-inbox',
      '/my-page',
      '/my-page/sent',
      '/nowhere',
      '/learn/x',
    ]) {
      const page = await see(await anyone().get(path));
      expect(page.all('meta').find(({ name }) => name === 'robots')?.content, path).toBe('noindex');
      expect(
        page.all('link').some(({ rel }) => rel === 'canonical'),
        path,
      ).toBe(false);
    }
  });

  it('keeps a provider’s key to itself: the front page is one page', async () => {
    const page = await see(await anyone().get('/?provider=pk_somebody'));
    const [canonical] = page.all('link').filter(({ rel }) => rel === 'canonical');
    expect(canonical?.href).toBe(`${PRODUCTION.BASE_URL}/`);
  });
});
