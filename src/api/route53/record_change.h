// SPDX-License-Identifier: Apache-2.0
// Changes of a zone's records: one batch, of which all are made or none. Pure, on the zone alone.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/hosted_zone.h"

namespace postern::api::route53 {

struct ResourceRecord {
  std::string Value;
};
BOOST_DESCRIBE_STRUCT(ResourceRecord, (), (Value))

struct AliasTargetItem {
  std::string HostedZoneId;
  std::string DNSName;
  bool EvaluateTargetHealth = false;
};
BOOST_DESCRIBE_STRUCT(AliasTargetItem, (), (HostedZoneId, DNSName, EvaluateTargetHealth))

// What Postern does not have, routing policies and health checks, is refused.
struct RecordSetRequest {
  std::string Name;
  std::string Type;
  std::optional<long> TTL;
  std::vector<ResourceRecord> ResourceRecords;
  std::optional<AliasTargetItem> AliasTarget;
  std::optional<std::string> SetIdentifier;
  std::optional<std::string> Region;
  std::optional<std::string> Failover;
  std::optional<std::string> HealthCheckId;
  std::optional<std::string> TrafficPolicyInstanceId;
  std::optional<long> Weight;
  std::optional<bool> MultiValueAnswer;
};
BOOST_DESCRIBE_STRUCT(RecordSetRequest, (),
                      (Name, Type, TTL, ResourceRecords, AliasTarget, SetIdentifier, Region,
                       Failover, HealthCheckId, TrafficPolicyInstanceId, Weight, MultiValueAnswer))

struct ChangeRequest {
  std::string Action;  // CREATE, DELETE, UPSERT
  RecordSetRequest ResourceRecordSet;
};
BOOST_DESCRIBE_STRUCT(ChangeRequest, (), (Action, ResourceRecordSet))

// The zone with all changes made, in their order; InvalidChangeBatch that lists what is wrong with
// any of them.
Result<model::HostedZone> changed(model::HostedZone zone,
                                  const std::vector<ChangeRequest>& changes);

}  // namespace postern::api::route53
