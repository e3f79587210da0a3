/** A mail as /mailbox.json shows it. */
export interface Mail {
  id: number;
  at: string;
  to: string;
  subject: string;
  html: string;
  text: string;
  headers: Record<string, string>;
  kind: string;
  lesson: number | null;
}

export type Caller = ReturnType<typeof caller>;

/** Somebody with a browser and a mailbox, on a local course that starts at `url`. */
export function caller(url: string) {
  const form = (path: string, fields: Record<string, string>, cookie = '') =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { origin: url, cookie },
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
  return {
    form,
    page: (path: string, cookie = '') =>
      fetch(path.startsWith('http') ? path : `${url}${path}`, { headers: { cookie } }),
    async mails(to: string): Promise<Mail[]> {
      const mails = (await (await fetch(`${url}/mailbox.json`)).json()) as Mail[];
      return mails.filter((mail) => mail.to === to);
    },
    /** Moves the course's clock. @returns course time, an ISO instant */
    async advance(duration: string): Promise<string> {
      const response = await fetch(`${url}/clock`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ advance: duration }),
      });
      if (!response.ok) throw new Error(`POST /clock answered ${response.status}`);
      return ((await response.json()) as { now: string }).now;
    },
  };
}
