import type { Context } from '../context.ts';
import { type CompiledMail, compiledMails, LESSONS, mailHeads } from '../course/course.ts';
import type { Content } from './body.ts';
import { KINDS, type Kind } from './kinds.ts';
import { fillTextHashes, readContents, storeContents, storedContents } from './store/contents.ts';

/** The hashes that this build freezes into new deliveries: by step for lessons, by kind for the rest. */
export interface CurrentHashes {
  steps: string[];
  kinds: Partial<Record<Kind, string>>;
}

const ours = new Set(mailHeads.map(({ hash }) => hash));

/** This build's mails by their hashes, kept once something was sent. */
let kept: Promise<Map<string, CompiledMail>> | undefined;
const byHash = () => {
  kept ??= compiledMails().then((mails) => new Map(mails.map((mail) => [mail.hash, mail])));
  return kept;
};

function hashOf(kind: string, lesson: number | null): string {
  const mail = mailHeads.find(
    (candidate) => candidate.kind === kind && candidate.lesson === lesson,
  );
  if (!mail) throw new Error(`this build has no mail ${kind} ${lesson ?? ''}`);
  return mail.hash;
}

const current: CurrentHashes = {
  steps: [
    ...Array.from({ length: LESSONS }, (_, index) => hashOf('lesson', index + 1)),
    hashOf('complete', null),
  ],
  kinds: Object.fromEntries(
    Object.entries(KINDS).flatMap(([kind, { template }]) =>
      template === 'lesson' ? [] : [[kind, hashOf(template, null)]],
    ),
  ),
};

/** Whether this build makes mails of a content; what an earlier one froze is in the database alone. */
export function isOfThisBuild(hash: string): boolean {
  return ours.has(hash);
}

/**
 * Stores every mail of this build by its hash, before anything is frozen that names it: after the
 * next deploy the same bytes can still be made.
 */
export async function ensureContents(ctx: Context): Promise<CurrentHashes> {
  const stored = await storedContents(ctx.db, [...ours]);
  if ([...ours].some((hash) => !stored.has(hash))) {
    const missing = [...(await byHash()).values()].filter((mail) => !stored.has(mail.hash));
    await storeContents(ctx.db, missing, ctx.clock.now());
  }
  const unfilled = mailHeads.filter(
    ({ hash, textHash }) => textHash !== null && stored.get(hash) === null,
  );
  if (unfilled.length > 0) await fillTextHashes(ctx.db, unfilled);
  return current;
}

/** The contents of these hashes: this build's from memory, earlier ones from the database. */
export async function contentsFor(
  ctx: Context,
  hashes: Iterable<string | null>,
): Promise<Map<string, Content>> {
  const wanted = new Set([...hashes].filter((hash) => hash !== null));
  const found = new Map<string, Content>();
  const mails = await byHash();
  for (const hash of wanted) {
    const mail = mails.get(hash);
    if (mail) found.set(hash, mail);
  }
  const missing = [...wanted].filter((hash) => !found.has(hash));
  if (missing.length > 0) {
    for (const [hash, content] of await readContents(ctx.db, missing)) found.set(hash, content);
  }
  return found;
}
