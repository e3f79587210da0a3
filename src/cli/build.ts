/** `npm run build`, and the build of a deploy: Vite’s, and what is wrong in a file said without a stack. */
import { stripVTControlCharacters } from 'node:util';
import { FileError } from './answers.ts';
import { main, run, say } from './local.ts';

/**
 * Builds with Vite in a process of its own.
 *
 * @throws Error with the lines about a file of the course alone, where one of these is at fault
 */
export async function build(args: string[], env: Record<string, string> = {}): Promise<string> {
  try {
    return await run('vite', ['build', ...args], { env });
  } catch (error) {
    const problems = problemsIn(error instanceof Error ? error.message : String(error));
    throw problems.length > 0 ? new FileError(problems.join('\n')) : error;
  }
}

/** The lines about files of the course in what a failed build printed, each once. */
export function problemsIn(printed: string): string[] {
  const lines = stripVTControlCharacters(printed).split('\n');
  const told = lines.map((line) => line.replace(/^(Lesson|File)?Error: ?/, '').trim());
  return [...new Set(told.filter((line) => /^[\w./-]+\.(md|yaml): [^:]+: \S/.test(line)))];
}

if (import.meta.main) {
  main(async () => say((await build(process.argv.slice(2))).trimEnd()));
}
