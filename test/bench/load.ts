import { Agent, request } from 'node:http';
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
export async function postSignups(
  url: string,
  count: number,
  connections: number,
  address: () => string,
): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = [];
  let left = count;
  const began = performance.now();
  const connection = async () => {
    while (left > 0) {
      left -= 1;
      const from = performance.now();
      await postSignup(url, agent, address());
      latencies.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  return { throughput: count / seconds, latencies };
}

function postSignup(url: string, agent: Agent, email: string): Promise<void> {
  const body = `email=${encodeURIComponent(email)}&first_name=Ana&time_zone=Europe%2FBerlin`;
  const headers = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': body.length,
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}/signup`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 202) resolve();
        else reject(new Error(`POST /signup answered ${response.statusCode}`));
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
