// SPDX-License-Identifier: Apache-2.0
// What there is: one function for each kind of resource, with all pages of its answer.
import {
  DescribeAvailabilityZonesCommand,
  DescribeRegionsCommand,
  DescribeVpcEndpointServicesCommand,
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
  type ServiceDetail,
} from '@aws-sdk/client-ec2';
import {
  DescribeTargetHealthCommand,
  paginateDescribeListeners,
  paginateDescribeLoadBalancers,
  paginateDescribeTargetGroups,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Aws, collect } from '@/aws/clients';

type Wanted = Record<string, string | undefined>; // by the names of AWS's filters

function filters(wanted: Wanted): Filter[] {
  return Object.entries(wanted).flatMap(([Name, value]) =>
    value === undefined ? [] : [{ Name, Values: [value] }],
  );
}

export const vpcs = ({ ec2: client }: Aws, id?: string) =>
  collect(
    paginateDescribeVpcs({ client }, id === undefined ? {} : { VpcIds: [id] }),
    (page) => page.Vpcs,
  );

export const subnets = ({ ec2: client }: Aws, vpc?: string) =>
  collect(
    paginateDescribeSubnets({ client }, { Filters: filters({ 'vpc-id': vpc }) }),
    (page) => page.Subnets,
  );

export const securityGroupsWith = ({ ec2: client }: Aws, wanted: Wanted) =>
  collect(
    paginateDescribeSecurityGroups({ client }, { Filters: filters(wanted) }),
    (page) => page.SecurityGroups,
  );

export const securityGroups = (aws: Aws, vpc?: string) =>
  securityGroupsWith(aws, { 'vpc-id': vpc });

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

export const networkInterfacesWith = ({ ec2: client }: Aws, wanted: Wanted) =>
  collect(
    paginateDescribeNetworkInterfaces({ client }, { Filters: filters(wanted) }),
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

// Those that the account may make endpoints to, whose ever they are. The SDK turns no pages here.
export const availableServices = async ({ ec2 }: Aws): Promise<ServiceDetail[]> => {
  const found: ServiceDetail[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(new DescribeVpcEndpointServicesCommand({ NextToken }));
    found.push(...(page.ServiceDetails ?? []));
    NextToken = page.NextToken === '' ? undefined : page.NextToken;
  } while (NextToken !== undefined);
  return found;
};

export const allowedPrincipals = ({ ec2: client }: Aws, service: string) =>
  collect(
    paginateDescribeVpcEndpointServicePermissions({ client }, { ServiceId: service }),
    (page) => page.AllowedPrincipals,
  );

export const endpointConnections = ({ ec2: client }: Aws, service?: string) =>
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
