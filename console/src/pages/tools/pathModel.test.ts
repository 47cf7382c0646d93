// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Explanation, Hop, Judgement } from '@/console/explain';
import { culprit, drawnPaths, hopsOf, pageOf, worst } from './pathModel';

function hop(account: string, step: string, judgement: Judgement = 'passes'): Hop {
  return { account, step, judgement, resource: '', because: '', fixes: [] };
}

const EXPLANATION: Explanation = {
  from: 'eni-1',
  instance: 'i-1',
  account: 'a',
  port: 80,
  answer: 'unreachable',
  lookup: [hop('a', 'DNS')],
  paths: [
    {
      destination: '10.0.1.5',
      zone: 'r1a',
      hops: [hop('a', 'endpoint'), hop('b', 'listener')],
      targets: [
        { target: 'i-2', port: 80, hops: [hop('b', 'target')] },
        { target: 'i-3', port: 80, hops: [hop('b', 'target', 'stops')] },
      ],
    },
    { destination: '10.0.2.5', zone: 'r1c', hops: [hop('a', 'endpoint', 'unknown')], targets: [] },
  ],
};

test('each target is a way of its own, through the accounts in turn', () => {
  const paths = drawnPaths(EXPLANATION);
  expect(paths.map((path) => path.target)).toEqual(['i-2:80', 'i-3:80', undefined]);
  expect(paths[0]?.lanes.map((lane) => [lane.account, lane.hops.length])).toEqual([
    ['a', 2],
    ['b', 2],
  ]);
  const ids = paths.flatMap(hopsOf).map((drawn) => drawn.id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a look-up that stops is all there is', () => {
  const [only] = drawnPaths({ ...EXPLANATION, lookup: [hop('a', 'DNS', 'stops')], paths: [] });
  expect(only && hopsOf(only)).toHaveLength(1);
});

test('what stops is shown before what is not known', () => {
  expect(culprit(drawnPaths(EXPLANATION))).toMatchObject({ step: 'target', judgement: 'stops' });
  expect(culprit(drawnPaths({ ...EXPLANATION, paths: [] }))).toBeUndefined();
  expect(worst(['passes', 'unknown'])).toBe('unknown');
  expect(worst([])).toBe('passes');
});

test('a resource leads to its page', () => {
  expect(pageOf('sg-1')).toBe('/vpc/security-groups/sg-1');
  expect(pageOf('vpce-svc-1')).toBe('/vpc/endpoint-services/vpce-svc-1');
  expect(pageOf('vpce-1')).toBe('/vpc/endpoints/vpce-1');
  expect(pageOf('arn:aws:elasticloadbalancing:r:1:targetgroup/t/1')).toContain('targetgroup%2Ft');
  expect(pageOf('eni-1')).toBeUndefined();
});
