import { describe, expect, it } from 'vitest';
import { imprint } from '../../src/course/course.ts';
import { enrollByForm } from '../support/people.ts';
import { PRODUCTION, see, visitor } from '../support/visitor.ts';

const NOBODY = 'No author or editor is named. No licensed clinician has reviewed them yet.';

describe('a course that nobody has signed', () => {
  it('says so on the front page, on the page about it and at the foot of a lesson, and whom to ask', async () => {
    const anyone = visitor(PRODUCTION, PRODUCTION.BASE_URL);
    for (const path of ['/', '/about', '/lessons/1']) {
      const { text, all } = await see(await anyone.get(path));
      const said = text.replaceAll(/\s+/g, ' ');
      expect(said, path).toContain(NOBODY);
      const links = all('a').map(({ href }) => href);
      const ask = path === '/' ? '/about#who' : `mailto:${PRODUCTION.MAIL_REPLY_TO}`;
      expect(links, path).toContain(ask);
    }
  });

  it('says at the foot of a learner’s lesson, and in its mail', async () => {
    const anyone = visitor();
    const { learnPath } = await enrollByForm(anyone, 'ana@example.org');
    const { text } = await see(await anyone.get(`${learnPath}/lessons/1`));
    expect(text.replaceAll(/\s+/g, ' ')).toContain(NOBODY);
    const mail = (await anyone.mails()).find(({ kind }) => kind === 'lesson');
    expect(mail?.text.replaceAll(/\s+/g, ' ')).toContain(NOBODY);
    expect(mail?.from).not.toContain(',');
  });

  it('says what it costs, on the front page and on the page about it', async () => {
    for (const path of ['/', '/about']) {
      expect((await see(await visitor().get(path))).text, path).toContain(imprint.price);
    }
  });
});
