// SPDX-License-Identifier: Apache-2.0
// An endpoint as its owner's answers print it.
#pragma once

#include <boost/describe/class.hpp>
#include <string>
#include <vector>

#include "api/ec2/dns_entry.h"
#include "api/ec2/tag_specification.h"
#include "base/time.h"
#include "model/world.h"

namespace postern::api::ec2 {

struct EndpointGroupItem {
  std::string groupId;
  std::string groupName;
};
BOOST_DESCRIBE_STRUCT(EndpointGroupItem, (), (groupId, groupName))

struct DnsOptionsItem {
  std::string dnsRecordIpType = "ipv4";
};
BOOST_DESCRIBE_STRUCT(DnsOptionsItem, (), (dnsRecordIpType))

struct EndpointItem {
  std::string vpcEndpointId;
  std::string vpcEndpointType;
  std::string vpcId;
  std::string serviceName;
  std::string state;
  std::string policyDocument;
  std::vector<std::string> routeTableIdSet;
  std::vector<std::string> subnetIdSet;
  std::vector<EndpointGroupItem> groupSet;
  std::string ipAddressType = "ipv4";
  DnsOptionsItem dnsOptions;
  bool privateDnsEnabled = false;
  bool requesterManaged = false;
  std::vector<std::string> networkInterfaceIdSet;
  std::vector<DnsEntry> dnsEntrySet;
  TimePoint creationTimestamp;
  std::vector<TagItem> tagSet;
  std::string ownerId;
  std::string serviceRegion;
};
BOOST_DESCRIBE_STRUCT(EndpointItem, (),
                      (vpcEndpointId, vpcEndpointType, vpcId, serviceName, state, policyDocument,
                       routeTableIdSet, subnetIdSet, groupSet, ipAddressType, dnsOptions,
                       privateDnsEnabled, requesterManaged, networkInterfaceIdSet, dnsEntrySet,
                       creationTimestamp, tagSet, ownerId, serviceRegion))

EndpointItem endpoint_item(const model::World& world, const model::VpcEndpoint& endpoint);

}  // namespace postern::api::ec2
