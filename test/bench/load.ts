import { Agent, type RequestOptions, request } from 'node:http';
import { performance } from 'node:perf_hooks';

export interface Load {
  /** Requests a second. */
  throughput: number;
  /** Of each request, in milliseconds. */
  latencies: number[];
}

/**
 * Posts signups over a number of connections, each sending its next when its last is answered.
 *
 * @throws Error where an answer is not 202
 */
export function postSignups(
  url: string,
  count: number,
  connections: number,
  address: () => string,
): Promise<Load> {
  return load(count, connections, (agent) => {
    const body = `email=${encodeURIComponent(address())}&first_name=Ana&time_zone=Europe%2FBerlin`;
    const headers = {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': body.length,
    };
    return send(`${url}/signup`, { method: 'POST', agent, headers }, 202, body);
  });
}

/**
 * Opens a page over and over in the same way.
 *
 * @throws Error where an answer is not 200
 */
export function getPages(
  url: string,
  count: number,
  connections: number,
  headers: Record<string, string>,
): Promise<Load> {
  return load(count, connections, (agent) => send(url, { agent, headers }, 200));
}

async function load(
  count: number,
  connections: number,
  one: (agent: Agent) => Promise<void>,
): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = [];
  let left = count;
  const began = performance.now();
  const connection = async () => {
    while (left > 0) {
      left -= 1;
      const from = performance.now();
      await one(agent);
      latencies.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  return { throughput: count / seconds, latencies };
}

function send(url: string, options: RequestOptions, expected: number, body?: string) {
  return new Promise<void>((resolve, reject) => {
    const outgoing = request(url, options, (response) => {
      response.resume();
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === expected) resolve();
        else reject(new Error(`${new URL(url).pathname} answered ${response.statusCode}`));
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
