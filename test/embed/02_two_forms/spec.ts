import { expect, it } from 'vitest';
import { newAddress, picture, type Scenario, send, sent } from '../support/scenario.ts';

const scenario: Scenario = (stage) => {
  it('are two forms: each keeps to itself, and both are taken', async () => {
    const [first, second] = [newAddress(), newAddress()];
    const context = { viewport: { width: 900, height: 900 } };
    await stage().open(
      '02_two_forms',
      { context, expected: /status of 422/ },
      async (page, seen) => {
        const forms = page.locator('in-the-room-signup');
        await forms.nth(1).getByText('will see your name').waitFor();
        expect(await forms.count()).toBe(2);
        await picture(page, '02-two-forms');
        await send(forms.nth(1), 'slip');
        await forms.nth(1).getByText('does not look like').waitFor();
        expect(await forms.nth(0).getByText('does not look like').count()).toBe(0);
        await send(forms.nth(0), first);
        await sent(forms.nth(0));
        expect(await forms.nth(1).getByLabel('Email address').inputValue()).toBe('slip');
        await send(forms.nth(1), second);
        await sent(forms.nth(1));
        expect(seen.requests.filter((request) => request.url().endsWith('/embed.js'))).toHaveLength(
          1,
        );
      },
    );
    expect(await stage().signups(first)).toHaveLength(1);
    expect(await stage().signups(second)).toHaveLength(1);
  });
};
export default scenario;
