// SPDX-License-Identifier: Apache-2.0
#include "daemon/fault_of_event.h"

#include <gtest/gtest.h>

#include "dataplane/compile/test_world.h"

namespace postern::daemon {
namespace {

using dataplane::Verdict;
using model::Fault;
using model::FaultKind;
using model::Id;
using model::NetworkInterface;

struct Case {
  const char* name;
  Fault fault;
  Verdict verdict;
  const char* sender;  // null: not known
  const char* to;      // the interface that the packet is sent to
  bool found;
};

Fault cut(const char* interface) {
  return {.id = Id<Fault>("fault-1"), .subject = interface};
}

Fault loss(const char* interface) {
  return {.id = Id<Fault>("fault-1"), .subject = interface, .loss_percent = 5};
}

Fault zone(const char* id) {
  return {.id = Id<Fault>("fault-1"), .kind = FaultKind::Zone, .subject = id};
}

TEST(FaultOfEvent, Is_told_by_who_sends_who_receives_and_what_is_behind) {
  constexpr const char* kClient = "eni-i-client";
  constexpr const char* kEndpoint = "eni-vpce-1-subnet-a1";
  for (const Case& c : {
           Case{"the sender is cut off", cut(kClient), Verdict::PortUnknown, kClient, nullptr,
                true},
           Case{"the endpoint's interface is", cut(kEndpoint), Verdict::DestinationUnknown, kClient,
                kEndpoint, true},
           Case{"the endpoint's zone is", zone("apne1-az1"), Verdict::DestinationUnknown, kClient,
                "eni-vpce-1-subnet-a2", true},
           Case{"the node behind it is", cut("eni-nlb-subnet-b2"), Verdict::EndpointMissing,
                kClient, kEndpoint, true},
           Case{"a target behind it is", cut("eni-i-web1"), Verdict::TargetMissing, kClient,
                kEndpoint, true},
           Case{"the target loses packets", loss("eni-i-web1"), Verdict::LostOnPurpose, kClient,
                kEndpoint, true},
           Case{"the sender loses packets", loss(kClient), Verdict::LostOnPurpose, kClient,
                kEndpoint, true},
           Case{"another's fault", cut("eni-i-web2"), Verdict::EndpointMissing, kClient, kEndpoint,
                false},
           Case{"a rule's verdict", cut(kEndpoint), Verdict::SourceEgressDenied, kClient, kEndpoint,
                false},
           Case{"nothing is known of it", cut(kEndpoint), Verdict::PortUnknown, nullptr, nullptr,
                false},
       }) {
    SCOPED_TRACE(c.name);
    auto made = dataplane::tutorial();
    made.put(c.fault);
    const model::World& world = made.world();
    const auto find = [&](const char* id) {
      return id != nullptr ? world.find(Id<NetworkInterface>(id)) : nullptr;
    };
    const Fault* found = fault_of_event(world, c.verdict, find(c.sender), find(c.to));
    EXPECT_EQ(found != nullptr, c.found);
  }
}

}  // namespace
}  // namespace postern::daemon
