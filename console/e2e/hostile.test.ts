// SPDX-License-Identifier: Apache-2.0
// What somebody has put into names and tags is shown as it is, and runs nowhere.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { en } from '../src/i18n/en';
import { launch } from './browser';
import { ENDPOINT, REGION, variable } from './postern';
import { User } from './user';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const account = variable('POSTERN_ACCOUNT');
const hostile = variable('POSTERN_HOSTILE_NAME');

test('a name is text on every page that shows it', async () => {
  const user = await User.signInAsOperator(browser, 'en');
  const open = (path: string) => user.page.goto(`${ENDPOINT}/console/${account}/${REGION}${path}`);
  for (const path of ['/vpc/vpcs', '/vpc/subnets']) {
    await open(path);
    await user.sees(hostile);
  }
  await open('/vpc/subnets/create');
  await user.choose('VPC', hostile);
  await user.sees(hostile);
  expect(user.faults).toEqual([]);
});

test('before a deletion, what stands in its way is named', async () => {
  const user = await User.signInAsOperator(browser, 'en');
  await user.page.goto(`${ENDPOINT}/console/${account}/${REGION}/vpc/vpcs`);
  await user.sees(hostile);
  await user.actOn(hostile, en.vpc.delete, false);
  const dialog = user.dialog(en.vpc.delete);
  await dialog.sees(en.common.blocked);
  await dialog.sees('subnet-');
  await dialog.click(en.vpc.delete);
  await user.page.getByText('DependencyViolation').waitFor();
  expect(user.faults).toEqual([]);
});

test('an address that names what is not there says so', async () => {
  const user = await User.signInAsOperator(browser, 'en');
  const open = (path: string) => user.page.goto(`${ENDPOINT}/console/${account}/${REGION}${path}`);
  await open('/vpc/endpoints/vpce-0123456789abcdef0');
  await user.sees('InvalidVpcEndpointId.NotFound');
  await open('/nowhere');
  await user.sees(en.shell.noPage);
  expect(user.faults).toEqual([]);
});

test('a list is readable in light and in dark', async () => {
  const user = await User.signInAsOperator(browser, 'en');
  await user.page.goto(`${ENDPOINT}/console/${account}/${REGION}/vpc/vpcs`);
  await user.sees(hostile);
  await user.isAccessible('a list');
  await user.page.getByRole('button', { name: en.shell.dark }).click();
  await user.isAccessible('a list in dark mode');
});
