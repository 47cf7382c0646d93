// SPDX-License-Identifier: Apache-2.0
// Names in hosted zones and private names of endpoints, as a VPC's resolver answers them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dns/zones/zones.h"
#include "model/dns_names.h"
#include "model/transaction.h"

namespace postern::dns {
namespace {

using model::HostedZone;
using model::Id;
using model::ResourceRecordSet;
using testing::ElementsAre;

class HostedZoneNodeTest : public testing::Test {
 protected:
  static model::Vpc vpc(const std::string& id) {
    return {.id = Id<model::Vpc>(id),
            .owner = Id<model::Account>("111111111111"),
            .region = "r-1",
            .cidr = *Cidr::parse("10.0.0.0/16"),
            .enable_dns_hostnames = true};
  }
  static HostedZone zone(const std::string& id, const std::string& name, bool is_private,
                         std::vector<ResourceRecordSet> sets) {
    HostedZone out{.id = Id<HostedZone>(id), .name = name, .is_private = is_private};
    if (is_private) {
      out.vpcs = {{.vpc = Id<model::Vpc>("vpc-1"), .region = "r-1"}};
    }
    sets.push_back({.name = name,
                    .type = "SOA",
                    .ttl_seconds = 900,
                    .values = {"ns. hostmaster. 1 2 3 4 86400"}});
    for (const ResourceRecordSet& set : sets) {
      out.record_sets[model::record_set_key(set.name, set.type)] = set;
    }
    return out;
  }
  // An endpoint vpce-1 of vpc-1 with the address 10.0.1.5 and a private name.
  void put_endpoint(const std::string& private_name) {
    builder_
        .put(model::EndpointService{.id = Id<model::EndpointService>("vpce-svc-1"),
                                    .private_dns = model::PrivateDnsName{.name = private_name}})
        .put(model::NetworkInterface{.id = Id<model::NetworkInterface>("eni-1"),
                                     .vpc = Id<model::Vpc>("vpc-1"),
                                     .address = *IpAddress::parse("10.0.1.5")})
        .put(endpoint());
  }
  static model::VpcEndpoint endpoint() {
    return {
        .id = Id<model::VpcEndpoint>("vpce-1"),
        .owner = Id<model::Account>("111111111111"),
        .region = "r-1",
        .vpc = Id<model::Vpc>("vpc-1"),
        .service = Id<model::EndpointService>("vpce-svc-1"),
        .subnets = {{.zone = "r-1a", .network_interface = Id<model::NetworkInterface>("eni-1")}},
        .dns_suffix = "abcdefgh",
        .private_zone_id = "Z9",
        .state = model::EndpointState::Available};
  }

  // The records as texts, or the rcode when there are none; "-" when others are asked.
  std::vector<std::string> ask(const std::string& name, RecordType type = kTypeA,
                               const std::string& from = "vpc-1") {
    if (builder_used_ == false) {
      world_ = builder_.put(vpc("vpc-1")).put(vpc("vpc-2")).build();
      builder_used_ = true;
    }
    const auto found = answer(world_, *world_.find(Id<model::Vpc>(from)), {name, type}, {});
    if (!found) {
      return {"-"};
    }
    std::vector<std::string> texts;
    for (const Record& record : found->records) {
      texts.push_back(
          std::visit([&](const auto& data) { return text(record, data); }, record.data));
    }
    if (texts.empty()) {
      EXPECT_EQ(found->authority.size(), 1U);
      texts.push_back(found->rcode == Rcode::NameError ? "NXDOMAIN" : "NODATA");
    }
    return texts;
  }

  static std::string text(const Record&, const IpAddress& address) { return address.text(); }
  static std::string text(const Record&, const Pointer& pointer) { return "PTR " + pointer.name; }
  static std::string text(const Record&, const Soa&) { return "SOA"; }
  static std::string text(const Record& record, const Canonical& canonical) {
    return record.name + " CNAME " + canonical.name;
  }
  static std::string text(const Record& record, const ZoneFileText& data) {
    return fmt::format("{} {} {}", record.ttl_seconds, data.type, data.text);
  }

