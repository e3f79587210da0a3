import { describe, expect, it } from 'vitest';
import { strayFigures } from './promises/figures.ts';
import { promises } from './promises/list.ts';
import { places, sentencesOf } from './promises/sentences.ts';
import { brokenPromises, unlisted } from './promises/standing.ts';
import { tests, testsIn } from './promises/tests.ts';

describe('what pages, mails, README and SECURITY.md promise', () => {
  it('stands there, and is held by a test that runs', () => {
    expect(brokenPromises(promises, places(), tests())).toEqual([]);
  });

  it('says no figure but those that the code decides: hours, days, lessons', () => {
    expect(strayFigures(places())).toEqual([]);
  });
});

describe('this check', () => {
  const place = { path: 'src/a.tsx', sentences: ['No lesson comes until … and none after that.'] };
  const held = 'a.test.ts: a lesson > comes never';

  it('finds a promise however its line is broken and marked up', () => {
    const said = ['comes until and none', 'No  lesson\n comes until …'];
    expect(
      brokenPromises({ 'src/a.tsx': said.map((s) => [s, held]) }, [place], new Set([held])),
    ).toEqual([]);
  });

  it.each([
    ['stands nowhere', { 'src/a.tsx': [['Every lesson comes.', held]] }],
    ['stands in another place only', { 'src/b.tsx': [['No lesson comes', held]] }],
    ['has no test of that name', { 'src/a.tsx': [['No lesson comes', `${held} again`]] }],
    ['has no sentence', { 'src/a.tsx': [[' … ', held]] }],
  ] as const)('is red for a promise that %s', (_, listed) => {
    expect(brokenPromises(listed, [place], new Set([held]))).toHaveLength(1);
  });

  it('names what sounds like a promise and is not listed', () => {
    const sentences = ['It is never sent.', 'It works for 30 days.', 'A room.', 'Once more.'];
    const listed = { 'a.md': [['Once more', held]] } as const;
    expect(unlisted(listed, [{ path: 'a.md', sentences }])).toEqual([
      ['a.md', ['It is never sent.', 'It works for 30 days.']],
    ]);
  });

  it('names a figure that nothing decides', () => {
    const sentences = [
      'A lesson more than 37 hours late.',
      'A nine-week course.',
      'Once in 30 days.',
    ];
    expect(strayFigures([{ path: 'a.md', sentences }])).toEqual([
      'a.md: 37 hours in: A lesson more than 37 hours late.',
      'a.md: nine week in: A nine-week course.',
    ]);
  });

  it('reads a page as a reader does', () => {
    const page = `
      /** Never said. */
      export const Page = ({ on, name }: { on: 'never ever'; name: string }) => (
        <Note title="Two words" class="not read">
          <p>
            Nothing is <strong>ever</strong> sent{' '}
            <a href="/x y">to you</a>, {name}. It is {on ? 'turned on.' : 'turned off.'}
          </p>
          <p>Another one</p>
        </Note>
      );
      const said = \`Once, \${name}, \` + 'and no more.';`;
    expect(sentencesOf('src/a.tsx', page)).toEqual([
      'Two words',
      'Nothing is ever sent to you, ….',
      'It is …',
      'to you',
      'turned on.',
      'turned off.',
      'Another one',
      'Once, …, and no more.',
    ]);
  });

  it('reads Markdown, in a mail too, as a reader does', () => {
    const readme =
      '# A title\n\nIt is **never** sent, see\n[this page](x.md).\n\n| one cell | `b c` |';
    expect(sentencesOf('README.md', readme)).toEqual([
      'A title',
      'It is never sent, see this page.',
      'one cell',
      'b c',
    ]);
    const mail = `const a = \`\n\${greeting}\n\nIt works once.\n\n[Press this](\${url})\n\`;`;
    expect(sentencesOf('emails/a.tsx', mail)).toEqual(['It works once.', 'Press this']);
  });

  it('knows the tests that run, and takes those that are left out for none', () => {
    const file = `
      describe.skipIf(!browser)('a lesson', () => {
        it.each([1])('comes %i times', () => {});
        test.skip('comes never', () => {});
        it.todo('comes');
        describe('late', () => { for (const x of y) it('waits', () => {}); it(name, () => {}); });
      });
      describe.skip('a note', () => { it('comes', () => {}); });`;
    expect(testsIn('test/a.test.ts', file)).toEqual([
      'a lesson > comes %i times',
      'a lesson > late > waits',
    ]);
  });
});
