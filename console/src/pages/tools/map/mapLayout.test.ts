// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { type Box, boxId, layOut } from './mapLayout';
import type { MapAccount, MapLink, MapVpc, RegionMap } from './mapModel';

function vpc(id: string, more: Partial<MapVpc> = {}): MapVpc {
  const zones = ['a', 'c'].map((zone) => ({ zone, subnets: [] }));
  return { id, name: '', cidrs: [], zones, instances: 0, balancers: [], endpoints: [], ...more };
}

function account(id: string, vpcs: MapVpc[]): MapAccount {
  return { id, name: '', isSeen: true, vpcs, endpoints: [], services: [] };
}

const LINK: MapLink = {
  id: 'vpce-1',
  endpoint: 'vpce-1',
  service: 'vpce-svc-1',
  consumer: 'a',
  provider: 'b',
  vpc: 'vpc-a',
  state: 'available',
  question: undefined,
};

const MAP: RegionMap = {
  accounts: [
    account('b', [
      vpc('vpc-b', {
        balancers: [
          {
            arn: 'nlb-1',
            name: 'nlb',
            state: '',
            services: [{ id: 'vpce-svc-1', name: '', state: '' }],
          },
        ],
      }),
    ]),
    account('a', [vpc('vpc-a', { endpoints: [{ id: 'vpce-1', name: '', state: '' }] })]),
    account('idle', [vpc('vpc-i')]),
  ],
  links: [LINK],
  refused: [],
};

function isWithin(inner: Box | undefined, outer: Box | undefined): boolean {
  return (
    inner !== undefined &&
    outer !== undefined &&
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

function overlap(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

test('what belongs to something stands within it, consumers left of providers', () => {
  const { boxes, links, width, height } = layOut(MAP, true);
  const at = (kind: 'account' | 'vpc' | 'node', id: string) => boxes.get(boxId(kind, id));
  expect(isWithin(at('node', 'vpce-1'), at('vpc', 'vpc-a'))).toBe(true);
  expect(isWithin(at('node', 'vpce-svc-1'), at('vpc', 'vpc-b'))).toBe(true);
  expect(isWithin(at('vpc', 'vpc-b'), at('account', 'b'))).toBe(true);
  expect(at('account', 'a')?.x).toBeLessThan(at('account', 'b')?.x ?? 0);
  expect(links).toHaveLength(1);
  for (const box of boxes.values()) {
    expect(isWithin(box, { x: 0, y: 0, width, height })).toBe(true);
  }
});

test('the same map is laid out in the same way', () => {
  expect(layOut(MAP, true)).toEqual(layOut(MAP, true));
});

test('two hundred VPCs do not overlap, whether in one account or in many', () => {
  const many = Array.from({ length: 200 }, (_, number) => vpc(`vpc-${number}`));
  const inOne = [account('a', many)];
  const inMany = many.map((one) => account(`of-${one.id}`, [one]));
  for (const accounts of [inOne, inMany]) {
    const { boxes } = layOut({ accounts, links: [], refused: [] }, false);
    const drawn = [...boxes].filter(([id]) => id.startsWith('vpc:')).map(([, box]) => box);
    expect(drawn).toHaveLength(200);
    expect(drawn.some((one, at) => drawn.slice(at + 1).some((other) => overlap(one, other)))).toBe(
      false,
    );
  }
});

test('an account that uses its own service has its link beside it', () => {
  const own = account('a', [...(MAP.accounts[0]?.vpcs ?? []), ...(MAP.accounts[1]?.vpcs ?? [])]);
  const links = [{ ...LINK, provider: 'a' }];
  const { links: drawn, width } = layOut({ accounts: [own], links, refused: [] }, true);
  expect(drawn[0]?.word.x).toBeLessThan(width);
});
