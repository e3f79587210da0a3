/** What mailboxes look at before they take a mail: the records of the domain that it comes from. */

/** Records that were asked for by name; null where nobody answered. */
export interface Asked {
  dkim: string[] | null;
  returnPath: string[] | null;
  spf: string[] | null;
  /** At the domain itself, and at each domain above it, the nearest first. */
  dmarc: (string[] | null)[];
}

export type RecordState = 'well' | 'missing' | 'wrong' | 'unknown';

export interface MailRecord {
  what: 'DKIM' | 'SPF' | 'Return path' | 'DMARC';
  name: string;
  state: RecordState;
  /** As it stands; null where there is none. */
  found: string | null;
  /** In words. */
  wanted: string;
}

/** Whether somebody has to do something about it. */
export const isAmiss = ({ state }: MailRecord) => state === 'missing' || state === 'wrong';

/** Where each record stands. */
export interface RecordNames {
  dkim: string;
  send: string;
  dmarc: string[];
}

/** The names under which the records of a domain of Resend’s stand. */
export function recordNames(domain: string): RecordNames {
  const labels = domain.split('.');
  const above = labels.map((_, index) => labels.slice(index)).filter((rest) => rest.length > 1);
  return {
    dkim: `resend._domainkey.${domain}`,
    send: `send.${domain}`,
    dmarc: above.map((rest) => `_dmarc.${rest.join('.')}`),
  };
}

/** The domain of a From; null where it names none. */
export function domainOf(from: string): string | null {
  return /@([a-z0-9.-]+\.[a-z0-9-]+)>?\s*$/i.exec(from)?.[1]?.toLowerCase() ?? null;
}

const POLICY = /;\s*p\s*=\s*(none|quarantine|reject)\b/i;

/** What stands and what should. */
export function judge(names: RecordNames, asked: Asked): MailRecord[] {
  const record = (
    what: MailRecord['what'],
    name: string,
    found: string[] | null,
    ours: RegExp,
    good: RegExp,
    wanted: string,
  ): MailRecord => {
    if (found === null) return { what, name, state: 'unknown', found: null, wanted };
    const first = found.find((text) => ours.test(text));
    if (first === undefined) return { what, name, state: 'missing', found: null, wanted };
    return { what, name, state: good.test(first) ? 'well' : 'wrong', found: first, wanted };
  };
  const nearest = asked.dmarc.findIndex((found) => found?.some((text) => /^v=dmarc1/i.test(text)));
  const unanswered = asked.dmarc.some((found) => found === null);
  return [
    record(
      'DKIM',
      names.dkim,
      asked.dkim,
      /p=/i,
      /p=[A-Za-z0-9+/]{64}/,
      'a TXT with the public key that Resend shows',
    ),
    record(
      'SPF',
      names.send,
      asked.spf,
      /^v=spf1/i,
      /include:amazonses\.com/i,
      'a TXT: v=spf1 include:amazonses.com ~all',
    ),
    record(
      'Return path',
      names.send,
      asked.returnPath,
      /./,
      /feedback-smtp\..+\.amazonses\.com/i,
      'an MX to the feedback-smtp host that Resend shows',
    ),
    record(
      'DMARC',
      names.dmarc[Math.max(nearest, 0)] ?? '',
      nearest < 0 && unanswered ? null : (asked.dmarc[Math.max(nearest, 0)] ?? []),
      /^v=dmarc1/i,
      POLICY,
      'a TXT: v=DMARC1; p=none; with rua=mailto: and an address that you read',
    ),
  ];
}
