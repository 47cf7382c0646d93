// SPDX-License-Identifier: Apache-2.0
// [PrivateLink guide, "Domain ownership verification": the record's places; states]
#include "model/domain_verification.h"

#include <gtest/gtest.h>

#include "model/hosted_zones.h"

namespace postern::model {
namespace {

class DomainVerificationTest : public testing::Test {
 protected:
  void publish(const std::string& name, const std::string& value, bool is_private = false) {
    HostedZone zone{.id = Id<HostedZone>("Z1"), .name = "example.com.", .is_private = is_private};
    zone.record_sets[record_set_key(name, "TXT")] = {
        .name = name, .type = "TXT", .values = {"\"else\"", '"' + value + '"'}};
    tx_.put(std::move(zone));
  }
  bool proven(const std::string& name) {
    return is_domain_proven(tx_.world(),
                            {.name = name, .record_name = "_r", .record_value = "vpce:v"});
  }
  void put_service(DnsNameState state) {
    tx_.put(EndpointService{.id = kService,
                            .private_dns = PrivateDnsName{.name = "api.example.com",
                                                          .state = state,
                                                          .record_name = "_r",
                                                          .record_value = "vpce:v"}});
  }
  DnsNameState state() { return tx_.world().find(kService)->private_dns->state; }

  const Id<EndpointService> kService{"vpce-svc-1"};
  SeededIds ids_{1};
  Transaction tx_{World(), TimePoint{}, ids_};
};

TEST_F(DomainVerificationTest, A_record_at_the_name_proves_it) {
  EXPECT_FALSE(proven("api.example.com"));
  publish("_r.api.example.com.", "vpce:v");
  EXPECT_TRUE(proven("api.example.com"));
  EXPECT_TRUE(proven("*.api.example.com"));
  EXPECT_FALSE(proven("www.example.com"));
}

TEST_F(DomainVerificationTest, A_record_at_a_parent_proves_what_is_below) {
  publish("_r.example.com.", "vpce:v");
  EXPECT_TRUE(proven("a.b.example.com"));
  publish("example.com.", "vpce:v");
  EXPECT_TRUE(proven("a.b.example.com"));
}

TEST_F(DomainVerificationTest, Values_are_told_apart_by_case_and_private_zones_prove_nothing) {
  publish("_r.example.com.", "vpce:V");
  EXPECT_FALSE(proven("example.com"));
  publish("_r.example.com.", "vpce:v", true);
  EXPECT_FALSE(proven("example.com"));
}

TEST_F(DomainVerificationTest, A_name_is_verified_when_the_record_comes_and_fails_when_it_goes) {
  put_service(DnsNameState::PendingVerification);
  verify_domains(tx_);
  EXPECT_EQ(state(), DnsNameState::PendingVerification);
  publish("_r.example.com.", "vpce:v");
  verify_domains(tx_);
  EXPECT_EQ(state(), DnsNameState::Verified);
  tx_.erase(Id<HostedZone>("Z1"));
  verify_domains(tx_);
  EXPECT_EQ(state(), DnsNameState::Failed);
  publish("_r.example.com.", "vpce:v");
  verify_domains(tx_);
  EXPECT_EQ(state(), DnsNameState::Failed);  // until it is started again
}

TEST_F(DomainVerificationTest, New_names_have_records_of_AWSs_form) {
  const PrivateDnsName name = new_private_dns_name(ids_, "api.example.com");
  EXPECT_EQ(name.record_name.size(), 21U);
  EXPECT_EQ(name.record_value.size(), 25U);
  EXPECT_EQ(name.state, DnsNameState::PendingVerification);
}

}  // namespace
}  // namespace postern::model
