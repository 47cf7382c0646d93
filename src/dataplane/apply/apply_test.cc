// SPDX-License-Identifier: Apache-2.0
// The applier brings a machine to a Program from wherever it is, also past failures of every call.
#include "dataplane/apply/apply.h"

#include <gtest/gtest.h>

#include "dataplane/compile/test_lookup.h"
#include "dataplane/kernel/fake_kernel.h"

namespace postern::dataplane {
namespace {

Program compiled(const TestWorld& world) {
  return compile(world.world(), Node());
}

void expect_holds(FakeKernel& kernel, const Program& program) {
  for (const MapInfo& map : kMaps) {
    EXPECT_EQ(kernel.dump(map.id).value(), program.tables()[map.id]) << map.name;
  }
  std::vector<std::string> vpcs;
  for (const Services& services : program.services()) {
    vpcs.push_back(services.vpc_id);
    const Services* made = kernel.services_of(services.vpc_id);
    EXPECT_TRUE(made != nullptr && *made == services) << services.vpc_id;
  }
  EXPECT_EQ(kernel.services().value(), vpcs);
  EXPECT_EQ(kernel.revision().value(), program.revision);
}

// Every way a World can change at once: something is added, removed and replaced in every map.
void change_everything(TestWorld& world) {
  world.commit();
  world.vpc("vpc-c", "10.9.0.0/16");
  world.subnet("subnet-c", "vpc-c", "10.9.1.0/24", "ap-northeast-1a", "apne1-az4");
  world.group("sg-c", "vpc-c");
  world.instance("i-c", "subnet-c", "10.9.1.10", {"sg-c"});
  world.erase<model::Instance>("i-client");
  world.erase<model::NetworkInterface>("eni-i-client");
  world.set_state("vpce-1", model::EndpointState::Rejected);
  world.revoke_all("sg-web");
  world.allow_in("sg-web", "tcp", 9090, "10.0.0.0/16");
  world.edit<model::Target>("tg|i-web2|8080", [](model::Target& target) {
    target.verdict = model::HealthVerdict::Unhealthy;
  });
  world.listener("nlb", "tg-new", "TCP", 443);
  world.erase<model::Listener>("listener-tg");
  world.edit<model::NetworkInterface>("eni-i-web1", [](model::NetworkInterface& eni) {
    eni.groups = {model::Id<model::SecurityGroup>("sg-nlb")};
  });
}

TEST(Applier, From_nothing_the_machine_holds_the_program) {
  FakeKernel kernel;
  Applier applier(kernel);
  const TestWorld world = tutorial();
  ASSERT_TRUE(applier.apply(compiled(world)));
  expect_holds(kernel, compiled(world));
}

TEST(Applier, From_one_program_to_another_and_back) {
  FakeKernel kernel;
  Applier applier(kernel);
  const TestWorld before = tutorial();
  TestWorld after = tutorial();
  change_everything(after);
  for (const TestWorld* world : {&before, static_cast<const TestWorld*>(&after), &before}) {
    ASSERT_TRUE(applier.apply(compiled(*world)));
    expect_holds(kernel, compiled(*world));
  }
  ASSERT_TRUE(applier.apply(compile(model::World(), Node())));
  expect_holds(kernel, compile(model::World(), Node()));
  EXPECT_TRUE(kernel.links()->empty());
}

TEST(Applier, Applying_the_same_again_changes_nothing) {
  FakeKernel kernel;
  Applier applier(kernel);
  const Program program = compiled(tutorial());
  ASSERT_TRUE(applier.apply(program));
  const int calls = kernel.calls();
  ASSERT_TRUE(applier.apply(program));
  EXPECT_EQ(kernel.calls(), calls);
}

TEST(Applier, A_revision_that_changes_nothing_here_is_only_noted) {
  FakeKernel kernel;
  Applier applier(kernel);
  TestWorld world = tutorial();
  ASSERT_TRUE(applier.apply(compiled(world)));
  const int calls = kernel.calls();
  world.commit();
  ASSERT_TRUE(applier.apply(compiled(world)));
  EXPECT_EQ(kernel.calls(), calls + 1);
  EXPECT_EQ(kernel.revision().value(), world.world().revision());
}

// [Omicron, SQLite: fail the n-th call for n = 1, 2, 3, … until the whole run passes]
TEST(Applier, A_failure_of_any_call_is_repaired_by_the_next_pass) {
  const TestWorld before = tutorial();
  TestWorld after = tutorial();
  change_everything(after);
  int failed = 0;
  for (int call = 1;; ++call) {
    SCOPED_TRACE(call);
    FakeKernel kernel;
    Applier applier(kernel);
    ASSERT_TRUE(applier.apply(compiled(before)));
    kernel.add_link({kPnPortInstance, before.get<model::NetworkInterface>("eni-i-client").number,
                     before.get<model::NetworkInterface>("eni-i-client").port});
    kernel.fail_call(call);
    const auto first = applier.apply(compiled(after));
    if (first) {
      break;
    }
    ++failed;
    EXPECT_NE(first.error().message().find("a fault on demand"), std::string::npos);
    ASSERT_TRUE(applier.apply(compiled(after)));
    expect_holds(kernel, compiled(after));
  }
  EXPECT_GE(failed, 15);
}

TEST(Applier, An_error_says_what_was_being_done) {
  FakeKernel kernel;
  Applier applier(kernel);
  kernel.fail_call(1);
  const auto failed = applier.apply(compiled(tutorial()));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message().find("making the services namespace of vpc-a: "), 0U)
      << failed.error().message();
}

TEST(Applier, After_a_restart_the_machine_is_read_and_only_differences_are_written) {
  FakeKernel kernel;
  const TestWorld before = tutorial();
  ASSERT_TRUE(Applier(kernel).apply(compiled(before)));
  TestWorld after = before.copy();
  after.commit();
  after.set_state("vpce-1", model::EndpointState::Rejected);
  int changes = 0;
  kernel.on_change([&] { ++changes; });
  ASSERT_TRUE(Applier(kernel).apply(compiled(after)));
  expect_holds(kernel, compiled(after));
  // The generation twice, two endpoint entries, one wait, two namespaces looked after, the revision.
  EXPECT_EQ(changes, 8);
}

TEST(Applier, What_somebody_else_left_in_the_maps_is_removed) {
  FakeKernel kernel;
  Table stray(MapId::Endpoints);
  stray.add(__u32{4711}, pn_endpoint{.state = kPnEndpointForwarding});
  ASSERT_TRUE(kernel.put(stray));
  const Program program = compiled(tutorial());
  ASSERT_TRUE(Applier(kernel).apply(program));
  expect_holds(kernel, program);
}

TEST(Applier, Links_of_gone_interfaces_are_removed_and_those_of_newer_worlds_are_not) {
  FakeKernel kernel;
  Applier applier(kernel);
  const TestWorld world = tutorial();
  const Program program = compiled(world);
  const auto client = world.get<model::NetworkInterface>("eni-i-client");
  const Link ours{kPnPortInstance, client.number, client.port};
  const Link gone{kPnPortInstance, 1, 900};
  const Link newer{kPnPortInstance, program.last_number + 1, 901};
  kernel.add_link(ours, false);  // its maker was stopped before it attached the program
  kernel.add_link(gone);
  kernel.add_link(newer);
  ASSERT_TRUE(applier.apply(program));
  std::vector<FoundLink> instances;
  const auto links = kernel.links().value();
  for (const FoundLink& link : links) {
    if (link.link.kind == kPnPortInstance) {
      instances.push_back(link);
    }
  }
  EXPECT_EQ(instances, (std::vector<FoundLink>{{ours, true}, {newer, true}}));
}

TEST(Applier, A_namespace_is_made_again_when_it_is_gone) {
  FakeKernel kernel;
  Applier applier(kernel);
  const Program program = compiled(tutorial());
  ASSERT_TRUE(applier.apply(program));
  ASSERT_TRUE(kernel.remove_services("vpc-a"));
  ASSERT_TRUE(applier.apply(program));
  expect_holds(kernel, program);
}

}  // namespace
}  // namespace postern::dataplane
