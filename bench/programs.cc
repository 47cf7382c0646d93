// SPDX-License-Identifier: Apache-2.0
// What the packet program costs: nanoseconds a packet by the kernel's own clock, without the links,
// as connections, rules, endpoints and load balancers grow; and what memory their maps take. Prints
// one JSON array. Needs root.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <iostream>
#include <random>
#include <sstream>

#include "bench/cases.h"
#include "dataplane/bpf/test_world.h"

namespace postern::dataplane::testing {
namespace {

using bench::end_cases;
using bench::Figure;
using bench::figure_of;
using bench::print;

constexpr int kRounds = 7;
constexpr int kPackets = 20000;  // of one round, each a run of its own
constexpr std::uint16_t kFirstListener = 2000, kListeners = 20;
constexpr std::uint32_t kTargets = 40, kFirstTarget = 70000;
constexpr std::uint32_t kPorts = 55000;  // of the client, on each listener
constexpr std::uint8_t kUdp = 17;

class Bench {
 public:
  Bench() : fabric_({.half_open_max = ~0U, .flow_entries = 1 << 22}), world_(fabric_) {
    world_.group(kClientGroup, kPnEgress, {everything()});
    world_.group(kEndpointGroup, kPnIngress, {everything()});
    world_.group(kNodeGroup, kPnIngress, {everything()});
    world_.group(kNodeGroup, kPnEgress, {everything()});
    world_.group(kTargetGroupOfRules, kPnIngress, {everything()});
    pn_choice choice{.registered = kTargets, .count = kTargets};
    for (std::uint32_t n = 0; n < kTargets; ++n) {
      pn_target target = world_.target_entry(kUdpTarget);
      target.port_be = __builtin_bswap16(static_cast<std::uint16_t>(9000 + n));
      world_.target(kFirstTarget + n, target);
      choice.targets[n] = kFirstTarget + n;
    }
    fabric_.put(fabric_.maps().pn_choices, pn_choice_key{kUdpTargets, kNodeAEni}, choice);
    for (std::uint16_t n = 0; n < kListeners; ++n) {
      world_.listener(
          kUdp, static_cast<std::uint16_t>(kFirstListener + n),
          {.listener = 700U + n, .target_group = kUdpTargets, .flags = 0, .idle_seconds = 100000});
    }
    fabric_.put(fabric_.maps().pn_ports, kUnknownPort, pn_port{});
    clock_cost_ = measure_clock();
  }

  void run() {
    print("tracked TCP segment, one connection", one(open_connection()), "ns");
    misses("first packet, one rule on each side");
    fill_groups();
    misses("first packet, 300 rules on each side, the last one fits");
    print("tracked packet, as above", one(datagram(0).bytes()), "ns");
    add_endpoints(10000);
    misses("first packet, 10,000 more endpoints");
    add_balancers(1000, 100);
    misses("first packet, 1,000 more load balancers of 100 targets");
    fabric_.clear_flows();
    std::uint32_t live = 0;
    for (const std::uint32_t connections : {1000U, 10000U, 100000U, 1000000U}) {
      open(live, connections);
      live = connections;
      print("tracked packet of a random one of " + std::to_string(connections) + " connections",
            sampled([&] { return datagram(static_cast<std::uint32_t>(random_() % live)).bytes(); },
                    Verdict::FlowForwarded),
            "ns");
    }
    sweeping();
    memory();
    end_cases();
  }

 private:
  static constexpr std::uint32_t kUnknownPort = Fabric::kLastPort;

  static pn_rule everything() { return rule(kPnProtocolAny, 0, 0, "0.0.0.0/0"); }

  // The first packet of the client's connection number `n`, and any later one.
  static Packet datagram(std::uint32_t n) {
    Packet packet = client_to_endpoint_udp();
    packet.source_port = static_cast<std::uint16_t>(1024 + n % kPorts);
    packet.destination_port = static_cast<std::uint16_t>(kFirstListener + n / kPorts);
    return packet;
  }

  Bytes open_connection() {
    const Packet first = client_to_endpoint();
    const Outcome syn = fabric_.send(kClientPort, first.bytes());
    fabric_.send(kTarget1Port, answer(parse(syn.frame).packet, kTarget1Port).bytes());
    return next(first, kAck).bytes();
  }

  // A run of its own has the clock's cost in its time.
  double measure_clock() {
    const Bytes frame = datagram(0).bytes();
    double sum = 0;
    for (int i = 0; i < kPackets; ++i) {
      sum += fabric_.time(kUnknownPort, frame, 1, Verdict::PortUnknown);
    }
    return sum / kPackets - fabric_.time(kUnknownPort, frame, 1000000, Verdict::PortUnknown);
  }

  // A run changes its frame, so each is a run of its own. The mean over a round's.
  Figure sampled(const std::function<Bytes()>& frame, Verdict expected) {
    std::vector<double> rounds;
    for (int i = 0; i < kRounds; ++i) {
      double sum = 0;
      for (int packet = 0; packet < kPackets; ++packet) {
        sum += fabric_.time(kClientPort, frame(), 1, expected);
      }
      rounds.push_back(sum / kPackets - clock_cost_);
    }
    return figure_of(rounds);
  }

