import sanitize from 'sanitize-html';

/**
 * What site builders leave of pasted HTML. Attributes are kept more freely than they do: a test here must
 * not pass because of one that they would have taken out too.
 */

/**
 * WordPress, for whoever may not post unfiltered HTML: the list of tags of wp-includes/kses.php, which has
 * neither script nor iframe, form or input, and no element of one's own.
 */
const KSES = [
  ...[
    'a',
    'abbr',
    'address',
    'article',
    'aside',
    'b',
    'blockquote',
    'br',
    'button',
    'caption',
    'cite',
  ],
  ...[
    'code',
    'dd',
    'div',
    'dl',
    'dt',
    'em',
    'fieldset',
    'figcaption',
    'figure',
    'font',
    'footer',
    'h1',
  ],
  ...[
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'header',
    'hr',
    'i',
    'img',
    'label',
    'legend',
    'li',
    'main',
    'mark',
  ],
  ...[
    'nav',
    'ol',
    'p',
    'pre',
    'q',
    's',
    'section',
    'small',
    'span',
    'strong',
    'sub',
    'sup',
    'table',
  ],
  ...['tbody', 'td', 'th', 'thead', 'tr', 'u', 'ul'],
];

/**
 * Moodle, for texts that it cleans by HTML Purifier (lib/weblib.php, `purify_html`): HTML for reading, without
 * scripts, frames and forms. Its list is not copied: this one is at most as long.
 */
const PURIFIER = KSES.filter((tag) => !['button', 'fieldset', 'label', 'legend'].includes(tag));

const keeping = (allowedTags: string[]) => (html: string) =>
  sanitize(html, {
    allowedTags,
    allowedAttributes: { a: ['href', 'rel', 'target', 'download'], '*': ['class', 'title'] },
  });

export const cleaners = { wordpress: keeping(KSES), moodle: keeping(PURIFIER) };
