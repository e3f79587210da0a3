import { desc } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { deliveries, enrollments, subscribers } from '../../src/db/schema.ts';
import { enrollByForm, mailedPath, pressConfirm, suppress } from '../support/people.ts';
import { change, dump, value } from '../support/rows.ts';
import { DAY, see, type Visitor, visitor } from '../support/visitor.ts';

const EMAIL = 'ana@example.org';
const GO = { go: 'yes' };
const state = () => value(enrollments, 'state', undefined, desc(enrollments.id));
const left = () => value(subscribers, 'unsubscribedAt', { email: EMAIL });

/** Somebody who has had two lessons, on Wednesday, 9 December 2026. */
async function learner() {
  const anyone = visitor();
  await anyone.setTime('2026-11-30T12:00:00Z');
  const paths = await enrollByForm(anyone, EMAIL);
  await anyone.moveTo('2026-12-09T00:00:00Z');
  const lessons = async () =>
    (await anyone.mails(EMAIL)).flatMap(({ lesson }) => (lesson === null ? [] : [lesson]));
  return { anyone, ...paths, lessons };
}

/** Where the undo of a page leads; null where it has none. */
async function undoOn(response: Response): Promise<string | null> {
  const forms = (await see(response)).all('form').map(({ action }) => action ?? '');
  return forms.find((action) => /^\/undo\/|\/undo$/.test(action)) ?? null;
}

