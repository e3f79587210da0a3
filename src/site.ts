/** What came of asking for a page of somebody else's site. */
export type Asked =
  /** Its beginning, as the site sent it. */
  | { kind: 'page'; url: URL; response: Response; wasCut(): boolean }
  /** It leads to where it may not be followed, an origin; that was not asked. */
  | { kind: 'leads-away'; to: string }
  | { kind: 'unread'; why: 'no-answer' | 'no-page' | 'too-many-hops' | 'refused'; status?: number };

/** How pages are asked for. */
export interface Reach {
  fetch: (address: string, init: RequestInit) => Promise<Response>;
  /** Aborted when it has taken too long. */
  patience: AbortSignal;
}

/** What of a page is read, in bytes, and how long it may take, in milliseconds. */
const MOST = 1024 * 1024;
const PATIENCE = 10_000;

/** How often a page may lead on to another. */
const HOPS = 3;

export const reach = (): Reach => ({
  fetch: (address, init) => fetch(address, init),
  patience: AbortSignal.timeout(PATIENCE),
});

/**
 * Asks for a page as a stranger would: by GET, without a cookie. Never throws.
 *
 * @param mayAsk decides of each address, the first and wherever it leads; no other is asked
 * @param agent who we say that we are
 */
export async function askPage(
  address: string,
  mayAsk: (url: URL) => boolean,
  agent: string,
  { fetch, patience }: Reach,
): Promise<Asked> {
  let url = new URL(address);
  try {
    for (let hop = 0; hop <= HOPS; hop++) {
      if (!mayAsk(url)) return { kind: 'leads-away', to: url.origin };
      const headers = { accept: 'text/html', 'user-agent': agent };
      const options = { redirect: 'manual', signal: patience, headers } as const;
      const response = await within(patience, fetch(url.href, options));
      const next = leadsTo(response, url);
      if (next === null) return await beginning(response, url);
      await response.body?.cancel();
      url = next;
    }
    return { kind: 'unread', why: 'too-many-hops' };
  } catch {
    return { kind: 'unread', why: 'no-answer' };
  }
}

function leadsTo({ status, headers }: Response, from: URL): URL | null {
  if (![301, 302, 303, 307, 308].includes(status)) return null;
  const url = URL.parse(headers.get('location') ?? '', from.href);
  return url && /^https?:$/.test(url.protocol) && !url.username && !url.password ? url : null;
}

async function beginning(response: Response, url: URL): Promise<Asked> {
  const { ok, status, body, headers } = response;
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  const isPage = type === 'text/html' || type === 'application/xhtml+xml';
  if (!ok || !isPage || body === null) {
    await body?.cancel();
    return ok ? { kind: 'unread', why: 'no-page' } : { kind: 'unread', why: 'refused', status };
  }
  const { stream, wasCut } = upTo(MOST);
  return {
    kind: 'page',
    url,
    response: new Response(body.pipeThrough(stream), { headers }),
    wasCut,
  };
}

/** What is awaited, or an error once patience is over: a stream may hang whatever its request was told. */
export function within<Given>(patience: AbortSignal, awaited: Promise<Given>): Promise<Given> {
  const over = new Promise<never>((_, reject) => {
    const end = () => reject(new Error('took too long'));
    if (patience.aborted) end();
    patience.addEventListener('abort', end, { once: true });
  });
  return Promise.race([awaited, over]);
}

/** Lets so many bytes through, and then ends. */
function upTo(most: number) {
  let left = most;
  let cut = false;
  const stream = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      if (chunk.byteLength <= left) {
        left -= chunk.byteLength;
        controller.enqueue(chunk);
        return;
      }
      cut = true;
      controller.enqueue(chunk.subarray(0, left));
      controller.terminate();
    },
  });
  return { stream, wasCut: () => cut };
}
