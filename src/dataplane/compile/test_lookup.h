// SPDX-License-Identifier: Apache-2.0
// Looking into a Program by the World's own names, for tests.
#pragma once

#include "dataplane/compile/program.h"
#include "dataplane/compile/test_world.h"
#include "dataplane/compile/words.h"

namespace postern::dataplane {

inline std::uint32_t eni(const TestWorld& world, const std::string& name) {
  return world.get<model::NetworkInterface>("eni-" + name).number;
}

inline std::optional<pn_addr_info> address(const TestWorld& world, const Program& program,
                                           const std::string& vpc, const std::string& text) {
  const pn_addr_key key{.vpc = world.get<model::Vpc>(vpc).number,
                        .address = addr_word(*IpAddress::parse(text))};
  return program.tables()[MapId::Addresses].get<pn_addr_info>(key);
}

inline std::optional<pn_endpoint> endpoint(const TestWorld& world, const Program& program,
                                           const std::string& interface) {
  return program.tables()[MapId::Endpoints].get<pn_endpoint>(__u32{eni(world, interface)});
}

inline std::optional<pn_group> group(const TestWorld& world, const Program& program,
                                     const std::string& id, pn_direction direction,
                                     bool ipv6 = false) {
  const pn_group_key key{
      .group = world.get<model::SecurityGroup>(id).number,
      .direction = static_cast<__u32>(direction) + (ipv6 ? __u32{kPnRulesIpv6} : 0U)};
  return program.tables()[MapId::Groups].get<pn_group>(key);
}

inline std::optional<pn_acl> acl(const TestWorld& world, const Program& program,
                                 const std::string& id, pn_direction direction, bool ipv6 = false) {
  const pn_acl_key key{
      .acl = world.get<model::NetworkAcl>(id).number,
      .direction = static_cast<__u32>(direction) + (ipv6 ? __u32{kPnRulesIpv6} : 0U)};
  return program.tables()[MapId::Acls].get<pn_acl>(key);
}

inline std::optional<pn_listener> listener(const TestWorld& world, const Program& program,
                                           const std::string& balancer, std::uint8_t protocol,
                                           int port, pn_listener_side side = kPnSideClients) {
  const auto value = static_cast<std::uint16_t>(port);
  const pn_listener_key key{.balancer = world.get<model::LoadBalancer>(balancer).number,
                            .port_be = static_cast<std::uint16_t>(value << 8 | value >> 8),
                            .protocol = protocol,
                            .side = static_cast<std::uint8_t>(side)};
  return program.tables()[MapId::Listeners].get<pn_listener>(key);
}

inline std::optional<pn_split> split(const TestWorld& world, const Program& program,
                                     const std::string& listener) {
  return program.tables()[MapId::Splits].get<pn_split>(
      __u32{world.get<model::Listener>(listener).number});
}

inline std::optional<pn_target> target(const TestWorld& world, const Program& program,
                                       const std::string& id) {
  return program.tables()[MapId::Targets].get<pn_target>(
      __u32{world.get<model::Target>(id).number});
}

// The choice of the node eni-<node>.
inline std::optional<pn_choice> choice(const TestWorld& world, const Program& program,
                                       const std::string& group, const std::string& node) {
  const pn_choice_key key{.target_group = world.get<model::TargetGroup>(group).number,
                          .node_eni = eni(world, node)};
  return program.tables()[MapId::Choices].get<pn_choice>(key);
}

// The ids of the targets in the choice, and how many are registered anywhere.
inline std::vector<std::string> chosen(const TestWorld& world, const Program& program,
                                       const std::string& group, const std::string& node) {
  std::vector<std::string> found;
  const auto made = choice(world, program, group, node);
  for (std::uint32_t at = 0; made && at < made->count; ++at) {
    for (const auto& [id, record] : world.world().all<model::Target>()) {
      if (record->number == made->targets[at]) {
        found.push_back(record->target_id);
      }
    }
  }
  return found;
}

}  // namespace postern::dataplane