describe('an unsubscribing by mistake', () => {
  it('is taken back by the button on its page: no lesson is lost, and none comes twice', async () => {
    const { anyone, learnPath, unsubscribePath, lessons } = await learner();
    const undo = await undoOn(await anyone.post(unsubscribePath));
    expect(await state()).toBe('ended');
    const back = await anyone.post(undo ?? '', GO);
    expect(back.status).toBe(200);
    expect((await see(back)).text).toContain('Your course goes on');
    const page = await see(await anyone.get(learnPath));
    expect(page.text).toContain('Lesson 3 comes on Tuesday, December 15, 7:30 am.');
    await anyone.moveTo('2027-02-01T00:00:00Z');
    expect(await lessons()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await state()).toBe('completed');
  });

  it('is taken back from the learner’s page too, for a day and no longer', async () => {
    const { anyone, learnPath, unsubscribePath } = await learner();
    await anyone.post(unsubscribePath);
    await anyone.pass(DAY - 60);
    const undo = (await undoOn(await anyone.get(learnPath))) ?? '';
    const back = await anyone.post(undo, GO);
    const page = await see(await anyone.get(back.headers.get('location') ?? ''));
    expect(page.text).toContain('You are back, and your course goes on.');
    expect(await state()).toBe('active');
    const other = (await undoOn(await anyone.post(unsubscribePath))) ?? '';
    await anyone.pass(DAY + 60);
    expect(await undoOn(await anyone.get(learnPath))).toBeNull();
    const before = await dump();
    await anyone.post(undo, GO);
    for (const late of [await anyone.get(other), await anyone.post(other, GO)]) {
      expect(late.status).toBe(410);
    }
    expect(await dump()).toEqual(before);
    expect(await state()).toBe('ended');
  });

  it('is not taken back by the link that ended it, whatever is sent there, nor by a script without the button', async () => {
    const { anyone, unsubscribePath } = await learner();
    const undo = (await undoOn(await anyone.post(unsubscribePath))) ?? '';
    const before = await dump();
    await anyone.get(unsubscribePath);
    // Nor does it hand the way back to whoever holds it later.
    for (const fields of [{}, GO, { ...GO, undo: 'yes' }, { page: 'unsubscribe' }]) {
      expect(await undoOn(await anyone.post(unsubscribePath, fields))).toBeNull();
    }
    expect((await anyone.post(`${unsubscribePath}/undo`, GO)).status).toBe(404);
    expect((await anyone.post(unsubscribePath.replace('unsubscribe', 'undo'), GO)).status).toBe(
      404,
    );
    await anyone.get(undo);
    await anyone.post(undo);
    await anyone.post(`${undo}x`, GO);
    expect(await dump()).toEqual(before);
    // A day later the link that lasts shows no way back either.
    await anyone.pass(DAY);
    expect(await undoOn(await anyone.post(unsubscribePath))).toBeNull();
  });

  it('is one that still stands: after a return and another goodbye its button does nothing', async () => {
    const { anyone, learnPath, unsubscribePath } = await learner();
    const undo = (await undoOn(await anyone.post(unsubscribePath))) ?? '';
    await anyone.post(`${learnPath}/return`, GO);
    await anyone.work();
    await pressConfirm(anyone, await mailedPath(anyone, EMAIL, 'confirm'));
    await anyone.work();
    await anyone.pass(60);
    await anyone.post(unsubscribePath);
    const before = await dump();
    expect((await anyone.post(undo, GO)).status).toBe(410);
    expect(await dump()).toEqual(before);
  });

  it('opens no page of the learner’s, because the link that ended it may have been passed on', async () => {
    const { anyone, unsubscribePath } = await learner();
    const undo = (await undoOn(await anyone.post(unsubscribePath))) ?? '';
    const back = await anyone.post(undo, GO);
    expect(back.headers.get('location')).toBeNull();
    expect(await back.text()).not.toContain('/learn/');
    expect(await (await anyone.get(undo)).text()).not.toContain('/learn/');
  });

  it('can be taken back after a reason was given', async () => {
    const { anyone, unsubscribePath } = await learner();
    const undo = (await undoOn(await anyone.post(unsubscribePath))) ?? '';
    const fields = { page: 'unsubscribe', go: 'yes', goodbye: 'Too much now.' };
    const said = await anyone.post(unsubscribePath, {
      ...fields,
      undo: undo.split('/').at(-1) ?? '',
    });
    expect(await undoOn(said)).toBe(undo);
    await anyone.post(undo, GO);
    expect(await state()).toBe('active');
    expect(await value(subscribers, 'goodbye', { email: EMAIL })).toBeNull();
  });

  it('stays where no mail may go to the address', async () => {
    const { anyone, unsubscribePath } = await learner();
    const undo = (await undoOn(await anyone.post(unsubscribePath))) ?? '';
    await suppress(anyone, EMAIL);
    expect((await anyone.post(undo, GO)).status).toBe(410);
    expect(await left()).not.toBeNull();
    expect(await state()).toBe('ended');
  });

  it('stays once its owner has said that it was not them', async () => {
    const { anyone, unsubscribePath } = await learner();
    const undo = (await undoOn(await anyone.post(unsubscribePath))) ?? '';
    const id = Number(await value(subscribers, 'id', { email: EMAIL }));
    const { tokens } = await anyone.context();
    await anyone.pass(60);
    await anyone.post(`/not-me/${await tokens.notMe(id, await tokens.addressHash(EMAIL))}`, GO);
    expect((await anyone.post(undo, GO)).status).toBe(410);
    expect(await state()).toBe('ended');
  });

  it('by several presses at once is taken back once', async () => {
    const { anyone, unsubscribePath, lessons } = await learner();
    const undo = (await undoOn(await anyone.post(unsubscribePath))) ?? '';
    const presses = await Promise.all(Array.from({ length: 10 }, () => anyone.post(undo, GO)));
    expect(new Set(presses.map(({ status }) => status))).toEqual(new Set([200]));
    await anyone.moveTo('2026-12-16T00:00:00Z');
    expect(await lessons()).toEqual([1, 2, 3]);
  });

  it('while a lesson is on its way: that one comes once, and the next at its hour', async () => {
    const { anyone, unsubscribePath, lessons } = await learner();
    await anyone.pass(7 * DAY);
    const undo = await undone(anyone, unsubscribePath);
    expect((await anyone.post(undo, GO)).status).toBe(200);
    await anyone.moveTo('2026-12-23T00:00:00Z');
    expect(await lessons()).toEqual([1, 2, 3, 4]);
  });

  it('brings back a course that waited for its address as one that waits', async () => {
    const { anyone, unsubscribePath } = await learner();
    await change(enrollments, { state: 'paused', pauseReason: 'bounces', nextAt: null });
    const undo = (await undoOn(await anyone.post(unsubscribePath))) ?? '';
    await anyone.post(undo, GO);
    expect(await state()).toBe('paused');
  });

  it('of a course that was over before leaves it over', async () => {
    const { anyone, unsubscribePath, lessons } = await learner();
    await anyone.moveTo('2027-02-01T00:00:00Z');
    const undo = (await undoOn(await anyone.post(unsubscribePath))) ?? '';
    expect((await anyone.post(undo, GO)).status).toBe(200);
    expect(await left()).toBeNull();
    expect(await state()).toBe('completed');
    expect((await lessons()).length).toBe(8);
  });
});

/** Unsubscribes while lesson 3 is in a batch that has no answer yet; it is accepted afterwards. */
async function undone(anyone: Visitor, unsubscribePath: string): Promise<string> {
  const ctx = await anyone.context();
  let undo = '';
  const { dispatch } = await import('../../src/delivery/dispatch.ts');
  const { tick } = await import('../../src/delivery/tick.ts');
  const mailer = {
    ...ctx.mailer,
    post: async (batch: Parameters<typeof ctx.mailer.post>[0]) => {
      undo = (await undoOn(await anyone.post(unsubscribePath))) ?? '';
      expect(await value(deliveries, 'state', { lesson: 3 })).toBe('sending');
      await anyone.post(undo, GO);
      return ctx.mailer.post(batch);
    },
  };
  await tick({ ...ctx, mailer });
  await dispatch({ ...ctx, mailer }, 'lesson');
  return undo;
}
