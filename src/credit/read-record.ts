import type { Context } from '../context.ts';
import {
  frozenOf,
  type Kept,
  type Pictures,
  type Printed,
  picturesOf,
  type State,
  stateOf,
} from './certificate.ts';
import type { TextBody } from './edition.ts';
import { type Adoption, readAdoption } from './store/adoptions.ts';
import { readPictures } from './store/certificates.ts';
import { readEdition, readText, readTitles } from './store/editions.ts';
import { readKeptOne } from './store/reports.ts';

/** All that a board may ask a provider for about one certificate. */
export interface ProviderRecord {
  number: string;
  issuedAt: number;
  printed: Printed;
  pictures: Pictures;
  record: Kept;
  /** With the titles of the texts that were read, as far as they are kept. */
  lessons: (Kept['lessons'][number] & { title: string | null })[];
  state: State;
  withdrawnAt: number | null;
  why: string | null;
  replaces: string | null;
  replacedBy: string | null;
  reportedAt: number | null;
  keepUntil: number;
  /** Its holder has erased what the course held about them. */
  erased: boolean;
  adoption: Adoption | null;
}

/** The record of one certificate. Null where it is none of this provider's, or not kept by it any more. */
export async function readRecord(
  ctx: Context,
  { providerId, number }: { providerId: number; number: string },
): Promise<ProviderRecord | null> {
  const row = await readKeptOne(ctx.db, providerId, number, ctx.clock.now());
  if (!row || row.frozen === null) return null;
  const { printed, record } = frozenOf(row.frozen);
  const [pictures, edition, adoption, titles] = await Promise.all([
    readPictures(ctx.db, picturesOf(printed)),
    readEdition(ctx.db, record.edition),
    readAdoption(ctx.db, row.adoptionId),
    readTitles(
      ctx.db,
      record.lessons.map(({ textHash }) => textHash),
    ),
  ]);
  const { issuedAt, withdrawnAt, why, replaces, replacedBy, reportedAt, keepUntil } = row;
  return {
    number,
    issuedAt,
    printed,
    pictures,
    record,
    lessons: record.lessons.map((lesson) => ({
      ...lesson,
      title:
        titles.get(lesson.textHash) ??
        edition?.texts.find((text) => text.lesson === lesson.lesson)?.title ??
        null,
    })),
    state: stateOf(row),
    withdrawnAt,
    why,
    replaces,
    replacedBy,
    reportedAt,
    keepUntil,
    erased: row.subscriberId === null,
    adoption,
  };
}

/** The text of a lesson as the holder of a certificate was sent it. Null where nothing is kept of it. */
export async function readRecordText(
  ctx: Context,
  { providerId, number, lesson }: { providerId: number; number: string; lesson: number },
): Promise<(TextBody & { hash: string; day: string }) | null> {
  const row = await readKeptOne(ctx.db, providerId, number, ctx.clock.now());
  if (!row || row.frozen === null) return null;
  const { lessons } = frozenOf(row.frozen).record;
  const read = lessons.find((each) => each.lesson === lesson);
  const text = read ? await readText(ctx.db, read.textHash) : null;
  return read && text ? { ...text, hash: read.textHash, day: read.day } : null;
}
