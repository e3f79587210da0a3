import { Hono } from 'hono';
import { isoInstant } from '../../clock.ts';
import { CLOSING_NOTE } from '../../course/course.ts';
import { changeCap, showCap } from '../../delivery/change-cap.ts';
import { haltByHand } from '../../delivery/halt-by-hand.ts';
import { liftHalt } from '../../delivery/lift-halt.ts';
import { listHalts } from '../../delivery/list-halts.ts';
import { listUncertain } from '../../delivery/list-uncertain.ts';
import { listUndated } from '../../delivery/list-undated.ts';
import { readCourse } from '../../delivery/read-course.ts';
import { readRates } from '../../delivery/read-rates.ts';
import { readTraffic } from '../../delivery/read-traffic.ts';
import { settleBatch } from '../../delivery/settle-batch.ts';
import { MOST_MAILS } from '../../delivery/warm-up.ts';
import { readNumbers } from '../../enrollment/read-numbers.ts';
import { resendLesson } from '../../enrollment/resend-lesson.ts';
import { resumeByHand } from '../../enrollment/resume.ts';
import { sendNextByHand } from '../../enrollment/send-next.ts';
import { DomainError } from '../../errors.ts';
import { eraseSubscriber } from '../../subscriber/erase-subscriber.ts';
import { listGoodbyes } from '../../subscriber/list-goodbyes.ts';
import { readPerson } from '../../subscriber/read-person.ts';
import { findSubscriber, readTimeline } from '../../subscriber/timeline.ts';
import { unsubscribeByHand } from '../../subscriber/unsubscribe.ts';
import { liftSuppression } from '../../suppression/lift-suppression.ts';
import { suppress } from '../../suppression/suppress.ts';
import type { App } from '../middleware/context.ts';
import { pictureBody, smallBody, textBody } from '../middleware/form.ts';
import { operatorOnly } from '../middleware/operator.ts';
import { adoptionRoutes } from './adoptions.ts';
import { certificateRoutes } from './certificates.ts';
import { claimRoutes } from './claims.ts';
import { editionRoutes } from './editions.ts';
import {
  readBatchId,
  readCapChange,
  readEmail,
  readInput,
  readLesson,
  readScope,
  readSubscriberId,
  readVerdict,
  readWhy,
  unknownBatch,
  unknownSubscriber,
} from './input.ts';
import { postTestRoutes } from './post-test.ts';
import { providerRoutes } from './providers.ts';
import { REFUSED } from './refused.ts';
import { reportRoutes } from './reports.ts';
import { teamRoutes } from './team-routes.ts';

/** How much may be sent to an address: a picture, eight lessons, or a form. */
function bodyOf(path: string) {
  if (/\/logo$|\/adoptions\/[^/]+$/.test(path)) return pictureBody;
  return /\/editions$/.test(path) ? textBody : smallBody;
}

