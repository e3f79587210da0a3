/** What set-up does next, from what stands and what is wanted. Pure: nothing here reads or changes anything. */
import type { Answers } from '../answers.ts';

/** One change somewhere, as it is asked for. */
export type Act =
  | { on: 'wrangler'; args: string[] }
  | { on: 'cloudflare'; method: string; path: string; body?: unknown }
  /** `asOperator`: with the operator’s token. */
  | { on: 'course'; method: string; path: string; body: unknown; asOperator?: true }
  /** `keep`: the secret under which the answer’s `token` is written down before anything else. */
  | { on: 'resend'; method: string; path: string; body?: unknown; keep?: string }
  | { on: 'answers'; set: Answers }
  /** Makes these secrets and writes them down, with those that stand elsewhere already. */
  | { on: 'secrets'; make: string[]; known: Record<string, string> }
  | { on: 'file'; remove: string }
  | { on: 'note'; path: string; text: string }
  | { on: 'deploy' };

export type Decision =
  | { is: 'well'; says: string }
  | { is: 'act'; says: string; act: Act }
  /** Somebody else’s turn, or Resend’s; set-up looks again. */
  | { is: 'wait'; says: string }
  /** A person has something to do; set-up goes on. */
  | { is: 'hand'; says: string }
  /** Nothing that comes after would work. */
  | { is: 'stop'; says: string }
  /** A question that only some are asked. */
  | { is: 'ask'; key: 'botFightMode' | 'kept'; says: string };

/** Where what was generated lies until it is in a password manager. */
export const SECRET_FILE = '.setup/secrets.json';

const well = (says: string): Decision => ({ is: 'well', says });
const stop = (says: string): Decision => ({ is: 'stop', says });
const hand = (says: string): Decision => ({ is: 'hand', says });

/** Resend’s region and D1’s place for an answer. */
export function placeOf(data: NonNullable<Answers['data']>): { region: string; d1: string[] } {
  const region =
    {
      eu: 'eu-west-1',
      weur: 'eu-west-1',
      eeur: 'eu-west-1',
      apac: 'ap-northeast-1',
      oc: 'ap-northeast-1',
    }[data as string] ?? 'us-east-1';
  if (data === 'eu') return { region, d1: ['--jurisdiction', 'eu'] };
  return { region, d1: data === 'anywhere' ? [] : ['--location', data] };
}

export interface Database {
  name: string;
  uuid: string;
  jurisdiction?: string | null;
}

export function database(found: Database[], name: string, answers: Answers): Decision {
  const own = found.find((each) => each.name === name);
  const { data = 'anywhere' } = answers;
  if (!own) {
    const args = ['d1', 'create', name, ...placeOf(data).d1, '--update-config=false'];
    const where = data === 'eu' ? ', in the EU' : '';
    return { is: 'act', says: `the database ${name}${where}`, act: { on: 'wrangler', args } };
  }
  if (data === 'eu' && own.jurisdiction !== undefined && own.jurisdiction !== 'eu') {
    return stop(
      `The database ${name} stands outside the EU and cannot be moved. Delete it if it is empty (npx wrangler d1 delete ${name}), or answer “anywhere”.`,
    );
  }
  if (answers.database === own.uuid) return well(`the database ${name}`);
  const act: Act = { on: 'answers', set: { database: own.uuid } };
  return { is: 'act', says: `the database’s id in setup.local.yaml`, act };
}

/** @param missing queues that Cloudflare does not know yet */
export function queues(missing: string[], wanted: string[]): Decision {
  const [next] = missing;
  if (next === undefined) return well(`${wanted.length} queues, two of them for dead letters`);
  const act: Act = { on: 'wrangler', args: ['queues', 'create', next] };
  return { is: 'act', says: `the queue ${next}`, act };
}

export interface MailDomain {
  id: string;
  name: string;
  status: string;
  region: string;
  open_tracking?: boolean;
  click_tracking?: boolean;
  records?: { record: string; name: string; type: string; value: string; priority?: number }[];
}

