import { memberAt } from '../../staff/read-session.ts';
import type { MemberRole } from '../../staff/staff.ts';
import { cookieOf } from '../middleware/cookies.ts';
import { PICTURE } from '../middleware/form.ts';
import { mount } from '../staff/mount.tsx';
import { ownRoutes } from '../staff/own.tsx';
import { PORTAL_PAGES } from '../staff/rooms.ts';
import { adoptionPage, adoptionText } from './adoption.tsx';
import { brokerPage, downloadBroker, markUploaded } from './broker.tsx';
import { creditPage, downloadReport, release } from './credit.tsx';
import { dataPage, dataText } from './data.tsx';
import { evaluationPage } from './evaluation.tsx';
import { builderPage, previewPage } from './form.tsx';
import { homePage } from './home.tsx';
import { forgetPage, installedPage, lookAtPage } from './installed.tsx';
import { endOldKey, keysPage, replaceKey } from './keys.tsx';
import { logPage } from './log.tsx';
import { changeLooks, giveLogo, looksPage, removeLogo } from './looks.tsx';
import { changeRole, invite, peoplePage, removePerson, sureToRemove } from './people.tsx';
import { type Portal, type PortalRoute, portalPage } from './portal.tsx';
import { recordPage, recordTextPage } from './record.tsx';
import { downloadRoster, findLine, rosterPage } from './roster.tsx';
import { addSite, removeSite, sitesPage } from './sites.tsx';

/** Every page of the portal that belongs to a provider, with the least role that may. */
export const PORTAL: readonly PortalRoute[] = [
  { method: 'GET', path: '/portal/:slug', role: 'viewer', nav: 'Home', handle: homePage },
  {
    method: 'GET',
    path: '/portal/:slug/roster',
    role: 'viewer',
    nav: 'Roster',
    handle: rosterPage,
  },
  {
    method: 'POST',
    path: '/portal/:slug/find',
    role: 'viewer',
    handle: findLine,
    again: rosterPage,
  },
  { method: 'POST', path: '/portal/:slug/export', role: 'viewer', handle: downloadRoster },
  {
    method: 'GET',
    path: '/portal/:slug/credit',
    role: 'viewer',
    nav: 'Certificates',
    handle: creditPage,
  },
  {
    method: 'POST',
    path: '/portal/:slug/credit/release',
    role: 'owner',
    handle: release,
    again: creditPage,
  },
  { method: 'POST', path: '/portal/:slug/credit/report', role: 'viewer', handle: downloadReport },
  { method: 'GET', path: '/portal/:slug/credit/ce-broker', role: 'viewer', handle: brokerPage },
  {
    method: 'POST',
    path: '/portal/:slug/credit/ce-broker',
    role: 'viewer',
    handle: downloadBroker,
    again: brokerPage,
  },
  { method: 'POST', path: '/portal/:slug/credit/reported', role: 'viewer', handle: markUploaded },
  {
    method: 'GET',
    path: '/portal/:slug/credit/evaluation',
    role: 'viewer',
    handle: evaluationPage,
  },
  {
    method: 'GET',
    path: '/portal/:slug/credit/certificates/:number',
    role: 'viewer',
    handle: recordPage,
  },
  {
    method: 'GET',
    path: '/portal/:slug/credit/certificates/:number/lessons/:lesson',
    role: 'viewer',
    handle: recordTextPage,
  },
  { method: 'GET', path: '/portal/:slug/form', role: 'viewer', nav: 'Form', handle: builderPage },
  { method: 'GET', path: '/portal/:slug/form/preview', role: 'viewer', handle: previewPage },
  {
    method: 'GET',
    path: '/portal/:slug/installed',
    role: 'viewer',
    nav: 'Is it installed?',
    handle: installedPage,
  },
  {
    method: 'POST',
    path: '/portal/:slug/installed',
    role: 'owner',
    handle: lookAtPage,
    again: installedPage,
  },
  { method: 'POST', path: '/portal/:slug/forget', role: 'owner', handle: forgetPage },
  { method: 'GET', path: '/portal/:slug/looks', role: 'viewer', nav: 'Looks', handle: looksPage },
  {
    method: 'POST',
    path: '/portal/:slug/looks',
    role: 'owner',
    handle: changeLooks,
    again: looksPage,
  },
  {
    method: 'POST',
    path: '/portal/:slug/logo',
    role: 'owner',
    body: PICTURE,
    handle: giveLogo,
    again: looksPage,
  },
  { method: 'POST', path: '/portal/:slug/logo/remove', role: 'owner', handle: removeLogo },
  { method: 'GET', path: '/portal/:slug/keys', role: 'viewer', nav: 'Keys', handle: keysPage },
  {
    method: 'POST',
    path: '/portal/:slug/rotate',
    role: 'owner',
    handle: replaceKey,
    again: keysPage,
  },
  {
    method: 'POST',
    path: '/portal/:slug/end-key',
    role: 'owner',
    handle: endOldKey,
    again: keysPage,
  },
  { method: 'GET', path: '/portal/:slug/sites', role: 'viewer', nav: 'Sites', handle: sitesPage },
  {
    method: 'POST',
    path: '/portal/:slug/sites/add',
    role: 'owner',
    handle: addSite,
    again: sitesPage,
  },
  {
    method: 'POST',
    path: '/portal/:slug/sites/remove',
    role: 'owner',
    handle: removeSite,
    again: sitesPage,
  },
  {
    method: 'GET',
    path: '/portal/:slug/people',
    role: 'viewer',
    nav: 'People',
    handle: peoplePage,
  },
  {
    method: 'POST',
    path: '/portal/:slug/people/invite',
    role: 'owner',
    handle: invite,
    again: peoplePage,
  },
  {
    method: 'POST',
    path: '/portal/:slug/people/:id/role',
    role: 'owner',
    handle: changeRole,
    again: peoplePage,
  },
  {
    method: 'POST',
    path: '/portal/:slug/people/:id/remove',
    role: 'viewer',
    sure: sureToRemove,
    handle: removePerson,
    again: peoplePage,
  },
  { method: 'GET', path: '/portal/:slug/adoption', role: 'viewer', handle: adoptionPage },
  { method: 'GET', path: '/portal/:slug/adoption/:file', role: 'viewer', handle: adoptionText },
  { method: 'GET', path: '/portal/:slug/log', role: 'viewer', nav: 'Log', handle: logPage },
  { method: 'GET', path: '/portal/:slug/data', role: 'viewer', nav: 'Data', handle: dataPage },
  { method: 'GET', path: '/portal/:slug/data/text', role: 'viewer', handle: dataText },
];

export const portalRoutes = mount<Portal, MemberRole>({
  pages: PORTAL_PAGES,
  routes: PORTAL,
  own: ownRoutes(PORTAL_PAGES),
  async admit(c) {
    const held = cookieOf(c, PORTAL_PAGES.cookie);
    const member = await memberAt(c.var.ctx, held, c.req.param('slug') ?? '');
    if (typeof member === 'string') return member;
    c.set('member', member);
    c.set('actor', `member:${member.staffId.toString(36)}`);
    c.set('nav', PORTAL);
    return member;
  },
  page: (c, title, status, children) => portalPage(c, { title, status }, children),
});
