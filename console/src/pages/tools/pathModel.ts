// SPDX-License-Identifier: Apache-2.0
// An explanation as it is drawn: the ways that a packet may take, each through the accounts in turn.
import type { VpcEndpoint } from '@aws-sdk/client-ec2';
import type { PacketEvent } from '@/console/events';
import { isDrop } from '@/console/events';
import type { Explanation, Hop, Judgement } from '@/console/explain';

export interface DrawnHop extends Hop {
  id: string;
  number: number; // of the step on its path, from 1
}

// What lies in one account, without a break.
export interface Lane {
  account: string;
  hops: DrawnHop[];
}

export interface DrawnPath {
  id: string;
  destination: string;
  zone: string;
  target: string | undefined; // behind a load balancer: whose branch it is
  lanes: Lane[];
  packet: { verdict: string; meaning: string; agrees: boolean } | undefined;
}

const WORST: Judgement[] = ['passes', 'unknown', 'stops'];

export function worst(judgements: Judgement[]): Judgement {
  return WORST[Math.max(0, ...judgements.map((one) => WORST.indexOf(one)))] ?? 'unknown';
}

function lanesOf(hops: DrawnHop[]): Lane[] {
  const lanes: Lane[] = [];
  for (const hop of hops) {
    const last = lanes.at(-1);
    if (last !== undefined && last.account === hop.account) {
      last.hops.push(hop);
    } else {
      lanes.push({ account: hop.account, hops: [hop] });
    }
  }
  return lanes;
}

// Every way, from the look-up of the destination to the target. A look-up that stops is a way of its
// own, to nowhere.
export function drawnPaths(explanation: Explanation): DrawnPath[] {
  const numbered = (prefix: string, hops: Hop[]) =>
    hops.map((hop, index) => ({ ...hop, id: `${prefix}/${index}`, number: index + 1 }));
  const draw = (
    id: string,
    hops: Hop[],
    to: Pick<DrawnPath, 'destination' | 'zone' | 'target' | 'packet'>,
  ): DrawnPath => ({ id, ...to, lanes: lanesOf(numbered(id, [...explanation.lookup, ...hops])) });
  if (explanation.paths.length === 0) {
    const nowhere = { destination: '', zone: '', target: undefined, packet: undefined };
    return [draw('lookup', [], nowhere)];
  }
  return explanation.paths.flatMap((path, index) => {
    const { destination, zone, packet } = path;
    if (path.targets.length === 0) {
      return [draw(`${index}`, path.hops, { destination, zone, target: undefined, packet })];
    }
    return path.targets.map((branch, at) =>
      draw(`${index}.${at}`, [...path.hops, ...branch.hops], {
        destination,
        zone,
        target: branch.target === '' ? undefined : `${branch.target}:${branch.port}`,
        packet,
      }),
    );
  });
}

export function hopsOf(path: DrawnPath): DrawnHop[] {
  return path.lanes.flatMap((lane) => lane.hops);
}

// Where to look first: what stops, else what is not known, else nothing.
export function culprit(paths: DrawnPath[]): DrawnHop | undefined {
  const hops = paths.flatMap(hopsOf);
  return (
    hops.find((hop) => hop.judgement === 'stops') ?? hops.find((hop) => hop.judgement === 'unknown')
  );
}

// At which of its hops a packet's way ends on that path; undefined when it went another way. Where
// another account's rule stopped it, the verdict is not told: then at the first hop that stops.
export function endOf(path: DrawnPath, event: PacketEvent): number | undefined {
  const hops = hopsOf(path);
  if (event.destination !== path.destination) {
    return undefined;
  }
  const stops = hops.findIndex(({ judgement }) => judgement === 'stops');
  if (!isDrop(event)) {
    return stops === -1 ? hops.length - 1 : undefined;
  }
  const named = hops.findIndex(({ verdict }) => verdict !== undefined && verdict === event.verdict);
  if (named !== -1) {
    return named;
  }
  return stops === -1 ? hops.length - 1 : stops;
}

// By its name, as clients ask for it: a zone that has no targets is not among its addresses. Before the
// endpoint is available nobody knows the name.
export function destinationOf(endpoint: VpcEndpoint | undefined): string {
  const name = endpoint?.DnsEntries?.[0]?.DnsName;
  const known = endpoint?.State?.toLowerCase() === 'available' ? name : undefined;
  return known ?? endpoint?.VpcEndpointId ?? '';
}
