// SPDX-License-Identifier: Apache-2.0
// Worlds on this kernel: instances that are namespaces, in VPCs of one CIDR, and real packets
// through the programs. What passes, what does not, and what outlives the daemon.
#include <gtest/gtest.h>

#include <atomic>
#include <iostream>
#include <map>
#include <set>

#include "dataplane/apply/apply.h"
#include "dataplane/compile/test_lookup.h"
#include "dataplane/linux/test_machine.h"
#include "netns/guest_socket.h"

namespace postern::dataplane {
namespace {

using model::EndpointState;
using Clock = std::chrono::steady_clock;

std::string in_ms(Clock::duration duration) {
  return fmt::format("{:.2f} ms", std::chrono::duration<double, std::milli>(duration).count());
}

class DataPlane : public testing::Test {
 protected:
  // Brings the machine to `world`. The time it took, without compiling.
  Clock::duration apply() {
    const Program program = compile(world.world(), Node());
    const auto begin = Clock::now();
    const auto done = applier->apply(program);
    const auto took = Clock::now() - begin;
    EXPECT_TRUE(done) << done.error().message();
    return took;
  }

  // Gives every instance that has none its namespace and its link, as their launcher does.
  void start_instances() {
    for (const auto& [id, instance] : world.world().all<model::Instance>()) {
      if (netns.contains(id.value)) {
        continue;
      }
      netns[id.value] = machine.make_instance(id.value);
      const auto eni = world.get<model::NetworkInterface>("eni-" + id.value);
      const auto subnet = world.get<model::Subnet>(eni.subnet.value);
      const auto done = machine.kernel().connect_instance({.owner = eni.number,
                                                           .port = eni.port,
                                                           .mac = eni.mac,
                                                           .address = eni.address,
                                                           .prefix = subnet.cidr.prefix(),
                                                           .gateway = subnet.cidr.at(1)},
                                                          netns[id.value].get());
      ASSERT_TRUE(done) << done.error().message();
    }
  }

  void start() {
    apply();
    start_instances();
  }

  // As after a restart of the daemon: everything in memory is new.
  void restart() {
    applier.reset();
    machine.restart();
    applier.emplace(machine.kernel());
  }

  int in(const std::string& instance) { return netns.at(instance).get(); }

  Fd services_of(const std::string& vpc) {
    return std::move(*open_namespace(machine.dir().network_namespace(vpc)));
  }

  std::uint64_t count(Verdict verdict) {
    const auto counts = machine.kernel().counters().value();
    return std::ranges::find(counts, verdict, &VerdictCount::verdict)->packets;
  }

