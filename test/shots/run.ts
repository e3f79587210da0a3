/**
 * `npm run shots`: pictures of the real pages in Chromium, of the same people on the same days each time,
 * so that whoever reads a change can compare them; and the icons and the share card, which are kept because
 * a build has no browser.
 *
 *   --only name   that picture alone
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { caller } from '../../src/cli/caller.ts';
import { adoptDemo } from '../../src/cli/demo.ts';
import { freePort, main, ROOT, run, say, startLocal } from '../../src/cli/local.ts';
import { connect } from '../../src/cli/operator.ts';
import { addDemo, DEMO } from '../../src/cli/providers.ts';
import { type Claimant, mailedLink, walkToCertificate } from '../../src/cli/to-certificate.ts';
import { icon } from '../../src/web/ui/icon.ts';
import { walkWithTwoSlips } from '../journeys/two-slips.ts';
import { launchBrowser } from '../support/browser.ts';
import { moveLocalClock } from '../support/local-clock.ts';
import { serveHost } from './host.ts';
import { ico } from './ico.ts';
import { BEGIN, digitsFor, joinDemo, meet, type People, takePart, ZONE } from './people.ts';

const PICTURES = join(ROOT, '.github/images');
const FILES = join(ROOT, 'public');

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 860 };

interface Shot {
  /** Of a page; or HTML that stands by itself. */
  path?: string;
  html?: string;
  view: { width: number; height: number };
  dark?: boolean;
  /** The whole page, however long. */
  whole?: boolean;
}

/** Every picture, by the name of its file. */
function shots(people: People): Record<string, Shot> {
  const { learn, confirm, mail, unsubscribe } = people;
  return {
    landing: { path: '/', view: DESK },
    'landing-dark': { path: '/', view: DESK, dark: true },
    'landing-phone': { path: '/', view: PHONE },
    'check-inbox': {
      path: '/signup/check-inbox?meant=gmail.com#to=ana%40gmial.com',
      view: PHONE,
      whole: true,
    },
    'my-page': { path: '/my-page', view: PHONE, whole: true },
    confirm: { path: confirm, view: PHONE, whole: true },
    learner: { path: learn, view: DESK },
    'learner-phone': { path: learn, view: PHONE, whole: true },
    lesson: { path: `${learn}/lessons/2`, view: DESK },
    mail: { html: mail, view: { width: 640, height: 860 } },
    unsubscribe: { path: unsubscribe, view: PHONE, whole: true },
    missing: { path: '/nowhere', view: PHONE, whole: true },
  };
}

main(async () => {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const wanted = (name: string) => values.only === undefined || values.only === name;
  const state = await mkdtemp(join(tmpdir(), 'in-the-room-shots-'));
  await mkdir(PICTURES, { recursive: true });
  await mkdir(FILES, { recursive: true });
  const server = await startLocal({ port: await freePort(), state, progress: say });
  const browser = await launchBrowser();
  try {
    if (wanted('icons')) await drawIcons(browser);
    if (wanted('card')) await drawCard(browser, server.url);
    if (wanted('providers')) await drawForms(browser, server.url);
    const people = await meet(server.url);
    for (const [name, shot] of Object.entries(shots(people))) {
      if (!wanted(name)) continue;
      const { path = '/', html, view, dark, whole } = shot;
      await withPage(
        browser,
        { viewport: view, colorScheme: dark ? 'dark' : 'light' },
        async (page) => {
          if (html === undefined) {
            await page.goto(new URL(path, server.url).href, { waitUntil: 'networkidle' });
          } else {
            await page.setContent(html, { waitUntil: 'networkidle' });
          }
          await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: whole ?? false });
        },
      );
      say(`  .github/images/${name}.png`);
    }
    if (wanted('desks')) await drawDesks(browser, server.url);
    // Last: they take course time months on.
    if (wanted('walk')) await drawWalk(browser, server.url);
    if (wanted('certificate')) await drawCertificates(browser, server.url);
  } finally {
    await browser.close();
    await server.close();
    await rm(state, { recursive: true, force: true });
  }
  process.exit(0);
});

async function withPage(
  browser: Browser,
  options: BrowserContextOptions,
  body: (page: Page) => Promise<void>,
): Promise<void> {
  const place = { timezoneId: ZONE, locale: 'en-US', reducedMotion: 'reduce' } as const;
  const context = await browser.newContext({ ...place, ...options });
  try {
    const page = await context.newPage();
    // What a page’s script says of the time is the same each time, too.
    await page.clock.setFixedTime(BEGIN);
    await body(page);
  } finally {
    await context.close();
  }
}

/** The first pages of the portal and of the console, entered as their people enter. */
async function drawDesks(browser: Browser, url: string): Promise<void> {
  await addDemo(await connect({ remote: false, url }));
  await takePart(url);
  const rooms = [
    ['portal', '/portal', DEMO.owner, '**/portal/demo'],
    ['console', '/operator', DEMO.operator, '**/operator'],
  ] as const;
  for (const [name, front, email, arrived] of rooms) {
    await withPage(browser, { viewport: DESK, colorScheme: 'light' }, async (page) => {
      await enter(page, url + front, email);
      await page.waitForURL(arrived);
      await page.waitForLoadState('networkidle');
      await page.screenshot({ path: join(PICTURES, `${name}.png`) });
    });
    say(`  .github/images/${name}.png`);
  }
}

