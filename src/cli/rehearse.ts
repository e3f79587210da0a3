/**
 * `npm run rehearse`: the whole course as three learners meet it, on a fresh local instance of its own,
 * through the same forms, links and mails; the third goes on to a certificate. Exits non-zero if anything differs from what is promised.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Temporal } from 'temporal-polyfill';
import { type Caller, caller, type Mail } from './caller.ts';
import { adoptDemo, demoKey } from './demo.ts';
import { freePort, main, say, startLocal } from './local.ts';
import { connect } from './operator.ts';
import { addDemo } from './providers.ts';
import { type Keys, walkToCertificate } from './to-certificate.ts';

interface Learner {
  email: string;
  firstName: string;
  weekday: number;
  time: string;
  zone: string;
}

const LARGEST_HTML = 102 * 1024;
const FIRST: Learner = {
  email: 'ines@example.org',
  firstName: 'Inês',
  weekday: 2,
  time: '07:30',
  zone: 'Europe/Lisbon',
};
const SECOND: Learner = {
  email: 'sam@example.org',
  firstName: 'Sam',
  weekday: 5,
  time: '18:15',
  zone: 'America/Denver',
};

/** Takes the course through the demo provider, and ends with its certificate. */
const THIRD: Learner & { name: string } = {
  email: 'zoe@example.org',
  firstName: 'Zoë',
  name: 'Zoë Ångström',
  weekday: 4,
  time: '12:00',
  zone: 'America/Los_Angeles',
};

const differences: string[] = [];

/** Notes what differs from the promise, and goes on: one run shows all of it. */
function expect(ok: boolean, promise: string): void {
  if (!ok) differences.push(promise);
}

main(async () => {
  const began = Date.now();
  const state = await mkdtemp(join(tmpdir(), 'in-the-room-'));
  const server = await startLocal({ port: await freePort(), state });
  try {
    await rehearse(server.url);
  } finally {
    await server.close();
    await rm(state, { recursive: true, force: true });
  }
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  if (differences.length > 0) {
    throw new Error(['The course differs from its promise:', ...differences].join('\n  - '));
  }
  say(`\nEverything came as promised. ${seconds} s.`);
  process.exit(0);
});

async function rehearse(url: string): Promise<void> {
  const call = caller(url);
  const operator = await connect({ remote: false, url });
  await addDemo(operator);
  const keys = await adoptDemo(operator);
  for (const learner of [FIRST, SECOND]) await signUpAndConfirm(call, learner);
  const learnPath = await signUpAndConfirm(call, THIRD, await demoKey(operator));
  for (let week = 1; week <= 4; week++) await call.advance('P7D');

  const unsubscribe = (await call.mails(SECOND.email)).at(-1);
  expect(unsubscribe?.kind === 'lesson', 'the second learner has lessons after four weeks');
  await oneClick(unsubscribe);
  const until = (await call.mails(SECOND.email)).length;

  for (let week = 5; week <= 10; week++) await call.advance('P7D');
  const first = await call.mails(FIRST.email);
  const second = await call.mails(SECOND.email);
  checkCourse(first, FIRST);
  expect(second.length === until, 'nothing more comes after unsubscribing');
  table(FIRST, first);
  table(SECOND, second);
  say(
    `${SECOND.email} unsubscribed after ${until} mails; ${second.length - until} came afterwards.`,
  );
  await goOn(call, { ...THIRD, learnPath }, keys);
}

/** From the eighth lesson to the certificate: a try that fails, one that passes, and what both ends of it read. */
async function goOn(call: Caller, who: typeof THIRD & { learnPath: string }, keys: Keys) {
  const walked = await walkToCertificate(call, { ...who, provider: 'demo' }, keys, { fails: 1 });
  const { scores, number, page, register, pdf } = walked;
  await call.advance('PT1M');
  const mail = (await call.mails(who.email)).at(-1);
  const [failed, passed] = scores;
  expect(failed === '0 of 32 right' && passed === '32 of 32 right', 'one try fails, one passes');
  expect(page.includes(who.name) && register.includes(who.name), 'the certificate has the name');
  expect(
    /sample/i.test(page),
    'where the clock can be moved, a certificate says that it is a sample',
  );
  expect(register.includes('This certificate stands.'), 'a stranger reads that it stands');
  expect(!/\bcredit\b/i.test(wordsOf(page + register)), 'without an approval nothing says credit');
  expect(mail?.kind === 'certificate', 'a mail says that the certificate is there');
  expect(Buffer.from(pdf.slice(0, 5)).toString() === '%PDF-', 'the certificate is a PDF, too');
  say(`\n${who.email} goes on to a certificate of the demo provider`);
  say(`  the test       ${scores.join(', then ')}`);
  say(`  certificate    ${number}, SAMPLE, ${who.name}`);
  say(`  its PDF        ${(pdf.length / 1024).toFixed(1)} KB`);
  say(`  the register   /certificates/${number}: it stands`);
  say(`  a mail         ${mail?.subject ?? 'none'}`);
}

