// SPDX-License-Identifier: Apache-2.0
#include "dataplane/compile/slices.h"

#include <algorithm>

namespace postern::dataplane {
namespace {

using model::Id;
using model::Vpc;
using model::World;

// The VPC that a record is of; empty when what it belongs to is gone.
template <class T>
Id<Vpc> vpc_of(const World&, const T& record) {
  return record.vpc;
}
Id<Vpc> vpc_of(const World&, const Vpc& vpc) {
  return vpc.id;
}
Id<Vpc> vpc_of(const World& world, const model::Listener& listener) {
  const auto* balancer = world.find(listener.load_balancer);
  return balancer != nullptr ? balancer->vpc : Id<Vpc>();
}
Id<Vpc> vpc_of(const World& world, const model::Target& target) {
  const auto* group = world.find(target.target_group);
  return group != nullptr ? group->vpc : Id<Vpc>();
}

template <class... Ts>
bool has_none(const World& world) {
  return (world.all<Ts>().empty() && ...);
}

}  // namespace

std::set<Slices::VpcId> Slices::follow(const World& world) {
  changed_.clear();
  if (!is_unsure_) {
    follow_own(world);
  }
  if (is_unsure_) {
    start_anew();
    follow_own(world);
  }
  for (const VpcId& vpc : changed_) {
    Slice& slice = slices_[vpc];
    borrow_anew(world, vpc, slice);
    slice.records.share(world.all<model::Fault>()).share(world.all<model::PrefixList>());
  }
  follow_shared<model::Fault>(world);
  follow_shared<model::PrefixList>(world);
  for (const VpcId& vpc : changed_) {
    if (has_nothing(slices_[vpc])) {
      slices_.erase(vpc);
    }
  }
  before_ = world;
  return changed_;
}

void Slices::follow_own(const World& world) {
  follow_own<Vpc>(world);
  follow_own<model::Subnet>(world);
  follow_own<model::NetworkAcl>(world);
  follow_own<model::SecurityGroup>(world);
  follow_own<model::NetworkInterface>(world);
  follow_own<model::Instance>(world);
  follow_own<model::LoadBalancer>(world);
  follow_own<model::TargetGroup>(world);
  follow_own<model::Listener>(world);
  follow_own<model::Target>(world);
  follow_own<model::RetiredTarget>(world);
  follow_own<model::VpcEndpoint>(world);
}

const World* Slices::of(const VpcId& vpc) const {
  const auto found = slices_.find(vpc);
  return found != slices_.end() ? &found->second.records.world() : nullptr;
}

void Slices::start_anew() {
  for (const auto& [vpc, slice] : slices_) {
    changed_.insert(vpc);
  }
  slices_.clear();
  borrowers_.clear();
  before_ = World();
  is_unsure_ = false;
}

bool Slices::has_nothing(const Slice& slice) {
  // Without an endpoint of its own it has borrowed nothing.
  return has_none<Vpc, model::Subnet, model::NetworkAcl, model::SecurityGroup,
                  model::NetworkInterface, model::Instance, model::LoadBalancer, model::TargetGroup,
                  model::Listener, model::Target, model::RetiredTarget, model::VpcEndpoint>(
      slice.records.world());
}

template <class T>
void Slices::follow_own(const World& world) {
  for_each_change(before_.all<T>(), world.all<T>(),
                  [&](const std::shared_ptr<const T>* old, const std::shared_ptr<const T>* now) {
                    const VpcId from = old != nullptr ? vpc_of(before_, **old) : VpcId();
                    const VpcId to = now != nullptr ? vpc_of(world, **now) : VpcId();
                    if (!from.value.empty() && from != to) {
                      slices_[from].records.erase((*old)->id);
                      changed_.insert(from);
                    }
                    if (!to.value.empty()) {
                      slices_[to].records.share(*now);
                      changed_.insert(to);
                    }
                    is_unsure_ |= (old != nullptr && from.value.empty()) ||
                                  (now != nullptr && to.value.empty());
                    touch_borrowers((old != nullptr ? *old : *now)->id);
                  });
}

// What may be about any VPC: all of it is in each slice.
template <class T>
void Slices::follow_shared(const World& world) {
  bool is_other = false;
  for_each_change(before_.all<T>(), world.all<T>(), [&](auto, auto) { is_other = true; });
  if (is_other) {
    for (auto& [vpc, slice] : slices_) {
      slice.records.share(world.all<T>());
      changed_.insert(vpc);
    }
  }
}

template <class T>
void Slices::touch_borrowers(const Id<T>& id) {
  if (const auto found = borrowers_.find(id.value); found != borrowers_.end()) {
    changed_.insert(found->second.begin(), found->second.end());
  }
}

// What its endpoints lead into.
void Slices::borrow_anew(const World& world, const VpcId& vpc, Slice& slice) {
  give_back(vpc, slice);
  const model::Table<model::VpcEndpoint> endpoints =
      slice.records.world().all<model::VpcEndpoint>();
  for (const auto& [id, endpoint] : endpoints) {
    for (const model::EndpointSubnet& subnet : endpoint->subnets) {
      if (slice.borrowed.balancers.contains(subnet.load_balancer)) {
        continue;
      }
      borrow(world, vpc, subnet.load_balancer, slice.borrowed.balancers, slice);
      const auto* balancer = world.find(subnet.load_balancer);
      if (balancer == nullptr) {
        continue;
      }
      borrow(world, vpc, balancer->vpc, slice.borrowed.vpcs, slice);
      for (const model::LoadBalancerZone& zone : balancer->zones) {
        borrow(world, vpc, zone.network_interface, slice.borrowed.nodes, slice);
        borrow(world, vpc, zone.subnet, slice.borrowed.subnets, slice);
      }
    }
  }
}

template <class T>
void Slices::borrow(const World& world, const VpcId& vpc, const Id<T>& id,
                    std::set<Id<T>>& borrowed, Slice& slice) {
  const auto& all = world.all<T>();
  const auto found = all.lower_bound(id);
  const bool is_there = found != all.end() && found->first == id;
  if (id.value.empty() || (is_there && vpc_of(world, *found->second) == vpc)) {
    return;  // what is its own is there anyway
  }
  if (is_there) {
    slice.records.share(found->second);
  }
  borrowed.insert(id);
  borrowers_[id.value].insert(vpc);
}

void Slices::give_back(const VpcId& vpc, Slice& slice) {
  const auto each = [&](const auto& ids) {
    for (const auto& id : ids) {
      // What was not there may have come since, as the VPC's own.
      const World& held = slice.records.world();
      if (const auto* record = held.find(id); record != nullptr && vpc_of(held, *record) != vpc) {
        slice.records.erase(id);
      }
      if (const auto found = borrowers_.find(id.value); found != borrowers_.end()) {
        found->second.erase(vpc);
        if (found->second.empty()) {
          borrowers_.erase(found);
        }
      }
    }
  };
  each(slice.borrowed.balancers);
  each(slice.borrowed.nodes);
  each(slice.borrowed.subnets);
  each(slice.borrowed.vpcs);
  slice.borrowed = {};
}

}  // namespace postern::dataplane
