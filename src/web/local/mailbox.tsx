import clockScript from '../ui/clock.js?url&no-inline';
import { Layout } from '../ui/layout.tsx';
import mailboxStyle from './mailbox.css?url';

interface MailboxMail {
  id: number;
  /** When it was sent: an ISO instant of course time. */
  at: string;
  to: string;
  subject: string;
  kind: string;
  lesson: number | null;
}

interface OpenMail extends MailboxMail {
  from: string;
  html: string;
  text: string;
  headers: Record<string, string>;
}

interface MailboxPageProps {
  mails: MailboxMail[];
  selected?: OpenMail | undefined;
  /** Course time, an ISO instant. */
  now: string;
  /** The origin that this run serves. */
  baseUrl: string;
}

/** "lesson 3", "confirm". */
function kindOf({ kind, lesson }: MailboxMail): string {
  return kind === 'lesson' ? `lesson ${lesson}` : kind;
}

/** Links in a mail open beside the mailbox. The frame is sandboxed: no script, no origin. */
function inNewTab(html: string): string {
  const base = '<base target="_blank">';
  return /<head[^>]*>/i.test(html)
    ? html.replace(/<head[^>]*>/i, (head) => head + base)
    : base + html;
}

/** An ISO instant without what a reader does not need: "2026-12-01 07:30 UTC". */
function Instant({ at }: { at: string }) {
  const [, day, minute] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(at) ?? [];
  return <time datetime={at}>{day && minute ? `${day} ${minute} UTC` : at}</time>;
}

/** The local mailbox. A mail is opened by `/mailbox?id=<id>`. */
export function MailboxPage({ mails, selected, now, baseUrl }: MailboxPageProps) {
  return (
    <Layout
      styles={[mailboxStyle]}
      title="Local mailbox"
      robots="noindex"
      scripts={[clockScript]}
      wide
    >
      <div class="mailbox-head">
        <div>
          <h1>Local mailbox</h1>
          <p>Mail that this copy of the course sends ends here. Nothing leaves this machine.</p>
        </div>
        <section class="clock" aria-labelledby="clock">
          <h2 id="clock" class="label">
            Course time
          </h2>
          <p class="clock-now">
            <Instant at={now} />
          </p>
          <div data-clock>
            <p>Move it forward, and send what falls due on the way:</p>
            <pre>
              <code>{`curl -X POST ${baseUrl}/clock \\
  -H 'Content-Type: application/json' \\
  -d '{"advance":"P7D"}'`}</code>
            </pre>
          </div>
        </section>
      </div>

      <div class="mailbox">
        <nav class="mailbox-list" aria-label="Mails, newest first">
          {mails.length === 0 ? (
            <p>
              No mail yet. <a href="/#signup">Sign up</a> with any address to get the first.
            </p>
          ) : (
            <ol>
              {mails.map((mail) => (
                <li key={mail.id}>
                  <a
                    href={`/mailbox?id=${mail.id}#mail`}
                    aria-current={mail.id === selected?.id ? 'true' : undefined}
                  >
                    <span class="mail-subject">{mail.subject}</span>
                    <span class="mail-to">{mail.to}</span>
                    <span class="mail-meta">
                      {kindOf(mail)} · <Instant at={mail.at} />
                    </span>
                  </a>
                </li>
              ))}
            </ol>
          )}
        </nav>

        {selected ? (
          <article class="mail" id="mail" aria-labelledby="mail-subject" tabindex={-1}>
            <h2 id="mail-subject">{selected.subject}</h2>
            <dl class="mail-envelope">
              <div>
                <dt>From</dt>
                <dd>{selected.from}</dd>
              </div>
              <div>
                <dt>To</dt>
                <dd>{selected.to}</dd>
              </div>
              <div>
                <dt>Sent</dt>
                <dd>
                  <Instant at={selected.at} />
                </dd>
              </div>
              <div>
                <dt>Kind</dt>
                <dd>{kindOf(selected)}</dd>
              </div>
            </dl>
            <iframe
              title="The mail as HTML"
              sandbox="allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
              srcdoc={inNewTab(selected.html)}
            ></iframe>
            <details>
              <summary>Text part</summary>
              <pre class="mail-text">{selected.text}</pre>
            </details>
            <details>
              <summary>Headers</summary>
              <dl class="mail-headers">
                {Object.entries(selected.headers).map(([name, value]) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
            </details>
          </article>
        ) : (
          mails.length > 0 && <p class="mail-none">Choose a mail to read it.</p>
        )}
      </div>
    </Layout>
  );
}
