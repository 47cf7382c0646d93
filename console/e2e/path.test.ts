// SPDX-License-Identifier: Apache-2.0
// The path view over a tutorial whose last step was forgotten: the server's group does not admit the
// NLB's. It shows where packets end, leads to what mends it, and sees it mended.
import { execFile } from 'node:child_process';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { en } from '../src/i18n/en';
import { accessibilityFaults, launch, screenshot } from './browser';
import { ENDPOINT, REGION, variable } from './postern';
import { User } from './user';

const MENDED_WITHIN = 60_000;

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const consumer = variable('POSTERN_CONSUMER');
const provider = variable('POSTERN_PROVIDER');
const endpoint = variable('POSTERN_VPC_ENDPOINT');
const instance = variable('POSTERN_INSTANCE');

// Whether it connects is for the page to say.
function tryToConnect(port: number): void {
  const url = `http://${variable('POSTERN_DNS_NAME')}:${port}/`;
  const words = ['exec', instance, '--', 'curl', '-s', '--max-time', '3', url];
  execFile(variable('POSTERN_CLI'), words, () => undefined);
}

test('the operator sees both accounts, and mends what stops packets', async () => {
  const user = await User.signInAsOperator(browser, 'en');
  onTestFailed(() => screenshot(user.page, 'failed-path'));
  await user.page.goto(`${ENDPOINT}/console/${consumer}/${REGION}/vpc/endpoints/${endpoint}`);
  await user.follow(en.path.show);
  await user.sees(en.state.unreachable);
  const broken = user.page.getByRole('button', { name: /Inbound rules of the target/ }).first();
  await expect.poll(() => broken.innerText()).toContain(en.state.stops);
  await user.sees('authorize-security-group-ingress');
  tryToConnect(80);
  await user.sees('TargetIngressDenied');
  await user.page
    .getByText(/^[1-9]\d* dropped/)
    .first()
    .waitFor();
  expect(await accessibilityFaults(user.page)).toEqual([]);
  await screenshot(user.page, 'path-broken');
  await user.page.getByRole('link', { name: /^sg-/ }).first().click();
  await user.page.waitForURL(`**/console/${provider}/**`);
  await user.goTo(en.nav.targetGroups);
  await user.goTo('tg-ec2-account-b');
  await user.sees('is unhealthy: no inbound rule', MENDED_WITHIN);
  await screenshot(user.page, 'target-group-unhealthy');
  await user.click(en.targetGroup.admit);
  await user.page.getByText(`admits ${variable('POSTERN_NLB_GROUP')} now`).waitFor();
  await user.page.goto(`${ENDPOINT}/console/${consumer}/${REGION}/tools/path?to=${endpoint}`);
  await user.page
    .getByText(en.state.reachable, { exact: true })
    .waitFor({ timeout: MENDED_WITHIN });
  tryToConnect(80);
  await user.page
    .getByText(/^[1-9]\d* passed/)
    .first()
    .waitFor();
  await screenshot(user.page, 'path-working');
  expect(user.faults).toEqual([]);
}, 150_000);

test('live packets are shown as they are dropped', async () => {
  const user = await User.signInAsOperator(browser, 'en');
  await user.page.goto(`${ENDPOINT}/console/${consumer}/${REGION}/tools/events`);
  await user.sees(en.events.empty);
  tryToConnect(8080);
  await user.seesInRow('EndpointIngressDenied', instance);
  expect(await accessibilityFaults(user.page)).toEqual([]);
  await screenshot(user.page, 'events');
  expect(user.faults).toEqual([]);
});