/** Enters the portal or the console, as its people do. */
async function enter(page: Page, front: string, email: string): Promise<void> {
  await page.goto(front);
  await page.getByLabel('Email address').fill(email);
  await page.getByRole('button', { name: 'Mail me a link' }).click();
  await page.getByLabel(/Eight digits/).fill(await digitsFor(new URL(front).origin, email));
  await page.getByRole('button', { name: 'Enter', exact: true }).click();
}

/** When those whom the certificates name begin: after all else, so that their days are always the same. */
const LATER = '2028-01-04T15:00:00Z';

/** From lesson 8 to the certificate on a phone; the paper in six scripts; what is left of somebody erased. */
async function drawCertificates(browser: Browser, url: string): Promise<void> {
  const folder = join(PICTURES, 'certificate');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const keep = async (name: string, picture: Buffer, width?: number) => {
    const small = width === undefined ? sharp(picture) : sharp(picture).resize({ width });
    await small.webp({ quality: 82 }).toFile(join(folder, `${name}.webp`));
    say(`  .github/images/certificate/${name}.webp`);
  };
  const operator = await connect({ remote: false, url });
  await addDemo(operator);
  const keys = await adoptDemo(operator);
  const call = caller(url);
  await moveLocalClock(url, { to: LATER });
  const people: Claimant[] = [];
  for (const { name, latin, script } of NAMED) {
    const email = `${script}@example.org`;
    const learnPath = await joinDemo(url, email, name.split(' ')[0] ?? '');
    people.push({ email, name, latin, learnPath, provider: 'demo' });
  }
  for (let week = 0; week < 9; week += 1) await call.advance('P7D');

  let steps = 0;
  await withPage(browser, { viewport: PHONE, colorScheme: 'light' }, async (page) => {
    const see = async (step: string, path: string, cookie: string) => {
      steps += 1;
      const [name = '', value = ''] = cookie.split('=');
      if (name !== '') await page.context().addCookies([{ name, value, url }]);
      await page.goto(url + path, { waitUntil: 'networkidle' });
      if (step === 'last') await page.getByRole('heading', { name: 'As it will print' }).hover();
      await keep(`${String(steps).padStart(2, '0')}-${step}`, await page.screenshot());
    };
    for (const [at, who] of people.entries()) {
      const first = at === 0;
      if (first) await see('her-page', who.learnPath, '');
      const walked = await walkToCertificate(call, who, keys, first ? { see } : {});
      const paper = await pictureOf(walked.pdf);
      await keep(`paper-${NAMED[at]?.script}`, paper, 800);
      if (NAMED[at]?.script !== 'hebrew') continue;
      await call.form(`${who.learnPath}/erase`, { go: 'yes' }, walked.cookie);
      await call.form(await mailedLink(call, who.email, 'erase'), { go: 'yes' });
      await page.goto(`${url}/certificates/${walked.number}`, { waitUntil: 'networkidle' });
      await keep('erased', await page.screenshot());
    }
  });
  // Evaluations are shown in groups, each hour.
  await call.advance('PT1H');
  await withPage(browser, { viewport: DESK, colorScheme: 'light' }, async (page) => {
    await enter(page, `${url}/portal`, DEMO.owner);
    await page.waitForURL('**/portal/demo');
    for (const [name, below] of [
      ['provider', ''],
      ['provider-evaluation', '/evaluation'],
    ] as const) {
      await page.goto(`${url}/portal/demo/credit${below}`, { waitUntil: 'networkidle' });
      await keep(name, await page.screenshot({ fullPage: true }));
    }
  });
}

/** Whose certificates are drawn: a name in each script, and how a license spells it. */
const NAMED: { script: string; name: string; latin: string }[] = [
  { script: 'latin', name: 'Ana López-O’Neil, PsyD', latin: '' },
  { script: 'vietnamese', name: 'Nguyễn Thị Phương Thảo', latin: '' },
  { script: 'arabic', name: 'نور حداد (Noor)', latin: 'Noor Haddad' },
  { script: 'hebrew', name: 'שירה בן־דוד', latin: 'Shira Ben-David' },
  { script: 'devanagari', name: 'प्रिया शर्मा', latin: 'Priya Sharma' },
  { script: 'chinese', name: '王小明', latin: 'Wang Xiaoming' },
];

