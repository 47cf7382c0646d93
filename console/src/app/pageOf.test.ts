// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { pageOf } from './pageOf';

test('a resource leads to its page', () => {
  expect(pageOf('vpc-1')).toBe('/vpc/vpcs/vpc-1');
  expect(pageOf('sg-1')).toBe('/vpc/security-groups/sg-1');
  expect(pageOf('vpce-svc-1')).toBe('/vpc/endpoint-services/vpce-svc-1');
  expect(pageOf('vpce-1')).toBe('/vpc/endpoints/vpce-1');
  expect(pageOf('arn:aws:elasticloadbalancing:r:1:targetgroup/t/1')).toContain('targetgroup%2Ft');
  expect(pageOf('eni-1')).toBeUndefined();
});
