/** `node test/emails/count-tics.ts [folder]`: how often each habit of the pen stands in eight lessons. */
import { join } from 'node:path';
import { countTics } from './tics.ts';

const [folder = join(import.meta.dirname, '../../emails/lessons')] = process.argv.slice(2);
for (const { tic, weeks, sum } of countTics(folder)) {
  const counts = weeks.map((count) => String(count).padStart(3)).join('');
  process.stdout.write(
    `${tic.name.padEnd(58)}${counts}${String(sum).padStart(5)}, first edition ${tic.first}, at most ${tic.most}\n`,
  );
}