export function mailDomain(found: MailDomain | null, name: string, region: string): Decision {
  const off = { open_tracking: false, click_tracking: false };
  if (!found) {
    const act: Act = {
      on: 'resend',
      method: 'POST',
      path: '/domains',
      body: { name, region, ...off },
    };
    return { is: 'act', says: `${name} at Resend, in ${region}, nothing tracked`, act };
  }
  if (found.region !== region) {
    return stop(
      `Resend has ${name} in ${found.region}, and you want ${region}; a domain cannot be moved. Delete it there if nothing else uses it, or change “data” in setup.local.yaml.`,
    );
  }
  if (found.open_tracking || found.click_tracking) {
    const act: Act = { on: 'resend', method: 'PATCH', path: `/domains/${found.id}`, body: off };
    return { is: 'act', says: `tracking off for ${name}`, act };
  }
  return well(`${name} at Resend, in ${region}, nothing tracked`);
}

export interface DnsRecord {
  type: string;
  name: string;
  content: string;
  priority?: number;
}

/** The records that Resend wants, with whole names. It gives them without the zone’s. */
export function recordsFor(domain: MailDomain, zone: string): DnsRecord[] {
  return (domain.records ?? [])
    .filter(({ record }) => record === 'SPF' || record === 'DKIM')
    .map(({ name, type, value, priority }) => ({
      type,
      name: wholeName(name.replace(/\.$/, ''), domain.name, zone),
      content: value,
      ...(priority !== undefined && { priority }),
    }));
}

function wholeName(name: string, domain: string, zone: string): string {
  if (name === zone || name.endsWith(`.${zone}`)) return name;
  const inZone = `${name}.${zone}`;
  return inZone.endsWith(`.${domain}`) ? inZone : `${name}.${domain}`;
}

