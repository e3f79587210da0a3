import type { Child } from 'hono/jsx';
import { Layout, type LayoutProps } from './layout.tsx';
import noteStyle from './note.css?url';
import { Room } from './room.tsx';

interface NotePageProps extends Pick<LayoutProps, 'title' | 'robots' | 'scripts' | 'door'> {
  heading?: string;
  /** The drawing above the heading: lamp on, lamp off, or none. With the lamp off it is an end, from which a way leads back. */
  room?: 'lit' | 'dark';
  children: Child;
}

/** A short page that says one thing: a heading, a paragraph or two, perhaps one button. */
export function NotePage(props: NotePageProps) {
  const { title, heading, room, robots, scripts, door = room === 'dark', children } = props;
  return (
    <Layout title={title} robots={robots} styles={[noteStyle]} scripts={scripts} door={door}>
      <article class="note">
        {room && (
          <div class="note-room">
            <Room lit={room === 'lit'} small />
          </div>
        )}
        <h1>{heading ?? title}</h1>
        {children}
      </article>
    </Layout>
  );
}

/** An address to write to: a `mailto:` link if it is one, otherwise as it stands. */
export function Contact({ contact }: { contact: string }) {
  if (/^https?:\/\//.test(contact)) return <a href={contact}>{contact}</a>;
  if (contact.includes('@')) return <a href={`mailto:${contact}`}>{contact}</a>;
  return <>{contact}</>;
}
