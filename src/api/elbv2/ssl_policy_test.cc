// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/elbv2_test.h"

namespace postern::api::elbv2 {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

// [NLB guide, "Security policies": protocols and ciphers by policy]
TEST_F(Elbv2Test, Each_policy_has_AWSs_protocols_and_ciphers) {
  struct Case {
    const char* name;
    std::vector<std::string> protocols;
    std::size_t ciphers;
  };
  for (const Case& c : {
           Case{"2016-08", {"TLSv1.2", "TLSv1.1", "TLSv1"}, 18},
           Case{"TLS-1-0-2015-04", {"TLSv1.2", "TLSv1.1", "TLSv1"}, 19},
           Case{"TLS-1-2-2017-01", {"TLSv1.2"}, 12},
           Case{"FS-2018-06", {"TLSv1.2", "TLSv1.1", "TLSv1"}, 12},
           Case{"FS-1-2-Res-2020-10", {"TLSv1.2"}, 4},
           Case{"TLS13-1-2-2021-06", {"TLSv1.3", "TLSv1.2"}, 11},
           Case{"TLS13-1-2-Res-2021-06", {"TLSv1.3", "TLSv1.2"}, 7},
           Case{"TLS13-1-2-Ext1-2021-06", {"TLSv1.3", "TLSv1.2"}, 15},
           Case{"TLS13-1-2-Ext2-2021-06", {"TLSv1.3", "TLSv1.2"}, 21},
           Case{"TLS13-1-3-2021-06", {"TLSv1.3"}, 3},
       }) {
    SCOPED_TRACE(c.name);
    const Answer answer =
        must("DescribeSSLPolicies", std::string("Names.member.1=ELBSecurityPolicy-") + c.name);
    EXPECT_EQ(answer.texts("//SslProtocols/member"), c.protocols);
    EXPECT_EQ(answer.texts("//Cipher/Name | //Ciphers/member/Name").size(), c.ciphers);
    EXPECT_EQ(answer.texts("//Ciphers/member/Priority").back(), std::to_string(c.ciphers));
    EXPECT_THAT(answer.texts("//SupportedLoadBalancerTypes/member"),
                ElementsAre("application", "network"));
  }
}

TEST_F(Elbv2Test, Policies_come_by_name_by_type_and_in_pages) {
  EXPECT_EQ(must("DescribeSSLPolicies").texts("//SslPolicies/member/Name").size(), 18U);
  EXPECT_THAT(must("DescribeSSLPolicies", "LoadBalancerType=gateway").texts("//Name"), IsEmpty());
  const Answer first = must("DescribeSSLPolicies", "PageSize=17");
  EXPECT_THAT(first.texts("//SslPolicies/member/Name"),
              Not(Contains("ELBSecurityPolicy-TLS13-1-3-2021-06")));
  EXPECT_THAT(must("DescribeSSLPolicies", "Marker=" + first.text("//NextMarker"))
                  .texts("//SslPolicies/member/Name"),
              ElementsAre("ELBSecurityPolicy-TLS13-1-3-2021-06"));
  EXPECT_EQ(refusal("DescribeSSLPolicies", "Names.member.1=mine"),
            "SSLPolicyNotFound: SSL policy 'mine' not found");
}

}  // namespace
}  // namespace postern::api::elbv2
