// SPDX-License-Identifier: Apache-2.0
// World: every record there is, as one value. Copying it is cheap, and a copy never changes under
// its holder: tables are shared, and of one that a Transaction writes to, what it does not.
//
// What writes to a table is compiled once for each record type, in world.cc: every file that puts a
// record would pay for it again.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <tuple>
#include <utility>

#include "model/auto_scaling.h"
#include "model/bucket.h"
#include "model/certificate.h"
#include "model/client_token.h"
#include "model/connection_notification.h"
#include "model/dhcp_options.h"
#include "model/endpoint.h"
#include "model/fault.h"
#include "model/flow_log.h"
#include "model/gateway.h"
#include "model/hosted_zone.h"
#include "model/iam.h"
#include "model/instance.h"
#include "model/key_pair.h"
#include "model/launch_template.h"
#include "model/load_balancer.h"
#include "model/log_group.h"
#include "model/network_acl.h"
#include "model/network_insights.h"
#include "model/parameter.h"
#include "model/route_table.h"
#include "model/settings.h"
#include "model/table.h"
#include "model/topic.h"

namespace postern::model {

// The one list of record types: World, the store and the record codec are made from it.
template <template <class...> class Of>
using ForEachRecord =
    Of<Account, Vpc, Subnet, NetworkAcl, RouteTable, InternetGateway, EgressOnlyInternetGateway,
       NatGateway, ElasticIp, DhcpOptions, PrefixList, SecurityGroup, NetworkInterface, Instance,
       LoadBalancer, TargetGroup, Listener, Target, RetiredTarget, EndpointService, VpcEndpoint,
       ClientToken, Counters, User, Group, Role, InstanceProfile, ManagedPolicy, Session, KeyPair,
       HostedZone, ZoneChange, LogGroup, FlowLog, NetworkInsightsPath, NetworkInsightsAnalysis,
       ConnectionNotification, Topic, TopicSubscription, TopicMessage, TopicDelivery, Settings,
       Fault, Certificate, LaunchTemplate, AutoScalingGroup, Bucket, Parameter>;

class World {
 public:
  World();
  World(const World& other);
  World(World&& other) noexcept;
  World& operator=(const World& other);
  World& operator=(World&& other) noexcept;
  ~World();

  // The record, or null. Valid as long as this World or a copy of it lives.
  template <class T>
  const T* find(const Id<T>& id) const {
    return all<T>().find(id);
  }

  // All records of a type, by id.
  template <class T>
  const Table<T>& all() const {
    return std::get<Table<T>>(tables_);
  }

  // The number of the transaction that made this World; 0 for the empty one.
  std::uint64_t revision() const { return revision_; }

 private:
  friend class Transaction;
  friend class WorldBuilder;

  template <class... Ts>
  using Tables = std::tuple<Table<Ts>...>;

  template <class T>
  void put(T record);
  template <class T>
  void erase(const Id<T>& id);
  template <class... Ts>
  struct Writers;
  static void call_writers(World& world);

  ForEachRecord<Tables> tables_;
  std::uint64_t revision_ = 0;
};

// How many the caller has of them: its account, in its region.
template <class T>
std::ptrdiff_t count_owned(const World& world, const Caller& caller) {
  return std::ranges::count_if(world.all<T>(),
                               [&](const auto& row) { return owns(caller, *row.second); });
}

// Fills a World record by record, for the store's reading, for tests, and for Worlds that have a
// part of another's records.
class WorldBuilder {
 public:
  template <class T>
  WorldBuilder& put(T record) {
    world_.put(std::move(record));
    return *this;
  }
  // The record itself, in place of a copy.
  template <class T>
  WorldBuilder& share(std::shared_ptr<const T> record) {
    std::get<Table<T>>(world_.tables_).put(std::move(record));
    return *this;
  }
  // All records of a type, in place of those so far.
  template <class T>
  WorldBuilder& share(const Table<T>& all) {
    std::get<Table<T>>(world_.tables_) = all;
    return *this;
  }
  template <class T>
  WorldBuilder& erase(const Id<T>& id) {
    std::get<Table<T>>(world_.tables_).erase(id);
    return *this;
  }
  // As it is so far.
  const World& world() const { return world_; }
  WorldBuilder& revision(std::uint64_t revision) {
    world_.revision_ = revision;
    return *this;
  }
  // The World made so far. The builder is empty afterwards.
  World build() { return std::exchange(world_, World()); }

 private:
  World world_;
};

}  // namespace postern::model
