// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Explanation, Hop, Judgement } from '@/console/explain';
import { culprit, destinationOf, drawnPaths, endOf, hopsOf, worst } from './pathModel';

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

test('a packet ends where its verdict is made, and passes where nothing stops it', () => {
  const [working, broken] = drawnPaths(EXPLANATION);
  const packet = { number: 1, time: '', destination: '10.0.1.5', action: 'Pass' };
  expect(working && endOf(working, packet)).toBe(3);
  expect(broken && endOf(broken, packet)).toBeUndefined();
  expect(broken && endOf(broken, { ...packet, action: 'Drop', verdict: 'Hidden' })).toBe(3);
  expect(working && endOf(working, { ...packet, destination: '10.0.9.9' })).toBeUndefined();
});

test('an endpoint is asked for by its name once that is known', () => {
  const endpoint = { VpcEndpointId: 'vpce-1', DnsEntries: [{ DnsName: 'vpce-1.example' }] };
  expect(destinationOf({ ...endpoint, State: 'Available' as never })).toBe('vpce-1.example');
  expect(destinationOf({ ...endpoint, State: 'pendingAcceptance' as never })).toBe('vpce-1');
  expect(destinationOf(undefined)).toBe('');
});
