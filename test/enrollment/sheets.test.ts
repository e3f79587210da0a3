import { describe, expect, it } from 'vitest';
import { lessons } from '../../src/course/course.ts';
import { enrollByForm } from '../support/people.ts';
import { see, type Visitor, visitor } from '../support/visitor.ts';

const EMAIL = 'ana@example.org';

const linksOn = async (page: Response) => (await see(page)).all('a').map(({ href }) => href);

/** Somebody who has had this many lessons: they come on Tuesdays, the second on December 8. */
async function learner(weeks: number): Promise<{ anyone: Visitor; learnPath: string }> {
  const anyone = visitor();
  await anyone.setTime('2026-12-01T12:00:00Z');
  const { learnPath } = await enrollByForm(anyone, EMAIL);
  await toWeek(anyone, weeks);
  return { anyone, learnPath };
}

async function toWeek(anyone: Visitor, week: number): Promise<void> {
  const at = Date.UTC(2026, 11, 2) + (week - 1) * 7 * 86_400_000;
  await anyone.moveTo(new Date(at).toISOString());
}

describe('the page of lines to say', () => {
  it('holds every line that its lesson marks, by the moment it is for', async () => {
    const { anyone, learnPath } = await learner(2);
    for (const week of [1, 2]) {
      const response = await anyone.get(`${learnPath}/lessons/${week}/lines`);
      expect(response.status).toBe(200);
      const { text } = await see(response);
      const lesson = lessons[week - 1];
      for (const { when, say } of lesson?.lines ?? []) {
        expect(text).toContain(when);
        for (const line of say) expect(text).toContain(`“${line}”`);
      }
      for (const step of lesson?.practice.steps ?? []) expect(text).toContain(step);
    }
  });

  it('comes with its lesson, and is led to from there and from the mail', async () => {
    const { anyone, learnPath } = await learner(1);
    expect((await anyone.get(`${learnPath}/lessons/2/lines`)).status).toBe(404);
    const path = `${learnPath}/lessons/1/lines`;
    expect(await linksOn(await anyone.get(`${learnPath}/lessons/1`))).toContain(path);
    const mail = (await anyone.mails()).find(({ kind }) => kind === 'lesson');
    expect(mail?.text).toContain(`${path}\n`);
    expect(mail?.html).toContain(`${path}"`);
  });

  it('is public for lesson 1, which is', async () => {
    const page = await see(await visitor().get('/lessons/1/lines'));
    expect(page.text).toContain('“Where are you just now?”');
    expect(page.all('meta').map(({ content }) => content)).not.toContain('noindex');
  });

  it('is kept from search engines and caches where it is a learner’s own, and opens for no other link', async () => {
    const { anyone, learnPath } = await learner(1);
    const response = await anyone.get(`${learnPath}/lessons/1/lines`);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const { all } = await see(response);
    expect(all('meta').map(({ content }) => content)).toContain('noindex');
    for (const path of ['/lines', '/practices', '/plan']) {
      expect((await anyone.get(`/learn/x${path}`)).status).toBe(404);
    }
  });
});

describe('the sheet of practices and the plan', () => {
  it('grow with the lessons: a practice when its week has come, the plan with week 8', async () => {
    const { anyone, learnPath } = await learner(2);
    const two = await see(await anyone.get(`${learnPath}/practices`));
    expect(two.text).toContain('Notice, name, ask');
    expect(two.text).toContain('One minute at the door');
    expect(two.text).not.toContain('One plate off');
    expect((await anyone.get(`${learnPath}/plan`)).status).toBe(404);
    const links = await linksOn(await anyone.get(learnPath));
    expect(links).toContain(`${learnPath}/practices`);
    expect(links).not.toContain(`${learnPath}/plan`);
    await toWeek(anyone, 8);
    const eight = await see(await anyone.get(`${learnPath}/practices`));
    for (const { practice } of lessons) expect(eight.text).toContain(practice.name);
    expect(await linksOn(await anyone.get(learnPath))).toContain(`${learnPath}/plan`);
  });

  it('keeps nothing that is typed into the plan: it has fields and no form', async () => {
    const { anyone, learnPath } = await learner(8);
    const { text, elements } = await see(await anyone.get(`${learnPath}/plan`));
    for (const part of ['Practice', 'Limit', 'Support', 'Measure', 'Date']) {
      expect(text).toContain(part);
    }
    expect(elements.filter((element) => element === 'textarea')).toHaveLength(4);
    expect(elements.filter((element) => ['form', 'script'].includes(element))).toEqual([]);
    expect(text).toContain('is sent nowhere and kept nowhere');
  });
});
