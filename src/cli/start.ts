/** `npm start`: the whole course on this machine. */
import { parseArgs } from 'node:util';
import { adoptDemo, demoKey } from './demo.ts';
import { devVars, main, STATE, say, startLocal } from './local.ts';
import { connect } from './operator.ts';
import { addDemo, DEMO } from './providers.ts';

const MINUTE = 60_000;

main(async () => {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '8787' } } });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`--port must be a number from 1 to 65535, not ${values.port}`);
  }
  await refuseWrongSettings(port);
  say('In the Room is starting. The first time takes half a minute.');
  const progress = (step: string) => say(`  ${step} …`);
  const server = await startLocal({ port, state: STATE, devVars: true, progress });
  const { url } = server;
  progress('Waking it up');
  const { MAILER = 'mailbox', CLOCK = 'movable' } = await devVars();
  const operator = await connect({ remote: false, url });
  await addDemo(operator).catch((error: unknown) => {
    say(`The demo provider could not be added: ${String(error)}`);
  });
  // Where time cannot be moved, a certificate would not say that it is a sample.
  const adopted =
    CLOCK === 'movable' &&
    (await adoptDemo(operator).then(
      () => true,
      (error: unknown) => say(`The demo provider could not adopt the course: ${String(error)}`),
    ));
  const at = port === 8787 ? '' : ` --url ${url}`;
  say(`
  The course      ${url}
  ${
    MAILER === 'mailbox'
      ? `The mailbox     ${url}/mailbox      every mail that it "sends"; nothing leaves this machine`
      : `Mail goes out   through ${MAILER}, as .dev.vars says; there is no mailbox`
  }
  ${
    CLOCK === 'movable'
      ? `Move the clock  curl -X POST ${url}/clock -H 'content-type: application/json' -d '{"advance":"P7D"}'`
      : 'Its clock       is the machine’s, as .dev.vars says'
  }
  Its health      ${url}/healthz
  A provider      npm run providers -- show demo${at}      the form for another site
  A certificate   ${adopted ? `${url}/?provider=${await demoKey(operator)}      sign up here, and move eight weeks` : 'none: the demo provider has not adopted the course'}
  Its portal      ${url}/portal      enter as ${DEMO.owner}: the link comes to the mailbox
  The console     ${url}/operator    enter as ${DEMO.operator}, or npm run ops -- enter ${DEMO.operator}${at}

  The data stays for the next start; npm run reset clears it. Stop with Ctrl+C.
`);
  const tick = () =>
    server.tick().catch((error: unknown) => say(`The tick failed: ${String(error)}`));
  await tick();
  const timer = setInterval(tick, MINUTE);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      clearInterval(timer);
      void server.close().finally(() => process.exit(0));
    });
  }
});

/** A setting of .dev.vars that is wrong would start a course that answers 503 to everything. */
async function refuseWrongSettings(port: number): Promise<void> {
  const { settingProblems } = await import(new URL('../env.ts', import.meta.url).href);
  const own = await devVars();
  const problems: string[] = settingProblems({ BASE_URL: `http://localhost:${port}`, ...own });
  if (problems.length === 0) return;
  throw new Error(
    [
      ...problems.map((each) => `.dev.vars: ${each}`),
      'Mend it in that file, and start again.',
    ].join('\n'),
  );
}
