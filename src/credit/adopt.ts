import type { Context } from '../context.ts';
import { randomId } from '../id.ts';
import { type KeptPicture, pictureToKeep } from '../provider/keep-picture.ts';
import { findBySlug } from '../provider/list-providers.ts';
import { digestOf } from '../token.ts';
import type { Accepted, AdoptionBody } from './adoption.ts';
import { parseAdoption, type Wrong, warningsOf } from './adoption-json.ts';
import { canonical } from './canonical.ts';
import { approvalInWords, limitsOf, signerInWords } from './certificate.ts';
import { unprintable } from './letters.ts';
import {
  type Adoption,
  countOpen,
  hasPrint,
  insertAdoption,
  readAdoptionsOf,
  readTexts,
} from './store/adoptions.ts';
import { type Edition, latestEdition, readEdition } from './store/editions.ts';
import { faces } from './typefaces.ts';

export interface Adopt {
  /** The provider's slug, or its key. */
  slug: string;
  /** What it says, as JSON has it. Without an edition it is the one that was frozen last. */
  json: Record<string, unknown>;
  /** Printed for its signer; null where the typed name stands for it, or the JSON names one that is kept. */
  signature: Uint8Array | null;
  /** Who at the provider agreed to exactly this, and on which day; null where it is only looked at. */
  agreed: { by: string; on: string } | null;
  /** Questions that anybody can read with their keys, where the operator knows of some. */
  published: readonly string[];
  /** Its claims that are not completed come along from the one before. */
  follows: boolean;
  /** Each warning was answered. */
  sure: boolean;
  actor: string;
  reason: string;
}

/** What would stand, or stands. */
export interface Ready {
  body: AdoptionBody;
  /** Of its canonical text. */
  bodyHash: string;
  edition: Edition;
  provider: string;
  warnings: string[];
  /** The last day of the one that it follows, and how many claims come along; null where it follows none. */
  before: { until: string; claims: number } | null;
}

export type Adopted =
  | { kind: 'unknown' | 'no-edition' | 'nothing-to-follow' | 'other-items' | 'busy' }
  | { kind: 'wrong'; wrong: Wrong[] }
  /** One runs, until this day. */
  | { kind: 'runs-already'; until: string }
  | ({ kind: 'looked-at' | 'warned' } & Ready)
  | ({ kind: 'adopted'; id: number; along: number } & Ready)
  /** The one that runs says exactly this. */
  | ({ kind: 'adopted-already'; id: number } & Ready);

/** So often is it read anew where somebody changes the one before in between. */
const READS = 3;

/**
 * Takes an adoption in, as a provider agreed to it, or looks at what it would be. It stands as it is for ever:
 * only another follows it.
 *
 * @throws DomainError `bad-input` (field `signature`)
 */
export async function adopt(ctx: Context, input: Adopt): Promise<Adopted> {
  const signature = input.signature && (await pictureToKeep(input.signature, 'signature'));
  for (let read = 0; read < READS; read += 1) {
    const adopted = await tryToAdopt(ctx, input, signature);
    if (adopted.kind !== 'busy') return adopted;
  }
  return { kind: 'busy' };
}

