import type { Context as HonoContext } from 'hono';
import { operatorAt } from '../../staff/read-session.ts';
import type { OperatorRole } from '../../staff/staff.ts';
import type { App } from '../middleware/context.ts';
import { cookieOf } from '../middleware/cookies.ts';
import { mount } from '../staff/mount.tsx';
import { ownRoutes } from '../staff/own.tsx';
import { CONSOLE_PAGES } from '../staff/rooms.ts';
import { type Console, type ConsoleRoute, consolePage } from './console.tsx';
import {
  appoint,
  changeRole,
  removeOperatorPage,
  sureToAppoint,
  sureToChange,
  sureToRemove,
  teamPage,
} from './team.tsx';
import { todayPage } from './today.tsx';

/** Every page of the console, with the least role that may. */
export const CONSOLE: readonly ConsoleRoute[] = [
  { method: 'GET', path: '/operator', role: 'reader', nav: 'Today', handle: todayPage },
  { method: 'GET', path: '/operator/team', role: 'owner', nav: 'Team', handle: teamPage },
  {
    method: 'POST',
    path: '/operator/team/add',
    role: 'owner',
    sure: sureToAppoint,
    handle: appoint,
  },
  {
    method: 'POST',
    path: '/operator/team/:id/role',
    role: 'owner',
    sure: sureToChange,
    handle: changeRole,
  },
  {
    method: 'POST',
    path: '/operator/team/:id/remove',
    role: 'owner',
    sure: sureToRemove,
    handle: removeOperatorPage,
  },
];

export const consoleRoutes = mount<Console, OperatorRole>({
  pages: CONSOLE_PAGES,
  routes: CONSOLE,
  own: ownRoutes(CONSOLE_PAGES),
  async admit(c) {
    const held = cookieOf(c as unknown as HonoContext<App>, CONSOLE_PAGES.cookie);
    const operator = await operatorAt(c.var.ctx, held);
    if (typeof operator === 'string') return operator;
    c.set('operator', operator);
    c.set('actor', `operator:${operator.staffId.toString(36)}`);
    c.set('nav', CONSOLE);
    return operator;
  },
  page: (c, title, status, children) => consolePage(c, { title, status }, children),
});
