import type { Room } from '../../staff/staff.ts';
import type { Cookie } from '../middleware/cookies.ts';

/** What pages of a room are called, and where they are. */
export interface RoomPages {
  room: Room;
  /** The front page; all others are below it. */
  front: '/portal' | '/operator';
  cookie: Cookie;
  /** In a sentence: "Enter the portal". */
  name: string;
}

export const PORTAL_PAGES: RoomPages = {
  room: 'portal',
  front: '/portal',
  cookie: 'portal',
  name: 'the portal',
};

export const CONSOLE_PAGES: RoomPages = {
  room: 'console',
  front: '/operator',
  cookie: 'operator',
  name: 'the console',
};
