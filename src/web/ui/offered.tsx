import { logoIn } from '../../provider/looks.ts';

interface OfferedThroughProps {
  name: string;
  /** As it is kept of the provider; null for none. */
  logo?: string | null | undefined;
  /** One line about them; empty for none. */
  line?: string | undefined;
  /** Their own site. */
  site?: string | null | undefined;
}

/** A logo stands as high as this, in CSS pixels, and as wide as it gets. */
const LOGO_HEIGHT = 48;
const LOGO_WIDTH = 240;

/** Through whom a course is taken. Their logo goes before the name, which says in words what it shows. */
export function OfferedThrough({ name, logo, line, site }: OfferedThroughProps) {
  const picture = logoIn(logo ?? null);
  const scale = picture ? Math.min(LOGO_HEIGHT / picture.height, LOGO_WIDTH / picture.width) : 1;
  return (
    <div class="offered">
      {picture && (
        <img
          class="offered-logo"
          src={`/logos/${picture.hash}`}
          alt=""
          width={Math.round(picture.width * scale)}
          height={Math.round(picture.height * scale)}
        />
      )}
      <p>Offered through {name}</p>
      {line && <p class="offered-line">{line}</p>}
      {site && (
        <p class="offered-line">
          <a href={site} rel="noopener" target="_blank">
            {new URL(site).hostname}
            <span class="unseen"> (opens a new tab)</span>
          </a>
        </p>
      )}
    </div>
  );
}
