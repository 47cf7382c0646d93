// SPDX-License-Identifier: Apache-2.0
// The region map over the tutorial's two accounts, as the operator and as each side sees it.
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { en } from '../src/i18n/en';
import { ja } from '../src/i18n/ja';
import type { Language } from '../src/i18n/language';
import { launch, screenshot } from './browser';
import { ENDPOINT, REGION, variable } from './postern';
import { User } from './user';

// The operator's map asks every account that the tests before this one have made.
const READ_WITHIN = 60_000;

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const consumer = variable('POSTERN_CONSUMER');
const provider = variable('POSTERN_PROVIDER');
const endpoint = variable('POSTERN_VPC_ENDPOINT');
const pending = variable('POSTERN_PENDING_ENDPOINT');
const service = variable('POSTERN_SERVICE');
const consumerVpc = variable('POSTERN_CONSUMER_VPC');
const providerVpc = variable('POSTERN_PROVIDER_VPC');

async function openMap(user: User, account: string): Promise<void> {
  onTestFailed(() => screenshot(user.page, 'failed-map'));
  await user.page.goto(`${ENDPOINT}/console/${account}/${REGION}/tools/map`);
  await user.sees(user.t.map.links, READ_WITHIN);
}

function find(user: User, words: string): Promise<void> {
  return user.page.getByRole('searchbox', { name: user.t.map.find }).fill(words);
}

// The picture and the table of links say the same.
function linkIn(user: User, of: string, state: string) {
  const name = user.t.map.link(of, service, state);
  return user.page.getByRole('link', { name, exact: true });
}

test.for<Language>(['en', 'ja'])(
  'the operator sees both accounts: %s',
  { timeout: 120_000 },
  async (language) => {
    const user = await User.signInAsOperator(browser, language);
    const { t } = user;
    await openMap(user, consumer);
    await find(user, consumer);
    await linkIn(user, endpoint, t.state.reachable).waitFor({ timeout: READ_WITHIN });
    await linkIn(user, pending, t.state.pendingacceptance).waitFor();
    const picture = user.page.getByRole('region', { name: t.map.picture });
    for (const vpc of [consumerVpc, providerVpc]) {
      await picture.getByRole('link', { name: vpc }).waitFor();
    }
    await user.seesInRow(endpoint, t.state.available);
    await user.isAccessible('the map');
    await screenshot(user.page, `map-${language}`);
    await user.page.getByRole('button', { name: t.shell.dark }).click();
    await user.isAccessible('the map in dark mode');
    await screenshot(user.page, `map-${language}-dark`);
    expect(user.faults).toEqual([]);
  },
);

test('a link leads to the path view, by keyboard', async () => {
  const user = await User.signInAsOperator(browser, 'en');
  await openMap(user, consumer);
  await find(user, endpoint);
  await linkIn(user, endpoint, en.state.reachable).focus();
  await user.page.keyboard.press('Enter');
  await user.page.waitForURL(`**/console/${consumer}/**/tools/path?to=${endpoint}`);
  await user.sees(en.path.picture);
  await user.page.goBack();
  await find(user, endpoint);
  await user.page.getByRole('button', { name: en.map.toLists }).click();
  await user.page.keyboard.press('Tab');
  const isInLists = () => document.activeElement?.closest('#map-lists') !== null;
  expect(await user.page.evaluate(isInLists)).toBe(true);
});

test('the consumer sees whose the service is, and nothing else of the provider', async () => {
  const user = await User.signIn(browser, 'en', { name: consumer });
  await openMap(user, consumer);
  await linkIn(user, endpoint, en.state.reachable).waitFor({ timeout: READ_WITHIN });
  await user.sees(en.map.otherAccount(provider));
  expect(await user.page.getByText(providerVpc).count()).toBe(0);
  expect(user.faults).toEqual([]);
});

test('the provider sees whose the endpoints are, and accepts from there', async () => {
  const user = await User.signIn(browser, 'ja', { name: provider });
  await openMap(user, provider);
  await user.sees(ja.map.otherAccount(consumer));
  expect(await user.page.getByText(consumerVpc).count()).toBe(0);
  await linkIn(user, pending, ja.state.pendingacceptance).focus();
  await user.page.keyboard.press('Enter');
  await user.page.waitForURL(`**/vpc/endpoint-services/${service}`);
  expect(user.faults).toEqual([]);
});
