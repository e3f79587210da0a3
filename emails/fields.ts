import { isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';

/** Takes what is wrong in a file: a field or line, and what was expected there. */
export type Say = (where: string, what: string) => void;

/** A text of at least one and at most `longest` characters, trimmed. */
export const line = (what: string, longest: number) => {
  const error = `expected ${what}`;
  return z.string({ error }).trim().min(1, { error }).max(longest, { error });
};

/** The message for a group of fields; an unknown one among them has a message of its own. */
export function expects(fields: string) {
  return (issue: { code?: string | undefined }) =>
    issue.code === 'unrecognized_keys' ? undefined : `expected ${fields}`;
}

/**
 * Reads YAML by a schema, and says each problem with its field and line. `firstLine` is the line of the
 * file on which `yaml` begins. Null where something is wrong.
 */
export function readFields<Fields>(
  schema: z.ZodType<Fields>,
  yaml: string,
  say: Say,
  firstLine = 1,
): Fields | null {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines });
  const lineOf = (offset: number) => lines.linePos(offset).line + firstLine - 1;
  for (const error of document.errors) {
    const what = error.message.split('\n')[0]?.replace(/ at line .*$/, '') ?? error.code;
    say(
      `line ${lineOf(error.pos[0])}`,
      `${what} (text that holds a colon, or begins with a sign, belongs in "double quotes")`,
    );
  }
  if (document.errors.length > 0) return null;

  const value: unknown = document.toJS();
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const node = document.getIn(issue.path, true);
    const at = isNode(node) && node.range ? ` (line ${lineOf(node.range[0])})` : '';
    if (issue.code === 'unrecognized_keys') {
      const where = fieldName([...issue.path, issue.keys[0] ?? '']);
      say(where, `expected no field of this name; is it misspelled?${at}`);
    } else {
      say(fieldName(issue.path), `${issue.message}, got ${got(valueAt(value, issue.path))}${at}`);
    }
  }
  return null;
}

/** `['objectives', 1, 'id']` as `objectives[1].id`. */
function fieldName(path: readonly PropertyKey[]): string {
  const name = path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
  return name || 'the fields';
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, step) => {
    if (typeof inner !== 'object' || inner === null) return undefined;
    return (inner as Record<PropertyKey, unknown>)[step];
  }, value);
}

/** A value as a message can name it: short, or by its size. */
export function got(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return `the fields ${Object.keys(value).join(', ')}`;
  const text = String(value);
  if (typeof value === 'string' && text.length > 40) return `${text.length} characters`;
  return JSON.stringify(value);
}
