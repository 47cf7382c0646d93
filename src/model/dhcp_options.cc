// SPDX-License-Identifier: Apache-2.0
#include "model/dhcp_options.h"

#include "model/addresses.h"
#include "model/dns_names.h"
#include "model/world.h"

namespace postern::model {

// [VPC user guide, "DHCP option sets in Amazon VPC": default DHCP option set]
DhcpOptions default_dhcp_options(const Id<DhcpOptions>& id, const Id<Account>& owner,
                                 const std::string& region) {
  return {.id = id,
          .owner = owner,
          .region = region,
          .options = {{"domain-name", {private_zone(region)}},
                      {"domain-name-servers", {kAmazonProvidedDns}}},
          .is_default = true};
}

DnsOfInstances dns_of_instances(const World& world, const Vpc& vpc) {
  const DhcpOptions* set = world.find(Id<DhcpOptions>(vpc.dhcp_options_id));
  DnsOfInstances dns;
  for (const DhcpOption& option : set != nullptr ? set->options : std::vector<DhcpOption>()) {
    if (option.key == "domain-name") {
      dns.domain = option.values.front();
    } else if (option.key == "domain-name-servers") {
      for (const std::string& value : option.values) {
        const auto address = value == kAmazonProvidedDns ? std::optional(resolver_address(vpc))
                                                         : IpAddress::parse(value);
        if (address) {
          dns.resolvers.push_back(*address);
        }
      }
    }
  }
  return dns;
}

}  // namespace postern::model
