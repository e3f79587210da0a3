import type { ReactElement } from 'react';
import { type Block, prose } from '../markdown.ts';
import { textLink, textPart, toText, underlined } from '../text.ts';
import { Button } from './button.tsx';
import { Footer, type FooterProps, footerText } from './footer.tsx';
import { Layout } from './layout.tsx';
import { Prose } from './prose.tsx';

/** Whom every mail comes from. */
export interface Sender {
  baseUrl: string;
  postalAddress: string;
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
  /** Why it came and how to end it. */
  why: string;
}

/** The mail as a document. */
export function noteMail(words: NoteWords, recipient: Sender): ReactElement {
  const { title, preview, action } = words;
  const { opening, closing } = blocks(words);
  return (
    <Layout preview={preview} title={title} baseUrl={recipient.baseUrl}>
      <Prose blocks={opening} medium="mail" />
      <Button href={action.href}>{action.label}</Button>
      <Prose blocks={closing} medium="mail" />
      <Footer {...footer(words, recipient)} />
    </Layout>
  );
}

/** The same as text. */
export function noteText(words: NoteWords, recipient: Sender): string {
  const { opening, closing } = blocks(words);
  return textPart([
    underlined(words.title, '='),
    toText(opening),
    textLink(words.action.label, words.action.href),
    toText(closing),
    footerText(footer(words, recipient)),
  ]);
}

function blocks({ opening, closing }: NoteWords): { opening: Block[]; closing: Block[] } {
  return { opening: prose(opening), closing: prose(closing) };
}

function footer({ why }: NoteWords, { postalAddress }: Sender): FooterProps {
  return { why, postalAddress };
}

/** Sample values, for the previews. */
export const SAMPLE_SENDER = {
  baseUrl: 'https://intheroom.example',
  postalAddress: 'In the Room, 12 Linden Street, Portland, OR 97205, USA',
} satisfies Sender;

export const SAMPLE_RECIPIENT = {
  ...SAMPLE_SENDER,
  greeting: 'Hello Ana,',
  unsubscribeUrl: 'https://intheroom.example/unsubscribe/u1.Tt5rYcW0aLzE7nUvPd1oKfHb',
} satisfies Recipient;
