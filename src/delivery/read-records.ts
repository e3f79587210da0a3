import { MINUTE } from '../clock.ts';
import type { Context } from '../context.ts';
import { type LookUp, overHttps } from '../dns.ts';
import { domainOf, isAmiss, judge, type MailRecord, recordNames } from './records.ts';
import { keepAnswer, readKept } from './store/kept-answers.ts';

/** How long what was found is taken as it is. */
const FRESH = 10 * MINUTE;

/** The records of the domain that mail comes from, and when they were asked for (epoch seconds). */
export interface Records {
  domain: string;
  at: number;
  records: MailRecord[];
}

/**
 * What the world sees of the domain that mail comes from; asked anew after ten minutes. Null where no mail
 * leaves this machine.
 */
export async function readRecords(
  ctx: Context,
  lookUp: LookUp = overHttps((address, init) => fetch(address, init)),
): Promise<Records | null> {
  const domain = domainOf(ctx.settings.mailFrom);
  if (ctx.settings.resend === null || domain === null) return null;
  const name = `records:${domain}`;
  const now = ctx.clock.now();
  const before = await readKept(ctx.db, name);
  if (before !== null && before.at <= now && before.at > now - FRESH) {
    return { domain, at: before.at, records: JSON.parse(before.body) as MailRecord[] };
  }
  const names = recordNames(domain);
  const [dkim, spf, returnPath, ...dmarc] = await Promise.all([
    lookUp(names.dkim, 'TXT'),
    lookUp(names.send, 'TXT'),
    lookUp(names.send, 'MX'),
    ...names.dmarc.map((at) => lookUp(at, 'TXT')),
  ]);
  const records = judge(names, { dkim, spf, returnPath, dmarc });
  // What nobody answered is asked again by the next look.
  if (records.every(({ state }) => state !== 'unknown')) {
    await keepAnswer(ctx.db, name, now, JSON.stringify(records));
  }
  return { domain, at: now, records };
}

/** What of the domain was amiss at the last look, however long ago that was; nobody is asked anew. */
export async function recordsAmiss(ctx: Context): Promise<MailRecord['what'][]> {
  const domain = domainOf(ctx.settings.mailFrom);
  if (ctx.settings.resend === null || domain === null) return [];
  const last = await readKept(ctx.db, `records:${domain}`);
  const records = JSON.parse(last?.body ?? '[]') as MailRecord[];
  return records.filter(isAmiss).map(({ what }) => what);
}
