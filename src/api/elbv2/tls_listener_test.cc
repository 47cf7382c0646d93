// SPDX-License-Identifier: Apache-2.0
// TLS listeners. [NLB guide, "TLS listeners for your Network Load Balancer", "Server certificates"]
#include "api/elbv2/elbv2_test.h"

namespace postern::api::elbv2 {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string kCertificates = "arn:aws:acm:ap-northeast-1:111111111111:certificate/";

class TlsListenerTest : public Elbv2Test {
 protected:
  TlsListenerTest() {
    put(model::Settings{.tls_relay = true});
    for (const char* name : {"one", "two"}) {
      put(certificate(kCertificates + name, kOwner));
    }
    put(certificate("arn:aws:acm:ap-northeast-1:222222222222:certificate/other", kOther));
  }

  static model::Certificate certificate(const std::string& arn, const std::string& owner) {
    return {.id = model::Id<model::Certificate>(arn),
            .owner = model::Id<model::Account>(owner),
            .region = kRegion};
  }

  // A TLS listener's form, with what is to be its default certificate.
  std::string tls(const std::string& certificate = "one") const {
    return "&Protocol=TLS&Port=443&Certificates.member.1.CertificateArn=" + kCertificates +
           certificate;
  }
  std::string make_tls(const std::string& more = "") {
    return make_listener(balancer_, group_, tls() + more);
  }

