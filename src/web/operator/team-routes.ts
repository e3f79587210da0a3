import { Hono } from 'hono';
import { isoInstant, type Seconds } from '../../clock.ts';
import { DomainError } from '../../errors.ts';
import { appointOperator, removeOperator } from '../../staff/appoint-operator.ts';
import { handEntry } from '../../staff/enter.ts';
import { listOperators } from '../../staff/list-people.ts';
import { parseRole } from '../../staff/staff.ts';
import type { App } from '../middleware/context.ts';
import { lastOwner } from '../staff/people.ts';
import { CONSOLE_PAGES } from '../staff/rooms.ts';
import { readEmail, readInput, readWhy, text } from './input.ts';

/** Somebody of the staff, as an answer lists them. */
export const asListed = (person: {
  email: string;
  role: string;
  createdAt: Seconds;
  enteredAt: Seconds | null;
}) => ({
  email: person.email,
  role: person.role,
  created: isoInstant(person.createdAt),
  entered: isoInstant(person.enteredAt),
});

/** Who may enter the console, as whoever holds the operator's token decides. */
export const teamRoutes = new Hono<App>()
  .get('/operators', async (c) => {
    const operators = await listOperators(c.var.ctx);
    return c.json({ operators: operators.map(asListed) });
  })
  .post('/operators', async (c) => {
    const input = await readInput(c);
    const role = parseRole('console', text(input.role));
    const { kind } = await appointOperator(c.var.ctx, {
      email: readEmail(input),
      role,
      ...readWhy(input),
    });
    return c.json({ result: kind });
  })
  .post('/operators/remove', async (c) => {
    const input = await readInput(c);
    const email = readEmail(input);
    const why = readWhy(input);
    const found = (await listOperators(c.var.ctx)).find((each) => each.email === email);
    const { kind } = found
      ? await removeOperator(c.var.ctx, { staffId: found.staffId, ...why })
      : { kind: 'unknown' as const };
    if (kind === 'unknown') throw unknownOperator();
    if (kind === 'last-owner') throw lastOwner();
    return c.json({ result: kind });
  })
  // What mends the mail must not need it.
  .post('/enter', async (c) => {
    const { ctx } = c.var;
    const made = await handEntry(ctx, readEmail(await readInput(c)));
    if (made.kind === 'unknown') throw unknownOperator();
    return c.json({ link: `${ctx.settings.baseUrl}${CONSOLE_PAGES.front}/open/${made.token}` });
  });

const unknownOperator = () =>
  new DomainError(
    'not-found',
    'Nobody of the console has this address. Add them: npm run ops -- operators add ADDRESS --role owner',
  );
