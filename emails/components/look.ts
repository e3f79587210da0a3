import type { CSSProperties } from 'react';

// The colors are those of src/web/ui/tokens.css, which a test holds them to.
const PAPER = '#f6f1e7';
const INK = '#26221d';
const SOFT = '#5c5449';
const CLAY = '#9a4325';
const RULE = '#dacfbc';
// Visible on both grounds.
const BAR = '#8b7f6d';

// No web fonts in mail: readers without these get their own serif.
const SERIF = "Georgia, 'Iowan Old Style', 'Times New Roman', serif";

/**
 * What can't stand on an element: fonts for Outlook, and the dark colours. A client that strips it
 * keeps the light colours, which are complete, ground and ink, on the elements themselves.
 */
export const STYLESHEET = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
body,td,p,li,h1,h2,h3,a{font-family:${SERIF}}
sup{line-height:0}
@media (prefers-color-scheme:dark){
.paper{background-color:#1c1916!important}
.ink{color:#ebe3d5!important}
.soft{color:#b8ad9c!important}
.rule{border-color:#3c362f!important}
.button{background-color:#e5977a!important;color:#1f1612!important}
a{color:#f0b29a!important}
}
`;

const READING = { fontSize: '17px', lineHeight: '1.6' } satisfies CSSProperties;

export const look = {
  body: { margin: 0, padding: 0, backgroundColor: PAPER },
  page: { backgroundColor: PAPER, padding: '28px 16px 40px' },
  column: { maxWidth: '100%', margin: '0 auto' },
  cell: { fontFamily: SERIF, ...READING, color: INK, overflowWrap: 'anywhere' },
  masthead: { margin: '0 0 36px', padding: '0 0 12px', borderBottom: `1px solid ${RULE}` },
  name: { color: CLAY, fontSize: '18px', fontWeight: 'bold', textDecoration: 'none' },
  kicker: { margin: '0 0 8px', fontSize: '16px', color: SOFT },
  title: { margin: '0 0 24px', fontSize: '30px', lineHeight: '1.2', fontWeight: 'normal' },
  lead: { margin: '0 0 18px', fontSize: '20px', lineHeight: '1.5', fontStyle: 'italic' },
  rule: { border: 0, borderTop: `1px solid ${RULE}`, margin: '40px 0 28px' },
  footer: { fontSize: '16px', lineHeight: '1.5', color: SOFT },
  buttonRow: { margin: '8px 0 26px' },
  button: {
    backgroundColor: CLAY,
    color: '#fffaf2',
    borderRadius: '6px',
    padding: '14px 24px',
    fontSize: '18px',
  },
  link: { color: CLAY },
  paragraph: { margin: '0 0 18px' },
  heading: { margin: '38px 0 14px', fontSize: '22px', lineHeight: '1.3', fontWeight: 'bold' },
  subheading: { margin: '28px 0 10px', fontSize: '18px', lineHeight: '1.3', fontWeight: 'bold' },
  quote: { margin: '0 0 22px', padding: '4px 0 1px 18px', borderLeft: `3px solid ${BAR}` },
  turn: { margin: '0 0 12px' },
  aside: { margin: '0 0 12px', color: SOFT },
  list: { margin: '0 0 18px', padding: '0 0 0 28px' },
  item: { margin: '0 0 10px' },
  reference: { margin: '0 0 12px', fontSize: '16px', lineHeight: '1.5' },
  cite: { fontSize: '13px' },
} satisfies Record<string, CSSProperties>;
