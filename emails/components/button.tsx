import { Button as EmailButton } from 'react-email';
import { look } from './look.ts';

/** The one thing to press in a mail: a link with a ground of its own, also in Outlook. */
export function Button({ href, children }: { href: string; children: string }) {
  return (
    <p style={look.buttonRow}>
      <EmailButton href={href} className="button" style={look.button}>
        {children}
      </EmailButton>
    </p>
  );
}
