import { describe, expect, it } from 'vitest';
import {
  deliveries,
  enrollments,
  signups,
  subscribers,
  suppressions,
} from '../../src/db/schema.ts';
import { enrollByForm, mailedPath, signUpByForm, suppress } from '../support/people.ts';
import { change, remove } from '../support/rows.ts';
import { countingDatabase, DAY, type Visitor, visitor } from '../support/visitor.ts';

/** Who an address may belong to, and how it came to that. */
const people: Record<string, (anyone: Visitor, email: string) => Promise<unknown>> = {
  nobody: async () => {},
  'somebody who has not confirmed': signUpByForm,
  'somebody who has not confirmed and has had all the mail that strangers may cause': async (
    anyone,
    email,
  ) => {
    for (let day = 0; day < 3; day++) {
      await signUpByForm(anyone, email);
      await anyone.pass(DAY);
    }
  },
  'somebody whose link has expired': async (anyone, email) => {
    await signUpByForm(anyone, email);
    await anyone.pass(10 * DAY);
  },
  'somebody who said that it was not them': async (anyone, email) => {
    await signUpByForm(anyone, email);
    await anyone.post(await mailedPath(anyone, email, 'unsubscribe'));
  },
  'a learner': enrollByForm,
  'a learner who was told a while ago that they take the course already': async (anyone, email) => {
    await enrollByForm(anyone, email);
    await anyone.pass(2 * DAY);
    await anyone.post('/signup', { email });
    await anyone.work();
  },
  'a learner who has unsubscribed': async (anyone, email) => {
    const { unsubscribePath } = await enrollByForm(anyone, email);
    await anyone.post(unsubscribePath);
  },
  'a learner who has finished': async (anyone, email) => {
    await enrollByForm(anyone, email);
    await change(enrollments, { state: 'completed', closedAt: 1, nextAt: null });
  },
  'an address that is never mailed': suppress,
  'a learner whose address is never mailed again': async (anyone, email) => {
    await enrollByForm(anyone, email);
    await suppress(anyone, email);
  },
};

/** All of an answer that its reader can see, but for what names the moment. */
async function visible(response: Response): Promise<unknown> {
  const headers = [...response.headers].filter(([name]) => name !== 'date');
  return { status: response.status, headers, body: await response.text() };
}

/** What one signup costs and answers, by form and by JSON, a day after whatever came before. */
async function signUpAs(prepare: (typeof people)[string]) {
  const email = 'somebody@example.org';
  const preparing = visitor();
  await preparing.setTime('2026-11-30T12:00:00Z');
  await prepare(preparing, email);
  await preparing.pass(DAY + 60);
  const { DB, counts } = countingDatabase();
  const anyone = visitor({ DB });
  const fields = { email, first_name: 'Ben', time_zone: 'America/New_York' };
  const form = await visible(await anyone.post('/signup', fields));
  const formWork = counts();
  const json = await visible(await anyone.postJson('/signup', fields));
  return { form, formWork, json, jsonWork: counts(), woken: anyone.woken };
}

describe('a signup', () => {
  it.each(Object.entries(people).slice(1))(
    'for %s is answered as for nobody, with the same work',
    async (_, prepare) => {
      const other = await signUpAs(prepare);
      for (const table of [deliveries, enrollments, signups, subscribers, suppressions]) {
        await remove(table);
      }
      const nobody = await signUpAs(people.nobody!);
      expect(other).toEqual(nobody);
      expect(nobody.formWork).toContain('batch of');
      expect(nobody.woken).toEqual(['prompt', 'prompt']);
    },
  );
});
