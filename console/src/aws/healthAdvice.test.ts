// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { SecurityGroupRule } from '@aws-sdk/client-ec2';
import { missingRules } from './healthAdvice';

const WEB = { InstanceId: 'i-1', SecurityGroups: [{ GroupId: 'sg-web' }] };
const CHECK = { protocol: 'tcp', port: 80 };
const HTTP: SecurityGroupRule = {
  GroupId: 'sg-web',
  IsEgress: false,
  IpProtocol: 'tcp',
  FromPort: 80,
  ToPort: 80,
};

test.each<[string, SecurityGroupRule[], boolean]>([
  ['no rule at all', [], true],
  [
    'one for the balancer’s group',
    [{ ...HTTP, ReferencedGroupInfo: { GroupId: 'sg-nlb' } }],
    false,
  ],
  ['one for another group', [{ ...HTTP, ReferencedGroupInfo: { GroupId: 'sg-x' } }], true],
  ['one for addresses', [{ ...HTTP, CidrIpv4: '10.0.0.0/16' }], false],
  ['one for another port', [{ ...HTTP, FromPort: 443, ToPort: 443, CidrIpv4: '0.0.0.0/0' }], true],
  ['one that lets out', [{ ...HTTP, IsEgress: true, CidrIpv4: '0.0.0.0/0' }], true],
  ['one for all', [{ ...HTTP, IpProtocol: '-1', FromPort: -1, ToPort: -1 }], false],
  ['one of another group', [{ ...HTTP, GroupId: 'sg-y', CidrIpv4: '0.0.0.0/0' }], true],
])('%s', (_, rules, missing) => {
  const found = missingRules([WEB], rules, ['sg-nlb'], CHECK);
  expect(found).toEqual(
    missing
      ? [{ instance: 'i-1', group: 'sg-web', balancerGroup: 'sg-nlb', protocol: 'tcp', port: 80 }]
      : [],
  );
});

test('a load balancer without groups is admitted by nobody’s group', () => {
  expect(missingRules([WEB], [], [], CHECK)).toEqual([]);
});
