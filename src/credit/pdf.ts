/**
 * A certificate as PDF: US Letter, landscape, tagged, its fonts in it, and the same bytes each time. What
 * stands in it is the frozen record and nothing else, so it is made anew whenever somebody asks.
 */
import { create, type Font } from 'fontkit';
import PDFDocument, { type Element, type ElementOptions } from 'pdfkit';
import {
  approvalInWords,
  type Certificate,
  completion,
  credits,
  licenceInWords,
  limitsOf,
  type Pictures,
  reachInWords,
  signerInWords,
  textsOf,
} from './certificate.ts';
import { type Face, faceOf, isBlank, languageOf, lettersOf } from './letters.ts';
import { linesOf, runsOf } from './typeset.ts';

const WIDTH = 792;
const HEIGHT = 612;
const MARGIN = 60;
const COLUMN = WIDTH - 2 * MARGIN;
/** Where the block with signature and number begins on the first page, and text ends on later ones. */
const FOOT = 462;
const END = HEIGHT - 66;
/** Nothing stands below it. */
const EDGE = HEIGHT - 20;

/** The colors of the room, as on its pages. */
const INK = '#26221d';
const INK_2 = '#5c5449';
const CLAY = '#9a4325';
const LINE = '#dacfbc';
const ALARM = '#9e2a1c';
const FAINT = '#f6ebe6';

const NAME = { most: 34, least: 16 };
const TEXT = 11;
const SIGNATURE = { width: 190, height: 40 };
const LOGO = { width: 160, height: 40 };

/** Scripts whose letters a font puts in another order than they are read: what is read stands beside them. */
const REORDERED = /[\p{Script=Devanagari}\p{Script=Thai}]/u;

export interface Place {
  faces: readonly Face[];
  /** A font's bytes by its address. */
  load(url: string): Promise<Uint8Array>;
  /** Logo and signature. */
  pictures: Pictures;
  /** The address of its page on the register. */
  register: string;
}

/**
 * @throws Error where the record has a letter that no font has, which is refused long before
 */
export async function renderPdf(certificate: Certificate, place: Place): Promise<Uint8Array> {
  const { number, issuedAt, printed } = certificate;
  const doc = new PDFDocument({
    size: [WIDTH, HEIGHT],
    margin: 0,
    bufferPages: true,
    pdfVersion: '1.7',
    tagged: true,
    subset: 'PDF/UA',
    lang: 'en-US',
    displayTitle: true,
    font: null,
    info: {
      Title: `Certificate ${number}`,
      Author: printed.provider.name,
      Subject: `Certificate of completion: ${printed.title}`,
      // The file's own id is made of these.
      Keywords: number,
      Creator: 'In the Room',
      Producer: 'In the Room',
      CreationDate: new Date(issuedAt * 1000),
      ModDate: new Date(issuedAt * 1000),
    },
  });
  const texts = [...textsOf(printed), ...OWN_WORDS, number, place.register];
  const used = new Set(
    texts
      .flatMap(lettersOf)
      .filter((letter) => !isBlank(letter))
      .map((letter) => faceOf(letter, place.faces)),
  );
  for (const at of used) {
    const url = place.faces[at]?.url;
    if (url !== undefined) doc.registerFont(`face${at}`, await fontAt(url, place.load));
  }
  const bytes = collected(doc);
  draw(new Page(doc, place.faces), certificate, place);
  doc.end();
  return bytes;
}

const loaded = new Map<string, Promise<Uint8Array>>();

/**
 * A font of one document’s own, from bytes that are fetched once for each isolate. A parsed font remembers
 * which character first asked for a glyph, so a shared one would make a paper depend on those before it.
 */
async function fontAt(url: string, load: Place['load']): Promise<Font> {
  const known = loaded.get(url) ?? load(url);
  loaded.set(url, known);
  // A wire that broke is tried again by whoever asks next.
  known.catch(() => loaded.delete(url));
  return create(await known);
}

async function collected(doc: PDFDocument): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  await new Promise<void>((resolve, reject) => {
    doc.on('data', (part) => parts.push(part));
    doc.on('end', resolve);
    doc.on('error', reject);
  });
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

interface Style {
  size: number;
  color?: string;
  x?: number;
  width?: number;
}

/** From one line to the next, in parts of the size. */
const LEADING = 1.4;

/** pdfkit measures from the top of a page, and PDF from its bottom. */
const UPWARDS = [1, 0, 0, -1, 0, HEIGHT] as const;

/** A document with a place in it from which text goes on. */
class Page {
  readonly doc: PDFDocument;
  readonly faces: readonly Face[];
  /** Where the next text begins, from the top of the page. */
  y = MARGIN;
  /** Where it ends, and goes on over leaf. */
  end = END;

  constructor(doc: PDFDocument, faces: readonly Face[]) {
    this.doc = doc;
    this.faces = faces;
  }

  widthOf(line: string, size: number): number {
    return runsOf(line, this.faces).reduce((sum, { face, text }) => {
      return sum + this.doc.font(`face${face}`).fontSize(size).widthOfString(text);
    }, 0);
  }

