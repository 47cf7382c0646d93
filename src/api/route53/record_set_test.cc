// SPDX-License-Identifier: Apache-2.0
// Records of a zone. [Route 53 API reference, ChangeResourceRecordSets; recorded answers]
#include "api/route53/route53_test.h"

namespace postern::api::route53 {
namespace {

using testing::HasSubstr;
using RecordSetTest = Route53Test;

TEST_F(RecordSetTest, Records_are_created_replaced_listed_and_deleted) {
  const std::string zone = create("example.com");
  EXPECT_THAT(change(zone, {"CREATE www.example.com A 60 192.0.2.1",
                            "CREATE t.example.com. TXT 300 \"vpce:x\""}),
              HasSubstr("INSYNC"));
  EXPECT_THAT(change(zone, {"UPSERT www.example.com A 30 192.0.2.2"}), HasSubstr("INSYNC"));
  const std::string all = run("ListResourceRecordSets", {{"Id", zone}});
  EXPECT_THAT(all, HasSubstr("<Name>t.example.com.</Name><Type>TXT</Type><TTL>300</TTL>"
                             "<ResourceRecords><ResourceRecord><Value>\"vpce:x\"</Value>"));
  EXPECT_THAT(all, HasSubstr("<Type>A</Type><TTL>30</TTL><ResourceRecords><ResourceRecord><Value>"
                             "192.0.2.2</Value></ResourceRecord></ResourceRecords>"));
  const std::string page =
      run("ListResourceRecordSets",
          {{"Id", zone}, {"name", "t.example.com"}, {"type", "TXT"}, {"maxitems", "1"}});
  EXPECT_THAT(page, HasSubstr("<IsTruncated>true</IsTruncated><NextRecordName>www.example.com."));
  EXPECT_THAT(run("DeleteHostedZone", {{"Id", zone}}), HasSubstr("HostedZoneNotEmpty:"));
  EXPECT_THAT(change(zone, {"DELETE www.example.com A 30 192.0.2.2",
                            "DELETE t.example.com TXT 300 \"vpce:x\""}),
              HasSubstr("INSYNC"));
  EXPECT_THAT(run("DeleteHostedZone", {{"Id", zone}}), HasSubstr("INSYNC"));
}

TEST_F(RecordSetTest, A_batch_is_made_whole_or_not_at_all) {
  const std::string zone = create("example.com");
  EXPECT_EQ(
      change(zone, {"CREATE a.example.com A 60 192.0.2.1", "CREATE b.example.com A 60 x",
                    "CREATE c.other.com A 60 192.0.2.1"}),
      "InvalidChangeBatch: [Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address"
      " (Value is not a valid IPv4 address) encountered with 'x'', RRSet with DNS name "
      "c.other.com. is not permitted in zone example.com.]");
  EXPECT_THAT(run("ListResourceRecordSets", {{"Id", zone}}),
              testing::Not(HasSubstr("a.example.com.")));
}

TEST_F(RecordSetTest, Refuses_in_Route_53s_words) {
  const std::string zone = create("example.com");
  change(zone, {"CREATE a.example.com A 60 192.0.2.1"});
  struct Case {
    const char* change;
    const char* words;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"CREATE a.example.com A 60 192.0.2.1",
            "Tried to create resource record set [name='a.example.com.', type='A'] but it already "
            "exists"},
           {"DELETE b.example.com A 60 192.0.2.1",
            "Tried to delete resource record set [name='b.example.com.', type='A'] but it was not "
            "found"},
           {"DELETE a.example.com A 60 192.0.2.9", "but the values provided do not match"},
           {"CREATE a.example.com CNAME 60 b.example.com", "conflicts with other records"},
           {"CREATE example.com CNAME 60 b.example.com", "is not permitted at apex"},
           {"CREATE t.example.com TXT 60 x", "should be enclosed in quotation marks"},
           {"CREATE h.example.com HTTPS 60 x", "Records of type HTTPS are not supported"},
       }) {
    EXPECT_THAT(change(zone, {c.change}), HasSubstr(c.words)) << c.change;
  }
}

std::string alias_change(const std::string& zone, const std::string& name) {
  return "<R><ChangeBatch><Changes><Change><Action>CREATE</Action><ResourceRecordSet><Name>api."
         "example.com</Name><Type>A</Type><AliasTarget><HostedZoneId>" +
         zone + "</HostedZoneId><DNSName>" + name +
         "</DNSName><EvaluateTargetHealth>true</EvaluateTargetHealth></AliasTarget>"
         "</ResourceRecordSet></Change></Changes></ChangeBatch></R>";
}

// [Route 53 API reference, AliasTarget: the zone ids of interface endpoints and of NLBs]
TEST_F(RecordSetTest, An_alias_stands_for_an_endpoint_an_NLB_or_a_record_of_the_zone) {
  const std::string zone = create("example.com");
  const auto alias = [&](const std::string& target, const std::string& name) {
    return run("ChangeResourceRecordSets", {{"Id", zone}}, alias_change(target, name));
  };
  EXPECT_THAT(alias(zone, "www.example.com"), HasSubstr("but that target was not found"));
  EXPECT_THAT(alias("Z1H1FL5HABSF5", "d1.cloudfront.net"), HasSubstr("does not lie within"));
  EXPECT_THAT(alias("Z38GZ743OKFT7T", "x.eu-west-2.vpce.amazonaws.com"),
              HasSubstr("does not lie within"));
  EXPECT_THAT(alias("Z38GZ743OKFT7T", "vpce-1-a.vpce-svc-1.eu-west-1.vpce.amazonaws.com"),
              HasSubstr("INSYNC"));
  EXPECT_THAT(run("ListResourceRecordSets", {{"Id", zone}}),
              HasSubstr("<AliasTarget><HostedZoneId>Z38GZ743OKFT7T</HostedZoneId>"));
}

}  // namespace
}  // namespace postern::api::route53
