/**
 * `npm run setup`: from two empty accounts to the first lesson. It stops anywhere, goes on where it
 * stopped, and changes nothing twice. With `--check` (`npm run doctor`) it looks and changes nothing.
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { confirm, isCancel, password, text } from '@clack/prompts';
import {
  ANSWERS,
  type Answers,
  answered,
  COURSE,
  FileError,
  parseAnswers,
  readSigner,
  writeAnswers,
  writeCourse,
} from './answers.ts';
import { settingProblems } from './deploy.ts';
import { main, ROOT, run, say } from './local.ts';
import { ownHands } from './setup/hands.ts';
import { tokenForm } from './setup/plan.ts';
import { setUp } from './setup/run.ts';

type Key = 'host' | 'from' | 'replyTo' | 'postalAddress' | 'data';

/** Each with its flag and its line in setup.local.yaml. */
const QUESTIONS: { key: Key; flag: string; asks: string; example: string }[] = [
  {
    key: 'host',
    flag: 'host',
    asks: 'Where shall the course live? A host in a zone of yours on Cloudflare',
    example: 'course.example.org',
  },
  {
    key: 'from',
    flag: 'from',
    asks: 'Which From shall mails have?',
    example: 'In the Room <lessons@course.example.org>',
  },
  {
    key: 'replyTo',
    flag: 'reply-to',
    asks: 'Where do replies go? An address that you read; the first lesson goes there',
    example: 'hello@example.org',
  },
  {
    key: 'postalAddress',
    flag: 'postal-address',
    asks: 'Which postal address stands in each mail? The law asks for one',
    example: 'Name, 1 Example Street, Exampletown',
  },
  {
    key: 'data',
    flag: 'data',
    asks: 'Must the data stay in the EU? It cannot be moved afterwards. “eu” or “anywhere”',
    example: 'eu',
  },
];
const SETTING = {
  from: 'MAIL_FROM',
  replyTo: 'MAIL_REPLY_TO',
  postalAddress: 'POSTAL_ADDRESS',
} as const;

/** @returns what is wrong with the answers so far, one line each */
export function answerProblems(answers: Answers): string[] {
  const config = { vars: { MAILER: 'resend', CLOCK: 'real' } };
  const found = settingProblems(answered(config, answers));
  return Object.entries(SETTING).flatMap(([key, setting]) => {
    if (answers[key as Key] === undefined) return [];
    const problem = found.find((each) => each.startsWith(`${setting}: `));
    return problem ? [`${ANSWERS}: ${key}: ${problem.slice(setting.length + 2)}`] : [];
  });
}

const atTerminal = () => Boolean(process.stdin.isTTY && process.stdout.isTTY && !process.env.CI);

function given<Value>(value: Value): Exclude<Value, symbol> {
  if (isCancel(value))
    throw new Error('Stopped. What was answered is kept: run npm run setup again to go on.');
  return value as Exclude<Value, symbol>;
}

