import type { Page } from 'playwright-core';
import { moveLocalClock } from '../support/local-clock.ts';

interface MailboxMail {
  to: string;
  subject: string;
  text: string;
  html: string;
}

const EMAIL = 'ana@gmail.com';
const SLIP = 'ana@gmial.com';

/**
 * A learner whose weeks go wrong: a slip at signup, a link that is lost, a goodbye by accident and one that
 * was meant, the way back, and the end. She goes by what pages and mails offer her, and by nothing else.
 *
 * @param page an open page; it works without JavaScript, too
 * @param url of a local server whose course time is early in a week, and where nobody has her address
 * @param see is shown each page and mail on the way, by a name that begins with its number
 * @param scripted whether the page runs scripts
 */
export async function walkWithTwoSlips(
  page: Page,
  url: string,
  see: (name: string, opened: Page) => Promise<void>,
  scripted: boolean,
): Promise<void> {
  let seen = 0;
  const look = (name: string, opened = page) =>
    see(`${String(++seen).padStart(2, '0')}-${name}`, opened);
  const press = (name: string | RegExp) =>
    page.locator('main').getByRole('button', { name }).first().click();
  const says = (text: string | RegExp) => page.locator('main').getByText(text).first().waitFor();
  const pass = (duration: string) => moveLocalClock(url, { advance: duration });
  const mails = async (to: string) => {
    await pass('PT1M');
    const all = (await (await fetch(`${url}/mailbox.json`)).json()) as MailboxMail[];
    return all.filter((mail) => mail.to === to);
  };
  /** Reads the newest mail, or the newest of that subject, as a mail program shows it, and follows a link. */
  const read = async (
    kind: string,
    { name, subject = /./ }: { name?: string; subject?: RegExp },
  ) => {
    const mail = (await mails(EMAIL)).findLast((each) => subject.test(each.subject));
    if (!mail) throw new Error(`no mail came of ${subject}`);
    const opened = await page.context().newPage();
    await opened.setContent(mail.html, { waitUntil: 'networkidle' });
    if (name !== undefined) await look(name, opened);
    const href = await opened.locator(`a[href*="/${kind}/"]`).first().getAttribute('href');
    await opened.close();
    if (href === null) throw new Error(`“${mail.subject}” has no ${kind} link`);
    await page.goto(href);
  };

  // A slip at signup.
  await page.goto(url);
  await page.getByLabel('Email address').fill(SLIP);
  await page.getByLabel(/first name/i).fill('Ana');
  if (scripted) await page.getByText('Did you mean').waitFor();
  await look('a-slip-at-signup');
  await press(/send me/i);
  await says(/Did you mean gmail\.com\?/);
  await look('look-in-your-inbox');
  // The page's script has put the address in, and the next page's takes it out.
  if (scripted) await page.getByText(SLIP).first().waitFor();
  await page.getByRole('link', { name: 'Change the address' }).click();
  const field = page.getByLabel('Email address');
  if (scripted) await page.waitForFunction(`document.querySelector('[name=email]')?.value`);
  if (scripted && (await field.inputValue()) !== SLIP) throw new Error('what was typed is lost');
  await field.fill(EMAIL);
  await page.getByLabel(/first name/i).fill('Ana');
  await press(/send me/i);
  await page.waitForURL('**/signup/check-inbox**');
  await read('confirm', { name: 'the-confirmation' });
  await page.getByLabel(/time zone/i).selectOption('America/New_York');
  await page.getByLabel('Day').selectOption('2');
  await page.getByLabel('Time', { exact: true }).fill('07:30');
  await look('choose-an-hour');
  await page.locator('button[name=go]').click();
  await page.waitForURL('**/learn/**');
  await look('you-are-in');
  await read('learn', { name: 'lesson-1' });
  await look('her-page');

  // The link is lost, and found again by the address.
  await pass('P15D');
  await page.goto(url);
  await page.getByRole('link', { name: 'Already taking it?' }).first().click();
  await page.getByLabel('Email address').fill(EMAIL);
  await look('a-lost-link');
  await press('Mail me the link');
  await read('learn', { name: 'the-way-back-to-her-page' });
  await says(/You are in week 3/);
  await look('found-again');

  // A goodbye by accident, taken back.
  await read('unsubscribe', { subject: /^3\/8/ });
  await look('unsubscribe');
  await press('Unsubscribe');
  await says(/No more lessons will come/);
  await look('unsubscribed-by-accident');
  await press(/^Undo/);
  await says(/Your course goes on/);
  await look('taken-back');

  // A goodbye that was meant, with a word; and the way back after a month.
  await pass('P14D');
  await read('unsubscribe', { subject: /^5\/8/ });
  await press('Unsubscribe');
  await page.getByRole('textbox').fill('A hard month. It is not you.');
  await press(/send/i);
  await says(/Thank you/);
  await look('a-goodbye-that-was-meant');
  await pass('P40D');
  await page.goto(url);
  await page.getByLabel('Email address').fill(EMAIL);
  await press(/send me/i);
  await page.waitForURL('**/signup/check-inbox**');
  await read('confirm', { name: 'coming-back' });
  await says(/Where you stopped/);
  await look('where-she-stopped');
  await page.locator('button[name=go]').click();
  await page.waitForURL('**/learn/**');
  await look('in-again');

  // The end.
  await pass('P49D');
  await read('learn', { name: 'the-closing-note' });
  await says('What stays with you');
  await look('the-end');
}
