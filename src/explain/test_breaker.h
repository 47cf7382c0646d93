// SPDX-License-Identifier: Apache-2.0
// Breaker: the tutorial, broken at random in several places, and packets to ask of.
#pragma once

#include <random>
#include <string>

#include "dataplane/compile/test_world.h"
#include "explain/explain.h"

namespace postern::explain {

class Breaker {
 public:
  explicit Breaker(std::uint32_t seed) : random_(seed) {}

  dataplane::TestWorld broken_world() {
    dataplane::TestWorld world = dataplane::tutorial();
    more(world);
    if (below(2) != 0) {
      more_ipv6(world);
    }
    for (int times = below(4); times > 0; --times) {
      break_one(world);
    }
    return world;
  }

  // A packet that an instance of such a world may send.
  struct Drawn {
    std::string source;  // a network interface
    IpAddress destination;
    Traffic traffic;
  };
  Drawn draw_packet() {
    Drawn drawn{.source = one_of(kSources),
                .destination = *IpAddress::parse(one_of(kDestinations))};
    const std::uint8_t protocol = one_of(kProtocols);
    drawn.traffic = {.protocol = protocol,
                     .port = protocol == 1 ? std::uint16_t{0} : one_of(kPorts),
                     .established = protocol == 6 && below(8) == 0};
    return drawn;
  }

 private:
  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

  template <class T, std::size_t N>
  const T& one_of(const T (&of)[N]) {
    return of[below(N)];
  }

  // Listeners, rules and an instance of account B's own, so that there is more to ask for.
  void more(dataplane::TestWorld& world) {
    world.instance("i-local", "subnet-b1", "10.0.1.30", {"sg-web"});
    world.listener("nlb", "tg-udp", "UDP", 53);
    if (below(3) == 0) {
      world.share("tg", {{"tg", below(3)}, {"tg-green", 1 + below(3)}});
      world.edit<model::TargetGroup>("tg-green", [&](auto& group) {
        group.attributes["preserve_client_ip.enabled"] = below(2) != 0 ? "true" : "false";
      });
      if (below(4) != 0) {
        world.target("tg-green", below(2) != 0 ? "i-web1" : "i-web2", 8080);
      }
    }
    world.target("tg-udp", "i-web1", 5353);
    world.allow_in("sg-endpoint", "udp", 53, "10.0.0.0/8");
    world.aws_endpoint("vpce-ec2", {{"subnet-a2", "10.0.2.101"}}, {"sg-endpoint"}, "ec2");
    world.aws_endpoint("vpce-kms", {{"subnet-a1", "10.0.1.102"}}, {"sg-endpoint"}, "kms");
    world.allow_in("sg-endpoint", "tcp", 443, "10.0.0.0/16");
    world.allow_in("sg-endpoint", "tcp", 8080, "10.0.0.0/16");
    world.allow_in("sg-nlb", "udp", 53, "10.0.0.0/16");
    world.allow_in("sg-nlb", "tcp", 80, "sg-web");
    world.allow_in("sg-web", "udp", 5353, "10.0.0.0/16");
    world.allow("sg-web", false, "icmp", {8, -1}, "sg-web");
  }

  // The same by IPv6, and a target of that family.
  void more_ipv6(dataplane::TestWorld& world) {
    world.add_ipv6();
    for (const char* group : {"sg-client", "sg-nlb", "sg-web"}) {
      world.allow(group, true, "-1", {}, "::/0");
    }
    for (const char* group : {"sg-endpoint", "sg-nlb"}) {
      world.allow_in(group, "tcp", 80, "2600:1f00::/56");
      world.allow_in(group, "tcp", 82, below(2) != 0 ? "::/0" : "0.0.0.0/0");
      world.allow_in(group, "udp", 53, "2600:1f00:0:1::/64");
    }
    world.allow("sg-web", false, "icmpv6", {below(2) != 0 ? 128 : -1, -1}, "2600:1f00::/56");
    world.allow_in("sg-web", "udp", 5353, "2600:1f00::/56");
    world.listener("nlb", "tg6", "TCP", 82);
    world.edit<model::TargetGroup>("tg6", [](auto& group) {
      group.target_type = "ip";
      group.ip_address_type = "ipv6";
    });
    world.target("tg6", "2600:1f00:0:1::a", 8080);
  }