const sameContent = (one: string, other: string) => bare(one) === bare(other);
/** TXT comes with and without quotes, in one piece or several; a target with and without its last dot. */
const bare = (content: string) =>
  content.replace(/"\s*"/g, '').replace(/"/g, '').replace(/\.$/, '').trim();

export const shownRecord = ({ name, type, content, priority }: DnsRecord): string =>
  `${name}  ${type}${priority === undefined ? '' : ` ${priority}`}  ${content}`;

/** Writes what is missing, and never over what stands there. */
export function dns(wanted: DnsRecord[], found: DnsRecord[], zoneId: string): Decision {
  for (const record of wanted) {
    const here = found.filter(
      ({ name, type }) =>
        name === record.name &&
        (type === record.type || type === 'CNAME' || record.type === 'CNAME'),
    );
    if (here.some((each) => each.type === record.type && sameContent(each.content, record.content)))
      continue;
    if (here.length > 0) {
      return stop(
        `Another record stands where one of Resend’s belongs. Set-up writes over none: decide, and run it again.\n      stands  ${here.map(shownRecord).join('\n              ')}\n      wanted  ${shownRecord(record)}`,
      );
    }
    return {
      is: 'act',
      says: `the record ${record.type} ${record.name}`,
      act: putRecord(zoneId, record),
    };
  }
  return well(`${wanted.length} DNS records for the mail’s signature and its way back`);
}

function putRecord(zoneId: string, record: DnsRecord): Act {
  const content = record.type === 'TXT' ? `"${bare(record.content)}"` : record.content;
  const body = { ...record, content, ttl: 1, proxied: false, comment: 'In the Room' };
  return { on: 'cloudflare', method: 'POST', path: `/zones/${zoneId}/dns_records`, body };
}

/** One DMARC record where neither the domain nor the zone above it has any. */
export function dmarc(found: DnsRecord[], domain: string, zone: Zone, replyTo: string): Decision {
  const standing = found.find(({ content }) => /^v=dmarc1/i.test(bare(content)));
  if (standing) return well(`DMARC, which stands: ${shownRecord(standing)}`);
  // Reports go only to an address of the same zone: others would have to agree in their own DNS.
  const own = new RegExp(`[@.]${zone.name.replaceAll('.', '\\.')}$`, 'i').test(replyTo);
  const record = {
    type: 'TXT',
    name: `_dmarc.${domain}`,
    content: `v=DMARC1; p=none;${own ? ` rua=mailto:${replyTo}` : ''}`.replace(/;$/, ''),
  };
  return { is: 'act', says: `DMARC at ${record.name}`, act: putRecord(zone.id, record) };
}

/** A deploy takes the host over whatever stands there, so set-up looks first. */
export function host(found: DnsRecord[], name: string): Decision {
  // 100:: is what Cloudflare itself puts for a host of a Worker.
  const other = found.filter(
    ({ type, content }) => ['A', 'AAAA', 'CNAME'].includes(type) && content !== '100::',
  );
  if (other.length === 0) return well(`${name} is free for the course, or the course’s already`);
  return stop(
    `Something else stands at ${name}, and the deploy would take its place. Remove it, or choose another host.\n      stands  ${other.map(shownRecord).join('\n              ')}`,
  );
}

export interface Zone {
  id: string;
  name: string;
  free: boolean;
  account: string;
}

export interface Rule {
  expression: string;
  action: string;
  enabled?: boolean;
}

/** What mail programs and Resend call from servers of their own, without a browser. */
export const spared = (hostname: string): string =>
  `(http.host eq "${hostname}" and (starts_with(http.request.uri.path, "/unsubscribe/") or starts_with(http.request.uri.path, "/webhooks/")))`;

/** @param standing the zone’s own rules; null where it has no list of them yet */
export function wafRule(
  standing: { id: string; rules?: Rule[] } | null,
  zone: Zone,
  hostname: string,
): Decision {
  const expression = spared(hostname);
  const words = 'a rule that spares /unsubscribe and /webhooks from bot checks';
  if (
    standing?.rules?.some(
      (rule) => rule.expression === expression && rule.action === 'skip' && rule.enabled !== false,
    )
  )
    return well(words);
  const rule = {
    action: 'skip',
    action_parameters: { phases: ['http_request_sbfm'] },
    expression,
    description: 'In the Room: one-click unsubscribe and Resend’s events',
    enabled: true,
  };
  const path = `/zones/${zone.id}/rulesets`;
  const phase = 'http_request_firewall_custom';
  const act: Act = standing
    ? { on: 'cloudflare', method: 'POST', path: `${path}/${standing.id}/rules`, body: rule }
    : {
        on: 'cloudflare',
        method: 'POST',
        path,
        body: { name: 'Custom rules', kind: 'zone', phase, rules: [rule] },
      };
  return { is: 'act', says: words, act };
}

export function botFightMode(on: boolean, zone: Zone, answer: Answers['botFightMode']): Decision {
  if (!on) return well('Bot Fight Mode is off, so mail programs can unsubscribe people');
  if (answer === 'off') {
    const act: Act = {
      on: 'cloudflare',
      method: 'PUT',
      path: `/zones/${zone.id}/bot_management`,
      body: { fight_mode: false },
    };
    return { is: 'act', says: `Bot Fight Mode off for all of ${zone.name}`, act };
  }
  const why = `Bot Fight Mode is on for all of ${zone.name}. It can stop the unsubscribe button of mail programs, and on a free zone it cannot be told to spare a path.`;
  if (answer === 'keep') return hand(`${why} You chose to keep it.`);
  return { is: 'ask', key: 'botFightMode', says: `${why} Turn it off for the whole zone?` };
}

/** @param asked whether Resend has been asked to look since set-up began */
export function verified(domain: MailDomain, asked: boolean): Decision {
  if (domain.status === 'verified') return well(`${domain.name} is verified`);
  if (!asked || domain.status === 'failed') {
    const act: Act = { on: 'resend', method: 'POST', path: `/domains/${domain.id}/verify` };
    return { is: 'act', says: `Resend’s look at the records of ${domain.name}`, act };
  }
  return {
    is: 'wait',
    says: `Resend looks at the records of ${domain.name}; it says “${domain.status}”`,
  };
}

/** What Resend tells of each mail. */
export const EVENTS = [
  'email.delivered',
  'email.bounced',
  'email.complained',
  'email.failed',
  'email.suppressed',
];

export interface Webhook {
  id: string;
  endpoint: string;
  status: string;
  events: string[] | null;
}

export function webhook(found: Webhook[], endpoint: string): Decision {
  const own = found.find((each) => each.endpoint === endpoint);
  const path = '/webhooks';
  if (!own) {
    const act: Act = { on: 'resend', method: 'POST', path, body: { endpoint, events: EVENTS } };
    return { is: 'act', says: `the webhook ${endpoint}`, act };
  }
  const events = [...new Set([...(own.events ?? []), ...EVENTS])];
  if (own.status !== 'enabled' || events.length !== own.events?.length) {
    const act: Act = {
      on: 'resend',
      method: 'PATCH',
      path: `${path}/${own.id}`,
      body: { events, status: 'enabled' },
    };
    return { is: 'act', says: 'the webhook’s events', act };
  }
  return well(`the webhook ${endpoint}, with its ${EVENTS.length} events`);
}

/** Resend takes names of at most 50 characters. */
export const keyName = (hostname: string): string => `in-the-room ${hostname}`.slice(0, 50);

/**
 * Resend shows a key once. One of ours that is neither with the Worker nor written down was lost by a run
 * that broke off.
 */
export function sendingKey(
  found: { id: string; name: string }[],
  name: string,
  domainId: string,
  held: boolean,
): Decision {
  if (held) return well('a key that may send from this domain alone');
  const lost = found.find((each) => each.name === name);
  if (lost) {
    const act: Act = { on: 'resend', method: 'DELETE', path: `/api-keys/${lost.id}` };
    return { is: 'act', says: `the end of the key “${name}”, which a run before lost`, act };
  }
  const body = { name, permission: 'sending_access', domain_id: domainId };
  const act: Act = {
    on: 'resend',
    method: 'POST',
    path: '/api-keys',
    body,
    keep: 'RESEND_API_KEY',
  };
  return { is: 'act', says: 'a key that may send from this domain alone', act };
}

/**
 * The secrets of which neither the Worker nor the file has any.
 *
 * @param used whether the database holds a course already
 */
export function secrets(
  required: string[],
  held: { worker: string[]; file: string[] },
  known: Record<string, string>,
  used: boolean,
): Decision {
  const has = (name: string) => held.worker.includes(name) || held.file.includes(name);
  const missing = required.filter((name) => !has(name));
  if (missing.length === 0)
    return well(`${required.length} secrets, each with the Worker or written down`);
  if (used && missing.includes('HASH_KEY')) {
    return stop(
      `The database holds a course, but its HASH_KEY is nowhere here. With another one every unsubscribe link would break. Put it from your password manager into ${SECRET_FILE} ({"HASH_KEY":"…"}), and run this again.`,
    );
  }
  const make = missing.filter((name) => known[name] === undefined);
  const act: Act = {
    on: 'secrets',
    make,
    known: Object.fromEntries(
      missing.flatMap((name) => (known[name] === undefined ? [] : [[name, known[name]]])),
    ),
  };
  return { is: 'act', says: `${missing.join(', ')}, written to ${SECRET_FILE} first`, act };
}

/** @param held names the Worker has; @param sameAsLast whether what was deployed last was made of the same answers */
export function deployed(
  required: string[],
  held: string[],
  sameAsLast: boolean,
  runs: boolean,
): Decision {
  if (sameAsLast && runs && required.every((name) => held.includes(name)))
    return well('the course is deployed');
  return {
    is: 'act',
    says: 'the course: migrations, then the upload with its secrets',
    act: { on: 'deploy' },
  };
}

export interface Health {
  ok: boolean;
  problems: string[];
}

export function healthy(health: Health | null, hostname: string): Decision {
  if (health?.ok) return well(`https://${hostname}/healthz says that all is well`);
  if (!health)
    return {
      is: 'wait',
      says: `https://${hostname} does not answer yet; a new host and its certificate take some minutes`,
    };
  return { is: 'wait', says: `/healthz says: ${health.problems.join('; ')}` };
}

/** @param status of a one-click unsubscribe with a link that was never made */
export function unsubscribing(status: number, hostname: string): Decision {
  if (status === 404) return well('one-click unsubscribe reaches the course');
  return hand(
    `Something answers one-click unsubscribe before the course does (${status}). In Cloudflare, leave “I’m Under Attack” and challenges off for https://${hostname}/unsubscribe/ and /webhooks/.`,
  );
}

/** Where set-up notes to whom lesson 1 was delivered. */
export const DELIVERED = '.setup/delivered';

/** What the course knows of the operator as a learner. */
export interface Trial {
  known: boolean;
  confirmed: boolean;
  /** State of lesson 1; null where it is not owed yet. */
  lesson: string | null;
}

/** @param noted whether a run before saw it delivered to this address */
export function firstLesson(trial: Trial | null, address: string, noted: boolean): Decision {
  if (noted) return well(`lesson 1 was delivered to ${address}`);
  if (!trial)
    return hand(
      `Sign up with ${address} and look for lesson 1: set-up has no OPERATOR_TOKEN to look with (export it, and run this again).`,
    );
  if (!trial.known) {
    const act: Act = { on: 'course', method: 'POST', path: '/signup', body: { email: address } };
    return { is: 'act', says: `a signup for ${address}`, act };
  }
  if (trial.lesson === 'delivered') {
    const act: Act = { on: 'note', path: DELIVERED, text: address };
    return { is: 'act', says: `a note that lesson 1 was delivered to ${address}`, act };
  }
  if (['bounced', 'complained', 'failed'].includes(trial.lesson ?? '')) {
    return stop(
      `Lesson 1 to ${address} ${trial.lesson === 'failed' ? 'was not taken' : trial.lesson}. Look at it in Resend’s dashboard, under Emails.`,
    );
  }
  if (!trial.confirmed)
    return {
      is: 'wait',
      says: `your turn: a mail is on its way to ${address}. Press its button and choose an hour`,
    };
  return { is: 'wait', says: `lesson 1 is on its way to ${address} (${trial.lesson ?? 'due'})` };
}

/** Where set-up notes who was taken into the console. */
export const OPERATOR = '.setup/operator';

/**
 * @param operators addresses of those who may enter the console; null where there is no token to ask with
 * @param address the operator’s
 * @param noted whether a run before took them in
 */
export function enters(
  operators: string[] | null,
  address: string,
  host: string,
  noted: boolean,
): Decision {
  if (noted) return well(`${address} enters https://${host}/operator`);
  if (operators === null) {
    return hand(
      `Who may enter https://${host}/operator could not be asked without OPERATOR_TOKEN. Take yourself in: npm run ops -- operators add ${address} --role owner --why "me" --remote`,
    );
  }
  if (operators.includes(address)) {
    const note: Act = { on: 'note', path: OPERATOR, text: address };
    return { is: 'act', says: `a note that ${address} enters the console`, act: note };
  }
  const body = { email: address, role: 'owner', by: 'set-up', reason: 'runs the course' };
  const act = { on: 'course', method: 'POST', path: '/operator/api/operators', body } as const;
  return {
    is: 'act',
    says: `${address} as an owner of the console`,
    act: { ...act, asOperator: true },
  };
}

export function kept(file: boolean, uploaded: boolean, answer: boolean | null): Decision {
  if (!file) return well('no secret lies on this machine');
  if (!uploaded)
    return hand(`The secrets lie in ${SECRET_FILE} and are not deployed yet: leave them there.`);
  if (answer === true)
    return {
      is: 'act',
      says: `the end of ${SECRET_FILE}`,
      act: { on: 'file', remove: SECRET_FILE },
    };
  const says = `Your secrets lie in ${SECRET_FILE}. Nobody can read them back from Cloudflare, and without HASH_KEY and LOG_KEY a course is lost.`;
  if (answer === false)
    return hand(`${says} Copy all of them into a password manager, then run this again.`);
  return {
    is: 'ask',
    key: 'kept',
    says: `${says} Are all of them in a password manager, so that the file may go?`,
  };
}

/** @returns words for a refusal of Cloudflare’s that a person can do something about; null for others */
export function refusal(said: string): string | null {
  if (/100328|CPU limits are not supported/.test(said)) {
    return 'Cloudflare refused the upload: this account is on the free plan, which cannot hash a hundred mails in its 10 ms. Choose Workers Paid at https://dash.cloudflare.com/?to=/:account/workers/plans and run npm run setup again.';
  }
  if (
    /not logged in|Not logged in|non-interactive environment|Authentication error|\[code: 10000\]/.test(
      said,
    )
  ) {
    return 'Cloudflare does not know you: run npx wrangler login, then npm run setup again.';
  }
  return null;
}

/** @param plans ids of what the account subscribes to; null where the token may not read that */
export function workersPaid(plans: string[] | null): Decision {
  if (plans === null)
    return hand('Whether the account has Workers Paid could not be read; the upload will tell.');
  if (plans.includes('workers_paid')) return well('the account has Workers Paid');
  return hand(
    'Cloudflare lists no Workers Paid for this account. Without it the upload is refused: https://dash.cloudflare.com/?to=/:account/workers/plans',
  );
}

/** Cloudflare’s form for a token, with the four permissions filled in; account and zone are chosen there. */
export function tokenForm(): string {
  const keys = [
    { key: 'dns', type: 'edit' },
    { key: 'zone_waf', type: 'edit' },
    { key: 'bot_management', type: 'edit' },
    { key: 'billing', type: 'read' },
  ];
  return `https://dash.cloudflare.com/profile/api-tokens?permissionGroupKeys=${encodeURIComponent(JSON.stringify(keys))}&accountId=*&zoneId=all&name=In%20the%20Room%20set-up`;
}
