import { readdirSync } from 'node:fs';
import { normalizePath, type Plugin, runnerImport } from 'vite';

const EMAILS = 'virtual:emails';
const LESSONS = 'virtual:lessons';
const BODIES = 'virtual:mail-bodies';
const PROVIDED = [EMAILS, LESSONS, BODIES];
const resolved = (name: string) => `\0${name}`;
// Vite writes paths with slashes on every system.
const HERE = normalizePath(import.meta.dirname);
const ENTRY = `${HERE}/mails.tsx`;

export interface EmailsOptions {
  /** Where the lesson files are; `emails/lessons` unless a test says otherwise. */
  lessons?: string;
  /** Who stands behind the course; the operator's own file where there is one, unless a test says which. */
  course?: string;
  /** Kinds of mail that whoever uses them relies on: a build without the template of one stops. */
  needed?: readonly string[];
}

/** The file that ships with the course, for whatever must be the same on every machine. */
export const SHIPPED_COURSE = `${HERE}/course.yaml`;

/**
 * Vite plugin that provides `virtual:emails`, `virtual:mail-bodies` and `virtual:lessons` (see compiled.d.ts). Lessons and templates are read and
 * rendered here, in Node, so React never reaches the Worker. A lesson that fails its checks fails
 * the build with a message for the person who wrote it.
 */
export function emails({
  lessons = `${HERE}/lessons`,
  course,
  needed = [],
}: EmailsOptions = {}): Plugin {
  const folders = [HERE, normalizePath(lessons)];
  return {
    name: 'emails',
    resolveId(id) {
      return PROVIDED.includes(id) ? resolved(id) : null;
    },
    async load(id) {
      if (!PROVIDED.map(resolved).includes(id)) return null;
      // Imported anew each time, so that an edited template is seen without a restart.
      const { module, dependencies } = await runnerImport<typeof import('./mails.tsx')>(ENTRY, {
        root: HERE,
        logLevel: 'error',
      });
      const files = [lessons, `${HERE}/drawings`].flatMap((folder) =>
        readdirSync(folder).map((name) => `${folder}/${name}`),
      );
      const facts = ['course.yaml', 'course.local.yaml'].map((name) => `${HERE}/${name}`);
      for (const file of [ENTRY, ...dependencies, ...files, ...facts]) this.addWatchFile(file);
      const { weeks, notes, imprint, pictures, drawings } = module.compileEmails(lessons, course);
      const mails = [...notes, ...weeks.map(({ mail }) => mail)];
      const made = new Set<string>(mails.map(({ kind }) => kind));
      const missing = needed.filter((kind) => !made.has(kind));
      if (missing.length > 0) this.error(`no template in emails/ for: ${missing.join(', ')}`);
      if (id === resolved(LESSONS)) {
        return `export const texts = ${JSON.stringify(weeks.map(({ text }) => text))};`;
      }
      if (id === resolved(BODIES)) {
        return `export const bodies = ${JSON.stringify(mails.map(({ html, text }) => ({ html, text })))};`;
      }
      const heads = mails.map(({ html: _, text: __, ...head }) => head);
      const pictured = pictures.flatMap((file, at) => (file === null ? [] : [{ file, at }]));
      return [
        ...pictured.map(
          ({ file, at }) => `import picture${at} from ${JSON.stringify(`${file}?url&no-inline`)};`,
        ),
        `export const mails = ${JSON.stringify(heads)};`,
        `export const lessons = ${JSON.stringify(weeks.map(({ lesson }) => lesson))};`,
        `export const drawings = ${JSON.stringify(drawings)};`,
        `export const imprint = ${JSON.stringify(imprint)};`,
        ...pictured.map(({ at }) => `imprint.people[${at}].photo = picture${at};`),
      ].join('\n');
    },
    hotUpdate({ file }) {
      const ours = folders.some((folder) => file.startsWith(`${folder}/`));
      const { moduleGraph } = this.environment;
      const compiled = PROVIDED.flatMap((name) => moduleGraph.getModuleById(resolved(name)) ?? []);
      return ours && compiled.length > 0 ? compiled : undefined;
    },
  };
}
