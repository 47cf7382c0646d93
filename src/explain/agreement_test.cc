// SPDX-License-Identifier: Apache-2.0
// The tutorial, broken at random in several places: explain names the verdict that the reference
// model gives to the packet, in each world and for each pair of ends.
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>

#include "dataplane/compile/program.h"
#include "dataplane/compile/test_world.h"
#include "explain/explain.h"
#include "explain/packet.h"

namespace postern::explain {
namespace {

using dataplane::TestWorld;
using dataplane::Verdict;

constexpr const char* kGroups[] = {"sg-client", "sg-endpoint", "sg-nlb", "sg-web"};

class Breaker {
 public:
  explicit Breaker(std::uint32_t seed) : random_(seed) {}

  TestWorld broken_world() {
    TestWorld world = dataplane::tutorial();
    more(world);
    for (int times = below(4); times > 0; --times) {
      break_one(world);
    }
    return world;
  }

  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

  template <class T, std::size_t N>
  const T& one_of(const T (&of)[N]) {
    return of[below(N)];
  }

 private:
  // Listeners, rules and an instance of account B's own, so that there is more to ask for.
  void more(TestWorld& world) {
    world.instance("i-local", "subnet-b1", "10.0.1.30", {"sg-web"});
    world.listener("nlb", "tg-udp", "UDP", 53);
    world.target("tg-udp", "i-web1", 5353);
    world.allow_in("sg-endpoint", "udp", 53, "10.0.0.0/8");
    world.allow_in("sg-nlb", "udp", 53, "10.0.0.0/16");
    world.allow_in("sg-nlb", "tcp", 80, "sg-web");
    world.allow_in("sg-web", "udp", 5353, "10.0.0.0/16");
    world.allow("sg-web", false, "icmp", {8, -1}, "sg-web");
  }

  void break_one(TestWorld& world) {
    switch (below(20)) {
      case 0:
      case 1:
      case 2:
        drop_rule(world);
        break;
      case 3:
        world.set_state("vpce-1", static_cast<model::EndpointState>(below(8)));
        break;
      case 4:
        world.edit<model::LoadBalancer>("nlb",
                                        [](auto& nlb) { nlb.zones.resize(nlb.zones.size() / 2); });
        break;
      case 5:
        world.edit<model::LoadBalancer>(
            "nlb", [](auto& nlb) { nlb.enforce_inbound_rules_on_private_link = false; });
        break;
      case 6:
        world.edit<model::Target>(one_of(kTargets), [&](auto& target) {
          target.verdict = static_cast<model::HealthVerdict>(below(3));
        });
        break;
      case 7:
        world.edit<model::Instance>(one_of(kInstances), [&](auto& instance) {
          instance.state = static_cast<model::InstanceState>(below(6));
        });
        break;
      case 8:
        world.edit<model::Listener>("listener-tg",
                                    [&](auto& listener) { listener.port += below(2); });
        break;
      case 9:
        world.edit<model::LoadBalancer>("nlb", [&](auto& nlb) {
          nlb.attributes["load_balancing.cross_zone.enabled"] = below(2) ? "true" : "false";
        });
        break;
      case 10:
        world.edit<model::TargetGroup>("tg", [&](auto& group) {
          group.attributes["preserve_client_ip.enabled"] = below(2) ? "true" : "false";
        });
        break;
      case 11:
        world.edit<model::Target>(one_of(kTargets), [](auto& target) {
          target.draining_until = TimePoint{std::chrono::seconds(100)};
        });
        break;
      case 12:
        world.edit<model::Vpc>(one_of(kVpcs), [](auto& vpc) { vpc.enable_dns_support = false; });
        break;
      case 13:
      case 14:
      case 15:
        give_acl(world);
        break;
      case 16:
        world.put(model::Fault{.id = model::Id<model::Fault>("fault-zone"),
                               .kind = model::FaultKind::Zone,
                               .subject = below(2) != 0 ? "apne1-az1" : "apne1-az4"});
        break;
      case 17:
        world.put(model::Fault{.id = model::Id<model::Fault>("fault-eni"),
                               .kind = model::FaultKind::Interface,
                               .subject = one_of(kFailing)});
        break;
      case 18:  // stops nothing
        world.put(model::Fault{.id = model::Id<model::Fault>("fault-eni"),
                               .subject = one_of(kFailing),
                               .loss_percent = 10,
                               .delay_ms = 10});
        break;
      default:
        world.edit<model::LoadBalancer>(
            "nlb", [](auto& nlb) { nlb.state = model::LoadBalancerState::Provisioning; });
        break;
    }
  }

