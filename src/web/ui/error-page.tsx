import { ButtonLink } from './fields.tsx';
import { NotePage } from './page.tsx';

interface ErrorPageProps {
  title: string;
  message: string;
  /** Where to go from here; the front page unless told otherwise. */
  action?: { href: string; label: string } | undefined;
}

const FRONT_PAGE = { href: '/', label: 'Go to the front page' };

/** Anything that went wrong and has no page of its own. */
export function ErrorPage({ title, message, action = FRONT_PAGE }: ErrorPageProps) {
  return (
    <NotePage title={title} room="door" robots="noindex">
      <p class="lead">{message}</p>
      <p class="actions">
        <ButtonLink href={action.href}>{action.label}</ButtonLink>
      </p>
    </NotePage>
  );
}
