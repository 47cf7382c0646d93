// SPDX-License-Identifier: Apache-2.0
#include "model/network_acl.h"

#include <algorithm>

namespace postern::model {
namespace {

bool has_place(const NetworkAclEntry& entry, bool egress, int rule_number) {
  return entry.egress == egress && entry.rule_number == rule_number;
}

bool before(const NetworkAclEntry& a, const NetworkAclEntry& b) {
  return a.egress != b.egress ? a.egress : a.rule_number < b.rule_number;
}

}  // namespace

const NetworkAclEntry* find_entry(const NetworkAcl& acl, bool egress, int rule_number) {
  const auto at = std::ranges::find_if(acl.entries, [&](const NetworkAclEntry& entry) {
    return has_place(entry, egress, rule_number);
  });
  return at == acl.entries.end() ? nullptr : &*at;
}

void set_entry(NetworkAcl& acl, const NetworkAclEntry& entry) {
  std::erase_if(acl.entries, [&](const NetworkAclEntry& other) {
    return has_place(other, entry.egress, entry.rule_number);
  });
  acl.entries.insert(std::ranges::upper_bound(acl.entries, entry, before), entry);
}

std::vector<NetworkAclEntry> default_acl_entries() {
  const NetworkAclEntry in{.rule_number = 100, .allow = true, .cidr = *Cidr::parse("0.0.0.0/0")};
  NetworkAclEntry out = in;
  out.egress = true;
  return {out, in};
}

std::vector<NetworkAclEntry> default_ipv6_acl_entries() {
  const NetworkAclEntry in{.rule_number = 101, .allow = true, .cidr = Cidr(IpAddress(), 0)};
  NetworkAclEntry out = in;
  out.egress = true;
  return {out, in};
}

}  // namespace postern::model