  Figure one(const Bytes& frame) {
    fabric_.send(kClientPort, frame);
    return sampled([&] { return frame; }, Verdict::FlowForwarded);
  }

  void misses(const std::string& name) {
    fabric_.clear_flows();
    std::uint32_t n = 0;
    print(name, sampled([&] { return datagram(n++).bytes(); }, Verdict::EndpointAdmitted), "ns");
  }

  // Five groups of sixty rules on each of the four interfaces of the path.
  void fill_groups() {
    pn_group other{.count = 60};
    for (std::uint32_t i = 0; i < 60; ++i) {
      other.rules[i] =
          rule(kUdp, static_cast<std::uint16_t>(i), static_cast<std::uint16_t>(i), "192.0.2.0/24");
    }
    for (std::uint32_t number = 900; number < 904; ++number) {
      for (const pn_direction direction : {kPnIngress, kPnEgress}) {
        fabric_.put(fabric_.maps().pn_groups, pn_group_key{number, direction}, other);
      }
    }
    pn_group last = other;
    last.rules[59] = everything();
    for (const std::uint32_t number :
         {kClientGroup, kEndpointGroup, kNodeGroup, kTargetGroupOfRules}) {
      for (const pn_direction direction : {kPnIngress, kPnEgress}) {
        fabric_.put(fabric_.maps().pn_groups, pn_group_key{number, direction}, last);
      }
    }
    const std::pair<std::uint32_t, const char*> places[] = {{kConsumer, "10.0.1.10"},
                                                            {kConsumer, "10.0.1.100"},
                                                            {kProvider, "10.0.1.200"},
                                                            {kProvider, "10.0.1.10"}};
    for (const auto& [vpc, at] : places) {
      const pn_addr_key key{.vpc = vpc, .address = addr(at)};
      pn_addr_info info{};
      bpf_map_lookup_elem(bpf_map__fd(fabric_.maps().pn_addrs), &key, &info);
      info.groups[4] = info.groups[0];
      for (std::uint32_t i = 0; i < 4; ++i) {
        info.groups[i] = 900 + i;
      }
      info.group_count = 5;
      fabric_.put(fabric_.maps().pn_addrs, key, info);
    }
  }

  void add_endpoints(std::uint32_t count) {
    for (std::uint32_t n = 0; n < count; ++n) {
      pn_endpoint entry = world_.endpoint_entry();
      fabric_.put(fabric_.maps().pn_endpoints, 1000000 + n, entry);
      pn_addr_info info{};
      info.kind = kPnAddrEndpoint;
      info.eni = 1000000 + n;
      info.group_count = 1;
      info.groups[0] = kEndpointGroup;
      const IpAddress at = IpAddress::v4(0x0a008000 + n);
      fabric_.put(fabric_.maps().pn_addrs, pn_addr_key{.vpc = 100 + n % 50, .address = addr(at)},
                  info);
    }
  }

  void add_balancers(std::uint32_t count, std::uint32_t targets) {
    for (std::uint32_t n = 0; n < count; ++n) {
      pn_choice choice{.registered = targets, .count = targets};
      for (std::uint32_t i = 0; i < targets; ++i) {
        choice.targets[i] = 2000000 + n * targets + i;
        world_.target(choice.targets[i], world_.target_entry(kTcpTarget1));
      }
      fabric_.put(fabric_.maps().pn_choices, pn_choice_key{3000000 + n, 4000000 + n}, choice);
      const pn_listener_key key{
          .balancer = 5000000 + n, .port_be = 80, .protocol = kUdp, .side = kPnSideClients};
      fabric_.put(fabric_.maps().pn_listeners, key,
                  pn_listener{.listener = 6000000 + n, .target_group = 3000000 + n});
    }
  }

  void open(std::uint32_t from, std::uint32_t to) {
    for (std::uint32_t n = from; n < to; ++n) {
      fabric_.time(kClientPort, datagram(n).bytes(), 1, Verdict::EndpointAdmitted);
    }
  }

  void sweeping() {
    std::vector<double> rounds;
    std::uint32_t live = 0;
    for (int i = 0; i < kRounds; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      live = fabric_.sweep().live;
      rounds.push_back(
          std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
              .count());
    }
    print("one sweep over " + std::to_string(live / 2) + " connections", figure_of(rounds), "ms");
  }

  void memory() {
    bpf_map* map = nullptr;
    bpf_object__for_each_map(map, fabric_.programs().obj) {
      std::ifstream file("/proc/self/fdinfo/" + std::to_string(bpf_map__fd(map)));
      std::string key;
      double bytes = 0;
      while (file >> key) {
        if (key == "memlock:") {
          file >> bytes;
        }
      }
      if (bytes >= 1 << 20) {
        const double mebibytes = bytes / (1 << 20);
        print(std::string("memory of ") + bpf_map__name(map), {mebibytes, mebibytes, mebibytes},
              "MiB");
      }
    }
  }

  Fabric fabric_;
  TestWorld world_;
  std::mt19937 random_{1};
  double clock_cost_ = 0;
};

}  // namespace
}  // namespace postern::dataplane::testing

int main() {
  postern::dataplane::testing::Bench().run();
  return 0;
}
