import type { Resent } from '../../enrollment/resend-lesson.ts';

/** Why a lesson does not go once more. */
export const REFUSED: Record<Extract<Resent, { kind: 'refused' }>['why'], string> = {
  'not-confirmed': 'They have not confirmed, so nothing is sent to them.',
  unsubscribed: 'They have unsubscribed, so nothing is sent to them.',
  suppressed: 'Their address is suppressed, so nothing is sent to it. Lift that first.',
  'not-sent': 'This lesson has not been sent to them yet. It comes with their course.',
};
