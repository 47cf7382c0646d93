// SPDX-License-Identifier: Apache-2.0
// Small rules of single records.
#include <fmt/format.h>

#include "model/transaction.h"

namespace postern::model {

bool is_reserved(const Subnet& subnet, const IpAddress& address) {
  const std::uint64_t offset = address.v4_value() - subnet.cidr.base().v4_value();
  return offset < 4 || offset == subnet.cidr.size() - 1;
}

IpAddress resolver_address(const Vpc& vpc) { return vpc.cidr.at(2); }

Id<Target> target_key(const Id<TargetGroup>& group, const std::string& target_id, int port) {
  return Id<Target>(fmt::format("{}|{}|{}", group, target_id, port));
}

std::uint32_t Transaction::next_number() {
  static const Id<Counters> kRow("counters");
  const Counters* row = world_.find(kRow);
  Counters next = row != nullptr ? *row : Counters{.id = kRow};
  ++next.last_number;
  put(next);
  return next.last_number;
}

// The first ifindexes of a namespace are its loopback's and, on hosts with such modules, those of
// sit0, gre0 and their like, which the kernel adds to every namespace.
constexpr std::uint32_t kFirstPort = 64;

std::uint32_t Transaction::free_port() const {
  std::set<std::uint32_t> used;
  for (const auto& [id, vpc] : world_.all<Vpc>()) {
    used.insert(vpc->services_port);
  }
  for (const auto& [id, interface] : world_.all<NetworkInterface>()) {
    used.insert(interface->port);
  }
  std::uint32_t port = kFirstPort;
  for (auto at = used.lower_bound(port); at != used.end() && *at == port; ++at) {
    ++port;
  }
  return port;
}

}  // namespace postern::model
