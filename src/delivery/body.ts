import { hourInWords } from '../course/schedule.ts';
import type { Mail } from '../mailer/mailer.ts';
import { CONFIRM_LIFETIME, type Tokens } from '../token.ts';
import type { Batch, FrozenRow } from './delivery.ts';
import { unsubscribeHeaders } from './headers.ts';
import { ABOUT } from './kinds.ts';

/** A compiled mail as it is stored: placeholders of the form `{{name}}`. */
export interface Content {
  kind: string;
  lesson: number | null;
  subject: string;
  html: string;
  text: string;
}

/** The content of a batch's row cannot be made into a mail. */
export class ContentError extends Error {
  readonly row: Pick<FrozenRow, 'kind' | 'lesson' | 'content'>;

  constructor(message: string, row: ContentError['row']) {
    super(message);
    this.name = 'ContentError';
    this.row = row;
  }
}

/**
 * Where the recipient's own unsubscribe link is filled in. A mail that does not hold it goes to somebody
 * who may not be the subscriber, and so its headers may not end the subscriber's course either.
 */
const UNSUBSCRIBE = '{{unsubscribe_url}}';

/** Where it cannot end a course, it says "this was not me", and the headers do too. */
const NOT_ME = '{{not_me_url}}';

/** What is filled in for each recipient. Names in contents that are not listed here are an error. */
type Values = Record<string, string>;

const encoder = new TextEncoder();

/** A piece of a mail's JSON: fixed bytes, or a value to be filled in. */
type Segment = Uint8Array | { name: string; html: boolean };

/**
 * The request's body for a batch: a JSON array of mails, UTF-8. The same batch and contents always
 * give the same bytes. What a content's mails share is encoded once; for each recipient only the
 * values between are, into the one buffer that is posted: four batches of 3 MB may be in flight.
 *
 * @throws ContentError where a content is missing or has an unknown placeholder
 */
export async function makeBody(
  batch: Batch,
  contents: ReadonlyMap<string, Content>,
  tokens: Tokens,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: (Uint8Array | string)[] = [];
  for (const [index, row] of batch.rows.entries()) {
    const content = contents.get(row.content ?? '');
    if (!content) throw new ContentError(`content ${row.content} is missing`, row);
    const template = templateOf(batch, content);
    parts.push(index === 0 ? '[' : ',');
    const values = await valuesFor(batch, row, tokens);
    for (const segment of template) {
      if (segment instanceof Uint8Array) {
        parts.push(segment);
        continue;
      }
      const value = values[segment.name];
      if (value === undefined) {
        throw new ContentError(`unknown placeholder ${segment.name}`, row);
      }
      parts.push(insideJson(segment.html ? escapeHtml(value) : value));
    }
  }
  parts.push(']');
  return encode(parts);
}

/** Parts one after the other, as UTF-8. */
function encode(parts: (Uint8Array | string)[]): Uint8Array<ArrayBuffer> {
  // A UTF-16 unit takes at most three bytes; the strings are a fiftieth of the whole.
  const room = parts.reduce(
    (sum, part) => sum + (typeof part === 'string' ? part.length * 3 : part.length),
    0,
  );
  const body = new Uint8Array(room);
  let length = 0;
  for (const part of parts) {
    if (typeof part === 'string') {
      length += encoder.encodeInto(part, body.subarray(length)).written;
    } else {
      body.set(part, length);
      length += part.length;
    }
  }
  return body.subarray(0, length);
}