/** What the operator does by hand. Addresses stand in bodies only: logs of others record URLs. */
const api = new Hono<App>()
  .use(operatorOnly)
  .use((c, next) => bodyOf(c.req.path)(c, next))
  .post('/find', async (c) => {
    return c.json(await findSubscriber(c.var.ctx, readEmail(await readInput(c))));
  })
  .get('/subscribers/:id', async (c) => {
    const timeline = await readTimeline(c.var.ctx, readSubscriberId(c.req.param('id')));
    if (!timeline) throw unknownSubscriber();
    return c.json(timeline);
  })
  .get('/subscribers/:id/why', async (c) => {
    const person = await readPerson(c.var.ctx, readSubscriberId(c.req.param('id')));
    if (!person) throw unknownSubscriber();
    return c.json(person.why);
  })
  .post('/subscribers/:id/unsubscribe', async (c) => {
    const subscriberId = readSubscriberId(c.req.param('id'));
    const why = readWhy(await readInput(c));
    return c.json(ofSomebody(await unsubscribeByHand(c.var.ctx, { subscriberId, ...why })));
  })
  .post('/subscribers/:id/suppress', async (c) => {
    const whose = { subscriberId: readSubscriberId(c.req.param('id')) };
    const why = readWhy(await readInput(c));
    return c.json(ofSomebody(await suppress(c.var.ctx, { whose, ...why })));
  })
  .post('/subscribers/:id/lift', async (c) => {
    const whose = { subscriberId: readSubscriberId(c.req.param('id')) };
    const why = readWhy(await readInput(c));
    return c.json(ofSomebody(await liftSuppression(c.var.ctx, { whose, ...why })));
  })
  .post('/subscribers/:id/erase', async (c) => {
    const subscriberId = readSubscriberId(c.req.param('id'));
    const why = readWhy(await readInput(c));
    const erased = await eraseSubscriber(c.var.ctx, { subscriberId, ...why });
    if (erased.kind === 'reason-names-them') {
      const message = 'The reason is kept after the erasure: please write it without their name.';
      throw new DomainError('bad-input', message, 'reason');
    }
    return c.json(ofSomebody(erased));
  })
  .post('/subscribers/:id/resend', async (c) => {
    const subscriberId = readSubscriberId(c.req.param('id'));
    const input = await readInput(c);
    const lesson = readLesson(input);
    const resent = await resendLesson(c.var.ctx, { subscriberId, lesson, ...readWhy(input) });
    if (resent.kind === 'refused') throw new DomainError('not-possible', REFUSED[resent.why]);
    return c.json(ofSomebody(resent));
  })
  .post('/subscribers/:id/next', async (c) => {
    const subscriberId = readSubscriberId(c.req.param('id'));
    const why = readWhy(await readInput(c));
    const sent = await sendNextByHand(c.var.ctx, { subscriberId, ...why });
    if (sent.kind === 'not-running' || sent.kind === 'paused') {
      const message = 'No course of theirs runs at present, so nothing was changed.';
      throw new DomainError('not-possible', message);
    }
    return c.json(ofSomebody(sent));
  })
  .post('/subscribers/:id/resume', async (c) => {
    const subscriberId = readSubscriberId(c.req.param('id'));
    const why = readWhy(await readInput(c));
    const resumed = await resumeByHand(c.var.ctx, { subscriberId, ...why });
    if (resumed.kind === 'suppressed') throw new DomainError('not-possible', REFUSED.suppressed);
    if (resumed.kind === 'not-waiting') {
      const message = 'No course of theirs waits because of the address, so nothing was changed.';
      throw new DomainError('not-possible', message);
    }
    return c.json(ofSomebody(resumed));
  })
  .get('/goodbyes', async (c) => c.json({ goodbyes: await listGoodbyes(c.var.ctx) }))
  .post('/suppressions', async (c) => {
    const input = await readInput(c);
    const whose = { email: readEmail(input) };
    return c.json(ofSomebody(await suppress(c.var.ctx, { whose, ...readWhy(input) })));
  })
  .post('/suppressions/lift', async (c) => {
    const input = await readInput(c);
    const whose = { email: readEmail(input) };
    return c.json(ofSomebody(await liftSuppression(c.var.ctx, { whose, ...readWhy(input) })));
  })
  .route('/providers', providerRoutes)
  .route('/adoptions', adoptionRoutes)
  .route('/certificates', certificateRoutes)
  .route('/editions', editionRoutes)
  .route('/claims', claimRoutes)
  .route('/reports', reportRoutes)
  .route('/', postTestRoutes)
  .route('/', teamRoutes)
  .get('/halts', async (c) => c.json({ halts: await listHalts(c.var.ctx) }))
  .post('/halts', async (c) => {
    const input = await readInput(c);
    const scope = readScope(input);
    const { kind } = await haltByHand(c.var.ctx, { scope, ...readWhy(input) });
    if (kind === 'unknown-scope') {
      const message = `\`scope\` must be \`all\` or a lesson from \`lesson:1\` to \`lesson:${CLOSING_NOTE}\`.`;
      throw new DomainError('bad-input', message, 'scope');
    }
    return c.json({ result: kind });
  })
  .post('/halts/:scope/lift', async (c) => {
    const why = readWhy(await readInput(c));
    const { kind } = await liftHalt(c.var.ctx, { scope: c.req.param('scope'), ...why });
    if (kind === 'not-halted')
      throw new DomainError('not-found', 'There is no halt of this scope.');
    return c.json({ result: kind });
  })
  .get('/cap', async (c) => c.json(await showCap(c.var.ctx)))
  .post('/cap', async (c) => {
    const input = await readInput(c);
    const change = readCapChange(input);
    const { kind } = await changeCap(c.var.ctx, { change, ...readWhy(input) });
    if (kind === 'bad-number') {
      const message = `\`cap\` must be \`none\`, \`warm-up\`, or a whole number of mails from 1 to ${MOST_MAILS}.`;
      throw new DomainError('bad-input', message, 'cap');
    }
    if (kind === 'busy') {
      throw new DomainError(
        'not-possible',
        'It was changed at the same moment. Please look again.',
      );
    }
    return c.json({ result: kind });
  })
  .get('/traffic', async (c) => c.json(await readTraffic(c.var.ctx, { by: 'hour' })))
  .get('/numbers', async (c) => {
    const { at, ...numbers } = await readNumbers(c.var.ctx);
    return c.json({ at: isoInstant(at), ...numbers });
  })
  .get('/course', async (c) => c.json(await readCourse(c.var.ctx)))
  .get('/rates', async (c) => c.json(await readRates(c.var.ctx)))
  .get('/undated', async (c) => c.json({ courses: await listUndated(c.var.ctx) }))
  .get('/uncertain', async (c) => c.json({ batches: await listUncertain(c.var.ctx) }))
  .post('/batches/:id/settle', async (c) => {
    const batchId = readBatchId(c.req.param('id'));
    const input = await readInput(c);
    const verdict = readVerdict(input);
    const settled = await settleBatch(c.var.ctx, { batchId, verdict, ...readWhy(input) });
    const { kind } = settled;
    if (kind === 'unknown') throw unknownBatch();
    if (kind === 'outdated') {
      const message = `This batch has been posted since: attempts are ${settled.attempts} now. Please look into the mailer’s record once more.`;
      throw new DomainError('not-possible', message);
    }
    if (kind === 'nothing-to-settle') {
      throw new DomainError('not-possible', 'This batch has its answer already.');
    }
    if (kind === 'busy') {
      const message = 'This batch is being posted at this moment. Please try again in two minutes.';
      throw new DomainError('not-possible', message);
    }
    return c.json({ result: kind });
  });

export const operatorRoutes = new Hono<App>().route('/operator/api', api);

/** What came of it, for the answer. @throws DomainError `not-found` */
function ofSomebody<Kind extends string>({ kind }: { kind: Kind }): { result: Kind } {
  if (kind === 'unknown') throw unknownSubscriber();
  return { result: kind };
}
