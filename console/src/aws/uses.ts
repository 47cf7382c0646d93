// SPDX-License-Identifier: Apache-2.0
// What stands in the way of deleting something. AWS's refusal says only that there is something.
import type {
  NetworkInterface,
  SecurityGroup,
  ServiceConfiguration,
  Subnet,
  Vpc,
} from '@aws-sdk/client-ec2';
import type { LoadBalancer, TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Aws } from '@/aws/clients';
import { nameOf } from '@/aws/names';
import * as read from '@/aws/read';

export interface Use {
  id: string;
  name: string;
}

// Whose an interface is; itself when nobody else has it.
export function holderOf(eni: NetworkInterface): Use {
  const instance = eni.Attachment?.InstanceId;
  const name = eni.Description ?? '';
  return { id: instance ?? eni.NetworkInterfaceId ?? '', name };
}

const named = (id: string | undefined, name: string | undefined): Use => ({
  id: id ?? '',
  name: name ?? '',
});

export async function usesOfVpc(aws: Aws, { VpcId }: Vpc): Promise<Use[]> {
  const [subnets, groups, endpoints] = await Promise.all([
    read.subnets(aws, VpcId),
    read.securityGroups(aws, VpcId),
    read.endpoints(aws),
  ]);
  return [
    ...subnets.map((one) => named(one.SubnetId, nameOf(one))),
    ...groups
      .filter(({ GroupName }) => GroupName !== 'default')
      .map(({ GroupId, GroupName }) => named(GroupId, GroupName)),
    ...endpoints
      .filter((one) => one.VpcId === VpcId && one.State?.toLowerCase() !== 'deleted')
      .map((one) => named(one.VpcEndpointId, nameOf(one))),
  ];
}

export async function usesOfSubnet(aws: Aws, { SubnetId = '' }: Subnet): Promise<Use[]> {
  return (await read.networkInterfacesWith(aws, { 'subnet-id': SubnetId })).map(holderOf);
}

// Its interfaces, and the groups that name it in their rules.
export async function usesOfGroup(aws: Aws, { GroupId = '' }: SecurityGroup): Promise<Use[]> {
  const [interfaces, sources, destinations] = await Promise.all([
    read.networkInterfacesWith(aws, { 'group-id': GroupId }),
    read.securityGroupsWith(aws, { 'ip-permission.group-id': GroupId }),
    read.securityGroupsWith(aws, { 'egress.ip-permission.group-id': GroupId }),
  ]);
  const groups = new Map(
    [...sources, ...destinations]
      .filter((one) => one.GroupId !== GroupId)
      .map((one) => [one.GroupId, named(one.GroupId, one.GroupName)]),
  );
  return [...interfaces.map(holderOf), ...groups.values()];
}

export function usesOfTargetGroup(_: Aws, { LoadBalancerArns = [] }: TargetGroup): Promise<Use[]> {
  return Promise.resolve(LoadBalancerArns.map((arn) => named(arn, arn.split('/')[2])));
}

export async function usesOfBalancer(
  aws: Aws,
  { LoadBalancerArn = '' }: LoadBalancer,
): Promise<Use[]> {
  const services = await read.endpointServices(aws);
  return services
    .filter((one) => one.NetworkLoadBalancerArns?.includes(LoadBalancerArn))
    .map((one) => named(one.ServiceId, nameOf(one)));
}

const LIVE = ['available', 'pending', 'pendingacceptance'];

export async function usesOfService(
  aws: Aws,
  { ServiceId = '' }: ServiceConfiguration,
): Promise<Use[]> {
  const connections = await read.endpointConnections(aws, ServiceId);
  return connections
    .filter(({ VpcEndpointState = '' }) => LIVE.includes(VpcEndpointState.toLowerCase()))
    .map(({ VpcEndpointId, VpcEndpointOwner }) => named(VpcEndpointId, VpcEndpointOwner));
}
