/**
 * `npm run restore -- rehearse`: a fortnight on a fresh local course, a way back, and the weeks after.
 * What Time Travel does for D1, a copy of the folder does here.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Caller, caller, type Mail } from './caller.ts';
import { freePort, say, startLocal } from './local.ts';
import { connect } from './operator.ts';
import { loadRoom, locally, readMoment } from './restore-hands.ts';

/** Five learners, and what each does in the fortnight that the database forgets. */
const INES = 'ines@example.org';
const SAM = 'sam@example.org';
const NOOR = 'noor@example.org';
const BEN = 'ben@example.org';
const LIV = 'liv@example.org';

const BY = { by: 'rehearsal', reason: 'a rehearsal' };

interface World {
  call: Caller;
  /** Asks /operator/api. */
  operate(path: string, input?: Record<string, unknown>): Promise<unknown>;
}

/** Serves the course on this folder for as long as `live` takes. */
async function open<Result>(
  state: string,
  live: (world: World) => Promise<Result>,
): Promise<Result> {
  const server = await startLocal({ port: await freePort(), state });
  try {
    const operator = await connect({ remote: false, url: server.url });
    const operate = (path: string, input?: Record<string, unknown>) =>
      operator.ask(path, input && { ...input, ...BY });
    return await live({ call: caller(server.url), operate });
  } finally {
    await server.close();
  }
}

function linkIn(mail: Mail | undefined, kind: string): string {
  const link = new RegExp(`https?://\\S+/${kind}/[^\\s?#/]+`).exec(mail?.text ?? '')?.[0];
  if (!link) throw new Error(`${mail?.subject ?? 'no mail'}: has no ${kind} link`);
  return new URL(link).pathname;
}

async function enroll(call: Caller, email: string): Promise<void> {
  await call.form('/signup', { email, first_name: 'Ana', time_zone: 'Europe/Lisbon' });
  await call.advance('PT1M');
  const confirm = linkIn((await call.mails(email)).at(-1), 'confirm');
  const slot = { weekday: '2', time: '07:30', time_zone: 'Europe/Lisbon' };
  await call.form(confirm, { go: 'yes', ...slot });
  await call.advance('PT1M');
}

const lessons = (mails: Mail[]) =>
  mails.flatMap(({ kind, lesson }) => (kind === 'lesson' ? [lesson] : []));

export async function rehearseRestore(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'in-the-room-restore-'));
  const state = join(folder, 'state');
  const copy = join(folder, 'copy');
  const differences: string[] = [];
  const expect = (ok: boolean, promise: string) => {
    say(`  ${ok ? 'yes' : 'NO '}  ${promise}`);
    if (!ok) differences.push(promise);
  };
  try {
    say('A fortnight of a course with Ines, Sam, Noor and Liv …');
    const moment = await open(state, async ({ call }) => {
      for (const email of [INES, SAM, NOOR, LIV]) await enroll(call, email);
      await call.advance('P7D');
      return call.advance('P7D');
    });
    await cp(state, copy, { recursive: true });

    say(`The moment: ${moment}. Then a fortnight that the database will forget:`);
    const lived = await open(state, async ({ call, operate }) => {
      await enroll(call, BEN);
      const sam = (await call.mails(SAM)).at(-1);
      await call.form(linkIn(sam, 'unsubscribe'), { 'List-Unsubscribe': 'One-Click' });
      const { subscriber } = (await operate('/find', { email: NOOR })) as { subscriber: string };
      await operate(`/subscribers/${subscriber}/erase`, {});
      const liv = linkIn((await call.mails(LIV)).at(-1), 'learn');
      await call.form(`${liv.replace(/\/lessons\/\d+$/, '')}/pause`, { go: 'yes', until: '' });
      await call.advance('P7D');
      await call.advance('P7D');
      return {
        ines: await call.mails(INES),
        ben: await call.mails(BEN),
        liv: await call.mails(LIV),
      };
    });
    say(
      `  Ines has had lessons ${lessons(lived.ines).join(', ')}; Ben signed up and has had ${lessons(lived.ben).join(', ')};`,
    );
    say('  Sam said goodbye; Noor was erased; Liv paused.');

    const room = await loadRoom();
    const shelf = join(folder, 'taken-along.jsonl');
    const actor = 'operator:rehearsal';
    say(`\n$ npm run restore -- before --moment ${moment}`);
    const before = await locally(state, shelf);
    try {
      const at = readMoment(moment);
      await room.takeAlong(await room.createRestoreContext(before.hands), { moment: at, actor });
    } finally {
      await before.close();
    }
    say('\nThe database goes back.');
    await rm(state, { recursive: true });
    await cp(copy, state, { recursive: true });
    say('\n$ npm run restore -- after');
    for (let run = 1; run <= 2; run++) {
      const after = await locally(state, shelf);
      try {
        const ctx = await room.createRestoreContext(after.hands);
        const wrong = await room.putBack(ctx, { moment: null, leave: [], actor });
        if (wrong.length > 0) differences.push(...wrong);
      } finally {
        await after.close();
      }
      if (run === 1) say('\n$ npm run restore -- after      (once more)');
    }

    say('\nThe halt is lifted, and a week passes:');
    await open(state, async ({ call, operate }) => {
      const before = async (email: string) => (await call.mails(email)).length;
      const counts = { sam: await before(SAM), noor: await before(NOOR), liv: await before(LIV) };
      expect((await before(INES)) === lived.ines.length, 'Ines’s mails are all still there');
      await operate('/halts/all/lift', {});
      await call.advance('PT1M');
      expect((await before(INES)) === lived.ines.length, 'nothing goes out at once');
      await call.advance('P7D');
      const ines = lessons(await call.mails(INES));
      const ben = lessons(await call.mails(BEN));
      const inOrder = (had: (number | null)[]) =>
        had.every((lesson, index) => lesson === index + 1);
      expect(
        inOrder(ines) && ines.length === lessons(lived.ines).length + 1,
        `Ines gets her next lesson, and none twice (${ines.join(', ')})`,
      );
      expect(
        inOrder(ben) && ben.length === lessons(lived.ben).length + 1,
        `Ben, who signed up since, goes on too (${ben.join(', ')})`,
      );
      expect((await before(SAM)) === counts.sam, 'Sam gets nothing');
      expect((await before(LIV)) === counts.liv, 'Liv’s pause holds');
      const { subscriber } = (await operate('/find', { email: NOOR })) as { subscriber: unknown };
      expect(subscriber === null && (await before(NOOR)) === 0, 'Noor is not back');
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  if (differences.length > 0) {
    throw new Error(['The restore differs from its promise:', ...differences].join('\n  - '));
  }
  say('\nEverything held.');
}
