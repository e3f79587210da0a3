import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe } from 'vitest';
import { hasBrowser } from '../support/browser.ts';
import type { Scenario } from './support/scenario.ts';
import { type Stage, setStage } from './support/stage.ts';

/** One folder for each way in which a page may treat the form: the page, its server's headers, the tests. */
const scenarios = readdirSync(import.meta.dirname).filter((name) => /^\d\d_/.test(name));

describe.skipIf(!hasBrowser())('the form on somebody else’s page', async () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage();
  });
  afterAll(() => stage?.close());

  for (const name of scenarios.toSorted()) {
    const file = new URL(`${name}/spec.ts`, import.meta.url).href;
    const { default: scenario }: { default: Scenario } = await import(file);
    describe(name, () => {
      beforeAll(() => stage.rest());
      scenario(() => stage);
    });
  }
});
