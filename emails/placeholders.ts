import type { CompiledMail } from 'virtual:emails';

/** Every `{{name}}` that a compiled mail may hold. The server fills them for each recipient. */
export const PLACEHOLDERS = [
  'greeting',
  'confirm_url',
  'learn_url',
  'lesson_url',
  'lines_url',
  'hour_url',
  'pause_url',
  'nudges_url',
  'certificates_url',
  'test_url',
  'single_url',
  'unsubscribe_url',
  'not_me_url',
  'asked_at',
  'offered',
  'where',
  'room_url',
  'enter_url',
  'digits',
  'slot',
  'base_url',
  'postal_address',
] as const;

export type Placeholder = (typeof PLACEHOLDERS)[number];

/** The placeholder as it stands in a mail: `hole('slot')` is `{{slot}}`. */
export function hole(name: Placeholder): string {
  return `{{${name}}}`;
}

/** What stands between double braces in a text, in order, repeats included. */
export function holesIn(text: string): string[] {
  return [...text.matchAll(/\{\{(.*?)\}\}/gs)].map((match) => match[1] ?? '');
}

/** Throws when a mail holds a placeholder other than those that the server fills in it, or any in its subject. */
export function checkPlaceholders(
  mail: Omit<CompiledMail, 'hash'>,
  allowed: readonly string[],
): void {
  const name = mail.lesson === null ? mail.kind : `${mail.kind} ${mail.lesson}`;
  if (mail.subject.includes('{{')) {
    throw new Error(`The mail "${name}": expected a subject without placeholders`);
  }
  for (const part of ['html', 'text'] as const) {
    const unknown = holesIn(mail[part]).find((found) => !allowed.includes(found));
    if (unknown === undefined) continue;
    throw new Error(
      `The mail "${name}" (${part}): expected only {{${allowed.join('}}, {{')}}}, got {{${unknown}}}`,
    );
  }
}
