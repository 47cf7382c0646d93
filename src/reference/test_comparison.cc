// SPDX-License-Identifier: Apache-2.0
#include "reference/test_comparison.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "reference/test_isolation.h"
#include "reference/test_random_packet.h"
#include "reference/test_random_world.h"

namespace postern::reference::testing {
namespace {

using KernelFabric = dataplane::testing::Fabric;
using KernelOutcome = dataplane::testing::Outcome;

constexpr std::uint64_t kPacketsOfWorld = 250;

pn_addr_key key_of(const Place& place) {
  return {.vpc = place.first, .address = word_of(place.second)};
}
pn_listener_key key_of(const ListenerKey& key) {
  return {.balancer = key.balancer,
          .port_be = htons(key.port),
          .protocol = key.protocol,
          .side = static_cast<std::uint8_t>(key.side)};
}
std::uint32_t direction_of(const RulesKey& key) {
  return key.direction + (key.ipv6 ? std::uint32_t{kPnRulesIpv6} : 0U);
}
pn_group_key group_key_of(const RulesKey& key) {
  return {.group = key.number, .direction = direction_of(key)};
}
pn_acl_key acl_key_of(const RulesKey& key) {
  return {.acl = key.number, .direction = direction_of(key)};
}
pn_choice_key choice_key_of(const std::pair<std::uint32_t, std::uint32_t>& key) {
  return {.target_group = key.first, .node_eni = key.second};
}

// Makes a map in the kernel, which holds `was`, hold `is`.
template <class Map, class KeyOf>
void put_differences(KernelFabric& fabric, bpf_map* to, const Map& was, const Map& is,
                     KeyOf kernel_key) {
  for (const auto& [key, value] : was) {
    if (!is.contains(key)) {
      fabric.remove(to, kernel_key(key));
    }
  }
  for (const auto& [key, value] : is) {
    const auto* old = find(was, key);
    if (old == nullptr || std::memcmp(old, &value, sizeof value) != 0) {
      fabric.put(to, kernel_key(key), value);
    }
  }
}

void put_world(KernelFabric& fabric, const Maps& was, const Maps& is) {
  const auto number = [](std::uint32_t key) { return key; };
  const auto place = [](const Place& key) { return key_of(key); };
  const auto listener = [](const ListenerKey& key) { return key_of(key); };
  auto& maps = fabric.maps();
  for (const auto& [port, link] : was.ports) {
    if (!is.ports.contains(port)) {
      fabric.put(maps.pn_ports, port, pn_port{});
    }
  }
  put_differences(fabric, maps.pn_ports, {}, is.ports, number);
  put_differences(fabric, maps.pn_vpcs, was.vpcs, is.vpcs, number);
  put_differences(fabric, maps.pn_vpc_blocks, was.vpc_blocks, is.vpc_blocks, number);
  put_differences(fabric, maps.pn_nodes, was.nodes, is.nodes, number);
  put_differences(fabric, maps.pn_addrs, was.addresses, is.addresses, place);
  put_differences(fabric, maps.pn_groups, was.groups, is.groups, group_key_of);
  put_differences(fabric, maps.pn_acls, was.acls, is.acls, acl_key_of);
  put_differences(fabric, maps.pn_endpoints, was.endpoints, is.endpoints, number);
  put_differences(fabric, maps.pn_listeners, was.listeners, is.listeners, listener);
  put_differences(fabric, maps.pn_splits, was.splits, is.splits, number);
  put_differences(fabric, maps.pn_choices, was.choices, is.choices, choice_key_of);
  put_differences(fabric, maps.pn_targets, was.targets, is.targets, number);
  fabric.put(maps.pn_generations, std::uint32_t{kPnAclGeneration}, is.acl_generation);
  fabric.put(maps.pn_generations, std::uint32_t{kPnCutGeneration}, is.cut_generation);
}

std::string name(Verdict verdict) {
  const auto number = static_cast<std::uint32_t>(verdict);
  return number > 0 && number < kPnVerdictCount ? std::string(dataplane::info(verdict).name)
                                                : fmt::format("verdict {}", number);
}

std::string hex(const Bytes& bytes) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size() && at < 200; ++at) {
    out += fmt::format("{}{:02x}", at == 14 || at == 34 || at == 54 ? " " : "", bytes[at]);
  }
  return out;
}

std::string text(const Tuple& tuple) {
  return fmt::format("vpc {} {}:{} > {}:{} protocol {}", tuple.vpc, tuple.source.text(),
                     tuple.source_port, tuple.destination.text(), tuple.destination_port,
                     tuple.protocol);
}

