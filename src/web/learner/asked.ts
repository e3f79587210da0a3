import type { Asked } from '../../subscriber/ask-for-link.ts';
import type { COMMON } from './control.ts';

/** What to say after a link was asked for. @param mailed what is said where it is on its way */
export function saidOf<Mailed extends string>(
  { kind }: Asked,
  mailed: Mailed,
): Mailed | 'bad-link' | keyof typeof COMMON {
  if (kind === 'mailed') return mailed;
  return kind === 'closed' ? 'needs-device' : kind;
}
