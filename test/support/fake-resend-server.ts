/**
 * `npm run fake-resend`: the fake Resend on a port of this machine, so that `npm start` can post to
 * it. Options: --port (4010), --webhook (http://localhost:8787/webhooks/resend).
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import type { Mail } from '../../src/mailer/mailer.ts';
import { type Arrived, createFakeResend, type Fault, parse } from './fake-resend.ts';
import type { WebhookType } from './fake-resend-webhook.ts';

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/** The moments at which each fault can strike; the first is meant where none is told. */
const FAULTS: Record<Fault['how'], string[]> = {
  close: ['before', 'after'],
  hang: ['before', 'after'],
  html: ['before', 'after'],
  error: ['before', 'after'],
  empty: ['before', 'after'],
  cut: ['before', 'after'],
  'short-ids': ['after'],
  'rate-limit': ['before'],
  quota: ['before'],
  'bad-key': ['before'],
  refuse: ['before'],
  partial: ['before'],
  hold: ['before'],
};

/**
 * Listens on 127.0.0.1 only.
 *
 * @param options.port 0 for any that is free
 * @param options.webhook where webhooks are posted, on this machine
 * @throws Error where that is another machine
 */
export async function startFakeResend(options: {
  port: number;
  webhook: string;
  /** Null for no limit. */
  requestsPerSecond?: number | null;
  keepsBodies?: boolean;
}): Promise<{ url: string; close(): Promise<void> }> {
  const webhook = URL.parse(options.webhook);
  if (!webhook || !/^https?:$/.test(webhook.protocol) || !LOOPBACK.test(webhook.hostname)) {
    throw new Error(`--webhook must be an address on this machine, not ${options.webhook}`);
  }
  const { requestsPerSecond = 5, keepsBodies = true } = options;
  const resend = createFakeResend({ requestsPerSecond, keepsBodies });

  async function answer(request: Arrived, signal: AbortSignal): Promise<Response> {
    const route = `${request.method} ${new URL(request.url).pathname}`;
    if (route === 'GET /accepted') return Response.json(resend.accepted);
    if (route !== 'POST /fail' && route !== 'POST /webhook') return resend.answer(request, signal);
    const input = parse(request.bytes) ?? null;
    return route === 'POST /fail' ? queue(input) : tell(input);
  }

  function queue(input: unknown): Response {
    const faults = [input].flat().map(readFault);
    const wrong = faults.find((fault) => typeof fault === 'string');
    if (wrong !== undefined) return Response.json({ error: wrong }, { status: 400 });
    resend.fail(...(faults as Fault[]));
    return Response.json({ queued: faults.length });
  }

  /** Posts an event about the row's newest mail, or about one made up for `to`. */
  async function tell(input: unknown): Promise<Response> {
    const { type, delivery, to, id, bounce } = (input ?? {}) as Record<string, string | undefined>;
    const known = resend.accepted.findLast(({ mail }) =>
      mail.tags?.some(({ name, value }) => name === 'delivery' && value === String(delivery)),
    );
    if (!type?.startsWith('email.') || (!known && (!delivery || !to))) {
      const error =
        'Needs a type such as email.delivered and a delivery; also to, if never posted.';
      return Response.json({ error }, { status: 400 });
    }
    const mail = known ?? {
      id: crypto.randomUUID(),
      at: Date.now(),
      mail: madeUpMail(String(to), String(delivery)),
    };
    const event = await resend.webhook(type as WebhookType, mail, {
      ...(id ? { id } : {}),
      ...(bounce ? { bounce: bounce as 'Permanent' } : {}),
    });
    const { body, headers } = event;
    const response = await fetch(options.webhook, { method: 'POST', body, headers }).catch(
      () => null,
    );
    if (!response) return Response.json({ error: 'The course did not answer.' }, { status: 502 });
    const said = await response.text();
    return Response.json({ id: headers['svix-id'], status: response.status, said });
  }

  const server = createServer((incoming, outgoing) => {
    const gone = new AbortController();
    outgoing.once('close', () => gone.abort());
    read(incoming)
      .then((request) => answer(request, gone.signal))
      .then((response) => write(response, outgoing))
      // What rejects is a connection that breaks.
      .catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A fault from its JSON, or what is wrong with it. `hold` takes `seconds`, not a promise. */
function readFault(input: unknown): Fault | string {
  const fault = (input ?? {}) as Record<string, unknown>;
  const moments = FAULTS[fault.how as Fault['how']];
  if (!moments) return `how must be one of ${Object.keys(FAULTS).join(', ')}`;
  const when = fault.when ?? moments[0];
  if (!moments.includes(String(when))) return `${fault.how} knows only when: ${moments}`;
  if (fault.how === 'partial' && !Array.isArray(fault.places)) return 'partial needs places: [0]';
  if (fault.how === 'refuse' && !(Number(fault.status) >= 400 && fault.name)) {
    return 'refuse needs a status from 400 and a name';
  }
  if (fault.how !== 'hold') return { ...fault, when } as Fault;
  const { seconds = 5 } = fault;
  return {
    how: 'hold',
    until: new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1_000)),
  };
}

function madeUpMail(to: string, delivery: string): Mail {
  const tags = [{ name: 'delivery', value: delivery }];
  const from = 'In the Room <course@in-the-room.example>';
  return { from, to: [to], subject: 'Made up', html: '', text: '', headers: {}, tags };
}

async function read(incoming: IncomingMessage): Promise<Arrived> {
  const chunks: Buffer<ArrayBuffer>[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer<ArrayBuffer>);
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1').href;
  return { method: incoming.method ?? 'GET', url, headers, bytes: Buffer.concat(chunks) };
}

/** Rejects where the body breaks off; what came before has been sent by then. */
async function write(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  for await (const chunk of response.body ?? []) {
    await new Promise((resolve) => outgoing.write(chunk, resolve));
  }
  outgoing.end();
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4010' },
      webhook: { type: 'string', default: 'http://localhost:8787/webhooks/resend' },
    },
  });
  try {
    const { url } = await startFakeResend({ port: Number(values.port), webhook: values.webhook });
    process.stdout.write(`
  The fake Resend   ${url}      nothing leaves this machine

  For npm start to post to it, write into .dev.vars:

    MAILER=resend
    RESEND_BASE_URL=${url}

  What it took      curl ${url}/accepted
  Break an answer   curl ${url}/fail -d '{"how":"close","when":"after"}'
  Send a webhook    curl ${url}/webhook -d '{"type":"email.bounced","delivery":"…"}'
                    to ${values.webhook}

  Faults: ${Object.keys(FAULTS).join(', ')}. Stop with Ctrl+C.
`);
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
