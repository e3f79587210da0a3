import { createContext } from './context.ts';
import { dispatch } from './delivery/dispatch.ts';
import { tick } from './delivery/tick.ts';
import type { Env, WakeUp } from './env.ts';
import { consoleLog, errorFields } from './log.ts';
import { LANES } from './mailer/mailer.ts';
import { app } from './web/app.tsx';

/** The three doors. */
export default {
  fetch: app.fetch,

  async scheduled(controller, env) {
    try {
      await tick(await createContext(env), controller.scheduledTime);
    } catch (error) {
      // The next tick tries again; nothing is lost by this one.
      consoleLog.error('tick-failed', errorFields(error));
    }
  },

  async queue(batch, env) {
    try {
      const ctx = await createContext(env);
      // How many wake-ups came for a lane, and in which order, does not matter.
      for (const lane of LANES) {
        const wakeUps = batch.messages.filter(({ body }) => body?.lane === lane);
        const times = wakeUps.map(({ timestamp }) => timestamp.getTime());
        if (times.length > 0) await dispatch(ctx, lane, Math.max(...times));
      }
      batch.ackAll();
    } catch (error) {
      consoleLog.error('dispatch-failed', errorFields(error));
      batch.retryAll();
    }
  },
} satisfies ExportedHandler<Env, WakeUp>;
