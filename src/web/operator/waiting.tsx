import { DAY, HOUR, instantOf, MINUTE, secondsOf } from '../../clock.ts';
import type { Traffic } from '../../delivery/read-traffic.ts';
import { Figures } from '../ui/desk.tsx';
import type { C } from './console.tsx';

/** Nobody counts further than this on a page. */
const MOST = 5000;

/** What waits, in five figures, each with since when. */
export function WaitingFigures({ c, waits }: { c: C; waits: Traffic['waits'] }) {
  const { now, machine } = instantOf(c.var.ctx);
  const since = (ago: number | null) =>
    ago === null || ago < MINUTE ? undefined : `for ${ageOf(ago)}`;
  const of = (at: number | null) => since(at === null ? null : now - at);
  const ofMachine = (at: number | null) => since(at === null ? null : secondsOf(machine) - at);
  const overdue = waits.dueSince !== null && waits.dueSince <= now ? waits.dueSince : null;
  return (
    <Figures
      figures={[
        { label: 'Asked for, not yet sent', value: waits.owed, note: of(waits.owedSince) },
        {
          label: 'Lessons due',
          value: waits.due >= MOST ? `${MOST.toLocaleString('en-US')} or more` : waits.due,
          note: of(overdue),
        },
        {
          label: 'On their way',
          value: waits.sending,
          note: ofMachine(waits.sendingSince === null ? null : secondsOf(waits.sendingSince)),
        },
        { label: 'Uncertain', value: waits.uncertain },
        { label: 'Halts', value: waits.halted, note: ofMachine(waits.haltedSince) },
      ]}
    />
  );
}

/** "3 minutes", "2 hours", "5 days". */
function ageOf(seconds: number): string {
  const [count, unit] =
    seconds < HOUR
      ? [Math.floor(seconds / MINUTE), 'minute']
      : seconds < 2 * DAY
        ? [Math.floor(seconds / HOUR), 'hour']
        : [Math.floor(seconds / DAY), 'day'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
