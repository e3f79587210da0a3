import { it } from 'vitest';
import { formOf, newAddress, type Scenario, send, sent } from '../support/scenario.ts';

const scenario: Scenario = (stage) => {
  it('works where every kind of storage is refused', async () => {
    await stage().open(
      '16_blocked_storage',
      {
        prepare: (page) =>
          page.addInitScript(`for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches'])
            Object.defineProperty(window, name, { get() { throw new DOMException('blocked', 'SecurityError'); } });
            Object.defineProperty(document, 'cookie', { get() { throw new DOMException('blocked', 'SecurityError'); },
              set() { throw new DOMException('blocked', 'SecurityError'); } });`),
      },
      async (page) => {
        const form = await formOf(page);
        await send(form, newAddress());
        await sent(form);
      },
    );
  });
};
export default scenario;
