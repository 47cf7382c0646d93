// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/vpc_endpoint_item.h"

#include "model/aws_services.h"
#include "model/cross_region.h"
#include "model/endpoint_state.h"

namespace postern::api::ec2 {

EndpointItem endpoint_item(const model::World& world, const model::VpcEndpoint& endpoint) {
  EndpointItem item{
      .vpcEndpointId = endpoint.id.value,
      .vpcEndpointType = endpoint.type,
      .vpcId = endpoint.vpc.value,
      .serviceName = endpoint.service_name,
      .state = std::string(text(endpoint.state)),
      .policyDocument = endpoint.policy_document,
      .ipAddressType = endpoint.ip_address_type,
      .dnsOptions = {.dnsRecordIpType = endpoint.dns_record_ip_type},
      .privateDnsEnabled = !endpoint.private_zone_id.empty(),
      .dnsEntrySet = endpoint.type == "Gateway" ? std::vector<DnsEntry>() : dns_entries(endpoint),
      .creationTimestamp = endpoint.created_at,
      .tagSet = tag_items(endpoint.tags),
      .ownerId = endpoint.owner.value,
      .serviceRegion = std::string(model::service_region(endpoint)),
  };
  for (const model::EndpointSubnet& subnet : endpoint.subnets) {
    item.subnetIdSet.push_back(subnet.subnet.value);
    item.networkInterfaceIdSet.push_back(subnet.network_interface.value);
  }
  for (const auto& id : endpoint.route_tables) {
    item.routeTableIdSet.push_back(id.value);
  }
  for (const auto& id : endpoint.groups) {
    const auto* group = world.find(id);
    item.groupSet.push_back({id.value, group != nullptr ? group->name : ""});
  }
  const auto service = model::service_of(world, endpoint);
  if (item.privateDnsEnabled && service && service->private_dns) {
    item.dnsEntrySet.push_back({service->private_dns->name, endpoint.private_zone_id});
  }
  return item;
}

}  // namespace postern::api::ec2
