/** What the mails to staff share: a mail is about a room, and is for nobody who takes the course. */
export interface ToStaff {
  /** What of the course it is about: a provider's name, the portal, or the console. */
  where: string;
}

export const SAMPLE_STAFF = {
  where: 'Harbor Institute',
} satisfies ToStaff;

export const SAMPLE_ROOM = 'https://intheroom.example/portal/harbor';

export const SAMPLE_ENTRY =
  'https://intheroom.example/portal/open/i.k2.8Qm3.xJt5rYcW0aLzE7nUvPd1oKf';
