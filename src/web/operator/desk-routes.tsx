import { operatorAt } from '../../staff/read-session.ts';
import type { OperatorRole } from '../../staff/staff.ts';
import { cookieOf } from '../middleware/cookies.ts';
import { mount } from '../staff/mount.tsx';
import { ownRoutes } from '../staff/own.tsx';
import { CONSOLE_PAGES } from '../staff/rooms.ts';
import { capPage, changeTheCap } from './cap.tsx';
import {
  certificatePage,
  certificatesPage,
  forgetIt,
  replaceIt,
  sureToForget,
  sureToWithdraw,
  withdrawIt,
} from './certificate.tsx';
import { type C, type Console, type ConsoleRoute, consolePage } from './console.tsx';
import { coursePage, mailFrame, mailOfCoursePage } from './course.tsx';
import { goodbyesPage } from './goodbyes.tsx';
import { healthPage } from './health.tsx';
import { keepingPage, noteTheBackup, restorePage } from './keeping.tsx';
import { logPage } from './log.tsx';
import { haltMail, liftMail, mailPage, settleMail, wakeMail } from './mail.tsx';
import { pauseIt, providerPage, providersPage, resumeIt } from './offer.tsx';
import { addressPage, findPage, liftAddress, peoplePage, suppressAddress } from './people.tsx';
import {
  eraseThem,
  liftThem,
  nextForThem,
  personPage,
  resendThem,
  resumeThem,
  suppressThem,
  sureToErase,
  unsubscribeThem,
} from './person.tsx';
import { rehearsalPage } from './rehearsal.tsx';
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

const PERSON = '/operator/people/:sub';
const PROVIDER = '/operator/providers/:slug';
const CERTIFICATE = '/operator/certificates/:number';

/** What is done on a page: each is an address below it, and the page says what came to nothing. */
const posts = (
  below: string,
  role: OperatorRole,
  page: (c: C) => Response | Promise<Response>,
  acts: Record<string, (c: C) => Promise<Response>>,
): ConsoleRoute[] =>
  Object.entries(acts).map(([name, act]) => ({
    method: 'POST',
    path: `${below}/${name}`,
    role,
    handle: act,
    again: page,
  }));

/** Every page of the console, with the least role that may. */
export const CONSOLE: readonly ConsoleRoute[] = [
  { method: 'GET', path: '/operator', role: 'reader', nav: 'Today', handle: todayPage },
  { method: 'GET', path: '/operator/mail', role: 'reader', nav: 'Mail', handle: mailPage },
  ...posts('/operator/mail', 'helper', mailPage, {
    halt: haltMail,
    lift: liftMail,
    settle: settleMail,
    wake: wakeMail,
  }),
  { method: 'GET', path: '/operator/people', role: 'reader', nav: 'People', handle: peoplePage },
  ...posts('/operator', 'reader', peoplePage, { find: findPage }),
  ...posts('/operator/people', 'helper', addressPage, {
    suppress: suppressAddress,
    lift: liftAddress,
  }),
  { method: 'GET', path: PERSON, role: 'reader', handle: personPage },
  ...posts(PERSON, 'helper', personPage, {
    unsubscribe: unsubscribeThem,
    suppress: suppressThem,
    lift: liftThem,
    resume: resumeThem,
    resend: resendThem,
  }),
  ...posts(PERSON, 'owner', personPage, { next: nextForThem }),
  {
    method: 'POST',
    path: `${PERSON}/erase`,
    role: 'helper',
    sure: sureToErase,
    handle: eraseThem,
    again: personPage,
  },
  {
    method: 'GET',
    path: '/operator/providers',
    role: 'reader',
    nav: 'Providers',
    handle: providersPage,
  },
  { method: 'GET', path: PROVIDER, role: 'reader', handle: providerPage },
  ...posts(PROVIDER, 'helper', providerPage, { pause: pauseIt, resume: resumeIt }),
  {
    method: 'GET',
    path: '/operator/certificates',
    role: 'helper',
    nav: 'Certificates',
    handle: certificatesPage,
  },
  { method: 'GET', path: CERTIFICATE, role: 'helper', handle: certificatePage },
  ...posts(CERTIFICATE, 'helper', certificatePage, { replace: replaceIt }),
  {
    method: 'POST',
    path: `${CERTIFICATE}/withdraw`,
    role: 'helper',
    sure: sureToWithdraw,
    handle: withdrawIt,
    again: certificatePage,
  },
  {
    method: 'POST',
    path: `${CERTIFICATE}/forget`,
    role: 'helper',
    sure: sureToForget,
    handle: forgetIt,
    again: certificatePage,
  },
  { method: 'GET', path: '/operator/course', role: 'reader', nav: 'Course', handle: coursePage },
  { method: 'GET', path: '/operator/course/:n', role: 'reader', handle: mailOfCoursePage },
  { method: 'GET', path: '/operator/course/:n/mail', role: 'reader', handle: mailFrame },
  {
    method: 'GET',
    path: '/operator/rehearsal',
    role: 'owner',
    nav: 'Rehearsal',
    handle: rehearsalPage,
  },
  {
    method: 'GET',
    path: '/operator/goodbyes',
    role: 'helper',
    nav: 'Goodbyes',
    handle: goodbyesPage,
  },
  { method: 'GET', path: '/operator/health', role: 'reader', nav: 'Health', handle: healthPage },
  { method: 'GET', path: '/operator/cap', role: 'reader', nav: 'Cap', handle: capPage },
  { method: 'POST', path: '/operator/cap', role: 'owner', handle: changeTheCap, again: capPage },
  { method: 'GET', path: '/operator/keeping', role: 'reader', nav: 'Keeping', handle: keepingPage },
  { method: 'GET', path: '/operator/keeping/restore', role: 'reader', handle: restorePage },
  ...posts('/operator/keeping', 'helper', keepingPage, { noted: noteTheBackup }),
  { method: 'GET', path: '/operator/log', role: 'reader', nav: 'Log', handle: logPage },
  { method: 'GET', path: '/operator/team', role: 'owner', nav: 'Team', handle: teamPage },
  {
    method: 'POST',
    path: '/operator/team/add',
    role: 'owner',
    sure: sureToAppoint,
    handle: appoint,
    again: teamPage,
  },
  {
    method: 'POST',
    path: '/operator/team/:id/role',
    role: 'owner',
    sure: sureToChange,
    handle: changeRole,
    again: teamPage,
  },
  {
    method: 'POST',
    path: '/operator/team/:id/remove',
    role: 'owner',
    sure: sureToRemove,
    handle: removeOperatorPage,
    again: teamPage,
  },
];

export const consoleRoutes = mount<Console, OperatorRole>({
  pages: CONSOLE_PAGES,
  routes: CONSOLE,
  own: ownRoutes(CONSOLE_PAGES),
  async admit(c) {
    const held = cookieOf(c, CONSOLE_PAGES.cookie);
    const operator = await operatorAt(c.var.ctx, held);
    if (typeof operator === 'string') return operator;
    c.set('operator', operator);
    c.set('actor', `operator:${operator.staffId.toString(36)}`);
    c.set('nav', CONSOLE);
    return operator;
  },
  page: (c, title, status, children) => consolePage(c, { title, status }, children),
});