std::string text(const pn_addr_info& info) {
  std::string out =
      fmt::format("kind {} eni {} port {} balancer {} subnet {} acl {} groups", info.kind, info.eni,
                  info.port, info.balancer, info.subnet, info.acl);
  for (std::uint32_t at = 0; at < info.group_count; ++at) {
    out += fmt::format(" {}", info.groups[at]);
  }
  return out;
}

bool has_proxy_header(const Bytes& frame) {
  constexpr std::array<std::uint8_t, 12> kSignature = {'\r', '\n', '\r', '\n', 0,   '\r',
                                                       '\n', 'Q',  'U',  'I',  'T', '\n'};
  return !std::ranges::search(frame, kSignature).empty();
}

// What of a World a packet has to do with: its link, and what stands at its addresses.
std::string surroundings(const Maps& maps, const FlowState& state, const Packet& packet) {
  std::string out;
  const pn_port* link = link_at(maps, packet.port);
  if (link == nullptr) {
    return "  no link\n";
  }
  out += fmt::format("  link {}: kind {} vpc {} owner {} flags {} address {}\n", packet.port,
                     link->kind, link->vpc, link->owner, link->flags,
                     address_of(link->address).text());
  const Frame frame(packet.frame);
  const bool is_ip = frame.ether_type() == 0x0800 || frame.is_ipv6();
  if (frame.size() < 58 || !is_ip) {
    return out;
  }
  for (const IpAddress& address : {frame.source(), frame.destination()}) {
    const auto* info = find(maps.addresses, {link->vpc, address});
    out += fmt::format("  {}: {}\n", address.text(), info ? text(*info) : "nothing");
    if (info != nullptr && info->kind == kPnAddrEndpoint) {
      const auto* endpoint = find(maps.endpoints, info->eni);
      out +=
          endpoint == nullptr
              ? "  its endpoint is missing\n"
              : fmt::format("  its endpoint: state {} connection {} flags {} node {} in vpc {}\n",
                            endpoint->state, endpoint->connection, endpoint->flags,
                            endpoint->node_eni, endpoint->node_vpc);
    }
  }
  for (const Connection& each : state.connections) {
    const bool concerned =
        each.begin.source == frame.source() || each.answer.source == frame.source();
    if (concerned && each.protocol() == frame.protocol()) {
      out += fmt::format("  connection {} / {} links {} {} last {} flags {:x} {:x}{}{}\n",
                         text(each.begin), text(each.answer), each.from.port, each.to.port,
                         each.last, each.begin_flags, each.answer_flags,
                         each.established ? " established" : "", each.swept ? " swept" : "");
    }
  }
  return out;
}

// One in so many Worlds has faults on purpose.
constexpr std::uint64_t kOfWorlds = 5;

// One random World and its packets.
class Run {
 public:
  Run(KernelFabric& fabric, std::uint64_t seed, Report& report)
      : fabric_(fabric), seed_(seed), report_(report), random_(seed), packets_(random_) {
    settings_.half_open_max = fabric.half_open_max();
    fabric_.clear();
    maps_ = random_world(random_);
    put_world(fabric_, {}, maps_);
  }

  void go(std::uint64_t packets) {
    for (std::uint64_t at = 0; at < packets && report_.is_clean(); ++at) {
      between_packets();
      step(at);
    }
  }

 private:
  // Time passes, a sweep runs, the World changes.
  void between_packets() {
    if (random_.chance(4)) {
      now_ += random_.pick({1U, 1U, 2U, 4U, 5U, 6U});
    }
    if (random_.chance(1)) {
      now_ += random_.pick({25U, 30U, 31U, 61U, 121U, 181U, 351U, 601U});
    }
    if (random_.chance(2)) {
      sweep_both();
    }
    if (random_.chance(2)) {
      Maps changed = maps_;
      change_world(random_, changed);
      put_world(fabric_, maps_, changed);
      maps_ = std::move(changed);
    }
    if (seed_ % kOfWorlds == 0) {
      break_on_purpose();
    }
  }

  // In some of the Worlds only: what is lost or ended early leads nowhere.
  void break_on_purpose() {
    if (mischief_.chance(2)) {
      Maps changed = maps_;
      change_losses(mischief_, changed);
      put_world(fabric_, maps_, changed);
      maps_ = std::move(changed);
    }
    if (mischief_.chance(1)) {
      expire_both();
    }
  }

  void sweep_both() {
    fabric_.set_second(now_);
    const pn_sweep_report actual = fabric_.sweep();
    Sweep expected = sweep(std::move(state_), maps_, settings_, now_);
    state_ = std::move(expected.state);
    if (std::memcmp(&actual, &expected.report, sizeof actual) != 0) {
      disagree(fmt::format("a sweep: live {} marked {} deleted {}, expected {} {} {}\n",
                           actual.live, actual.marked, actual.deleted, expected.report.live,
                           expected.report.marked, expected.report.deleted));
    }
  }

