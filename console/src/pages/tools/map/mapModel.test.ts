// SPDX-License-Identifier: Apache-2.0
// The map as an operator sees it, and as either side does.
import { expect, test } from 'vitest';
import { conditionOf, mapOf, narrow, type Reading, serviceIdOf, toneOf } from './mapModel';

const SERVICE = 'com.amazonaws.vpce.r1.vpce-svc-0b';
const ARN = 'arn:aws:elasticloadbalancing:r1:222222222222:loadbalancer/net/nlb/1';

function reading(id: string, more: Partial<Reading>): Reading {
  return {
    account: { id, name: `account-${id.charAt(0)}` },
    vpcs: [],
    subnets: [],
    instances: [],
    endpoints: [],
    balancers: [],
    services: [],
    connections: [],
    available: [],
    refused: [],
    ...more,
  };
}

const CONSUMER = reading('111111111111', {
  vpcs: [
    { VpcId: 'vpc-a', CidrBlock: '10.0.0.0/16', Tags: [{ Key: 'Name', Value: 'clients' }] },
    { VpcId: 'vpc-idle', CidrBlock: '172.31.0.0/16' },
  ],
  subnets: [
    { SubnetId: 'subnet-2', VpcId: 'vpc-a', AvailabilityZone: 'r1c', CidrBlock: '10.0.2.0/24' },
    { SubnetId: 'subnet-1', VpcId: 'vpc-a', AvailabilityZone: 'r1a', CidrBlock: '10.0.1.0/24' },
  ],
  instances: [{ InstanceId: 'i-a', VpcId: 'vpc-a', State: { Name: 'running' } }],
  endpoints: [
    {
      VpcEndpointId: 'vpce-a',
      VpcEndpointType: 'Interface',
      VpcId: 'vpc-a',
      ServiceName: SERVICE,
      State: 'available' as never,
      DnsEntries: [{ DnsName: 'vpce-a.example' }],
    },
    { VpcEndpointId: 'vpce-s3', VpcEndpointType: 'Gateway', VpcId: 'vpc-a', ServiceName: 's3' },
  ],
  available: [{ ServiceName: SERVICE, Owner: '222222222222' }],
});

const PROVIDER = reading('222222222222', {
  vpcs: [{ VpcId: 'vpc-b', CidrBlock: '10.0.0.0/16' }],
  balancers: [{ LoadBalancerArn: ARN, LoadBalancerName: 'nlb', VpcId: 'vpc-b' }],
  services: [{ ServiceId: 'vpce-svc-0b', NetworkLoadBalancerArns: [ARN] }],
  connections: [
    {
      ServiceId: 'vpce-svc-0b',
      VpcEndpointId: 'vpce-a',
      VpcEndpointOwner: '111111111111',
      VpcEndpointState: 'available' as never,
    },
    {
      ServiceId: 'vpce-svc-0b',
      VpcEndpointId: 'vpce-c',
      VpcEndpointOwner: '333333333333',
      VpcEndpointState: 'pendingAcceptance' as never,
    },
  ],
});

test('an operator sees both sides of a link, each in its VPC, and from where to ask', () => {
  const map = mapOf([PROVIDER, CONSUMER]);
  expect(map.accounts.map(({ id, isSeen }) => [id, isSeen])).toEqual([
    ['333333333333', false],
    ['111111111111', true],
    ['222222222222', true],
  ]);
  expect(map.links).toHaveLength(2);
  expect(map.links[0]).toMatchObject({
    endpoint: 'vpce-a',
    service: 'vpce-svc-0b',
    vpc: 'vpc-a',
    question: { account: '111111111111', from: 'i-a', to: 'vpce-a.example' },
  });
  const clients = map.accounts[1]?.vpcs.find(({ id }) => id === 'vpc-a');
  expect(clients?.zones.map(({ zone }) => zone)).toEqual(['r1a', 'r1c']);
  expect(clients?.endpoints.map(({ id }) => id)).toEqual(['vpce-a', 'vpce-s3']);
  expect(map.accounts[2]?.vpcs[0]?.balancers[0]?.services[0]?.id).toBe('vpce-svc-0b');
});

test('a consumer sees whose the service is, and nothing of its VPC', () => {
  const map = mapOf([CONSUMER]);
  const provider = map.accounts.find(({ isSeen }) => !isSeen);
  expect(provider).toMatchObject({
    id: '222222222222',
    vpcs: [],
    services: [{ id: 'vpce-svc-0b' }],
  });
  expect(map.links.map(({ provider: owner }) => owner)).toEqual(['222222222222']);
});

test('a service that the consumer is no more told of has no known owner', () => {
  const map = mapOf([{ ...CONSUMER, available: [] }]);
  expect(map.accounts.find(({ id }) => id === '')).toMatchObject({ isSeen: false });
  expect(map.links[0]?.provider).toBe('');
});

test('a provider sees whose the endpoints are, and nothing of their VPCs', () => {
  const map = mapOf([PROVIDER]);
  expect(map.links.map(({ consumer, vpc, state }) => [consumer, vpc, state])).toEqual([
    ['111111111111', '', 'available'],
    ['333333333333', '', 'pendingAcceptance'],
  ]);
  expect(map.links.every(({ question }) => question === undefined)).toBe(true);
});

test('a connection of a service that is gone leads nowhere, and is not drawn', () => {
  expect(mapOf([{ ...PROVIDER, services: [] }]).links).toEqual([]);
});

test('words find VPCs, and what these are linked to', () => {
  const map = mapOf([PROVIDER, CONSUMER]);
  const vpcsOf = (words: string, linkedOnly = false) =>
    narrow(map, { words, linkedOnly }).accounts.flatMap(({ vpcs }) => vpcs.map(({ id }) => id));
  expect(vpcsOf('')).toEqual(['vpc-idle', 'vpc-a', 'vpc-b']);
  expect(vpcsOf('', true)).toEqual(['vpc-a', 'vpc-b']);
  expect(vpcsOf('CLIENTS')).toEqual(['vpc-a', 'vpc-b']);
  expect(vpcsOf('10.0.2.0')).toEqual(['vpc-a', 'vpc-b']);
  expect(vpcsOf('172.31')).toEqual(['vpc-idle']);
  expect(vpcsOf('nothing has this')).toEqual([]);
  expect(narrow(map, { words: 'pending', linkedOnly: false }).links).toHaveLength(1);
});

test('a link is coloured by the live verdict once packets may pass at all', () => {
  expect(toneOf('available', 'reachable')).toBe('good');
  expect(toneOf('Available', 'unreachable')).toBe('bad');
  expect(toneOf('available', undefined)).toBe('open');
  expect(toneOf('pendingAcceptance', 'unreachable')).toBe('waiting');
  expect(toneOf('rejected', undefined)).toBe('bad');
  expect(toneOf('deleting', undefined)).toBe('over');
  expect(conditionOf('available', 'unreachable')).toBe('unreachable');
  expect(conditionOf('rejected', 'unreachable')).toBe('rejected');
});

test('the id of a service is taken out of its name', () => {
  expect(serviceIdOf(SERVICE)).toBe('vpce-svc-0b');
  expect(serviceIdOf('com.amazonaws.r1.s3')).toBe('com.amazonaws.r1.s3');
});
