import { Button } from '../components/button.tsx';
import { Footer, footerText } from '../components/footer.tsx';
import { Layout } from '../components/layout.tsx';
import { Prose } from '../components/prose.tsx';
import { prose } from '../markdown.ts';
import { textLink, textPart, toText, underlined } from '../text.ts';

export interface ConfirmProps {
  greeting: string;
  confirmUrl: string;
  /** "This was not me". Should they have confirmed since, it ends the lessons. */
  unsubscribeUrl: string;
  /** Where the address was entered: "on our page" or "at Harbor Institute". */
  askedAt: string;
  baseUrl: string;
  postalAddress: string;
}

export const subject = 'In the Room: choose your hour and confirm';

const title = 'Choose your hour and confirm';
const preview =
  'Eight lessons by email begin when you confirm. If you didn’t ask for them, do nothing.';

/** Asks the owner of an address whether the course may be sent there. */
export default function Confirm(props: ConfirmProps) {
  const { opening, lifetime, fallback, stranger } = words(props);
  return (
    <Layout preview={preview} title={title} baseUrl={props.baseUrl}>
      <Prose blocks={opening} medium="mail" />
      <Button href={props.confirmUrl}>{title}</Button>
      <Prose blocks={[...lifetime, ...fallback, ...stranger]} medium="mail" />
      <Footer {...footer(props)} />
    </Layout>
  );
}

/** The text part. */
export function text(props: ConfirmProps): string {
  const { opening, lifetime, stranger } = words(props);
  return textPart([
    underlined(subject, '='),
    toText(opening),
    textLink(title, props.confirmUrl),
    toText(lifetime),
    toText(stranger),
    footerText(footer(props)),
  ]);
}

function words({ greeting, askedAt, confirmUrl, unsubscribeUrl }: ConfirmProps) {
  return {
    opening: prose(`
${greeting}

Someone, most likely you, entered this address ${askedAt} for In the Room, a course for early-career
therapists. It is eight lessons by email, one a week, about being a person in the room with a client
and being of use there. Each takes under ten minutes to read and has one thing to try in a session.

On the next page you choose the weekday and the hour that suit you. The first lesson comes as soon
as you confirm, and the others follow a week apart, at your hour.
`),
    lifetime: prose('The link works for 7 days.'),
    fallback: prose(`
If the button doesn’t open, copy this address into your browser: [${confirmUrl}](${confirmUrl})
`),
    stranger: prose(`
## If this wasn’t you

Then somebody typed your address, perhaps by mistake, and you don’t have to do anything. Unless you
confirm, no lesson will be sent here. You can also tell us so, and for 30 days nothing comes here that
somebody else can cause:

[This was not me](${unsubscribeUrl})
`),
  };
}

function footer({ askedAt, postalAddress }: ConfirmProps) {
  return { why: `You got this mail because this address was entered ${askedAt}.`, postalAddress };
}

Confirm.PreviewProps = {
  greeting: 'Hello Ana,',
  confirmUrl: 'https://intheroom.example/confirm/v1.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g',
  unsubscribeUrl: 'https://intheroom.example/unsubscribe/v1.Tt5rYcW0aLzE7nUvPd1oKfHb',
  askedAt: 'at Harbor Institute',
  baseUrl: 'https://intheroom.example',
  postalAddress: 'In the Room, 12 Linden Street, Portland, OR 97205, USA',
} satisfies ConfirmProps;
