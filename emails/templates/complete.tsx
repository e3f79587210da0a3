import { Button } from '../components/button.tsx';
import { Footer, footerText } from '../components/footer.tsx';
import { Layout } from '../components/layout.tsx';
import { Prose } from '../components/prose.tsx';
import { prose } from '../markdown.ts';
import { textLink, textPart, toText, underlined } from '../text.ts';

export interface CompleteProps {
  greeting: string;
  /** The learner's page. */
  learnUrl: string;
  unsubscribeUrl: string;
  /** The hour at which the lessons came: "Tuesdays at 07:30, Europe/Berlin time". */
  slot: string;
  baseUrl: string;
  postalAddress: string;
}

export const subject = 'In the Room: what you have now, and how to keep it';

const title = 'What you have now, and how to keep it';
const preview = 'The eight practices on one page, a way to keep one of them, and where to reread.';
const action = 'Open your course page';

/** The closing note, a week after the eighth lesson. */
export default function Complete(props: CompleteProps) {
  const { opening, closing } = words(props);
  return (
    <Layout preview={preview} kicker="After week 8" title={title} baseUrl={props.baseUrl}>
      <Prose blocks={opening} medium="mail" />
      <Button href={props.learnUrl}>{action}</Button>
      <Prose blocks={closing} medium="mail" />
      <Footer {...footer(props)} />
    </Layout>
  );
}

/** The text part. */
export function text(props: CompleteProps): string {
  const { opening, closing } = words(props);
  return textPart([
    underlined(subject, '='),
    toText(opening),
    textLink(action, props.learnUrl),
    toText(closing),
    footerText(footer(props)),
  ]);
}

function words({ greeting }: CompleteProps) {
  return {
    opening: prose(`
${greeting}

You have had the eighth lesson, and there is no ninth. This note puts what you have practiced in one
place, and says how to keep it.

## Eight practices

1. **Notice, name, ask**, for the minutes when you don’t know what is happening.
2. **One minute at the door**, so that you arrive before the client does.
3. **One plate off**, when you notice the armor and can choose.
4. **For, fit, hold**, when a session moves you.
5. **Own, act, invite**, where your knowledge of someone’s life ends.
6. **Six points at the gate**, before you tell a piece of your own story.
7. **Ask, wait, widen**, to hear what the client wants.
8. **The last five minutes**, to learn how it was to work with you.

You will not need all eight in one hour, and some weeks you will need none of them.

## How to keep it

Go back to the sheet from week 8, with its practice, limit, support and measure. If you never wrote
it, ten minutes are enough. Keep one practice, the one that helped a client, until you notice that
you no longer plan it. Then take another.

Put the date at the bottom of the sheet into your calendar, and take it to a supervisor or a
colleague who will ask you about it. Let clients’ own ratings and words tell you how it lands,
more than your own impression of the session.

The limits hold as before. Where there is risk, the protocol comes first, and a new move goes to
supervision before it goes into a session.

## Where to reread

All eight lessons, with their references, stay on your course page.
`),
    closing: prose('This was the last mail of the course. Thank you for reading.'),
  };
}

function footer({ learnUrl, unsubscribeUrl, slot, postalAddress }: CompleteProps) {
  return {
    why: `
You signed up for In the Room and confirmed this address. The lessons came at your
hour: ${slot}.

[Read the lessons again](${learnUrl})

[Unsubscribe from the course](${unsubscribeUrl})
`,
    postalAddress,
  };
}

Complete.PreviewProps = {
  greeting: 'Hello Ana,',
  learnUrl: 'https://intheroom.example/learn/l1.k2.8Qm3xJt5rYcW0aLzE7nUvPd1oKfHbS4g',
  unsubscribeUrl: 'https://intheroom.example/unsubscribe/u1.Tt5rYcW0aLzE7nUvPd1oKfHb',
  slot: 'Tuesdays at 07:30, Europe/Berlin time',
  baseUrl: 'https://intheroom.example',
  postalAddress: 'In the Room, 12 Linden Street, Portland, OR 97205, USA',
} satisfies CompleteProps;
