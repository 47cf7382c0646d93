// SPDX-License-Identifier: Apache-2.0
// What there is: one function for each kind of resource, with all pages of its answer.
import {
  DescribeAvailabilityZonesCommand,
  DescribeRegionsCommand,
  type Filter,
  type Instance,
  type NetworkInterface,
  paginateDescribeImages,
  paginateDescribeInstances,
  paginateDescribeNetworkInterfaces,
  paginateDescribeSecurityGroupRules,
  paginateDescribeSecurityGroups,
  paginateDescribeSubnets,
  paginateDescribeVpcEndpointConnections,
  paginateDescribeVpcEndpoints,
  paginateDescribeVpcEndpointServiceConfigurations,
  paginateDescribeVpcEndpointServicePermissions,
  paginateDescribeVpcs,
} from '@aws-sdk/client-ec2';
import {
  DescribeTargetHealthCommand,
  paginateDescribeListeners,
  paginateDescribeLoadBalancers,
  paginateDescribeTargetGroups,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Aws, collect } from '@/aws/clients';

function filters(wanted: Record<string, string | undefined>): Filter[] {
  return Object.entries(wanted).flatMap(([Name, value]) =>
    value === undefined ? [] : [{ Name, Values: [value] }],
  );
}

export const vpcs = ({ ec2: client }: Aws) =>
  collect(paginateDescribeVpcs({ client }, {}), (page) => page.Vpcs);

export const subnets = ({ ec2: client }: Aws, vpc?: string) =>
  collect(
    paginateDescribeSubnets({ client }, { Filters: filters({ 'vpc-id': vpc }) }),
    (page) => page.Subnets,
  );

export const securityGroups = ({ ec2: client }: Aws, vpc?: string) =>
  collect(
    paginateDescribeSecurityGroups({ client }, { Filters: filters({ 'vpc-id': vpc }) }),
    (page) => page.SecurityGroups,
  );

export const securityGroup = async ({ ec2: client }: Aws, id: string) => {
  const found = await collect(
    paginateDescribeSecurityGroups({ client }, { GroupIds: [id] }),
    (page) => page.SecurityGroups,
  );
  return found[0];
};

export const securityGroupRules = ({ ec2: client }: Aws, group: string) =>
  collect(
    paginateDescribeSecurityGroupRules({ client }, { Filters: filters({ 'group-id': group }) }),
    (page) => page.SecurityGroupRules,
  );

export const instances = async ({ ec2: client }: Aws, ids?: string[]): Promise<Instance[]> => {
  const input = ids === undefined ? {} : { InstanceIds: ids };
  const found = await collect(
    paginateDescribeInstances({ client }, input),
    (page) => page.Reservations,
  );
  return found.flatMap((reservation) => reservation.Instances ?? []);
};

export const images = ({ ec2: client }: Aws) =>
  collect(paginateDescribeImages({ client }, {}), (page) => page.Images);

export const zones = async ({ ec2 }: Aws) =>
  (await ec2.send(new DescribeAvailabilityZonesCommand({}))).AvailabilityZones ?? [];

export const regions = async ({ ec2 }: Aws) =>
  (await ec2.send(new DescribeRegionsCommand({}))).Regions ?? [];

export const networkInterfaces = ({ ec2: client }: Aws, ids?: string[]) =>
  ids?.length === 0
    ? Promise.resolve<NetworkInterface[]>([])
    : collect(
        paginateDescribeNetworkInterfaces({ client }, ids ? { NetworkInterfaceIds: ids } : {}),
        (page) => page.NetworkInterfaces,
      );

export const endpoints = ({ ec2: client }: Aws, id?: string) =>
  collect(
    paginateDescribeVpcEndpoints({ client }, id === undefined ? {} : { VpcEndpointIds: [id] }),
    (page) => page.VpcEndpoints,
  );

export const endpointServices = ({ ec2: client }: Aws, id?: string) =>
  collect(
    paginateDescribeVpcEndpointServiceConfigurations(
      { client },
      id === undefined ? {} : { ServiceIds: [id] },
    ),
    (page) => page.ServiceConfigurations,
  );

export const allowedPrincipals = ({ ec2: client }: Aws, service: string) =>
  collect(
    paginateDescribeVpcEndpointServicePermissions({ client }, { ServiceId: service }),
    (page) => page.AllowedPrincipals,
  );

export const endpointConnections = ({ ec2: client }: Aws, service: string) =>
  collect(
    paginateDescribeVpcEndpointConnections(
      { client },
      { Filters: filters({ 'service-id': service }) },
    ),
    (page) => page.VpcEndpointConnections,
  );

export const loadBalancers = ({ elb: client }: Aws, arn?: string) =>
  collect(
    paginateDescribeLoadBalancers({ client }, arn === undefined ? {} : { LoadBalancerArns: [arn] }),
    (page) => page.LoadBalancers,
  );

export const listeners = ({ elb: client }: Aws, loadBalancer: string) =>
  collect(
    paginateDescribeListeners({ client }, { LoadBalancerArn: loadBalancer }),
    (page) => page.Listeners,
  );

export const targetGroups = ({ elb: client }: Aws, arn?: string) =>
  collect(
    paginateDescribeTargetGroups({ client }, arn === undefined ? {} : { TargetGroupArns: [arn] }),
    (page) => page.TargetGroups,
  );

export const targetHealth = async ({ elb }: Aws, targetGroup: string) =>
  (await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup })))
    .TargetHealthDescriptions ?? [];
