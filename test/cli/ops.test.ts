import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../src/cli/local.ts';
import { serveLocal, type TestServer } from '../support/local-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await serveLocal();
});

afterAll(() => server?.close());

/** What a command prints, or with which words it fails. */
async function ops(...args: string[]): Promise<string> {
  const command = [join(ROOT, 'src/cli/ops.ts'), ...args];
  if (!args.includes('--remote') && !args.includes('--url')) command.push('--url', server.url);
  const { OPERATOR_TOKEN: _, ...env } = process.env;
  try {
    const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: ROOT, env });
    return stdout.trim();
  } catch (error) {
    return `failed: ${(error as { stderr: string }).stderr.trim()}`;
  }
}

async function post(path: string, fields: Record<string, string>): Promise<void> {
  const body = new URLSearchParams(fields);
  const headers = { origin: server.url };
  await fetch(server.url + path, { method: 'POST', body, headers, redirect: 'manual' });
}

describe('npm run ops', () => {
  test('sets how many mails a day may take, and says what went and how it was liked', async () => {
    expect(await ops('cap')).toMatch(/^Now: no cap\./);
    expect(await ops('cap', '0', '--why', 'a slip')).toMatch(/failed:.*whole number of mails/s);
    expect(await ops('cap', '500', '--why', 'a careful week')).toBe('changed.');
    expect(await ops('cap')).toMatch(
      /^Now: fixed, 500 mails a UTC day\. Today so far: \d+ of 500\./,
    );
    expect(await ops('cap', 'warm-up', '--why', 'a new domain')).toBe('changed.');
    expect(await ops('cap')).toContain(
      'After a day that used half of it, without halt or amber: 250.',
    );
    expect(await ops('cap', 'none', '--why', 'well known')).toBe('changed.');
    expect(await ops('traffic')).toMatch(/^Today \(UTC\): \d+ lessons and \d+ mails/);
    expect(await ops('rates')).toMatch(
      /^7 days: \d+ accepted; 0 came back for good \(too few mails to say\)/,
    );
  });

  test('finds a learner, tells their history in order, and lends a hand', async () => {
    const email = 'ana@example.org';
    await post('/signup', { email, time_zone: 'Europe/Berlin' });
    await server.advance('PT1S');
    const mails = await (await fetch(`${server.url}/mailbox.json`)).text();
    const confirm = /\/confirm\/[\w.-]+/.exec(mails)?.[0] ?? '';
    await post(confirm, { go: 'yes', weekday: '2', time: '07:30', time_zone: 'Europe/Berlin' });
    await server.advance('P7D');

    expect(await ops('find', email)).toMatch(/^sub_[0-9a-z]+$/);
    const history = await ops('timeline', email);
    const order = ['signed up on /', 'confirm: sent', 'enrolled, Tuesdays', 'lesson 1: sent'];
    const places = order.map((words) => history.indexOf(words));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(Math.min(...places)).toBeGreaterThan(0);
    expect(history).toMatch(/Now: active; lesson \d is due \d{4}-/);

    expect(await ops('why', email)).toMatch(
      /^Lesson \d is due on Tuesday, .*, 7:30 am, Europe\/Berlin time\.$/,
    );

    expect(await ops('numbers')).toMatch(/^\d+ (person takes|people take) the course/);
    expect(await ops()).toBe(await ops('numbers'));
    expect(await ops('resend', email, '1', '--why', 'it got lost')).toContain('within the minute');
    expect(await ops('next', email, '--why', 'a rehearsal')).toContain('within the minute');
    expect(await ops('unsubscribe', email, '--why', 'she wrote', '--by', 'Mara')).toBe(
      'unsubscribed.',
    );
    expect(await ops('timeline', email)).toContain('unsubscribe by Mara: she wrote');
    expect(await ops('halt', 'lesson:3', '--why', 'a wrong figure')).toBe('halted.');
    expect(await ops('halts')).toMatch(/^lesson:3: by-hand, since \d{4}-/);
    expect(await ops('health')).toContain('halted (lesson:3)');
    expect(await ops('lift-halt', 'lesson:3', '--why', 'mended')).toBe('lifted.');
    expect(await ops('uncertain')).toBe('Nothing is uncertain.');
    expect(await ops('undated')).toBe('Every course that runs has its next date.');
    expect(await ops('erase', email, '--why', 'asked for it')).toBe('erased.');
    expect(await ops('find', email)).toContain('was erased');
  });

  test('shows what somebody said as they left, in their history and in a list', async () => {
    expect(await ops('goodbyes')).toBe('Nobody has said why they left.');
    const email = 'gil@example.org';
    await post('/signup', { email, time_zone: 'Europe/Berlin' });
    await server.advance('PT1S');
    const mailbox = async () => (await fetch(`${server.url}/mailbox.json`)).text();
    const confirm = /\/confirm\/[\w.-]+/.exec(await mailbox())?.[0] ?? '';
    await post(confirm, { go: 'yes', weekday: '2', time: '07:30', time_zone: 'Europe/Berlin' });
    await server.advance('PT1S');
    const leave = /\/unsubscribe\/[\w.-]+/.exec(await mailbox())?.[0] ?? '';
    expect(await ops('resume', email, '--why', 'mail works')).toContain(
      'No course of theirs waits',
    );
    await post(leave, { goodbye: 'Too many\nwords \u001b[31m' });
    expect(await ops('timeline', email)).toContain('unsubscribed: “Too many words [31m”');
    expect(await ops('goodbyes')).toMatch(/^20\S+ \S+ {2}sub_\w+ {2}“Too many words \[31m”$/);
    await ops('erase', email, '--why', 'asked for it');
    expect(await ops('goodbyes')).toBe('Nobody has said why they left.');
  });

  test('works for an address that nobody signed up with', async () => {
    expect(await ops('suppress', 'ben@example.org', '--why', 'by phone')).toBe('suppressed.');
    expect(await ops('find', 'ben@example.org')).toContain('Never mailed since');
    expect(await ops('lift', 'ben@example.org', '--why', 'by phone')).toBe('lifted.');
  });

  test.each([
    [['dance'], 'no command "dance"'],
    [['unsubscribe', 'nobody@example.org', '--why', 'x'], 'Nobody is known by this address'],
    [['erase', 'sub_1'], 'Say why'],
    [['settle', '17', 'perhaps', '--why', 'x'], '`verdict` must be'],
    [['settle', '17', 'not-accepted', '--why', 'x'], '--attempts 4'],
    [['settle', '17', 'not-accepted', '--attempts', 'four', '--why', 'x'], '`attempts`'],
    [['settle', '17', 'not-accepted', '--attempts', '4', '--why', 'x'], 'no batch'],
    [['find', 'x@example.org', '--remote'], 'OPERATOR_TOKEN: is not set'],
    [['find', 'x@example.org', '--url', 'http://course.example.org'], 'over https only'],
    [['find', 'x@example.org', '--url', 'http://127.0.0.1:1'], 'Nothing answers at'],
  ])('says what is wrong with %j', async (args, words) => {
    expect(await ops(...args)).toContain(words);
  });
});
