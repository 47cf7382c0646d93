// SPDX-License-Identifier: Apache-2.0
#include "relay/plan/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/transaction.h"

namespace postern::relay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const model::Id<model::Vpc> kVpc("vpc-1");

class PlanTest : public testing::Test {
 protected:
  PlanTest() {
    put(model::Vpc{.id = kVpc, .number = 3});
    put(model::LoadBalancer{
        .id = model::Id<model::LoadBalancer>("nlb"), .vpc = kVpc, .zones = {zone("a"), zone("c")}});
    put(model::NetworkInterface{.id = model::Id<model::NetworkInterface>("eni-a"),
                                .vpc = kVpc,
                                .address = *IpAddress::parse("10.0.1.9")});
    put(model::NetworkInterface{.id = model::Id<model::NetworkInterface>("eni-c"),
                                .vpc = kVpc,
                                .address = *IpAddress::parse("10.0.2.9")});
    put(group());
    put(certificate("one", "BODY\n"));
    put(certificate("two", "BODY2\n"));
    put(listener());
  }

  static model::LoadBalancerZone zone(const std::string& letter) {
    return {.zone = letter,
            .network_interface = model::Id<model::NetworkInterface>("eni-" + letter)};
  }
  static model::TargetGroup group() {
    return {.id = model::Id<model::TargetGroup>("tg"), .protocol = "TCP", .port = 80};
  }
  static model::Certificate certificate(const std::string& name, const std::string& body) {
    return {.id = model::Id<model::Certificate>("arn:certificate/" + name),
            .body = body,
            .chain = "CHAIN",
            .private_key = "KEY\n"};
  }
  static model::Listener listener() {
    return {.id = model::Id<model::Listener>("li"),
            .load_balancer = model::Id<model::LoadBalancer>("nlb"),
            .protocol = "TLS",
            .port = 443,
            .default_action = model::forward_to(model::Id<model::TargetGroup>("tg")),
            .number = 7,
            .ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06",
            .certificate = model::Id<model::Certificate>("arn:certificate/one")};
  }
  template <class T>
  void put(T record) {
    model::Transaction tx(world_, TimePoint(), ids_);
    tx.put(std::move(record));
    world_ = tx.world();
  }
  Relay relay() const { return relays_of(world_).at(kVpc); }
  std::string config() const { return haproxy_config(relay(), "/run/x"); }

  SeededIds ids_{1};
  model::World world_;
};

TEST_F(PlanTest, Listens_at_each_node_and_goes_on_from_it) {
  const std::string text = config();
  for (const char* node : {"10.0.1.9", "10.0.2.9"}) {
    EXPECT_THAT(
        text, HasSubstr(std::string("bind ") + node + ":443 accept-proxy ssl crt /run/x/one.pem"));
    EXPECT_THAT(text, HasSubstr(std::string("server target 169.254.255.2:443 source ") + node +
                                ":1024-61023\n"));
  }
}

TEST_F(PlanTest, A_certificates_file_has_its_chain_and_key) {
  EXPECT_EQ(relay().files.at("one.pem"), "BODY\nCHAIN\nKEY\n");
}

TEST_F(PlanTest, Other_listeners_need_no_relay) {
  model::Listener other = listener();
  other.protocol = "TCP";
  put(other);
  EXPECT_THAT(relays_of(world_), IsEmpty());
}

TEST_F(PlanTest, The_default_certificate_is_the_first) {
  model::Listener changed = listener();
  changed.other_certificates = {model::Id<model::Certificate>("arn:certificate/two"),
                                model::Id<model::Certificate>("arn:certificate/one")};
  put(changed);
  EXPECT_THAT(relay().fronts.front().certificates, ElementsAre("one.pem", "two.pem"));
}

// [NLB guide, "Security policies"]
TEST_F(PlanTest, Policies_say_which_protocols_and_ciphers_are_taken) {
  struct Case {
    const char* policy;
    const char* words;
  };
  for (const Case& c :
       {Case{"TLS13-1-2-Res-2021-06",
             "ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.3 ciphers ECDHE-ECDSA-AES128-GCM-SHA256:"
             "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
             "ECDHE-RSA-AES256-GCM-SHA384:@SECLEVEL=0 ciphersuites TLS_AES_128_GCM_SHA256:"
             "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256\n"},
        Case{"TLS13-1-3-2021-06", "ssl-min-ver TLSv1.3 ssl-max-ver TLSv1.3"},
        Case{"2016-08", "ssl-min-ver TLSv1.0 ssl-max-ver TLSv1.2"},
        Case{"TLS-1-1-2017-01", "ssl-min-ver TLSv1.1 ssl-max-ver TLSv1.2"}}) {
    model::Listener changed = listener();
    changed.ssl_policy = std::string("ELBSecurityPolicy-") + c.policy;
    put(changed);
    EXPECT_THAT(config(), HasSubstr(c.words));
  }
}

// [NLB guide, "ALPN policies"]
TEST_F(PlanTest, ALPN_policies_are_lists) {
  struct Case {
    const char* policy;
    const char* list;
  };
  for (const Case& c :
       {Case{"HTTP1Only", " alpn http/1.1,http/1.0\n"}, Case{"HTTP2Only", " alpn h2\n"},
        Case{"HTTP2Optional", " alpn http/1.1,http/1.0,h2\n"},
        Case{"HTTP2Preferred", " alpn h2,http/1.1,http/1.0\n"}}) {
    model::Listener changed = listener();
    changed.alpn_policy = c.policy;
    put(changed);
    EXPECT_THAT(config(), HasSubstr(c.list));
  }
  model::Listener none = listener();
  none.alpn_policy = "None";
  put(none);
  EXPECT_THAT(config(), Not(HasSubstr("alpn")));
}

TEST_F(PlanTest, Groups_of_TLS_are_spoken_to_in_TLS_and_asked_for_what_the_client_has) {
  model::TargetGroup changed = group();
  changed.protocol = "TLS";
  put(changed);
  EXPECT_THAT(config(), HasSubstr(":1024-61023 ssl verify none ssl-min-ver TLSv1.0"));
  model::Listener asks = listener();
  asks.alpn_policy = "HTTP2Preferred";
  put(asks);
  EXPECT_THAT(config(), HasSubstr("use-server h2 if { ssl_fc_alpn h2 }"));
  EXPECT_THAT(config(), HasSubstr("  server h2 169.254.255.2:443"));
}

// [NLB guide, "Proxy protocol"]
TEST_F(PlanTest, Targets_are_told_of_clients_if_their_group_says_so) {
  EXPECT_THAT(config(), Not(HasSubstr("send-proxy-v2")));
  model::TargetGroup changed = group();
  changed.attributes["proxy_protocol_v2.enabled"] = "true";
  put(changed);
  EXPECT_THAT(config(), HasSubstr(" send-proxy-v2 proxy-v2-options crc32c\n"));
}

TEST_F(PlanTest, Its_generation_changes_with_what_it_does_and_with_nothing_else) {
  const std::string first = generation_of(relay());
  model::TargetGroup unhealthy = group();
  unhealthy.health_check.interval_seconds = 10;
  put(unhealthy);
  EXPECT_EQ(generation_of(relay()), first);
  put(certificate("one", "ANOTHER\n"));
  const std::string second = generation_of(relay());
  EXPECT_NE(second, first);
  EXPECT_THAT(config(), HasSubstr("  node " + second + "\n"));
  model::Listener moved = listener();
  moved.port = 8443;
  put(moved);
  EXPECT_NE(generation_of(relay()), second);
}

}  // namespace
}  // namespace postern::relay
