import { filesLike, isNode, nameOf, parse, read, walk } from './sentences.ts';

type Node = ReturnType<typeof parse>;

/** Every test that runs, as `path: group > name` with the path in `test/`; a template by its own words. */
export function tests(): Set<string> {
  const files = filesLike([/^test\/.*(\.test\.tsx?|\/spec\.ts)$/]);
  return new Set(
    files.flatMap((path) =>
      testsIn(path, read(path)).map((name) => `${path.slice('test/'.length)}: ${name}`),
    ),
  );
}

/** The tests of a file, each after its groups, but for those that are left out. */
export function testsIn(path: string, text: string): string[] {
  const found: string[] = [];
  collect(parse(path, text), [], found);
  return found;
}

function collect(from: Node, groups: string[], found: string[]): void {
  walk(from, (node) => {
    if (node === from || node.type !== 'CallExpression') return 'enter';
    const [kind, ...ways] = calledAs(node.callee);
    if (!['describe', 'it', 'test'].includes(kind ?? '')) return 'enter';
    if (ways.some((way) => way === 'skip' || way === 'todo')) return 'leave';
    const [first, ...rest] = (node.arguments as Node[]) ?? [];
    const name = first && textOf(first);
    if (kind !== 'describe') {
      if (name === undefined) return 'enter';
      found.push([...groups, name].join(' > '));
      return 'leave';
    }
    for (const argument of rest)
      collect(argument, name === undefined ? groups : [...groups, name], found);
    return 'leave';
  });
}

/** `describe.skipIf(x)` as `describe`, `skipIf`. */
function calledAs(callee: unknown): string[] {
  if (!isNode(callee)) return [];
  if (callee.type === 'CallExpression') return calledAs(callee.callee);
  if (callee.type === 'MemberExpression')
    return [...calledAs(callee.object), nameOf(callee.property)];
  return [nameOf(callee)];
}

function textOf(node: Node): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node.type !== 'TemplateLiteral') return undefined;
  const quasis = node.quasis as { value: { cooked: string } }[];
  return quasis.map(({ value }) => value.cooked).join('…');
}
