// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/prefix_list_item.h"

#include <algorithm>

#include "api/ec2/arn.h"

namespace postern::api::ec2 {
namespace {

using model::PrefixList;
using model::PrefixListEntry;

constexpr std::size_t kNameLengthMax = 255;
constexpr std::size_t kDescriptionLengthMax = 255;
constexpr int kEntriesMax = 1000;
constexpr std::size_t kChangesMax = 100;  // of a request. [CreateManagedPrefixList, Entries]

Result<Cidr> entry_cidr(const PrefixList& list, const std::string& text) {
  const auto cidr = Cidr::parse(text);
  if (!cidr || cidr->is_v4() == list.ipv6) {
    return refuse(faults::InvalidParameterValue, "The CIDR {} is not a valid {} CIDR block", text,
                  list.ipv6 ? "IPv6" : "IPv4");
  }
  return *cidr;
}

std::vector<PrefixListEntry>::iterator find_entry(std::vector<PrefixListEntry>& entries,
                                                  const Cidr& cidr) {
  return std::ranges::find(entries, cidr, &PrefixListEntry::cidr);
}

Result<> remove_entry(const PrefixList& list, const std::string& text,
                      std::vector<PrefixListEntry>& entries) {
  TRY_ASSIGN(const Cidr cidr, entry_cidr(list, text));
  const auto at = find_entry(entries, cidr);
  if (at == entries.end()) {
    return refuse(faults::InvalidParameterValue, "The CIDR {} is not in the prefix list", text);
  }
  entries.erase(at);
  return {};
}

Result<> add_entry(const PrefixList& list, const AddPrefixListEntry& added,
                   std::vector<PrefixListEntry>& entries) {
  TRY_ASSIGN(const Cidr cidr, entry_cidr(list, added.Cidr));
  if (added.Description.value_or("").size() > kDescriptionLengthMax) {
    return refuse(faults::InvalidParameterValue, "The description is longer than {} characters",
                  kDescriptionLengthMax);
  }
  if (find_entry(entries, cidr) != entries.end()) {
    return refuse(faults::InvalidParameterValue, "The CIDR {} is in the prefix list already",
                  cidr.text());
  }
  entries.push_back({.cidr = cidr, .description = added.Description.value_or("")});
  return {};
}

}  // namespace

PrefixListItem prefix_list_item(const PrefixList& list) {
  const std::int64_t version = list.versions.back().version;
  return {.prefixListId = list.id.value,
          .addressFamily = list.ipv6 ? "IPv6" : "IPv4",
          .state = version == 1 ? "create-complete" : "modify-complete",
          .prefixListArn = arn(list, "prefix-list", list.id.value),
          .prefixListName = list.name,
          .maxEntries = list.max_entries,
          .version = version,
          .tagSet = tag_items(list.tags),
          .ownerId = list.owner.value};
}

Result<> check_prefix_list_name(const std::string& name) {
  if (name.empty() || name.size() > kNameLengthMax || name.starts_with("com.amazonaws")) {
    return refuse(faults::InvalidParameterValue,
                  "Value ({}) for parameter PrefixListName is invalid. It has 1 to {} characters "
                  "and does not start with com.amazonaws.",
                  name, kNameLengthMax);
  }
  return {};
}

Result<> check_prefix_list_size(int max_entries) {
  if (max_entries < 1 || max_entries > kEntriesMax) {
    return refuse(faults::InvalidParameterValue,
                  "Value ({}) for parameter MaxEntries is invalid. Expected 1 to {}.", max_entries,
                  kEntriesMax);
  }
  return {};
}

Result<std::vector<PrefixListEntry>> changed_entries(const PrefixList& list,
                                                     const std::vector<AddPrefixListEntry>& added,
                                                     const std::vector<std::string>& removed) {
  if (added.size() > kChangesMax || removed.size() > kChangesMax) {
    return refuse(faults::InvalidParameterValue, "A request can change up to {} entries",
                  kChangesMax);
  }
  std::vector<PrefixListEntry> entries = list.versions.back().entries;
  for (const AddPrefixListEntry& entry : added) {
    if (std::ranges::find(removed, entry.Cidr) != removed.end()) {
      return refuse(faults::InvalidParameterValue,
                    "Request cannot contain Cidr {} in both AddPrefixListEntries and "
                    "RemovePrefixListEntries",
                    entry.Cidr);
    }
  }
  for (const std::string& cidr : removed) {
    TRY(remove_entry(list, cidr, entries));
  }
  for (const AddPrefixListEntry& entry : added) {
    TRY(add_entry(list, entry, entries));
  }
  if (entries.size() > static_cast<std::size_t>(list.max_entries)) {
    return refuse(faults::PrefixListMaxEntriesExceeded,
                  "You've reached the maximum number of entries for the prefix list.");
  }
  std::ranges::sort(entries, {}, &PrefixListEntry::cidr);
  return entries;
}

}  // namespace postern::api::ec2