  std::string balancer_ = make_load_balancer();
  // What is reached by address sees the load balancer's, as AWS has it too.
  std::string group_ = make_group("tls", "&Protocol=TCP&Port=80&TargetType=ip");
};

TEST_F(TlsListenerTest, Is_made_and_described_with_what_it_has) {
  const Answer made =
      must("CreateListener", "LoadBalancerArn=" + balancer_ + forward_to(group_) + tls() +
                                 "&SslPolicy=ELBSecurityPolicy-TLS13-1-2-2021-06"
                                 "&AlpnPolicy.member.1=HTTP2Preferred");
  EXPECT_EQ(made.text("//Protocol"), "TLS");
  EXPECT_EQ(made.text("//CertificateArn"), kCertificates + "one");
  EXPECT_EQ(made.text("//SslPolicy"), "ELBSecurityPolicy-TLS13-1-2-2021-06");
  EXPECT_EQ(made.text("//AlpnPolicy/member"), "HTTP2Preferred");
  const Answer same = must("DescribeListeners", "LoadBalancerArn=" + balancer_);
  EXPECT_EQ(same.xml(), made.xml());
}

// [API reference, CreateListener: SslPolicy]
TEST_F(TlsListenerTest, Has_the_policy_of_2016_unless_another_is_asked_for) {
  const std::string arn = make_tls();
  const Answer found = must("DescribeListeners", "ListenerArns.member.1=" + arn);
  EXPECT_EQ(found.text("//SslPolicy"), "ELBSecurityPolicy-2016-08");
  EXPECT_THAT(found.xml(), Not(HasSubstr("AlpnPolicy")));
}

TEST_F(TlsListenerTest, Other_listeners_say_nothing_of_TLS) {
  const std::string arn = make_listener(balancer_, group_);
  const std::string xml = must("DescribeListeners", "ListenerArns.member.1=" + arn).xml();
  EXPECT_THAT(xml, Not(HasSubstr("Certificates")));
  EXPECT_THAT(xml, Not(HasSubstr("SslPolicy")));
}

TEST_F(TlsListenerTest, Refuses_what_AWS_refuses) {
  const std::string udp = make_group("udp", "&Protocol=UDP&Port=53");
  const std::string forward = forward_to(group_);
  struct Case {
    const char* name;
    std::string form;
    std::string error;
  };
  const Case cases[] = {
      {"no certificate", "&Protocol=TLS&Port=443" + forward,
       "ValidationError: A certificate must be specified for TLS listeners"},
      {"a certificate that is not there", tls("three") + forward,
       "CertificateNotFound: Certificate '" + kCertificates + "three' not found"},
      {"another account's",
       "&Protocol=TLS&Port=443&Certificates.member.1.CertificateArn="
       "arn:aws:acm:ap-northeast-1:222222222222:certificate/other" +
           forward,
       "CertificateNotFound: Certificate "
       "'arn:aws:acm:ap-northeast-1:222222222222:certificate/other' not found"},
      {"two certificates",
       tls() + "&Certificates.member.2.CertificateArn=" + kCertificates + "two" + forward,
       "TooManyCertificates: Only one certificate can be specified"},
      {"a policy that is not there", tls() + "&SslPolicy=Mine" + forward,
       "SSLPolicyNotFound: SSL policy 'Mine' not found"},
      {"an ALPN policy that is not there", tls() + "&AlpnPolicy.member.1=HTTP3Only" + forward,
       "ALPNPolicyNotFound: ALPN policy 'HTTP3Only' not found"},
      {"two ALPN policies",
       tls() + "&AlpnPolicy.member.1=HTTP1Only&AlpnPolicy.member.2=HTTP2Only" + forward,
       "ValidationError: Only one ALPN policy can be specified"},
      {"a UDP group", tls() + forward_to(udp),
       "IncompatibleProtocols: The listener and its associated target group '" + udp +
           "' have incompatible protocols: 'TLS' and 'UDP'"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(refusal("CreateListener", "LoadBalancerArn=" + balancer_ + c.form), c.error);
  }
}

TEST_F(TlsListenerTest, A_host_without_a_relay_says_what_it_lacks) {
  put(model::Settings{.tls_relay = false});
  EXPECT_THAT(
      refusal("CreateListener", "LoadBalancerArn=" + balancer_ + forward_to(group_) + tls()),
      HasSubstr("UnsupportedProtocol: Listeners with the TLS protocol need HAProxy"));
}

// [NLB guide, "Target groups for your Network Load Balancers": routing configuration]
TEST_F(TlsListenerTest, Groups_of_TLS_stand_behind_TLS_listeners_only) {
  const std::string group = make_group("inner", "&Protocol=TLS&Port=8443");
  make_listener(balancer_, group, tls());
  EXPECT_THAT(refusal("CreateListener",
                      "LoadBalancerArn=" + balancer_ + forward_to(group) + "&Protocol=TCP&Port=80"),
              HasSubstr("incompatible protocols: 'TCP' and 'TLS'"));
}

// Connections to targets are the relay's: what was asked for expressly and cannot be is refused.
TEST_F(TlsListenerTest, Targets_see_the_load_balancers_address) {
  const auto set = [&](const std::string& group, const std::string& key) {
    return "TargetGroupArn=" + group + "&Attributes.member.1.Key=" + key +
           "&Attributes.member.1.Value=true";
  };
  for (const char* key : {"preserve_client_ip.enabled", "stickiness.enabled"}) {
    SCOPED_TRACE(key);
    const std::string group =
        make_group(std::string("g-") + key[0], "&Protocol=TCP&Port=80&TargetType=ip");
    must("ModifyTargetGroupAttributes", set(group, key));
    EXPECT_THAT(
        refusal("CreateListener", "LoadBalancerArn=" + balancer_ + forward_to(group) + tls()),
        HasSubstr("InvalidConfigurationRequest"));
    EXPECT_THAT(
        refusal("CreateListener", "LoadBalancerArn=" + balancer_ + forward_to(group) + tls()),
        HasSubstr(group));
  }
  make_tls();
  for (const char* key : {"preserve_client_ip.enabled", "stickiness.enabled"}) {
    EXPECT_THAT(refusal("ModifyTargetGroupAttributes", set(group_, key)),
                HasSubstr("InvalidConfigurationRequest"));
  }
  must("ModifyTargetGroupAttributes", set(group_, "proxy_protocol_v2.enabled"));
  const std::string inner = make_group("inner", "&Protocol=TLS&Port=8443");
  EXPECT_EQ(refusal("ModifyTargetGroupAttributes", set(inner, "stickiness.enabled")),
            "InvalidConfigurationRequest: You cannot enable stickiness on target groups with the "
            "TLS protocol");
}

// [API reference, ModifyListener: "If you change the protocol from TLS to TCP, the security policy
// and default certificate properties are removed"; "from TCP to TLS, you must add" them]
TEST_F(TlsListenerTest, A_change_of_protocol_takes_TLSs_settings_away_or_asks_for_them) {
  const std::string arn = make_tls("&AlpnPolicy.member.1=HTTP1Only");
  must("ModifyListener", "ListenerArn=" + arn + "&Protocol=TCP");
  const auto* now = record<model::Listener>(arn);
  EXPECT_EQ(now->ssl_policy + now->alpn_policy + now->certificate.value, "");
  EXPECT_EQ(refusal("ModifyListener", "ListenerArn=" + arn + "&Protocol=TLS"),
            "ValidationError: A certificate must be specified for TLS listeners");
  must("ModifyListener", "ListenerArn=" + arn + tls("two"));
  EXPECT_EQ(record<model::Listener>(arn)->certificate.value, kCertificates + "two");
}

TEST_F(TlsListenerTest, What_is_not_modified_stays) {
  const std::string arn = make_tls("&AlpnPolicy.member.1=HTTP1Only");
  must("ModifyListener", "ListenerArn=" + arn + "&SslPolicy=ELBSecurityPolicy-TLS13-1-3-2021-06");
  const auto* now = record<model::Listener>(arn);
  EXPECT_EQ(now->alpn_policy, "HTTP1Only");
  EXPECT_EQ(now->ssl_policy, "ELBSecurityPolicy-TLS13-1-3-2021-06");
  EXPECT_EQ(now->certificate.value, kCertificates + "one");
}

// [API reference, AddListenerCertificates: "If the certificate in already in the certificate list,
// the call is successful but the certificate is not added again"; DescribeListenerCertificates:
// the default one "appears twice" when it is in the list; RemoveListenerCertificates]
TEST_F(TlsListenerTest, Its_other_certificates_are_added_listed_and_removed) {
  const std::string arn = make_tls();
  const auto with = [&](const char* name) {
    return "ListenerArn=" + arn + "&Certificates.member.1.CertificateArn=" + kCertificates + name;
  };
  for (int times = 0; times < 2; ++times) {
    EXPECT_EQ(must("AddListenerCertificates", with("two")).text("//IsDefault"), "false");
  }
  must("AddListenerCertificates", with("one"));
  const Answer all = must("DescribeListenerCertificates", "ListenerArn=" + arn);
  EXPECT_THAT(all.texts("//CertificateArn"),
              ElementsAre(kCertificates + "one", kCertificates + "one", kCertificates + "two"));
  EXPECT_THAT(all.texts("//IsDefault"), ElementsAre("true", "false", "false"));
  must("RemoveListenerCertificates", with("one"));
  must("RemoveListenerCertificates", with("two"));
  EXPECT_EQ(refusal("RemoveListenerCertificates", with("one")),
            "OperationNotPermitted: The default certificate '" + kCertificates +
                "one' cannot be removed from the listener");
  EXPECT_THAT(must("DescribeListenerCertificates", "ListenerArn=" + arn).texts("//IsDefault"),
              ElementsAre("true"));
  EXPECT_EQ(refusal("AddListenerCertificates", with("three")),
            "CertificateNotFound: Certificate '" + kCertificates + "three' not found");
}

// [NLB guide, "Quotas": 25 certificates of a load balancer, default ones apart]
TEST_F(TlsListenerTest, A_load_balancer_has_25_of_them) {
  const std::string arn = make_tls();
  std::string last;
  for (int at = 0; at < 26; ++at) {
    last = kCertificates + fmt::format("more{}", at);
    put(certificate(last, kOwner));
    const std::string form = "ListenerArn=" + arn + "&Certificates.member.1.CertificateArn=" + last;
    if (at < 25) {
      must("AddListenerCertificates", form);
    } else {
      EXPECT_THAT(refusal("AddListenerCertificates", form),
                  HasSubstr("TooManyCertificates: The maximum number of 25 certificates"));
    }
  }
}

TEST_F(TlsListenerTest, Only_TLS_listeners_have_certificates) {
  const std::string listener = make_listener(balancer_, group_);
  EXPECT_EQ(must("DescribeListenerCertificates", "ListenerArn=" + listener).xml(),
            "<Certificates/>");
  for (const char* action : {"AddListenerCertificates", "RemoveListenerCertificates"}) {
    EXPECT_EQ(
        refusal(action, "ListenerArn=" + listener + "&Certificates.member.1.CertificateArn=c"),
        "UnsupportedProtocol: Certificates can be specified for TLS and HTTPS listeners only: the "
        "protocol of listener '" +
            listener + "' is TCP");
  }
  become(kOther);
  EXPECT_EQ(refusal("DescribeListenerCertificates", "ListenerArn=" + listener),
            "ListenerNotFound: One or more listeners not found");
}

}  // namespace
}  // namespace postern::api::elbv2
