// SPDX-License-Identifier: Apache-2.0
// Endpoints to AWS's own services: what passes is handed as it is to the VPC's services namespace,
// and what answers from there goes back. (docs/adr/0025)
#include <gtest/gtest.h>

#include "dataplane/bpf/test_send.h"

namespace postern::dataplane::testing {
namespace {

constexpr std::uint32_t kEndpointAcl = 711;

class AwsService : public ::testing::Test {
 protected:
  AwsService() {
    pn_endpoint endpoint = world_.endpoint_entry();
    endpoint.flags = kPnEndpointAws;
    endpoint.node_eni = endpoint.node_vpc = 0;
    world_.endpoint(endpoint);
    pn_addr_info info{.kind = kPnAddrEndpoint, .eni = kEndpointEni, .port = kConsumerServices};
    info.group_count = 1;
    info.groups[0] = kEndpointGroup;
    world_.address(kConsumer, "10.0.1.100", info);
  }

  TestWorld world_{fabric()};
  const Packet syn_ = client_to_endpoint();
};

TEST_F(AwsService, A_client_comes_as_itself_and_is_answered) {
  const Arrived there = delivered(kClientPort, syn_);
  EXPECT_EQ(there.port, kConsumerServices);
  EXPECT_EQ(there.packet.source, syn_.source);
  EXPECT_EQ(there.packet.destination, syn_.destination);
  EXPECT_EQ(there.packet.destination_port, 80);
  const Arrived back = delivered(kConsumerServices, answer(there.packet, kConsumerServices));
  EXPECT_EQ(back.port, kClientPort);
  EXPECT_EQ(back.packet.source, syn_.destination);
  EXPECT_EQ(send(kClientPort, next(syn_, kAck)).verdict, Verdict::FlowForwarded);
}

TEST_F(AwsService, Closing_the_endpoint_cuts_what_goes_through_it) {
  const Arrived there = delivered(kClientPort, syn_);
  pn_endpoint endpoint = world_.endpoint_entry();
  endpoint.flags = kPnEndpointAws;
  endpoint.state = kPnEndpointClosed;
  world_.endpoint(endpoint);
  EXPECT_EQ(send(kClientPort, next(syn_, kAck)).verdict, Verdict::EndpointNotAccepted);
  EXPECT_EQ(send(kConsumerServices, answer(there.packet, kConsumerServices)).verdict,
            Verdict::EndpointNotAccepted);
  world_.no_endpoint();
  EXPECT_EQ(send(kClientPort, next(syn_, kAck)).verdict, Verdict::EndpointMissing);
}

// The endpoint is one end of the way, so the ACL of its subnet is asked in both directions.
TEST_F(AwsService, Network_ACLs_of_the_endpoints_subnet_are_asked_both_ways) {
  world_.place(kConsumer, "10.0.1.10", 8, 0);
  world_.place(kConsumer, "10.0.1.100", 9, kEndpointAcl);
  world_.acl(kEndpointAcl, kPnIngress, {});
  world_.acl(kEndpointAcl, kPnEgress, {});
  world_.acl_generation(1);
  EXPECT_EQ(send(kClientPort, syn_).verdict, Verdict::EndpointAclDenied);
  world_.acl(kEndpointAcl, kPnIngress, {acl_rule(true, kPnProtocolAny, 0, 0, "0.0.0.0/0")});
  world_.acl_generation(2);
  const Arrived there = delivered(kClientPort, syn_);
  EXPECT_EQ(send(kConsumerServices, answer(there.packet, kConsumerServices)).verdict,
            Verdict::EndpointAclDenied);
}

}  // namespace
}  // namespace postern::dataplane::testing
