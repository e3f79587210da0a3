import { join } from 'node:path';
import type { ReactElement } from 'react';
import { imprintFile, readImprint } from '../imprint.ts';
import { type Block, prose } from '../markdown.ts';
import { textLink, textPart, toText, underlined, wrap } from '../text.ts';
import { Button } from './button.tsx';
import { Footer, type FooterProps, footerText } from './footer.tsx';
import { COURSE, Layout } from './layout.tsx';
import { textWithPractice, WithPractice } from './practice.tsx';
import { Prose } from './prose.tsx';
import { Name } from './signature.tsx';

/** Whom every mail comes from. */
export interface Sender {
  baseUrl: string;
  postalAddress: string;
  /** Who signs the course; null for nobody. */
  signature: string | null;
}

/** What every short mail to a subscriber is filled with. */
export interface Recipient extends Sender {
  greeting: string;
  unsubscribeUrl: string;
}

/** A short mail: some words, one button, some words. Texts are Markdown. */
export interface NoteWords {
  title: string;
  preview: string;
  opening: string;
  action: { label: string; href: string };
  closing: string;
  /** Why it came. */
  why: string;
  /** Where its reader can end the lessons, at its foot. */
  unsubscribeUrl?: string;
  /** Through whom the course is taken, on a line of its own. */
  offered?: string;
  /** What stands above the title where the course has come to its end. */
  end?: { kicker: string; week: number; drawing: string };
  /** Shows the button's address, too: for a mail that much hangs on. */
  spelledOut?: true;
}

/** A kind of short mail, as React Email knows them: a component with sample values. */
export interface Note<Props extends Sender> {
  (props: Props): ReactElement;
  subject: string;
  /** The text part, made of the same words. */
  text(props: Props): string;
  PreviewProps: Props;
}

/** Makes a short mail of its words. */
export function note<Props extends Sender>(
  subject: string,
  wordsFor: (props: Props) => NoteWords,
  sample: Props,
): Note<Props> {
  const component = (props: Props) => noteMail(wordsFor(props), props);
  return Object.assign(component, {
    subject,
    text: (props: Props) => noteText(wordsFor(props), props),
    PreviewProps: sample,
  });
}

function noteMail(words: NoteWords, around: Sender): ReactElement {
  const { title, preview, action, end } = words;
  const { opening, spelledOut, closing } = blocks(words);
  return (
    <Layout
      preview={preview}
      title={title}
      baseUrl={around.baseUrl}
      offered={words.offered}
      {...(end ? { kicker: end.kicker, reached: end } : {})}
    >
      <WithPractice blocks={opening} label={COURSE} />
      <Button href={action.href}>{action.label}</Button>
      <Prose blocks={[...spelledOut, ...closing]} medium="mail" />
      <Name signature={around.signature} />
      <Footer {...footer(words, around)} />
    </Layout>
  );
}

function noteText(words: NoteWords, around: Sender): string {
  const { opening, closing } = blocks(words);
  return textPart([
    `${COURSE}${words.offered ?? ''}`,
    underlined(words.title, '='),
    textWithPractice(opening, COURSE),
    textLink(words.action.label, words.action.href),
    toText(closing),
    around.signature === null ? '' : wrap(around.signature),
    footerText(footer(words, around)),
  ]);
}

function blocks({
  opening,
  closing,
  action,
  spelledOut,
}: NoteWords): Record<'opening' | 'spelledOut' | 'closing', Block[]> {
  const { href } = action;
  const address = `If the button doesn’t open, copy this address into your browser: [${href}](${href})`;
  return {
    opening: prose(opening),
    spelledOut: spelledOut ? prose(address) : [],
    closing: prose(closing),
  };
}

function footer({ why, unsubscribeUrl }: NoteWords, { postalAddress }: Sender): FooterProps {
  return { why, postalAddress, unsubscribeUrl };
}

/** Sample values, for the previews. */
export const SAMPLE_SENDER = {
  baseUrl: 'https://intheroom.example',
  postalAddress: 'In the Room, 12 Linden Street, Portland, OR 97205, USA',
  signature: readImprint(imprintFile(join(import.meta.dirname, '..'))).signature,
} satisfies Sender;

export const SAMPLE_RECIPIENT = {
  ...SAMPLE_SENDER,
  greeting: 'Hello Ana,',
  unsubscribeUrl: 'https://intheroom.example/unsubscribe/u1.Tt5rYcW0aLzE7nUvPd1oKfHb',
} satisfies Recipient;
