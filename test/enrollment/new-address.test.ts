import { describe, expect, it } from 'vitest';
import {
  batches,
  deliveries,
  enrollments,
  links,
  mailbox,
  signups,
  strangers,
  subscribers,
  suppressions,
} from '../../src/db/schema.ts';
import {
  deviceCookie,
  enrollByForm,
  mailedPath,
  signUpByForm,
  suppress,
} from '../support/people.ts';
import { count, pick, remove, value } from '../support/rows.ts';
import { countingDatabase, DAY, see, type Visitor, visitor } from '../support/visitor.ts';

const EMAIL = 'ana@example.org';
const TARGET = 'stranger@elsewhere.example';
const GO = { go: 'yes' };
const MINUTES = 60;

const words = async (response: Response) => (await see(response)).text.replace(/\s+/g, ' ');

/** A learner on an opened device, who presses what there is. */
async function learner(anyone: Visitor, email = EMAIL) {
  const paths = await enrollByForm(anyone, email);
  return { ...paths, press: presser(anyone, email, paths.learnPath) };
}

function presser(anyone: Visitor, email: string, learnPath: string) {
  return async (control: string, fields: Record<string, string> = {}, by: Visitor = anyone) => {
    const cookie = await deviceCookie(anyone, email);
    const response = await by.post(`${learnPath}/${control}`, { ...GO, ...fields }, { cookie });
    const next = response.headers.get('location');
    return words(next === null ? response : await by.get(next, { cookie }));
  };
}

/** Who a new address may belong to, and how it came to that. */
const owners: Record<string, (anyone: Visitor) => Promise<unknown>> = {
  nobody: async () => {},
  'somebody who has not confirmed': (anyone) => signUpByForm(anyone, TARGET),
  'another learner': (anyone) => enrollByForm(anyone, TARGET),
  'a learner who has left': async (anyone) => {
    const { unsubscribePath } = await enrollByForm(anyone, TARGET);
    await anyone.post(unsubscribePath);
  },
  'an address that is never mailed': (anyone) => suppress(anyone, TARGET),
  'somebody who has had all the mail that strangers may cause': async (anyone) => {
    for (let day = 0; day < 3; day++) {
      await signUpByForm(anyone, TARGET);
      await anyone.pass(DAY + 1);
    }
  },
  'somebody who said that it was not them': async (anyone) => {
    await signUpByForm(anyone, TARGET);
    await anyone.post(await mailedPath(anyone, TARGET, 'unsubscribe'));
  },
};

/** What asking for a new address costs and answers, three times over, and what the file says of it. */
async function askFor(prepare: (typeof owners)[string]) {
  const preparing = visitor();
  await preparing.setTime('2026-11-30T12:00:00Z');
  const { learnPath } = await learner(preparing);
  await preparing.setTime('2026-12-10T12:00:00Z');
  await prepare(preparing);
  await preparing.setTime('2026-12-15T12:00:00Z');
  await preparing.work();
  const { DB, counts } = countingDatabase();
  const anyone = visitor({ DB });
  const press = presser(preparing, EMAIL, learnPath);
  const answers: unknown[] = [];
  for (let times = 0; times < 5; times++) {
    const said = await press('email', { email: TARGET }, anyone);
    const sentence = /(If mail may go there|You have asked).*?( too\.| tomorrow\.)/.exec(said)?.[0];
    answers.push([sentence, counts(), anyone.woken.splice(0)]);
    await preparing.work();
    await preparing.pass(16 * MINUTES);
  }
  const cookie = await deviceCookie(preparing, EMAIL);
  const file = (await (await preparing.get(`${learnPath}/export.json`, { cookie })).json()) as {
    deliveries: { kind: string; state: string; acceptedAt: string | null; batch: number | null }[];
  };
  const asked = file.deliveries.filter(({ kind }) => kind === 'address');
  return {
    answers,
    asked: asked.map(({ state, acceptedAt, batch }) => [state, acceptedAt, batch]),
  };
}

