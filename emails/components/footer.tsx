import { type Block, prose } from '../markdown.ts';
import { stack, toText } from '../text.ts';
import { look } from './look.ts';
import { Prose } from './prose.tsx';
import { Table } from './table.tsx';

export interface FooterProps {
  /** Markdown that says why this mail came, and what its reader may change; it differs from mail to mail. */
  why: string;
  /** Ends the lessons. Nothing stands below it, and nothing to press close above. */
  unsubscribeUrl?: string | undefined;
  postalAddress: string;
}

/** The same small print below every mail: why it came, where the course is from, who sends it. */
export function Footer(props: FooterProps) {
  return (
    <Table>
      <tr>
        <td style={look.space}>{'\u00a0'}</td>
      </tr>
      <tr>
        <td className="sans soft line" style={look.footer}>
          <Prose blocks={words(props)} medium="mail" />
        </td>
      </tr>
    </Table>
  );
}

/** The footer of a text part. */
export function footerText(props: FooterProps): string {
  return stack(['\n* * *', toText(words(props))]);
}

function words({ why, unsubscribeUrl, postalAddress }: FooterProps): Block[] {
  return prose(`
${why}

In the Room was inspired by an article by Katie Pesch, PhD (2017). It is education, and it does not
replace therapy, supervision, legal advice or emergency help.

${postalAddress}

${unsubscribeUrl ? `[Unsubscribe from the course](${unsubscribeUrl})` : ''}
`);
}
