import type { CSSProperties } from 'react';

// The colors are those of src/web/ui/tokens.css, which a test holds them to.
const PAPER = '#f6f1e7';
const RAISED = '#fdfaf4';
const SUNK = '#efe7d8';
const INK = '#26221d';
const SOFT = '#5c5449';
const CLAY = '#9a4325';
const CUSHION = '#ad4e2e';
const LINE = '#dacfbc';

// No web fonts in mail: readers without these get their own serif.
const SERIF = "Georgia, 'Iowan Old Style', 'Times New Roman', serif";
const SANS = "-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";

/** The column of a mail, in pixels: about 66 characters of its text. */
export const COLUMN = 560;

/**
 * What can't stand on an element: fonts for Outlook, whose tables inherit none, and the dark colors. A
 * program that strips it keeps the light colors, which are complete, ground and ink, on the elements.
 */
export const STYLESHEET = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
body,td,p,li,h1,h2,h3,a{font-family:${SERIF}}
.sans,.sans p,.sans a{font-family:${SANS}}
sup{line-height:0}
@media (prefers-color-scheme:dark){
.paper{background-color:#1c1916 !important}
.raised{background-color:#26221e !important}
.sunk{background-color:#2d2823 !important}
.ink{color:#ebe3d5 !important}
.soft{color:#b8ad9c !important}
.clay{color:#e5977a !important}
.line{border-color:#3c362f !important}
.card{border-color:#c56c48 #3c362f #3c362f !important}
.on{background-color:#c56c48 !important}
.off{background-color:#3c362f !important}
.button{background-color:#e5977a !important;color:#1f1612 !important}
a{color:#f0b29a !important}
}
`;

const READING = { fontSize: '18px', lineHeight: '1.6' } satisfies CSSProperties;
const SMALL = { fontFamily: SANS, fontSize: '16px', lineHeight: '1.5' } satisfies CSSProperties;

export const look = {
  body: { margin: 0, padding: 0, backgroundColor: PAPER },
  ground: { backgroundColor: PAPER },
  page: { padding: '20px 16px 40px' },
  column: { maxWidth: `${COLUMN}px` },
  masthead: { padding: '0 0 16px' },
  name: { color: INK, fontSize: '20px', fontWeight: 'bold', textDecoration: 'none' },
  mark: { border: 0, verticalAlign: 'middle' },
  offered: { ...SMALL, color: SOFT },
  place: { ...SMALL, padding: '0 0 16px', color: SOFT },
  drawing: {
    display: 'block',
    width: '100%',
    maxWidth: `${COLUMN}px`,
    height: 'auto',
    border: 0,
    fontSize: '16px',
    lineHeight: '1.5',
    fontStyle: 'italic',
    color: SOFT,
  },
  floor: { height: '3px', fontSize: 0, lineHeight: 0, backgroundColor: LINE },
  weekHad: { height: '4px', fontSize: 0, lineHeight: 0, backgroundColor: CUSHION },
  weekToCome: { height: '4px', fontSize: 0, lineHeight: 0, backgroundColor: LINE },
  gap: { fontSize: 0, lineHeight: 0 },
  cell: {
    fontFamily: SERIF,
    ...READING,
    color: INK,
    padding: '30px 0 0',
    wordBreak: 'break-word',
  },
  kicker: { ...SMALL, margin: '0 0 6px', color: SOFT },
  title: { margin: '0 0 22px', fontSize: '32px', lineHeight: '1.2', fontWeight: 'normal' },
  lead: { margin: '0 0 22px', fontSize: '21px', lineHeight: '1.45', fontStyle: 'italic' },
  rule: { border: 0, borderTop: `1px solid ${LINE}`, margin: '32px 0' },
  buttonRow: { margin: '10px 0 28px' },
  button: {
    fontFamily: SANS,
    backgroundColor: CLAY,
    color: '#fffaf2',
    borderRadius: '6px',
    padding: '14px 24px',
    fontSize: '18px',
  },
  link: { color: CLAY },
  /** A link that stands alone: as tall as a thumb. */
  tap: { display: 'inline-block', padding: '10px 0', color: CLAY },
  tapRow: { margin: '0 0 12px' },
  paragraph: { margin: '0 0 20px' },
  heading: { margin: '40px 0 14px', fontSize: '24px', lineHeight: '1.3', fontWeight: 'bold' },
  subheading: { margin: '28px 0 10px', fontSize: '19px', lineHeight: '1.3', fontWeight: 'bold' },
  quote: { margin: '0 0 24px', padding: 0 },
  /** A conversation. */
  scene: {
    borderLeft: `4px solid ${CUSHION}`,
    backgroundColor: RAISED,
    padding: '18px 18px 6px 20px',
    ...READING,
    color: INK,
  },
  /** Figures, or somebody’s words. */
  box: {
    backgroundColor: SUNK,
    padding: '16px 20px 4px',
    fontSize: '17px',
    lineHeight: '1.55',
    color: INK,
  },
  turn: { margin: '0 0 12px' },
  aside: { margin: '0 0 12px', color: SOFT },
  list: { margin: '0 0 20px', padding: '0 0 0 28px' },
  item: { margin: '0 0 10px' },
  card: {
    borderCollapse: 'separate',
    backgroundColor: RAISED,
    border: `1px solid ${LINE}`,
    borderTop: `4px solid ${CUSHION}`,
    borderRadius: '6px',
  },
  cardCell: { padding: '20px 22px 8px', ...READING, color: INK },
  cardLabel: { ...SMALL, margin: 0, color: SOFT },
  cardHeading: { margin: '4px 0 14px', fontSize: '24px', lineHeight: '1.3', fontWeight: 'bold' },
  number: { width: '34px', padding: '0 0 14px', fontSize: '26px', lineHeight: '1.1', color: CLAY },
  step: { padding: '0 0 14px', ...READING, color: INK },
  space: { fontSize: 0, lineHeight: 0, height: '24px' },
  signed: { borderTop: `1px solid ${LINE}`, padding: '20px 0 0' },
  signature: { margin: '0 0 14px', fontSize: '19px', lineHeight: '1.4', fontStyle: 'italic' },
  foot: { ...SMALL, color: SOFT },
  referencesHeading: {
    margin: '40px 0 12px',
    fontSize: '18px',
    lineHeight: '1.3',
    fontWeight: 'bold',
  },
  references: { margin: '0 0 20px', padding: '0 0 0 28px', fontSize: '16px', color: SOFT },
  reference: { margin: '0 0 8px', fontSize: '16px', lineHeight: '1.45' },
  footer: { ...SMALL, borderTop: `1px solid ${LINE}`, padding: '22px 0 0', color: SOFT },
  cite: { fontSize: '13px' },
} satisfies Record<string, CSSProperties>;
