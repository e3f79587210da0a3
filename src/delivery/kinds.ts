import type { deliveries } from '../db/schema.ts';
import type { Lane } from '../mailer/mailer.ts';
import type { SinglePurpose } from '../token.ts';

/** Every kind of mail that can be owed. */
export type Kind = typeof deliveries.$inferSelect.kind;

/** What must be so for a mail to go, besides what holds for all of them. */
export type While =
  | 'signup open'
  | 'link good'
  | 'not unsubscribed'
  | 'course runs'
  /** The learner has not turned nudges off. */
  | 'nudges on'
  /** What lets in or lets an act go has been neither used nor outlived. */
  | 'entry good'
  /** They are an owner still of the provider that it is about. */
  | 'still owner';

interface About {
  /** What moves a course on travels in the lane of lessons, everything else in the prompt one. */
  lane: Lane;
  /** Whose words it carries: its own, or another kind’s. A build without them stops. */
  template: Kind;
  /**
   * What must still be so when it is frozen. To a suppressed address, to one whose owner refused it, and
   * to somebody who waits to be erased nothing goes.
   */
  goesWhile: readonly While[];
  /**
   * Who can bring it about. What `anybody` can, to whatever address they type, is counted by that
   * address’s hash, and its owner may refuse it; so is what the `owner` of a provider can.
   */
  causedBy: readonly ('course' | 'learner' | 'operator' | 'staff' | 'owner' | 'anybody')[];
  /** The page that its single-use link opens; it goes only while that link does. */
  opens?: SinglePurpose;
  /** It goes to the address that its link names, which need not be the subscriber’s. */
  toLinked?: true;
  /** Its recipient may press “this was not me”. */
  disownable?: true;
  /** It goes to somebody of the staff, while they are that, and carries nothing of a subscriber. */
  toStaff?: true;
  /** The page below their room’s front page to which its button leads. */
  leadsTo?: `/${string}`;
}

/**
 * The one table of kinds. What a kind is, wherever it matters, is read from here; only its template is in
 * `emails/`, and who owes it in a room’s store.
 */
export const KINDS = {
  lesson: {
    lane: 'lesson',
    template: 'lesson',
    goesWhile: ['not unsubscribed', 'course runs'],
    causedBy: ['course'],
  },
  /** The closing note, which ends the course. */
  complete: {
    lane: 'lesson',
    template: 'complete',
    goesWhile: ['not unsubscribed', 'course runs'],
    causedBy: ['course'],
  },
  confirm: {
    lane: 'prompt',
    template: 'confirm',
    goesWhile: ['signup open'],
    causedBy: ['anybody'],
  },
  'already-enrolled': {
    lane: 'prompt',
    template: 'already-enrolled',
    goesWhile: ['not unsubscribed'],
    causedBy: ['anybody'],
    disownable: true,
  },
  /** A lesson once more, outside the order. */
  resend: {
    lane: 'prompt',
    template: 'lesson',
    goesWhile: ['not unsubscribed'],
    causedBy: ['course', 'learner', 'operator'],
  },
  nudge: {
    lane: 'prompt',
    template: 'nudge',
    goesWhile: ['not unsubscribed', 'course runs', 'nudges on'],
    causedBy: ['course'],
  },
  open: {
    lane: 'prompt',
    template: 'open',
    goesWhile: ['link good'],
    causedBy: ['learner'],
    opens: 'open',
  },
  erase: {
    lane: 'prompt',
    template: 'erase',
    goesWhile: ['link good'],
    causedBy: ['learner'],
    opens: 'erase',
  },
  /** To a new address, which is put in place by its link. */
  address: {
    lane: 'prompt',
    template: 'address',
    goesWhile: ['link good'],
    causedBy: ['anybody'],
    opens: 'address',
    toLinked: true,
    disownable: true,
  },
  /** To the address before, which its link puts back. */
  'address-changed': {
    lane: 'prompt',
    template: 'address-changed',
    goesWhile: ['link good'],
    causedBy: ['learner'],
    opens: 'address',
    toLinked: true,
  },
  /** The learner’s own link, anew. */
  link: {
    lane: 'prompt',
    template: 'link',
    goesWhile: [],
    causedBy: ['learner', 'operator'],
  },
  /** The way in, by link or by digits. */
  enter: {
    lane: 'prompt',
    template: 'enter',
    goesWhile: ['entry good'],
    causedBy: ['staff'],
    toStaff: true,
  },
  /** An owner asks somebody to their provider's people: to whatever address they type. */
  invite: {
    lane: 'prompt',
    template: 'invite',
    goesWhile: ['entry good'],
    causedBy: ['owner'],
    toStaff: true,
  },
  /** The same by the operator, who answers for it. */
  appoint: {
    lane: 'prompt',
    template: 'invite',
    goesWhile: ['entry good'],
    causedBy: ['operator'],
    toStaff: true,
  },
  /** Digits that let a dangerous act go. */
  sure: {
    lane: 'prompt',
    template: 'sure',
    goesWhile: ['entry good'],
    causedBy: ['staff'],
    toStaff: true,
  },
  'owners-changed': {
    lane: 'prompt',
    template: 'owners-changed',
    goesWhile: ['still owner'],
    causedBy: ['staff', 'operator'],
    toStaff: true,
    leadsTo: '/people',
  },
  'sites-changed': {
    lane: 'prompt',
    template: 'sites-changed',
    goesWhile: ['still owner'],
    causedBy: ['staff', 'operator'],
    toStaff: true,
    leadsTo: '/sites',
  },
  /** A key that was replaced is taken for a few days more. */
  'key-ending': {
    lane: 'prompt',
    template: 'key-ending',
    goesWhile: ['still owner'],
    causedBy: ['staff', 'operator'],
    toStaff: true,
    leadsTo: '/keys',
  },
  /** A certificate was issued. It was asked for, so it goes to who has unsubscribed too. */
  certificate: {
    lane: 'prompt',
    template: 'certificate',
    goesWhile: [],
    causedBy: ['learner', 'operator'],
  },
  /** It was replaced or withdrawn. */
  'certificate-changed': {
    lane: 'prompt',
    template: 'certificate-changed',
    goesWhile: [],
    causedBy: ['operator'],
  },
  /** A question was struck, and a test that was handed in is passed by it. */
  'test-changed': {
    lane: 'prompt',
    template: 'test-changed',
    goesWhile: [],
    causedBy: ['operator'],
  },
} as const satisfies Record<Kind, About>;

