// SPDX-License-Identifier: Apache-2.0
// A World that is compiled by what has changed in it is the World compiled as one.
#include "dataplane/compile/slices.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "dataplane/compile/compiler.h"
#include "dataplane/compile/parts.h"
#include "dataplane/compile/test_world.h"

namespace postern::dataplane {
namespace {

using model::Id;

// Two more consumers of two services, one of them in the provider's own VPC; a list, an ACL.
TestWorld several() {
  TestWorld world = tutorial();
  world.vpc("vpc-c", "10.0.0.0/16");
  world.subnet("subnet-c1", "vpc-c", "10.0.1.0/24", "ap-northeast-1a", "apne1-az4");
  world.group("sg-c", "vpc-c");
  world.instance("i-c", "subnet-c1", "10.0.1.10", {"sg-c"});
  world.balancer("nlb-c", {{"subnet-c1", "10.0.1.20"}}, {"sg-c"});
  world.listener("nlb-c", "tg-c", "TCP_UDP", 53);
  world.target("tg-c", "i-c", 53);
  world.endpoint("vpce-2", {{"subnet-c1", "10.0.1.100"}}, {"sg-c"}, "nlb");
  world.endpoint("vpce-3", {{"subnet-a1", "10.0.1.101"}}, {"sg-endpoint"}, "nlb-c");
  world.endpoint("vpce-4", {{"subnet-b1", "10.0.1.102"}}, {"sg-web"}, "nlb");
  world.aws_endpoint("vpce-5", {{"subnet-c1", "10.0.1.103"}}, {"sg-c"}, "ec2");
  world.prefix_list("pl-1", {{.version = 1, .entries = {{.cidr = *Cidr::parse("10.9.0.0/16")}}}});
  world.acl("acl-b", "vpc-b");
  world.acl("acl-c", "vpc-c");
  return world;
}

class Changes {
 public:
  Changes(unsigned seed, TestWorld& world) : random_(seed), world_(world) {}

  // Something comes, goes, comes back or becomes other.
  void make_one() {
    if (below(3) == 0) {
      take_away(std::type_identity<model::ForEachRecord<Types>>());
    } else if (!away_.empty() && below(3) == 0) {
      const std::size_t which = below(away_.size());
      away_[which]();
      away_.erase(away_.begin() + static_cast<std::ptrdiff_t>(which));
    } else {
      change();
    }
  }

 private:
  template <class...>
  struct Types {};

  std::size_t below(std::size_t end) { return random_() % end; }

  // Null: there is none.
  template <class T>
  const T* any() {
    const auto& all = world_.world().all<T>();
    return all.empty() ? nullptr
                       : std::next(all.begin(), static_cast<std::ptrdiff_t>(below(all.size())))
                             ->second.get();
  }

  template <class T, class Change>
  void edit(Change change) {
    if (const T* found = any<T>()) {
      T record = *found;
      change(record);
      world_.put(std::move(record));
    }
  }

  template <class... Ts>
  void take_away(std::type_identity<Types<Ts...>>) {
    std::size_t which = below(sizeof...(Ts));
    ((which-- == 0 ? take_one_away<Ts>() : void()), ...);
  }
  template <class T>
  void take_one_away() {
    if constexpr (!std::is_same_v<T, model::Counters>) {
      if (const T* found = any<T>()) {
        const std::string id = found->id.value;
        away_.push_back([this, record = *found] { world_.put(record); });
        world_.erase<T>(id);
      }
    }
  }

