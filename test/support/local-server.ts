import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, type LocalServer, startLocal } from '../../src/cli/local.ts';
import { moveLocalClock } from './local-clock.ts';

/** The app on this machine, for the tests of one file. */
export interface TestServer extends LocalServer {
  /** Moves course time forward by an ISO 8601 duration; what falls due on the way is sent. */
  advance(duration: string): Promise<void>;
}

/** Serves the app on a free port, with an empty database that is gone when the server is closed. */
export async function serveLocal(): Promise<TestServer> {
  const state = await mkdtemp(join(tmpdir(), 'in-the-room-'));
  const server = await startLocal({ port: await freePort(), state });
  return {
    ...server,
    advance: (duration) => moveLocalClock(server.url, { advance: duration }),
    async close() {
      await server.close();
      await rm(state, { recursive: true, force: true });
    },
  };
}
