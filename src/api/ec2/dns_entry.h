// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <string>
#include <vector>

#include "model/cross_region.h"
#include "model/dns_names.h"

namespace postern::api::ec2 {

struct DnsEntry {
  std::string dnsName;
  std::string hostedZoneId;
};
BOOST_DESCRIBE_STRUCT(DnsEntry, (), (dnsName, hostedZoneId))

// The endpoint's names: the regional one first, as scripts take the first entry, then the zonal
// ones.
inline std::vector<DnsEntry> dns_entries(const model::VpcEndpoint& endpoint) {
  const std::string zone_id = model::endpoint_hosted_zone_id(model::service_region(endpoint));
  std::vector<DnsEntry> entries = {{model::regional_name(endpoint), zone_id}};
  for (const model::EndpointSubnet& subnet : endpoint.subnets) {
    entries.push_back({model::zonal_name(endpoint, subnet.zone), zone_id});
  }
  return entries;
}

}  // namespace postern::api::ec2
