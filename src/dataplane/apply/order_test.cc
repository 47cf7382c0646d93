// SPDX-License-Identifier: Apache-2.0
// In which order is the machine changed? After every single change, what passes is what the World
// before or the new one lets pass.
#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <random>
#include <set>

#include "dataplane/apply/apply.h"
#include "dataplane/compile/test_lookup.h"
#include "dataplane/kernel/fake_kernel.h"

namespace postern::dataplane {
namespace {

using model::EndpointState;

Program compiled(const TestWorld& world) {
  return compile(world.world(), Node());
}

// ---- which steps, in words ----------------------------------------------------------------------

std::vector<std::string> steps(const TestWorld& before, const TestWorld& after) {
  const Program old = compiled(before);
  Actual actual{.applied = old, .revision = compiled(after).revision};
  for (const Services& services : old.services()) {
    actual.links.push_back({services.link(), true});
    actual.services.push_back(services.vpc_id);
  }
  std::vector<std::string> words;
  for (const Step& step : plan(actual, compiled(after))) {
    words.push_back(describe(step));
  }
  return words;
}

using Words = std::vector<std::string>;
const std::string kWait = "waiting for packets under way";
const std::string kGeneration = "writing 1 rows of pn_generations";
const std::string kAskEach = kGeneration;  // as 0, of endpoints and targets

TEST(Order, Taking_a_rule_away_is_written_and_waited_for) {
  const TestWorld before = tutorial();
  TestWorld after = tutorial();
  after.revoke_all("sg-nlb");
  EXPECT_EQ(steps(before, after), (Words{"writing 2 rows of pn_groups", kWait}));
}

TEST(Order, Giving_a_rule_is_not_waited_for) {
  const TestWorld before = tutorial();
  TestWorld after = tutorial();
  after.allow_in("sg-web", "tcp", 22, "10.0.0.0/16");
  EXPECT_EQ(steps(before, after), Words{"writing 1 rows of pn_groups"});
}

TEST(Order, One_replaced_rule_is_replaced_at_once) {
  const TestWorld before = tutorial();
  TestWorld after = tutorial();
  after.edit<model::SecurityGroup>(
      "sg-endpoint", [](model::SecurityGroup& group) { group.rules[0].from_port = 81; });
  EXPECT_EQ(steps(before, after), (Words{"writing 1 rows of pn_groups", kWait}));
}

TEST(Order, Rules_replaced_in_two_groups_meet_only_in_what_they_have_in_common) {
  const TestWorld before = tutorial();
  TestWorld after = tutorial();
  for (const char* id : {"sg-endpoint", "sg-nlb"}) {
    after.edit<model::SecurityGroup>(
        id, [](model::SecurityGroup& group) { group.rules[0].from_port = 81; });
  }
  EXPECT_EQ(steps(before, after),
            (Words{"writing 2 rows of pn_groups", kWait, "writing 2 rows of pn_groups"}));
}

TEST(Order, A_rejected_endpoint_is_closed_before_anything_else_happens) {
  const TestWorld before = tutorial();
  TestWorld after = tutorial();
  after.set_state("vpce-1", EndpointState::Rejected);
  after.group("sg-more", "vpc-b");
  after.instance("i-more", "subnet-b1", "10.0.1.50", {"sg-more"});
  const Words found = steps(before, after);
  ASSERT_GE(found.size(), 4U);
  EXPECT_EQ(found[0], kAskEach);
  EXPECT_EQ(found[1], "writing 2 rows of pn_endpoints");
  EXPECT_EQ(found[2], kWait);
  EXPECT_EQ(found.back(), kGeneration);
}

TEST(Order, An_accepted_endpoint_is_not_waited_for) {
  TestWorld before = tutorial();
  before.set_state("vpce-1", EndpointState::PendingAcceptance);
  EXPECT_EQ(steps(before, tutorial()), (Words{"writing 2 rows of pn_endpoints", kGeneration}));
}

TEST(Order, What_is_pointed_at_comes_before_what_points) {
  const Words found = steps(TestWorld(), tutorial());
  EXPECT_EQ(found, (Words{"making the services namespace of vpc-a",
                          "making the services namespace of vpc-b", "writing 2 rows of pn_vpcs",
                          "writing 5 rows of pn_ports", "writing 2 rows of pn_targets",
                          "writing 2 rows of pn_choices", "writing 8 rows of pn_groups",
                          "writing 17 rows of pn_addrs", "writing 1 rows of pn_listeners",
                          "writing 2 rows of pn_endpoints", kGeneration}));
}

TEST(Order, A_deregistered_target_goes_after_the_choices_that_named_it) {
  const TestWorld before = tutorial();
  TestWorld after = tutorial();
  after.erase<model::Target>("tg|i-web1|8080");
  EXPECT_EQ(steps(before, after), (Words{kAskEach, "writing 2 rows of pn_choices",
                                         "removing 1 rows of pn_targets", kWait, kGeneration}));
}

TEST(Order, An_ended_instance_is_taken_away_before_its_groups_are) {
  const TestWorld before = tutorial();
  TestWorld after = tutorial();
  after.erase<model::Instance>("i-client");
  after.erase<model::NetworkInterface>("eni-i-client");
  EXPECT_EQ(steps(before, after),
            (Words{"removing 1 rows of pn_addrs", "removing 1 rows of pn_ports", kWait,
                   "removing 2 rows of pn_groups"}));
}

model::NetworkAclEntry acl_entry(int number, bool egress, bool allow, int port,
                                 const std::string& cidr = "0.0.0.0/0") {
  return {.rule_number = number,
          .egress = egress,
          .protocol = 6,
          .allow = allow,
          .cidr = *Cidr::parse(cidr),
          .from = port,
          .to = port};
}

// The tutorial with an ACL at the servers' subnet that lets the node's requests in and answers out.
TestWorld with_acl() {
  TestWorld world = tutorial();
  world.acl("acl-b", "vpc-b");
  world.set_entry("acl-b", acl_entry(100, false, true, 8080));
  world.set_entry("acl-b", acl_entry(100, true, true, 1024));
  world.associate("subnet-b1", "acl-b");
  return world;
}

TEST(Order, A_subnets_first_ACL_is_there_before_it_is_named_and_the_generation_is_last) {
  EXPECT_EQ(steps(tutorial(), with_acl()),
            (Words{"writing 2 rows of pn_acls", "writing 2 rows of pn_addrs", kWait,
                   "writing 1 rows of pn_generations", kWait}));
}

TEST(Order, An_ACL_that_is_nobodys_any_more_goes_last) {
  EXPECT_EQ(steps(with_acl(), tutorial()),
            (Words{"writing 2 rows of pn_addrs", "removing 1 rows of pn_generations",
                   "removing 2 rows of pn_acls"}));
}

TEST(Order, A_rule_that_an_ACL_loses_is_waited_for_before_connections_are_asked_again) {
  TestWorld after = with_acl();
  after.edit<model::NetworkAcl>("acl-b", [](model::NetworkAcl& acl) { acl.entries.pop_back(); });
  EXPECT_EQ(steps(with_acl(), after),
            (Words{"writing 1 rows of pn_acls", kWait, "writing 1 rows of pn_generations", kWait}));
}

TEST(Order, Rules_that_ACLs_get_close_nothing_meanwhile) {
  TestWorld after = with_acl();
  after.set_entry("acl-b", acl_entry(50, false, true, 22));
  after.set_entry("acl-b", acl_entry(50, true, true, 22));
  EXPECT_EQ(steps(with_acl(), after),
            (Words{"writing 2 rows of pn_acls", "writing 1 rows of pn_generations", kWait}));
}

TEST(Order, A_replaced_ACL_lets_nothing_new_pass_while_addresses_still_differ) {
  TestWorld after = with_acl();
  after.acl("acl-c", "vpc-b");
  after.associate("subnet-b1", "acl-c");
  EXPECT_EQ(steps(with_acl(), after),
            (Words{"writing 2 rows of pn_acls", "writing 2 rows of pn_addrs", kWait,
                   "writing 2 rows of pn_addrs", "writing 1 rows of pn_generations", kWait,
                   "removing 2 rows of pn_acls"}));
}

// ---- what passes, at every moment ---------------------------------------------------------------

// The maps of a kernel as somebody who judges a packet by the rules sees them.
class Judge {
 public:
  explicit Judge(Kernel& kernel) {
    for (const MapInfo& map : kMaps) {
      tables_[map.id] = kernel.dump(map.id).value();
    }
  }

