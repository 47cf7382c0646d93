// SPDX-License-Identifier: Apache-2.0
// Route 53: hosted zones and the records in them.
#pragma once

#include <boost/describe/class.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/vpc.h"

namespace postern::model {

// What a record set stands for in place of values of its own.
struct AliasTarget {
  std::string hosted_zone_id;
  std::string dns_name;  // as a record set's name
  bool evaluate_target_health = false;
};
BOOST_DESCRIBE_STRUCT(AliasTarget, (), (hosted_zone_id, dns_name, evaluate_target_health))

// All records of one name and type.
struct ResourceRecordSet {
  std::string name;  // in lower case, with its final dot: www.example.com.
  std::string type;  // A, CNAME, TXT, …
  int ttl_seconds = 0;
  std::vector<std::string> values;  // as zone files write them
  std::optional<AliasTarget> alias;
};
BOOST_DESCRIBE_STRUCT(ResourceRecordSet, (), (name, type, ttl_seconds, values, alias))

struct ZoneVpc {
  Id<Vpc> vpc;
  std::string region;
  bool operator==(const ZoneVpc&) const = default;
};
BOOST_DESCRIBE_STRUCT(ZoneVpc, (), (vpc, region))

struct HostedZone {
  static constexpr const char* kTable = "hosted_zone";
  Id<HostedZone> id;  // Z…
  Id<Account> owner;
  std::string name;  // as a record set's name
  std::string caller_reference;
  std::string comment;
  bool is_private = false;
  std::vector<ZoneVpc> vpcs;        // whose resolvers answer from a private zone
  std::vector<ZoneVpc> authorized;  // of other accounts, which may join them
  std::vector<std::string> name_servers;
  std::map<std::string, ResourceRecordSet> record_sets;  // by record_set_key()
  TimePoint created_at;
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(HostedZone, (),
                      (id, owner, name, caller_reference, comment, is_private, vpcs, authorized,
                       name_servers, record_sets, created_at, tags))

// A change of a zone, as GetChange speaks of it. Here it is everywhere as soon as it is made.
struct ZoneChange {
  static constexpr const char* kTable = "zone_change";
  Id<ZoneChange> id;  // C…
  Id<Account> owner;
  std::string comment;
  TimePoint submitted_at;
};
BOOST_DESCRIBE_STRUCT(ZoneChange, (), (id, owner, comment, submitted_at))

inline std::string record_set_key(const std::string& name, const std::string& type) {
  return name + '|' + type;
}

}  // namespace postern::model
