import { describe, expect, it } from 'vitest';
import { certificates } from '../../src/db/credit.ts';
import { app } from '../../src/web/app.tsx';
import { PORTAL } from '../../src/web/portal/routes.tsx';
import { approval, KEYS, plantAdoption } from '../support/adoptions.ts';
import { answersBut, atTheEnd, atTheLastStep } from '../support/claims.ts';
import { enrollByForm } from '../support/people.ts';
import { value } from '../support/rows.ts';
import { enterPortal } from '../support/staff.ts';
import { newAddress, see, type Visitor, visitor } from '../support/visitor.ts';

/** What only a provider with an approval may say, or its approvers. */
const WORDS = /\bcredit\w*|\bCEU?s?\b|\bapprov\w*|\baccredit\w*|\bAPA\b|\bNBCC\b|\bASWB\b/gi;

/** Where the course says that there is none by itself, and that it is a provider’s to give. */
const NONE = [
  'By itself the course carries no continuing-education credit.',
  'The course by itself carries no continuing-education credit.',
  'A continuing-education provider may offer it; whether there is credit, and how much, is theirs to say.',
  'Is there credit for it?',
  'Whether there is credit, and how much, is for that provider to decide and to say.',
  'By itself the course carries no continuing-education credit; whether you give any is for you to decide and to say.',
];

/** Other meanings: a code of ethics, a method’s name, what a provider’s own notice may say. */
const ELSEWHERE = [/\bAPA(?= \d|’s code)/g, /\[credit your participation\]/g];

/** What of a text speaks of credit, with the words around it. */
function creditIn(text: string): string[] {
  // Addresses apart.
  let rest = text.replace(/https?:\/\/\S+|\S+@[\w.-]+/g, ' ').replace(/\s+/g, ' ');
  for (const sentence of NONE) rest = rest.replaceAll(sentence, ' ');
  for (const other of ELSEWHERE) rest = rest.replace(other, ' ');
  return [...rest.matchAll(WORDS)].map(({ index }) =>
    rest.slice(Math.max(0, index - 60), index + 60),
  );
}

/** A page’s words, and those that stand in its attributes. */
async function wordsOf(response: Response): Promise<string> {
  const page = await see(response);
  const said = ['img', 'meta', 'input', 'nav', 'a', 'section', 'table', 'button'].flatMap((name) =>
    page
      .all(name)
      .flatMap((each) => [each.alt, each.content, each.placeholder, each['aria-label']]),
  );
  return [page.text, ...said.filter((each) => each !== undefined)].join('\n');
}

/** Every page that has one address, and every lesson that may be read by anybody. */
const PUBLIC = [
  ...app.routes
    .filter(({ method, path }) => method === 'GET' && !/[:*]|\.(txt|xml|js|json|png)$/.test(path))
    .map(({ path }) => path)
    .filter((path) => !/^\/(healthz|mailbox|operator|portal)/.test(path)),
  '/lessons/1',
  '/certificates',
];

const LEARNERS = ['', '/export', '/log', ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => `/lessons/${n}`)];

/** Everything that a reader may open, by its address. */
async function pagesOf(
  anyone: Visitor,
  open: (path: string) => Promise<Response>,
  paths: readonly string[],
): Promise<Map<string, string>> {
  const pages = new Map<string, string>();
  for (const path of PUBLIC) pages.set(path, await wordsOf(await anyone.get(path)));
  for (const path of paths) pages.set(path, await wordsOf(await open(path)));
  return pages;
}

async function portalPages(anyone: Visitor): Promise<Map<string, string>> {
  const olga = await enterPortal(anyone);
  const pages = new Map<string, string>();
  for (const { method, path } of PORTAL) {
    if (method !== 'GET' || path.replace(':slug', '').includes(':')) continue;
    const address = path.replace(':slug', 'harbor-institute');
    pages.set(address, await wordsOf(await olga.get(address)));
  }
  return pages;
}

function expectNoCredit(pages: Map<string, string>): void {
  for (const [path, text] of pages) expect([path, creditIn(text)]).toEqual([path, []]);
}

async function mailsOf(anyone: Visitor): Promise<Map<string, string>> {
  const mails = await anyone.mails();
  return new Map(mails.map((mail, at) => [`mail ${at}: ${mail.subject}`, mail.text]));
}

describe('this check', () => {
  it('finds a word of credit, and none where the course says that there is none', () => {
    expect(creditIn('It carries 2.0 CE hours, approved by NBCC.')).toHaveLength(3);
    expect(creditIn('Credit: two hours.')).toHaveLength(1);
    expect(creditIn(`${NONE.join(' ')} Standards: APA 2.01; an incredible procedure.`)).toEqual([]);
    expect(PUBLIC.length).toBeGreaterThan(10);
  });
});

