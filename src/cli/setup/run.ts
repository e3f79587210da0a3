/** Set-up part by part: look, decide, do, look again. */
import { ANSWERS, type Answers, parseAnswers, writeAnswers } from '../answers.ts';
import { bring, SECRETS } from '../deploy.ts';
import type { Hands } from './hands.ts';
import * as plan from './plan.ts';

const UPLOAD_FILE = '.setup/upload.json';
const LAST = '.setup/deployed';
/** The webhook whose secret the Worker has: another one, made since, has another secret. */
const HOOK = '.setup/webhook';
const DATABASE = 'in-the-room-production';
const QUEUES = ['prompt', 'lesson', 'prompt-dead', 'lesson-dead'].map(
  (end) => `${DATABASE}-${end}`,
);

/** How often set-up looks again, seconds between, before it leaves the rest for another run. */
const LOOKS = 90;
const PAUSE = 10;

/** Whoever sits at the terminal. */
export interface Person {
  say(line: string): void;
  /** Yes or no; null where nobody is there to answer. */
  ask(question: string): Promise<boolean | null>;
}

export interface Options {
  check: boolean;
  /** False without a token of Cloudflare’s. */
  token: boolean;
  /** False where nobody has a key of Resend’s at hand, which only a look can do without. */
  resend: boolean;
  /** True where somebody said on the command line that the secrets are in a password manager. */
  kept: boolean;
  /** OPERATOR_TOKEN of a course whose secrets are no longer on this machine. */
  operatorToken?: string | undefined;
  version: string;
}

interface Part {
  name: string;
  /** Null while something before it is missing. */
  decide(): Promise<plan.Decision | null>;
}

/** What set-up ends with. */
export type Ending = 'done' | 'missing';

/**
 * Sets a course up, or with `check` says what is missing.
 *
 * @throws Error where somebody’s interface refuses, or where a person must decide first
 */
