import type { Builder } from '../../provider/findings.ts';

/** A site builder, and what it lets somebody paste. */
interface SiteBuilder {
  name: string;
  /** By what `findings.ts` tells it from its pages. */
  of: Builder[];
  how: string;
  /** A page that treats the form as this builder does: its picture's name, and what is seen on it. */
  picture?: [name: string, alt: string];
}

/** What was read of each when this page was written; a builder changes its plans more often than we look. */
export const BUILDERS: SiteBuilder[] = [
  {
    name: 'WordPress of your own',
    of: ['wordpress'],
    how: 'Paste the script into a “Custom HTML” block. WordPress keeps scripts and frames only from people whom it trusts with unfiltered HTML: administrators and editors, and in a network of sites its super admins alone. If yours were taken out on saving, have one of them save the page. Plugins that cache or optimize may move the script; the form finds its place again by the line that comes with it.',
    picture: [
      'wordpress',
      'The form in a narrow column of serif letters, as a theme of WordPress sets them.',
    ],
  },
  {
    name: 'WordPress without scripts or plugins',
    of: ['wordpress'],
    how: 'Where your role or your plan keeps neither, a plain form is taken out as well. Put a button or a link to your page with us.',
  },
  {
    name: 'Squarespace',
    of: ['squarespace'],
    how: 'Paste the script into a code block in the page. Whether it may hold scripts depends on your plan. If yours leaves them out, use the link.',
    picture: [
      'code-block',
      'The form in a code block on a cream-colored page, in its own sans-serif letters.',
    ],
  },
  {
    name: 'Webflow',
    of: ['webflow'],
    how: 'Paste the script into a code embed element, and look at it on the published site: the preview stands on another host, where the form shows a link instead. Whether custom code runs depends on your plan. If it does not, use the link.',
  },
  {
    name: 'Moodle',
    of: ['moodle'],
    how: 'A “Page” in a course is shown as its teacher wrote it, unless your Moodle cleans it; most other text is cleaned, and what is left of a script is nothing. If a frame stays, use the frame: without its script it keeps the height that is written in it. Otherwise use the link, which the “URL” resource shows as well as any text.',
    picture: ['moodle', 'The form on a white page of a Moodle course.'],
  },
  {
    name: 'Wix and Google Sites',
    of: ['wix', 'google-sites'],
    how: 'Both put code that you paste into a frame on a host of their own, so that the form is not on your site any more and shows a link instead, which opens the course in a tab of its own. Place the link yourself, as a button: it looks better.',
    picture: [
      'wix',
      'A small underlined link in the frame, and below it the same link as a large dark button of the page’s own.',
    ],
  },
  {
    name: 'Notion',
    of: ['notion'],
    how: 'It runs no script of yours. Use the link.',
    picture: [
      'notion',
      'The link in a box with a thin border, and below it an embed block that stays empty.',
    ],
  },
  {
    name: 'Mailchimp landing pages',
    of: ['mailchimp'],
    how: 'We have found nothing that says whether they run a script of yours. Use the link.',
  },
];

/** What helps on pages of a kind; all of them where it could not be told. */
export const buildersOf = (builder: Builder | null): SiteBuilder[] =>
  BUILDERS.filter(({ of }) => builder === null || of.includes(builder));