  // (sender's number, address, port, receiver's number) of every first TCP packet that some path
  // lets through.
  using Passed = std::set<std::tuple<__u32, std::string, std::uint16_t, __u32>>;
  Passed passed() const {
    Passed found;
    const Table& addresses = tables_[MapId::Addresses];
    for (std::size_t from = 0; from < addresses.size(); ++from) {
      const Place source = place(from);
      if (source.info.kind != kPnAddrInstance || !has_port(source)) {
        continue;
      }
      for (std::size_t to = 0; to < addresses.size(); ++to) {
        const Place destination = place(to);
        if (destination.key.vpc == source.key.vpc) {
          for (const std::uint16_t port : {std::uint16_t{80}, std::uint16_t{8080}}) {
            pass(source, destination, port, found);
          }
        }
      }
    }
    return found;
  }

 private:
  struct Place {
    pn_addr_key key;
    pn_addr_info info;
  };

  Place place(std::size_t at) const {
    const Table& addresses = tables_[MapId::Addresses];
    return {from_bytes<pn_addr_key>(addresses.key(at)),
            from_bytes<pn_addr_info>(addresses.value(at))};
  }

  std::optional<Place> find(__u32 vpc, const pn_addr& address) const {
    const pn_addr_key key{.vpc = vpc, .address = address};
    const auto info = tables_[MapId::Addresses].get<pn_addr_info>(key);
    return info ? std::optional(Place{key, *info}) : std::nullopt;
  }

