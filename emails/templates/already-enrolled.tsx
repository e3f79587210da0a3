import { Button } from '../components/button.tsx';
import { Footer, footerText } from '../components/footer.tsx';
import { Layout } from '../components/layout.tsx';
import { Prose } from '../components/prose.tsx';
import { prose } from '../markdown.ts';
import { textLink, textPart, toText, underlined } from '../text.ts';

export interface AlreadyEnrolledProps {
  greeting: string;
  /** The learner's page. */
  learnUrl: string;
  unsubscribeUrl: string;
  /** "This was not me"; it ends no course. */
  notMeUrl: string;
  baseUrl: string;
  postalAddress: string;
}

export const subject = 'You are already taking In the Room';

const preview = 'Your address was entered again. Nothing changes, and your place is kept.';
const action = 'Open your course page';

/** Tells a learner that a second signup came in for their address and changed nothing. */
export default function AlreadyEnrolled(props: AlreadyEnrolledProps) {
  const { opening, closing } = words(props);
  return (
    <Layout preview={preview} title={subject} baseUrl={props.baseUrl}>
      <Prose blocks={opening} medium="mail" />
      <Button href={props.learnUrl}>{action}</Button>
      <Prose blocks={closing} medium="mail" />
      <Footer {...footer(props)} />
    </Layout>
  );
}

/** The text part. */
export function text(props: AlreadyEnrolledProps): string {
  const { opening, closing } = words(props);
  return textPart([
    underlined(subject, '='),
    toText(opening),
    textLink(action, props.learnUrl),
    toText(closing),
    footerText(footer(props)),
  ]);
}

function words({ greeting, notMeUrl }: AlreadyEnrolledProps) {
  return {
    opening: prose(`
${greeting}

Somebody, probably you, entered this address again to sign up for In the Room. You already have a
place in the course, so nothing changes: the lessons you have had stay yours, and none will come
twice.

If you were looking for your lessons, or for the place to change your hour or pause, they are on
your course page.
`),
    closing: prose(`
If it wasn’t you who entered the address, you can leave it at that, or tell us so. Then no such note
comes for 30 days, and your course goes on as it is:

[This was not me](${notMeUrl})
`),
  };
}

function footer({ unsubscribeUrl, postalAddress }: AlreadyEnrolledProps) {
  return {
    why: `
You signed up for In the Room and confirmed this address, and it was entered again.

[Unsubscribe from the course](${unsubscribeUrl})
`,
    postalAddress,
  };
}

AlreadyEnrolled.PreviewProps = {
  greeting: 'Hello Ana,',
  learnUrl: 'https://intheroom.example/learn/l1.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g',
  unsubscribeUrl: 'https://intheroom.example/unsubscribe/u1.Tt5rYcW0aLzE7nUvPd1oKfHb',
  notMeUrl: 'https://intheroom.example/not-me/n.1k.Tt5rYcW0aLzE7nUvPd1oKfHb',
  baseUrl: 'https://intheroom.example',
  postalAddress: 'In the Room, 12 Linden Street, Portland, OR 97205, USA',
} satisfies AlreadyEnrolledProps;
