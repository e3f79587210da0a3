/** Cloudflare, Resend, Wrangler and a deployed course, as far as set-up meets them, by their published interfaces. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';

export const HOST = 'course.willow-institute.org';
const ZONE = 'willow-institute.org';

type Body = Record<string, unknown>;
interface Reply {
  status: number;
  body: unknown;
}

export interface Platforms {
  state: ReturnType<typeof empty>;
  /** Told of each call when its effect is there and its answer is not. */
  told: { call(what: string): void };
  /** Wrangler, the course and time for a process of its own; the body is theirs as JSON. */
  controlUrl: string;
  cloudflareUrl: string;
  resendUrl: string;
  wrangler(args: string[], folder: string): Promise<string>;
  course(method: string, path: string, token?: string, body?: unknown): Reply | null;
  /** Time goes by: Resend looks, mail arrives, a person presses a button. */
  goBy(): void;
  close(): void;
}

function empty(plan: string) {
  return {
    plan,
    paid: true,
    fightMode: false,
    databases: [] as { name: string; uuid: string; jurisdiction: string | null }[],
    queues: [] as string[],
    domains: [] as (Body & { id: string; name: string; status: string })[],
    keys: [] as { id: string; name: string; token: string; domain: unknown }[],
    webhooks: [] as {
      id: string;
      endpoint: string;
      status: string;
      events: string[];
      signing_secret: string;
    }[],
    dns: [] as { type: string; name: string; content: string; priority?: number }[],
    rulesets: [] as { id: string; rules: Body[] }[],
    secrets: null as Record<string, string> | null,
    /** How often each secret was uploaded. */
    uploads: {} as Record<string, number>,
    migrated: 0,
    learner: null as null | { confirmed: boolean; lesson: string | null },
    signups: 0,
    /** Addresses of whoever may enter the console, and how many links were handed out. */
    operators: [] as string[],
    entries: 0,
    calls: [] as string[],
  };
}

const yes = (body: unknown, status = 200): Reply => ({ status, body });
const result = (value: unknown) => yes({ success: true, result: value });
const no = (status: number, message: string): Reply => ({
  status,
  body: { name: 'error', message, errors: [{ code: 1, message }] },
});

