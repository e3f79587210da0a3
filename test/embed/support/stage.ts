import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import type { Browser, BrowserContextOptions, Page, Request } from 'playwright-core';
import { expect } from 'vitest';
import { freePort } from '../../../src/cli/local.ts';
import { providers, signups, subscribers } from '../../../src/db/schema.ts';
import { SPIKE } from '../../../src/provider/provider.ts';
import { buildProduction } from '../../bench/build.ts';
import { migrate, type Served, serveBuild } from '../../bench/serve.ts';
import { launchBrowser } from '../../support/browser.ts';
import { filled, serveSite } from './host.ts';

const OPERATOR = 'this-token-works-only-on-a-loopback-address';

/** A provider as its keys. */
interface Planted {
  slug: string;
  key: string;
}

/** The course, somebody else's site, and a browser between them. */
export interface Stage {
  /** The course's origin. */
  course: string;
  /** The same build, with Turnstile's keys set. */
  checked: string;
  /** The site that its provider named; `elsewhere` is the same site under an origin that nobody named. */
  site: string;
  elsewhere: string;
  provider: Planted;
  /** Pages of the site so far, with what was asked for and with which headers. */
  posted: { path: string; body: string }[];
  /** Does something as the operator would. */
  operate(path: string, body: object): Promise<Record<string, unknown>>;
  /** Signups of an address, newest last. */
  signups(email: string): Promise<{ provider: string | null; page: string; zone: string | null }[]>;
  /** Lets the minutes pass in which signups count as one flood through a provider. */
  rest(): Promise<void>;
  /** Opens a scenario's page; console errors (but those expected) and requests to strangers fail the test. */
  open(
    scenario: string,
    options: Visit,
    body: (page: Page, seen: Seen) => Promise<void>,
  ): Promise<void>;
  close(): Promise<void>;
}

interface Visit {
  context?: BrowserContextOptions;
  /** Asked for after the path. `__SAID_x__` in a page or a header stands for its `x`. */
  query?: string;
  /** The origin that it is opened under. */
  under?: string;
  /** The course that its snippets name. */
  course?: string;
  key?: string;
  expected?: RegExp;
  /** Before the page is opened. */
  prepare?: (page: Page) => Promise<unknown>;
  strangers?: RegExp;
}

export interface Seen {
  /** Every request to the course, in order. */
  requests: Request[];
  errors: string[];
}

export async function setStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'in-the-room-embed-'));
  const build = await buildProduction(join(folder, 'build'));
  const serve = async (name: string, vars: Record<string, string>): Promise<Served> => {
    const port = await freePort();
    const BASE_URL = `http://localhost:${port}`;
    const served = await serveBuild(build, join(folder, name), { BASE_URL, ...vars }, true, port);
    await migrate(served);
    return { ...served, url: BASE_URL };
  };
  const [course, checked] = await Promise.all([
    serve('course', {}),
    serve('checked', {
      TURNSTILE_SITE_KEY: 'a-site-key',
      TURNSTILE_SECRET: 'a-secret',
      TURNSTILE_VERIFY_URL: 'http://127.0.0.1:9/verify',
    }),
  ]);
  const port = await freePort();
  const site = `http://localhost:${port}`;
  const elsewhere = `http://127.0.0.1:${port}`;
  const posted: Stage['posted'] = [];

  const operate = async (path: string, body: object, url = course.url) => {
    const response = await fetch(`${url}/operator/api/providers${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${OPERATOR}`, 'content-type': 'application/json' },
      body: JSON.stringify({ by: 'stage', reason: 'a test', ...body }),
    });
    expect(response.status, await response.clone().text()).toBeLessThan(300);
    return (await response.json()) as Record<string, unknown>;
  };
  const plant = async (url: string): Promise<Planted> => {
    const { provider } = await operate('', { name: 'Harbor Institute', origins: [site] }, url);
    const { slug, publicKey } = provider as { slug: string; publicKey: string };
    return { slug, key: publicKey };
  };
  const [provider, checkedProvider] = [await plant(course.url), await plant(checked.url)];

  const shown = await fetch(`${course.url}/operator/api/providers/${provider.slug}`, {
    headers: { authorization: `Bearer ${OPERATOR}` },
  });
  const { snippets } = (await shown.json()) as { snippets: Record<string, string> };
  const embed = await (await fetch(`${course.url}/embed.js`)).text();
  const fill = (text: string, url: URL) =>
    filled(
      text.replaceAll(/__SAID_(\w+?)__/g, (_, name: string) => url.searchParams.get(name) ?? ''),
      {
        course: url.searchParams.get('course') ?? course.url,
        key: url.searchParams.get('key') ?? provider.key,
        snippets,
        embed,
        elsewhere,
      },
    );
  const server = await serveSite(port, fill, (what) => posted.push(what));
  const browser: Browser = await launchBrowser();

  return {
    course: course.url,
    checked: checked.url,
    site,
    elsewhere,
    provider,
    posted,
    operate,
    async signups(email) {
      const rows = ({ db }: Served) =>
        db.orm
          .select({ provider: providers.slug, page: signups.page, zone: signups.timeZone })
          .from(signups)
          .innerJoin(subscribers, eq(subscribers.id, signups.subscriberId))
          .leftJoin(providers, eq(providers.id, signups.providerId))
          .where(eq(subscribers.email, email))
          .orderBy(signups.createdAt);
      return [...(await rows(course)), ...(await rows(checked))];
    },
    async rest() {
      const createdAt = sql`${signups.createdAt} - ${SPIKE.seconds}`;
      await course.db.orm.update(signups).set({ createdAt });
    },
    async open(scenario, visit, body) {
      const context = await browser.newContext(visit.context ?? {});
      const page = await context.newPage();
      const seen: Seen = { requests: [], errors: [] };
      const strange: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') seen.errors.push(message.text());
      });
      page.on('pageerror', (error) => seen.errors.push(String(error)));
      page.on('request', (request) => {
        const { protocol, origin } = new URL(request.url());
        if (origin === course.url || origin === checked.url) seen.requests.push(request);
        else if (protocol.startsWith('http') && origin !== site && origin !== elsewhere)
          strange.push(request.url());
      });
      const query = new URLSearchParams(visit.query);
      if (visit.course) {
        query.set('course', visit.course);
        query.set('key', checkedProvider.key);
      }
      if (visit.key) query.set('key', visit.key);
      try {
        await visit.prepare?.(page);
        await page.goto(`${visit.under ?? site}/${scenario}/?${query}`);
        await body(page, seen);
        const { expected = /^$/, strangers = /^$/ } = visit;
        expect(seen.errors.filter((text) => !expected.test(text))).toEqual([]);
        expect(strange.filter((url) => !strangers.test(url))).toEqual([]);
      } finally {
        await context.close();
      }
    },
    async close() {
      await browser.close();
      await server.close();
      await Promise.all([course.close(), checked.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
