import { DomainError } from '../../errors.ts';

/** Whose line it is, by the number in an address; -1, which nobody has, for what is none. */
export const numberIn = (typed: string | undefined): number =>
  /^\d{1,16}$/.test(typed ?? '') ? Number(typed) : -1;

/** Nobody could let others in any more. */
export const lastOwner = () =>
  new DomainError(
    'not-possible',
    'They are the last owner who has entered. Make somebody else an owner first, and wait until they have.',
  );