  bool has_port(const Place& place) const {
    const auto port = tables_[MapId::Ports].get<pn_port>(place.info.port);
    return port && port->owner == place.info.eni;
  }

  static bool is_in(const pn_addr& address, const pn_rule& rule) {
    for (int word = 0; word < 4; ++word) {
      if ((address.word_be[word] & rule.mask.word_be[word]) != rule.net.word_be[word]) {
        return false;
      }
    }
    return true;
  }

  static bool matches(const pn_rule& rule, const pn_addr& peer, const pn_addr_info* peer_info,
                      std::uint16_t port) {
    if (rule.protocol != kPnProtocolAny &&
        (rule.protocol != 6 || port < rule.low || port > rule.high)) {
      return false;
    }
    if (rule.group == 0) {
      return is_in(peer, rule);
    }
    return peer_info != nullptr &&
           std::find(peer_info->groups, peer_info->groups + peer_info->group_count, rule.group) !=
               peer_info->groups + peer_info->group_count;
  }

  bool admits(const pn_addr_info& holder, pn_direction direction, const pn_addr& peer,
              const pn_addr_info* peer_info, std::uint16_t port) const {
    for (__u32 at = 0; at < holder.group_count; ++at) {
      const pn_group_key key{.group = holder.groups[at],
                             .direction = static_cast<__u32>(direction)};
      const auto group = tables_[MapId::Groups].get<pn_group>(key);
      for (__u32 rule = 0; group && rule < group->count; ++rule) {
        if (matches(group->rules[rule], peer, peer_info, port)) {
          return true;
        }
      }
    }
    return false;
  }

  // Whether the ACL lets a packet to `port` of or to `peer` pass.
  bool allows(__u32 acl, pn_direction direction, const pn_addr& peer, std::uint16_t port) const {
    if (acl == 0) {
      return true;
    }
    const pn_acl_key key{.acl = acl, .direction = static_cast<__u32>(direction)};
    const auto rules = tables_[MapId::Acls].get<pn_acl>(key);
    for (__u32 at = 0; rules && at < rules->count; ++at) {
      const pn_acl_rule& rule = rules->rules[at];
      const pn_rule same{.net = rule.net,
                         .mask = rule.mask,
                         .protocol = rule.protocol,
                         .low = rule.low,
                         .high = rule.high};
      if (matches(same, peer, nullptr, port)) {
        return rule.allow != 0;
      }
    }
    return false;
  }

  bool passes_acls(const Place& from, const Place& to, std::uint16_t port) const {
    return from.info.subnet == to.info.subnet ||
           (allows(from.info.acl, kPnEgress, to.key.address, port) &&
            allows(to.info.acl, kPnIngress, from.key.address, port));
  }

