import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { emails, SHIPPED_COURSE } from './emails/compile.ts';
import { ownSettings } from './src/cli/own-settings.ts';
import { pageScripts } from './src/cli/page-scripts.ts';
import { TEMPLATES } from './src/delivery/kinds.ts';
import { widget } from './src/widget/compile.ts';

/** Browser and Node tests; everything else runs in workerd, on a real D1. */
const inNode = [
  'test/architecture.test.ts',
  'test/promises.test.ts',
  'test/emails/**',
  'test/browser/**',
  'test/cli/**',
  'test/db/**',
  'test/deploy/**',
  'test/embed/**',
];

export default defineConfig({
  test: {
    // Every core: Vitest would leave one idle, which is half of a small machine.
    maxWorkers: '100%',
    // What a test prints is shown where it fails.
    silent: 'passed-only',
    projects: [
      {
        plugins: [
          // What an operator wrote on this machine changes no test.
          emails({ needed: TEMPLATES, course: SHIPPED_COURSE }),
          widget(),
          pageScripts(),
          cloudflareTest(async () => ({
            wrangler: { configPath: ownSettings() },
            miniflare: {
              bindings: { TEST_MIGRATIONS: await readD1Migrations('migrations') },
            },
          })),
        ],
        test: {
          name: 'workers',
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
          include: inNode.map((path) => path.replace(/\*\*$/, '**/*.test.{ts,tsx}')),
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
