/** Set-up as a process of its own, so that a test can cut its power: `node … <folder> <Cloudflare> <Resend> <wrangler> <control>`. */
import { type Answer, ownHands } from '../../src/cli/setup/hands.ts';
import { setUp } from '../../src/cli/setup/run.ts';

const [folder = '', cloudflareUrl = '', resendUrl = '', wrangler = '', control = ''] =
  process.argv.slice(2);
const { RESEND_FULL_KEY = '', CLOUDFLARE_SETUP_TOKEN = '' } = process.env;

const own = ownHands(
  { resend: RESEND_FULL_KEY, cloudflare: CLOUDFLARE_SETUP_TOKEN },
  () => undefined,
  {
    ...{ folder, cloudflareUrl, resendUrl, wrangler },
  },
);
const ask = async (path: string, body: unknown): Promise<Answer | null> => {
  const answer = await fetch(control + path, { method: 'POST', body: JSON.stringify(body) });
  return (await answer.json()) as Answer | null;
};
const say = (line: string) => process.stdout.write(`${line}\n`);

const ending = await setUp(
  {
    ...own,
    course: (_, method, path, body, token) => ask('/course', { method, path, token, body }),
    build: async () => ({
      path: 'dist/wrangler.json',
      config: {
        vars: { BASE_URL: 'http://127.0.0.1:9' },
        d1_databases: [{ binding: 'DB', database_id: 'd1' }],
      },
    }),
    wait: async () => {
      await ask('/go-by', {});
    },
  },
  {
    say,
    ask: async (question) => {
      say(`  ? ${question}  Yes`);
      return true;
    },
  },
  { check: false, kept: false, token: true, resend: true, version: '0.2.0' },
).catch((error: Error) => error.message);
say(`  ${ending}`);
