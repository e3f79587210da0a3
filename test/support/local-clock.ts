/** A move of course time: to an ISO instant, or onward by an ISO 8601 duration. */
export type ClockMove = { to: string } | { advance: string };

/** Moves the clock of a local server; what falls due on the way is sent. */
export async function moveLocalClock(url: string, move: ClockMove): Promise<void> {
  const response = await fetch(`${url}/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(move),
  });
  if (!response.ok) throw new Error(`/clock answered ${response.status}`);
}
