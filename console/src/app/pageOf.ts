// SPDX-License-Identifier: Apache-2.0
// The page of a resource, by its id or ARN; undefined when its kind has none.
export function pageOf(resource: string): string | undefined {
  if (resource.startsWith('vpc-')) {
    return `/vpc/vpcs/${resource}`;
  }
  if (resource.startsWith('sg-')) {
    return `/vpc/security-groups/${resource}`;
  }
  if (resource.startsWith('vpce-svc-')) {
    return `/vpc/endpoint-services/${resource}`;
  }
  if (resource.startsWith('vpce-')) {
    return `/vpc/endpoints/${resource}`;
  }
  if (resource.startsWith('i-')) {
    return `/ec2/instances/${resource}`;
  }
  if (resource.includes(':loadbalancer/')) {
    return `/ec2/load-balancers/${encodeURIComponent(resource)}`;
  }
  if (resource.includes(':targetgroup/')) {
    return `/ec2/target-groups/${encodeURIComponent(resource)}`;
  }
  return undefined;
}
