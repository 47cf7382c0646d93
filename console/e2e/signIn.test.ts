// SPDX-License-Identifier: Apache-2.0
// Who gets in, as whom, and that nobody stays in after signing out.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { accessibilityFaults, launch, open, screenshot } from './browser';
import { consoleLink, ENDPOINT, newAccount } from './postern';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test('a link signs in once, and to its account', async () => {
  const account = newAccount('linked');
  const link = consoleLink(account.name);
  const first = await open(browser, 'en');
  await first.page.goto(link);
  await first.page.getByRole('heading', { name: 'PrivateLink between two accounts' }).waitFor();
  expect(first.page.url()).toContain(`/console/${account.id}/`);
  expect(first.page.url()).not.toContain('#');
  expect(first.faults).toEqual([]);
  const second = await open(browser, 'en');
  await second.page.goto(link);
  await second.page.getByText('This link was used already').waitFor();
  await second.page.goto(first.page.url());
  await second.page.getByRole('heading', { name: 'Sign in to Postern' }).waitFor();
});

test('an access key signs in, its secret is sent to nobody, and signing out ends it', async () => {
  const account = newAccount('keyed');
  const { page, context, faults } = await open(browser, 'en');
  const bodies: string[] = [];
  page.on('request', (request) => bodies.push(request.postData() ?? ''));
  await page.goto(`${ENDPOINT}/`);
  await page.getByRole('heading', { name: 'Sign in to Postern' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await screenshot(page, 'sign-in');
  await page.getByLabel('Access key ID').fill(account.accessKeyId);
  await page.getByLabel('Secret access key').fill(account.secretAccessKey);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'PrivateLink between two accounts' }).waitFor();
  expect(bodies.filter((body) => body.includes(account.secretAccessKey))).toEqual([]);
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  expect(kept).not.toContain('ASIA');
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/console/' });
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in to Postern' }).waitFor();
  expect(await context.cookies()).toEqual([]);
  expect(faults).toEqual([]);
});

test('a wrong key is told so, in AWS’s words', async () => {
  const { page } = await open(browser, 'en');
  await page.goto(`${ENDPOINT}/console/`);
  await page.getByLabel('Access key ID').fill('AKIANOBODYSKEY000000');
  await page.getByLabel('Secret access key').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('InvalidClientTokenId').first().waitFor();
});

test('the operator goes from account to account', async () => {
  const one = newAccount('one');
  const two = newAccount('two');
  const { page, faults } = await open(browser, 'ja');
  await page.goto(consoleLink());
  await page.getByRole('heading', { name: '2 つのアカウントの PrivateLink 接続' }).waitFor();
  for (const account of [one, two]) {
    await page.getByRole('button', { name: /^アカウント:/ }).click();
    await page.getByRole('menuitem', { name: account.name }).click();
    await page.waitForURL(`**/console/${account.id}/**`);
  }
  await page.getByRole('link', { name: 'お使いの VPC' }).click();
  await page.getByText('vpc-').first().waitFor();
  expect(faults).toEqual([]);
});
