import { DAY, HOUR, MINUTE, type Seconds } from '../clock.ts';
import type { entries, members, operators } from '../db/schema.ts';
import { DomainError } from '../errors.ts';

export type Room = typeof entries.$inferSelect.room;
export type MemberRole = typeof members.$inferSelect.role;
export type OperatorRole = typeof operators.$inferSelect.role;

/** Roles of each room, the least first: one may do what those before it may. */
const ROLES = {
  portal: ['viewer', 'owner'],
  console: ['reader', 'helper', 'owner'],
} as const satisfies { portal: readonly MemberRole[]; console: readonly OperatorRole[] };

/** Whether somebody of this role may do what needs that one. */
export function reaches(room: Room, role: string, needed: string): boolean {
  const roles: readonly string[] = ROLES[room];
  return roles.indexOf(role) >= roles.indexOf(needed) && roles.includes(role);
}

/** @throws DomainError `bad-input` (field `role`) */
export function parseRole<R extends Room>(room: R, typed: string): (typeof ROLES)[R][number] {
  const role = ROLES[room].find((known) => known === typed);
  if (role) return role;
  throw new DomainError('bad-input', `The role must be ${ROLES[room].join(' or ')}.`, 'role');
}

/** How long a link or digits that were asked for live, in seconds. */
export const ENTRY_LIFETIME: Seconds = 15 * MINUTE;

/** How often digits may be tried on one entry. */
export const TRIES = 5;

/**
 * Mails with a way in for one address: what browsers that never entered may cause together, and what each
 * one that has may cause by itself.
 */
export const ENTER_CAP = { hour: 5, day: 10 };

/** Digits that one session may ask for. */
export const SURE_CAP = { hour: 10 };

/** Invitations of one provider's owners in 24 hours. */
export const INVITES_A_DAY = 20;

/** How long an entry is kept after its end, in seconds: the caps count it for a day. */
export const ENTRY_KEPT: Seconds = DAY;

/** How long a browser stays in unseen, and how long in all, in seconds of machine time. */
export const SESSION: Record<Room, { idle: Seconds; whole: Seconds }> = {
  portal: { idle: 7 * DAY, whole: 30 * DAY },
  console: { idle: 12 * HOUR, whole: 7 * DAY },
};

/** A session is seen to the hour, so that a page is a read. */
export const SEEN_EVERY: Seconds = HOUR;

/** Digits as they were typed, with whatever stands between them; null where they are not eight. */
export function parseDigits(typed: string): string | null {
  const digits = typed.normalize('NFKC').replace(/[\s.-]/g, '');
  return /^\d{8}$/.test(digits) ? digits : null;
}

/** An address of which whoever holds a link learns no more than its owner needs: `j•••@harbor.example`. */
export function maskedAddress(email: string): string {
  const at = email.lastIndexOf('@');
  return `${[...email][0] ?? ''}•••${email.slice(at)}`;
}

/** Which browser it is, by what it says of itself: for its owner, who looks for one they do not know. */
export function agentOf(userAgent: string): string {
  const browser =
    (
      [
        [/Edg\//, 'Edge'],
        [/Firefox\//, 'Firefox'],
        [/Chrome\//, 'Chrome'],
        [/Safari\//, 'Safari'],
      ] as const
    ).find(([pattern]) => pattern.test(userAgent))?.[1] ?? 'A browser';
  const system = (
    [
      [/iPhone|iPad/, 'an iPhone or iPad'],
      [/Android/, 'Android'],
      [/Windows/, 'Windows'],
      [/Mac OS X/, 'a Mac'],
      [/Linux/, 'Linux'],
    ] as const
  ).find(([pattern]) => pattern.test(userAgent))?.[1];
  return system ? `${browser} on ${system}` : browser;
}
