// SPDX-License-Identifier: Apache-2.0
// The records of a zone: ChangeResourceRecordSets, ListResourceRecordSets. [Route 53 API reference]
#include <algorithm>

#include "api/route53/actions.h"
#include "api/route53/domain_name.h"
#include "api/route53/record_change.h"
#include "api/route53/zone.h"

namespace postern::api::route53 {
namespace {

using model::ResourceRecordSet;

constexpr std::size_t kChangesMax = 1000;    // [Route 53 guide, "Quotas": 1000 records a request]
constexpr std::size_t kRecordsMax = 10'000;  // in a zone

// ---- ChangeResourceRecordSets ----

struct ChangeBatchRequest {
  std::optional<std::string> Comment;
  std::vector<ChangeRequest> Changes;
};
BOOST_DESCRIBE_STRUCT(ChangeBatchRequest, (), (Comment, Changes))

struct ChangeResourceRecordSetsRequest {
  std::string Id;
  ChangeBatchRequest ChangeBatch;
};
BOOST_DESCRIBE_STRUCT(ChangeResourceRecordSetsRequest, (), (Id, ChangeBatch))

Result<ChangeAnswer> change_resource_record_sets(model::Transaction& tx,
                                                 const model::Caller& caller,
                                                 const ChangeResourceRecordSetsRequest& request) {
  TRY_ASSIGN(const auto* found, find_zone(tx.world(), caller, request.Id));
  const auto& changes = request.ChangeBatch.Changes;
  if (changes.empty()) {
    return refuse(faults::InvalidInput, "A change batch needs at least one change");
  }
  if (changes.size() > kChangesMax) {
    return refuse(faults::InvalidChangeBatch, "[Number of records limit of {} exceeded.]",
                  kChangesMax);
  }
  TRY_ASSIGN(model::HostedZone zone, changed(*found, changes));
  if (zone.record_sets.size() > kRecordsMax) {
    return refuse(faults::InvalidChangeBatch, "[Number of records limit of {} exceeded.]",
                  kRecordsMax);
  }
  tx.put(std::move(zone));
  return ChangeAnswer{.ChangeInfo = note_change(tx, caller, request.ChangeBatch.Comment)};
}

// ---- ListResourceRecordSets ----

struct ListResourceRecordSetsRequest {
  std::string Id;
  std::optional<std::string> name;
  std::optional<std::string> type;
  std::optional<std::string> identifier;
  std::optional<int> maxitems;
};
BOOST_DESCRIBE_STRUCT(ListResourceRecordSetsRequest, (), (Id, name, type, identifier, maxitems))

struct RecordSetItem {
  std::string Name;
  std::string Type;
  std::optional<int> TTL;
  std::optional<std::vector<ResourceRecord>> ResourceRecords;
  std::optional<AliasTargetItem> AliasTarget;
};
BOOST_DESCRIBE_STRUCT(RecordSetItem, (), (Name, Type, TTL, ResourceRecords, AliasTarget))

struct ListResourceRecordSetsAnswer {
  std::vector<RecordSetItem> ResourceRecordSets;
  bool IsTruncated = false;
  std::optional<std::string> NextRecordName;
  std::optional<std::string> NextRecordType;
  std::size_t MaxItems = 0;
};
BOOST_DESCRIBE_STRUCT(ListResourceRecordSetsAnswer, (),
                      (ResourceRecordSets, IsTruncated, NextRecordName, NextRecordType, MaxItems))

RecordSetItem record_set_item(const ResourceRecordSet& set) {
  RecordSetItem item{.Name = set.name, .Type = set.type};
  if (set.alias) {
    item.AliasTarget = {.HostedZoneId = set.alias->hosted_zone_id,
                        .DNSName = set.alias->dns_name,
                        .EvaluateTargetHealth = set.alias->evaluate_target_health};
    return item;
  }
  item.TTL = set.ttl_seconds;
  item.ResourceRecords.emplace();
  for (const std::string& value : set.values) {
    item.ResourceRecords->push_back({value});
  }
  return item;
}

// Where a list begins.
struct Start {
  std::string name;  // empty: at the beginning
  std::string type;
};

bool is_before_start(const ResourceRecordSet& set, const Start& start) {
  return !start.name.empty() &&
         (is_before(set.name, start.name) || (set.name == start.name && set.type < start.type));
}

Result<Start> start_of(const ListResourceRecordSetsRequest& request) {
  if (!request.name) {
    if (request.type) {
      return refuse(faults::InvalidInput, "type is only allowed together with name");
    }
    return Start{};
  }
  const auto name = domain_name(*request.name);
  if (!name) {
    return refuse(faults::InvalidInput, "Invalid domain name: '{}'", *request.name);
  }
  return Start{.name = *name, .type = request.type.value_or("")};
}

Result<ListResourceRecordSetsAnswer> list_resource_record_sets(
    const View& view, const ListResourceRecordSetsRequest& request) {
  TRY_ASSIGN(const auto* zone, find_zone(view.world, view.caller, request.Id));
  TRY_ASSIGN(const std::size_t size, page_size(request.maxitems, 300));
  TRY_ASSIGN(const Start start, start_of(request));
  std::vector<const ResourceRecordSet*> sets;
  for (const auto& [key, set] : zone->record_sets) {
    if (!is_before_start(set, start)) {
      sets.push_back(&set);
    }
  }
  std::stable_sort(sets.begin(), sets.end(),
                   [](const auto* a, const auto* b) { return is_before(a->name, b->name); });
  ListResourceRecordSetsAnswer answer{.IsTruncated = sets.size() > size, .MaxItems = size};
  if (answer.IsTruncated) {
    answer.NextRecordName = sets[size]->name;
    answer.NextRecordType = sets[size]->type;
    sets.resize(size);
  }
  for (const ResourceRecordSet* set : sets) {
    answer.ResourceRecordSets.push_back(record_set_item(*set));
  }
  return answer;
}

}  // namespace

std::vector<Action> record_set_actions() {
  return {write<change_resource_record_sets>("ChangeResourceRecordSets"),
          read<list_resource_record_sets>("ListResourceRecordSets")};
}

}  // namespace postern::api::route53