  // A network ACL of a few rules for one subnet, which may have another's already.
  void give_acl(TestWorld& world) {
    const std::string subnet = one_of(kSubnets);
    const std::string id = "acl-" + subnet;
    world.acl(id, subnet.starts_with("subnet-a") ? "vpc-a" : "vpc-b");
    for (int count = below(5); count > 0; --count) {
      const int low = one_of(kAclPorts);
      const int protocol = one_of(kAclProtocols);
      world.set_entry(id, {.rule_number = 1 + below(20),
                           .egress = below(2) != 0,
                           .protocol = protocol,
                           .allow = below(3) != 0,
                           .cidr = *Cidr::parse(one_of(kAclRanges)),
                           .from = protocol == 1 ? 8 * below(2) : low,
                           .to = protocol == 1 ? -1 : low + below(9000)});
    }
    world.associate(subnet, id);
  }

  void drop_rule(TestWorld& world) {
    world.edit<model::SecurityGroup>(one_of(kGroups), [&](auto& group) {
      if (!group.rules.empty()) {
        group.rules.erase(group.rules.begin() + below(static_cast<int>(group.rules.size())));
      }
    });
  }

  static constexpr const char* kSubnets[] = {"subnet-a1", "subnet-a2", "subnet-b1", "subnet-b2"};
  static constexpr const char* kAclRanges[] = {"10.0.0.0/16", "10.0.1.0/24", "0.0.0.0/0"};
  static constexpr int kAclPorts[] = {0, 53, 80, 81, 5353, 8080};
  static constexpr int kAclProtocols[] = {-1, 6, 6, 17, 1};
  static constexpr const char* kTargets[] = {"tg|i-web1|8080", "tg|i-web2|8080",
                                             "tg-udp|i-web1|5353"};
  static constexpr const char* kInstances[] = {"i-client", "i-web1", "i-web2", "i-local"};
  static constexpr const char* kFailing[] = {
      "eni-i-client",      "eni-i-web1",        "eni-i-web2",           "eni-i-local",
      "eni-nlb-subnet-b1", "eni-nlb-subnet-b2", "eni-vpce-1-subnet-a1", "eni-vpce-1-subnet-a2"};
  static constexpr const char* kVpcs[] = {"vpc-a", "vpc-b"};

  std::mt19937 random_;
};

std::string names(const std::vector<Verdict>& verdicts) {
  std::string text;
  for (const Verdict verdict : verdicts) {
    text += std::string(dataplane::info(verdict).name) + " ";
  }
  return text;
}

TEST(Agreement, Explain_and_the_reference_give_one_verdict_in_every_broken_world) {
  const char* from_environment = std::getenv("POSTERN_PROPERTY_SEED");
  const auto seed = static_cast<std::uint32_t>(from_environment != nullptr
                                                   ? std::strtoul(from_environment, nullptr, 10)
                                                   : std::random_device()());
  RecordProperty("seed", static_cast<int>(seed));
  std::cout << "POSTERN_PROPERTY_SEED=" << seed << "\n";
  constexpr const char* kSources[] = {"eni-i-client", "eni-i-local", "eni-i-web1"};
  constexpr const char* kDestinations[] = {
      "10.0.1.100", "10.0.1.100", "10.0.2.100", "10.0.2.100",      "10.0.1.20",
      "10.0.2.20",  "10.0.1.10",  "10.0.2.10",  "10.0.1.30",       "10.0.1.1",
      "10.0.0.2",   "10.0.1.77",  "192.0.2.1",  "169.254.169.253", "169.254.169.254"};
  constexpr std::uint16_t kPorts[] = {80, 80, 80, 81, 8080, 53, 5353};
  constexpr std::uint8_t kProtocols[] = {6, 6, 6, 17, 17, 1};
  Breaker breaker(seed);
  std::set<Verdict> seen;
  for (int n = 0; n < 5000; ++n) {
    const TestWorld world = breaker.broken_world();
    const auto maps = reference::maps_of(compile(world.world(), dataplane::Node()).tables);
    for (int packet = 0; packet < 4; ++packet) {
      const auto source = world.get<model::NetworkInterface>(breaker.one_of(kSources));
      const auto destination = *IpAddress::parse(breaker.one_of(kDestinations));
      const std::uint8_t protocol = breaker.one_of(kProtocols);
      const Traffic traffic{.protocol = protocol,
                            .port = protocol == 1 ? std::uint16_t{0} : breaker.one_of(kPorts),
                            .established = protocol == 6 && breaker.below(8) == 0};
      if (!maps.ports.contains(source.port)) {
        continue;  // it does not run, and sends nothing
      }
      const Verdict verdict = reference_verdict(maps, first_packet(source, destination, traffic));
      const auto expected = verdicts_of(explain_path(world.world(), source, destination, traffic));
      ASSERT_TRUE(std::ranges::find(expected, verdict) != expected.end())
          << "world " << n << ": " << source.id.value << " to " << destination.text() << " "
          << int{traffic.protocol} << "/" << traffic.port << ": the packet gets "
          << dataplane::info(verdict).name << ", explain says " << names(expected);
      seen.insert(verdict);
    }
  }
  std::cout << seen.size() << " verdicts: " << names({seen.begin(), seen.end()}) << "\n";
  EXPECT_GE(seen.size(), 25U);
}

}  // namespace
}  // namespace postern::explain