describe('without an adoption', () => {
  it('no page says credit, but that there is none', async () => {
    const { visiting, browser, learnPath } = await atTheEnd();
    const learners = LEARNERS.map((below) => learnPath + below);
    const pages = await pagesOf(visiting, browser.get, [...learners, `${learnPath}/credit`]);
    expectNoCredit(pages);
    // Where the course is asked for it, it says so.
    for (const path of ['/', '/about', '/providers', '/terms']) {
      expect(pages.get(path)?.replace(/\s+/g, ' ')).toContain(
        'carries no continuing-education credit',
      );
    }
    expectNoCredit(await portalPages(visiting));
  });

  it('no mail of the whole course does', async () => {
    const anyone = visitor();
    await anyone.setTime('2026-09-01T08:00:00Z');
    await enrollByForm(anyone, newAddress());
    await anyone.moveTo('2026-11-20T08:00:00Z');
    const mails = await mailsOf(anyone);
    expect(mails.size).toBeGreaterThan(9);
    expectNoCredit(mails);
  });
});

describe('an adoption without approvals', () => {
  it('brings somebody to a certificate without a word of credit on any page or in any mail', async () => {
    const { visiting, browser, credit, learnPath, edition } = await atTheEnd();
    await plantAdoption(edition);
    const seen = new Map<string, string>();
    const look = async (step: string, ...paths: string[]) => {
      for (const path of [learnPath, credit, ...paths]) {
        seen.set(`${step}: ${path}`, await wordsOf(await browser.get(path)));
      }
    };
    await look('offered', '/credit/harbor-institute', '/achievements/7');
    await browser.press('/claim', { provider: 'harbor-institute' });
    await look('opened');
    await browser.press('/name', { name: 'Zoë Ångström', register: 'shown', words: '2026-11-a' });
    await look('named');
    await browser.press('/try');
    await browser.answerAll(answersBut(20));
    await look('answered', `${credit}/test/1`, `${credit}/test/hand-in`);
    await browser.press('/test', { try: '1' });
    await look('failed');
    await browser.press('/try');
    await browser.answerAll(KEYS);
    await browser.press('/test', { try: '2' });
    await look('passed', `${credit}/test/1`, `${credit}/evaluation`);
    await browser.press('/evaluation', { accurate: '5', comment: 'Shorter weeks.' });
    await look('evaluated');
    const last = await see(await browser.get(credit));
    const shown = last.all('input').find(({ name }) => name === 'shown')?.value ?? '';
    await browser.press('/complete', {
      shown,
      'attest-0': 'yes',
      'attest-1': 'yes',
      'attest-2': 'yes',
    });
    const number = await value(certificates, 'number');
    await look(
      'issued',
      `${learnPath}/certificates`,
      `${learnPath}/certificates/${number}`,
      `/certificates/${number}`,
      ...LEARNERS.map((below) => learnPath + below),
    );
    expectNoCredit(seen);
    expect(seen.get(`issued: /certificates/${number}`)).toContain('Certificate of completion');
    expectNoCredit(await portalPages(visiting));
    await visiting.work();
    const mails = await mailsOf(visiting);
    expect([...mails.keys()].some((each) => each.includes('your certificate is ready'))).toBe(true);
    expectNoCredit(mails);
  });
});

describe('an approver’s statement', () => {
  it('stands on course information, at the claim and on the certificate, and nowhere else', async () => {
    const statement = 'Statement of the Example Board, letter by letter.';
    const there = await atTheLastStep({ body: { approvals: [approval({ statement })] } });
    const { visiting, browser, cookie, credit, learnPath, attest } = there;
    const before = await wordsOf(await browser.get(credit));
    expect(before).toContain(statement);
    expect(await attest()).toBe(303);
    const number = await value(certificates, 'number');
    await visiting.work();

    const says = async (path: string) =>
      (await wordsOf(await visiting.get(path, { cookie, accept: 'text/html' }))).includes(
        statement,
      );
    for (const path of [
      '/credit/harbor-institute',
      '/achievements/7',
      `${learnPath}/certificates/${number}`,
      `/certificates/${number}`,
    ]) {
      expect([path, await says(path)]).toEqual([path, true]);
    }
    const key = 'pk_0000000000000000000a';
    for (const path of [
      ...PUBLIC,
      `/?provider=${key}`,
      `/embed/${key}`,
      ...LEARNERS.filter((below) => below !== '/export').map((below) => learnPath + below),
    ]) {
      expect([path, await says(path)]).toEqual([path, false]);
    }
    for (const [mail, text] of await mailsOf(visiting)) {
      expect([mail, text.includes(statement)]).toEqual([mail, false]);
    }
  });
});