/** The first page of a PDF, by poppler. */
async function pictureOf(pdf: Uint8Array): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'in-the-room-paper-'));
  try {
    await writeFile(join(folder, 'paper.pdf'), pdf);
    await run('pdftoppm', [
      '-r',
      '110',
      '-png',
      '-singlefile',
      join(folder, 'paper.pdf'),
      join(folder, 'paper'),
    ]);
    return await readFile(join(folder, 'paper.png'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A learner's weeks, as they go wrong and come right: each first screen of a phone, by its number. */
async function drawWalk(browser: Browser, url: string): Promise<void> {
  const folder = join(PICTURES, 'walk');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const see = async (name: string, page: Page) => {
    await page.setViewportSize(PHONE);
    const picture = sharp(await page.screenshot()).webp({ quality: 82 });
    await picture.toFile(join(folder, `${name}.webp`));
    say(`  .github/images/walk/${name}.webp`);
  };
  await withPage(browser, { viewport: PHONE, colorScheme: 'light' }, (page) =>
    walkWithTwoSlips(page, url, see, true),
  );
}

/** The icons that systems ask for by name, from the one drawing. */
async function drawIcons(browser: Browser): Promise<void> {
  const draw = async (size: number, svg: string): Promise<Buffer> => {
    let png: Buffer = Buffer.alloc(0);
    await withPage(browser, { viewport: { width: size, height: size } }, async (page) => {
      const source = `data:image/svg+xml,${encodeURIComponent(svg)}`;
      await page.setContent(
        `<body style="margin:0"><img style="display:block" width="${size}" height="${size}" src="${source}">`,
      );
      png = await page.screenshot({ omitBackground: true });
    });
    return png;
  };
  const keep = (name: string, data: Buffer) => writeFile(join(FILES, name), data);
  const small = [16, 32, 48];
  const pictures = await Promise.all(small.map((size) => draw(size, icon('round'))));
  await keep('favicon.ico', ico(pictures.map((png, at) => ({ size: small[at] ?? 0, png }))));
  await keep('apple-touch-icon.png', await draw(180, icon('square', 2)));
  await keep('icon-192.png', await draw(192, icon('round')));
  await keep('icon-512.png', await draw(512, icon('round')));
  // The system cuts a circle of four fifths out of it (W3C, Web Application Manifest, masks).
  await keep('icon-maskable.png', await draw(512, icon('square', 4)));
  say('  public: the icons');
}

/** The form on somebody else’s pages, for the page that says how it gets there. */
async function drawForms(browser: Browser, url: string): Promise<void> {
  const host = await serveHost(url);
  const folder = join(FILES, 'providers');
  await mkdir(folder, { recursive: true });
  const draw = (name: string, page: string, view: { width: number; height: number }) =>
    withPage(browser, { viewport: view }, async (opened) => {
      // Its pages stand on a host of its own.
      const at = name === 'notion' ? host.elsewhere(page) : host.page(page);
      await opened.goto(at, { waitUntil: 'networkidle' });
      const picture = sharp(await opened.screenshot()).webp({ quality: 85 });
      await picture.toFile(join(folder, `${name}.webp`));
      say(`  public/providers/${name}.webp`);
    });
  await draw('page', '01_plain', { width: 720, height: 740 });
  await draw('frame', '06_iframe_snippet', { width: 720, height: 740 });
  for (const [name, page] of Object.entries(BUILDERS))
    await draw(name, page, { width: 720, height: 460 });
  await host.close();
}

/** Pages that treat the form as a site builder does. */
const BUILDERS = {
  wordpress: '31_wordpress',
  wix: '32_wix',
  notion: '33_notion',
  'google-sites': '34_google_sites',
  moodle: '35_moodle',
  'code-block': '36_code_block',
};

/** The picture that goes along where the front page is shared. */
async function drawCard(browser: Browser, url: string): Promise<void> {
  const view = { width: 1200, height: 630 };
  await withPage(
    browser,
    { viewport: view, colorScheme: 'light', bypassCSP: true },
    async (page) => {
      await page.goto(url, { waitUntil: 'networkidle' });
      await page.evaluate(`(() => {
      const room = document.querySelector('.room').cloneNode(true);
      const mark = document.querySelector('.mark').cloneNode(true);
      document.body.innerHTML = '<div class="share"><p class="share-name"></p><h1>There are two people in the room. <span>One of them is you.</span></h1><p class="share-kind">An eight-week email course for early-career therapists</p><div class="share-room"></div></div>';
      document.querySelector('.share-name').append(mark, 'In the Room');
      document.querySelector('.share-room').append(room);
    })()`);
      await page.addStyleTag({
        content: `
        .share { position: relative; width: 1200px; height: 630px; padding: 72px 80px; overflow: hidden; background: var(--paper); }
        .share-name { display: flex; gap: 16px; align-items: center; font-size: 34px; font-weight: 560; }
        .share-name .mark { width: 56px; height: 48px; }
        .share h1 { width: 560px; margin-top: 64px; font-size: 62px; font-weight: 350; line-height: 1.1; letter-spacing: -0.018em; }
        .share h1 span { display: block; color: var(--clay); }
        .share-kind { width: 480px; text-wrap: balance; margin-top: 32px; color: var(--ink-2); font: 26px/1.4 var(--serif); }
        .share-room { position: absolute; right: 40px; bottom: 56px; width: 560px; border-bottom: 3px solid var(--ink); }
        .share-room .room { width: 100%; height: auto; max-height: none; }`,
      });
      await page.screenshot({ path: join(FILES, 'card.png') });
    },
  );
  say('  public/card.png');
}
