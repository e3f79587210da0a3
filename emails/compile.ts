import { readdirSync } from 'node:fs';
import { normalizePath, type Plugin, runnerImport } from 'vite';

const NAME = 'virtual:emails';
const RESOLVED = `\0${NAME}`;
// Vite writes paths with slashes on every system.
const HERE = normalizePath(import.meta.dirname);
const ENTRY = `${HERE}/mails.tsx`;

export interface EmailsOptions {
  /** Where the lesson files are; `emails/lessons` unless a test says otherwise. */
  lessons?: string;
}

/**
 * Vite plugin that provides `virtual:emails` (see compiled.d.ts). Lessons and templates are read and
 * rendered here, in Node, so React never reaches the Worker. A lesson that fails its checks fails
 * the build with a message for the person who wrote it.
 */
export function emails({ lessons = `${HERE}/lessons` }: EmailsOptions = {}): Plugin {
  const folders = [HERE, normalizePath(lessons)];
  return {
    name: 'emails',
    resolveId(id) {
      return id === NAME ? RESOLVED : null;
    },
    async load(id) {
      if (id !== RESOLVED) return null;
      // Imported anew each time, so that an edited template is seen without a restart.
      const { module, dependencies } = await runnerImport<typeof import('./mails.tsx')>(ENTRY, {
        root: HERE,
        logLevel: 'error',
      });
      const files = readdirSync(lessons).map((name) => `${lessons}/${name}`);
      for (const file of [ENTRY, ...dependencies, ...files]) this.addWatchFile(file);
      const { weeks, notes } = module.compileEmails(lessons);
      // One literal per week: mail, text and page of a lesson stay near each other in the bundle,
      // where gzip finds what they share.
      return [
        `const weeks = ${JSON.stringify(weeks)};`,
        `export const mails = [...${JSON.stringify(notes)}, ...weeks.map((week) => week.mail)];`,
        'export const lessons = weeks.map((week) => week.lesson);',
      ].join('\n');
    },
    hotUpdate({ file }) {
      const ours = folders.some((folder) => file.startsWith(`${folder}/`));
      const compiled = this.environment.moduleGraph.getModuleById(RESOLVED);
      return ours && compiled ? [compiled] : undefined;
    },
  };
}