async function tryToAdopt(
  ctx: Context,
  input: Adopt,
  signature: KeptPicture | null,
): Promise<Adopted> {
  const provider = await findBySlug(ctx, input.slug);
  if (!provider) return { kind: 'unknown' };
  const named = input.json.edition ?? (await latestEdition(ctx.db));
  const edition = typeof named === 'string' ? await readEdition(ctx.db, named) : null;
  if (!edition) return { kind: 'no-edition' };
  const parsed = parseAdoption({ ...input.json, edition: edition.hash }, edition);
  if (parsed.kind === 'wrong') return parsed;
  const { signer } = parsed.body;
  const body: AdoptionBody = {
    ...parsed.body,
    signer: { ...signer, image: signature?.hash ?? signer.image },
  };
  const texts = await readTexts(ctx.db, body.accepts);
  const wrong = [
    ...(signature === null && signer.image !== null && !(await hasPrint(ctx.db, signer.image))
      ? [{ field: 'signer.image', says: 'names a picture that is not kept: give the file' }]
      : []),
    ...body.accepts
      .filter((hash) => !texts.some((text) => text.hash === hash))
      .map((hash) => ({ field: 'accepts', says: `has ${hash}, which is no text that was frozen` })),
    ...lettersOf(body).map(([field, letters]) => ({
      field,
      says: `has ${letters.join(' ')}, which no font of ours prints`,
    })),
  ];
  if (wrong.length > 0) return { kind: 'wrong', wrong };

  const text = canonical(body);
  const bodyHash = await digestOf(text);
  const adoptions = await readAdoptionsOf(ctx.db, provider.id);
  const running = adoptions.find(({ endedAt }) => endedAt === null);
  const ready: Ready = {
    body,
    bodyHash,
    edition,
    provider: provider.name,
    warnings: warningsOf(body, edition, input.published),
    before: null,
  };
  if (running?.bodyHash === bodyHash) return { kind: 'adopted-already', id: running.id, ...ready };
  if (running && !input.follows) return { kind: 'runs-already', until: running.untilDay };
  const before = input.follows ? (running ?? followable(adoptions) ?? null) : null;
  if (before) {
    if (!(await hasSameItems(ctx, before, edition))) return { kind: 'other-items' };
    ready.before = { until: before.untilDay, claims: await countOpen(ctx.db, before.id) };
  } else if (input.follows) return { kind: 'nothing-to-follow' };
  if (input.agreed === null) return { kind: 'looked-at', ...ready };
  if (ready.warnings.length > 0 && !input.sure) return { kind: 'warned', ...ready };

  const at = ctx.clock.now();
  const id = randomId();
  const along = await insertAdoption(
    ctx.db,
    {
      id,
      providerId: provider.id,
      edition: edition.hash,
      accepts: acceptedBy(edition, texts, before, at),
      body: text,
      bodyHash,
      agreedBy: input.agreed.by,
      agreedOn: input.agreed.on,
      from: body.from,
      until: body.until,
      at,
      signature: signature && { hash: signature.hash, type: signature.type, body: signature.body },
      follows: before && { id: before.id, accepts: JSON.stringify(before.accepts) },
    },
    {
      at,
      actor: input.actor,
      verb: 'adopt',
      subscriberId: null,
      subject: `adoption:${id.toString(36)}`,
      providerId: provider.id,
      reason: input.reason,
    },
  );
  if (along === null) return { kind: 'busy' };
  ctx.log.info('adopted', { adoption: id, along });
  return { kind: 'adopted', id, along, ...ready };
}

/** The last one that ended and that none follows: its claims may still be taken along. */
function followable(adoptions: readonly Adoption[]): Adoption | undefined {
  const followed = new Set(adoptions.map(({ follows }) => follows));
  const [last] = adoptions;
  return last && !followed.has(last.id) ? last : undefined;
}

/** Whether what was answered under one means the same under another. */
async function hasSameItems(ctx: Context, before: Adoption, edition: Edition): Promise<boolean> {
  if (before.edition === edition.hash) return true;
  const earlier = await readEdition(ctx.db, before.edition);
  return canonical(earlier?.items) === canonical(edition.items);
}

/** The edition's texts, those that it names beside, and what counted before. */
function acceptedBy(
  edition: Edition,
  beside: readonly { hash: string; lesson: number }[],
  before: Adoption | null,
  at: number,
): Accepted[] {
  const own = edition.texts.map(({ hash, lesson }) => ({ text: hash, lesson, at, how: 'adopted' }));
  const more = beside.map(({ hash, lesson }) => ({ text: hash, lesson, at, how: 'accepted' }));
  const all = [...own, ...more, ...(before?.accepts ?? [])] as Accepted[];
  return all.filter(({ text }, index) => all.findIndex((each) => each.text === text) === index);
}

/** What of it goes onto paper in letters that cannot be printed: fields, each with its letters. */
function lettersOf({ signer, contact, approvals }: AdoptionBody): [string, string[]][] {
  const printed: [string, string[]][] = [
    ['signer', [signerInWords(signer), signer.title]],
    ['contact', [contact.address, contact.email, contact.phone ?? '']],
    ...approvals.map((each, at): [string, string[]] => [
      `approvals.${at}`,
      [approvalInWords(each), each.statement, each.format, ...limitsOf(each)],
    ]),
  ];
  return printed.flatMap(([field, texts]): [string, string[]][] => {
    const letters = [...new Set(texts.flatMap((text) => unprintable(text, faces)))];
    return letters.length === 0 ? [] : [[field, letters]];
  });
}
