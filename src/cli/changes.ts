/** What a deploy will change, and for whom: said before it is done. */

/** The version that runs at an address. */
export type Running =
  | { kind: 'version'; version: string }
  /** Nothing of ours answers there: a first deploy, or a course that is down. */
  | { kind: 'nobody' };

/** The last version whose health did not say which it is. */
const UNSAID = '0.1.0';

/** How long to wait for the course that runs, in milliseconds. */
const PATIENCE = 10_000;

/**
 * Asks the course which version it is. Whatever else is wrong with it, its health says so.
 *
 * @param baseUrl an origin, as BASE_URL has it
 */
export async function runningVersion(baseUrl: string): Promise<Running> {
  try {
    const response = await fetch(new URL('/healthz', baseUrl), {
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE),
    });
    const health = (await response.json()) as { ok?: unknown; version?: unknown } | null;
    if (typeof health?.version === 'string') return { kind: 'version', version: health.version };
    if (typeof health?.ok === 'boolean') return { kind: 'version', version: UNSAID };
  } catch {
    // No host yet, no certificate yet, or somebody else's page.
  }
  return { kind: 'nobody' };
}

/** A version's part of the changelog. */
interface Section {
  version: string;
  text: string;
}

/** CHANGELOG.md by versions, newest first. */
function sectionsOf(changelog: string): Section[] {
  return changelog.split(/^(?=## )/m).flatMap((text) => {
    const version = /^## (\d+\.\d+\.\d+)\b/.exec(text)?.[1];
    return version === undefined ? [] : [{ version, text: text.trim() }];
  });
}

/** Names of migrations that Wrangler lists as not applied yet, in order. */
export function pendingMigrations(listed: string): string[] {
  return [...new Set(listed.match(/\b\d{4}_\w+\.sql\b/g) ?? [])].sort();
}

/**
 * What to tell before anything is done.
 *
 * @param pending migrations not applied yet; null where that could not be asked
 */
export function whatChanges(
  running: Running,
  version: string,
  changelog: string,
  pending: string[] | null,
): string {
  return [versionsIn(running, version, changelog), migrationsIn(pending)].join('\n\n');
}

function versionsIn(running: Running, version: string, changelog: string): string {
  if (running.kind === 'nobody') return `Version ${version}. No other version answers there yet.`;
  if (running.version === version) return `Version ${version} runs already.`;
  const sections = sectionsOf(changelog);
  const from = sections.findIndex((section) => section.version === running.version);
  if (from < 0) {
    return `Version ${running.version} runs, of which this folder’s CHANGELOG.md does not know. This is ${version}: is the folder up to date?`;
  }
  return [
    `Version ${running.version} runs; this is ${version}. What changes, and for whom:`,
    ...sections.slice(0, from).map(({ text }) => text),
  ].join('\n\n');
}

function migrationsIn(pending: string[] | null): string {
  if (pending === null) {
    return 'Which migrations the database still needs was not asked: that takes a login (npx wrangler login).';
  }
  if (pending.length === 0) return 'The database needs no migration.';
  return ['The database gets these migrations, with which the version that runs can work on:']
    .concat(pending)
    .join('\n  - ');
}
