import { describe, expect, it } from 'vitest';
import { enrollments } from '../../src/db/schema.ts';
import { enrollByForm } from '../support/people.ts';
import { pick } from '../support/rows.ts';
import { visitor } from '../support/visitor.ts';

const EMAIL = 'ana@example.org';
const GO = { go: 'yes' };

async function pausedAndGone(until?: string) {
  const anyone = visitor();
  await anyone.setTime('2026-11-30T12:00:00Z');
  const { learnPath, unsubscribePath } = await enrollByForm(anyone, EMAIL);
  await anyone.post(`${learnPath}/pause`, { ...GO, ...(until ? { until } : {}) });
  const standing = () => pick(enrollments, ['state', 'resumeAt', 'nextAt', 'ownPause']);
  const before = await standing();
  await anyone.post(unsubscribePath);
  return { anyone, learnPath, before, standing };
}

describe('an unsubscribing that is taken back', () => {
  it.each([undefined, '2026-12-24'])('leaves a pause as it stood: until %s', async (until) => {
    const { anyone, learnPath, before, standing } = await pausedAndGone(until);
    expect(await standing()).not.toEqual(before);
    await anyone.post(`${learnPath}/undo`, GO);
    expect(await standing()).toEqual(before);
    const mails = (await anyone.mails(EMAIL)).length;
    await anyone.moveTo('2026-12-23T00:00:00Z');
    expect(await anyone.mails(EMAIL)).toHaveLength(mails);
  });

  it('goes on at the hour where the pause came to its end meanwhile', async () => {
    const { anyone, learnPath, standing } = await pausedAndGone('2026-12-01');
    await anyone.setTime('2026-12-01T11:00:00Z');
    await anyone.post(`${learnPath}/undo`, GO);
    expect(await standing()).toMatchObject([{ state: 'active', resumeAt: null, ownPause: null }]);
  });
});
