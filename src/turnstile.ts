/** What came of asking Turnstile whether a person is there. */
export type Check = 'passed' | 'failed' | 'unavailable';

/** Cloudflare Turnstile, which every signup must pass where its keys are set. */
export interface Turnstile {
  /**
   * Never throws. `unavailable` where it did not answer as documented; nobody is let through then.
   *
   * @param token what the check on the page gave; it is good once, for five minutes
   * @param client the client's address, as the platform names it
   */
  check(token: string, client: string | null): Promise<Check>;
}

/** No longer token is documented. */
const LONGEST_TOKEN = 2048;

/** An answer that is not there within this time, in milliseconds, is given up. */
const TIMEOUT = 5_000;

/** Codes for which nobody who fills in the form is to blame. */
const OURS = ['missing-input-secret', 'invalid-input-secret', 'bad-request', 'internal-error'];

/** Asks Cloudflare: developers.cloudflare.com/turnstile/get-started/server-side-validation */
export function createTurnstile({
  secret,
  verifyUrl,
  hostname,
}: {
  secret: string;
  verifyUrl: string;
  /** Where the check must have been made: a site key may serve other sites of the operator's, too. */
  hostname: string | null;
}): Turnstile {
  return {
    async check(token, client) {
      if (token === '' || token.length > LONGEST_TOKEN) return 'failed';
      try {
        const response = await fetch(verifyUrl, {
          method: 'POST',
          body: new URLSearchParams({
            secret,
            response: token,
            ...(client === null ? {} : { remoteip: client }),
          }),
          redirect: 'manual',
          signal: AbortSignal.timeout(TIMEOUT),
        });
        const answer: unknown = await response.json();
        if (typeof answer !== 'object' || answer === null) return 'unavailable';
        const { success, 'error-codes': codes, hostname: at } = answer as Record<string, unknown>;
        if (success === true && response.ok) {
          return hostname === null || at === hostname ? 'passed' : 'failed';
        }
        const ours = Array.isArray(codes) && codes.some((code) => OURS.includes(code));
        return success === false && !ours ? 'failed' : 'unavailable';
      } catch {
        return 'unavailable';
      }
    },
  };
}
