// SPDX-License-Identifier: Apache-2.0
// The entries of prefix lists: GetManagedPrefixListEntries, ModifyManagedPrefixList.
#include <algorithm>

#include "api/ec2/actions.h"
#include "api/ec2/find.h"
#include "api/ec2/pages.h"
#include "api/ec2/prefix_list_item.h"
#include "api/ec2/supported.h"
#include "model/security_group_rules.h"

namespace postern::api::ec2 {
namespace {

using model::PrefixList;

// ---- GetManagedPrefixListEntries ----

struct GetManagedPrefixListEntriesRequest {
  std::string PrefixListId;
  std::optional<long> TargetVersion;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(GetManagedPrefixListEntriesRequest, (),
                      (PrefixListId, TargetVersion, MaxResults, NextToken))

struct PrefixListEntryItem {
  std::string cidr;
  std::optional<std::string> description;
};
BOOST_DESCRIBE_STRUCT(PrefixListEntryItem, (), (cidr, description))

struct GetManagedPrefixListEntriesAnswer {
  std::vector<PrefixListEntryItem> entrySet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(GetManagedPrefixListEntriesAnswer, (), (entrySet, nextToken))

Result<const model::PrefixListVersion*> find_version(const PrefixList& list,
                                                     const std::optional<long>& wanted) {
  const std::int64_t number = wanted.value_or(list.versions.back().version);
  const auto at = std::ranges::find(list.versions, number, &model::PrefixListVersion::version);
  if (at == list.versions.end()) {
    return refuse(faults::InvalidParameterValue, "The prefix list {} has no version {}", list.id,
                  number);
  }
  return &*at;
}

Result<GetManagedPrefixListEntriesAnswer> get_managed_prefix_list_entries(
    const View& view, const GetManagedPrefixListEntriesRequest& request) {
  TRY_ASSIGN(const PrefixList* const list,
             find<PrefixList>(view.world, view.caller, request.PrefixListId));
  TRY_ASSIGN(const auto* version, find_version(*list, request.TargetVersion));
  TRY_ASSIGN(const Page page, page_of(request.MaxResults, request.NextToken));
  GetManagedPrefixListEntriesAnswer answer;
  for (const model::PrefixListEntry& entry : version->entries) {
    PrefixListEntryItem item{.cidr = entry.cidr.text()};
    if (!entry.description.empty()) {
      item.description = entry.description;
    }
    answer.entrySet.push_back(std::move(item));
  }
  const auto key = [](const PrefixListEntryItem& item) { return item.cidr; };
  std::ranges::sort(answer.entrySet, {}, key);
  answer.nextToken = cut_to_page(page, answer.entrySet, key);
  return answer;
}

// ---- ModifyManagedPrefixList ----

struct RemovePrefixListEntry {
  std::string Cidr;
};
BOOST_DESCRIBE_STRUCT(RemovePrefixListEntry, (), (Cidr))

struct ModifyManagedPrefixListRequest {
  std::string PrefixListId;
  std::optional<long> CurrentVersion;
  std::optional<std::string> PrefixListName;
  std::vector<AddPrefixListEntry> AddEntry;
  std::vector<RemovePrefixListEntry> RemoveEntry;
  std::optional<int> MaxEntries;
  std::optional<bool> IpamPrefixListResolverSyncEnabled;
};
BOOST_DESCRIBE_STRUCT(ModifyManagedPrefixListRequest, (),
                      (PrefixListId, CurrentVersion, PrefixListName, AddEntry, RemoveEntry,
                       MaxEntries, IpamPrefixListResolverSyncEnabled))

struct ModifyManagedPrefixListAnswer {
  PrefixListItem prefixList;
};
BOOST_DESCRIBE_STRUCT(ModifyManagedPrefixListAnswer, (), (prefixList))

// "If you specify a current version, the entries are changed only if it is the list's."
Result<> check_version(const PrefixList& list, const std::optional<long>& current) {
  if (!current) {
    return refuse(faults::MissingParameter,
                  "The request must contain the parameter CurrentVersion");
  }
  if (*current != list.versions.back().version) {
    return refuse(faults::PrefixListVersionMismatch,
                  "The prefix list has the incorrect version number ({}).", *current);
  }
  return {};
}

Result<> change_entries(PrefixList& list, const ModifyManagedPrefixListRequest& request) {
  TRY(check_version(list, request.CurrentVersion));
  std::vector<std::string> removed;
  for (const RemovePrefixListEntry& entry : request.RemoveEntry) {
    removed.push_back(entry.Cidr);
  }
  TRY_ASSIGN(auto entries, changed_entries(list, request.AddEntry, removed));
  const std::int64_t next = list.versions.back().version + 1;
  list.versions.push_back({.version = next, .entries = std::move(entries)});
  return {};
}

Result<> resize(PrefixList& list, int max_entries) {
  TRY(check_prefix_list_size(max_entries));
  if (static_cast<std::size_t>(max_entries) < list.versions.back().entries.size()) {
    return refuse(faults::InvalidParameterValue, "The prefix list {} has more than {} entries",
                  list.id, max_entries);
  }
  list.max_entries = max_entries;
  return {};
}

// The groups that name the list still have room for it. [VPC user guide, "Prefix lists"]
Result<> check_groups(const model::World& world) {
  for (const auto& [id, group] : world.all<model::SecurityGroup>()) {
    if (!model::within_limits(world, group->rules)) {
      return refuse(faults::RulesPerSecurityGroupLimitExceeded,
                    "The maximum number of rules per security group has been reached: {}", id);
    }
  }
  return {};
}

// "You cannot modify the entries of a prefix list and modify the size of a prefix list at the same
// time." [VPC user guide, "Work with customer-managed prefix lists"]
Result<ModifyManagedPrefixListAnswer> modify_managed_prefix_list(
    model::Transaction& tx, const model::Caller& caller,
    const ModifyManagedPrefixListRequest& request) {
  TRY(absent("IpamPrefixListResolverSyncEnabled", request.IpamPrefixListResolverSyncEnabled));
  TRY_ASSIGN(const PrefixList* const found,
             find<PrefixList>(tx.world(), caller, request.PrefixListId));
  const bool has_entries = !request.AddEntry.empty() || !request.RemoveEntry.empty();
  if (has_entries && request.MaxEntries) {
    return refuse(faults::InvalidParameterCombination,
                  "The entries and the size of a prefix list cannot be modified at the same time");
  }
  PrefixList list = *found;
  if (request.PrefixListName) {
    TRY(check_prefix_list_name(*request.PrefixListName));
    list.name = *request.PrefixListName;
  }
  if (has_entries) {
    TRY(change_entries(list, request));
  }
  if (request.MaxEntries) {
    TRY(resize(list, *request.MaxEntries));
  }
  ModifyManagedPrefixListAnswer answer{prefix_list_item(list)};
  answer.prefixList.state = "modify-in-progress";
  tx.put(std::move(list));
  TRY(check_groups(tx.world()));
  return answer;
}

}  // namespace

std::vector<Action> prefix_list_entry_actions() {
  return {
      read<get_managed_prefix_list_entries>("GetManagedPrefixListEntries"),
      write<modify_managed_prefix_list>("ModifyManagedPrefixList"),
  };
}

}  // namespace postern::api::ec2
