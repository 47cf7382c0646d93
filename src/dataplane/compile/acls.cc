// SPDX-License-Identifier: Apache-2.0
// Network ACLs as the lists of rules that the program walks, and the hash that tells whether any of
// them, or who has which, is another.
#include <netinet/in.h>

#include <algorithm>
#include <unordered_set>

#include "dataplane/compile/hash.h"
#include "dataplane/compile/parts.h"
#include "dataplane/compile/words.h"

namespace postern::dataplane {
namespace {

using model::AddressFamily;
using model::NetworkAcl;
using model::NetworkAclEntry;
using model::World;

bool is_of(AddressFamily family, const NetworkAclEntry& entry) {
  return entry.cidr.is_v4() == (family == AddressFamily::Ipv4);
}

// Whether a direction's rules, which stand in the order of their numbers, let every packet of the
// family pass.
bool allows_everything(const NetworkAcl& acl, AddressFamily family, bool egress) {
  for (const NetworkAclEntry& entry : acl.entries) {
    if (entry.egress != egress || !is_of(family, entry)) {
      continue;
    }
    if (!entry.allow) {
      return false;
    }
    if (entry.protocol == -1 && entry.cidr.prefix() == 0) {
      return true;
    }
  }
  return false;
}

// -1 stands for any type or code of ICMP, and for no ports where the protocol has none.
__u16 bound_word(const NetworkAclEntry& entry, int bound) {
  const bool icmp = entry.protocol == IPPROTO_ICMP || entry.protocol == IPPROTO_ICMPV6;
  const __u16 none = icmp ? static_cast<__u16>(kPnIcmpAny) : __u16{0};
  return bound < 0 ? none : static_cast<__u16>(bound);
}

pn_acl_rule rule_word(const NetworkAclEntry& entry) {
  const int protocol = entry.protocol < 0 ? int{kPnProtocolAny} : entry.protocol;
  return {.net = addr_word(entry.cidr.base()),
          .mask = mask_word(entry.cidr),
          .protocol = static_cast<__u16>(protocol),
          .low = bound_word(entry, entry.from),
          .high = bound_word(entry, entry.to),
          .allow = entry.allow ? __u16{1} : __u16{0}};
}

bool allows_everything(const NetworkAcl& acl, AddressFamily family) {
  return allows_everything(acl, family, false) && allows_everything(acl, family, true);
}

void add_direction(const NetworkAcl& acl, pn_direction direction, AddressFamily family,
                   Part& part) {
  pn_acl word{};
  for (const NetworkAclEntry& entry : acl.entries) {
    if (entry.egress == (direction == kPnEgress) && is_of(family, entry) &&
        word.count < kPnAclRulesMax) {
      word.rules[word.count++] = rule_word(entry);
    }
  }
  part.tables[MapId::Acls].add(
      pn_acl_key{.acl = acl.number, .direction = direction_word(direction, family)}, word);
}

void add_acl(const NetworkAcl& acl, AddressFamily family, Part& part) {
  add_direction(acl, kPnIngress, family, part);
  add_direction(acl, kPnEgress, family, part);
}

}  // namespace

__u32 acl_of(const World& world, const model::Subnet& subnet) {
  const NetworkAcl* acl = world.find(subnet.network_acl);
  const bool decides =
      acl != nullptr &&
      !std::ranges::all_of(families_of(world, subnet.vpc),
                           [&](AddressFamily family) { return allows_everything(*acl, family); });
  return decides ? acl->number : 0;
}

void add_acls(Lookup& lookup, Part& part) {
  std::unordered_set<const NetworkAcl*> used;
  for (const auto& [id, interface] : lookup.world().all<model::NetworkInterface>()) {
    if (const NetworkAcl* acl = lookup.subnet(interface->subnet).acl) {
      used.insert(acl);
    }
  }
  for (const NetworkAcl* acl : used) {
    for (const AddressFamily family : families_of(lookup.world(), acl->vpc)) {
      add_acl(*acl, family, part);
    }
  }
}

std::uint64_t acl_hash(const Tables& tables) {
  Hash hash;
  bool any = false;
  const Table& addresses = tables[MapId::Addresses];
  for (std::size_t at = 0; at < addresses.size(); ++at) {
    const auto info = from_bytes<pn_addr_info>(addresses.value(at));
    if (info.acl != 0) {
      any = true;
      hash.add(addresses.key(at));
      hash.add(bytes_of(info.subnet));
      hash.add(bytes_of(info.acl));
    }
  }
  const Table& acls = tables[MapId::Acls];
  for (std::size_t at = 0; at < acls.size(); ++at) {
    const auto acl = from_bytes<pn_acl>(acls.value(at));
    hash.add(acls.key(at));
    hash.add(std::as_bytes(std::span(acl.rules, acl.count)));
  }
  return any ? std::max<std::uint64_t>(hash.value(), 1) : 0;
}

}  // namespace postern::dataplane
