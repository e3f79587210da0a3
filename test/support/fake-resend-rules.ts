// What Resend refuses of a mail (resend.com/docs/api-reference/emails/send-batch-emails).

/** Why a mail is refused. */
export interface Problem {
  name: 'missing_required_field' | 'validation_error';
  message: string;
}

export function invalid(message: string): Problem {
  return { name: 'validation_error', message };
}

const ADDRESS = /^[^\s<>@,;"]+@[^\s<>@,;".]+(?:\.[^\s<>@,;".]+)+$/;
const TAG = /^[A-Za-z0-9_-]{1,256}$/;

/**
 * What is wrong with a mail, or null.
 *
 * @param refusedAddresses in small letters
 */
export function problemOf(mail: unknown, refusedAddresses: Set<string>): Problem | null {
  if (typeof mail !== 'object' || mail === null) return invalid('An email must be an `object`.');
  const fields = mail as Record<string, unknown>;
  for (const name of ['from', 'to', 'subject']) {
    if (!fields[name]) {
      return { name: 'missing_required_field', message: `Missing \`${name}\` field.` };
    }
  }
  if (!fields.html && !fields.text) {
    return { name: 'missing_required_field', message: 'Missing `html` or `text` field.' };
  }
  for (const name of ['from', 'reply_to']) {
    const value = [fields[name] ?? []].flat();
    if (!value.every(bareAddress)) return invalid(`Invalid \`${name}\` field.`);
  }
  const to = [fields.to].flat();
  const recipient = bareAddress(to[0]);
  if (to.length !== 1 || !recipient || refusedAddresses.has(recipient)) {
    return invalid('Invalid `to` field.');
  }
  for (const name of ['subject', 'html', 'text']) {
    const value = fields[name] ?? '';
    if (typeof value !== 'string') return invalid(`The \`${name}\` field must be a \`string\`.`);
  }
  for (const name of ['attachments', 'scheduled_at']) {
    if (name in fields) return invalid(`The \`${name}\` field is not supported in a batch.`);
  }
  const headers = Object.values((fields.headers ?? {}) as object);
  if (!headers.every((value) => typeof value === 'string')) {
    return invalid('The `headers` field must hold texts.');
  }
  const tags = fields.tags ?? [];
  const good = (tag: { name?: unknown; value?: unknown } | null) =>
    TAG.test(String(tag?.name)) && TAG.test(String(tag?.value));
  if (!Array.isArray(tags) || !tags.every(good)) {
    return invalid('Tags should only contain ASCII letters, numbers, underscores, or dashes.');
  }
  return null;
}

/** The address in `email@example.com` or `Name <email@example.com>`, in small letters, or null. */
export function bareAddress(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  // A name of words, or in quotes (RFC 5322, 3.2.5): a comma outside them would begin another address.
  const named = /^(?:"(?:[^"\\]|\\.)+"|[^<>"()[\]:;@\\,]*)\s*<([^<>]*)>$/.exec(value);
  const address = named?.[1] ?? value;
  return ADDRESS.test(address) ? address.toLowerCase() : null;
}
