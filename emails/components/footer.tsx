import { type Block, prose } from '../markdown.ts';
import { stack, toText } from '../text.ts';
import { look } from './look.ts';
import { Prose } from './prose.tsx';

export interface FooterProps {
  /** Markdown that says why this mail came and how to end it; it differs from mail to mail. */
  why: string;
  postalAddress: string;
}

/** The same small print below every mail: why it came, where the course is from, who sends it. */
export function Footer(props: FooterProps) {
  return (
    <div className="soft" style={look.footer}>
      <hr className="rule" style={look.rule} />
      <Prose blocks={words(props)} medium="mail" />
    </div>
  );
}

/** The footer of a text part. */
export function footerText(props: FooterProps): string {
  return stack(['\n* * *', toText(words(props))]);
}

function words({ why, postalAddress }: FooterProps): Block[] {
  return prose(`
${why}

In the Room was inspired by an article by Katie Pesch, PhD (2017). It is education, and it does not
replace therapy, supervision, legal advice or emergency help.

${postalAddress}
`);
}
