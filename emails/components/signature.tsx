import { type MadeImprint, paragraphOf } from '../imprint.ts';
import { type Block, prose } from '../markdown.ts';
import { stack, toText, wrap } from '../text.ts';
import { look } from './look.ts';
import { Prose } from './prose.tsx';
import { Table } from './table.tsx';

interface Props {
  imprint: MadeImprint;
  week: number;
  baseUrl: string;
}

/** The name under a mail. Nothing where nobody signs. */
export function Name({ signature }: { signature: string | null }) {
  return signature === null ? null : <p style={look.signature}>{signature}</p>;
}

/** Who signs a lesson, who wrote and reviewed it, and whom to ask. */
export function Signature({ imprint, week, baseUrl }: Props) {
  return (
    <Table>
      <tr>
        <td className="ink line" style={look.signed}>
          <Name signature={imprint.signature} />
          <div className="sans soft" style={look.foot}>
            <Prose blocks={words({ imprint, week, baseUrl })} medium="mail" />
          </div>
        </td>
      </tr>
    </Table>
  );
}

/** The same for a text part. */
export function signatureText({ imprint, week, baseUrl }: Props): string {
  const { signature } = imprint;
  return stack([
    '\n* * *',
    signature === null ? '' : wrap(signature),
    toText(words({ imprint, week, baseUrl })),
  ]);
}

function words({ imprint, week, baseUrl }: Props): Block[] {
  const ask = imprint.answers
    ? 'Questions and corrections are welcome: answer this mail.'
    : `[Whom to ask about them](${baseUrl})`;
  return [paragraphOf(imprint.foot(week)), ...prose(ask)];
}