type Kinds = typeof KINDS;

/** Kinds of one lane, or with something else in their row of the table. */
type KindsWith<Part> = { [K in Kind]: Kinds[K] extends Part ? K : never }[Kind];

/** Kinds that are owed when somebody asks for them; those of the other lane are claimed when due. */
export type PromptKind = KindsWith<{ lane: 'prompt' }>;

/** Kinds whose mails carry a link that works once. */
export type SingleUseKind = KindsWith<{ opens: SinglePurpose }>;

/** Kinds that go to staff. */
export type StaffKind = KindsWith<{ toStaff: true }>;

/** Kinds that anybody can cause. */
export type StrangersKind = KindsWith<{ causedBy: readonly ['anybody'] }>;

/** The table by any kind that a row may say: one that only another version knows is not in it. */
export const ABOUT: Readonly<Partial<Record<Kind, About>>> = KINDS;

const kindsThat = (is: (about: About) => boolean): readonly Kind[] =>
  (Object.keys(KINDS) as Kind[]).filter((kind) => is(KINDS[kind]));

/** Kinds that anybody can cause to any address. Their rows of the ledger hold its hash. */
export const BY_STRANGERS = kindsThat(({ causedBy }) => causedBy.includes('anybody'));

/** Kinds that the owner of an address may refuse, whoever caused them. */
export const REFUSABLE = kindsThat(({ causedBy }) =>
  causedBy.some((by) => by === 'anybody' || by === 'owner'),
);

/** Kinds that go to the address that their link names. */
export const TO_LINKED = kindsThat(({ toLinked }) => toLinked === true);

/** Kinds with the words of a lesson: which one, their row says. */
export const OF_A_LESSON = kindsThat(({ template }) => template === 'lesson');

/** Every template that some kind needs: a build without one of them is none. */
export const TEMPLATES = [...new Set(Object.values(KINDS).map(({ template }) => template))];

/** Kinds that go while the same is so, and what that is. */
export const GO_WHILE: readonly { kinds: readonly Kind[]; all: readonly While[] }[] = [
  ...new Set(Object.values(KINDS).map(({ goesWhile }) => goesWhile.join())),
].map((same) => {
  const kinds = kindsThat(({ goesWhile }) => goesWhile.join() === same);
  return { kinds, all: kinds[0] ? KINDS[kinds[0]].goesWhile : [] };
});

/** True for the mails that move a course on. A lesson sent once more does not. */
export function isStep(kind: string): boolean {
  return ABOUT[kind as Kind]?.lane === 'lesson';
}
