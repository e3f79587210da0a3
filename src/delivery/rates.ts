/** How well mail is liked where it arrives, and from when on that is trouble. */

/** What became of the mails of some days. */
export interface Counts {
  /** Mails that the mailer took. */
  accepted: number;
  /** Of them: came back for good. */
  hard: number;
  /** Came back, and may arrive another time. */
  soft: number;
  /** Were called spam. */
  complaints: number;
}

/** `few`: too few mails to say anything. */
export type Level = 'few' | 'well' | 'amber' | 'red';

/** Under so many mails a rate says nothing. */
const MANY_ENOUGH = 100;
/** Nor do complaints before there are so many. */
const COMPLAINTS_ENOUGH = 3;

/** Shares of what was accepted, from which on a rate has a colour. Resend pauses an account at the red ones. */
const AMBER = { hard: 0.02, complaints: 0.0008 };
const RED = { hard: 0.04, complaints: 0.003 };

/** What a share of bounces or complaints means. */
export function levelOf(what: 'hard' | 'complaints', counts: Counts): Level {
  if (counts.accepted < MANY_ENOUGH) return 'few';
  if (what === 'complaints' && counts.complaints < COMPLAINTS_ENOUGH) return 'well';
  const share = counts[what] / counts.accepted;
  if (share >= RED[what]) return 'red';
  return share >= AMBER[what] ? 'amber' : 'well';
}

/** The worse of both. */
export function worst(counts: Counts): Level {
  const levels = [levelOf('hard', counts), levelOf('complaints', counts)];
  return (['red', 'amber', 'few'] as const).find((level) => levels.includes(level)) ?? 'well';
}

/** How many bounces and complaints a page looks at to say where they came from. */
export const TROUBLE_LISTED = 5000;

const FAMILIES: [name: string, domain: RegExp][] = [
  ['Gmail', /^(gmail|googlemail)\.com$/],
  ['Outlook and Hotmail', /^(outlook|hotmail|live|msn)\.[a-z.]+$/],
  ['Yahoo and AOL', /^(yahoo|ymail|rocketmail|aol)\.[a-z.]+$/],
  ['iCloud', /^(icloud|me|mac)\.com$/],
];

/** Whose mailboxes a domain's are. */
export function familyOf(domain: string | null): string {
  if (domain === null) return 'People who are gone';
  return FAMILIES.find(([, is]) => is.test(domain))?.[0] ?? 'Others';
}
