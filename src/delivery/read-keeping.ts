import { instantOf, type Seconds } from '../clock.ts';
import type { Context } from '../context.ts';
import { STEPS } from '../course/course.ts';
import { type Numbers, readNumbers } from '../enrollment/read-numbers.ts';
import { readRates } from './store/flow.ts';
import { readHalts } from './store/halts.ts';
import { keepAnswer, readKept } from './store/kept-answers.ts';
import { heldBatches } from './store/settle.ts';

/** D1 ends here, in bytes (developers.cloudflare.com/d1/platform/limits). */
export const MOST_BYTES = 10e9;

/** From this share on somebody has to look. */
export const NEARLY_FULL = 0.8;

/** Bytes that a mail leaves behind, by `npm run bench`. */
const BYTES = { mail: 210 };

/** Rows that a mail writes, from its claim to its outcome, at most. */
const ROWS_A_MAIL = 10;

/** A course is a mail a week: so many within 30 days. */
const MAILS_AHEAD = 5;

const BACKUP = 'backup';

export interface Keeping {
  /** Of the database, now. */
  bytes: number;
  /** What the mails of the last seven days added, about. */
  bytesAWeek: number;
  /** Lessons and closing notes of the next 30 days, of those who take the course now. */
  mailsAhead: number;
  /** Rows that they will write, about. */
  rowsAhead: number;
  /** When somebody noted that a backup was made; null where nobody did. */
  backedUpAt: Seconds | null;
  /** Where a restore stands. */
  restore: {
    /** Everything is halted. */
    halted: boolean;
    /** Batches that a consumer is posting. */
    posting: number;
  };
}

/** How large the course is, what its next month costs, and where a restore stands. */
export async function readKeeping(ctx: Context): Promise<Keeping> {
  const at = instantOf(ctx);
  const [bytes, week, numbers, backup, halts, posting] = await Promise.all([
    ctx.db.size(),
    readRates(ctx.db, at, 7),
    readNumbers(ctx),
    readKept(ctx.db, BACKUP),
    readHalts(ctx.db),
    heldBatches(ctx.db, at.machine),
  ]);
  const mailsAhead = mailsWithinAMonth(numbers);
  return {
    bytes,
    bytesAWeek: week.accepted * BYTES.mail,
    mailsAhead,
    rowsAhead: mailsAhead * ROWS_A_MAIL,
    backedUpAt: backup?.at ?? null,
    restore: { halted: halts.some(({ scope }) => scope === 'all'), posting },
  };
}

/** How full the database is: 1 where nothing more goes in. */
export const howFull = async (ctx: Context): Promise<number> => (await ctx.db.size()) / MOST_BYTES;

/** Who has many lessons ahead gets five of them within 30 days. */
function mailsWithinAMonth({ bySent }: Numbers): number {
  return bySent.reduce(
    (sum, count, sent) => sum + count * Math.min(MAILS_AHEAD, STEPS.length - sent),
    0,
  );
}

/** Notes that a backup was made. */
export async function noteBackup(ctx: Context): Promise<void> {
  await keepAnswer(ctx.db, BACKUP, ctx.clock.now(), '{}');
}
