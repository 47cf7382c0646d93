// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/default_vpc.h"
#include "api/ec2/ec2_test.h"

namespace postern::api::ec2 {
namespace {

using testing::Contains;
using testing::ElementsAre;

class RegionTest : public Ec2Test {};

TEST_F(RegionTest, Zones_are_those_of_the_callers_region) {
  const Answer zones = must("DescribeAvailabilityZones");
  EXPECT_EQ(zones.raw("//availabilityZoneInfo/item[1]"),
            "<item><zoneName>ap-northeast-1a</zoneName><zoneId>apne1-az4</zoneId><zoneState>"
            "available</zoneState><zoneType>availability-zone</zoneType><regionName>ap-northeast-1"
            "</regionName><groupName>ap-northeast-1</groupName><networkBorderGroup>ap-northeast-1"
            "</networkBorderGroup><optInStatus>opt-in-not-required</optInStatus><messageSet/>"
            "</item>");
  EXPECT_THAT(zones.texts("//zoneName"),
              ElementsAre("ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"));
  become("111111111111", "us-east-2");
  EXPECT_THAT(must("DescribeAvailabilityZones").texts("//zoneId"),
              ElementsAre("use2-az1", "use2-az2", "use2-az3"));
}

TEST_F(RegionTest, Zones_are_picked_by_name_id_and_filter) {
  struct Case {
    const char* parameters;
    const char* zone;
  };
  const Case cases[] = {
      {"ZoneName.1=ap-northeast-1c", "ap-northeast-1c"},
      {"ZoneId.1=apne1-az2", "ap-northeast-1d"},
      {"Filter.1.Name=zone-name&Filter.1.Value.1=*d", "ap-northeast-1d"},
      {"Filter.1.Name=zone-id&Filter.1.Value.1=apne1-az4", "ap-northeast-1a"},
      {"Filter.1.Name=state&Filter.1.Value.1=impaired", ""},
      {"Filter.1.Name=opt-in-status&Filter.1.Value.1=opted-in", ""},
      {"Filter.1.Name=parent-zone-id&Filter.1.Value.1=*", ""},
      {"Filter.1.Name=zone-type&Filter.1.Value.1=local-zone&AllAvailabilityZones=true", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.parameters);
    const Answer zones = must("DescribeAvailabilityZones", c.parameters);
    EXPECT_EQ(zones.text("//zoneName"), c.zone);
    EXPECT_EQ(zones.count("//zoneName"), *c.zone == '\0' ? 0U : 1U);
  }
  EXPECT_EQ(refusal("DescribeAvailabilityZones", "ZoneName.1=ap-northeast-1b"),
            "InvalidParameterValue: Invalid availability zone: [ap-northeast-1b]");
  EXPECT_EQ(refusal("DescribeAvailabilityZones", "Filter.1.Name=x&Filter.1.Value.1=y"),
            "InvalidFilter: The filter 'x' is invalid");
}

TEST_F(RegionTest, Regions_are_AWSs_and_the_callers_own) {
  const Answer regions = must("DescribeRegions", "RegionName.1=ap-northeast-1");
  EXPECT_EQ(regions.xml(),
            "<regionInfo><item><regionName>ap-northeast-1</regionName><regionEndpoint>"
            "ec2.ap-northeast-1.amazonaws.com</regionEndpoint><optInStatus>opt-in-not-required"
            "</optInStatus></item></regionInfo>");
  EXPECT_THAT(must("DescribeRegions").texts("//regionName"), Contains("us-east-1"));
  EXPECT_EQ(refusal("DescribeRegions", "RegionName.1=home-1"),
            "InvalidParameterValue: Invalid region: [home-1]");
  become("111111111111", "home-1");
  EXPECT_THAT(must("DescribeRegions", "AllRegions=true").texts("//regionName"), Contains("home-1"));
  EXPECT_THAT(must("DescribeRegions", "Filter.1.Name=region-name&Filter.1.Value.1=us-east-*")
                  .texts("//regionName"),
              ElementsAre("us-east-1", "us-east-2"));
}

// [EC2 API reference, AccountAttribute]
TEST_F(RegionTest, Account_attributes_name_the_default_VPC) {
  EXPECT_EQ(must("DescribeAccountAttributes", "AttributeName.1=default-vpc").xml(),
            "<accountAttributeSet><item><attributeName>default-vpc</attributeName>"
            "<attributeValueSet><item><attributeValue>none</attributeValue></item>"
            "</attributeValueSet></item></accountAttributeSet>");
  change([&](model::Transaction& tx) { ensure_default_vpc(tx, caller_.account, caller_.region); });
  EXPECT_EQ(
      must("DescribeAccountAttributes", "AttributeName.1=default-vpc").text("//attributeValue"),
      must("DescribeVpcs").text("//vpcId"));
  EXPECT_THAT(must("DescribeAccountAttributes").texts("//attributeName"),
              ElementsAre("default-vpc", "supported-platforms"));
  EXPECT_EQ(refusal("DescribeAccountAttributes", "AttributeName.1=colour"),
            "InvalidParameterValue: Value (colour) for parameter attributeName is invalid. Unknown "
            "attribute.");
}

}  // namespace
}  // namespace postern::api::ec2
