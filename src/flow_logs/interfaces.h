// SPDX-License-Identifier: Apache-2.0
// The interfaces by what the data plane calls them.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <utility>

#include "dataplane/layout/address.h"
#include "model/world.h"

namespace postern::flow_logs {

using Interface = std::shared_ptr<const model::NetworkInterface>;

class Interfaces {
 public:
  // Those of `now`, and those of `before` that have gone since: what they have seen may not have
  // been read yet.
  Interfaces(const model::World& before, const model::World& now);

  // NetworkInterface::number; null if there is none.
  Interface numbered(std::uint32_t number) const;
  // At an address of the VPC with that number.
  Interface at(std::uint32_t vpc, const IpAddress& address) const;
  // Whether it is an address of the VPC's own: resolver, metadata, or a subnet's router.
  bool is_vpcs_own(std::uint32_t vpc, const IpAddress& address) const;

 private:
  void add(const model::World& world);

  using Place = std::pair<std::uint32_t, IpAddress>;
  std::map<std::uint32_t, Interface> by_number_;
  std::map<Place, Interface> by_place_;
  std::set<Place> own_;
};

}  // namespace postern::flow_logs