if (import.meta.main) {
  main(async () => {
    const option = { type: 'string' } as const;
    const { values } = parseArgs({
      options: {
        ...{
          host: option,
          from: option,
          'reply-to': option,
          'postal-address': option,
          data: option,
        },
        ...{ who: option, price: option },
        check: { type: 'boolean', default: false },
        kept: { type: 'boolean', default: false },
      },
    });
    const { check } = values;
    const files = ownHands({ resend: '', cloudflare: null }, () => undefined);
    let answers = parseAnswers((await files.read(ANSWERS)) ?? '');
    const missing: string[] = [];
    for (const { key, flag, asks, example } of QUESTIONS) {
      const flagged = (values as Record<string, string | boolean | undefined>)[flag];
      let answer = typeof flagged === 'string' ? flagged : answers[key];
      if (answer === undefined && !check && atTerminal()) {
        const validate = (typed: string | undefined) =>
          problemOf({ ...answers, [key]: typed ?? '' });
        answer = given(await text({ message: asks, placeholder: example, validate }));
      }
      if (answer === undefined) {
        missing.push(`--${flag} "…", or ${key}: in ${ANSWERS}   ${asks} (such as ${example})`);
        continue;
      }
      const next = { ...answers, [key]: answer.trim() } as Answers;
      const problem = problemOf(next);
      if (problem) throw new FileError(problem);
      if (!check && answers[key] !== next[key]) await files.write(ANSWERS, writeAnswers(next));
      answers = next;
    }
    if ((await files.read(COURSE)) === null) {
      const ask = async (message: string, placeholder: string) =>
        !check && atTerminal() ? given(await text({ message, placeholder })) : undefined;
      const who =
        values.who ??
        (await ask(
          'Who stands behind the course? “Name; degree; a sentence or two about them”, or “nobody”',
          'nobody',
        ));
      const price = values.price ?? (await ask('What does it cost, in words?', 'Free. No card.'));
      if (who === undefined)
        missing.push(
          `--who "Name; degree; a sentence or two about them", or "nobody"; or people: in ${COURSE}`,
        );
      if (price === undefined) missing.push(`--price "Free. No card."; or price: in ${COURSE}`);
      if (!check && who !== undefined && price !== undefined)
        await files.write(COURSE, writeCourse(readSigner(who), price));
    }
    if (missing.length > 0)
      throw new Error(['These are not answered yet:', ...missing].join('\n  - '));

    await loggedIn(check);
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    const pasted = { resend: await resendKey(check), cloudflare: await cloudflareToken() };
    const hands = ownHands(pasted, () => parsedAccount);
    let parsedAccount = answers.account;
    const person = {
      say,
      ask: async (question: string) =>
        atTerminal() ? given(await confirm({ message: question })) : null,
    };
    say(
      check
        ? `\nWhat stands, and what is missing, for ${answers.host}:\n`
        : `\nSetting up ${answers.host}:\n`,
    );
    const ending = await setUp(
      {
        ...hands,
        // The account is found on the way.
        async write(path, body, secret) {
          await hands.write(path, body, secret);
          if (path === ANSWERS) parsedAccount = parseAnswers(body).account;
        },
      },
      person,
      {
        check,
        kept: values.kept,
        token: pasted.cloudflare !== null,
        resend: pasted.resend !== '',
        operatorToken: process.env.OPERATOR_TOKEN,
        version,
      },
    );
    if (check)
      say(
        ending === 'done'
          ? '\nNothing is missing.'
          : '\nLines with · or ! are missing. npm run setup sees to those with ·.',
      );
    else
      say(
        `\n${ending === 'done' ? 'Everything stands' : 'The course stands; the lines with ! are yours'}: https://${answers.host}\nDelete the Resend key and the Cloudflare token that you pasted: nothing needs them any more.`,
      );
  });
}

/** The first thing that is wrong with the answers; undefined for nothing. */
function problemOf(answers: Answers): string | undefined {
  try {
    parseAnswers(writeAnswers(answers));
    return answerProblems(answers)[0];
  } catch (error) {
    return error instanceof Error ? error.message.split('\n')[0] : String(error);
  }
}

async function loggedIn(check: boolean): Promise<void> {
  const known = await run('wrangler', ['whoami', '--json']).then(
    () => true,
    () => false,
  );
  if (known) return;
  if (check || !atTerminal())
    throw new Error(
      'Cloudflare does not know you: run npx wrangler login first, or export CLOUDFLARE_API_TOKEN.',
    );
  const child = spawn(join(ROOT, 'node_modules/.bin/wrangler'), ['login'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0
        ? resolve()
        : reject(new Error('Cloudflare’s login did not end well. Run npm run setup again.')),
    );
  });
}

/** A look does without; then it says of what only Resend can tell that it was not looked at. */
async function resendKey(check: boolean): Promise<string> {
  const { RESEND_FULL_KEY } = process.env;
  if (RESEND_FULL_KEY) return RESEND_FULL_KEY;
  if (check) return '';
  if (!atTerminal())
    throw new Error(
      'RESEND_FULL_KEY: is not set. Make a key with full access at https://resend.com/api-keys, export it, and delete it afterwards.',
    );
  return given(
    await password({
      message:
        'A Resend key with full access (https://resend.com/api-keys); it is used now and not kept',
      validate: (key) => (key?.startsWith('re_') ? undefined : 'A key begins with re_'),
    }),
  );
}

async function cloudflareToken(): Promise<string | null> {
  const { CLOUDFLARE_SETUP_TOKEN } = process.env;
  if (CLOUDFLARE_SETUP_TOKEN || !atTerminal()) return CLOUDFLARE_SETUP_TOKEN || null;
  say(
    `\nWrangler’s login reaches no DNS record. This link fills in the form of a token that does (Zone: DNS Edit, WAF Edit, Bot Management Edit; Account: Billing Read). Choose your one zone there:\n  ${tokenForm()}`,
  );
  const token = given(
    await password({
      message:
        'The token; it is used now and not kept. Enter alone goes on without, and set-up prints what it would have done',
    }),
  );
  return token || null;
}
