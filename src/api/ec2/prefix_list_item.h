// SPDX-License-Identifier: Apache-2.0
// A prefix list as answers print it, and what its name, size and entries have to be.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/ec2/tag_specification.h"
#include "base/result.h"
#include "model/prefix_list.h"

namespace postern::api::ec2 {

struct AddPrefixListEntry {
  std::string Cidr;
  std::optional<std::string> Description;
};
BOOST_DESCRIBE_STRUCT(AddPrefixListEntry, (), (Cidr, Description))

struct PrefixListItem {
  std::string prefixListId;
  std::string addressFamily;
  std::string state;
  std::string prefixListArn;
  std::string prefixListName;
  int maxEntries = 0;
  std::int64_t version = 1;
  std::vector<TagItem> tagSet;
  std::string ownerId;
};
BOOST_DESCRIBE_STRUCT(PrefixListItem, (),
                      (prefixListId, addressFamily, state, prefixListArn, prefixListName,
                       maxEntries, version, tagSet, ownerId))

PrefixListItem prefix_list_item(const model::PrefixList& list);

// "Up to 255 characters in length. The name cannot start with com.amazonaws."
// [EC2 API reference, CreateManagedPrefixList]
Result<> check_prefix_list_name(const std::string& name);

// 1 to 1000. [VPC user guide, "Amazon VPC quotas"]
Result<> check_prefix_list_size(int max_entries);

// The list's entries without those of `removed` and with `added`, as they are sorted; as many as it
// may have, of its address family and each once.
Result<std::vector<model::PrefixListEntry>> changed_entries(
    const model::PrefixList& list, const std::vector<AddPrefixListEntry>& added,
    const std::vector<std::string>& removed);

}  // namespace postern::api::ec2
