import { describe, expect, it } from 'vitest';
import { adoptions, claims, evaluations, tries } from '../../src/db/credit.ts';
import { acts } from '../../src/db/schema.ts';
import { LOCAL_OPERATOR_TOKEN } from '../../src/env.ts';
import { KEYS } from '../support/adoptions.ts';
import { answersBut, atTheTest } from '../support/claims.ts';
import { change, count, pick, put, value } from '../support/rows.ts';

const why = { by: 'Dana', reason: 'the provider said so' };

async function operating(...at: Parameters<typeof atTheTest>) {
  const there = await atTheTest(...at);
  const headers = { authorization: `Bearer ${LOCAL_OPERATOR_TOKEN}`, accept: 'application/json' };
  const ask = async (path: string, input?: Record<string, unknown>) => {
    const answer = input
      ? await there.visiting.postJson(`/operator/api${path}`, input, headers)
      : await there.visiting.get(`/operator/api${path}`, headers);
    return { status: answer.status, body: await answer.json<Record<string, unknown>>() };
  };
  return { ...there, ask };
}

describe('the operator, by a provider’s word', () => {
  it('strikes an item, once, and says which one there is not', async () => {
    const { ask, browser } = await operating();
    await browser.press('/try');
    await browser.answerAll(answersBut(7));
    await browser.press('/test', { try: '1' });
    const strike = (slug: string, item: string) =>
      ask(`/post-tests/${slug}/strike`, { item, ...why });
    expect(await strike('harbor-institute', '1-1')).toEqual({
      status: 200,
      body: { result: 'struck' },
    });
    expect((await strike('harbor-institute', '1-1')).body).toEqual({ result: 'struck-already' });
    expect(await value(adoptions, 'struck')).toBe('["1-1"]');
    expect(await pick(tries, ['right', 'passed'])).toEqual([{ right: 26, passed: 1 }]);
    expect(await strike('harbor-institute', '1-9')).toMatchObject({
      status: 422,
      body: { error: { field: 'item' } },
    });
    expect((await strike('nobody', '1-1')).status).toBe(404);
    expect((await ask('/post-tests/harbor-institute/strike', { item: '1-2' })).status).toBe(422);
    expect(await count(acts, { verb: 'strike-item' })).toBe(1);
  });

  it('opens one more try to whoever has none left, with a reason that names nobody', async () => {
    const { ask, browser, claimId } = await operating({ body: { tries: 1 } });
    const another = (reason = why.reason, id: string | number = claimId) =>
      ask(`/claims/${id}/another-try`, { by: 'Dana', reason });
    expect((await another()).body).toEqual({ result: 'has-one' });
    await browser.press('/try');
    await browser.press('/test', { try: '1' });
    expect(await another('Ms Lopez asked for it')).toMatchObject({
      status: 422,
      body: { error: { field: 'reason' } },
    });
    expect((await another()).body).toEqual({ result: 'given' });
    expect((await another()).body).toEqual({ result: 'has-one' });
    await browser.press('/try');
    await browser.answerAll(KEYS);
    await browser.press('/test', { try: '2' });
    expect(await pick(tries, ['number', 'passed'], undefined, tries.number)).toEqual([
      { number: 1, passed: 0 },
      { number: 2, passed: 1 },
    ]);
    expect((await another()).status).toBe(409);
    expect((await another(why.reason, 'x')).status).toBe(404);
    expect((await another(why.reason, 4)).status).toBe(404);
    expect(await value(claims, 'moreTries')).toBe(1);
  });

  it('reads what learners said in groups of five, and takes a comment out', async () => {
    const { ask, edition } = await operating();
    const said = (n: number) =>
      put(evaluations, {
        id: 1000 - n,
        providerId: 1,
        edition: edition.hash,
        answers: JSON.stringify({
          objectives: {},
          scales: { accurate: 5 },
          hours: null,
          accommodation: null,
          comment: `Comment ${n}.`,
        }),
      });
    for (let n = 0; n < 5; n += 1) await said(n);
    const few = await ask('/evaluations/harbor-institute');
    expect(few.body).toMatchObject({ shown: 0, waiting: 5, comments: [] });
    await change(evaluations, { shownIn: 7 });
    const { body } = await ask('/evaluations/harbor-institute');
    expect(body).toMatchObject({ shown: 5, waiting: 0 });
    const comments = body.comments as { ref: string; text: string }[];
    const comment = comments[2]?.ref;
    const strike = () => ask('/evaluations/harbor-institute/strike', { comment, ...why });
    expect(await strike()).toEqual({ status: 200, body: { result: 'struck' } });
    expect((await strike()).status).toBe(404);
    expect((await ask('/evaluations/harbor-institute')).body).toMatchObject({
      shown: 5,
      comments: comments.filter(({ ref }) => ref !== comment),
    });
    expect((await ask('/evaluations/nobody')).status).toBe(404);
  });
});