describe('asking for a new address', () => {
  it.each(Object.entries(owners).slice(1))(
    'that is %s’s is answered as for nobody’s, with the same work',
    async (_, prepare) => {
      const other = await askFor(prepare);
      for (const table of [deliveries, links, strangers, suppressions, batches]) {
        await remove(table);
      }
      for (const table of [enrollments, signups, subscribers, mailbox]) await remove(table);
      const nobody = await askFor(owners.nobody!);
      expect(other).toEqual(nobody);
      expect(nobody.answers.map((answer) => (answer as string[])[0])).toEqual([
        expect.stringContaining('If mail may go there, a link is on its way'),
        expect.stringContaining('If mail may go there, a link is on its way'),
        expect.stringContaining('If mail may go there, a link is on its way'),
        expect.stringContaining('asked for many links lately'),
        expect.stringContaining('asked for many links lately'),
      ]);
      expect(nobody.asked).toEqual([1, 2, 3].map(() => ['asked', null, null]));
    },
  );

  it('mails it once a day and three times in 30 days, whoever asks, and signups count with that', async () => {
    const anyone = visitor();
    const people = ['ben@example.org', 'cem@example.org', 'dee@example.org'];
    const learners = [];
    for (const email of people) learners.push(await learner(anyone, email));
    const days: number[] = [];
    for (let day = 0; day < 32; day++) {
      const before = (await anyone.mails(TARGET)).length;
      for (const { press } of learners) {
        await press('email', { email: TARGET });
        await anyone.work();
        await anyone.pass(20 * MINUTES);
      }
      await anyone.post('/signup', { email: TARGET });
      await anyone.work();
      const more = (await anyone.mails(TARGET)).length - before;
      if (more > 0) days.push(day);
      expect(more).toBeLessThanOrEqual(1);
      await anyone.pass(DAY - 59 * MINUTES);
    }
    expect(days).toEqual([0, 1, 2, 30, 31]);
  });

  it('and being erased, and beginning again, makes room for no more', async () => {
    const anyone = visitor();
    const mailed: string[] = [];
    for (let round = 0; round < 8; round++) {
      const email = `attacker-${round % 4}@example.org`;
      const { press } = await learner(anyone, email);
      await press('email', { email: TARGET });
      await anyone.work();
      // The local mailbox forgets what an erased person has caused.
      for (const { kind } of await anyone.mails(TARGET)) mailed.push(`round ${round}: ${kind}`);
      await press('erase');
      await anyone.work();
      await anyone.post(await mailedPath(anyone, email, 'erase'), GO);
      expect(await count(subscribers, { email })).toBe(0);
      if (round % 2 === 1) await anyone.pass(DAY + 1);
    }
    expect(mailed).toEqual(['round 0: address', 'round 2: address', 'round 4: address']);
  });

  it('again within the quarter of an hour leaves the link that was mailed as it is', async () => {
    const anyone = visitor();
    const { press } = await learner(anyone);
    await press('email', { email: TARGET });
    await anyone.work();
    await anyone.pass(5 * MINUTES);
    await press('email', { email: TARGET });
    await anyone.work();
    const link = await mailedPath(anyone, TARGET, 'address');
    expect(await words(await anyone.post(link, GO))).toContain('Your address is changed');
  });
});