  void change() {
    switch (below(13)) {
      case 0:
        return edit<model::VpcEndpoint>([&](model::VpcEndpoint& endpoint) {
          endpoint.state =
              below(2) == 0 ? model::EndpointState::Rejected : model::EndpointState::Available;
        });
      case 1:
        return edit<model::VpcEndpoint>([&](model::VpcEndpoint& endpoint) {
          for (model::EndpointSubnet& subnet : endpoint.subnets) {
            subnet.load_balancer =
                Id<model::LoadBalancer>(std::vector{"nlb", "nlb-c", "", "nlb-gone"}[below(4)]);
          }
        });
      case 2:
        return edit<model::Target>([&](model::Target& target) {
          target.verdict =
              below(2) == 0 ? model::HealthVerdict::Unhealthy : model::HealthVerdict::Healthy;
        });
      case 3:
        return edit<model::LoadBalancer>([&](model::LoadBalancer& balancer) {
          balancer.enforce_inbound_rules_on_private_link = below(2) == 0;
          balancer.state = below(3) == 0 ? model::LoadBalancerState::Provisioning
                                         : model::LoadBalancerState::Active;
        });
      case 4:
        return edit<model::SecurityGroup>([&](model::SecurityGroup& group) {
          model::SecurityGroupRule rule{.protocol = "tcp", .from_port = 1, .to_port = 9};
          if (below(2) == 0) {
            rule.prefix_list = Id<model::PrefixList>("pl-1");
          } else if (const auto* peer = any<model::SecurityGroup>();
                     peer != nullptr && peer->vpc == group.vpc) {
            rule.group = peer->id;
          } else {
            rule.cidr = Cidr::parse("10.0.0.0/8");
          }
          group.rules = {rule};
        });
      case 5:
        return edit<model::Subnet>([&](model::Subnet& subnet) {
          const auto* acl = any<model::NetworkAcl>();
          subnet.network_acl =
              acl != nullptr && acl->vpc == subnet.vpc ? acl->id : Id<model::NetworkAcl>();
        });
      case 6:
        return edit<model::NetworkAcl>([&](model::NetworkAcl& acl) {
          model::NetworkAclEntry entry{.rule_number = static_cast<int>(1 + below(3)),
                                       .cidr = *Cidr::parse("0.0.0.0/0")};
          entry.egress = below(2) == 0;
          entry.allow = below(2) == 0;
          entry.protocol = 6;
          entry.from = entry.to = 80;
          model::set_entry(acl, entry);
        });
      case 7:
        return edit<model::Instance>([&](model::Instance& instance) {
          instance.state =
              below(2) == 0 ? model::InstanceState::Stopped : model::InstanceState::Running;
        });
      case 8:
        return edit<model::NetworkInterface>([&](model::NetworkInterface& interface) {
          interface.source_dest_check = below(2) == 0;
          if (below(2) == 0) {
            interface.groups.clear();
          }
        });
      case 9:
        return edit<model::Vpc>(
            [&](model::Vpc& vpc) { vpc.enable_dns_support = !vpc.enable_dns_support; });
      case 10:
        return fail_something();
      case 11:
        return log_something();
      default:
        return edit<model::PrefixList>([&](model::PrefixList& list) {
          list.versions.back().entries = {
              {.cidr = *Cidr::parse(below(2) == 0 ? "10.8.0.0/16" : "10.9.0.0/16")}};
        });
    }
  }

  void fail_something() {
    model::Fault fault{.id = Id<model::Fault>("fault-" + std::to_string(below(2)))};
    if (const auto* subnet = any<model::Subnet>(); subnet != nullptr && below(2) == 0) {
      fault.kind = model::FaultKind::Zone;
      fault.subject = subnet->zone_id;
    } else if (const auto* interface = any<model::NetworkInterface>()) {
      fault.subject = interface->id.value;
      fault.loss_percent = static_cast<int>(below(2)) * 10;
    }
    world_.put(fault);
  }

  void log_something() {
    model::FlowLog log{.id = Id<model::FlowLog>("fl-" + std::to_string(below(2)))};
    if (const auto* interface = any<model::NetworkInterface>()) {
      log.resource_id =
          std::vector{interface->id.value, interface->subnet.value, interface->vpc.value}[below(3)];
    }
    world_.put(log);
  }

