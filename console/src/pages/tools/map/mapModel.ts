// SPDX-License-Identifier: Apache-2.0
// What of a region is drawn: accounts with their VPCs, what stands in these, and the links between
// endpoints and services. Made of what each account's AWS API says; what it does not say is not drawn.
import type {
  Instance,
  ServiceConfiguration,
  ServiceDetail,
  Subnet,
  Vpc,
  VpcEndpoint,
  VpcEndpointConnection,
} from '@aws-sdk/client-ec2';
import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import { nameOf } from '@/aws/names';
import type { Account } from '@/console/session';
import type { Question } from '@/console/explain';
import { destinationOf } from '@/pages/tools/pathModel';

// What one account was told of itself and of the services that it may use.
export interface Reading {
  account: Account;
  vpcs: Vpc[];
  subnets: Subnet[];
  instances: Instance[];
  endpoints: VpcEndpoint[];
  balancers: LoadBalancer[];
  services: ServiceConfiguration[];
  connections: VpcEndpointConnection[];
  available: ServiceDetail[];
  refused: string[]; // what it was not told, and why
}

export interface MapZone {
  zone: string;
  subnets: { id: string; name: string; cidr: string }[];
}

export interface MapEndpoint {
  id: string;
  name: string;
  state: string;
}

export interface MapService {
  id: string;
  name: string;
  state: string;
}

export interface MapBalancer {
  arn: string;
  name: string;
  state: string;
  services: MapService[];
}

export interface MapVpc {
  id: string;
  name: string;
  cidrs: string[];
  zones: MapZone[];
  instances: number; // that run
  balancers: MapBalancer[];
  endpoints: MapEndpoint[];
}

export interface MapAccount {
  id: string; // empty: nobody says whose it is
  name: string;
  isSeen: boolean; // whether its VPCs are known, and its pages can be opened
  vpcs: MapVpc[];
  // What is known of it from the other side only, or stands in no VPC that is seen.
  endpoints: MapEndpoint[];
  services: MapService[];
}

export interface MapLink {
  id: string;
  endpoint: string;
  service: string;
  consumer: string; // accounts
  provider: string;
  vpc: string; // the endpoint's; empty when it is not seen
  state: string;
  question: (Question & { account: string }) | undefined; // whose answer is its live verdict
}

export interface RegionMap {
  accounts: MapAccount[];
  links: MapLink[];
  refused: string[];
}

// The id in com.amazonaws.vpce.REGION.vpce-svc-0123; the name itself when it has none.
export function serviceIdOf(serviceName: string | undefined): string {
  return /vpce-svc-[0-9a-f]+/.exec(serviceName ?? '')?.[0] ?? serviceName ?? '';
}

function byText<T>(text: (row: T) => string): (a: T, b: T) => number {
  return (a, b) => text(a).localeCompare(text(b));
}

function zonesOf(subnets: Subnet[]): MapZone[] {
  const zones = new Map<string, MapZone>();
  for (const subnet of subnets) {
    const zone = subnet.AvailabilityZone ?? '';
    const at = zones.get(zone) ?? { zone, subnets: [] };
    at.subnets.push({
      id: subnet.SubnetId ?? '',
      name: nameOf(subnet),
      cidr: subnet.CidrBlock ?? '',
    });
    zones.set(zone, at);
  }
  return [...zones.values()].sort(byText(({ zone }) => zone));
}

const endpointOf = (endpoint: VpcEndpoint): MapEndpoint => ({
  id: endpoint.VpcEndpointId ?? '',
  name: nameOf(endpoint),
  state: endpoint.State ?? '',
});

const serviceOf = (service: ServiceConfiguration): MapService => ({
  id: service.ServiceId ?? '',
  name: nameOf(service),
  state: service.ServiceState ?? '',
});

function isRunning({ State }: Instance): boolean {
  return State?.Name === 'running';
}

