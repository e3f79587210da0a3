import { DomainError } from '../../errors.ts';

/** The cookie of a device that the learner has opened. The browser holds it to this host, and to HTTPS. */
export const DEVICE_COOKIE = 'room';

export function badLink(): DomainError {
  const message =
    'This link is not complete, or it has been replaced by a newer one. The link in your latest email opens your page.';
  return new DomainError('bad-link', message);
}
