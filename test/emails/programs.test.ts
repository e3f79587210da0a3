import { join } from 'node:path';
import { caniemail, rawData } from 'caniemail';
import { describe, expect, it } from 'vitest';
import { compileEmails } from '../../emails/mails.tsx';

const { notes, weeks } = compileEmails(join(import.meta.dirname, '../../emails/lessons'));
const mails = [...notes, ...weeks.map(({ mail }) => mail)].map(({ html }) => html);

/** The mail programs that the mails are made for, Outlook for Windows with the engine of Word among them. */
const PROGRAMS = ['gmail.*', 'outlook.*', 'apple-mail.*', 'yahoo.*'];

const DARK = 'without it a program shows the light colors, which are complete on the elements';
const STYLE =
  'holds fonts for Outlook and the dark colors only; without it a mail is whole and light';
const HIDDEN = 'one of several ways by which react-email hides the preview line; the others work';
const LINE = 'sets the line apart from its neighbors a little less';

/** What some program does not do, and why a mail may ask for it all the same. */
const NOT_EVERYWHERE: Record<string, string> = {
  'color-scheme CSS property': DARK,
  'color-scheme meta tag': DARK,
  '<style> element': STYLE,
  '@media': STYLE,
  'Type selector': STYLE,
  'Class selector': STYLE,
  'Descendant combinator': STYLE,
  'display:none': HIDDEN,
  opacity: HIDDEN,
  overflow: HIDDEN,
  'max-height property': HIDDEN,
  'border-radius': 'corners are square in Word’s engine',
  'height property': 'a row is as high as its line where Yahoo makes it the least height',
  'word-break': 'an address that is longer than a phone is wide may widen the mail',
  'role attribute': 'tables are announced as tables where it is dropped; their words stay in order',
  'target attribute': 'react-email’s button has it; mail programs open links as they like',
  '<body> element': 'its ground stands on a table inside, too',
};

/** What some program does in part, and why the part is enough. */
const IN_PART: Record<string, string> = {
  ...NOT_EVERYWHERE,
  'line-height': LINE,
  'dir attribute': 'everything here reads from left to right, as without it',
  margin: 'no negative ones are used',
  padding: 'only in cells for Word’s engine, which the test below holds',
  background: 'only colors are used',
  display: 'only block, inline-block and none are used',
  'max-width': 'only of tables for Word’s engine; pictures have a width of their own there',
  'font-size': 'only in pixels',
  'font-weight': 'only normal and bold',
  'text-decoration': 'only none',
  border: 'no border is wider than 8 pixels',
  'lang attribute': 'moved to an element inside',
  'width attribute': 'of tables in percent, of pictures in pixels',
  'width property': 'of pictures, which have the attribute, too',
  'align attribute': 'of cells',
  '<ul>, <ol> and <dl>': 'no list is reversed or jumps in its numbers',
};

/** In every program since there are mails: the data set does not name it, or not by itself. */
const SINCE_EVER = {
  properties: [
    'border-left',
    'border-top',
    'color',
    'font-family',
    'font-style',
    'padding-bottom',
    'padding-left',
    'padding-right',
    'padding-top',
  ],
  elements: [
    'a',
    'br',
    'em',
    'h2',
    'head',
    'html',
    'i',
    'li',
    'meta',
    'sup',
    'tbody',
    'td',
    'title',
    'tr',
  ],
};

/** Read by one program, for it alone. */
const FOR_ONE = ['mso-font-width', 'mso-padding-alt', 'mso-text-raise', 'supported-color-schemes'];

const styles = mails.flatMap((html) => [...html.matchAll(/<([a-z0-9]+)([^>]*) style="([^"]*)"/g)]);
const declarations = styles.flatMap(([, element = '', , style = '']) =>
  style
    .replaceAll('&#x27;', '’')
    .split(';')
    .map((each) => {
      const [property = '', value = ''] = each.split(':');
      return { element, property: property.trim(), value: value.trim() };
    }),
);

/** Features of the data set that a mail uses and a program lacks, each once. */
function lacking(level: 'errors' | 'warnings'): string[] {
  const titles = mails.flatMap((html) => {
    const { issues } = caniemail({ clients: PROGRAMS as never, html });
    return [...issues[level].values()].flatMap((found) => found.map(({ title }) => title));
  });
  return [...new Set(titles)].sort();
}

describe('in Gmail, Outlook, Apple Mail and Yahoo', () => {
  it('a mail uses what each of them shows, and else only what it can do without', () => {
    expect(lacking('errors')).toEqual(Object.keys(NOT_EVERYWHERE).sort());
  });

  it('a mail uses what some show in part only in that part', () => {
    const partly = lacking('warnings');
    expect(partly.filter((title) => !(title in IN_PART))).toEqual([]);
    const used = new Set([...partly, ...Object.keys(NOT_EVERYWHERE)]);
    expect(Object.keys(IN_PART).filter((title) => !used.has(title))).toEqual([]);
  });

  it('every element and property is one that somebody has tried there', () => {
    const titles = rawData.data.map(({ title }) => title);
    const named = (name: string) =>
      titles.some((title) => title.split(/[\s,]+/).includes(name) || title === `${name} property`);
    const elements = new Set(
      mails.flatMap((html) =>
        [...html.matchAll(/<([a-z][a-z0-9]*)/g)].map(([, name = '']) => name),
      ),
    );
    const properties = new Set(declarations.map(({ property }) => property).filter(Boolean));
    const unnamed = [...properties].filter((name) => !named(name) && !FOR_ONE.includes(name));
    expect(unnamed.sort()).toEqual(SINCE_EVER.properties);
    expect([...elements].filter((name) => !named(`<${name}>`)).sort()).toEqual(SINCE_EVER.elements);
  });

  it('room is given by cells, which is all that Word’s engine knows', () => {
    const elsewhere = declarations.filter(
      ({ element, property, value }) =>
        /^padding/.test(property) && !/^0(px)?$/.test(value) && element !== 'td',
    );
    // A link is pressed where its words are, and a list is indented anyway.
    expect(new Set(elsewhere.map(({ element }) => element))).toEqual(new Set(['a', 'ol', 'ul']));
  });

  it('nothing needs a box that bends, floats or is drawn by Word', () => {
    for (const html of mails) {
      expect(html).not.toMatch(/flex|grid|float:|position:|<v:|urn:schemas-microsoft-com:vml/);
      expect(Buffer.byteLength(/<style>(.*?)<\/style>/s.exec(html)?.[1] ?? '')).toBeLessThan(8192);
    }
  });
});
