// SPDX-License-Identifier: Apache-2.0
// Slices: the World, cut into what the packets of each VPC depend on.
//
// A VPC's slice is a World of the VPC's own records; of what its endpoints lead into in other VPCs:
// the load balancer, its nodes with their subnets, and the VPC; and of the few records that may be
// about any VPC. What compile() does not find in a slice is dropped, so what is forgotten here
// closes, and never opens.
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>

#include "model/world.h"

namespace postern::dataplane {

class Slices {
 public:
  using VpcId = model::Id<model::Vpc>;

  // Cuts the World anew where it is another than at the last call. The VPCs whose slices are others
  // than before, or gone.
  std::set<VpcId> follow(const model::World& world);

  // Null: the VPC has nothing.
  const model::World* of(const VpcId& vpc) const;

 private:
  // What a slice has of other VPCs', or would have if it were there.
  struct Borrowed {
    std::set<model::Id<model::LoadBalancer>> balancers;
    std::set<model::Id<model::NetworkInterface>> nodes;
    std::set<model::Id<model::Subnet>> subnets;
    std::set<VpcId> vpcs;
  };
  struct Slice {
    model::WorldBuilder records;
    Borrowed borrowed;
  };

  void follow_own(const model::World& world);
  template <class T>
  void follow_own(const model::World& world);
  template <class T>
  void follow_shared(const model::World& world);
  template <class T>
  void touch_borrowers(const model::Id<T>& id);
  void borrow_anew(const model::World& world, const VpcId& vpc, Slice& slice);
  void start_anew();
  static bool has_nothing(const Slice& slice);
  void give_back(const VpcId& vpc, Slice& slice);
  template <class T>
  void borrow(const model::World& world, const VpcId& vpc, const model::Id<T>& id,
              std::set<model::Id<T>>& borrowed, Slice& slice);

  model::World before_;
  std::map<VpcId, Slice> slices_;
  // Who has a record of another VPC's, by its id.
  std::unordered_map<std::string, std::set<VpcId>> borrowers_;
  std::set<VpcId> changed_;
  // There is, or was, a record of no VPC that could be told: the World is cut from nothing.
  bool is_unsure_ = false;
};

}  // namespace postern::dataplane
