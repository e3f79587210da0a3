import type { Context } from '../context.ts';
import { compiledMails } from '../course/course.ts';
import type { Mail } from '../mailer/mailer.ts';
import { type Content, makeBody } from './body.ts';
import type { Batch, FrozenRow } from './delivery.ts';
import { ABOUT, type Kind } from './kinds.ts';

/** A learner whom there is not: no link of the preview opens anything. */
const NOBODY = 0;

/**
 * A mail of this version as the send path makes it, for a learner whom there is not. Nothing is stored or
 * sent.
 *
 * @returns null where this version has none of this kind and lesson
 */
export async function previewMail(
  ctx: Context,
  { kind, lesson }: { kind: string; lesson: number | null },
): Promise<Mail | null> {
  const content = (await compiledMails()).find(
    (mail) => mail.kind === kind && mail.lesson === lesson,
  );
  if (!content) return null;
  const { settings, tokens } = ctx;
  const now = ctx.clock.now();
  const row: FrozenRow = {
    id: NOBODY,
    kind: kind as Kind,
    lesson,
    content: content.hash,
    email: 'ana@example.org',
    toHash: '',
    firstName: 'Ana',
    subscriberId: NOBODY,
    linkVersion: 0,
    enrollmentId: NOBODY,
    rev: 0,
    weekday: 2,
    time: '07:30',
    zone: 'America/New_York',
    signupId: NOBODY,
    signedUpAt: now,
    provider: null,
    linkId: NOBODY,
    linkExpiresAt: now,
    providerId: null,
    staff: ABOUT[kind as Kind]?.toStaff
      ? { entryId: NOBODY, room: 'portal', provider: 'Harbor Institute', slug: 'harbor-institute' }
      : null,
  };
  const batch: Batch = {
    id: NOBODY,
    key: '',
    lane: 'lesson',
    mailFrom: settings.mailFrom,
    replyTo: settings.replyTo,
    baseUrl: settings.baseUrl,
    postalAddress: settings.postalAddress,
    keyId: tokens.keyId,
    sha256: null,
    attempts: 0,
    unanswered: 0,
    leaseId: '',
    who: [],
    rows: [row],
    offered: new Map(),
    legible: true,
  };
  const contents = new Map<string, Content>([[content.hash, content]]);
  const body = await makeBody(batch, contents, tokens);
  const [mail] = JSON.parse(new TextDecoder().decode(body)) as Mail[];
  return mail ?? null;
}
