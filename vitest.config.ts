import { fileURLToPath } from 'node:url';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { emails, SHIPPED_COURSE } from './emails/compile.ts';
import { fontServer, fonts } from './src/cli/fonts.ts';
import { ownSettings } from './src/cli/own-settings.ts';
import { pageScripts } from './src/cli/page-scripts.ts';
import { TEMPLATES } from './src/delivery/kinds.ts';
import { widget } from './src/widget/compile.ts';
import tsconfig from './tsconfig.json' with { type: 'json' };

/**
 * Tests that run in Node: those that `tsconfig.json` leaves out, because they are not typechecked with what
 * workerd has, and those of the schema, which read it as the Worker does. Everything else runs in workerd,
 * on a real D1.
 */
const inNode = [...tsconfig.exclude, 'test/db']
  .filter((path) => /^test\/[^*]*$/.test(path) && !path.startsWith('test/support/'))
  .map((path) => (path.endsWith('.ts') ? path : `${path}/**/*.test.{ts,tsx}`));

const leftOut = fileURLToPath(new URL('src/mailer/left-out.ts', import.meta.url));

const SIGNING = [
  '@digitalbazaar/data-integrity',
  '@digitalbazaar/ed25519-multikey',
  '@digitalbazaar/eddsa-rdfc-2022-cryptosuite',
  '@digitalbazaar/vc',
  '@digitalbazaar/vc-bitstring-status-list',
];

export default defineConfig({
  test: {
    // Every core: Vitest would leave one idle, which is half of a small machine.
    maxWorkers: '100%',
    // What a test prints is shown where it fails.
    silent: 'passed-only',
    reporters: ['default', './test/support/slowest.ts'],
    projects: [
      {
        plugins: [
          // What an operator wrote on this machine changes no test.
          emails({ needed: TEMPLATES, course: SHIPPED_COURSE }),
          widget(),
          pageScripts(),
          fonts(),
          cloudflareTest(async () => ({
            wrangler: { configPath: ownSettings() },
            miniflare: {
              bindings: { TEST_MIGRATIONS: await readD1Migrations('migrations') },
              // Files beside the Worker, as Vite would serve them.
              serviceBindings: { ASSETS: fontServer },
            },
          })),
        ],
        // As vite.config.ts has it: what signs badges fetches nothing.
        resolve: { alias: { '@digitalbazaar/http-client': leftOut } },
        test: {
          name: 'workers',
          // What signs badges is in part of a form that only a bundler reads.
          deps: { optimizer: { ssr: { enabled: true, include: SIGNING } } },
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: inNode,
          setupFiles: ['test/support/database.ts'],
          // Nothing waits; a busy machine may still be slow.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'node',
          include: inNode,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