/** What a reader sees of a page. */
const wordsOf = (html: string) =>
  html.replace(/<(style|script)[\s\S]*?<\/\1>/g, '').replace(/<[^>]*>/g, ' ');

/** @returns the path of the learner’s page */
async function signUpAndConfirm(
  call: Caller,
  learner: Learner,
  provider?: string,
): Promise<string> {
  const { email, firstName, zone } = learner;
  const through = provider === undefined ? {} : { provider };
  const fields = { email, first_name: firstName, time_zone: zone, ...through };
  const signup = await call.form('/signup', fields);
  expect(
    /^\/signup\/check-inbox[?#]/.test(signup.headers.get('location') ?? ''),
    'a signup leads to the inbox page',
  );
  await call.advance('PT1M');
  const [confirm, ...more] = await call.mails(email);
  expect(confirm?.kind === 'confirm' && more.length === 0, 'a signup brings one confirmation mail');
  const link = new URL(
    /https?:\/\/\S+\/confirm\/\S+/.exec(confirm?.text ?? '')?.[0] ?? 'http://missing',
  );
  const page = await call.page(link.href);
  expect(page.ok && (await page.text()).includes('name="weekday"'), 'the link asks for the hour');
  expect((await call.mails(email)).length === 1, 'opening the link sends nothing');
  const confirmed = await call.form(link.pathname, {
    go: 'yes',
    weekday: String(learner.weekday),
    time: learner.time,
    time_zone: zone,
  });
  const learnPath = confirmed.headers.get('location') ?? '';
  expect(learnPath.startsWith('/learn/'), 'confirming leads to the learner’s page');
  await call.advance('PT1M');
  expect((await call.mails(email)).at(-1)?.lesson === 1, 'lesson 1 comes at once');
  expect((await call.page(learnPath)).ok, 'the learner’s page opens');
  return learnPath;
}

/** RFC 8058: a POST to the header's own address, with nothing else. */
async function oneClick(mail: Mail | undefined): Promise<void> {
  const header = mail?.headers['List-Unsubscribe'] ?? '';
  const address = /^<(.+)>$/.exec(header)?.[1];
  if (!address) throw new Error('a lesson has no List-Unsubscribe address');
  const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
  const response = await fetch(address, { method: 'POST', body, redirect: 'error' });
  expect(response.status === 200, 'one click unsubscribes');
}

function checkCourse(mails: Mail[], { weekday, time, zone }: Learner): void {
  const lessons = mails.filter((mail) => mail.kind === 'lesson');
  const weeks = lessons.map((mail) => mail.lesson).join(' ');
  expect(weeks === '1 2 3 4 5 6 7 8', `eight lessons come in order, each once (came: ${weeks})`);
  expect(mails.filter((mail) => mail.kind === 'confirm').length === 1, 'one confirmation mail');
  expect(mails.at(-1)?.kind === 'complete', 'a closing note comes last');
  expect(mails.length === 10, 'ten mails in all');
  const slots = [...lessons.slice(1), ...mails.filter((mail) => mail.kind === 'complete')];
  for (const [index, mail] of slots.entries()) {
    const local = Temporal.Instant.from(mail.at).toZonedDateTimeISO(zone);
    const wall = local.toPlainTime().toString({ smallestUnit: 'minute' });
    expect(
      local.dayOfWeek === weekday && wall === time,
      `${mail.subject}: at ${time} on the day chosen`,
    );
    const before = slots[index - 1];
    if (!before) continue;
    const earlier = Temporal.Instant.from(before.at).toZonedDateTimeISO(zone).toPlainDate();
    const days = earlier.until(local.toPlainDate()).days;
    expect(days === 7, `${mail.subject}: seven days after the one before, not ${days}`);
  }
  for (const mail of mails) {
    const size = Buffer.byteLength(mail.html);
    expect(size < LARGEST_HTML, `${mail.subject}: under 102 KB of HTML, not ${size} bytes`);
    expect(!/\{\{|undefined/.test(mail.html + mail.text), `${mail.subject}: nothing left unfilled`);
  }
}

function table({ email, zone }: Learner, mails: Mail[]): void {
  const rows = mails.map((mail) => {
    const local = Temporal.Instant.from(mail.at).toZonedDateTimeISO(zone);
    return [
      mail.lesson === null ? mail.kind : `week ${mail.lesson}`,
      `${local.toPlainDate()} ${local.toPlainTime().toString({ smallestUnit: 'minute' })} ${zone}`,
      mail.subject,
      `${(Buffer.byteLength(mail.html) / 1024).toFixed(1)} KB`,
      `${(Buffer.byteLength(mail.text) / 1024).toFixed(1)} KB`,
    ];
  });
  const head = ['mail', 'local time', 'subject', 'HTML', 'text'];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  say(`\n${email}`);
  for (const row of [head, ...rows]) {
    say(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
  }
}
