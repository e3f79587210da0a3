/** D1’s shapes for what runs in Node: all of Cloudflare’s globals would not go with Node’s own. */
import type * as cloudflare from '@cloudflare/workers-types';

declare global {
  type D1Database = cloudflare.D1Database;
  type D1Result<Row = unknown> = cloudflare.D1Result<Row>;
}