export async function setUp(hands: Hands, person: Person, options: Options): Promise<Ending> {
  let answers: Answers = parseAnswers((await hands.read(ANSWERS)) ?? '');
  let zone: plan.Zone | null = null;
  let mail: plan.MailDomain | null = null;
  let hook: { webhook: plan.Webhook; secret: string } | null = null;
  let worker: string[] | null = null;
  let askedToVerify = false;
  let operatorToken: string | undefined;
  let keptAnswer: boolean | null = options.kept ? true : null;

  const { host = '', replyTo = '', from = '' } = answers;
  const origin = `https://${host}`;
  const mailName = /@([^@>]+)>?$/.exec(from)?.[1] ?? host;

  const cloudflare = async <Result>(path: string): Promise<Result> => {
    const { status, body } = await hands.cloudflare('GET', path);
    if (status !== 200) throw new Error(`Cloudflare answered ${status} to ${path}: ${words(body)}`);
    return (body as { result: Result }).result;
  };
  const resend = async <Result>(path: string): Promise<Result> => {
    const { status, body } = await hands.resend('GET', path);
    if (status !== 200) throw new Error(`Resend answered ${status} to ${path}: ${words(body)}`);
    return body as Result;
  };
  /** Resend gives at most a hundred at a time. */
  const all = async <Item extends { id: string }>(path: string): Promise<Item[]> => {
    const items: Item[] = [];
    for (;;) {
      const after = items.at(-1)?.id;
      const page = await resend<{ data: Item[]; has_more?: boolean }>(
        `${path}?limit=100${after ? `&after=${after}` : ''}`,
      );
      items.push(...page.data);
      if (!page.has_more || page.data.length === 0) return items;
    }
  };
  const written = async (): Promise<Record<string, string>> =>
    JSON.parse((await hands.read(plan.SECRET_FILE)) ?? '{}');
  const records = (name: string) =>
    cloudflare<plan.DnsRecord[]>(`/zones/${zone?.id}/dns_records?name.exact=${name}&per_page=100`);
  const secretsOfWorker = async () => {
    worker ??= await hands.wrangler(['secret', 'list', '--format', 'json']).then(
      (listed) => SECRETS.filter((name) => new RegExp(`"name":\\s*"${name}"`).test(listed)),
      (error: unknown) => {
        if (/Worker ".*" not found/.test(String(error))) return [];
        throw error;
      },
    );
    return worker;
  };
  /** What the Worker has and can go on with. */
  const heldByWorker = async () => {
    const noted = await hands.read(HOOK);
    const changed = noted !== null && hook !== null && noted !== hook.webhook.id;
    const names = await secretsOfWorker();
    return changed ? names.filter((name) => name !== 'RESEND_WEBHOOK_SECRET') : names;
  };
  const mark = async () =>
    JSON.stringify([
      options.version,
      { ...answers, botFightMode: undefined },
      await hands.read('emails/course.local.yaml'),
    ]);
  const healthOf = async () => {
    const answer = await hands.course(origin, 'GET', '/healthz');
    const body = answer?.body as (plan.Health & { version?: string }) | null;
    return typeof body?.ok === 'boolean' ? body : null;
  };
  /** What only Resend can tell. */
  const unseen: plan.Decision = {
    is: 'hand',
    says: 'was not looked at: export RESEND_FULL_KEY, a key with full access, and run this again',
  };
  const byHand = (what: string, lines: string[]): plan.Decision => ({
    is: 'hand',
    says: [
      `Without a token of Cloudflare’s, set-up cannot see ${what}. It would have seen to this:`,
      ...lines,
    ].join('\n      '),
  });

  const parts: Part[] = [
    {
      name: 'Zone',
      async decide() {
        if (!options.token)
          return byHand('the zone', [`the plan of the account, and the zone of ${host}`]);
        const labels = host.split('.');
        for (let at = 0; at < labels.length - 1; at += 1) {
          const [found] = await cloudflare<
            { id: string; name: string; plan: { legacy_id?: string }; account: { id: string } }[]
          >(`/zones?name=${labels.slice(at).join('.')}`);
          if (!found) continue;
          zone = {
            id: found.id,
            name: found.name,
            free: found.plan.legacy_id === 'free',
            account: found.account.id,
          };
          if (answers.account === zone.account)
            return {
              is: 'well',
              says: `the zone ${zone.name}, on a ${zone.free ? 'free' : 'paid'} plan`,
            };
          return {
            is: 'act',
            says: 'the account’s id in setup.local.yaml',
            act: { on: 'answers', set: { account: zone.account } },
          };
        }
        return {
          is: 'stop',
          says: `The token sees no zone for ${host}. Add the domain to Cloudflare, or choose its zone in the token’s form.`,
        };
      },
    },
    {
      name: 'Plan',
      async decide() {
        if (!zone) return null;
        const { status, body } = await hands.cloudflare(
          'GET',
          `/accounts/${zone.account}/subscriptions`,
        );
        const list = (body as { result?: { rate_plan?: { id?: string } }[] } | null)?.result;
        return plan.workersPaid(
          status === 200 && list ? list.map((each) => each.rate_plan?.id ?? '') : null,
        );
      },
    },
    {
      name: 'Host',
      async decide() {
        if (zone) return plan.host(await records(host), host);
        if ((await hands.resolves(host)) && !(await healthOf())) {
          return {
            is: 'stop',
            says: `${host} has an address already, and not the course answers there. The deploy would take its place: remove the record, choose another host, or give set-up the token to look.`,
          };
        }
        return { is: 'well', says: `${host} is free for the course, or the course’s already` };
      },
    },
    {
      name: 'Database',
      async decide() {
        return plan.database(
          JSON.parse(await hands.wrangler(['d1', 'list', '--json'])),
          DATABASE,
          answers,
        );
      },
    },
    {
      name: 'Queues',
      async decide() {
        const missing: string[] = [];
        for (const name of QUEUES) {
          const info = await hands.wrangler(['queues', 'info', name]).catch((error: unknown) => {
            if (!/does not exist/.test(String(error))) throw error;
            return '';
          });
          // Its dead-letter queue begins with the same name.
          if (!new RegExp(`${name}(?![\\w-])`).test(info)) missing.push(name);
        }
        return plan.queues(missing, QUEUES);
      },
    },
    {
      name: 'Mail domain',
      async decide() {
        if (!options.resend) return unseen;
        const found = (await all<plan.MailDomain>('/domains')).find(
          ({ name }) => name === mailName,
        );
        mail = found ? await resend<plan.MailDomain>(`/domains/${found.id}`) : null;
        return plan.mailDomain(mail, mailName, plan.placeOf(answers.data ?? 'anywhere').region);
      },
    },
    {
      name: 'DNS',
      async decide() {
        if (!options.resend) return unseen;
        if (!mail) return null;
        if (!zone)
          return byHand(
            'the DNS',
            plan.recordsFor(mail, host.split('.').slice(-2).join('.')).map(plan.shownRecord),
          );
        const wanted = plan.recordsFor(mail, zone.name);
        const found: plan.DnsRecord[] = [];
        for (const name of new Set(wanted.map((each) => each.name)))
          found.push(...(await records(name)));
        return plan.dns(wanted, found, zone.id);
      },
    },
    {
      name: 'DMARC',
      async decide() {
        if (!zone)
          return byHand('the DNS', [
            `_dmarc.${mailName}  TXT  v=DMARC1; p=none (where neither it nor the domain above it has one)`,
          ]);
        const names = new Set([mailName, zone.name].map((name) => `_dmarc.${name}`));
        const found: plan.DnsRecord[] = [];
        for (const name of names) found.push(...(await records(name)));
        return plan.dmarc(found, mailName, zone, replyTo);
      },
    },
    {
      name: 'Bots',
      async decide() {
        if (!zone)
          return byHand('bot settings', [
            `on a free zone: Bot Fight Mode off; on a paid one a WAF rule that skips Super Bot Fight Mode for`,
            plan.spared(host),
          ]);
        if (zone.free) {
          const { fight_mode: on } = await cloudflare<{ fight_mode?: boolean }>(
            `/zones/${zone.id}/bot_management`,
          );
          return plan.botFightMode(on === true, zone, answers.botFightMode);
        }
        const path = `/zones/${zone.id}/rulesets/phases/http_request_firewall_custom/entrypoint`;
        const { status, body } = await hands.cloudflare('GET', path);
        if (status !== 200 && status !== 404)
          throw new Error(`Cloudflare answered ${status} to ${path}: ${words(body)}`);
        const standing =
          status === 404 ? null : (body as { result: { id: string; rules?: plan.Rule[] } }).result;
        return plan.wafRule(standing, zone, host);
      },
    },
    {
      name: 'Verification',
      async decide() {
        if (!options.resend) return unseen;
        if (!mail) return null;
        mail = await resend<plan.MailDomain>(`/domains/${mail.id}`);
        return plan.verified(mail, askedToVerify);
      },
    },
    {
      name: 'Webhook',
      async decide() {
        if (!options.resend) return unseen;
        const endpoint = `${origin}/webhooks/resend`;
        const found = await all<plan.Webhook>('/webhooks');
        const own = found.find((each) => each.endpoint === endpoint);
        // The webhook’s secret, unlike a key, can be read again.
        hook = own
          ? {
              webhook: own,
              secret: (await resend<{ signing_secret: string }>(`/webhooks/${own.id}`))
                .signing_secret,
            }
          : null;
        return plan.webhook(found, endpoint);
      },
    },
    {
      name: 'Sending key',
      async decide() {
        if (!mail && options.resend) return null;
        const held =
          (await secretsOfWorker()).includes('RESEND_API_KEY') ||
          'RESEND_API_KEY' in (await written());
        if (!mail) return held ? { is: 'well', says: 'the Worker has one' } : unseen;
        const found = held ? [] : await all<{ id: string; name: string }>('/api-keys');
        return plan.sendingKey(found, plan.keyName(host), mail.id, held);
      },
    },
    {
      name: 'Secrets',
      async decide() {
        if (!hook && options.resend) return null;
        const held = { worker: await heldByWorker(), file: Object.keys(await written()) };
        const lacks = ![...held.worker, ...held.file].includes('HASH_KEY');
        return plan.secrets(
          SECRETS,
          held,
          hook ? { RESEND_WEBHOOK_SECRET: hook.secret } : {},
          lacks && (await isUsed()),
        );
      },
    },
    {
      name: 'Deploy',
      async decide() {
        if (!answers.database || (!hook && options.resend)) return null;
        worker = null;
        const same = (await hands.read(LAST)) === (await mark());
        return plan.deployed(
          SECRETS,
          await heldByWorker(),
          same,
          same && (await healthOf()) !== null,
        );
      },
    },
    { name: 'Health', decide: async () => plan.healthy(await healthOf(), host) },
    {
      name: 'Unsubscribe',
      async decide() {
        const form = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
        const answer = await hands.course(origin, 'POST', '/unsubscribe/u.1.none', form);
        return answer ? plan.unsubscribing(answer.status, host) : null;
      },
    },
    {
      name: 'First lesson',
      async decide() {
        const token = (await written()).OPERATOR_TOKEN ?? options.operatorToken;
        const noted = (await hands.read(plan.DELIVERED)) === replyTo;
        return plan.firstLesson(token && !noted ? await readTrial(token) : null, replyTo, noted);
      },
    },
    {
      name: 'Console',
      async decide() {
        operatorToken = (await written()).OPERATOR_TOKEN ?? options.operatorToken;
        const noted = (await hands.read(plan.OPERATOR)) === replyTo;
        const known = operatorToken && !noted ? await readOperators(operatorToken) : null;
        return plan.enters(known, replyTo, host, noted);
      },
    },
    {
      name: 'Keeping',
      async decide() {
        const file = (await hands.read(plan.SECRET_FILE)) !== null;
        const uploaded = SECRETS.every((name) => worker?.includes(name));
        return plan.kept(file, uploaded, keptAnswer);
      },
    },
  ];

  async function readOperators(token: string): Promise<string[]> {
    const path = '/operator/api/operators';
    const answer = await hands.course(origin, 'GET', path, undefined, token);
    if (answer?.status !== 200)
      throw new Error(
        `${origin} answered ${answer?.status ?? 'nothing'} to its operator. Is OPERATOR_TOKEN the one it has?`,
      );
    return (answer.body as { operators: { email: string }[] }).operators.map(({ email }) => email);
  }

  async function isUsed(): Promise<boolean> {
    const count = "SELECT count(*) > 0 AS tables FROM sqlite_master WHERE tbl_name = 'subscribers'";
    const said = await hands.wrangler([
      'd1',
      'execute',
      DATABASE,
      '--remote',
      '--json',
      '--command',
      count,
    ]);
    return /"tables":\s*1\b/.test(said);
  }

  async function readTrial(token: string): Promise<plan.Trial> {
    const found = await hands.course(
      origin,
      'POST',
      '/operator/api/find',
      { email: replyTo },
      token,
    );
    if (found?.status !== 200)
      throw new Error(
        `${origin} answered ${found?.status ?? 'nothing'} to its operator. Is OPERATOR_TOKEN the one it has?`,
      );
    const { subscriber } = found.body as { subscriber: string | null };
    if (subscriber === null) return { known: false, confirmed: false, lesson: null };
    const timeline = await hands.course(
      origin,
      'GET',
      `/operator/api/subscribers/${subscriber}`,
      undefined,
      token,
    );
    if (timeline?.status !== 200)
      throw new Error(
        `${origin} answered ${timeline?.status ?? 'nothing'} about its first learner.`,
      );
    const { subscriber: who, deliveries } = timeline.body as {
      subscriber: { confirmedAt: string | null };
      deliveries: { lesson: number | null; state: string }[];
    };
    const lesson = deliveries.find((each) => each.lesson === 1)?.state ?? null;
    return { known: true, confirmed: who.confirmedAt !== null, lesson };
  }

  async function keep(more: Record<string, string>): Promise<void> {
    await hands.write(
      plan.SECRET_FILE,
      `${JSON.stringify({ ...(await written()), ...more }, null, 2)}\n`,
      true,
    );
  }

  async function act(what: plan.Act): Promise<void> {
    switch (what.on) {
      case 'answers':
        answers = { ...answers, ...what.set };
        return hands.write(ANSWERS, writeAnswers(answers));
      case 'wrangler':
        return void (await hands.wrangler(what.args));
      case 'file':
        return hands.remove(what.remove);
      case 'note':
        return hands.write(what.path, what.text);
      case 'secrets': {
        const made = what.make.map((name) => [
          name,
          /_KEYS$|^LOG_KEY$/.test(name) ? `k1:${hands.random()}` : hands.random(),
        ]);
        return keep({ ...what.known, ...Object.fromEntries(made) });
      }
      case 'deploy':
        return deploy();
      case 'course': {
        const token = what.asOperator ? operatorToken : undefined;
        const answer = await hands.course(origin, what.method, what.path, what.body, token);
        if (!answer || answer.status >= 300)
          throw new Error(
            `${origin}${what.path} answered ${answer?.status ?? 'nothing'}: ${words(answer?.body)}`,
          );
        return;
      }
      default: {
        const { status, body } = await hands[what.on](what.method, what.path, what.body);
        const whose = what.on === 'resend' ? 'Resend' : 'Cloudflare';
        if (status >= 300)
          throw new Error(
            `${whose} answered ${status} to ${what.method} ${what.path}: ${words(body)}`,
          );
        if (what.on === 'resend' && what.keep)
          await keep({ [what.keep]: (body as { token: string }).token });
        if (what.on === 'resend' && what.path.endsWith('/verify')) {
          askedToVerify = true;
          await hands.wait(PAUSE);
        }
      }
    }
  }

  async function deploy(): Promise<void> {
    const { config, path } = await hands.build();
    const held = await heldByWorker();
    const lacking = Object.entries(await written()).filter(([name]) => !held.includes(name));
    // What the Worker has is never made anew: only what it lacks goes up.
    if (lacking.length > 0)
      await hands.write(UPLOAD_FILE, JSON.stringify(Object.fromEntries(lacking)), true);
    const secrets = { file: UPLOAD_FILE, names: lacking.map(([name]) => name) };
    const world = {
      wrangler: (args: string[]) => hands.wrangler(args, path),
      say: () => {},
      ask: null,
      mails: async () => null,
      // Where a provider has adopted lessons, `npm run deploy` says first what a change is to it.
      edition: () => Promise.reject(new Error('set-up does not ask; npm run deploy does')),
    };
    try {
      await bring(config, world, { dryRun: false, ...(lacking.length > 0 && { secrets }) });
    } catch (error) {
      throw new Error(
        plan.refusal(String(error)) ?? String(error instanceof Error ? error.message : error),
      );
    } finally {
      if (lacking.length > 0) await hands.remove(UPLOAD_FILE);
    }
    if (hook) await hands.write(HOOK, hook.webhook.id);
    await hands.write(LAST, await mark());
  }

  // A run that broke off in the middle of an upload left it; what counts is in the other file.
  if (!options.check) await hands.remove(UPLOAD_FILE);
  let missing = 0;
  const line = (sign: string, name: string, says: string) =>
    person.say(`  ${sign} ${name.padEnd(13)} ${says}`);
  for (const { name, decide } of parts) {
    let waited = '';
    for (let look = 0; ; look += 1) {
      const decision = await decide();
      if (decision?.is === 'well') {
        line('✓', name, decision.says);
        break;
      }
      if (decision === null || options.check || decision.is === 'hand') {
        missing += 1;
        line(
          decision?.is === 'hand' ? '!' : '·',
          name,
          decision?.says ?? 'waits for what is missing above',
        );
        break;
      }
      if (decision.is === 'stop') {
        line('✗', name, decision.says);
        throw new Error(
          'Set-up stopped there. What is done stays done: run npm run setup again to go on.',
        );
      }
      if (look >= LOOKS)
        throw new Error(
          `${name}: ${decision.says}. Set-up waited long enough: run npm run setup again to go on.`,
        );
      if (decision.is === 'act') {
        line('+', name, decision.says);
        await act(decision.act);
      } else if (decision.is === 'wait') {
        if (decision.says !== waited) line('…', name, decision.says);
        waited = decision.says;
        await hands.wait(PAUSE);
      } else {
        const yes = await person.ask(decision.says);
        if (yes === null) {
          missing += 1;
          const how =
            decision.key === 'kept'
              ? 'Then run npm run setup -- --kept'
              : 'Answer with botFightMode: off or keep in setup.local.yaml';
          line('!', name, `${decision.says} ${how}.`);
          break;
        }
        if (decision.key === 'kept') keptAnswer = yes;
        else await act({ on: 'answers', set: { botFightMode: yes ? 'off' : 'keep' } });
      }
    }
  }
  if (!options.check && operatorToken) {
    // After everything else: it works for fifteen minutes.
    const body = { email: replyTo };
    const made = await hands.course(origin, 'POST', '/operator/api/enter', body, operatorToken);
    const { link } = (made?.body ?? {}) as { link?: string };
    if (link) person.say(`\nYour way into the console, once and within 15 minutes:\n  ${link}`);
  }
  return missing === 0 ? 'done' : 'missing';
}

/** What an interface says of its refusal. It may name an address or a record, never a key. */
function words(body: unknown): string {
  const { message, errors, error } = (body ?? {}) as {
    message?: string;
    errors?: { message: string }[];
    error?: { message?: string };
  };
  return (
    message ?? errors?.map((each) => each.message).join('; ') ?? error?.message ?? 'without a word'
  );
}