function accountOf(reading: Reading): MapAccount {
  // A service stands at the first of its load balancers.
  const standsAt = (service: ServiceConfiguration, { LoadBalancerArn = '' }: LoadBalancer) =>
    service.NetworkLoadBalancerArns?.[0] === LoadBalancerArn;
  const balancers = reading.balancers.map((balancer) => ({
    vpc: balancer.VpcId,
    drawn: {
      arn: balancer.LoadBalancerArn ?? '',
      name: balancer.LoadBalancerName ?? '',
      state: balancer.State?.Code ?? '',
      services: reading.services.filter((one) => standsAt(one, balancer)).map(serviceOf),
    },
  }));
  const vpcs = reading.vpcs.map((vpc): MapVpc => {
    const isHere = ({ VpcId }: { VpcId?: string | undefined }) => VpcId === vpc.VpcId;
    const blocks = vpc.CidrBlockAssociationSet?.map(({ CidrBlock = '' }) => CidrBlock) ?? [];
    return {
      id: vpc.VpcId ?? '',
      name: nameOf(vpc),
      cidrs: blocks.length > 0 ? blocks : [vpc.CidrBlock ?? ''],
      zones: zonesOf(reading.subnets.filter(isHere)),
      instances: reading.instances.filter(isHere).filter(isRunning).length,
      balancers: balancers.filter((one) => one.vpc === vpc.VpcId).map(({ drawn }) => drawn),
      endpoints: reading.endpoints.filter(isHere).map(endpointOf),
    };
  });
  const placed = new Set(
    vpcs.flatMap((vpc) => [
      ...vpc.endpoints.map(({ id }) => id),
      ...vpc.balancers.flatMap(({ services }) => services.map(({ id }) => id)),
    ]),
  );
  const isNowhere = ({ id }: { id: string }) => !placed.has(id);
  return {
    ...reading.account,
    isSeen: true,
    vpcs: vpcs.sort(byText(({ name, id }) => `${name} ${id}`)),
    endpoints: reading.endpoints.map(endpointOf).filter(isNowhere),
    services: reading.services.map(serviceOf).filter(isNowhere),
  };
}

function questionOf(reading: Reading, endpoint: VpcEndpoint): MapLink['question'] {
  const from = reading.instances.find((one) => isRunning(one) && one.VpcId === endpoint.VpcId);
  if (from?.InstanceId === undefined || endpoint.State?.toLowerCase() !== 'available') {
    return undefined;
  }
  return {
    account: reading.account.id,
    from: from.InstanceId,
    to: destinationOf(endpoint),
    protocol: 'tcp',
  };
}

export function mapOf(readings: Reading[]): RegionMap {
  const accounts = new Map(readings.map((one) => [one.account.id, accountOf(one)]));
  const links = new Map<string, MapLink>();
  const owners = new Map(
    readings.flatMap(({ account, services, available }) => [
      ...available.map((one) => [serviceIdOf(one.ServiceName), one.Owner ?? ''] as const),
      ...services.map((one) => [one.ServiceId ?? '', account.id] as const),
    ]),
  );
  const other = (id: string): MapAccount => {
    const known = accounts.get(id);
    const made = known ?? { id, name: '', isSeen: false, vpcs: [], endpoints: [], services: [] };
    accounts.set(id, made);
    return made;
  };
  for (const reading of readings) {
    for (const endpoint of reading.endpoints) {
      const service = serviceIdOf(endpoint.ServiceName);
      if (endpoint.VpcEndpointType !== 'Interface') {
        continue; // leads to nothing that stands in an account
      }
      const provider = owners.get(service) ?? '';
      links.set(endpoint.VpcEndpointId ?? '', {
        id: endpoint.VpcEndpointId ?? '',
        endpoint: endpoint.VpcEndpointId ?? '',
        service,
        consumer: reading.account.id,
        provider,
        vpc: endpoint.VpcId ?? '',
        state: endpoint.State ?? '',
        question: questionOf(reading, endpoint),
      });
      const owner = other(provider);
      if (!owner.isSeen && !owner.services.some(({ id }) => id === service)) {
        owner.services.push({ id: service, name: '', state: '' });
      }
    }
  }
  // Endpoints of accounts that are not seen are known by the services' connections.
  for (const { account, connections } of readings) {
    for (const connection of connections) {
      const id = connection.VpcEndpointId ?? '';
      const consumer = connection.VpcEndpointOwner ?? '';
      if (links.has(id)) {
        continue;
      }
      const state = connection.VpcEndpointState ?? '';
      links.set(id, {
        id,
        endpoint: id,
        service: connection.ServiceId ?? '',
        consumer,
        provider: account.id,
        vpc: '',
        state,
        question: undefined,
      });
      const owner = other(consumer);
      if (!owner.isSeen) {
        owner.endpoints.push({ id, name: '', state });
      }
    }
  }
  return {
    accounts: [...accounts.values()].sort(byText(({ name, id }) => `${name} ${id}`)),
    // A link to what has just gone has no second end.
    links: [...links.values()].filter(({ endpoint, service }) =>
      [endpoint, service].every((id) => isDrawn(accounts, id)),
    ),
    refused: readings.flatMap(({ refused }) => refused),
  };
}

