import { fileURLToPath } from 'node:url';
import { cloudflare } from '@cloudflare/vite-plugin';
import { defineConfig } from 'vite';
import { emails, SHIPPED_COURSE } from './emails/compile.ts';
import { answered, ownAnswers } from './src/cli/answers.ts';
import { fonts } from './src/cli/fonts.ts';
import { pageScripts } from './src/cli/page-scripts.ts';
import { TEMPLATES } from './src/delivery/kinds.ts';
import { widget } from './src/widget/compile.ts';

// Set by src/cli/local.ts: address, the database's folder and settings are the command's to choose.
const {
  IN_THE_ROOM_URL: url,
  IN_THE_ROOM_STATE: state,
  IN_THE_ROOM_CONFIG: configPath,
} = process.env;

const leftOut = fileURLToPath(new URL('src/mailer/left-out.ts', import.meta.url));

export default defineConfig({
  plugins: [
    // Settings of its own are given to whatever must run the same on every machine.
    emails({ needed: TEMPLATES, ...(configPath ? { course: SHIPPED_COURSE } : {}) }),
    widget(),
    pageScripts(),
    fonts(),
    cloudflare({
      ...(configPath ? { configPath } : {}),
      persistState: state ? { path: state } : true,
      inspectorPort: false,
      config: (config) => {
        if (url && config.vars) config.vars.BASE_URL = url;
        // git has the examples of wrangler.toml, this machine has the answers.
        if (process.env.CLOUDFLARE_ENV === 'production') answered(config, ownAnswers());
      },
    }),
  ],
  // Served as they are, by names that never change: drawings, icons, the share card, and `_headers` for them.
  publicDir: 'public',
  // No page of ours is a file: Vite would look through those of the tests for what to prepare.
  environments: { client: { optimizeDeps: { entries: [] } } },
  // A Worker's modules have no address, and pdfkit makes one of its own from it as it loads.
  define: { 'import.meta.url': JSON.stringify('file:///worker.js') },
  // Minified: what a Worker weighs and how fast it starts are counted.
  build: { minify: true },
  resolve: {
    alias: {
      // The Resend SDK can render React and parse received mail; ours does neither, and they weigh.
      '@react-email/render': leftOut,
      'postal-mime': leftOut,
      // Contexts are in the bundle, and what would fetch them is the most of what signs a badge.
      '@digitalbazaar/http-client': leftOut,
    },
  },
});
