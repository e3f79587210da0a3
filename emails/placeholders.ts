import type { CompiledMail, MailKind } from 'virtual:emails';

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
  'single_url',
  'unsubscribe_url',
  'not_me_url',
  'asked_at',
  'slot',
  'base_url',
  'postal_address',
] as const;

export type Placeholder = (typeof PLACEHOLDERS)[number];

const ANYONE = ['base_url', 'postal_address'] as const;
const COMMON = [...ANYONE, 'greeting', 'unsubscribe_url'] as const;

/** Which placeholders the server knows a value for, by kind of mail. */
export const PLACEHOLDERS_OF: Record<MailKind, readonly Placeholder[]> = {
  confirm: [...COMMON, 'confirm_url', 'asked_at'],
  'already-enrolled': [...COMMON, 'not_me_url', 'learn_url'],
  lesson: [...COMMON, 'learn_url', 'lesson_url', 'lines_url', 'hour_url', 'pause_url', 'slot'],
  complete: [...COMMON, 'learn_url', 'slot'],
  nudge: [...COMMON, 'learn_url', 'hour_url', 'pause_url', 'nudges_url', 'slot'],
  open: [...COMMON, 'single_url'],
  erase: [...COMMON, 'single_url'],
  // The owner of a new address may be a stranger, who is told no name and cannot end a learner's course.
  address: [...ANYONE, 'not_me_url', 'single_url'],
  'address-changed': [...COMMON, 'single_url'],
  link: [...COMMON, 'learn_url'],
};

/** The placeholder as it stands in a mail: `hole('slot')` is `{{slot}}`. */
export function hole(name: Placeholder): string {
  return `{{${name}}}`;
}

/** What stands between double braces in a text, in order, repeats included. */
export function holesIn(text: string): string[] {
  return [...text.matchAll(/\{\{(.*?)\}\}/gs)].map((match) => match[1] ?? '');
}

/** Throws when a mail holds a placeholder that the server can't fill, or any in its subject. */
export function checkPlaceholders(mail: Omit<CompiledMail, 'hash'>): void {
  const name = mail.lesson === null ? mail.kind : `${mail.kind} ${mail.lesson}`;
  const allowed: readonly string[] = PLACEHOLDERS_OF[mail.kind];
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