  void pass(const Place& source, const Place& destination, std::uint16_t port,
            Passed& found) const {
    if (!passes_acls(source, destination, port)) {
      return;
    }
    if (!admits(source.info, kPnEgress, destination.key.address, &destination.info, port)) {
      return;
    }
    const auto note = [&](__u32 receiver) {
      const auto* bytes = reinterpret_cast<const char*>(&destination.key.address);
      found.insert({source.info.eni, std::string(bytes, sizeof(pn_addr)), port, receiver});
    };
    const bool admitted =
        admits(destination.info, kPnIngress, source.key.address, &source.info, port);
    if (destination.info.kind == kPnAddrInstance && admitted && has_port(destination)) {
      note(destination.info.eni);
    }
    const auto endpoint = tables_[MapId::Endpoints].get<pn_endpoint>(destination.info.eni);
    if (destination.info.kind == kPnAddrEndpoint && admitted && endpoint &&
        endpoint->state == kPnEndpointForwarding) {
      const auto node = find(endpoint->node_vpc, endpoint->node_address);
      if (node && node->info.eni == endpoint->node_eni) {
        pass_node(source, *node, (endpoint->flags & kPnEndpointSkipNodeIngress) != 0, port, note);
      }
    }
  }

  template <class Note>
  void pass_node(const Place& source, const Place& node, bool skip_ingress, std::uint16_t port,
                 Note&& note) const {
    const bool open = node.info.group_count == 0;
    if (!open && !skip_ingress &&
        !admits(node.info, kPnIngress, source.key.address, nullptr, port)) {
      return;
    }
    const Table& targets = tables_[MapId::Targets];
    for (std::size_t at = 0; at < targets.size(); ++at) {
      const auto target = from_bytes<pn_target>(targets.value(at));
      const auto to = find(target.vpc, target.address);
      if (target.vpc != node.key.vpc || !to || to->info.eni != target.eni || !has_port(*to)) {
        continue;
      }
      const auto target_port =
          static_cast<std::uint16_t>(target.port_be << 8 | target.port_be >> 8);
      if (passes_acls(node, *to, target_port) &&
          (open || admits(node.info, kPnEgress, target.address, &to->info, target_port)) &&
          admits(to->info, kPnIngress, node.key.address, &node.info, target_port)) {
        note(to->info.eni);
      }
    }
  }

  Tables tables_;
};

// A World in which much depends on much: several groups on every side.
TestWorld busy() {
  TestWorld world = tutorial();
  for (const char* id : {"sg-a2", "sg-a3"}) {
    world.group(id, "vpc-a");
    world.allow_all_out(id);
    world.allow_in(id, "tcp", 80, "sg-client");
  }
  world.group("sg-b2", "vpc-b");
  world.allow_in("sg-b2", "tcp", 80, "10.0.1.0/24");
  world.allow("sg-b2", true, "tcp", {8080, 8080}, "sg-web");
  for (const char* vpc : {"vpc-a", "vpc-b"}) {
    for (const char* which : {"-1", "-2"}) {
      const std::string acl = "acl-" + std::string(vpc).substr(4) + which;
      world.acl(acl, vpc);
      world.set_entry(acl, {.rule_number = 100, .allow = true, .cidr = *Cidr::parse("0.0.0.0/0")});
      world.set_entry(
          acl,
          {.rule_number = 100, .egress = true, .allow = true, .cidr = *Cidr::parse("0.0.0.0/0")});
    }
    world.associate(std::string("subnet-") + vpc[4] + "1", std::string("acl-") + vpc[4] + "-1");
  }
  world.instance("i-client2", "subnet-a1", "10.0.1.11", {"sg-a2", "sg-client"});
  world.instance("i-client3", "subnet-a2", "10.0.2.11", {"sg-a3"});
  return world;
}

// Changes one to four things at random.
class Changer {
 public:
  explicit Changer(unsigned seed) : random_(seed) {}

  void change(TestWorld& world) {
    world.commit();
    for (unsigned times = 1 + below(4); times > 0; --times) {
      change_one(world);
    }
  }

 private:
  using Names = std::vector<std::string>;
  unsigned below(unsigned limit) {
    return std::uniform_int_distribution<unsigned>(0, limit - 1)(random_);
  }
  const std::string& one_of(const Names& names) {
    return names[below(static_cast<unsigned>(names.size()))];
  }