export async function startPlatforms(plan = 'pro'): Promise<Platforms> {
  const state = empty(plan);
  const told: Platforms['told'] = { call: () => {} };
  const servers: Server[] = [];
  const serve = async (token: string, answer: (method: string, url: URL, body: Body) => Reply) => {
    const server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      state.calls.push(`${request.method} ${request.url}`);
      const url = new URL(request.url ?? '/', 'http://fake');
      const known = request.headers.authorization === `Bearer ${token}`;
      const { status, body } = known
        ? answer(request.method ?? '', url, text ? JSON.parse(text) : {})
        : no(401, 'API key is invalid');
      told.call(`${request.method} ${url.pathname}`);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    servers.push(server);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  const cloudflareUrl = await serve('cf-pasted', (method, { pathname, searchParams }, body) => {
    const call = `${method} ${pathname}`;
    if (call === 'GET /zones') {
      const found = {
        id: 'z1',
        name: ZONE,
        plan: { legacy_id: state.plan },
        account: { id: 'a1' },
      };
      return result(searchParams.get('name') === ZONE ? [found] : []);
    }
    if (call === 'GET /accounts/a1/subscriptions')
      return result(state.paid ? [{ rate_plan: { id: 'workers_paid' } }] : []);
    if (call === 'GET /zones/z1/dns_records')
      return result(state.dns.filter(({ name }) => name === searchParams.get('name.exact')));
    if (call === 'POST /zones/z1/dns_records') {
      const record = body as (typeof state.dns)[number];
      if (
        state.dns.some(
          (each) =>
            each.name === record.name &&
            each.type === record.type &&
            each.content === record.content,
        )
      )
        return no(400, 'An identical record already exists.');
      state.dns.push(record);
      return result({ ...record, id: randomUUID() });
    }
    if (call === 'GET /zones/z1/bot_management') return result({ fight_mode: state.fightMode });
    if (call === 'PUT /zones/z1/bot_management') {
      state.fightMode = body.fight_mode === true;
      return result({ fight_mode: state.fightMode });
    }
    if (call === 'GET /zones/z1/rulesets/phases/http_request_firewall_custom/entrypoint') {
      return state.rulesets[0]
        ? result(state.rulesets[0])
        : no(404, 'could not find entrypoint ruleset');
    }
    if (call === 'POST /zones/z1/rulesets') {
      if (state.rulesets.length > 0)
        return no(400, 'exceeded maximum number of zone rulesets in this phase');
      state.rulesets.push({ id: 'r1', rules: body.rules as Body[] });
      return result(state.rulesets[0]);
    }
    if (call === 'POST /zones/z1/rulesets/r1/rules') {
      state.rulesets[0]?.rules.push(body);
      return result(state.rulesets[0]);
    }
    return no(404, `no route ${call}`);
  });

  const list = (data: unknown[]) => yes({ object: 'list', has_more: false, data });
  const resendUrl = await serve('re_full', (method, { pathname }, body) => {
    const [, what = '', id, verb] = pathname.split('/');
    const call = `${method} ${what}${id ? '/:id' : ''}${verb ? `/${verb}` : ''}`;
    const domain = state.domains.find((each) => each.id === id);
    const hook = state.webhooks.find((each) => each.id === id);
    switch (call) {
      case 'GET domains':
        return list(state.domains.map(({ records: _, ...rest }) => rest));
      case 'GET domains/:id':
        return domain ? yes(domain) : no(404, 'Domain not found');
      case 'POST domains': {
        if (state.domains.some(({ name }) => name === body.name))
          return no(403, 'The domain has been registered already.');
        const sub = String(body.name).replace(`.${ZONE}`, '');
        const made = {
          ...body,
          id: randomUUID(),
          name: String(body.name),
          status: 'not_started',
          records: [
            {
              record: 'SPF',
              name: `send.${sub}`,
              type: 'MX',
              value: 'feedback-smtp.eu-west-1.amazonses.com',
              priority: 10,
            },
            {
              record: 'SPF',
              name: `send.${sub}`,
              type: 'TXT',
              value: '"v=spf1 include:amazonses.com ~all"',
            },
            { record: 'DKIM', name: `resend._domainkey.${sub}`, type: 'TXT', value: 'p=MIGfMA0' },
          ],
        };
        state.domains.push(made);
        return yes(made, 201);
      }
      case 'PATCH domains/:id':
        Object.assign(domain ?? {}, body);
        return yes({ id });
      case 'POST domains/:id/verify':
        if (domain?.status !== 'verified') Object.assign(domain ?? {}, { status: 'pending' });
        return yes({ id });
      case 'GET webhooks':
        return list(state.webhooks.map(({ signing_secret: _, ...rest }) => rest));
      case 'GET webhooks/:id':
        return hook ? yes(hook) : no(404, 'Webhook not found');
      case 'POST webhooks':
        state.webhooks.push({
          id: randomUUID(),
          endpoint: String(body.endpoint),
          status: 'enabled',
          events: body.events as string[],
          signing_secret: `whsec_${randomUUID().replaceAll('-', '')}`,
        });
        return yes(
          { id: state.webhooks.at(-1)?.id, signing_secret: state.webhooks.at(-1)?.signing_secret },
          201,
        );
      case 'GET api-keys':
        return list(state.keys.map(({ id: its, name }) => ({ id: its, name })));
      case 'POST api-keys':
        state.keys.push({
          id: randomUUID(),
          name: String(body.name),
          token: `re_${randomUUID()}`,
          domain: body.domain_id,
        });
        return yes({ id: state.keys.at(-1)?.id, token: state.keys.at(-1)?.token }, 201);
      case 'DELETE api-keys/:id':
        state.keys = state.keys.filter((each) => each.id !== id);
        return yes({});
      default:
        return no(404, `no route ${call}`);
    }
  });

  const platforms: Platforms = {
    state,
    told,
    controlUrl: '',
    cloudflareUrl,
    resendUrl,
    async wrangler(args, folder) {
      state.calls.push(`wrangler ${args.join(' ')}`);
      const [first, second, third = ''] = args;
      switch (`${first} ${second}`) {
        case 'd1 list':
          return JSON.stringify(state.databases);
        case 'd1 create': {
          if (state.databases.some(({ name }) => name === third))
            throw new Error('A database with that name already exists');
          const at = args.indexOf('--jurisdiction');
          state.databases.push({
            name: third,
            uuid: randomUUID(),
            jurisdiction: at > 0 ? (args[at + 1] ?? null) : null,
          });
          return '✅ Successfully created DB';
        }
        case 'd1 execute':
          return JSON.stringify([{ results: [{ tables: state.migrated > 0 ? 1 : 0 }] }], null, 2);
        case 'd1 migrations':
          if (third === 'apply') state.migrated = 2;
          return state.migrated
            ? 'No migrations to apply!'
            : '│ 0000_begin.sql │\n│ 0001_go_on.sql │';
        case 'queues info':
          if (!state.queues.includes(third))
            throw new Error(
              `Queue "${third}" does not exist. To create it, run: wrangler queues create ${third}`,
            );
          return `Queue Name: ${third}`;
        case 'queues create':
          if (state.queues.includes(third))
            throw new Error('Queue name is already taken [code: 11009]');
          state.queues.push(third);
          return 'Created';
        case 'secret list':
          if (!state.secrets) throw new Error('Worker "in-the-room-production" not found.');
          return JSON.stringify(
            Object.keys(state.secrets).map((name) => ({ name, type: 'secret_text' })),
            null,
            2,
          );
        default: {
          if (first !== 'deploy') throw new Error(`no command ${args.join(' ')}`);
          const at = args.indexOf('--secrets-file');
          if (!state.paid)
            throw new Error('CPU limits are not supported for the Free plan. [code: 100328]');
          if (!state.secrets && at < 0)
            throw new Error('The following required secrets have not been set: HASH_KEY');
          const sent: Record<string, string> =
            at < 0 ? {} : JSON.parse(readFileSync(resolve(folder, args[at + 1] ?? ''), 'utf8'));
          for (const name of Object.keys(sent))
            state.uploads[name] = (state.uploads[name] ?? 0) + 1;
          state.secrets = { ...state.secrets, ...sent };
          return 'Uploaded';
        }
      }
    },
    course(method, path, token, body) {
      if (!state.secrets) return null;
      if (path === '/healthz') return yes({ ok: true, problems: [], version: '0.2.0' });
      if (path.startsWith('/unsubscribe/')) return no(404, 'unknown link');
      if (path === '/signup') {
        state.signups += 1;
        state.learner ??= { confirmed: false, lesson: null };
        return yes({ status: 'check-inbox' }, 202);
      }
      if (token !== state.secrets.OPERATOR_TOKEN) return no(401, 'not the operator');
      if (path === '/operator/api/operators' && method === 'GET') {
        return yes({ operators: state.operators.map((email) => ({ email })) });
      }
      if (path === '/operator/api/operators') {
        const { email } = body as { email: string };
        if (!state.operators.includes(email)) state.operators.push(email);
        return yes({ result: 'appointed' });
      }
      if (path === '/operator/api/enter') {
        state.entries += 1;
        return yes({ link: `https://course.example.org/operator/open/entry-${state.entries}` });
      }
      if (path === '/operator/api/find') return yes({ subscriber: state.learner ? 'sub_1' : null });
      if (method === 'GET' && path === '/operator/api/subscribers/sub_1') {
        const deliveries = state.learner?.lesson
          ? [{ kind: 'lesson', lesson: 1, state: state.learner.lesson }]
          : [];
        return yes({
          subscriber: { confirmedAt: state.learner?.confirmed ? '2026-11-27' : null },
          deliveries,
        });
      }
      return no(404, path);
    },
    goBy() {
      const records = state.dns.map(({ name }) => name);
      for (const domain of state.domains) {
        const signed =
          records.includes(`resend._domainkey.${domain.name}`) &&
          records.includes(`send.${domain.name}`);
        if (domain.status === 'pending' && signed) domain.status = 'verified';
      }
      const { learner } = state;
      if (learner) {
        learner.lesson = learner.confirmed
          ? learner.lesson === 'sent'
            ? 'delivered'
            : 'sent'
          : null;
        learner.confirmed = true;
      }
    },
    close: () => servers.forEach((server) => void server.close()),
  };
  const control = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const asked = JSON.parse(text);
    const { args, folder, method, path, token, body } = asked;
    const answering = async () => {
      if (request.url === '/course') return platforms.course(method, path, token, body);
      if (request.url !== '/wrangler') return platforms.goBy();
      return platforms.wrangler(args, folder).then(
        (printed) => ({ printed, code: 0 }),
        (error: Error) => ({ printed: error.message, code: 1 }),
      );
    };
    const said = (await answering()) ?? null;
    told.call(args ? `wrangler ${args.join(' ')}` : `${method ?? ''} ${path ?? 'time'}`);
    response.end(JSON.stringify(said));
  });
  await new Promise<void>((listening) => control.listen(0, '127.0.0.1', listening));
  servers.push(control);
  platforms.controlUrl = `http://127.0.0.1:${(control.address() as AddressInfo).port}`;
  return platforms;
}
