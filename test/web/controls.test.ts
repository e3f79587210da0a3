import { expect, it } from 'vitest';
import { COMMON } from '../../src/web/learner/control.ts';
import { CONTROLS } from '../../src/web/learner/page.tsx';

it('no two controls of the learner’s page say something else by the same name', () => {
  expect(CONTROLS.length).toBeGreaterThan(10);
  const said = [COMMON, ...CONTROLS.map(({ says }) => says)].flatMap((says) => Object.keys(says));
  expect(said.filter((what, index) => said.indexOf(what) !== index)).toEqual([]);
  const names = CONTROLS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
