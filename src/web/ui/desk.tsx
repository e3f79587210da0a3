import type { Child } from 'hono/jsx';
import deskStyle from './desk.css?url';
import { Button, FormError, Notice } from './fields.tsx';
import formStyle from './form.css?url';
import { COURSE_NAME, Document } from './layout.tsx';
import { Mark } from './room.tsx';
import stylesheet from './site.css?url';

interface DeskProps {
  /** Of the page, without the names of the room and the course; they are added. */
  title: string;
  room: 'portal' | 'console';
  /** The provider whose portal it is; without one it is the room itself. */
  name?: string | undefined;
  nav: { href: string; label: string; here?: boolean | undefined }[];
  /** Who is in, as they are called. */
  who: string;
  /** In words: "owner". */
  role?: string | undefined;
  /** With it stands the button that leaves. */
  csrf?: string | undefined;
  /** Somebody of several providers can go to another. */
  several?: boolean | undefined;
  /** URLs of stylesheets beside the desk's own, in order. */
  styles?: string[] | undefined;
  scripts?: string[] | undefined;
  /** What was done, in a sentence. */
  done?: string | undefined;
  /** A form came to nothing; without a field it is said above all. */
  failed?: { field: string | undefined; message: string } | undefined;
  children?: Child;
}

/** The whole document of a page on which somebody of a provider, or the operator, works. */
export function Desk(props: DeskProps) {
  const { title, room, nav, who, role, csrf, styles = [], scripts, done, failed } = props;
  const { name = room === 'portal' ? 'Portal' : 'Console' } = props;
  return (
    <Document
      title={`${failed ? 'Error: ' : ''}${title} · ${name} · ${COURSE_NAME}`}
      robots="noindex"
      sheets={[stylesheet, formStyle, deskStyle, ...styles]}
      scripts={scripts}
    >
      <header class="desk-header">
        <div class="frame desk-frame">
          <div class="desk-top">
            <p class="desk-name">
              <Mark />
              <span>
                <bdi>{name}</bdi>
                <small>{props.name === undefined ? COURSE_NAME : `offers ${COURSE_NAME}`}</small>
              </span>
            </p>
            <div class="desk-who">
              <p>
                <bdi>{who}</bdi>
                {role && `, ${role}`}
              </p>
              {csrf !== undefined && (
                <a href={room === 'portal' ? '/portal/leave' : '/operator/leave'}>Browsers</a>
              )}
              {props.several && <a href="/portal">Other providers</a>}
              {csrf !== undefined && (
                <form
                  method="post"
                  action={room === 'portal' ? '/portal/leave' : '/operator/leave'}
                >
                  <input type="hidden" name="csrf" value={csrf} />
                  <button type="submit" class="text-button" name="go" value="yes">
                    Leave
                  </button>
                </form>
              )}
            </div>
          </div>
          {nav.length > 0 && (
            <nav aria-label={name}>
              <ul class="desk-nav">
                {nav.map(({ href, label, here }) => (
                  <li key={href}>
                    <a href={href} aria-current={here ? 'page' : undefined}>
                      {label}
                    </a>
                  </li>
                ))}
              </ul>
            </nav>
          )}
        </div>
      </header>
      <main id="content" class="frame desk-frame desk" tabindex={-1}>
        {done && (
          <Notice tone="success">
            <p>{done}</p>
          </Notice>
        )}
        {failed && failed.field === undefined && <FormError message={failed.message} />}
        {props.children}
      </main>
    </Document>
  );
}

/** The heading of a page with the sentence that says how things stand. */
export function Opening({ heading, children }: { heading: string; children?: Child }) {
  return (
    <header class="opening">
      <h1>{heading}</h1>
      {children && <div class="opening-says">{children}</div>}
    </header>
  );
}

interface ActFormProps {
  action: string;
  csrf: string;
  /** What the button says, by its deed: "Pause the form". */
  label: string;
  quiet?: boolean;
  /** It ends something. */
  grave?: boolean;
  /** Values that go along unseen. */
  fields?: Record<string, string>;
  enctype?: 'multipart/form-data';
  /** Asks for a reason, and says what it is kept for. The id makes its field the only one of its name. */
  why?: { id: string; hint: string; value?: string; error?: string | undefined } | undefined;
  /** Further fields, and what the button does in words. */
  children?: Child;
}