  void expire_both() {
    const std::uint32_t idle_seconds = mischief_.pick({0U, 1U, 5U});
    fabric_.set_second(now_);
    const std::uint32_t actual = fabric_.expire(idle_seconds);
    const std::uint32_t expected = expire(state_, settings_, now_, idle_seconds);
    if (actual != expected) {
      disagree(fmt::format("{} connections expired, expected {}\n", actual, expected));
    }
  }

  void step(std::uint64_t at) {
    Packet packet = packets_.next(maps_);
    packet.now = now_;
    fabric_.set_second(now_);
    const KernelOutcome actual = fabric_.send(packet.port, packet.frame, packet.segment_size);
    // What its receiver's link loses was made ready for it before.
    const bool is_ready = actual.sent || actual.verdict == Verdict::LostOnPurpose;
    const Frame ready(actual.frame);
    if (is_ready && actual.frame.size() >= 36 && ready.l4() + 2 <= actual.frame.size()) {
      packet.chosen_port = ready.source_port();
    }
    Outcome expected = judge(maps_, settings_, std::move(state_), packet);
    state_ = std::move(expected.state);

    report_.packets += 1;
    report_.sent += actual.sent ? 1U : 0U;
    report_.verdicts[static_cast<std::size_t>(actual.verdict) % kPnVerdictCount] += 1;
    const std::string difference = difference_between(actual, expected, packet);
    if (!difference.empty()) {
      disagree(
          fmt::format("packet {} at second {}: {}\n{}  sent     {} (segments of {})\n"
                      "  actual   {}\n  expected {}\n",
                      at, now_, difference, surroundings(maps_, state_, packet), hex(packet.frame),
                      packet.segment_size, hex(actual.frame), hex(expected.frame)));
    }
    if (actual.sent) {
      note_sent(packet, actual);
    }
    report_.lengthened = lengthened_before_ + packets_.lengthened();
  }

  void note_sent(const Packet& packet, const KernelOutcome& actual) {
    const Delivered delivered{
        .from = packet.port, .sent = packet.frame, .to = actual.to_port, .arrived = actual.frame};
    if (const std::string leak = isolation_.check(maps_, delivered); !leak.empty()) {
      report_.leaks.push_back(fmt::format("seed {}: {}\n{}  sent   {}\n  actual {}\n", seed_, leak,
                                          surroundings(maps_, state_, packet), hex(packet.frame),
                                          hex(actual.frame)));
    }
    report_.crossings = isolation_.crossings() + crossings_before_;
    report_.unseen += has_proxy_header(actual.frame) ? 1U : 0U;
    packets_.note(delivered);
  }

  std::string difference_between(const KernelOutcome& actual, const Outcome& expected,
                                 const Packet& packet) {
    if (actual.verdict != expected.verdict) {
      return fmt::format("{}, expected {}", name(actual.verdict), name(expected.verdict));
    }
    const std::uint32_t to = actual.sent ? actual.to_port : 0;
    if (to != expected.port) {
      return fmt::format("{} to link {}, expected {}", name(actual.verdict), to, expected.port);
    }
    if (actual.sent && actual.frame != expected.frame) {
      return fmt::format("{} with other bytes", name(actual.verdict));
    }
    const std::uint32_t half_open = fabric_.half_open(packet.port);
    if (half_open != state_.half_open(packet.port)) {
      return fmt::format("{} and {} half-open connections, expected {}", name(actual.verdict),
                         half_open, state_.half_open(packet.port));
    }
    return "";
  }

  void disagree(const std::string& words) {
    report_.disagreements.push_back(fmt::format("seed {}: {}", seed_, words));
  }

  KernelFabric& fabric_;
  std::uint64_t seed_;
  Report& report_;
  Random random_;
  Random mischief_{~seed_};  // what the others draw stays as it is without
  Packets packets_;
  Settings settings_;
  Maps maps_;
  FlowState state_;
  Isolation isolation_;
  std::uint64_t crossings_before_ = report_.crossings;
  std::uint64_t lengthened_before_ = report_.lengthened;
  std::uint32_t now_ = 100000;
};

}  // namespace

Report compare(KernelFabric& fabric, std::uint64_t seed, std::uint64_t packets) {
  Report report;
  while (report.packets < packets && report.is_clean()) {
    Run(fabric, seed + report.worlds, report)
        .go(std::min(kPacketsOfWorld, packets - report.packets));
    report.worlds += 1;
  }
  return report;
}

}  // namespace postern::reference::testing
