// SPDX-License-Identifier: Apache-2.0
// Lookup: what a compilation would work out again and again, worked out once. Thousands of
// interfaces name the same few subnets and nodes.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <string_view>

#include "model/world.h"

namespace postern::dataplane {

// Of one World, which outlives it with every record and id that is asked for.
class Lookup {
 public:
  explicit Lookup(const model::World& world) : world_(world) {}

  const model::World& world() const { return world_; }

  // A subnet, and the ACL that its packets are asked; null: it allows everything.
  struct SubnetOf {
    const model::Subnet* subnet = nullptr;
    const model::NetworkAcl* acl = nullptr;
  };
  SubnetOf subnet(const model::Id<model::Subnet>& id);

  // What is behind an endpoint's interface: a node, and its load balancer with its VPC. Null where
  // there is none.
  struct NodeOf {
    const model::NetworkInterface* node = nullptr;
    const model::LoadBalancer* balancer = nullptr;
    const model::Vpc* vpc = nullptr;
    bool is_dark = false;  // it has failed on purpose
  };
  NodeOf node_behind(const model::EndpointSubnet& subnet);

 private:
  template <class T>
  using ById = boost::unordered_flat_map<std::string_view, T, std::hash<std::string_view>>;

  const model::World& world_;
  ById<SubnetOf> subnets_;
  ById<ById<NodeOf>> nodes_;  // by load balancer and zone id
};

}  // namespace postern::dataplane
