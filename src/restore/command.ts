/** What `npm run restore` calls; loaded through Vite, because the course's mails are compiled. */
export { scriptedD1 } from '../db/script.ts';
export { createRestoreContext } from './context.ts';
export { putBack } from './put-back.ts';
export { takeAlong } from './take-along.ts';
