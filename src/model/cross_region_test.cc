// SPDX-License-Identifier: Apache-2.0
#include "model/cross_region.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

TEST(CrossRegion, The_services_region_is_in_its_name) {
  VpcEndpoint endpoint{.region = "eu-west-1"};
  endpoint.service_name = "com.amazonaws.vpce.us-east-1.vpce-svc-1";
  EXPECT_EQ(service_region(endpoint), "us-east-1");
  EXPECT_TRUE(is_cross_region(endpoint));
  endpoint.service_name = "com.amazonaws.vpce.eu-west-1.vpce-svc-1";
  EXPECT_FALSE(is_cross_region(endpoint));
  endpoint.service_name = "com.amazonaws.eu-west-1.ec2";
  EXPECT_EQ(service_region(endpoint), "eu-west-1");
}

TEST(CrossRegion, A_service_is_offered_where_it_is_and_where_its_owner_says) {
  const EndpointService service{.region = "us-east-1", .supported_regions = {"eu-west-1"}};
  EXPECT_TRUE(is_offered_in(service, "us-east-1"));
  EXPECT_TRUE(is_offered_in(service, "eu-west-1"));
  EXPECT_FALSE(is_offered_in(service, "eu-west-2"));
}

TEST(CrossRegion, A_regions_name_has_a_form) {
  for (const char* good : {"us-east-1", "ap-northeast-1", "us-gov-west-1", "moon-east-1"}) {
    EXPECT_TRUE(is_region_name(good)) << good;
  }
  for (const char* bad : {"", "us", "useast1", "us-1", "us-east-", "us-east-11", "US-EAST-1",
                          "us-east-1 ", "*", "-east-1", "u-east-1", "us--1"}) {
    EXPECT_FALSE(is_region_name(bad)) << bad;
  }
}

// [PrivateLink guide, "Cross-Region access": zones that have none]
TEST(CrossRegion, Some_zones_have_no_access_from_other_regions) {
  const Id<Account> account("111111111111");
  const auto ids = remote_zone_ids(account, "us-east-1");
  EXPECT_EQ(std::ranges::count(ids, "use1-az1"), 1);
  EXPECT_EQ(std::ranges::count(ids, "use1-az3"), 0);
}

// An NLB of two zones, and an endpoint's interface in another region that enters one of them.
class RemoteZone : public testing::Test {
 protected:
  RemoteZone() {
    for (const char* zone : {"a", "b"}) {
      put(Subnet{.id = Id<Subnet>(zone), .zone_id = std::string("use1-az") + zone});
      put(NetworkInterface{.id = Id<NetworkInterface>(zone), .subnet = Id<Subnet>(zone)});
      balancer_.zones.push_back({.zone_id = std::string("use1-az") + zone,
                                 .subnet = Id<Subnet>(zone),
                                 .network_interface = Id<NetworkInterface>(zone)});
    }
    put(balancer_);
    put(NetworkInterface{.id = Id<NetworkInterface>("eni-1"), .number = 2});
    put(VpcEndpoint{.id = Id<VpcEndpoint>("vpce-1"),
                    .region = "eu-west-1",
                    .service_name = "com.amazonaws.vpce.us-east-1.vpce-svc-1",
                    .subnets = {{.zone_id = "euw1-az1",
                                 .network_interface = Id<NetworkInterface>("eni-1"),
                                 .load_balancer = balancer_.id,
                                 .remote_zone_id = "use1-aza"}}});
  }

  template <class T>
  void put(T row) {
    builder_.put(std::move(row));
  }
  void darken(const std::string& zone_id) {
    put(Fault{.id = Id<Fault>(zone_id), .kind = FaultKind::Zone, .subject = zone_id});
  }
  // The zone that the interface enters after leave_unhealthy_zones().
  std::string entered() {
    SeededIds ids(1);
    Transaction tx(builder_.world(), TimePoint{}, ids);
    leave_unhealthy_zones(tx);
    return entered_zone_id(tx.world().find(Id<VpcEndpoint>("vpce-1"))->subnets.front());
  }

  LoadBalancer balancer_{.id = Id<LoadBalancer>("nlb"), .region = "us-east-1"};
  WorldBuilder builder_;
};

TEST_F(RemoteZone, A_pick_begins_where_it_is_told_and_takes_what_is_well) {
  EXPECT_EQ(pick_remote_zone(builder_.world(), balancer_, 0), "use1-aza");
  EXPECT_EQ(pick_remote_zone(builder_.world(), balancer_, 1), "use1-azb");
  EXPECT_EQ(pick_remote_zone(builder_.world(), balancer_, 4), "use1-aza");
  darken("use1-aza");
  EXPECT_EQ(pick_remote_zone(builder_.world(), balancer_, 0), "use1-azb");
  darken("use1-azb");
  EXPECT_EQ(pick_remote_zone(builder_.world(), balancer_, 0), "use1-aza");
  balancer_.zones = {{.zone_id = "use1-az3"}};
  EXPECT_EQ(pick_remote_zone(builder_.world(), balancer_, 0), "");
}

TEST_F(RemoteZone, A_zone_that_fails_is_left_for_one_that_does_not) {
  EXPECT_EQ(entered(), "use1-aza");
  darken("use1-aza");
  EXPECT_EQ(entered(), "use1-azb");
  darken("use1-azb");
  EXPECT_EQ(entered(), "use1-aza");  // none is better
}

TEST_F(RemoteZone, A_zone_that_the_load_balancer_gave_up_is_left) {
  balancer_.zones.erase(balancer_.zones.begin());
  put(balancer_);
  EXPECT_EQ(entered(), "use1-azb");
}

}  // namespace
}  // namespace postern::model
