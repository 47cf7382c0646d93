// SPDX-License-Identifier: Apache-2.0
#include "model/zones.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

const Id<Account> kAccount("111111111111");

// [VPC user guide, "AZ IDs"]
TEST(Zones, Tokyo_has_a_c_and_d) {
  const auto found = zones(kAccount, "ap-northeast-1");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].name, "ap-northeast-1a");
  EXPECT_EQ(found[0].id, "apne1-az4");
  EXPECT_EQ(found[1].name, "ap-northeast-1c");
  EXPECT_EQ(found[1].id, "apne1-az1");
  EXPECT_EQ(found[2].name, "ap-northeast-1d");
  EXPECT_EQ(found[2].id, "apne1-az2");
}

TEST(Zones, Ids_begin_with_the_short_name_of_their_region) {
  struct Case {
    const char* region;
    const char* id;
  };
  const Case cases[] = {
      {"us-east-1", "use1-az1"},      {"us-east-2", "use2-az1"},  {"us-west-1", "usw1-az3"},
      {"eu-central-1", "euc1-az1"},   {"eu-north-1", "eun1-az1"}, {"ap-southeast-2", "apse2-az1"},
      {"us-gov-west-1", "usgw1-az1"}, {"home-1", "home1-az1"},    {"x", "x-az1"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(zones(kAccount, c.region).at(0).id, c.id) << c.region;
  }
}

TEST(Zones, Names_and_ids_lead_to_each_other) {
  for (const std::string& region : common_regions()) {
    for (const Zone& zone : zones(kAccount, region)) {
      EXPECT_EQ(zone_id(kAccount, region, zone.name), zone.id);
      EXPECT_EQ(zone_name(kAccount, region, zone.id), zone.name);
    }
  }
  EXPECT_FALSE(zone_id(kAccount, "ap-northeast-1", "ap-northeast-1b"));
  EXPECT_FALSE(zone_name(kAccount, "ap-northeast-1", "apne1-az3"));
}

}  // namespace
}  // namespace postern::model