  linesOf(text: string, { size, width = COLUMN }: Style): string[] {
    return linesOf(text, width, (line) => this.widthOf(line, size));
  }

  heightOf(text: string, style: Style): number {
    return this.linesOf(text, style).length * style.size * LEADING;
  }

  /** Writes a text from where the page is, and goes on over its end. */
  write(text: string, style: Style): void {
    const { size, color = INK, x = MARGIN } = style;
    for (const line of this.linesOf(text, style)) {
      if (this.y + size * LEADING > this.end) {
        this.doc.continueOnNewPage();
        this.y = MARGIN;
      }
      this.line(line, x, this.y + size * 1.05, size, color);
      this.y += size * LEADING;
    }
  }

  /** One line, by its baseline. */
  line(text: string, x: number, baseline: number, size: number, color: string): void {
    const { doc } = this;
    const aloud = REORDERED.test(text);
    // Where what is read ends, readers place it by the page's own axes.
    if (aloud) {
      doc
        .save()
        .transform(...UPWARDS)
        .markContent('Span', { actual: text });
      doc.save().transform(...UPWARDS);
    }
    let left = x;
    for (const run of runsOf(text, this.faces)) {
      doc.font(`face${run.face}`).fontSize(size).fillColor(color);
      doc.text(run.text, left, baseline, { lineBreak: false, baseline: 'alphabetic' });
      left += doc.widthOfString(run.text);
    }
    if (aloud) doc.restore().endMarkedContent().restore();
  }

  /** An element with a text in it, which says in which language it is and how it is read. */
  element(tag: string, text: string, style: Style): Element {
    const lang = languageOf(text);
    const options = lang === null ? {} : { lang, actual: text };
    return this.doc.struct(tag, options, () => this.write(text, style));
  }

  /** What is drawn and never read: rules, and what repeats what is said elsewhere. */
  artifact(type: 'Layout' | 'Pagination' | 'Background', drawing: () => void): void {
    this.doc.markContent('Artifact', { type });
    drawing();
    this.doc.endMarkedContent();
  }

  rule(x: number, y: number, width: number): void {
    this.artifact('Layout', () => {
      this.doc.save().lineWidth(0.75).strokeColor(LINE);
      this.doc.moveTo(x, y).lineTo(x + width, y);
      this.doc.stroke().restore();
    });
  }
}

const CERTIFICATE = 'Certificate of completion';
const SAMPLE = 'SAMPLE: made where course time can be moved. It certifies nothing.';
const OVERLEAF = 'Credits, approvals and objectives: next page.';
const COMPARE = 'Whether it stands, and what it must say:';
/** Words of the layout’s own, in all of which a font is asked for. */
const OWN_WORDS = [CERTIFICATE, SAMPLE, OVERLEAF, COMPARE];

