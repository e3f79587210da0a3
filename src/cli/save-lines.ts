import { open, rename, rm } from 'node:fs/promises';

/**
 * Keeps a CSV as a file for its owner alone, and only a whole one: it stands under another name until its
 * last line is there.
 *
 * @returns how many lines it has below its head
 */
export async function saveLines(bytes: AsyncIterable<Uint8Array>, path: string): Promise<number> {
  const part = `${path}.part`;
  // A file of its own: npm prints lines before whatever a command prints.
  const file = await open(part, 'w', 0o600);
  let lines = 0;
  try {
    for await (const chunk of bytes) {
      // No cell has a line break, so each one ends a line; the first is the head.
      lines += chunk.filter((byte) => byte === 0x0a).length;
      await file.write(chunk);
    }
  } catch (error) {
    await file.close();
    await rm(part);
    throw new Error(`The file broke off after ${lines} lines, so nothing was kept.`, {
      cause: error,
    });
  }
  await file.close();
  await rename(part, path);
  return lines - 1;
}
