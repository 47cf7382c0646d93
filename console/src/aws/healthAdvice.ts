// SPDX-License-Identifier: Apache-2.0
// Why health checks of instances fail in the way that is met most: their security groups do not admit
// the load balancer's. (They may admit its addresses instead: then nothing is said.)
import type { Instance, SecurityGroupRule } from '@aws-sdk/client-ec2';
import type {
  LoadBalancer,
  TargetGroup,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Aws } from '@/aws/clients';
import * as read from '@/aws/read';

interface MissingRule {
  instance: string;
  group: string; // that lacks it
  balancerGroup: string; // that it should admit
  protocol: string;
  port: number;
}

interface Check {
  protocol: string;
  port: number;
}

function admits(rule: SecurityGroupRule, { protocol, port }: Check): boolean {
  if (rule.IsEgress === true || (rule.IpProtocol !== '-1' && rule.IpProtocol !== protocol)) {
    return false;
  }
  const { FromPort: from = -1, ToPort: to = -1 } = rule;
  return from === -1 || (from <= port && port <= to);
}

// Which rule would let the checks of the unhealthy instances in. Rules for addresses are taken to admit
// the load balancer: whether they do is not for this to say.
export function missingRules(
  unhealthy: Instance[],
  rules: SecurityGroupRule[],
  balancerGroups: string[],
  check: Check,
): MissingRule[] {
  const [balancerGroup] = balancerGroups;
  if (balancerGroup === undefined) {
    return [];
  }
  return unhealthy.flatMap((instance) => {
    const groups = instance.SecurityGroups?.map(({ GroupId = '' }) => GroupId) ?? [];
    const letIn = rules.some((rule) => {
      const from = rule.ReferencedGroupInfo?.GroupId;
      return (
        groups.includes(rule.GroupId ?? '') &&
        admits(rule, check) &&
        (from === undefined || balancerGroups.includes(from))
      );
    });
    const [group] = groups;
    return letIn || group === undefined
      ? []
      : [{ instance: instance.InstanceId ?? '', group, balancerGroup, ...check }];
  });
}

// The same, read from AWS.
export async function adviseOnHealth(
  aws: Aws,
  group: TargetGroup,
  health: TargetHealthDescription[],
): Promise<MissingRule[]> {
  const failing = health.filter(({ TargetHealth }) => TargetHealth?.State === 'unhealthy');
  const balancers = group.LoadBalancerArns ?? [];
  if (failing.length === 0 || balancers.length === 0 || group.TargetType !== 'instance') {
    return [];
  }
  const ids = [...new Set(failing.map(({ Target }) => Target?.Id ?? ''))];
  const [instances, found] = await Promise.all([
    read.instances(aws, ids),
    Promise.all(balancers.map((arn) => read.loadBalancers(aws, arn))),
  ]);
  const groups = new Set(
    instances.flatMap(({ SecurityGroups = [] }) => SecurityGroups.map((one) => one.GroupId ?? '')),
  );
  const rules = await Promise.all([...groups].map((id) => read.securityGroupRules(aws, id)));
  const balancerGroups = found
    .flat()
    .flatMap(({ SecurityGroups = [] }: LoadBalancer) => SecurityGroups);
  return missingRules(instances, rules.flat(), balancerGroups, {
    protocol: 'tcp', // as all health checks are
    port: failing[0]?.Target?.Port ?? group.Port ?? 0,
  });
}