function draw(page: Page, certificate: Certificate, { register, pictures }: Place): void {
  const { doc } = page;
  const { number, printed } = certificate;
  const whole = doc.struct('Document');
  doc.addStructure(whole);
  /** A child is drawn as it is added, because the whole hangs in the document already. */
  const add = (tag: string, text: string, style: Style, gap = 0) => {
    page.y += gap;
    whole.add(page.element(tag, text, style));
  };

  if (printed.sample) {
    page.artifact('Background', () => {
      doc.save().rotate(-24, { origin: [WIDTH / 2, HEIGHT / 2] });
      page.line('SAMPLE', 150, 390, 150, FAINT);
      doc.restore();
    });
  }
  const { logo } = printed.provider;
  const nameAt = { size: 14, x: MARGIN, width: COLUMN };
  if (logo !== null) {
    const top = page.y;
    const width = picture(logo, `Logo of ${printed.provider.name}`, LOGO);
    nameAt.x += width + 14;
    nameAt.width -= width + 14;
    page.y = top + (LOGO.height - nameAt.size * LEADING) / 2;
    add('P', printed.provider.name, nameAt);
    page.y = Math.max(page.y, top + LOGO.height);
  } else add('P', printed.provider.name, nameAt);
  if (printed.sample) add('P', SAMPLE, { size: TEXT, color: ALARM }, 2);
  page.rule(MARGIN, page.y + 10, COLUMN);
  add('H1', CERTIFICATE, { size: 22, color: CLAY }, 32);

  const name = nameStyle(page, printed.name);
  add('P', printed.name, name, 12);
  if (printed.latinName !== null) add('P', printed.latinName, { size: 16 });
  for (const licence of printed.licences) {
    add('P', licenceInWords(licence), { size: TEXT, color: INK_2 });
  }
  add('P', `completed the course “${printed.title}”`, { size: 17 }, 16);
  const format = printed.format.charAt(0).toUpperCase() + printed.format.slice(1);
  add('P', format, { size: TEXT, color: INK_2 });
  const hours = printed.hours === null ? [] : [`${credits(printed.hours)} hours`];
  add('P', [`Completed on ${completion(printed)}`, ...hours].join(' · '), { size: 13 }, 12);

  const lines = printed.approvals.map(approvalInWords);
  const credited = { size: TEXT, x: MARGIN + 12, width: COLUMN - 12 };
  const room = lines.reduce((sum, line) => sum + page.heightOf(line, credited), page.y + 12);
  const overleaf = room > FOOT - 8;
  if (overleaf) add('P', OVERLEAF, { size: TEXT }, 8);
  else if (lines.length > 0) list(lines, 10);

  foot();
  details(overleaf);
  whole.end();
  numbered(page, number);

  function list(items: readonly string[], gap: number) {
    page.y += gap;
    const element = doc.struct('L');
    whole.add(element);
    for (const item of items) {
      const entry = doc.struct('LI');
      element.add(entry);
      const body = page.doc.struct('LBody', {}, () => {
        if (page.y + TEXT * LEADING > END) {
          doc.continueOnNewPage();
          page.y = MARGIN;
        }
        page.line('•', MARGIN, page.y + TEXT * 1.05, TEXT, CLAY);
        page.write(item, credited);
      });
      entry.add(body);
    }
  }

  /** A picture where the page is, in a frame of this size. @returns how wide it is */
  function picture(hash: string, alt: string, frame: { width: number; height: number }): number {
    const found = pictures.get(hash);
    if (!found) throw new Error(`there is no picture ${hash}`);
    const image = doc.openImage(Uint8Array.from(atob(found.body), (each) => each.charCodeAt(0)));
    const scale = Math.min(frame.width / image.width, frame.height / image.height);
    const [width, height] = [image.width * scale, image.height * scale];
    const top = page.y + frame.height - height;
    const bbox: ElementOptions['bbox'] = [MARGIN, top, MARGIN + width, top + height];
    const element = doc.struct('Figure', { alt, bbox }, () => {
      doc.image(image, MARGIN, top, { width, height });
    });
    whole.add(element);
    return width;
  }

  function foot() {
    const { signer, provider } = printed;
    const right = MARGIN + COLUMN / 2 + 20;
    page.y = FOOT;
    // All of it belongs to the first page.
    page.end = HEIGHT;
    const { image } = signer;
    if (image === null) add('P', signerInWords(signer), { size: 17, width: COLUMN / 2 - 20 }, 14);
    else picture(image, `Signature of ${signer.name}`, SIGNATURE);
    page.rule(MARGIN, FOOT + 46, COLUMN / 2 - 40);
    page.y = FOOT + 50;
    const beneath = [...(image === null ? [] : [signerInWords(signer)]), signer.title];
    const half = { size: TEXT, width: COLUMN / 2 - 20 };
    add('P', `${beneath.join(', ')}, ${provider.name}`, half);
    const reach = reachInWords(provider);
    const sizes = [9, 8, 7, 6].map((size) => ({ ...half, size, color: INK_2 }));
    const fits = sizes.find((style) => page.y + page.heightOf(reach, style) <= EDGE);
    add('P', reach, fits ?? { ...half, size: 6, color: INK_2 });

    page.y = FOOT + 14;
    const other = { size: TEXT, x: right, width: COLUMN / 2 - 20 };
    add('P', `Certificate ${number}`, { ...other, size: 14 });
    add('P', COMPARE, { ...other, size: 9, color: INK_2 }, 6);
    add('P', register, { ...other, size: 9 });
    page.end = END;
  }

  function details(creditsToo: boolean) {
    const { approvals, objectives, authors, title } = printed;
    if (approvals.length + objectives.length + authors.length === 0) return;
    doc.continueOnNewPage();
    page.y = MARGIN;
    if (approvals.length > 0) add('H2', 'Approvals', { size: 14, color: CLAY });
    for (const approval of approvals) {
      const style = { size: TEXT };
      add('P', approvalInWords(approval), creditsToo ? { size: 12 } : style, 8);
      add('P', approval.statement, style, 2);
      for (const limit of limitsOf(approval)) add('P', limit, { ...style, color: INK_2 });
    }
    if (objectives.length > 0) {
      add('H2', `Learning objectives of “${title}”`, { size: 14, color: CLAY }, 16);
      list(objectives, 6);
    }
    if (authors.length > 0) add('P', `Written by ${authors.join('; ')}.`, { size: TEXT }, 16);
  }
}

/** As large as it fits on one line, down to 16 points; what is longer takes two. */
function nameStyle(page: Page, name: string): Style {
  const size = NAME.most * Math.min(1, COLUMN / page.widthOf(name, NAME.most));
  return { size: Math.max(NAME.least, Math.floor(size * 4) / 4) };
}

/** The number and the page, on every page after the first. */
function numbered(page: Page, number: string): void {
  const { count } = page.doc.bufferedPageRange();
  for (let at = 1; at < count; at += 1) {
    page.doc.switchToPage(at);
    page.artifact('Pagination', () => {
      const text = `Certificate ${number} · page ${at + 1} of ${count}`;
      page.line(text, MARGIN, HEIGHT - 40, 9, INK_2);
    });
  }
}