describe('“this was not me” in the mail to a new address', () => {
  async function asked() {
    const anyone = visitor();
    const { press } = await learner(anyone);
    await press('email', { email: TARGET });
    await anyone.work();
    const [mail] = await anyone.mails(TARGET);
    const link = await mailedPath(anyone, TARGET, 'address');
    const refuse = await mailedPath(anyone, TARGET, 'not-me');
    return { anyone, press, mail, link, refuse };
  }

  it('ends the link, ends no course, and holds for 30 days against everything', async () => {
    const { anyone, press, link, refuse } = await asked();
    expect(await words(await anyone.post(refuse, { page: 'unsubscribe', go: 'yes' }))).toContain(
      'What was asked for is withdrawn',
    );
    expect((await anyone.post(link, GO)).status).toBe(410);
    expect(await pick(enrollments, ['state'])).toEqual([{ state: 'active' }]);
    expect(await value(subscribers, 'unsubscribedAt')).toBeNull();
    for (let day = 0; day < 29; day++) {
      await anyone.pass(DAY);
      await anyone.post('/signup', { email: TARGET });
      if (day % 7 === 0) await press('email', { email: TARGET });
      await anyone.work();
    }
    expect(await anyone.mails(TARGET)).toHaveLength(1);
    await anyone.pass(DAY + 1);
    await anyone.post('/signup', { email: TARGET });
    await anyone.work();
    expect((await anyone.mails(TARGET)).map(({ kind }) => kind)).toEqual(['address', 'confirm']);
  });

  it('binds a link that another learner has asked for, too', async () => {
    const { anyone, refuse } = await asked();
    await anyone.pass(DAY + 1);
    const { press } = await learner(anyone, 'ben@example.org');
    await press('email', { email: TARGET });
    await anyone.work();
    const link = await mailedPath(anyone, TARGET, 'address');
    await anyone.post(refuse, { page: 'unsubscribe', go: 'yes' });
    expect((await anyone.post(link, GO)).status).toBe(409);
    expect(await count(subscribers, { email: TARGET })).toBe(0);
  });

  it('is no way to keep a learner from undoing a change', async () => {
    const { anyone, link } = await asked();
    await anyone.post(link, GO);
    await anyone.work();
    const undo = await mailedPath(anyone, EMAIL, 'address');
    const { tokens } = await anyone.context();
    const token = await tokens.notMe(1, await tokens.addressHash(EMAIL));
    await anyone.post(`/not-me/${token}`);
    expect(await words(await anyone.post(undo, GO))).toContain('Your address stays');
  });

  it('works by the mail program’s own button, and long after everybody is gone', async () => {
    const { anyone, mail, refuse } = await asked();
    for (const table of [deliveries, links, enrollments, signups, subscribers]) {
      await remove(table);
    }
    await anyone.pass(200 * DAY);
    const url = /^<https?:\/\/[^/]+(\/not-me\/[^>]+)>$/.exec(
      mail?.headers['List-Unsubscribe'] ?? '',
    );
    expect(url?.[1]).toBe(refuse);
    expect(mail?.headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click');
    const answer = await anyone.postRaw(
      refuse,
      'List-Unsubscribe=One-Click',
      'application/x-www-form-urlencoded',
    );
    expect(answer.status).toBe(200);
    await anyone.post('/signup', { email: TARGET });
    await anyone.work();
    expect(await anyone.mails(TARGET)).toHaveLength(1);
  });

  it('changes nothing by being opened, or by a script that sends the page’s form', async () => {
    const { anyone, refuse } = await asked();
    const page = await see(await anyone.get(refuse));
    expect(page.text).toContain('If you take the course at this address, it goes on as it is.');
    expect(page.all('form').map((form) => form.action)).toEqual([refuse]);
    await anyone.post(refuse, { page: 'unsubscribe' });
    expect(await count(strangers)).toBe(0);
    for (const damaged of [`${refuse}x`, refuse.slice(0, -1), '/not-me/x', '/not-me/%00']) {
      expect((await anyone.get(damaged)).status, damaged).toBe(404);
      expect((await anyone.post(damaged)).status, damaged).toBe(404);
    }
    expect(await count(strangers)).toBe(0);
  });
});

describe('links that somebody else has used up', () => {
  it('are counted anew once the learner has ended all links', async () => {
    const anyone = visitor();
    const { learnPath } = await enrollByForm(anyone, EMAIL);
    const ask = async (path: string) => {
      const response = await anyone.post(`${path}/open`, GO);
      return words(await anyone.get(response.headers.get('location') ?? ''));
    };
    for (let times = 0; times < 8; times++) {
      expect(await ask(learnPath)).toContain('A link is on its way');
      await anyone.work();
      await anyone.pass(2 * MINUTES);
    }
    expect(await ask(learnPath)).toContain('asked for many links lately');
    await anyone.post(`${learnPath}/revoke`, GO);
    await anyone.work();
    await anyone.pass(1);
    const fresh = await mailedPath(anyone, EMAIL, 'learn');
    expect(fresh).not.toBe(learnPath);
    expect(await ask(fresh)).toContain('A link is on its way');
  });

  it('leave erasure open on a device that is', async () => {
    const anyone = visitor();
    const { press } = await learner(anyone);
    for (let times = 0; times < 9; times++) {
      await press('open');
      await anyone.work();
      await anyone.pass(2 * MINUTES);
    }
    expect(await press('open')).toContain('asked for many links lately');
    for (let times = 0; times < 3; times++) {
      expect(await press('erase')).toContain('A link to the last step is on its way');
      await anyone.work();
      await anyone.pass(2 * MINUTES);
    }
    expect(await press('erase')).toContain('asked for many links lately');
  });
});
