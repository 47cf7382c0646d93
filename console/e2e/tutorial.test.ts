// SPDX-License-Identifier: Apache-2.0
// The PrivateLink tutorial from its first click to its last, by two people in two accounts, in each
// language: it ends in what account B's server says, in the terminal of account A's instance.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import type { Language } from '../src/i18n/language';
import { launch, screenshot } from './browser';
import { newAccount, REGION, type TestAccount } from './postern';
import { User } from './user';

const WORDS = 'AWS acount B';
const USER_DATA = `#!/bin/sh
mkdir -p /var/www/html
echo '${WORDS}' > /var/www/html/index.html
cd /var/www/html && exec setsid python3 -m http.server 80
`;
const VPC_CIDR = '10.0.0.0/16';
const ZONES = [`${REGION}a`, `${REGION}c`];
const HEALTHY_WITHIN = 60_000;

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

async function makeNetwork(user: User, name: string): Promise<void> {
  const { t } = user;
  await user.goTo(t.nav.vpcs);
  await user.follow(t.vpc.create);
  await user.fill(t.form.nameTag, name);
  await user.fill('IPv4 CIDR', VPC_CIDR);
  await user.click(t.vpc.create);
  await user.seesInRow(name, t.state.available);
  for (const [index, zone] of ZONES.entries()) {
    await user.goTo(t.nav.subnets);
    await user.follow(t.subnet.create);
    await user.choose('VPC', name);
    await user.fill(t.form.nameTag, `${name}-${zone}`);
    await user.choose(t.common.zone, zone);
    await user.fill('IPv4 CIDR', `10.0.${index + 1}.0/24`);
    await user.click(t.subnet.create);
    await user.seesInRow(`${name}-${zone}`, t.state.available);
  }
}

interface NewInstance {
  vpc: string;
  name: string;
  userData?: string;
}

// With a security group of its own, made on the way.
async function launchInstance(user: User, { vpc, name, userData }: NewInstance): Promise<void> {
  const { t } = user;
  await user.goTo(t.nav.instances);
  await user.follow(t.instance.launch);
  await user.fill(t.common.name, name);
  await user.choose('VPC', vpc);
  await user.choose(t.form.subnet, `${vpc}-${ZONES[0] ?? ''}`);
  await makeGroup(user, { name: `${name}-sg` });
  if (userData !== undefined) {
    await user.fill(t.instance.userData, userData);
  }
  await user.click(t.instance.launch);
  await user.seesInRow(name, t.state.running);
}

// In the dialogue that a form's button opens.
async function makeGroup(user: User, group: { name: string; http?: string }): Promise<void> {
  const { t } = user;
  await user.click(t.securityGroup.create);
  const dialog = user.dialog(t.securityGroup.create);
  await dialog.fill(t.securityGroup.name, group.name);
  await dialog.fill(t.securityGroup.description, group.name);
  if (group.http !== undefined) {
    await dialog.addRule(t.rules.inbound, { type: 'HTTP', peer: group.http });
  }
  await dialog.click(t.securityGroup.create);
  await user.sees(group.name);
}

// Step 1-1.
async function makeBalancer(user: User): Promise<void> {
  const { t } = user;
  await user.goTo(t.nav.loadBalancers);
  await user.follow(t.balancer.create);
  await user.fill(t.balancer.name, 'nlb-for-privatelink');
  await user.choose('VPC', 'vpc-b');
  for (const zone of ZONES) {
    await user.check(zone);
  }
  await makeGroup(user, { name: 'nlb-sg', http: VPC_CIDR });
  await user.isAccessible('creating a load balancer');
  await screenshot(user.page, `create-nlb-${user.language}`);
  await user.click(t.targetGroup.create);
  const dialog = user.dialog(t.targetGroup.create);
  await dialog.fill(t.targetGroup.name, 'tg-ec2-account-b');
  await dialog.choose('VPC', 'vpc-b');
  // As often as AWS lets checks be: nobody likes to wait for a test.
  await dialog.click(t.targetGroup.advancedChecks);
  await dialog.fill(t.targetGroup.interval, '5');
  await dialog.fill(t.targetGroup.timeout, '2');
  await dialog.fill(t.targetGroup.healthyThreshold, '2');
  await dialog.click(t.form.next);
  await dialog.page
    .getByRole('row')
    .filter({ hasText: 'instance-b' })
    .getByRole('checkbox')
    .check();
  await dialog.click(t.targetGroup.include);
  await dialog.click(t.targetGroup.create);
  await user.sees('tg-ec2-account-b');
  await user.click(t.balancer.create);
  await user.page.getByRole('heading', { name: 'nlb-for-privatelink' }).waitFor();
}

// Step 1-2. The service's name.
async function makeService(user: User, consumer: TestAccount): Promise<string> {
  const { t } = user;
  await user.goTo(t.nav.endpointServices);
  await user.follow(t.service.create);
  await user.fill(t.form.nameTag, 'account-b-endpoint-service');
  await user.choose(t.service.availableBalancers, 'nlb-for-privatelink', { several: true });
  await user.click(t.service.create);
  await user.sees(t.service.noPrincipalsWarning);
  await user.tab(t.service.principals);
  await user.click(t.service.allowPrincipal);
  const dialog = user.dialog(t.service.allowPrincipal);
  await dialog.fill('ARN', `arn:aws:iam::${consumer.id}:root`);
  await dialog.click(t.service.allowPrincipal);
  await user.seesInRow(consumer.id, 'Account');
  await user.isAccessible('an endpoint service');
  return user.fact(t.service.serviceName);
}

