// SPDX-License-Identifier: Apache-2.0
// Hosted zones, their VPCs and tags. [Route 53 API reference 2013-04-01]
#include "api/route53/route53_test.h"

namespace postern::api::route53 {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using HostedZoneTest = Route53Test;

TEST_F(HostedZoneTest, A_public_zone_has_name_servers_and_its_own_records) {
  const std::string zone = create("Example.com");
  EXPECT_THAT(zone, testing::MatchesRegex("Z[A-Z0-9]{20}"));
  const std::string seen = run("GetHostedZone", {{"Id", "/hostedzone/" + zone}});
  EXPECT_THAT(seen, HasSubstr("<Name>example.com.</Name>"));
  EXPECT_THAT(seen, HasSubstr("<PrivateZone>false</PrivateZone>"));
  EXPECT_THAT(seen, HasSubstr("<ResourceRecordSetCount>2</ResourceRecordSetCount>"));
  EXPECT_THAT(seen, HasSubstr("<DelegationSet><NameServers><NameServer>ns-"));
  EXPECT_THAT(run("ListHostedZonesByName", {{"dnsname", "example.com"}}), HasSubstr(zone));
  EXPECT_THAT(run("GetHostedZoneCount", {}), "<HostedZoneCount>1</HostedZoneCount>");
  EXPECT_THAT(run("DeleteHostedZone", {{"Id", zone}}), HasSubstr("<Status>INSYNC</Status>"));
  EXPECT_EQ(run("GetHostedZone", {{"Id", zone}}),
            "NoSuchHostedZone: No hosted zone found with ID: " + zone);
}

TEST_F(HostedZoneTest, A_change_can_be_asked_for_by_who_made_it) {
  const std::string made =
      run("CreateHostedZone", {}, "<R><Name>a.org</Name><CallerReference>r</CallerReference></R>");
  const std::string change = between(made, "<Id>/change/", "</Id>", "");
  EXPECT_THAT(run("GetChange", {{"Id", change}}), HasSubstr("INSYNC"));
  become("222222222222");
  EXPECT_THAT(run("GetChange", {{"Id", change}}), StartsWith("NoSuchChange:"));
}

TEST_F(HostedZoneTest, A_private_zone_has_VPCs_of_which_the_last_one_stays) {
  const std::string zone = create("example.com", vpc_element());
  EXPECT_THAT(run("GetHostedZone", {{"Id", zone}}),
              HasSubstr("<VPCs><VPC><VPCRegion>eu-west-1</VPCRegion><VPCId>vpc-1</VPCId>"));
  EXPECT_THAT(create("example.com", vpc_element()), StartsWith("ConflictingDomainExists:"));
  EXPECT_THAT(create("other.com", vpc_element("vpc-2")), StartsWith("InvalidVPCId:"));
  EXPECT_THAT(run("DisassociateVPCFromHostedZone", {{"Id", zone}}, "<R>" + vpc_element() + "</R>"),
              StartsWith("LastVPCAssociation:"));
  EXPECT_THAT(run("ListHostedZonesByVPC", {{"vpcid", "vpc-1"}, {"vpcregion", "eu-west-1"}}),
              HasSubstr("<HostedZoneSummary><HostedZoneId>" + zone));
}

// [Route 53 guide, "Associating an Amazon VPC and a private hosted zone that you created with
// different AWS accounts"]
TEST_F(HostedZoneTest, Another_accounts_VPC_joins_once_it_is_authorized) {
  const std::string zone = create("example.com", vpc_element());
  const std::string body = "<R>" + vpc_element("vpc-2") + "</R>";
  become("222222222222");
  EXPECT_THAT(run("AssociateVPCWithHostedZone", {{"Id", zone}}, body),
              StartsWith("NotAuthorizedException:"));
  become("111111111111");
  EXPECT_THAT(run("AssociateVPCWithHostedZone", {{"Id", zone}}, body),
              StartsWith("NotAuthorizedException:"));
  EXPECT_THAT(run("CreateVPCAssociationAuthorization", {{"Id", zone}}, body),
              HasSubstr("<VPCId>vpc-2</VPCId>"));
  EXPECT_THAT(run("ListVPCAssociationAuthorizations", {{"Id", zone}}), HasSubstr("vpc-2"));
  become("222222222222");
  EXPECT_THAT(run("AssociateVPCWithHostedZone", {{"Id", zone}}, body), HasSubstr("INSYNC"));
  EXPECT_THAT(run("GetHostedZone", {{"Id", zone}}), StartsWith("NoSuchHostedZone:"));
  EXPECT_THAT(run("DisassociateVPCFromHostedZone", {{"Id", zone}}, body), HasSubstr("INSYNC"));
}

TEST_F(HostedZoneTest, Refuses_in_Route_53s_words) {
  EXPECT_EQ(create("a..b"), "InvalidDomainName: a..b is not a valid domain name.");
  const std::string body = "<R><Name>a.com</Name><CallerReference>same</CallerReference></R>";
  run("CreateHostedZone", {}, body);
  EXPECT_THAT(run("CreateHostedZone", {}, body), StartsWith("HostedZoneAlreadyExists:"));
  EXPECT_THAT(create("a.com",
                     "<HostedZoneConfig><PrivateZone>true</PrivateZone>"
                     "</HostedZoneConfig>"),
              StartsWith("InvalidInput: When you're creating a private hosted zone"));
  EXPECT_THAT(create("b.com", "<Colour>red</Colour>"), StartsWith("UnknownParameter:"));
  EXPECT_THAT(run("CreateHostedZone", {}, "<R><Name>a.com</Name></R>"),
              StartsWith("InvalidInput:"));
}

TEST_F(HostedZoneTest, Tags_and_comments_can_be_changed) {
  const std::string zone = create("example.com");
  run("ChangeTagsForResource", {{"ResourceType", "hostedzone"}, {"ResourceId", zone}},
      "<R><AddTags><Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>b</Key><Value>2</Value></Tag>"
      "</AddTags></R>");
  run("ChangeTagsForResource", {{"ResourceType", "hostedzone"}, {"ResourceId", zone}},
      "<R><RemoveTagKeys><Key>a</Key></RemoveTagKeys></R>");
  EXPECT_THAT(run("ListTagsForResource", {{"ResourceType", "hostedzone"}, {"ResourceId", zone}}),
              HasSubstr("<Tags><Tag><Key>b</Key><Value>2</Value></Tag></Tags>"));
  EXPECT_THAT(run("UpdateHostedZoneComment", {{"Id", zone}}, "<R><Comment>c</Comment></R>"),
              HasSubstr("<Comment>c</Comment>"));
}

}  // namespace
}  // namespace postern::api::route53