  std::mt19937 random_;
  TestWorld& world_;
  std::vector<std::function<void()>> away_;
};

void expect_as_one(const Program& program, const model::World& world) {
  const Part one = compile_slice(world, counted_vpcs(world), std::nullopt);
  const Tables tables = program.tables();
  for (const MapInfo& map : kMaps) {
    if (map.id != MapId::Generations) {
      EXPECT_EQ(tables[map.id], one.tables[map.id]) << map.name;
    }
  }
  const Table& generations = tables[MapId::Generations];
  EXPECT_EQ(!generations.get<__u64>(__u32{kPnAclGeneration}), one.acl_hash == 0);
  EXPECT_EQ(!generations.get<__u64>(__u32{kPnCutGeneration}), one.cut_hash == 0);
  EXPECT_EQ(program.links(), one.links);
  EXPECT_EQ(program.services(), one.services);
}

TEST(Slices, A_world_compiled_change_by_change_is_the_world_compiled_as_one) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    TestWorld world = several();
    Changes changes(seed, world);
    Compiler compiler;
    std::mt19937 random(seed);
    for (int step = 0; step < 120; ++step) {
      SCOPED_TRACE(step);
      changes.make_one();
      world.commit();
      if (random() % 3 != 0) {  // some revisions are never compiled
        expect_as_one(compiler.compile(world.world()), world.world());
      }
      if (testing::Test::HasFailure()) {
        return;
      }
    }
  }
}

TEST(Slices, Only_those_that_a_change_is_about_are_others) {
  TestWorld world = several();
  Slices slices;
  using Vpcs = std::set<Id<model::Vpc>>;
  const Id<model::Vpc> a("vpc-a"), b("vpc-b"), c("vpc-c");
  EXPECT_EQ(slices.follow(world.world()), (Vpcs{a, b, c}));
  EXPECT_EQ(slices.follow(world.world()), Vpcs());
  world.allow_in("sg-client", "tcp", 22, "10.0.0.0/16");
  EXPECT_EQ(slices.follow(world.world()), Vpcs{a});
  // Whose targets they are knows; who reaches them through an endpoint need not.
  world.edit<model::Target>("tg|i-web2|8080", [](model::Target& target) {
    target.verdict = model::HealthVerdict::Unhealthy;
  });
  EXPECT_EQ(slices.follow(world.world()), Vpcs{b});
  world.edit<model::LoadBalancer>(
      "nlb-c", [](model::LoadBalancer& nlb) { nlb.enforce_inbound_rules_on_private_link = false; });
  EXPECT_EQ(slices.follow(world.world()), (Vpcs{a, c}));
  world.put(model::Fault{.id = Id<model::Fault>("fault-1")});
  EXPECT_EQ(slices.follow(world.world()), (Vpcs{a, b, c}));
}

TEST(Slices, A_part_that_a_change_leaves_as_it_was_is_the_same_object) {
  TestWorld world = several();
  Compiler compiler;
  const Program before = compiler.compile(world.world());
  world.edit<model::Vpc>("vpc-a", [](model::Vpc& vpc) { vpc.tags["Name"] = "another"; });
  world.allow_in("sg-c", "tcp", 22, "10.0.0.0/16");
  const Program after = compiler.compile(world.world());
  EXPECT_EQ(before.parts.at(Id<model::Vpc>("vpc-a")), after.parts.at(Id<model::Vpc>("vpc-a")));
  EXPECT_NE(before.parts.at(Id<model::Vpc>("vpc-c")), after.parts.at(Id<model::Vpc>("vpc-c")));
}

TEST(Slices, A_vpc_that_is_gone_leaves_nothing) {
  TestWorld world = tutorial();
  Compiler compiler;
  compiler.compile(world.world());
  EXPECT_TRUE(compiler.compile(model::World()).parts.empty());
}

}  // namespace
}  // namespace postern::dataplane
