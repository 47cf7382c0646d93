// SPDX-License-Identifier: Apache-2.0
// Where everything of a map stands. The same map is laid out in the same way each time, so that nothing
// moves but what has changed: consumers to the left, providers to the right, who is both between them.
import { type MapAccount, type MapLink, type MapVpc, type RegionMap } from './mapModel';

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface DrawnLink {
  link: MapLink;
  path: string; // of SVG
  word: { x: number; y: number }; // where its state is written
}

export interface Layout {
  width: number;
  height: number;
  boxes: Map<string, Box>; // by boxId()
  links: DrawnLink[];
}

const CHIP_HEIGHT = 30;
const CHIP_STEP = 36;
const INDENT = 16; // of a service, below its load balancer
export const VPC_WIDTH = 264;
const VPC_HEADER = 48;
const ZONE_LINE = 20;
const ACCOUNT_HEADER = 36;
const PAD = 12;
const GAP = 16;
const GUTTER = 150; // between the columns of accounts, for the links

type Kind = 'account' | 'vpc' | 'node';

// Ids of kinds do not collide: what an account is called may be the empty word.
export function boxId(kind: Kind, id: string): string {
  return `${kind}:${id}`;
}

function chipsOf(vpc: MapVpc): { id: string; indent: number }[] {
  return [
    ...vpc.balancers.flatMap(({ arn, services }) => [
      { id: arn, indent: 0 },
      ...services.map(({ id }) => ({ id, indent: INDENT })),
    ]),
    ...vpc.endpoints.map(({ id }) => ({ id, indent: 0 })),
  ];
}

function zonesHeight(vpc: MapVpc, withSubnets: boolean): number {
  const lines = withSubnets ? vpc.zones.length : Math.min(vpc.zones.length, 1);
  return lines * ZONE_LINE;
}

function vpcHeight(vpc: MapVpc, withSubnets: boolean): number {
  return VPC_HEADER + zonesHeight(vpc, withSubnets) + chipsOf(vpc).length * CHIP_STEP + PAD;
}

// Many VPCs of one account stand beside each other.
function columnsFor(count: number): number {
  return count > 24 ? 4 : count > 12 ? 3 : count > 4 ? 2 : 1;
}

interface Block {
  boxes: [string, Box][]; // from the block's corner
  width: number;
  height: number;
}

function accountBlock(account: MapAccount, withSubnets: boolean): Block {
  const columns = Array.from({ length: columnsFor(account.vpcs.length) }, () => ACCOUNT_HEADER);
  const boxes: [string, Box][] = [];
  const lowest = () => columns.indexOf(Math.min(...columns));
  const left = (column: number) => PAD + column * (VPC_WIDTH + GAP);
  for (const vpc of account.vpcs) {
    const column = lowest();
    const x = left(column);
    const y = columns[column] ?? 0;
    const height = vpcHeight(vpc, withSubnets);
    boxes.push([boxId('vpc', vpc.id), { x, y, width: VPC_WIDTH, height }]);
    const top = y + VPC_HEADER + zonesHeight(vpc, withSubnets);
    for (const [index, chip] of chipsOf(vpc).entries()) {
      boxes.push([
        boxId('node', chip.id),
        {
          x: x + PAD + chip.indent,
          y: top + index * CHIP_STEP,
          width: VPC_WIDTH - 2 * PAD - chip.indent,
          height: CHIP_HEIGHT,
        },
      ]);
    }
    columns[column] = y + height + GAP;
  }
  for (const { id } of [...account.endpoints, ...account.services]) {
    const column = lowest();
    const y = columns[column] ?? 0;
    boxes.push([
      boxId('node', id),
      { x: left(column) + PAD, y, width: VPC_WIDTH - 2 * PAD, height: CHIP_HEIGHT },
    ]);
    columns[column] = y + CHIP_STEP;
  }
  const width = left(columns.length) - GAP + PAD;
  const height = Math.max(...columns);
  boxes.unshift([boxId('account', account.id), { x: 0, y: 0, width, height }]);
  return { boxes, width, height };
}

// The column of an account: 0 uses others' services, 2 has its own used, 1 does both; undefined: neither.
function roleOf(account: MapAccount, links: MapLink[]): number | undefined {
  const consumes = links.some(({ consumer }) => consumer === account.id);
  const provides = links.some(({ provider }) => provider === account.id);
  return consumes && provides ? 1 : consumes ? 0 : provides ? 2 : undefined;
}

interface Column {
  blocks: Block[];
  height: number;
}

function columnsOf(map: RegionMap, withSubnets: boolean): Column[] {
  const columns: Column[] = [0, 1, 2].map(() => ({ blocks: [], height: 0 }));
  const put = (column: Column | undefined, account: MapAccount) => {
    const block = accountBlock(account, withSubnets);
    column?.blocks.push(block);
    if (column !== undefined) {
      column.height += block.height + GAP;
    }
  };
  const roles = map.accounts.map((account) => ({ account, role: roleOf(account, map.links) }));
  for (const { account, role } of roles) {
    if (role !== undefined) {
      put(columns[role], account);
    }
  }
  // Those that are linked to nobody fill up what is short; alone, they stand beside each other.
  const used = columns.filter(({ blocks }) => blocks.length > 0);
  const open = used.length > 0 ? used : columns;
  for (const { account, role } of roles) {
    if (role === undefined) {
      put(
        open.reduce((best, column) => (column.height < best.height ? column : best)),
        account,
      );
    }
  }
  return columns.filter(({ blocks }) => blocks.length > 0);
}

// From the endpoint's side that faces the service; around the right when neither faces the other.
function drawLink(link: MapLink, from: Box, to: Box): DrawnLink {
  const fromY = from.y + from.height / 2;
  const toY = to.y + to.height / 2;
  const right = from.x + from.width;
  const ahead = to.x >= right;
  const behind = to.x + to.width <= from.x;
  const start = behind ? from.x : right;
  const end = ahead ? to.x : to.x + to.width;
  const bend = ahead || behind ? Math.max(40, Math.abs(end - start) / 2) : 60;
  const out = behind ? -bend : bend;
  const back = ahead ? -bend : bend;
  // A quarter of the way from the endpoint: many links may end at one service.
  const quarter = (a: number, b: number, c: number, d: number) =>
    (27 * a + 27 * b + 9 * c + d) / 64;
  return {
    link,
    path: `M${start},${fromY} C${start + out},${fromY} ${end + back},${toY} ${end},${toY}`,
    word: {
      x: quarter(start, start + out, end + back, end),
      y: quarter(fromY, fromY, toY, toY),
    },
  };
}

export function layOut(map: RegionMap, withSubnets: boolean): Layout {
  const boxes = new Map<string, Box>();
  let x = 0;
  let height = 0;
  for (const column of columnsOf(map, withSubnets)) {
    let y = 0;
    for (const block of column.blocks) {
      for (const [id, box] of block.boxes) {
        boxes.set(id, { ...box, x: box.x + x, y: box.y + y });
      }
      y += block.height + GAP;
    }
    height = Math.max(height, y);
    x += Math.max(...column.blocks.map((block) => block.width)) + GUTTER;
  }
  const links = map.links.flatMap((link) => {
    const from = boxes.get(boxId('node', link.endpoint));
    const to = boxes.get(boxId('node', link.service));
    return from === undefined || to === undefined ? [] : [drawLink(link, from, to)];
  });
  // Links may go around the last column.
  return { width: Math.max(0, x - GUTTER + GUTTER / 2), height, boxes, links };
}