  void break_one(dataplane::TestWorld& world) {
    switch (below(20)) {
      case 0:
      case 1:
      case 2:
        drop_rule(world);
        break;
      case 3:
        world.set_state(one_of(kEndpoints), static_cast<model::EndpointState>(below(8)));
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
        world.edit<model::Listener>("listener-tg", [&](auto& listener) {
          listener.port += below(2);
          listener.protocol = below(2) ? "TLS" : listener.protocol;
        });
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
  void give_acl(dataplane::TestWorld& world) {
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
                           .from = protocol == 1    ? 8 * below(2)
                                   : protocol == 58 ? 128 + below(2)
                                                    : low,
                           .to = protocol == 1 || protocol == 58 ? -1 : low + below(9000)});
    }
    world.associate(subnet, id);
  }

  void drop_rule(dataplane::TestWorld& world) {
    world.edit<model::SecurityGroup>(one_of(kGroups), [&](auto& group) {
      if (!group.rules.empty()) {
        group.rules.erase(group.rules.begin() + below(static_cast<int>(group.rules.size())));
      }
    });
  }

  static constexpr const char* kGroups[] = {"sg-client", "sg-endpoint", "sg-nlb", "sg-web"};
  static constexpr const char* kEndpoints[] = {"vpce-1", "vpce-1", "vpce-ec2", "vpce-kms"};
  static constexpr const char* kSources[] = {"eni-i-client", "eni-i-local", "eni-i-web1"};
  static constexpr const char* kDestinations[] = {
      "10.0.1.100",        "10.0.1.100",        "10.0.2.100",        "10.0.2.100",
      "10.0.2.101",        "10.0.2.101",        "10.0.1.102",        "10.0.1.20",
      "10.0.2.20",         "10.0.1.10",         "10.0.2.10",         "10.0.1.30",
      "10.0.1.1",          "10.0.0.2",          "10.0.1.77",         "192.0.2.1",
      "169.254.169.253",   "169.254.169.254",   "2600:1f00:0:1::64", "2600:1f00:0:2::64",
      "2600:1f00:0:1::64", "2600:1f00:0:1::14", "2600:1f00:0:2::14", "2600:1f00:0:1::a",
      "2600:1f00:0:2::a",  "2600:1f00:0:1::1e", "2600:1f00:0:1::1",  "2600:1f00:0:1::77",
      "2001:db8::1"};
  static constexpr std::uint16_t kPorts[] = {80, 80, 80, 81, 82, 443, 8080, 53, 5353};
  static constexpr std::uint8_t kProtocols[] = {6, 6, 6, 17, 17, 1};
  static constexpr const char* kSubnets[] = {"subnet-a1", "subnet-a2", "subnet-b1", "subnet-b2"};
  static constexpr const char* kAclRanges[] = {"10.0.0.0/16", "10.0.1.0/24", "0.0.0.0/0", "::/0",
                                               "2600:1f00:0:1::/64"};
  static constexpr int kAclPorts[] = {0, 53, 80, 81, 5353, 8080};
  static constexpr int kAclProtocols[] = {-1, -1, 6, 6, 17, 1, 58};
  static constexpr const char* kTargets[] = {"tg|i-web1|8080", "tg|i-web2|8080",
                                             "tg-udp|i-web1|5353"};
  static constexpr const char* kInstances[] = {"i-client", "i-web1", "i-web2", "i-local"};
  static constexpr const char* kFailing[] = {
      "eni-i-client",         "eni-i-web1",           "eni-i-web2",
      "eni-i-local",          "eni-nlb-subnet-b1",    "eni-nlb-subnet-b2",
      "eni-vpce-1-subnet-a1", "eni-vpce-1-subnet-a2", "eni-vpce-ec2-subnet-a2"};
  static constexpr const char* kVpcs[] = {"vpc-a", "vpc-b"};

  std::mt19937 random_;
};

}  // namespace postern::explain
