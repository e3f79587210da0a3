import { run } from '@zootools/email-spell-checker';

/** Where most people have their address: what a domain that is nearly one of these was meant to be. */
const MAILBOXES = [
  'gmail.com',
  'googlemail.com',
  'hotmail.com',
  'hotmail.co.uk',
  'outlook.com',
  'yahoo.com',
  'yahoo.co.uk',
  'icloud.com',
  'protonmail.com',
  'fastmail.com',
  'rocketmail.com',
  'comcast.net',
  'verizon.net',
  'bellsouth.net',
  'sbcglobal.net',
];

/** What is nearly one of them and somebody's mailbox all the same. */
const NEIGHBORS =
  /^(e|y)?mail\.com$|^(yahoo|hotmail|outlook)\.((?!co$|cm$|om$)[a-z]{2}(\.[a-z]{2})?|com\.[a-z]{2})$/;

/** Letters that may differ, as the library weighs them (sift3). */
const FAR = 2;

/**
 * The address that was probably meant, where its domain looks like a slip of the keyboard; null where
 * nothing is to be asked. It is a question, never a reason to refuse an address.
 *
 * @param typed an address as it was typed
 */
export function meantAddress(typed: string): string | null {
  const [local, domain, ...more] = typed.trim().split('@');
  if (!local || !domain || more.length > 0 || NEIGHBORS.test(domain.toLowerCase())) return null;
  const near = run({
    email: `a@${domain}`,
    domains: MAILBOXES,
    domainThreshold: FAR,
    topLevelDomains: [],
    secondLevelDomains: [],
  });
  return near ? `${local}@${near.domain}` : null;
}

/** Whether a domain is one that may have been meant: nothing else is asked about. */
export function isMailbox(domain: string): boolean {
  return MAILBOXES.includes(domain);
}
