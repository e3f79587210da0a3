import { CREDIT_WORDS } from '../../src/credit/credit.ts';
import { claims, tries } from '../../src/db/credit.ts';
import { contents, deliveries, shares, subscribers } from '../../src/db/schema.ts';
import { ITEMS, type Planted, plantAdoption, plantEdition, plantHarbor } from './adoptions.ts';
import { deviceCookie, enrollByForm } from './people.ts';
import { change, put, rows } from './rows.ts';
import { newAddress, type Visitor, visitor } from './visitor.ts';

/** How somebody on an open device goes through their pages of credit. */
export function browserOf(visiting: Visitor, credit: string, cookie: string) {
  return {
    get: (path: string) => visiting.get(path, { cookie }),
    /** Presses a button of the credit pages; gives the status. */
    async press(below: string, fields: Record<string, string> = {}): Promise<number> {
      const all = { go: 'yes', ...fields };
      return (await visiting.post(`${credit}${below}`, all, { cookie })).status;
    },
    /** Answers every item by the option's id, as a reader finds it on the page. */
    async answerAll(answers: Record<string, string>): Promise<void> {
      for (let part = 1; part <= 8; part += 1) {
        const page = await (await visiting.get(`${credit}/test/${part}`, { cookie })).text();
        const chosen = Object.fromEntries(
          Object.entries(answers)
            .filter(([item]) => item.startsWith(`${part}-`))
            .map(([item, option]) => {
              const place = new RegExp(`for="q-${item}-(\\d)">${item} says ${option}<`).exec(
                page,
              )?.[1];
              return [`q-${item}`, place ?? ''];
            }),
        );
        const number = /name="try" value="(\d+)"/.exec(page)?.[1] ?? '';
        const saved = await visiting.post(
          `${credit}/test/${part}`,
          { try: number, onward: 'yes', ...chosen },
          { cookie },
        );
        if (saved.status !== 303) throw new Error(`part ${part} was answered ${saved.status}`);
      }
    },
  };
}

/** A provider, a learner who came through it and was sent all eight lessons, and the learner's open device. */
export async function atTheEnd() {
  const visiting = visitor();
  const edition = await plantEdition();
  await plantHarbor();
  for (const [at, textHash] of edition.texts.entries()) {
    const sent = { kind: 'lesson', lesson: at + 1, body: '{}', textHash, storedAt: 0 };
    await put(contents, { ...sent, hash: `planted-${at + 1}` });
  }
  return anotherAtTheEnd(visiting, edition);
}

/** One more learner who came through that provider and was sent all eight. */
export async function anotherAtTheEnd(
  visiting: Visitor,
  edition: Awaited<ReturnType<typeof plantEdition>>,
) {
  const email = newAddress();
  const { learnPath } = await enrollByForm(visiting, email);
  const [subscriber] = await rows(subscribers, { email });
  const id = subscriber?.id ?? 0;
  const now = (await visiting.context()).clock.now();
  const [lesson] = await rows(deliveries, { subscriberId: id, lesson: 1 });
  await put(shares, {
    ref: id.toString(16).padStart(20, '0'),
    providerId: 1,
    subscriberId: id,
    enrollmentId: lesson?.enrollmentId ?? 0,
    words: '2026-11-b',
    since: now,
  });
  for (const at of edition.texts.keys()) {
    const content = `planted-${at + 1}`;
    if (at === 0) {
      await change(deliveries, { content }, { id: lesson?.id ?? 0 });
      continue;
    }
    await put(deliveries, {
      kind: 'lesson',
      lane: 'lesson',
      subscriberId: id,
      enrollmentId: lesson?.enrollmentId ?? 0,
      lesson: at + 1,
      content,
      state: 'sent',
      dueAt: now,
      acceptedAt: now,
    });
  }
  await visiting.pass(3 * 3600);
  const cookie = await deviceCookie(visiting, email, 90 * 86_400);
  const credit = `${learnPath}/credit`;
  const browser = browserOf(visiting, credit, cookie);
  return { visiting, edition, email, subscriberId: id, learnPath, credit, cookie, browser };
}

/** Somebody who has opened a claim and given their name. */
export async function named(adoption: Planted = {}) {
  const there = await atTheEnd();
  const adoptionId = await plantAdoption(there.edition, adoption);
  await there.browser.press('/claim', { provider: 'harbor-institute' });
  await there.browser.press('/name', {
    name: 'Zoë Ångström',
    register: 'shown',
    words: CREDIT_WORDS,
  });
  const [claim] = await rows(claims);
  if (!claim) throw new Error('no claim was opened');
  return { ...there, adoptionId, claimId: claim.id };
}

/** The same, with the test passed and the course evaluated; and how they go on from there. */
export async function atTheLastStep(adoption: Planted = {}) {
  const there = await named(adoption);
  const { claimId, credit, browser, visiting } = there;
  const at = (await visiting.context()).clock.now();
  await put(tries, {
    id: claimId,
    claimId,
    number: 1,
    openedAt: at,
    savedAt: at,
    handedInAt: at,
    right: 30,
    needed: 26,
    passed: 1,
  });
  await change(claims, { passedAt: at, evaluated: 1 }, { id: claimId });
  /** SHA-256 of the certificate that the page shows; empty where it shows none. */
  const shown = async () =>
    /name="shown" value="([0-9a-f]{64})"/.exec(await (await browser.get(credit)).text())?.[1] ?? '';
  const attested = { 'attest-0': 'yes', 'attest-1': 'yes', 'attest-2': 'yes' };
  return {
    ...there,
    shown,
    /** Ticks all and presses; gives the status. */
    attest: async (hash?: string) =>
      browser.press('/complete', { shown: hash ?? (await shown()), ...attested }),
  };
}

/** The same, with an adoption and a claim whose learner has said their name: the test comes next. */
export async function atTheTest(
  adoption: Parameters<typeof plantAdoption>[1] = {},
  claim: Partial<typeof claims.$inferInsert> = {},
) {
  const end = await atTheEnd();
  const adoptionId = await plantAdoption(end.edition, adoption);
  const claimId = claim.id ?? 41;
  await put(claims, {
    subscriberId: end.subscriberId,
    providerId: 1,
    adoptionId,
    state: 'open',
    legalName: 'Maria Lopez',
    licences: '[]',
    register: 'shown',
    wordsVersion: CREDIT_WORDS,
    zone: 'Europe/Berlin',
    seed: 'c0ffee00'.repeat(4),
    createdAt: 0,
    ...claim,
    id: claimId,
  });
  return { ...end, adoptionId, claimId };
}

/** Answers of which all are right but those of the first `wrong` items. */
export function answersBut(wrong: number): Record<string, string> {
  const turned = ITEMS.map(({ id, key }, at) => [id, at < wrong ? (key === 'a' ? 'b' : 'a') : key]);
  return Object.fromEntries(turned);
}
