// SPDX-License-Identifier: Apache-2.0
// World: every record there is, as one value. Copying it is cheap, and a copy never changes under
// its holder: tables are shared until a Transaction writes to one.
//
// What writes to a table is compiled once for each record type, in world.cc: every file that puts a
// record would pay for it again.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <tuple>
#include <utility>

#include "model/certificate.h"
#include "model/client_token.h"
#include "model/connection_notification.h"
#include "model/endpoint.h"
#include "model/fault.h"
#include "model/flow_log.h"
#include "model/gateway.h"
#include "model/hosted_zone.h"
#include "model/iam.h"
#include "model/instance.h"
#include "model/key_pair.h"
#include "model/load_balancer.h"
#include "model/log_group.h"
#include "model/network_acl.h"
#include "model/network_insights.h"
#include "model/route_table.h"
#include "model/settings.h"
#include "model/topic.h"

namespace postern::model {

template <class T>
using Table = std::map<Id<T>, std::shared_ptr<const T>>;

// The one list of record types: World, the store and the record codec are made from it.
template <template <class...> class Of>
using ForEachRecord =
    Of<Account, Vpc, Subnet, NetworkAcl, RouteTable, InternetGateway, NatGateway, ElasticIp,
       PrefixList, SecurityGroup, NetworkInterface, Instance, LoadBalancer, TargetGroup, Listener,
       Target, RetiredTarget, EndpointService, VpcEndpoint, ClientToken, Counters, User, Role,
       InstanceProfile, ManagedPolicy, Session, KeyPair, HostedZone, ZoneChange, LogGroup, FlowLog,
       NetworkInsightsPath, NetworkInsightsAnalysis, ConnectionNotification, Topic,
       TopicSubscription, TopicMessage, TopicDelivery, Settings, Fault, Certificate>;

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
    const auto& table = all<T>();
    const auto at = table.find(id);
    return at == table.end() ? nullptr : at->second.get();
  }

  // All records of a type, by id.
  template <class T>
  const Table<T>& all() const {
    static const Table<T> kNone;
    const auto& table = std::get<Shared<T>>(tables_);
    return table ? *table : kNone;
  }

  // The number of the transaction that made this World; 0 for the empty one.
  std::uint64_t revision() const { return revision_; }

 private:
  friend class Transaction;
  friend class WorldBuilder;

  template <class T>
  using Shared = std::shared_ptr<const Table<T>>;
  template <class... Ts>
  using SharedTables = std::tuple<Shared<Ts>...>;

  // The table to write to: in place when no copy of this World shares it, else copied first.
  template <class T>
  Table<T>& writable();
  template <class T>
  void put(T record);
  template <class T>
  void erase(const Id<T>& id);
  template <class... Ts>
  struct Writers;
  static void call_writers(World& world);

  ForEachRecord<SharedTables> tables_;
  std::uint64_t revision_ = 0;
};

// Fills a World record by record, for the store's reading and for tests.
class WorldBuilder {
 public:
  template <class T>
  WorldBuilder& put(T record) {
    world_.put(std::move(record));
    return *this;
  }
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
