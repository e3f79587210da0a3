/** What an operator should look at, as it is posted to ALERT_URL. */
export interface Alert {
  /** The course's own address. */
  course: string;
  /** In words; empty when the course is well again. */
  problems: string[];
}

/** Where alerts leave the house. */
export interface AlertSink {
  /** Never throws. False where it is not certain that the alert arrived. */
  post(alert: Alert): Promise<boolean>;
}

/** An alert that is not taken within this time, in milliseconds, is given up. */
const TIMEOUT = 10_000;

/** Posts alerts as JSON. Redirects are not followed: the address is the operator's to set. */
export function createAlertSink(url: string): AlertSink {
  return {
    async post(alert) {
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(alert),
          redirect: 'manual',
          signal: AbortSignal.timeout(TIMEOUT),
        });
        await response.body?.cancel();
        return response.ok;
      } catch {
        return false;
      }
    },
  };
}