  TestMachine machine;
  std::map<std::string, Fd> netns;
  std::optional<Applier> applier{std::in_place, machine.kernel()};
  TestWorld world;
};

// Two VPCs of the same CIDR, each with two instances at the same two addresses.
TestWorld twins() {
  TestWorld made;
  for (const std::string name : {"a", "b"}) {
    const std::string vpc = "vpc-" + name;
    made.vpc(vpc, "10.0.0.0/16");
    made.subnet("subnet-" + name, vpc, "10.0.1.0/24", "a", "az1");
    made.group("sg-" + name, vpc);
    made.allow_all_out("sg-" + name);
    made.allow_in("sg-" + name, "tcp", 80, "10.0.0.0/16");
    made.allow("sg-" + name, false, "icmp", {8, -1}, "sg-" + name);
    made.instance("i-" + name + "1", "subnet-" + name, "10.0.1.10", {"sg-" + name});
    made.instance("i-" + name + "2", "subnet-" + name, "10.0.1.11", {"sg-" + name});
  }
  return made;
}

TEST_F(DataPlane, Instances_of_two_vpcs_with_one_cidr_reach_their_own_neighbours_only) {
  world = twins();
  start();
  const Server a2(in("i-a2"), "a2", 80);
  const Server b2(in("i-b2"), "b2", 80);
  EXPECT_EQ(ask(in("i-a1"), {"10.0.1.11", 80}), "a2");
  EXPECT_EQ(ask(in("i-b1"), {"10.0.1.11", 80}), "b2");
  EXPECT_TRUE(ping(in("i-a1"), "10.0.1.11"));
  EXPECT_EQ(a2.last_client(), "10.0.1.10");
}

TEST_F(DataPlane, A_security_group_admits_and_denies_from_the_moment_it_is_applied) {
  world = twins();
  world.revoke_all("sg-a");
  world.allow_all_out("sg-a");
  start();
  const Server server(in("i-a2"), "a2", 80);
  const At at{"10.0.1.11", 80};
  EXPECT_EQ(ask(in("i-a1"), at), "");
  EXPECT_FALSE(ping(in("i-a1"), "10.0.1.11"));
  EXPECT_GT(count(Verdict::DestinationIngressDenied), 0U);
  world.allow_in("sg-a", "tcp", 80, "sg-a");
  std::cout << "a rule given: " << in_ms(apply()) << "\n";
  EXPECT_EQ(ask(in("i-a1"), at), "a2");
  EXPECT_FALSE(ping(in("i-a1"), "10.0.1.11"));
  const auto open = Connection::open(in("i-a1"), at);
  ASSERT_TRUE(open);
  EXPECT_EQ(open->greeting(), "a2");
  world.revoke_all("sg-a");
  std::cout << "all rules taken away: " << in_ms(apply()) << "\n";
  EXPECT_EQ(ask(in("i-a1"), at), "");
  // [EC2 user guide, "Security group connection tracking": a tracked connection goes on]
  EXPECT_TRUE(open->echoes("still here"));
}

TEST_F(DataPlane, A_link_without_entries_passes_nothing) {
  world = twins();
  start();
  const Server server(in("i-a2"), "a2", 80);
  world.edit<model::Instance>("i-a1",
                              [](model::Instance& i) { i.state = model::InstanceState::Stopping; });
  apply();
  EXPECT_EQ(ask(in("i-a1"), {"10.0.1.11", 80}), "");
  EXPECT_GT(count(Verdict::PortUnknown), 0U);
}

// A queue that holds nothing back is none: `postern fault` refuses a delay without netem.
TEST_F(DataPlane, What_a_delayed_link_is_sent_arrives_late) {
  world = twins();
  world.put(model::Fault{
      .id = model::Id<model::Fault>("fault-1"), .subject = "eni-i-a1", .delay_ms = 100});
  start();
  const Server server(in("i-a2"), "a2", 80);
  EXPECT_EQ(ask(in("i-a1"), {"10.0.1.11", 80}), "a2");
  if (const auto can = machine.kernel().check_delays(); !can) {
    std::cout << can.error().message() << "\n";
    return;
  }
  const std::uint32_t port = world.get<model::NetworkInterface>("eni-i-a1").port;
  const std::chrono::milliseconds delay(100);
  ASSERT_TRUE(machine.kernel().set_delay(port, delay).value());
  const auto connecting = [&] {
    const auto begin = Clock::now();
    EXPECT_TRUE(Connection::open(in("i-a1"), {"10.0.1.11", 80}));
    return Clock::now() - begin;
  };
  EXPECT_GE(connecting(), delay);
  world.erase<model::Fault>("fault-1");
  apply();
  EXPECT_LT(connecting(), delay) << "nothing goes by the queue any more";
}

TEST_F(DataPlane, An_endpoint_leads_to_the_service_in_the_other_account) {
  world = tutorial();
  start();
  const Server web1(in("i-web1"), "web1", 8080);
  const Server web2(in("i-web2"), "web2", 8080);
  // Both by the zone's id, which is the other one's by name.
  EXPECT_EQ(ask(in("i-client"), {"10.0.1.100", 80}), "web2");
  EXPECT_EQ(ask(in("i-client"), {"10.0.2.100", 80}), "web1");
  EXPECT_EQ(web2.last_client(), "10.0.2.20");  // the node's own address, never the client's
  EXPECT_EQ(ask(in("i-client"), {"10.0.1.100", 81}), "");
  EXPECT_FALSE(ping(in("i-client"), "10.0.1.100"));
}

// The target keeps each closed connection in TIME_WAIT, and answers a SYN that it cannot tell from
// a late one with a challenge: its sender would wait for a second.
TEST_F(DataPlane, Short_connections_from_few_client_ports_are_never_taken_for_late_ones) {
  world = tutorial();
  start();
  const Server web(in("i-web2"), "web2", 8080, Manner::HangsUp);
  set_local_ports(in("i-client"), 40000, 40499);
  int opened = 0;
  for (; opened < 4000; ++opened) {
    const auto connection = Connection::open(in("i-client"), {"10.0.1.100", 80});
    ASSERT_TRUE(connection) << "after " << opened;
    ASSERT_EQ(connection->greeting(), "web2");
    ASSERT_EQ(connection->greeting(), "");
  }
}

TEST_F(DataPlane, A_connection_that_is_not_accepted_carries_nothing_until_it_is) {
  world = tutorial();
  world.set_state("vpce-1", EndpointState::PendingAcceptance);
  start();
  const Server web(in("i-web2"), "web2", 8080);
  const At at{"10.0.1.100", 80};
  EXPECT_EQ(ask(in("i-client"), at), "");
  EXPECT_GT(count(Verdict::EndpointNotAccepted), 0U);
  world.set_state("vpce-1", EndpointState::Available);
  std::cout << "an endpoint accepted: " << in_ms(apply()) << "\n";
  EXPECT_EQ(ask(in("i-client"), at), "web2");
}

TEST_F(DataPlane, A_rejected_connection_is_cut_though_it_is_in_use) {
  world = tutorial();
  start();
  const Server web(in("i-web2"), "web2", 8080);
  const auto open = Connection::open(in("i-client"), {"10.0.1.100", 80});
  ASSERT_TRUE(open);
  EXPECT_EQ(open->greeting(), "web2");
  EXPECT_TRUE(open->echoes("before"));
  world.set_state("vpce-1", EndpointState::Rejected);
  std::cout << "an endpoint rejected: " << in_ms(apply()) << "\n";
  EXPECT_FALSE(open->echoes("after"));
  EXPECT_EQ(ask(in("i-client"), {"10.0.1.100", 80}), "");
}

TEST_F(DataPlane, The_services_namespace_answers_and_probes_from_the_vpcs_own_addresses) {
  world = tutorial();
  start();
  // The resolver of VPC A.
  const Fd in_a = services_of("vpc-a");
  for (const char* address : {"10.0.0.2", "169.254.169.253"}) {
    SCOPED_TRACE(address);
    const Fd resolver = udp_at(in_a.get(), {address, 53});
    std::thread answering([&] { answer_udp(resolver, "10.0.1.100"); });
    EXPECT_EQ(ask_udp(in("i-client"), {address, 53}, "who?"), "10.0.1.100");
    answering.join();
  }
  // A health check of VPC B: the NLB's group may go out, the instance's admits it on 8080.
  const Fd in_b = services_of("vpc-b");
  const Server web(in("i-web1"), "web1", 8080);
  const Server other(in("i-web1"), "other", 9090);
  EXPECT_EQ(ask(in_b.get(), {"10.0.1.10", 8080}, "10.0.1.20"), "web1");
  EXPECT_EQ(web.last_client(), "10.0.1.20");
  EXPECT_EQ(ask(in_b.get(), {"10.0.1.10", 9090}, "10.0.1.20"), "");
  EXPECT_GT(count(Verdict::TargetIngressDenied), 0U);
}

TEST_F(DataPlane, A_restart_under_traffic_loses_nothing) {
  world = tutorial();
  start();
  const Server web(in("i-web2"), "web2", 8080);
  const At at{"10.0.1.100", 80};
  const auto open = Connection::open(in("i-client"), at);
  ASSERT_TRUE(open);
  EXPECT_EQ(open->greeting(), "web2");
  std::atomic<bool> stop = false;
  std::atomic<int> rounds = 0;
  std::atomic<bool> lost = false;
  std::thread talking([&] {
    while (!stop && !lost) {
      lost = !open->echoes("round " + std::to_string(rounds));
      ++rounds;
    }
  });
  for (int times = 0; times < 3; ++times) {
    applier.reset();
    machine.stop();  // a daemon that died: what it pinned goes on
    EXPECT_EQ(ask(in("i-client"), at), "web2");
    const int seen = rounds;
    while (rounds < seen + 100 && !lost) {
      std::this_thread::yield();
    }
    const auto begin = Clock::now();
    restart();
    const auto opened = Clock::now() - begin;
    std::cout << "restart: " << in_ms(opened) << ", then applied in " << in_ms(apply()) << "\n";
  }
  stop = true;
  talking.join();
  EXPECT_FALSE(lost);
  EXPECT_TRUE(open->echoes("after all"));
  EXPECT_EQ(ask(in("i-client"), at), "web2");
  // Every link runs the newest program.
  const auto links = machine.kernel().links().value();
  EXPECT_EQ(links.size(), 5U);
  for (const FoundLink& link : links) {
    EXPECT_TRUE(link.attached) << name_of(link.link);
  }
}

TEST_F(DataPlane, What_changed_while_the_daemon_was_down_is_applied_when_it_is_back) {
  world = tutorial();
  start();
  const Server web(in("i-web2"), "web2", 8080);
  EXPECT_EQ(ask(in("i-client"), {"10.0.1.100", 80}), "web2");
  restart();
  world.set_state("vpce-1", EndpointState::Rejected);
  apply();
  EXPECT_EQ(ask(in("i-client"), {"10.0.1.100", 80}), "");
}

TEST_F(DataPlane, An_ended_instance_leaves_nothing_and_its_port_serves_the_next) {
  world = twins();
  start();
  const Server server(in("i-a2"), "a2", 80);
  const auto gone = world.get<model::NetworkInterface>("eni-i-a1");
  netns.erase("i-a1");
  ASSERT_TRUE(remove_namespace(machine.dir().network_namespace("i-a1")));
  world.erase<model::Instance>("i-a1");
  world.erase<model::NetworkInterface>("eni-i-a1");
  apply();
  const auto links = machine.kernel().links().value();
  for (const FoundLink& link : links) {
    EXPECT_NE(link.link.owner, gone.number);
  }
  world.instance("i-a3", "subnet-a", "10.0.1.12", {"sg-a"});
  ASSERT_EQ(world.get<model::NetworkInterface>("eni-i-a3").port, gone.port);
  start();
  EXPECT_EQ(ask(in("i-a3"), {"10.0.1.11", 80}), "a2");
}

TEST_F(DataPlane, The_connections_of_an_ended_instance_are_swept) {
  world = twins();
  start();
  const Server server(in("i-a2"), "a2", 80);
  const auto open = Connection::open(in("i-a1"), {"10.0.1.11", 80});
  ASSERT_TRUE(open);
  EXPECT_EQ(open->greeting(), "a2");
  EXPECT_EQ(machine.kernel().sweep()->live, 2U);
  world.erase<model::Instance>("i-a1");
  world.erase<model::NetworkInterface>("eni-i-a1");
  apply();
  EXPECT_EQ(machine.kernel().sweep()->marked, 2U);
  EXPECT_EQ(machine.kernel().sweep()->deleted, 2U);
}

// [docs/adr/0008]
TEST_F(DataPlane, A_retired_target_carries_what_it_has_and_is_known_to_be_in_use_until_it_ends) {
  world = tutorial();
  start();
  const Server web(in("i-web2"), "web2", 8080);
  const At at{"10.0.1.100", 80};
  const auto open = Connection::open(in("i-client"), at);
  ASSERT_TRUE(open);
  EXPECT_EQ(open->greeting(), "web2");
  const auto retired = world.get<model::Target>("tg|i-web2|8080");
  world.erase<model::Target>(retired.id.value);
  world.put(
      model::RetiredTarget{.id = model::Id<model::RetiredTarget>(std::to_string(retired.number)),
                           .vpc = model::Id<model::Vpc>("vpc-b"),
                           .address = *IpAddress::parse("10.0.2.10"),
                           .port = 8080,
                           .number = retired.number});
  apply();
  EXPECT_TRUE(open->echoes("still here"));
  EXPECT_EQ(ask(in("i-client"), at), "");  // and nothing new: the zone has no other target
  EXPECT_EQ(*machine.kernel().targets_in_use(), std::set<std::uint32_t>{retired.number});
  // Its end comes with its instance: the sweeper marks it, and it counts no more.
  world.erase<model::Instance>("i-web2");
  world.erase<model::NetworkInterface>("eni-i-web2");
  apply();
  EXPECT_EQ(machine.kernel().sweep()->marked, 2U);
  EXPECT_EQ(*machine.kernel().targets_in_use(), std::set<std::uint32_t>{});
}

TEST_F(DataPlane, Ten_thousand_endpoints_are_applied_in_a_moment) {
  world = tutorial();
  apply();
  world.subnet("subnet-big", "vpc-a", "10.0.64.0/18", "ap-northeast-1a", "apne1-az4");
  for (std::uint32_t n = 0; n < 10000; ++n) {
    world.endpoint("vpce-x" + std::to_string(n),
                   {{"subnet-big", IpAddress::v4(0x0a004004 + n).text()}}, {"sg-endpoint"}, "nlb");
  }
  const auto added = apply();
  world.set_state("vpce-x77", EndpointState::Rejected);
  const auto rejected = apply();
  world.set_state("vpce-x77", EndpointState::Available);
  const auto accepted = apply();
  restart();
  const auto again = apply();
  std::cout << "10000 endpoints added: " << in_ms(added) << ", one rejected: " << in_ms(rejected)
            << ", one accepted: " << in_ms(accepted) << ", all read again: " << in_ms(again)
            << "\n";
  EXPECT_LT(added, std::chrono::seconds(2));  // also on a busy machine
}

}  // namespace
}  // namespace postern::dataplane
