/** The build step of what runs in somebody else's page. */
import { build, normalizePath, type Plugin } from 'vite';

const NAME = 'virtual:widget';
const RESOLVED = `\0${NAME}`;
// Vite writes paths with slashes on every system.
const HERE = normalizePath(import.meta.dirname);
const ENTRY = `${HERE}/embed.ts`;

/** Stands in the script for the course's origin, which is known where it is served. */
const COURSE = 'https://course.invalid';

/** One classic script, minified, its stylesheet in it: what `/embed.js` answers. */
export async function compileWidget(): Promise<string> {
  const built = await build({
    configFile: false,
    root: HERE,
    logLevel: 'error',
    define: { __COURSE__: JSON.stringify(COURSE) },
    build: {
      write: false,
      minify: true,
      target: 'es2022',
      // The stylesheet says itself what an older browser does with it.
      cssTarget: 'esnext',
      lib: { entry: ENTRY, formats: ['iife'], name: 'inTheRoom', fileName: 'embed' },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  const chunk = output && 'output' in output ? output.output[0] : undefined;
  if (chunk?.type !== 'chunk') throw new Error('the widget was not built');
  return chunk.code;
}

/** Vite plugin that provides `virtual:widget` (see compiled.d.ts): the widget as the text of its script. */
export function widget(): Plugin {
  return {
    name: 'widget',
    resolveId(id) {
      return id === NAME ? RESOLVED : null;
    },
    async load(id) {
      if (id !== RESOLVED) return null;
      for (const file of ['embed.ts', 'embed.css']) this.addWatchFile(`${HERE}/${file}`);
      const script = JSON.stringify(await compileWidget());
      return `export const scriptOf = (course) => ${script}.replaceAll('${COURSE}', course);`;
    },
    hotUpdate({ file }) {
      const compiled = this.environment.moduleGraph.getModuleById(RESOLVED);
      return file.startsWith(`${HERE}/`) && compiled ? [compiled] : undefined;
    },
  };
}
