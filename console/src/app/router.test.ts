// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { address, matchPath, parseAddress } from './router';

const SCOPE = { account: '111111111111', region: 'ap-northeast-1' };

test('an address names account, region and page', () => {
  const route = parseAddress('/console/111111111111/ap-northeast-1/vpc/endpoints', '?to=vpce-1');
  expect(route.scope).toEqual(SCOPE);
  expect(route.path).toBe('/vpc/endpoints');
  expect(route.query.get('to')).toBe('vpce-1');
  expect(parseAddress('/console/', '')).toMatchObject({ scope: undefined, path: '/' });
  expect(parseAddress('/console/sign-in', '').path).toBe('/sign-in');
  expect(parseAddress('/console/111111111111/eu-west-1', '').path).toBe('/');
});

test('an address that was made is the one that is read', () => {
  const made = address('/ec2/instances', SCOPE);
  expect(parseAddress(made, '')).toMatchObject({ scope: SCOPE, path: '/ec2/instances' });
});

test('a pattern takes the parts that have names', () => {
  expect(matchPath('/vpc/endpoints/:id', '/vpc/endpoints/vpce-1')).toEqual({ id: 'vpce-1' });
  const arn = 'arn:aws:elasticloadbalancing:r:1:loadbalancer/net/a/1';
  expect(
    matchPath('/ec2/load-balancers/:arn', `/ec2/load-balancers/${encodeURIComponent(arn)}`),
  ).toEqual({ arn });
  expect(matchPath('', '/')).toEqual({});
  expect(matchPath('/vpc/endpoints', '/vpc/endpoints/create')).toBeUndefined();
  expect(matchPath('/vpc/endpoints/:id', '/vpc/subnets/subnet-1')).toBeUndefined();
});
