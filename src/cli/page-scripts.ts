/** The build step of page scripts that import something: `import url from './x.js?script'`. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { build, normalizePath, type Plugin } from 'vite';

const MARK = '?script';

/** Where the finished scripts lie, for Vite to serve and to copy like any other file. */
const FOLDER = normalizePath(`${import.meta.dirname}/../../node_modules/.page-scripts`);

/** One classic script, minified, with all that it imports. */
async function compile(entry: string): Promise<{ code: string; files: string[] }> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: true,
      target: 'es2022',
      lib: { entry, formats: ['iife'], name: 'page', fileName: 'page' },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  const chunk = output && 'output' in output ? output.output[0] : undefined;
  if (chunk?.type !== 'chunk') throw new Error(`${entry} was not built`);
  return { code: chunk.code, files: chunk.moduleIds.filter((id) => !id.startsWith('\0')) };
}

/** Vite plugin: a `?script` is the address of the finished script, as a `?url` is that of a file. */
export function pageScripts(): Plugin {
  return {
    name: 'page-scripts',
    async resolveId(id, importer) {
      if (!id.endsWith(MARK)) return null;
      const found = await this.resolve(id.slice(0, -MARK.length), importer, { skipSelf: true });
      return found && found.id + MARK;
    },
    async load(id) {
      if (!id.endsWith(MARK)) return null;
      const entry = id.slice(0, -MARK.length);
      const { code, files } = await compile(entry);
      for (const file of files) this.addWatchFile(file);
      const path = `${FOLDER}/${basename(entry)}`;
      await mkdir(FOLDER, { recursive: true });
      // Several runs may stand on one folder: what is there already is left alone.
      if ((await readFile(path, 'utf8').catch(() => null)) !== code) await writeFile(path, code);
      return `export { default } from '${path}?url&no-inline';`;
    },
  };
}
