// SPDX-License-Identifier: Apache-2.0
// DHCP options sets: what instances of a VPC are told of its DNS. Pure.
#pragma once

#include <boost/describe/class.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/net.h"
#include "model/vpc.h"

namespace postern::model {

struct DhcpOption {
  std::string key;  // domain-name, domain-name-servers, ntp-servers, …
  std::vector<std::string> values;
};
BOOST_DESCRIBE_STRUCT(DhcpOption, (), (key, values))

struct DhcpOptions {
  static constexpr const char* kTable = "dhcp_options";
  Id<DhcpOptions> id;  // dopt-…
  Id<Account> owner;
  std::string region;
  std::vector<DhcpOption> options;
  bool is_default = false;  // what new VPCs get; AWS makes it, one for an account in a region
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(DhcpOptions, (), (id, owner, region, options, is_default, tags))

// In place of an id: the VPC has no options.
inline constexpr const char* kNoDhcpOptions = "default";
// In place of an address: the VPC's own resolver.
inline constexpr const char* kAmazonProvidedDns = "AmazonProvidedDNS";

// The one that AWS makes for an account in a region.
DhcpOptions default_dhcp_options(const Id<DhcpOptions>& id, const Id<Account>& owner,
                                 const std::string& region);

// What an instance's resolv.conf is made of.
struct DnsOfInstances {
  std::string domain;  // empty: none
  std::vector<IpAddress> resolvers;
};

class World;
DnsOfInstances dns_of_instances(const World& world, const Vpc& vpc);

}  // namespace postern::model
