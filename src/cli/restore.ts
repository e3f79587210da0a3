/**
 * `npm run restore`: before and after D1's Time Travel takes the whole database back. What is done is in
 * src/restore; this gives it a database, a mailer's record, a file and a terminal.
 */
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { main, ROOT, run, STATE, say } from './local.ts';
import { rehearseRestore } from './rehearse-restore.ts';
import { FILE, loadRoom, locally, readMoment, remotely } from './restore-hands.ts';

const HELP = `
  npm run restore -- before --moment 2026-11-23T10:00:00Z --remote
      halts everything, pauses the queues, waits until nothing is being posted, takes along what happened
      since that moment (UTC), and prints the command that goes back. With --go it goes back at once
  npm run restore -- after --remote
      halts again, erases again whoever was erased since, carries over, settles by Resend’s record,
      recounts, and checks every promise. It lifts nothing, and prints the commands that do
  npm run restore -- rehearse
      shows all of it on a fresh local course: a fortnight of life, a way back, and the week after

  Both may stop anywhere and be run again. Time Travel reaches back 30 days.

  --leave      what was damaged and must not be carried over: a table, or table.column; may be repeated
  --moment     with after: where nothing could be taken along, the moment that was gone back to
  --by         who you are; your name on this machine where it is left out
  --remote     the deployed course that wrangler.toml names; without it, the one on this machine
  RESEND_FULL_KEY  (environment, after --remote) a Resend key with full access; delete it afterwards
`;

async function restore(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      moment: { type: 'string' },
      leave: { type: 'string', multiple: true, default: [] },
      go: { type: 'boolean', default: false },
      by: { type: 'string' },
      remote: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [command] = positionals;
  if (values.help || command === undefined) return say(HELP);
  if (command === 'rehearse') return rehearseRestore();
  if (command !== 'before' && command !== 'after') {
    throw new Error(`There is no command "${command}".\n${HELP}`);
  }
  const { remote, leave } = values;
  const actor = `operator:${values.by ?? userInfo().username}`;
  const moment = command === 'before' || values.moment ? readMoment(values.moment) : null;
  const room = await loadRoom();
  const where = remote
    ? await remotely(room, command === 'after')
    : await locally(STATE, join(ROOT, FILE));
  try {
    if (command === 'after') await where.migrate();
    const ctx = await room.createRestoreContext(where.hands);
    const more = remote ? ' --remote' : '';
    if (command === 'before') {
      await room.takeAlong(ctx, { moment: moment ?? 0, actor });
      say(`\nIt lies in ${FILE} and holds addresses. What people do from now on is not in it.`);
      const back = where.goBack(values.moment ?? '');
      if (values.go && back.length > 0) {
        say('Going back …');
        say(await run('wrangler', back));
        say(`Next:  npm run restore -- after${more}`);
      } else if (back.length > 0) {
        say(`\nNext, at once:  npx wrangler ${back.join(' ')}`);
        say(`and then:       npm run restore -- after${more}`);
      } else {
        say(`\nNext: put your copy of ${STATE} in its place, and then  npm run restore -- after`);
      }
      return;
    }
    const wrong = await room.putBack(ctx, { moment, leave, actor });
    say(`\nNothing is lifted yet. ${wrong.length > 0 ? 'When that is settled:' : 'To go on:'}`);
    for (const line of where.lift) say(`  ${line}`);
    say(`Then delete what was taken along:  rm -r ${resolve(FILE, '..').split('/').at(-1)}`);
    if (wrong.length > 0) process.exitCode = 1;
  } finally {
    await where.close();
  }
}

if (import.meta.main) {
  main(async () => {
    await restore();
    process.exit();
  });
}