  void change_one(TestWorld& world) {
    switch (below(8)) {
      case 0:
        return change_rules(world);
      case 1:
        return set_groups(
            world,
            one_of({"i-client", "i-client2", "i-client3", "vpce-1-subnet-a1", "vpce-1-subnet-a2"}),
            {"sg-client", "sg-endpoint", "sg-a2", "sg-a3"});
      case 2:
        return set_groups(world, one_of({"i-web1", "i-web2", "nlb-subnet-b1", "nlb-subnet-b2"}),
                          {"sg-web", "sg-nlb", "sg-b2"});
      case 3:
        return world.edit<model::VpcEndpoint>("vpce-1", [&](model::VpcEndpoint& endpoint) {
          endpoint.state = below(2) == 0 ? EndpointState::Available : EndpointState::Rejected;
          endpoint.connection += below(2);
        });
      case 4:
        return world.edit<model::Instance>(
            one_of({"i-client", "i-web1", "i-web2"}), [&](model::Instance& instance) {
              instance.state =
                  below(2) == 0 ? model::InstanceState::Running : model::InstanceState::Stopped;
            });
      case 5:
        return change_acl(world);
      case 6:
        return associate(world);
      default:
        return world.edit<model::LoadBalancer>("nlb", [&](model::LoadBalancer& nlb) {
          nlb.enforce_inbound_rules_on_private_link = below(2) == 0;
        });
    }
  }

  void change_rules(TestWorld& world) {
    const std::string group =
        one_of({"sg-client", "sg-endpoint", "sg-a2", "sg-a3", "sg-nlb", "sg-web", "sg-b2"});
    const std::string peer =
        one_of({"10.0.0.0/16", "10.0.1.0/24", "sg-client", "sg-a2", "sg-nlb", "sg-web", "sg-b2"});
    world.edit<model::SecurityGroup>(group, [&](model::SecurityGroup& record) {
      if (!record.rules.empty() && below(2) == 0) {
        record.rules.erase(record.rules.begin() +
                           below(static_cast<unsigned>(record.rules.size())));
      }
    });
    if (world.get<model::SecurityGroup>(group).rules.size() < 5) {
      const int port = below(2) == 0 ? 80 : 8080;
      world.allow(group, below(2) == 0, "tcp", {port, port}, peer);
    }
  }

  // One rule comes, goes or becomes another.
  void change_acl(TestWorld& world) {
    const std::string acl = one_of({"acl-a-1", "acl-a-2", "acl-b-1", "acl-b-2"});
    const bool egress = below(2) == 0;
    const int number = 98 + static_cast<int>(below(3));
    if (below(3) == 0) {
      return world.edit<model::NetworkAcl>(acl, [&](model::NetworkAcl& record) {
        std::erase_if(record.entries, [&](const model::NetworkAclEntry& entry) {
          return entry.egress == egress && entry.rule_number == number;
        });
      });
    }
    model::NetworkAclEntry entry =
        acl_entry(number, egress, below(2) == 0, below(2) == 0 ? 80 : 8080,
                  one_of({"0.0.0.0/0", "10.0.1.0/24", "10.0.2.0/24"}));
    if (below(3) == 0) {
      entry.protocol = -1;
    }
    world.set_entry(acl, entry);
  }

  void associate(TestWorld& world) {
    const std::string side = one_of({"a", "b"});
    world.associate("subnet-" + side + one_of({"1", "2"}),
                    one_of({"", "acl-" + side + "-1", "acl-" + side + "-2"}));
  }

  void set_groups(TestWorld& world, const std::string& interface, const Names& choice) {
    world.edit<model::NetworkInterface>("eni-" + interface, [&](model::NetworkInterface& eni) {
      eni.groups.clear();
      for (const std::string& name : choice) {
        if (below(2) == 0) {
          eni.groups.emplace_back(name);
        }
      }
      if (eni.groups.empty()) {
        eni.groups.emplace_back(choice[below(static_cast<unsigned>(choice.size()))]);
      }
    });
  }

