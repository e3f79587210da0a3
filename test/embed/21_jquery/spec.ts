import { expect, it } from 'vitest';
import { formOf, newAddress, type Scenario, send, sent } from '../support/scenario.ts';

const scenario: Scenario = (stage) => {
  const snippet = () => {
    const { course, provider } = stage();
    return `<script async src="${course}/embed.js" data-provider="${provider.key}"><\\/script>
      <noscript><a href="${course}/?provider=${provider.key}">Sign up</a></noscript>`;
  };

  it.each([
    ['.html()', '$("#place").html(snippet)'],
    ['.append()', '$("#place").append(snippet)'],
    ['.after()', '$("#before").after(snippet)'],
    ['.replaceWith()', '$("#place").replaceWith(snippet)'],
    ['a fragment put in later', 'const box = $("<div>").append(snippet); $("#place").append(box)'],
  ])('shows the form where %s put the tag, once', async (_, how) => {
    const email = newAddress();
    await stage().open('21_jquery', {}, async (page) => {
      await page.evaluate(`(() => { const snippet = \`${snippet()}\`; ${how}; })()`);
      const form = await formOf(page);
      const order = `[document.querySelector('#before'), document.querySelector('in-the-room-signup'),
        document.querySelector('#after')].map((part) => part.getBoundingClientRect().top)`;
      const tops = (await page.evaluate(order)) as number[];
      expect(tops).toEqual(tops.toSorted((one, other) => one - other));
      await send(form, email);
      await sent(form);
      expect(await page.locator('in-the-room-signup').count()).toBe(1);
    });
    expect(await stage().signups(email)).toMatchObject([{ provider: stage().provider.slug }]);
  });

  it('shows one form for each of two tags that are put in one after the other', async () => {
    await stage().open('21_jquery', {}, async (page) => {
      const put = (where: string) =>
        page.evaluate(`$("${where}").html(\`${snippet()}\`) && undefined`);
      await put('#place');
      await put('#after');
      await expect.poll(() => page.locator('in-the-room-signup').count()).toBe(2);
      await formOf(page);
      await formOf(page.locator('#after'));
    });
  });
};
export default scenario;
