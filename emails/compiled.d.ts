/** What emails/compile.ts makes of the lessons and templates at build time. The Worker sees only this. */
declare module 'virtual:emails' {
  /** What is known of a mail everywhere; its two parts are in `virtual:mail-bodies`. */
  export interface MailHead {
    /** The kind of mail whose words these are; `lesson` exists once for each week. */
    kind: string;
    /** 1 to 8 for a lesson, null otherwise. */
    lesson: number | null;
    subject: string;
    /** SHA-256 (hex) of the JSON array [kind, lesson, subject, html, text]. */
    hash: string;
    /** Of a lesson: SHA-256 (hex) of its text without the template around it; null otherwise. */
    textHash: string | null;
  }

  /** A finished mail with placeholders of the form `{{name}}`, filled for each recipient. */
  export interface CompiledMail extends MailHead {
    html: string;
    text: string;
  }

  /** What is known of a lesson everywhere; its text is in `virtual:lessons`. */
  export interface CompiledLesson {
    week: number;
    slug: string;
    title: string;
    promise: string;
    preview: string;
    objectives: { id: string; text: string }[];
    /** The question that the practice log stands below. */
    reflection: string;
    words: number;
    /** Reading time at 200 words a minute, rounded up. */
    minutes: number;
    /** What to do this week. Steps are plain text, one sentence or two. */
    practice: { name: string; when: string; steps: string[] };
    /** Lines to say, by the moment for which they are: plain text, in quotation marks. */
    lines: { when: string; say: string[] }[];
    /** The parts of a plan to fill in, each as "Label. What to write."; empty but in one lesson. */
    plan: string[];
    /** Who wrote it and who reviewed it, in whole sentences of plain text. */
    signed: string[];
  }

  /** Somebody who answers for the lessons. All texts are plain, in one line. */
  export interface Person {
    name: string;
    role: 'author' | 'editor';
    /** Such as "PhD". */
    degree: string;
    /** Such as "licensed psychologist, Oregon". */
    license: string | null;
    bio: string;
    /** Where this deployment serves the picture. */
    photo: string | null;
  }

  /** Who stands behind this deployment, and what it costs: emails/course.yaml, or the operator's own. */
  export interface Imprint {
    /** Nobody, where the course is unsigned. */
    people: Person[];
    /** The first person as a mail is signed, "Ana Example, PsyD, licensed psychologist, Oregon". */
    signature: string | null;
    /** The first person's name, for the From of every mail. */
    sender: string | null;
    /** Authors, reviews, conflicts and the next review, in whole sentences. */
    statement: string[];
    /** In words, "Free. No card." */
    price: string;
    /** Whether a reader may answer a mail. */
    answers: boolean;
  }

  export const mails: MailHead[];
  /** Drawings of no lesson, as SVG like a lesson's. */
  export const drawings: Record<'closing' | 'mark', string>;
  /** The eight lessons, in order of their weeks. */
  export const lessons: CompiledLesson[];
  export const imprint: Imprint;
}

/** The mails' two parts. Apart from the rest, because only who sends one needs it. */
declare module 'virtual:mail-bodies' {
  /** Of each mail, in the order of `mails`. */
  export const bodies: { html: string; text: string }[];
}

/** The lessons to read in the browser. Apart from the rest, because only who reads one needs it. */
declare module 'virtual:lessons' {
  export interface Reference {
    /** Position in the list, from 1, in order of first citation. */
    number: number;
    /** Authors, year, title and source as HTML; the DOI as a link where it is certain. */
    html: string;
  }

  /** A lesson's text: semantic HTML without inline styles. */
  export interface LessonText {
    /** Its drawing as SVG, decorative. What a page colors by day and by night has classes. */
    drawing: string;
    /** Body: headings from h2, citations as <sup class="cite"><a href="#ref-1">1</a></sup>. */
    html: string;
    references: Reference[];
  }

  /** The eight texts, in order of their weeks. */
  export const texts: LessonText[];
}
