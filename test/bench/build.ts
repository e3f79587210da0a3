import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, createBuilder } from 'vite';
import { emails } from '../../emails/compile.ts';
import { fonts } from '../../src/cli/fonts.ts';
import { ROOT } from '../../src/cli/local.ts';
import { pageScripts } from '../../src/cli/page-scripts.ts';
import { widget } from '../../src/widget/compile.ts';

/** Where the Cloudflare plugin notes which build `wrangler deploy` is to take. */
const DEPLOY_NOTE = join(ROOT, '.wrangler/deploy/config.json');

/**
 * What `npm run build` makes, in another folder. The note for deploying stays as it was.
 *
 * @returns the path of the built Worker's wrangler.json; its script and assets lie beside it
 */
export async function buildProduction(folder: string): Promise<string> {
  const note = await readFile(DEPLOY_NOTE).catch(() => null);
  try {
    const builder = await createBuilder({
      root: ROOT,
      logLevel: 'error',
      build: { outDir: folder, emptyOutDir: true },
    });
    await builder.buildApp();
  } finally {
    if (note) await writeFile(DEPLOY_NOTE, note);
    else await rm(DEPLOY_NOTE, { force: true });
  }
  return join(folder, 'in_the_room/wrangler.json');
}

/**
 * Bundles one of the bench's own Workers as vite.config.ts does the course's.
 *
 * @param name a file of `workers/`
 * @returns the script's path
 */
export async function buildWorker(name: string, folder: string): Promise<string> {
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    plugins: [emails(), pageScripts(), fonts(), widget()],
    define: { 'import.meta.url': JSON.stringify('file:///worker.js') },
    resolve: {
      conditions: ['workerd', 'worker', 'module', 'import'],
      alias: {
        '@react-email/render': join(ROOT, 'src/mailer/left-out.ts'),
        'postal-mime': join(ROOT, 'src/mailer/left-out.ts'),
      },
    },
    ssr: { target: 'webworker', noExternal: true },
    build: {
      ssr: fileURLToPath(new URL(`workers/${name}.ts`, import.meta.url)),
      outDir: join(folder, name),
      emptyOutDir: true,
      minify: true,
      rolldownOptions: {
        output: { entryFileNames: 'index.js', codeSplitting: false },
        external: [/^cloudflare:/],
      },
    },
  });
  return join(folder, name, 'index.js');
}
