// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "base/net.h"
#include "model/account.h"
#include "model/tags.h"

namespace postern::model {

struct PrefixListEntry {
  Cidr cidr;
  std::string description;
};
BOOST_DESCRIBE_STRUCT(PrefixListEntry, (), (cidr, description))

struct PrefixListVersion {
  std::int64_t version = 1;
  std::vector<PrefixListEntry> entries;
};
BOOST_DESCRIBE_STRUCT(PrefixListVersion, (), (version, entries))

// A customer-managed prefix list.
struct PrefixList {
  static constexpr const char* kTable = "prefix_list";
  Id<PrefixList> id;
  Id<Account> owner;
  std::string region;
  std::string name;
  bool ipv6 = false;
  int max_entries = 1;                      // as many rules does a rule that names it count for
  std::vector<PrefixListVersion> versions;  // the last one is in force; there is at least one
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(PrefixList, (), (id, owner, region, name, ipv6, max_entries, versions, tags))

}  // namespace postern::model