/** SHA-256 of a body, hex. */
export async function fingerprint(body: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The last template that was made of a content: its texts live as long as the isolate, and so may this. */
const templates = new WeakMap<Content, { of: readonly unknown[]; template: Segment[] }>();

function templateOf(batch: Batch, content: Content): Segment[] {
  const { mailFrom, replyTo, baseUrl, postalAddress } = batch;
  const { subject, html, text } = content;
  const of = [subject, html, text, mailFrom, replyTo, baseUrl, postalAddress, digested(batch)];
  const known = templates.get(content);
  if (known?.of.every((each, index) => each === of[index])) return known.template;
  const template = encodeTemplate(batch, content);
  templates.set(content, { of, template });
  return template;
}

function encodeTemplate(batch: Batch, content: Content): Segment[] {
  const shared: Values = { base_url: batch.baseUrl, postal_address: batch.postalAddress };
  const fillShared = (text: string, html: boolean) =>
    text.replace(/\{\{(base_url|postal_address)\}\}/g, (_, name: string) => {
      const value = shared[name] ?? '';
      return html ? escapeHtml(value) : value;
    });
  const mail: Mail = {
    from: batch.mailFrom,
    to: ['{{to}}'],
    subject: content.subject,
    html: fillShared(content.html, true).replace(/\{\{([a-z_]+)\}\}/g, '{{html:$1}}'),
    text: fillShared(content.text, false),
    ...(batch.replyTo === null ? {} : { reply_to: batch.replyTo }),
    ...headersOf(content),
    tags: [
      { name: 'delivery', value: '{{delivery}}' },
      ...(digested(batch) ? [{ name: 'digest', value: '{{digest}}' }] : []),
      { name: 'kind', value: content.kind },
      ...(content.lesson === null ? [] : [{ name: 'lesson', value: String(content.lesson) }]),
    ],
  };
  // Odd places of the split hold the placeholders' names.
  return JSON.stringify(mail)
    .split(/\{\{((?:html:)?[a-z_]+)\}\}/)
    .map((part, index) =>
      index % 2 === 0
        ? encoder.encode(part)
        : { name: part.replace(/^html:/, ''), html: part.startsWith('html:') },
    );
}

function headersOf({ html }: Content): Pick<Mail, 'headers'> {
  const url = [UNSUBSCRIBE, NOT_ME].find((placeholder) => html.includes(placeholder));
  return url === undefined ? {} : { headers: unsubscribeHeaders(url) };
}

/** A batch that an earlier version has frozen must keep its bytes. */
const digested = ({ rows }: Batch) => rows[0]?.toHash !== undefined;

async function valuesFor(batch: Batch, row: FrozenRow, tokens: Tokens): Promise<Values> {
  const { baseUrl, keyId } = batch;
  const { subscriberId, linkVersion, toHash } = row;
  const name = mailableName(row.firstName);
  const values: Values = {
    to: row.email,
    delivery: String(row.id),
    greeting: name === '' ? 'Hello,' : `Hello ${name},`,
    unsubscribe_url: `${baseUrl}/unsubscribe/${await tokens.unsubscribe(subscriberId)}`,
  };
  const about = ABOUT[row.kind];
  if (about?.disownable) {
    const token = await tokens.notMe(subscriberId, await tokens.addressHash(row.email));
    values.not_me_url = `${baseUrl}/not-me/${token}`;
  }
  if (toHash !== undefined) {
    const { id: batchId, mailFrom } = batch;
    const claims = { deliveryId: row.id, batchId, baseUrl, mailFrom, toHash };
    values.digest = await tokens.mailDigest(claims);
  }
  if (about?.toStaff) return { ...values, ...(await valuesForStaff(batch, row, tokens)) };
  if (row.kind === 'confirm') {
    const expiresAt = (row.signedUpAt ?? 0) + CONFIRM_LIFETIME;
    const claims = { subscriberId, linkVersion, signupId: row.signupId ?? 0, expiresAt };
    values.confirm_url = `${baseUrl}/confirm/${await tokens.confirm(claims, keyId)}`;
    values.asked_at = row.provider === null ? 'on our page' : `at ${row.provider}`;
    return values;
  }
  // Beside a link that works once there is no other into the course.
  const purpose = about?.opens;
  if (purpose) {
    const claims = { subscriberId, linkId: row.linkId ?? 0, expiresAt: row.linkExpiresAt ?? 0 };
    values.single_url = `${baseUrl}/${purpose}/${await tokens.single(purpose, claims, keyId)}`;
    return values;
  }
  const offeredBy = batch.offered.get(String(row.providerId));
  // A line of its own in a text part, and a space where HTML has a line already.
  values.offered = offeredBy === undefined ? '' : `\nOffered through ${offeredBy}`;
  values.learn_url = `${baseUrl}/learn/${await tokens.learn({ subscriberId, linkVersion }, keyId)}`;
  for (const part of ['hour', 'pause', 'nudges']) {
    values[`${part}_url`] = `${values.learn_url}?do=${part}#${part}`;
  }
  values.certificates_url = `${values.learn_url}/certificates`;
  values.test_url = `${values.learn_url}/credit/test`;
  if (row.lesson !== null) {
    values.lesson_url = `${values.learn_url}/lessons/${row.lesson}`;
    values.lines_url = `${values.lesson_url}/lines`;
  }
  if (row.weekday !== null && row.time !== null && row.zone !== null) {
    values.slot = hourInWords({ weekday: row.weekday, time: row.time, zone: row.zone });
  }
  return values;
}

/** What a mail to somebody of the staff says. Of what others typed it carries a provider's name alone. */
async function valuesForStaff(batch: Batch, row: FrozenRow, tokens: Tokens): Promise<Values> {
  const { baseUrl, keyId } = batch;
  const { entryId = null, room = null, provider = null, slug = null } = row.staff ?? {};
  const path = room === 'console' ? 'operator' : 'portal';
  const ofProvider = mailableName(provider ?? '');
  const named = room === 'console' ? 'the console' : ofProvider || 'the providers’ portal';
  return {
    where: named,
    room_url: `${baseUrl}/${path}${slug === null ? '' : `/${slug}${ABOUT[row.kind]?.leadsTo ?? ''}`}`,
    ...(entryId === null
      ? {}
      : {
          enter_url: `${baseUrl}/${path}/open/${await tokens.entry(entryId, keyId)}`,
          digits: (await tokens.digits(entryId)).replace(/^(....)/, '$1 '),
        }),
  };
}

/**
 * A first name as it may stand in a mail: one that holds an address or a link is left out, because a
 * stranger typed it and the mail would carry it to somebody else. Mail programs make links of domains in
 * any alphabet, and of dots and letters that browsers read as ASCII (Unicode Technical Standard 46).
 */
function mailableName(name: string): string {
  const read = name
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replaceAll('。', '.');
  return /[/@:<>{}]|www\.|[\w\p{L}\p{M}]\.[\w\p{L}\p{M}]{2,}/iu.test(read) ? '' : name;
}

function insideJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

const HTML_ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (char) => HTML_ESCAPES[char] ?? char);
}
