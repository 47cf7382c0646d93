// SPDX-License-Identifier: Apache-2.0
// From a World to what becomes of a packet, without a kernel: compiled, and judged by the
// reference.
#include <gtest/gtest.h>

#include <functional>

#include "dataplane/bpf/test_packet.h"
#include "dataplane/compile/program.h"
#include "dataplane/compile/test_world.h"
#include "reference/judge.h"

namespace postern::reference {
namespace {

using dataplane::TestWorld;
using dataplane::testing::ip;
using Wire = dataplane::testing::Packet;

// The tutorial's World with its packets' ways.
class Compiled {
 public:
  explicit Compiled(const TestWorld& world)
      : world_(world), maps_(maps_of(dataplane::compile(world.world(), {}).tables())) {}

  std::uint32_t port_of(const std::string& instance) const {
    return world_.get<model::NetworkInterface>("eni-" + instance).port;
  }

  Outcome send(const std::string& instance, Wire wire, FlowState state = {}) const {
    const auto interface = world_.get<model::NetworkInterface>("eni-" + instance);
    wire.source_mac = interface.mac;
    return judge(maps_, {}, std::move(state),
                 {.port = interface.port, .frame = wire.bytes(), .now = 1, .chosen_port = 2000});
  }

 private:
  const TestWorld& world_;
  Maps maps_;
};

Wire syn_to_endpoint() {
  return {.source = ip("10.0.1.10"), .destination = ip("10.0.1.100")};
}

TEST(Compiled, The_tutorials_first_packet_and_its_answer) {
  const TestWorld world = dataplane::tutorial();
  const Compiled compiled(world);
  const Outcome there = compiled.send("i-client", syn_to_endpoint());
  EXPECT_EQ(dataplane::info(there.verdict).name, "EndpointAdmitted");
  // Zones are compared by id: apne1-az4 is B's subnet-b2. [PrivateLink guide]
  EXPECT_EQ(there.port, compiled.port_of("i-web2"));
  const auto arrived = dataplane::testing::parse(there.frame);
  EXPECT_EQ(arrived.fault, "");
  EXPECT_EQ(arrived.packet.source, ip("10.0.2.20"));
  EXPECT_EQ(arrived.packet.source_port, 2000);
  EXPECT_EQ(arrived.packet.destination, ip("10.0.2.10"));
  EXPECT_EQ(arrived.packet.destination_port, 8080);

  const Wire answer{.source = arrived.packet.destination,
                    .destination = arrived.packet.source,
                    .source_port = arrived.packet.destination_port,
                    .destination_port = arrived.packet.source_port,
                    .flags = kSyn | kAck};
  const Outcome back = compiled.send("i-web2", answer, there.state);
  EXPECT_EQ(dataplane::info(back.verdict).name, "FlowForwarded");
  EXPECT_EQ(back.port, compiled.port_of("i-client"));
  EXPECT_EQ(dataplane::testing::parse(back.frame).packet.source, ip("10.0.1.100"));
}

TEST(Compiled, What_a_change_of_the_World_does_to_the_first_packet) {
  struct Row {
    const char* name;
    std::function<void(TestWorld&)> change;
    const char* verdict;
  };
  const std::vector<Row> rows = {
      {"endpoint rejected",
       [](TestWorld& w) { w.set_state("vpce-1", model::EndpointState::Rejected); },
       "EndpointNotAccepted"},
      {"endpoint deleted", [](TestWorld& w) { w.erase<model::VpcEndpoint>("vpce-1"); },
       "EndpointMissing"},
      {"client may not send", [](TestWorld& w) { w.revoke_all("sg-client"); },
       "SourceEgressDenied"},
      {"endpoint admits nobody", [](TestWorld& w) { w.revoke_all("sg-endpoint"); },
       "EndpointIngressDenied"},
      {"NLB may not send",
       [](TestWorld& w) {
         w.revoke_all("sg-nlb");
         w.allow_in("sg-nlb", "tcp", 80, "10.0.0.0/16");
       },
       "BalancerEgressDenied"},
      {"NLB admits nobody", [](TestWorld& w) { w.revoke_all("sg-nlb"); }, "BalancerIngressDenied"},
      {"NLB admits nobody, and does not ask on private links",
       [](TestWorld& w) {
         w.revoke_all("sg-nlb");
         w.allow_all_out("sg-nlb");
         w.edit<model::LoadBalancer>("nlb", [](model::LoadBalancer& record) {
           record.enforce_inbound_rules_on_private_link = false;
         });
       },
       "EndpointAdmitted"},
      {"target admits nobody", [](TestWorld& w) { w.revoke_all("sg-web"); }, "TargetIngressDenied"},
      {"no listener", [](TestWorld& w) { w.erase<model::Listener>("listener-tg"); }, "NoListener"},
      {"the zone's target is unhealthy, the other zone's is not",
       [](TestWorld& w) {
         const auto id = model::target_key(model::Id<model::TargetGroup>("tg"), "i-web2", 8080);
         w.edit<model::Target>(id.value, [](model::Target& record) {
           record.verdict = model::HealthVerdict::Unhealthy;
         });
       },
       "EndpointAdmitted"},
      {"client's instance stopped",
       [](TestWorld& w) {
         w.edit<model::Instance>("i-client", [](model::Instance& record) {
           record.state = model::InstanceState::Stopped;
         });
       },
       "PortUnknown"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    TestWorld world = dataplane::tutorial();
    row.change(world);
    const Outcome outcome = Compiled(world).send("i-client", syn_to_endpoint());
    EXPECT_EQ(dataplane::info(outcome.verdict).name, row.verdict);
  }
}

}  // namespace
}  // namespace postern::reference
