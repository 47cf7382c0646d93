// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { changesOf, draftOf, parsePorts, permissionOf, problemOf, withType } from './rules';

const HTTP = { type: 'http', ports: '80', peer: '10.0.0.0/16', description: '' };

test('a rule of AWS is shown by the type that the AWS console gives it', () => {
  const rule = { SecurityGroupRuleId: 'sgr-1', IpProtocol: 'tcp', FromPort: 80, ToPort: 80 };
  expect(draftOf({ ...rule, CidrIpv4: '10.0.0.0/16' })).toEqual({ ...HTTP, ruleId: 'sgr-1' });
  expect(draftOf({ ...rule, FromPort: 8000, ToPort: 8100, PrefixListId: 'pl-1' })).toMatchObject({
    type: 'custom-tcp',
    ports: '8000-8100',
    peer: 'pl-1',
  });
  expect(draftOf({ IpProtocol: '-1', FromPort: -1, ToPort: -1 })).toMatchObject({
    type: 'all',
    ports: 'all',
  });
  expect(draftOf({ IpProtocol: 'icmp', FromPort: -1, ToPort: -1 }).type).toBe('all-icmp');
});

test.each([
  ['80', { from: 80, to: 80 }],
  ['8000 - 8100', { from: 8000, to: 8100 }],
  ['all', { from: -1, to: -1 }],
  ['', undefined],
  ['80,81', undefined],
  ['90-80', undefined],
  ['65536', undefined],
])('ports %j', (text, ports) => {
  expect(parsePorts(text)).toEqual(ports);
});

test('a draft is a rule once its ports and its peer are', () => {
  expect(problemOf(HTTP)).toBeUndefined();
  expect(problemOf({ ...HTTP, peer: 'sg-0a1b' })).toBeUndefined();
  expect(problemOf({ ...HTTP, peer: 'web' })).toBe('peer');
  expect(problemOf({ ...HTTP, peer: '10.0.0.1' })).toBe('peer');
  expect(problemOf({ ...HTTP, ports: 'http' })).toBe('ports');
});

test('a rule for all protocols has no ports', () => {
  expect(permissionOf(withType(HTTP, 'all'))).toEqual({
    IpProtocol: '-1',
    IpRanges: [{ CidrIp: '10.0.0.0/16', Description: undefined }],
  });
  expect(permissionOf({ ...HTTP, peer: 'sg-1', description: 'from the NLB' })).toMatchObject({
    FromPort: 80,
    UserIdGroupPairs: [{ GroupId: 'sg-1', Description: 'from the NLB' }],
  });
});

test('only what differs is asked for', () => {
  const a = { ...HTTP, ruleId: 'sgr-a' };
  const b = { ...HTTP, ruleId: 'sgr-b', peer: '10.1.0.0/16' };
  const changes = changesOf(
    [a, b],
    [
      { ...a, description: 'new' },
      { ...HTTP, peer: 'sg-1' },
    ],
  );
  expect(changes.revoke).toEqual(['sgr-b']);
  expect(changes.modify.map((update) => update.SecurityGroupRuleId)).toEqual(['sgr-a']);
  expect(changes.authorize).toHaveLength(1);
  expect(changesOf([a, b], [b, a])).toEqual({ authorize: [], modify: [], revoke: [] });
});