  model::WorldBuilder builder_;
  bool builder_used_ = false;
  model::World world_;
};

// [Route 53 guide, "Considerations when working with a private hosted zone"]
TEST_F(HostedZoneNodeTest, A_private_zone_answers_in_its_VPC_and_hides_the_public_one) {
  builder_
      .put(zone("Z1", "example.com.", true,
                {{.name = "www.example.com.", .type = "A", .values = {"10.0.0.9"}}}))
      .put(zone("Z2", "example.com.", false,
                {{.name = "www.example.com.", .type = "A", .values = {"192.0.2.1", "192.0.2.2"}},
                 {.name = "only.example.com.", .type = "A", .values = {"192.0.2.3"}},
                 {.name = "example.com.",
                  .type = "TXT",
                  .ttl_seconds = 300,
                  .values = {"\"a\"", "\"b\""}}}));
  EXPECT_THAT(ask("WWW.Example.com"), ElementsAre("10.0.0.9"));
  EXPECT_THAT(ask("only.example.com"), ElementsAre("NXDOMAIN"));
  EXPECT_THAT(ask("www.example.com", kTypeAaaa), ElementsAre("NODATA"));
  EXPECT_THAT(ask("www.example.com", kTypeA, "vpc-2"), ElementsAre("192.0.2.1", "192.0.2.2"));
  EXPECT_THAT(ask("example.com", 16, "vpc-2"), ElementsAre("300 TXT \"a\"", "300 TXT \"b\""));
  EXPECT_THAT(ask("example.com", kTypeSoa), ElementsAre("900 SOA ns. hostmaster. 1 2 3 4 86400"));
  EXPECT_THAT(ask("example.org"), ElementsAre("-"));
}

TEST_F(HostedZoneNodeTest, A_canonical_name_is_followed_into_other_zones) {
  put_endpoint("unused.example.org");
  const std::string regional = model::regional_name(endpoint());
  builder_.put(
      zone("Z1", "example.com.", true,
           {{.name = "api.example.com.", .type = "CNAME", .values = {regional + "."}},
            {.name = "\\052.wild.example.com.", .type = "CNAME", .values = {"api.example.com"}},
            {.name = "out.example.com.", .type = "CNAME", .values = {"www.example.net"}},
            {.name = "loop.example.com.", .type = "CNAME", .values = {"loop.example.com"}}}));
  EXPECT_THAT(ask("api.example.com"), ElementsAre("api.example.com CNAME " + regional, "10.0.1.5"));
  EXPECT_THAT(ask("x.wild.example.com"),
              ElementsAre("x.wild.example.com CNAME api.example.com",
                          "api.example.com CNAME " + regional, "10.0.1.5"));
  EXPECT_THAT(ask("api.example.com", kTypeCname), ElementsAre("api.example.com CNAME " + regional));
  EXPECT_THAT(ask("out.example.com"), ElementsAre("out.example.com CNAME www.example.net"));
  EXPECT_EQ(ask("loop.example.com").size(), 8U);
}

TEST_F(HostedZoneNodeTest, An_alias_is_answered_with_what_its_target_has) {
  put_endpoint("unused.example.org");
  builder_.put(zone(
      "Z1", "example.com.", true,
      {{.name = "api.example.com.",
        .type = "A",
        .alias = model::AliasTarget{.hosted_zone_id = "ZX",
                                    .dns_name = model::regional_name(endpoint()) + "."}},
       {.name = "example.com.",
        .type = "A",
        .alias = model::AliasTarget{.hosted_zone_id = "Z1", .dns_name = "api.example.com."}}}));
  EXPECT_THAT(ask("api.example.com"), ElementsAre("10.0.1.5"));
  EXPECT_THAT(ask("example.com"), ElementsAre("10.0.1.5"));
  EXPECT_THAT(ask("api.example.com", kTypeA, "vpc-2"), ElementsAre("-"));
}

// [Route 53 guide, "Values specific for alias records": AAAA to dualstack endpoints; PrivateLink
// guide, "DNS record IP type": a service-defined private name has A records only]
TEST_F(HostedZoneNodeTest, AAAA_aliases_and_private_names_of_a_dualstack_endpoint) {
  put_endpoint("private.example.org");
  model::VpcEndpoint dual = endpoint();
  dual.ip_address_type = "dualstack";
  dual.dns_record_ip_type = "service-defined";
  const auto alias = [&](const char* type) {
    return ResourceRecordSet{
        .name = "api.example.com.",
        .type = type,
        .alias = model::AliasTarget{.hosted_zone_id = "ZX",
                                    .dns_name = model::regional_name(endpoint()) + "."}};
  };
  builder_.put(dual)
      .put(model::NetworkInterface{.id = Id<model::NetworkInterface>("eni-1"),
                                   .vpc = Id<model::Vpc>("vpc-1"),
                                   .address = *IpAddress::parse("10.0.1.5"),
                                   .ipv6_addresses = {*IpAddress::parse("2001:db8::5")}})
      .put(zone("Z1", "example.com.", true, {alias("A"), alias("AAAA")}));
  EXPECT_THAT(ask("api.example.com"), ElementsAre("10.0.1.5"));
  EXPECT_THAT(ask("api.example.com", kTypeAaaa), ElementsAre("2001:db8::5"));
  EXPECT_THAT(ask("private.example.org"), ElementsAre("10.0.1.5"));
  EXPECT_THAT(ask("private.example.org", kTypeAaaa), ElementsAre("NODATA"));
}

// [PrivateLink guide, "Manage DNS names": the private name resolves in the endpoint's VPC]
TEST_F(HostedZoneNodeTest, A_private_name_leads_to_the_endpoint_in_its_VPC_alone) {
  put_endpoint("api.example.com");
  EXPECT_THAT(ask("api.example.com"), ElementsAre("10.0.1.5"));
  EXPECT_THAT(ask("x.api.example.com"), ElementsAre("NXDOMAIN"));
  EXPECT_THAT(ask("api.example.com", kTypeA, "vpc-2"), ElementsAre("-"));
}

TEST_F(HostedZoneNodeTest, A_wildcard_private_name_stands_for_all_names_below) {
  put_endpoint("*.example.com");
  EXPECT_THAT(ask("a.example.com"), ElementsAre("10.0.1.5"));
  EXPECT_THAT(ask("b.a.example.com"), ElementsAre("10.0.1.5"));
  EXPECT_THAT(ask("example.com"), ElementsAre("NODATA"));
}

TEST_F(HostedZoneNodeTest, Without_DNS_hostnames_there_are_no_private_names) {
  put_endpoint("api.example.com");
  ask("x");
  model::Vpc without = vpc("vpc-1");
  without.enable_dns_hostnames = false;
  SeededIds ids(1);
  model::Transaction tx(world_, TimePoint{}, ids);
  tx.put(without);
  world_ = tx.world();
  EXPECT_THAT(ask("api.example.com"), ElementsAre("-"));
}

}  // namespace
}  // namespace postern::dns