export function nodesOf(vpc: MapVpc): string[] {
  return [
    ...vpc.endpoints.map(({ id }) => id),
    ...vpc.balancers.flatMap(({ arn, services }) => [arn, ...services.map(({ id }) => id)]),
  ];
}

function outside(account: MapAccount): string[] {
  return [...account.endpoints, ...account.services].map(({ id }) => id);
}

function isDrawn(accounts: Map<string, MapAccount>, id: string): boolean {
  return [...accounts.values()].some(
    (account) =>
      outside(account).includes(id) || account.vpcs.some((vpc) => nodesOf(vpc).includes(id)),
  );
}

export interface Wanted {
  words: string;
  linkedOnly: boolean; // without VPCs that have no part in PrivateLink
}

// The part of the map that has `words`, and what it is linked to.
export function narrow(map: RegionMap, { words, linkedOnly }: Wanted): RegionMap {
  const wanted = words.trim().toLowerCase();
  const has = (...texts: string[]) => texts.some((text) => text.toLowerCase().includes(wanted));
  const found = new Set<string>(); // VPCs, and what stands in none
  for (const account of map.accounts) {
    const whole = has(account.id, account.name);
    for (const vpc of account.vpcs) {
      const inside = [...vpc.endpoints, ...vpc.balancers.flatMap((one) => [one, ...one.services])];
      const subnets = vpc.zones.flatMap((zone) => [zone, ...zone.subnets]);
      const texts = [...inside, ...subnets].flatMap((one) => Object.values(one).filter(isText));
      if (whole || has(vpc.id, vpc.name, ...vpc.cidrs, ...texts)) {
        found.add(vpc.id);
      }
    }
    for (const { id, name, state } of [...account.endpoints, ...account.services]) {
      if (whole || has(id, name, state)) {
        found.add(id);
      }
    }
  }
  const places = new Map(
    map.accounts.flatMap((account) => [
      ...account.vpcs.flatMap((vpc) => nodesOf(vpc).map((node) => [node, vpc.id] as const)),
      ...outside(account).map((node) => [node, node] as const),
    ]),
  );
  const endsOf = ({ endpoint, service }: MapLink) =>
    [endpoint, service].map((node) => places.get(node) ?? '');
  const links = map.links.filter(
    (link) => has(link.state) || endsOf(link).some((place) => found.has(place)),
  );
  const kept = new Set([...found, ...links.flatMap(endsOf)]);
  const isKept = ({ id }: { id: string }) => kept.has(id);
  const accounts = map.accounts
    .map((account) => ({
      ...account,
      vpcs: account.vpcs.filter((vpc) => isKept(vpc) && (!linkedOnly || nodesOf(vpc).length > 0)),
      endpoints: account.endpoints.filter(isKept),
      services: account.services.filter(isKept),
    }))
    .filter(
      ({ vpcs, endpoints, services }) => vpcs.length + endpoints.length + services.length > 0,
    );
  return { ...map, accounts, links };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

// How a link looks: by the live verdict where there is one, else by its state.
export type Tone = 'good' | 'bad' | 'waiting' | 'over' | 'open';

export function toneOf(state: string, verdict: string | undefined): Tone {
  switch (state.toLowerCase()) {
    case 'active':
      return 'good';
    case 'available':
      return verdict === 'reachable' ? 'good' : verdict === 'unreachable' ? 'bad' : 'open';
    case 'pendingacceptance':
    case 'pending':
      return 'waiting';
    case 'rejected':
    case 'failed':
    case 'expired':
      return 'bad';
    default:
      return 'over';
  }
}

// The word for how a link is: the live verdict when it could carry packets, else its state.
export function conditionOf(state: string, verdict: string | undefined): string {
  return state.toLowerCase() === 'available' && verdict !== undefined ? verdict : state;
}
