import type { Child } from 'hono/jsx';
import { ButtonLink } from './fields.tsx';
import { FIND_PATH, Layout, type LayoutProps } from './layout.tsx';
import noteStyle from './note.css?url';
import { Room, RoomWithDoor, RoomWithLetter } from './room.tsx';

/** What stands above a heading: the lamp on; something was mailed; something has ended; it went wrong. */
const DRAWINGS = {
  lit: () => <Room small />,
  letter: () => <RoomWithLetter />,
  dark: () => <Room lit={false} small />,
  door: () => <RoomWithDoor />,
};

/** Where a way ends, the header leads back. */
const ENDS = new Set<string | undefined>(['dark', 'door']);

interface NotePageProps extends Pick<LayoutProps, 'title' | 'robots' | 'scripts' | 'door'> {
  heading?: string;
  /** The drawing above the heading. */
  room?: keyof typeof DRAWINGS;
  children: Child;
}

/** A short page that says one thing: a heading, a paragraph or two, perhaps one button. */
export function NotePage(props: NotePageProps) {
  const { title, heading, room, robots, scripts, door = ENDS.has(room), children } = props;
  return (
    <Layout title={title} robots={robots} styles={[noteStyle]} scripts={scripts} door={door}>
      <article class="note">
        {room && <div class="note-room">{DRAWINGS[room]()}</div>}
        <h1>{heading ?? title}</h1>
        {children}
      </article>
    </Layout>
  );
}

/** Where to go on from a page that ends: to the mail with the link to one's own page, or to the front page. */
export function WayOn({ to }: { to: 'own page' | 'front page' }) {
  const own = to === 'own page';
  return (
    <p class="actions">
      <ButtonLink href={own ? FIND_PATH : '/'} quiet>
        {own ? 'Mail me the link to my page' : 'Go to the front page'}
      </ButtonLink>
    </p>
  );
}

/** An address to write to: a `mailto:` link if it is one, otherwise as it stands. */
export function Contact({ contact }: { contact: string }) {
  if (/^https?:\/\//.test(contact)) return <a href={contact}>{contact}</a>;
  if (contact.includes('@')) return <a href={`mailto:${contact}`}>{contact}</a>;
  return <>{contact}</>;
}
