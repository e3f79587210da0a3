import { Hono } from 'hono';
import { certificateRoutes } from './learner/certificates.tsx';
import { claimRoutes } from './learner/credit.tsx';
import { evaluationRoutes } from './learner/evaluation.tsx';
import { postTestRoutes } from './learner/post-test.tsx';
import type { App } from './middleware/context.ts';
import { tokenPage } from './middleware/headers.ts';
import { informationRoutes } from './public/course-information.tsx';
import { issuerRoutes } from './public/issuers.tsx';
import { registerRoutes } from './public/register.tsx';

/** Everything of credit, which a cold start does without. Its headers are set in here: what is set around it is lost. */
export const creditRoutes = new Hono<App>()
  .use(tokenPage)
  .route('/', registerRoutes)
  .route('/', issuerRoutes)
  .route('/', informationRoutes)
  .route('/', certificateRoutes)
  .route('/', claimRoutes)
  .route('/', postTestRoutes)
  .route('/', evaluationRoutes);
