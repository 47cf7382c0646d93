// SPDX-License-Identifier: Apache-2.0
// Load balancers: who listens, which targets each node may choose, where each target is.
#include <netinet/in.h>

#include <algorithm>
#include <set>
#include <span>

#include "dataplane/compile/choice.h"
#include "dataplane/compile/parts.h"
#include "dataplane/compile/words.h"
#include "model/attributes.h"
#include "model/faults.h"
#include "model/target_health.h"

namespace postern::dataplane {
namespace {

using model::Id;
using model::Listener;
using model::LoadBalancer;
using model::Target;
using model::TargetGroup;
using model::World;

// [NLB guide, "Network Load Balancer listeners": idle timeouts]
constexpr int kTcpIdleSeconds = 350;
constexpr __u32 kUdpIdleSeconds = 120;
// The relay ends idle connections itself, after 4000 seconds at the latest. [API reference,
// LoadBalancerAttribute, idle_timeout.timeout_seconds]
constexpr __u32 kApplicationIdleSeconds = 4060;

// [NLB guide, "Target group attributes"]
__u32 flags_of(const TargetGroup& group) {
  __u32 flags = model::preserves_client_ip(group) ? kPnListenerPreserve : 0;
  if (model::is_on(group.attributes, "stickiness.enabled", false)) {
    flags |= kPnListenerSticky;
  }
  if (model::is_on(group.attributes, "proxy_protocol_v2.enabled", false)) {
    flags |= kPnListenerProxyV2;
  }
  return flags;
}

// Five at most: the API's rules see to it.
pn_split split_of(std::span<const model::Share> shares) {
  shares = shares.first(std::min<std::size_t>(shares.size(), kPnSharesMax));
  std::uint64_t all = 0;
  for (const model::Share& share : shares) {
    all += static_cast<std::uint64_t>(share.weight);
  }
  pn_split split{};
  std::uint64_t sum = 0;
  for (const model::Share& share : shares) {
    sum += static_cast<std::uint64_t>(share.weight);
    split.shares[split.count++] = {.last = static_cast<__u32>((sum << 32) / all - 1),
                                   .target_group = share.group->number,
                                   .flags = flags_of(*share.group)};
  }
  return split;
}

void add_listener(const World& world, const Listener& listener, Part& part) {
  const LoadBalancer* balancer = world.find(listener.load_balancer);
  const auto shares = model::shares_of(world, listener.default_action);
  if (balancer == nullptr || (shares.empty() && !is_application(*balancer)) ||
      balancer->state != model::LoadBalancerState::Active) {
    return;
  }
  pn_listener word{.listener = listener.number};
  const auto add = [&](__u8 protocol, __u32 idle_seconds, pn_listener_side side = kPnSideClients) {
    word.idle_seconds = idle_seconds;
    part.tables[MapId::Listeners].add(pn_listener_key{.balancer = balancer->number,
                                                      .port_be = port_word(listener.port),
                                                      .protocol = protocol,
                                                      .side = static_cast<__u8>(side)},
                                      word);
  };
  if (is_application(*balancer)) {
    word.flags = kPnListenerRelay;
    add(IPPROTO_TCP, kApplicationIdleSeconds);
    return;
  }
  if (shares.size() > 1) {
    part.tables[MapId::Splits].add(__u32{listener.number}, split_of(shares));
    word.flags = kPnListenerSplit;
    word.flags |= listener.default_action.sticky_seconds != 0 ? __u32{kPnListenerSticky} : 0U;
  } else {
    word.target_group = shares.front().group->number;
    word.flags = flags_of(*shares.front().group);
  }
  if (listener.protocol == "TLS") {
    // What the group says of clients' addresses is the relay's to do.
    word.flags = 0;
    add(IPPROTO_TCP, kTcpIdleSeconds, kPnSideRelay);
    word.target_group = 0;
    word.flags = kPnListenerRelay | kPnListenerProxyV2;
    add(IPPROTO_TCP, kTcpIdleSeconds);
  }
  if (listener.protocol == "TCP" || listener.protocol == "TCP_UDP") {
    add(IPPROTO_TCP, static_cast<__u32>(model::number(
                         listener.attributes, "tcp.idle_timeout.seconds", kTcpIdleSeconds)));
  }
  if (listener.protocol == "UDP" || listener.protocol == "TCP_UDP") {
    add(IPPROTO_UDP, kUdpIdleSeconds);
  }
}

// The numbers of a group's targets, but for those that drain; sorted.
std::vector<std::uint32_t> registered_in(const World& world, const TargetGroup& group) {
  std::vector<std::uint32_t> numbers;
  for (const Target* target : model::targets_of(world, group.id)) {
    if (!model::is_draining(*target)) {
      numbers.push_back(target->number);
    }
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

// Adds what each node may choose; notes the targets that some node may.
void add_choices(const World& world, const LoadBalancer& balancer, std::set<Id<Target>>& routed,
                 Part& part) {
  for (const TargetGroup* group : model::groups_of(world, balancer)) {
    const std::vector<std::uint32_t> registered = registered_in(world, *group);
    for (const model::LoadBalancerZone& zone : balancer.zones) {
      const auto* node = world.find(zone.network_interface);
      if (node == nullptr) {
        continue;
      }
      std::vector<std::uint32_t> numbers;
      for (const Target* target : model::routed_targets(world, balancer, *group, zone)) {
        routed.insert(target->id);
        numbers.push_back(target->number);
      }
      part.tables[MapId::Choices].add(
          pn_choice_key{.target_group = group->number, .node_eni = node->number},
          choice_of(registered, numbers));
    }
  }
}

// Where connections to a target go.
struct Place {
  Id<model::Vpc> vpc;
  IpAddress address;
  int port = 0;
};

// The node's interface, unless it has failed on purpose.
const model::NetworkInterface* application_node_at(const World& world, const Id<model::Vpc>& vpc,
                                                   const IpAddress& address) {
  for (const auto& [id, balancer] : world.all<LoadBalancer>()) {
    for (const model::LoadBalancerZone& zone : balancer->zones) {
      const auto* node = world.find(zone.network_interface);
      if (balancer->vpc == vpc && is_application(*balancer) && node != nullptr &&
          node->address == address && model::darkening(world, *node) == nullptr) {
        return node;
      }
    }
  }
  return nullptr;
}

void add_place(const World& world, const InterfaceIndex& linked, std::uint32_t number,
               const Place& place, pn_target_state state, Part& part) {
  const model::Vpc* vpc = world.find(place.vpc);
  const auto at = linked.find({place.vpc, place.address});
  const model::NetworkInterface* interface =
      at != linked.end() ? at->second : application_node_at(world, place.vpc, place.address);
  if (vpc == nullptr || interface == nullptr) {
    return;
  }
  part.tables[MapId::Targets].add(number, pn_target{.state = static_cast<__u32>(state),
                                                    .vpc = vpc->number,
                                                    .eni = interface->number,
                                                    .port_be = port_word(place.port),
                                                    .address = addr_word(place.address)});
}

void add_target(const World& world, const InterfaceIndex& linked, const Target& target,
                const std::set<Id<Target>>& routed, Part& part) {
  const TargetGroup* group = world.find(target.target_group);
  const auto address = model::target_address(world, target);
  if (group == nullptr || !address) {
    return;
  }
  const bool is_closed =
      !routed.contains(target.id) && model::has_ended_connections(*group, target);
  add_place(world, linked, target.number, {group->vpc, *address, target.port},
            is_closed ? kPnTargetClosed : kPnTargetOpen, part);
}

}  // namespace

void add_balancers(const World& world, const InterfaceIndex& linked, Part& part) {
  std::set<Id<Target>> routed;
  for (const auto& [id, balancer] : world.all<LoadBalancer>()) {
    // An Application Load Balancer's are the relay's to choose.
    if (!is_application(*balancer)) {
      add_choices(world, *balancer, routed, part);
    }
  }
  for (const auto& [id, target] : world.all<Target>()) {
    add_target(world, linked, *target, routed, part);
  }
  for (const auto& [id, retired] : world.all<model::RetiredTarget>()) {
    add_place(world, linked, retired->number, {retired->vpc, retired->address, retired->port},
              kPnTargetOpen, part);
  }
  for (const auto& [id, listener] : world.all<Listener>()) {
    add_listener(world, *listener, part);
  }
}

}  // namespace postern::dataplane
