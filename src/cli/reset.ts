/** `npm run reset`: forgets everything that a local run has stored. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { main, ROOT, STATE, say } from './local.ts';

main(async () => {
  await rm(join(ROOT, STATE), { recursive: true, force: true });
  say('The local database is cleared. npm start begins anew.');
});
