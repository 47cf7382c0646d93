// SPDX-License-Identifier: Apache-2.0
// Lookup: what a compilation asks of the World again and again, asked once. Tens of thousands of
// interfaces name the same few hundred VPCs, subnets, groups and nodes.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <string_view>

#include "model/world.h"

namespace postern::dataplane {

// Of one World, which outlives it with every record and id that is asked for.
class Lookup {
 public:
  explicit Lookup(const model::World& world);

  const model::World& world() const { return world_; }

  // The record, or null.
  const model::Vpc* vpc(const model::Id<model::Vpc>& id) { return of(vpcs_, id); }
  const model::SecurityGroup* group(const model::Id<model::SecurityGroup>& id) {
    return of(groups_, id);
  }
  const model::NetworkInterface* interface(const model::Id<model::NetworkInterface>& id) const {
    const auto found = interfaces_.find(id.value);
    return found != interfaces_.end() ? found->second : nullptr;
  }

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

  template <class T>
  const T* of(ById<const T*>& seen, const model::Id<T>& id) {
    const auto [at, is_new] = seen.try_emplace(id.value, nullptr);
    if (is_new) {
      at->second = world_.find(id);
    }
    return at->second;
  }

  const model::World& world_;
  ById<const model::NetworkInterface*> interfaces_;
  ById<const model::Vpc*> vpcs_;
  ById<const model::SecurityGroup*> groups_;
  ById<SubnetOf> subnets_;
  ById<ById<NodeOf>> nodes_;  // by load balancer and zone id
};

}  // namespace postern::dataplane
