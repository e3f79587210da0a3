import { describe, expect, it } from 'vitest';
import { prose } from '../../emails/markdown.ts';
import { textLink, toText, wrap } from '../../emails/text.ts';

const TEXT = `Some of therapy is knowledge, and you can study it: how panic works, what belongs in a plan.`;

describe('the text part of a mail', () => {
  it('breaks a paragraph at spaces, at 72 columns', () => {
    expect(wrap(TEXT)).toBe(
      'Some of therapy is knowledge, and you can study it: how panic works,\nwhat belongs in a plan.',
    );
  });

  it('leaves an address whole, however long it is', () => {
    const address = `https://intheroom.example/learn/${'a'.repeat(90)}`;
    expect(wrap(`Open ${address} to read.`).split('\n')).toEqual(['Open', address, 'to read.']);
  });

  it('leaves room for what the server will put in place of a placeholder', () => {
    const line = 'Somebody entered this address {{asked_at}}, today.';
    expect(wrap(line).split('\n')).toEqual([
      'Somebody entered this address',
      '{{asked_at}},',
      'today.',
    ]);
  });

  it('counts letters and not bytes, so that names with accents wrap where others do', () => {
    const name = 'Rønnestadø '.repeat(12).trim();
    expect(wrap(name).split('\n')[0]).toBe('Rønnestadø '.repeat(6).trim());
  });

  it('sets a heading off with a line of its own length', () => {
    expect(toText(prose('Before.\n\n## From here\n\nAfter.'))).toBe(
      'Before.\n\n\nFrom here\n---------\n\nAfter.',
    );
  });

  it('keeps the numbers of a list and indents its further lines', () => {
    expect(toText(prose(`1. **Notice.** ${TEXT}\n2. Ask.`))).toBe(
      [
        '1. Notice. Some of therapy is knowledge, and you can study it: how panic',
        '   works, what belongs in a plan.',
        '',
        '2. Ask.',
      ].join('\n'),
    );
  });

  it('keeps short items close together', () => {
    expect(toText(prose('- One\n- Two'))).toBe('- One\n- Two');
  });

  it('indents a quotation and leaves its names in place', () => {
    expect(toText(prose('> **Client:** Hm.\n>\n> **You:** Hm?'))).toBe(
      '    Client: Hm.\n\n    You: Hm?',
    );
  });

  it('marks emphasis inside a sentence with asterisks', () => {
    expect(toText(prose('What do *you* make of it?'))).toBe('What do *you* make of it?');
  });

  it('puts the address of a link on the line below the words that lead to it', () => {
    expect(toText(prose('[Unsubscribe](https://example.org/u)'))).toBe(
      'Unsubscribe:\nhttps://example.org/u',
    );
    expect(toText(prose('See [the journal](https://example.org/j) and come back.'))).toBe(
      'See the journal and come back.\n\nthe journal:\nhttps://example.org/j',
    );
    expect(textLink('Open', 'https://example.org/o')).toBe('Open:\nhttps://example.org/o');
  });
});
