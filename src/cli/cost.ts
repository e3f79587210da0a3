/**
 * What running the course costs a month, by the published prices: `npm run cost -- 2500` for 2,500
 * learners who take it at a time. US dollars, without tax, domain and people.
 */
import { parseArgs } from 'node:util';
import { main, say } from './local.ts';

/**
 * Cloudflare as last looked up in August 2026 (developers.cloudflare.com: workers, d1 and queues,
 * platform/pricing), Resend in March 2026 (resend.com/pricing).
 */
const CLOUDFLARE = {
  /** Workers Paid, a month. */
  plan: 5,
  /** What is in the plan each month, and what a million more costs. */
  metered: {
    requests: { included: 10e6, perMillion: 0.3 },
    cpuMilliseconds: { included: 30e6, perMillion: 0.02 },
    rowsRead: { included: 25e9, perMillion: 0.001 },
    rowsWritten: { included: 50e6, perMillion: 1 },
    queueOperations: { included: 1e6, perMillion: 0.4 },
  },
  storage: { includedGB: 5, perGB: 0.75 },
};
const RESEND = {
  free: { mails: 3000, mailsPerDay: 100 },
  plans: [
    { name: 'Pro', price: 20, mails: 50_000 },
    { name: 'Scale', price: 90, mails: 100_000 },
    { name: 'Scale', price: 650, mails: 1_000_000 },
  ],
  /** Each begun thousand beyond a plan. */
  perThousandMore: 0.9,
};

const WEEKS_PER_MONTH = 365.25 / 12 / 7;
const DAYS_PER_MONTH = 365.25 / 12;
/** From lesson 1 to the closing note. */
const WEEKS = 8;
/** Confirmation, eight lessons, closing note, and one that somebody asks for. */
const MAILS = 11;

/** What one learner brings about in a whole course, counted generously (`npm run bench` measures most). */
const LEARNER = {
  /** Pages, the form, presses, and one event for each mail. */
  requests: 60,
  cpuMilliseconds: 600,
  rowsRead: 2000,
  rowsWritten: 250,
  /** A wake-up for each mail, although a hundred may share one: written, read, deleted. */
  queueOperations: 3 * MAILS,
};
/** What a tick costs, each minute, whoever is subscribed. */
const TICK = {
  requests: 1,
  cpuMilliseconds: 10,
  rowsRead: 30,
  rowsWritten: 3,
  queueOperations: 3,
};
/** GB that a learner leaves behind in a year, as bench weighs them, kept for five. */
const STORED_GB = 2.2e-6;
const YEARS_KEPT = 5;

/** A month's bill, US dollars. */
export interface Cost {
  mails: number;
  cloudflare: number;
  resend: number;
  /** Resend’s plan. */
  plan: string;
}

/** @param learners who take the course at one time, as many beginning as ending */
export function monthlyCost(learners: number): Cost {
  const begin = (learners / WEEKS) * WEEKS_PER_MONTH;
  const mails = Math.round(begin * MAILS);
  const ticks = DAYS_PER_MONTH * 24 * 60;

  const { plan, metered, storage } = CLOUDFLARE;
  let cloudflare = plan;
  for (const [what, { included, perMillion }] of Object.entries(metered)) {
    const key = what as keyof typeof metered;
    const used = begin * LEARNER[key] + ticks * TICK[key];
    cloudflare += (Math.max(0, used - included) / 1e6) * perMillion;
  }
  const stored = begin * 12 * YEARS_KEPT * STORED_GB;
  cloudflare += Math.max(0, stored - storage.includedGB) * storage.perGB;

  return { mails, cloudflare, ...resendFor(mails) };
}

function resendFor(mails: number): { resend: number; plan: string } {
  const { free, plans, perThousandMore } = RESEND;
  // Weekdays are not chosen evenly: the free plan's day must hold twice the average.
  if (mails <= free.mails && (2 * mails) / DAYS_PER_MONTH <= free.mailsPerDay) {
    return { resend: 0, plan: 'Free' };
  }
  const offers = plans.map(({ name, price, mails: included }) => ({
    plan: name,
    resend: price + Math.ceil(Math.max(0, mails - included) / 1000) * perThousandMore,
  }));
  return offers.reduce((best, offer) => (offer.resend < best.resend ? offer : best));
}

if (import.meta.main) {
  main(async () => {
    const { positionals } = parseArgs({ allowPositionals: true });
    const learners = Number(positionals[0] ?? '');
    if (!Number.isSafeInteger(learners) || learners < 1) {
      throw new Error('Say how many take the course at a time: npm run cost -- 2500');
    }
    const { mails, cloudflare, resend, plan } = monthlyCost(learners);
    say(
      `${learners} learners at a time: ${mails} mails a month. Cloudflare $${cloudflare.toFixed(2)}, ` +
        `Resend $${resend.toFixed(2)} (${plan}), together $${(cloudflare + resend).toFixed(2)} a month.`,
    );
  });
}