  std::mt19937 random_;
};

Judge::Passed in_either(const Judge::Passed& a, const Judge::Passed& b) {
  Judge::Passed both = a;
  both.insert(b.begin(), b.end());
  return both;
}

Judge::Passed passed_by(const TestWorld& world) {
  FakeKernel kernel;
  EXPECT_TRUE(Applier(kernel).apply(compiled(world)));
  return Judge(kernel).passed();
}

TEST(Order, At_no_moment_passes_what_neither_world_lets_pass) {
  std::size_t moments = 0;
  std::size_t differing = 0;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    TestWorld world = busy();
    Changer changer(seed);
    FakeKernel kernel;
    Applier applier(kernel);
    ASSERT_TRUE(applier.apply(compiled(world)));
    Judge::Passed before = Judge(kernel).passed();
    for (int change = 0; change < 8; ++change) {
      changer.change(world);
      const Judge::Passed after = passed_by(world);
      const Judge::Passed allowed = in_either(before, after);
      differing += before != after ? 1 : 0;
      bool good = true;
      kernel.on_change([&] {
        ++moments;
        const Judge::Passed now = Judge(kernel).passed();
        good = good && std::ranges::includes(allowed, now);
      });
      ASSERT_TRUE(applier.apply(compiled(world)));
      kernel.on_change(nullptr);
      ASSERT_TRUE(good) << "change " << change;
      ASSERT_EQ(Judge(kernel).passed(), after);
      before = after;
    }
  }
  // Otherwise the test would show nothing.
  EXPECT_GT(moments, 500U);
  EXPECT_GT(differing, 100U);
}

// ---- what connections are held to, at every moment ----------------------------------------------

__u64 cut_generation(const Table& generations) {
  return generations.get<__u64>(__u32{kPnCutGeneration}).value_or(0);
}

bool carries(const pn_endpoint& then, const pn_endpoint& now) {
  return now.state == kPnEndpointForwarding && now.connection == then.connection;
}
bool carries(const pn_target&, const pn_target& now) {
  return now.state == kPnTargetOpen;
}

// Whether what carried connections in `then` does so in `now`.
template <class Entry>
bool carry(const Table& then, const Table& now) {
  for (std::size_t at = 0; at < then.size(); ++at) {
    const auto entry = from_bytes<Entry>(then.value(at));
    const auto found = now.find(then.key(at));
    if (carries(entry, entry) && !(found && carries(entry, from_bytes<Entry>(*found)))) {
      return false;
    }
  }
  return true;
}

bool all_carry(const Tables& then, Kernel& now) {
  return carry<pn_endpoint>(then[MapId::Endpoints], now.dump(MapId::Endpoints).value()) &&
         carry<pn_target>(then[MapId::Targets], now.dump(MapId::Targets).value());
}

// A connection that was let through by a generation is not asked again before there is another: so
// no endpoint or target of it may have been closed. Also not when the daemon fails, or ends, on the
// way.
TEST(Order, At_no_moment_is_there_a_generation_beside_what_it_is_not_of) {
  std::size_t moments = 0;
  std::size_t generations = 0;
  std::size_t failures = 0;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    TestWorld world = busy();
    const auto target = world.get<model::Target>("tg|i-web1|8080");
    Changer changer(seed);
    std::mt19937 random(seed);
    FakeKernel kernel;
    std::map<__u64, Tables> known;
    bool good = true;
    kernel.on_change([&] {
      ++moments;
      const __u64 now = cut_generation(kernel.dump(MapId::Generations).value());
      good = good && (now == 0 || (known.contains(now) && all_carry(known.at(now), kernel)));
    });
    for (int change = 0; change < 8; ++change) {
      const Tables tables = compiled(world).tables();
      known[cut_generation(tables[MapId::Generations])] = tables;
      Applier applier(kernel);
      kernel.fail_call(static_cast<int>(random() % 12));
      for (bool applied = false; !applied; failures += applied ? 0 : 1) {
        applied = applier.apply(compiled(world)).has_value();
        ASSERT_TRUE(good) << "change " << change;
      }
      EXPECT_EQ(cut_generation(kernel.dump(MapId::Generations).value()),
                cut_generation(tables[MapId::Generations]));
      changer.change(world);
      if (random() % 3 == 0) {
        world.erase<model::Target>("tg|i-web1|8080");
      } else if (random() % 3 == 0) {
        world.put(target);
      }
    }
    generations += known.size();
  }
  // Otherwise the test would show nothing.
  EXPECT_GT(moments, 1000U);
  EXPECT_GT(generations, 100U);
  EXPECT_GT(failures, 50U);
}

}  // namespace
}  // namespace postern::dataplane
