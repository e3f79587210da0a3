import { DomainError } from '../../errors.ts';

/** The cookie of a device that the learner has opened. The browser holds it to this host, and to HTTPS. */
export const DEVICE_COOKIE = 'room';

export function badLink(): DomainError {
  const message =
    'This link is not complete, has been replaced by a newer one, or led to something that is erased. If you take the course, the link in your latest email opens your page.';
  return new DomainError('bad-link', message);
}
