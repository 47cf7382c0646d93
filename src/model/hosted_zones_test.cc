// SPDX-License-Identifier: Apache-2.0
// Which zone answers, and what is at a name in it.
#include "model/hosted_zones.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

const Id<Vpc> kVpcOfZone("vpc-1");
const Id<Vpc> kOther("vpc-2");

HostedZone zone(const std::string& id, const std::string& name, bool is_private = false,
                int made = 0) {
  HostedZone out{.id = Id<HostedZone>(id), .name = name, .is_private = is_private};
  out.created_at = TimePoint(std::chrono::seconds(made));
  if (is_private) {
    out.vpcs = {{.vpc = kVpcOfZone, .region = "r"}};
  }
  return out;
}

void put(HostedZone& zone, const std::string& name, const std::string& type = "A") {
  zone.record_sets[record_set_key(name, type)] = {.name = name, .type = type};
}

std::string id_of(const HostedZone* zone) {
  return zone == nullptr ? "none" : zone->id.value;
}

// [Route 53 guide, "Considerations when working with a private hosted zone": the most specific
// private zone answers, in the VPCs that it is associated with]
TEST(HostedZones, The_most_specific_zone_answers_and_private_ones_only_in_their_VPCs) {
  const World world = WorldBuilder()
                          .put(zone("Z1", "example.com.", true))
                          .put(zone("Z2", "dev.example.com.", true))
                          .put(zone("Z3", "example.com.", false, 2))
                          .put(zone("Z4", "example.com.", false, 1))
                          .build();
  EXPECT_EQ(id_of(private_zone_of(world, kVpcOfZone, "www.example.com.")), "Z1");
  EXPECT_EQ(id_of(private_zone_of(world, kVpcOfZone, "a.dev.example.com.")), "Z2");
  EXPECT_EQ(id_of(private_zone_of(world, kVpcOfZone, "dev.example.com.")), "Z2");
  EXPECT_EQ(id_of(private_zone_of(world, kVpcOfZone, "notexample.com.")), "none");
  EXPECT_EQ(id_of(private_zone_of(world, kOther, "www.example.com.")), "none");
  EXPECT_EQ(id_of(public_zone_of(world, "www.example.com.")), "Z4");  // the first one made
  EXPECT_EQ(id_of(public_zone_of(world, "com.")), "none");
}

// [RFC 4592: a wildcard stands for names that do not exist, below the closest one that does]
TEST(HostedZones, A_wildcard_stands_for_names_that_do_not_exist) {
  HostedZone made = zone("Z1", "example.com.");
  put(made, "example.com.", "SOA");
  put(made, "\\052.example.com.");
  put(made, "a.b.example.com.", "TXT");
  const auto at = [&](const std::string& name) {
    const auto found = records_at(made, name);
    return found.sets.empty() ? (found.exists ? "nothing" : "no name") : found.sets[0]->name;
  };
  EXPECT_EQ(at("example.com."), "example.com.");
  EXPECT_EQ(at("x.example.com."), "\\052.example.com.");
  EXPECT_EQ(at("x.y.example.com."), "\\052.example.com.");
  EXPECT_EQ(at("a.b.example.com."), "a.b.example.com.");
  EXPECT_EQ(at("b.example.com."), "nothing");
  EXPECT_EQ(at("c.b.example.com."), "no name");
}

TEST(HostedZones, Text_is_read_from_its_strings) {
  EXPECT_EQ(text_of(R"("one")"), "one");
  EXPECT_EQ(text_of(R"("one " "two")"), "one two");
  EXPECT_EQ(text_of(R"("a \"b\" \\")"), R"(a "b" \)");
  EXPECT_EQ(text_of("bare"), "");
}

}  // namespace
}  // namespace postern::model
