// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/default_vpc.h"

#include <algorithm>

#include "base/check.h"
#include "model/new_vpc.h"
#include "model/zones.h"

namespace postern::api::ec2 {
namespace {

constexpr std::uint32_t kBase = 172U << 24 | 31U << 16;
constexpr unsigned kVpcPrefix = 16;
constexpr unsigned kSubnetPrefix = 20;

void add_default_subnets(model::Transaction& tx, const model::Vpc& vpc) {
  std::uint32_t base = kBase;
  for (const model::Zone& zone : model::zones(vpc.owner, vpc.region)) {
    model::add_subnet(tx, vpc,
                      {.cidr = Cidr(IpAddress::v4(base), kSubnetPrefix),
                       .zone = zone.name,
                       .zone_id = zone.id,
                       .default_for_zone = true,
                       .map_public_ip_on_launch = true});
    base += 1U << (32 - kSubnetPrefix);
  }
}

}  // namespace

void ensure_default_vpc(model::Transaction& tx, const model::Id<model::Account>& account,
                        const std::string& region) {
  const model::Account* found = tx.world().find(account);
  POSTERN_CHECK(found != nullptr, "a default VPC is made for an account that exists");
  if (std::find(found->regions.begin(), found->regions.end(), region) != found->regions.end()) {
    return;
  }
  model::Account changed = *found;
  changed.regions.push_back(region);
  tx.put(std::move(changed));
  add_default_subnets(tx, model::add_vpc(tx, {.owner = account,
                                              .region = region,
                                              .cidr = Cidr(IpAddress::v4(kBase), kVpcPrefix),
                                              .is_default = true,
                                              .enable_dns_hostnames = true}));
}

}  // namespace postern::api::ec2
