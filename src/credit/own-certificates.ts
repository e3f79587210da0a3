import type { Context } from '../context.ts';
import { learnerOn } from '../subscriber/device.ts';
import {
  frozenOf,
  type Pictures,
  type Printed,
  picturesOf,
  type State,
  stateOf,
} from './certificate.ts';
import {
  type CertificateRow,
  changeRegister,
  readCertificatesOf,
  readPictures,
} from './store/certificates.ts';

/** A certificate as its holder has it. */
export interface Own {
  number: string;
  /** Epoch seconds. */
  issuedAt: number;
  printed: Printed;
  pictures: Pictures;
  state: State;
  why: string | null;
  replacedBy: string | null;
  register: CertificateRow['register'];
}

type Closed = { kind: 'bad-link' | 'closed' | 'locked' };

const ownOf = (row: CertificateRow, pictures: Pictures): Own | null =>
  row.frozen === null
    ? null
    : {
        number: row.number,
        issuedAt: row.issuedAt,
        printed: frozenOf(row.frozen).printed,
        pictures,
        state: stateOf(row),
        why: row.why,
        replacedBy: row.replacedBy,
        register: row.register,
      };

/** Everything that a learner was given, on a device of theirs; the newest first. */
export async function ownCertificates(
  ctx: Context,
  token: string,
  device: string | undefined,
): Promise<{ kind: 'certificates'; all: Own[] } | Closed> {
  const found = await learnerOn(ctx, token, device);
  if (!found) return { kind: 'bad-link' };
  if (found.depth !== 'open') return { kind: found.depth };
  const rows = await readCertificatesOf(ctx.db, found.learner.subscriberId);
  return { kind: 'certificates', all: rows.flatMap((row) => ownOf(row, new Map()) ?? []) };
}

/** One of them, with its pictures. */
export async function ownCertificate(
  ctx: Context,
  token: string,
  device: string | undefined,
  number: string,
): Promise<{ kind: 'certificate'; own: Own } | { kind: 'unknown' } | Closed> {
  const found = await ownCertificates(ctx, token, device);
  if (found.kind !== 'certificates') return found;
  const own = found.all.find((each) => each.number === number);
  if (!own) return { kind: 'unknown' };
  const pictures = await readPictures(ctx.db, picturesOf(own.printed));
  return { kind: 'certificate', own: { ...own, pictures } };
}

/** The register's address of a number. */
export const registerAddress = (baseUrl: string, number: string) =>
  `${baseUrl}/certificates/${number}`;

/** The paper: the same bytes each time. */
export async function paperOf(ctx: Context, own: Own): Promise<Uint8Array> {
  // A page that is only looked up does without what sets a paper.
  const [{ renderPdf }, { faces }] = await Promise.all([
    import('./pdf.ts'),
    import('./typefaces.ts'),
  ]);
  const register = registerAddress(ctx.settings.baseUrl, own.number);
  return renderPdf(own, { faces, load: ctx.asset, pictures: own.pictures, register });
}

/** Shows the name on the register, or hides it. */
export async function chooseRegister(
  ctx: Context,
  token: string,
  device: string | undefined,
  choice: { number: string; register: 'shown' | 'name-hidden' },
): Promise<{ kind: 'chosen' | 'unknown' } | Closed> {
  const found = await learnerOn(ctx, token, device);
  if (!found) return { kind: 'bad-link' };
  if (found.depth !== 'open') return { kind: found.depth };
  const { subscriberId } = found.learner;
  const done = await changeRegister(ctx.db, choice.number, subscriberId, choice.register);
  return { kind: done ? 'chosen' : 'unknown' };
}
