import { build } from 'vite';
import { describe, expect, it } from 'vitest';
import { emails, SHIPPED_COURSE } from '../../emails/compile.ts';
import { folderOf, sampleCourse } from './sample.ts';

/** Builds a bundle that holds `virtual:emails` and nothing else, as the Worker's build would. */
async function bundle(
  files: Record<string, string>,
  course = SHIPPED_COURSE,
  needed: string[] = [],
): Promise<string> {
  const result = await build({
    configFile: false,
    envFile: false,
    logLevel: 'silent',
    plugins: [emails({ lessons: folderOf(files), course, needed })],
    build: { write: false, ssr: true, rolldownOptions: { input: 'virtual:emails' } },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (!output || !('output' in output)) throw new Error('expected a finished build');
  return output.output[0].code;
}

// A whole build runs in each of these; a busy machine may need a while.
describe('the build', { timeout: 60_000 }, () => {
  it('puts every mail and eight lessons into the bundle, and no React', async () => {
    const code = await bundle(sampleCourse());
    const url = `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
    const made: typeof import('virtual:emails') = await import(/* @vite-ignore */ url);
    expect(made.mails.map(({ kind, lesson }) => [kind, lesson])).toEqual([
      ['confirm', null],
      ['already-enrolled', null],
      ['complete', null],
      ['nudge', null],
      ['open', null],
      ['erase', null],
      ['address', null],
      ['address-changed', null],
      ['link', null],
      ['enter', null],
      ['invite', null],
      ['sure', null],
      ['owners-changed', null],
      ['sites-changed', null],
      ['key-ending', null],
      ['certificate', null],
      ['certificate-changed', null],
      ['test-changed', null],
      ...[1, 2, 3, 4, 5, 6, 7, 8].map((week) => ['lesson', week]),
    ]);
    expect(made.lessons.map(({ week }) => week)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(code).not.toMatch(/from ["']react|createElement|jsx/);
  });

  it('carries who stands behind the course, with a picture as a file of its own', async () => {
    const folder = folderOf({
      'ana.jpg': 'a picture',
      'course.yaml': `people:
  - { name: Ana Example, role: author, degree: PsyD, bio: "Sees adults.", photo: ana.jpg }
reviews: []
price: Free. No card.
answers: no
`,
    });
    const code = await bundle(sampleCourse(), `${folder}/course.yaml`);
    expect(code).toMatch(/["'`]\/assets\/ana-[\w-]+\.jpg["'`]/);
    const url = `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
    const made: typeof import('virtual:emails') = await import(/* @vite-ignore */ url);
    expect(made.imprint.people).toMatchObject([
      { name: 'Ana Example', license: null, photo: expect.stringMatching(/^\/assets\/ana-/) },
    ]);
  });

  it('comes out the same twice', async () => {
    expect(await bundle(sampleCourse())).toBe(await bundle(sampleCourse()));
  });

  it('stops where a kind of mail that the service owes has no template, and names it', async () => {
    await expect(bundle(sampleCourse(), SHIPPED_COURSE, ['confirm', 'receipt'])).rejects.toThrow(
      /no template in emails\/ for: receipt/,
    );
  });

  it('stops at a lesson that can’t be published and says where and why', async () => {
    const files = sampleCourse();
    const broken = files['06-sample.md']?.replace('key: b', 'key: z') ?? '';
    await expect(bundle({ ...files, '06-sample.md': broken })).rejects.toThrow(
      /06-sample\.md: postTest\[0\]\.key: expected one of the options a, b, got z/,
    );
  });
});
