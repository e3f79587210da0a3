import { promises } from './list.ts';
import { places } from './sentences.ts';
import { unlisted } from './standing.ts';

/** `npm run promises`: what sounds like a promise and has no test listed, for whoever reads a change. */
const open = unlisted(promises, places());
const listed = Object.values(promises).flat().length;
const many = open.flatMap(([, sentences]) => sentences).length;
const told = open.map(([path, sentences]) => `${[path, ...sentences].join('\n  ')}\n`);
const sum = `${listed} promises are listed; ${many} more sentences sound like one.\n`;
process.stdout.write([...told, sum].join('\n'));