// Step 2-1.
async function makeEndpoint(user: User, serviceName: string): Promise<void> {
  const { t } = user;
  await user.goTo(t.nav.endpoints);
  await user.follow(t.endpoint.create);
  await user.fill(t.form.nameTag, 'account-a-vpce');
  await user.sees(t.endpoint.nlbType);
  await user.fill(t.service.serviceName, `${serviceName}0`);
  await user.click(t.endpoint.verify);
  await user.sees(t.endpoint.notVerified);
  await user.fill(t.service.serviceName, serviceName);
  await user.click(t.endpoint.verify);
  await user.sees(t.endpoint.verified);
  await user.choose('VPC', 'vpc-a');
  for (const zone of ZONES) {
    await user.check(zone);
  }
  await makeGroup(user, { name: 'endpoint-sg', http: VPC_CIDR });
  await user.isAccessible('creating an endpoint');
  await screenshot(user.page, `create-endpoint-${user.language}`);
  await user.click(t.endpoint.create);
  await user.page.getByRole('heading', { name: 'account-a-vpce' }).waitFor();
  await user.sees(t.state.pendingacceptance);
}

// Step 2-2, by both.
async function accept(provider: User, consumer: User): Promise<void> {
  const { t } = provider;
  await provider.tab(t.service.connections);
  await provider.seesInRow('vpce-', t.state.pendingacceptance);
  await screenshot(provider.page, `connections-${provider.language}`);
  await provider.actOn('vpce-', t.service.accept);
  await consumer.sees(t.state.available);
  await provider.seesInRow('vpce-', t.state.available);
}

// Step 2-3.
async function admitBalancer(user: User): Promise<void> {
  const { t } = user;
  await user.goTo(t.nav.securityGroups);
  const balancerGroup = await user.page
    .getByRole('row')
    .filter({ hasText: 'nlb-sg' })
    .getByRole('link')
    .innerText();
  await user.page.getByRole('row').filter({ hasText: 'instance-b-sg' }).getByRole('link').click();
  await user.follow(t.rules.edit.inbound);
  await user.page.getByText(t.rules.none.inbound).waitFor();
  await user.addRule(t.rules.inbound, { type: 'HTTP', peer: balancerGroup });
  await user.isAccessible('editing rules');
  await screenshot(user.page, `rules-${user.language}`);
  await user.click(t.rules.save);
  await user.seesInRow('HTTP', balancerGroup);
  await user.goTo(t.nav.targetGroups);
  await user.goTo('tg-ec2-account-b');
  await user.seesInRow('i-', t.state.healthy, HEALTHY_WITHIN);
  await user.isAccessible('a target group');
  await screenshot(user.page, `target-group-${user.language}`);
}

// The tutorial's last step.
async function curl(user: User): Promise<void> {
  const { t } = user;
  const names = (await user.fact(t.endpoint.dnsNames)).split('\n');
  await user.isAccessible('an endpoint');
  await screenshot(user.page, `endpoint-${user.language}`);
  await user.goTo(t.nav.instances);
  await user.page.getByRole('row').filter({ hasText: 'instance-a' }).getByRole('link').click();
  await user.follow(t.instance.connect);
  await user.sees(t.terminal.open);
  const rows = user.page.locator('.xterm-rows > div');
  await rows.filter({ hasText: '#' }).first().waitFor();
  await user.page.keyboard.type(`curl http://${names[0]?.trim() ?? ''}:80\n`, { delay: 2 });
  await rows
    .filter({ hasText: new RegExp(`^${WORDS}\\s*$`) })
    .first()
    .waitFor();
  await screenshot(user.page, `terminal-${user.language}`);
}

test.concurrent.for<Language>(['ja', 'en'])(
  'the tutorial by clicking: %s',
  { timeout: 200_000 },
  async (language, { onTestFailed }) => {
    const accountA = newAccount(`a-${language}`);
    const accountB = newAccount(`b-${language}`);
    const [a, b] = await Promise.all([
      User.signIn(browser, language, accountA),
      User.signIn(browser, language, accountB),
    ]);
    onTestFailed(async () => {
      await screenshot(a.page, `failed-${language}-a`);
      await screenshot(b.page, `failed-${language}-b`);
    });
    await Promise.all([
      makeNetwork(a, 'vpc-a').then(() => launchInstance(a, { vpc: 'vpc-a', name: 'instance-a' })),
      makeNetwork(b, 'vpc-b').then(() =>
        launchInstance(b, { vpc: 'vpc-b', name: 'instance-b', userData: USER_DATA }),
      ),
    ]);
    await makeBalancer(b);
    const serviceName = await makeService(b, accountA);
    await makeEndpoint(a, serviceName);
    await accept(b, a);
    await admitBalancer(b);
    await curl(a);
    await b.goTo(b.t.nav.commands);
    await b.sees('aws elbv2 create-load-balancer --cli-input-json');
    expect([...a.faults, ...b.faults]).toEqual([]);
  },
);