/** A form that does something at a desk: with it go the session’s mark and that its button was pressed. */
export function ActForm(props: ActFormProps) {
  const { action, csrf, label, quiet = false, grave = false, fields = {}, enctype, why } = props;
  return (
    <form class="act" method="post" action={action} enctype={enctype}>
      <input type="hidden" name="csrf" value={csrf} />
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {props.children}
      {why && <Why {...why} />}
      <Button name="go" value="yes" quiet={quiet} grave={grave}>
        {label}
      </Button>
    </form>
  );
}

/** Asks for a reason. */
function Why({ id, hint, value, error }: NonNullable<ActFormProps['why']>) {
  const field = `why-${id}`;
  return (
    <div class={error ? 'field field-wrong' : 'field'}>
      <label for={field}>Why</label>
      <p class="field-hint" id={`${field}-hint`}>
        {hint}
      </p>
      {error && (
        <p class="field-error" id={`${field}-error`}>
          <span class="unseen">Error: </span>
          {error}
        </p>
      )}
      <input
        id={field}
        name="why"
        type="text"
        required
        maxlength={200}
        value={value}
        autocomplete="off"
        autofocus={error ? true : undefined}
        aria-invalid={error ? 'true' : undefined}
        aria-describedby={error ? `${field}-error ${field}-hint` : `${field}-hint`}
      />
    </div>
  );
}

interface NeedProps {
  /** What is the matter, and why. */
  cause: Child;
  /** What learners notice of it. */
  effect: Child;
  /** Of what cannot wait. */
  grave?: boolean;
  /** One button, or a link that leads to what helps. */
  children?: Child;
}

/** One thing that needs somebody, among those of `Needs`. */
export function Need({ cause, effect, grave = false, children }: NeedProps) {
  return (
    <li class={grave ? 'need need-grave' : 'need'}>
      <div>
        <h3>{cause}</h3>
        <p>{effect}</p>
      </div>
      {children && <div class="need-way">{children}</div>}
    </li>
  );
}

/** All that needs somebody now. Without any it says so. */
export function Needs({ none, children }: { none: string; children?: Child }) {
  // One child comes by itself, several as a list.
  const any = [children].flat().some(Boolean);
  return (
    <section class="needs" aria-labelledby="needs">
      <h2 id="needs">Needs you</h2>
      {any ? <ul>{children}</ul> : <p class="needs-none">{none}</p>}
    </section>
  );
}

/** A few numbers beside each other, each with what it counts. */
export function Figures({
  figures,
}: {
  figures: { label: string; value: number | string; note?: Child }[];
}) {
  return (
    <dl class="figures">
      {figures.map(({ label, value, note }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd class="figure">{typeof value === 'number' ? inFigures(value) : value}</dd>
          {note && <dd>{note}</dd>}
        </div>
      ))}
    </dl>
  );
}

/** Links of which one is chosen: a span of time, a filter. */
export function Chooser({
  label,
  links,
}: {
  label: string;
  links: { href: string; label: string; here: boolean }[];
}) {
  return (
    <nav class="chooser" aria-label={label}>
      <span aria-hidden="true">{label}</span>
      <ul>
        {links.map(({ href, label: name, here }) => (
          <li key={href}>
            <a href={href} aria-current={here ? 'true' : undefined}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The way to what comes before and after in a long list. */
export function Pager({
  newer,
  older,
}: {
  newer?: string | undefined;
  older?: string | undefined;
}) {
  if (newer === undefined && older === undefined) return null;
  return (
    <nav class="pager" aria-label="Further lines">
      {newer !== undefined && (
        <a href={newer} rel="prev">
          Newer
        </a>
      )}
      {older !== undefined && (
        <a href={older} rel="next">
          Older
        </a>
      )}
    </nav>
  );
}

/** What stands where nothing is yet: that nothing is, and how it begins. */
export function Empty({ heading, children }: { heading: string; children: Child }) {
  return (
    <div class="empty">
      <h2>{heading}</h2>
      {children}
    </div>
  );
}

/** "12,345". */
export const inFigures = (count: number): string => count.toLocaleString('en-US');
