import { drawings } from 'virtual:emails';
import { texts } from 'virtual:lessons';
import { describe, expect, it } from 'vitest';
import { enrollByForm } from '../support/people.ts';
import { DAY, see, visitor } from '../support/visitor.ts';

const shapesOf = (svg: string) => [...svg.matchAll(/ d="([^"]*)"/g)].map(([, shape]) => shape);

describe('a lesson in the browser', () => {
  it('has the drawing that its mail has, which says nothing and loads nothing', async () => {
    const anyone = visitor();
    const { learnPath } = await enrollByForm(anyone, 'ana@example.org');
    await anyone.post(`${learnPath}/next`, { go: 'yes' });
    await anyone.work();
    for (const week of [1, 2]) {
      const { all } = await see(await anyone.get(`${learnPath}/lessons/${week}`));
      const drawn = shapesOf(texts[week - 1]?.drawing ?? '');
      expect(drawn.length).toBeGreaterThan(9);
      const shown = all('path').map(({ d }) => d);
      expect(shown).toEqual([...shapesOf(drawings.mark), ...drawn]);
      for (const svg of all('svg')) expect(svg['aria-hidden']).toBe('true');
      expect(all('img')).toEqual([]);
    }
  });
});

describe('the learner’s page', () => {
  it('closes with the drawing of the closing note, once that has been sent', async () => {
    const anyone = visitor();
    const { learnPath } = await enrollByForm(anyone, 'ana@example.org');
    const shown = async () =>
      (await see(await anyone.get(learnPath))).all('svg').map((svg) => svg.class);
    expect(await shown()).not.toContain('drawing');
    const now = (await anyone.context()).clock.now();
    await anyone.moveTo(new Date((now + 80 * DAY) * 1000).toISOString());
    expect(await shown()).toContain('drawing');
  });
});
