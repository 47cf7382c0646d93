// SPDX-License-Identifier: Apache-2.0
// Which names a VPC's resolver answers, with what, and to whom they do not exist.
#include "dns/zones/zones.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/dns_names.h"

namespace postern::dns {
namespace {

using model::EndpointState;
using model::HealthVerdict;
using model::Id;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const std::string kRegion = "ap-northeast-1";
const Id<model::Account> kConsumer("111111111111");
const Id<model::Account> kProvider("222222222222");
const std::string kEndpointName = "vpce-0a-abcd1234.vpce-svc-0b.ap-northeast-1.vpce.amazonaws.com";
const std::string kEndpointNameA =
    "vpce-0a-abcd1234-ap-northeast-1a.vpce-svc-0b.ap-northeast-1.vpce.amazonaws.com";
const std::string kEndpointNameC =
    "vpce-0a-abcd1234-ap-northeast-1c.vpce-svc-0b.ap-northeast-1.vpce.amazonaws.com";
const std::string kNlbName = "Web-0123456789abcdef.elb.ap-northeast-1.amazonaws.com";

IpAddress ip(const char* text) {
  return *IpAddress::parse(text);
}

// The tutorial's world: the consumer's endpoint in two zones, whose zones the consumer calls a and
// c and the provider c and a; the provider's NLB with one target in each.
class ZonesTest : public testing::Test {
 protected:
  void SetUp() override {
    builder.put(consumer_vpc).put(provider_vpc).put(nlb);
    put_interface("eni-ea", consumer_vpc, "10.0.1.10");
    put_interface("eni-ec", consumer_vpc, "10.0.2.10");
    put_interface("eni-na", provider_vpc, "10.0.11.20");
    put_interface("eni-nc", provider_vpc, "10.0.12.20");
    put_interface("eni-i", consumer_vpc, "10.0.1.5");
    builder.put(model::TargetGroup{.id = Id<model::TargetGroup>("tg"), .vpc = provider_vpc.id});
    builder.put(model::Listener{.id = Id<model::Listener>("listener"),
                                .load_balancer = nlb.id,
                                .default_action = model::forward_to(Id<model::TargetGroup>("tg"))});
    put_target("i-1", "ap-northeast-1a", HealthVerdict::Healthy);
    put_target("i-2", "ap-northeast-1c", HealthVerdict::Healthy);
    put_endpoint(EndpointState::Available);
  }

  static model::Vpc make_vpc(const char* id, const Id<model::Account>& owner) {
    return {.id = Id<model::Vpc>(id),
            .owner = owner,
            .region = kRegion,
            .cidr = *Cidr::parse("10.0.0.0/16"),
            .enable_dns_hostnames = true};
  }

  void put_interface(const char* id, const model::Vpc& vpc, const char* address,
                     const char* ipv6 = nullptr) {
    model::NetworkInterface interface{
        .id = Id<model::NetworkInterface>(id), .vpc = vpc.id, .address = ip(address)};
    if (ipv6 != nullptr) {
      interface.ipv6_addresses = {ip(ipv6)};
    }
    builder.put(interface);
  }

  void put_target(const char* instance, const char* zone, HealthVerdict verdict) {
    builder.put(model::Instance{
        .id = Id<model::Instance>(instance), .zone = zone, .state = model::InstanceState::Running});
    builder.put(model::Target{.id = Id<model::Target>(std::string("tg|") + instance),
                              .target_group = Id<model::TargetGroup>("tg"),
                              .target_id = instance,
                              .verdict = verdict});
  }

  void put_endpoint(EndpointState state) {
    endpoint.state = state;
    builder.put(endpoint);
  }

  model::World world() const {
    model::WorldBuilder copy = builder;
    return copy.build();
  }

  std::optional<Answer> ask(const model::Vpc& vpc, const std::string& name,
                            RecordType type = kTypeA, std::uint32_t rotation = 0) const {
    return answer(world(), vpc, {name, type}, {.client = client, .rotation = rotation});
  }

  // The addresses of the answer, which must be there and be authoritative.
  std::vector<std::string> addresses(const model::Vpc& vpc, const std::string& name,
                                     std::uint32_t rotation = 0) const {
    const auto answer = ask(vpc, name, kTypeA, rotation);
    std::vector<std::string> texts;
    EXPECT_TRUE(answer && answer->authoritative && answer->rcode == Rcode::NoError) << name;
    for (const Record& record : answer ? answer->records : std::vector<Record>()) {
      EXPECT_EQ(record.name, name);
      EXPECT_EQ(record.ttl_seconds, 60U);
      texts.push_back(std::get<IpAddress>(record.data).text());
    }
    return texts;
  }

  void expect_negative(const model::Vpc& vpc, const std::string& name, RecordType type, Rcode rcode,
                       const std::string& zone) const {
    SCOPED_TRACE(name);
    const auto answer = ask(vpc, name, type);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->rcode, rcode);
    EXPECT_THAT(answer->records, IsEmpty());
    ASSERT_EQ(answer->authority.size(), 1U);
    EXPECT_EQ(answer->authority[0].name, zone);
    EXPECT_EQ(answer->authority[0].ttl_seconds, 60U);
    EXPECT_EQ(std::get<Soa>(answer->authority[0].data).negative_ttl_seconds, 60U);
  }
  void expect_no_such_name(const model::Vpc& vpc, const std::string& name,
                           const std::string& zone) const {
    expect_negative(vpc, name, kTypeA, Rcode::NameError, zone);
  }
  void expect_no_such_record(const model::Vpc& vpc, const std::string& name, RecordType type,
                             const std::string& zone) const {
    expect_negative(vpc, name, type, Rcode::NoError, zone);
  }

  IpAddress client = ip("10.0.99.99");  // in no subnet
  model::Vpc consumer_vpc = make_vpc("vpc-consumer", kConsumer);
  model::Vpc provider_vpc = make_vpc("vpc-provider", kProvider);
  model::LoadBalancer nlb{.id = Id<model::LoadBalancer>("nlb"),
                          .owner = kProvider,
                          .region = kRegion,
                          .name = "Web",
                          .hex = "0123456789abcdef",
                          .vpc = provider_vpc.id,
                          .zones = {{.zone = "ap-northeast-1a",
                                     .zone_id = "apne1-az4",
                                     .network_interface = Id<model::NetworkInterface>("eni-na")},
                                    {.zone = "ap-northeast-1c",
                                     .zone_id = "apne1-az1",
                                     .network_interface = Id<model::NetworkInterface>("eni-nc")}},
                          .state = model::LoadBalancerState::Active};
  model::VpcEndpoint endpoint{
      .id = Id<model::VpcEndpoint>("vpce-0a"),
      .owner = kConsumer,
      .region = kRegion,
      .vpc = consumer_vpc.id,
      .service = Id<model::EndpointService>("vpce-svc-0b"),
      .subnets = {{.zone = "ap-northeast-1a",
                   .zone_id = "apne1-az1",
                   .network_interface = Id<model::NetworkInterface>("eni-ea"),
                   .load_balancer = Id<model::LoadBalancer>("nlb")},
                  {.zone = "ap-northeast-1c",
                   .zone_id = "apne1-az4",
                   .network_interface = Id<model::NetworkInterface>("eni-ec"),
                   .load_balancer = Id<model::LoadBalancer>("nlb")}},
      .dns_suffix = "abcd1234"};
  model::WorldBuilder builder;
};

const std::string kEndpointZone = "ap-northeast-1.vpce.amazonaws.com";
const std::string kNlbZone = "elb.ap-northeast-1.amazonaws.com";
const std::string kPrivateZone = "ap-northeast-1.compute.internal";

// [PrivateLink guide, "DNS hostnames": regional and zonal names, TTL 60]
TEST_F(ZonesTest, An_endpoints_regional_name_has_all_its_addresses_and_a_zonal_name_one) {
  EXPECT_THAT(addresses(consumer_vpc, kEndpointName),
              UnorderedElementsAre("10.0.1.10", "10.0.2.10"));
  EXPECT_THAT(addresses(consumer_vpc, kEndpointNameA), ElementsAre("10.0.1.10"));
  EXPECT_THAT(addresses(consumer_vpc, kEndpointNameC), ElementsAre("10.0.2.10"));
}

TEST_F(ZonesTest, The_order_of_addresses_turns) {
  EXPECT_THAT(addresses(consumer_vpc, kEndpointName, 0), ElementsAre("10.0.1.10", "10.0.2.10"));
  EXPECT_THAT(addresses(consumer_vpc, kEndpointName, 1), ElementsAre("10.0.2.10", "10.0.1.10"));
  EXPECT_THAT(addresses(consumer_vpc, kEndpointName, 2), ElementsAre("10.0.1.10", "10.0.2.10"));
}

// [RFC 4343]
TEST_F(ZonesTest, Case_does_not_matter_and_is_given_back) {
  EXPECT_THAT(
      addresses(consumer_vpc,
                "VPCE-0a-ABCD1234-ap-northeast-1A.vpce-SVC-0b.ap-northeast-1.VPCE.amazonaws.Com"),
      ElementsAre("10.0.1.10"));
  EXPECT_THAT(addresses(provider_vpc, "wEB-0123456789ABCDEF.elb.ap-northeast-1.amazonaws.com"),
              ElementsAre("10.0.11.20", "10.0.12.20"));
}

// The zone ids tell the places apart: the consumer's zone a is the provider's zone c.
TEST_F(ZonesTest, An_endpoints_zone_whose_targets_are_unhealthy_leaves_the_regional_name_only) {
  put_target("i-2", "ap-northeast-1c", HealthVerdict::Unhealthy);
  EXPECT_THAT(addresses(consumer_vpc, kEndpointName), ElementsAre("10.0.2.10"));
  EXPECT_THAT(addresses(consumer_vpc, kEndpointNameA), ElementsAre("10.0.1.10"));
}

TEST_F(ZonesTest, When_no_zone_is_healthy_every_address_is_answered) {
  put_target("i-1", "ap-northeast-1a", HealthVerdict::Unhealthy);
  put_target("i-2", "ap-northeast-1c", HealthVerdict::Unhealthy);
  EXPECT_THAT(addresses(consumer_vpc, kEndpointName), ElementsAre("10.0.1.10", "10.0.2.10"));
  EXPECT_THAT(addresses(provider_vpc, kNlbName), ElementsAre("10.0.11.20", "10.0.12.20"));
}

// [NLB guide, "Availability Zone DNS affinity"]
TEST_F(ZonesTest, An_NLBs_name_prefers_the_clients_zone_as_its_policy_says) {
  struct Case {
    const char* policy;
    const char* client;
    int own_alone;  // of 100 questions
  };
  builder.put(model::Subnet{
      .vpc = provider_vpc.id, .cidr = *Cidr::parse("10.0.12.0/24"), .zone_id = "apne1-az1"});
  for (const Case& c : {Case{"any_availability_zone", "10.0.12.7", 0},
                        Case{"partial_availability_zone_affinity", "10.0.12.7", 85},
                        Case{"availability_zone_affinity", "10.0.12.7", 100},
                        Case{"availability_zone_affinity", "10.0.99.7", 0}}) {
    SCOPED_TRACE(std::string(c.policy) + " " + c.client);
    nlb.attributes["dns_record.client_routing_policy"] = c.policy;
    builder.put(nlb);
    client = ip(c.client);
    int own_alone = 0;
    for (std::uint32_t rotation = 0; rotation < 100; ++rotation) {
      const auto found = addresses(provider_vpc, kNlbName, rotation);
      own_alone += found == std::vector<std::string>{"10.0.12.20"} ? 1 : 0;
      EXPECT_TRUE(found.size() == 2 || found.front() == "10.0.12.20");
    }
    EXPECT_EQ(own_alone, c.own_alone);
  }
}

TEST_F(ZonesTest, A_client_is_sent_elsewhere_when_only_its_own_zone_fails) {
  builder.put(model::Subnet{
      .vpc = provider_vpc.id, .cidr = *Cidr::parse("10.0.12.0/24"), .zone_id = "apne1-az1"});
  nlb.attributes["dns_record.client_routing_policy"] = "availability_zone_affinity";
  builder.put(nlb);
  client = ip("10.0.12.7");
  put_target("i-2", "ap-northeast-1c", HealthVerdict::Unhealthy);
  EXPECT_THAT(addresses(provider_vpc, kNlbName), ElementsAre("10.0.11.20"));
  put_target("i-1", "ap-northeast-1a", HealthVerdict::Unhealthy);
  EXPECT_THAT(addresses(provider_vpc, kNlbName), ElementsAre("10.0.12.20"))
      << "no zone is healthy: each is as good as its own";
}

TEST_F(ZonesTest, An_endpoints_names_exist_only_while_it_is_available) {
  for (const EndpointState state :
       {EndpointState::PendingAcceptance, EndpointState::Pending, EndpointState::Rejected,
        EndpointState::Deleting, EndpointState::Deleted, EndpointState::Failed,
        EndpointState::Expired}) {
    put_endpoint(state);
    expect_no_such_name(consumer_vpc, kEndpointName, kEndpointZone);
    expect_no_such_name(consumer_vpc, kEndpointNameA, kEndpointZone);
  }
}

TEST_F(ZonesTest, An_endpoints_names_are_known_in_all_VPCs_of_its_owner_and_in_no_others) {
  EXPECT_THAT(addresses(make_vpc("vpc-other", kConsumer), kEndpointNameA),
              ElementsAre("10.0.1.10"));
  expect_no_such_name(provider_vpc, kEndpointName, kEndpointZone);
  expect_no_such_name(provider_vpc, kEndpointNameA, kEndpointZone);
}

TEST_F(ZonesTest, Names_of_another_region_are_not_known_here) {
  model::Vpc elsewhere = make_vpc("vpc-elsewhere", kConsumer);
  elsewhere.region = "eu-west-1";
  EXPECT_FALSE(ask(elsewhere, kEndpointName));
  EXPECT_FALSE(ask(elsewhere, kNlbName));
}

// [EC2 user guide, "EC2 instance hostnames and domains": resource names]
TEST_F(ZonesTest, An_instances_id_is_a_name_where_it_has_records) {
  model::Instance instance{.id = Id<model::Instance>("i-0abc"),
                           .vpc = consumer_vpc.id,
                           .network_interface = Id<model::NetworkInterface>("eni-i")};
  const std::string zone = "ap-northeast-1.compute.internal";
  builder.put(instance);
  expect_no_such_name(consumer_vpc, "i-0abc." + zone, zone);
  instance.resource_name.a = true;
  builder.put(instance);
  EXPECT_THAT(addresses(consumer_vpc, "i-0abc." + zone), ElementsAre("10.0.1.5"));
  expect_no_such_record(consumer_vpc, "i-0abc." + zone, kTypeAaaa, zone);
  expect_no_such_name(provider_vpc, "i-0abc." + zone, zone);
  expect_no_such_name(consumer_vpc, "i-0abd." + zone, zone);
}

// [PrivateLink guide, "DNS hostnames": <endpoint id>.<service id>.<service region>.vpce…]
TEST_F(ZonesTest, An_endpoint_to_another_regions_service_has_names_of_that_region) {
  endpoint.service_name = "com.amazonaws.vpce.eu-west-1.vpce-svc-0b";
  for (model::EndpointSubnet& subnet : endpoint.subnets) {
    subnet.remote_zone_id = subnet.zone_id;
    subnet.zone_id = "use1-az1";
  }
  put_endpoint(EndpointState::Available);
  const std::string zone = "eu-west-1.vpce.amazonaws.com";
  const std::string name = "vpce-0a-abcd1234.vpce-svc-0b." + zone;
  EXPECT_THAT(addresses(consumer_vpc, name),
              testing::UnorderedElementsAre("10.0.1.10", "10.0.2.10"));
  put_target("i-1", "ap-northeast-1a", HealthVerdict::Unhealthy);
  EXPECT_EQ(addresses(consumer_vpc, name).size(), 1U);
  expect_no_such_name(consumer_vpc, "vpce-0a-abcd1235.vpce-svc-0b." + zone, zone);
  expect_no_such_name(consumer_vpc, kEndpointName, kEndpointZone);
  EXPECT_FALSE(ask(provider_vpc, name));
}

TEST_F(ZonesTest, Names_that_are_nearly_an_endpoints_do_not_exist) {
  for (const char* name : {
           "vpce-0a.vpce-svc-0b.ap-northeast-1.vpce.amazonaws.com",
           "vpce-0a-abcd1235.vpce-svc-0b.ap-northeast-1.vpce.amazonaws.com",
           "vpce-0a-abcd1234.vpce-svc-0c.ap-northeast-1.vpce.amazonaws.com",
           "vpce-0a-abcd1234-ap-northeast-1d.vpce-svc-0b.ap-northeast-1.vpce.amazonaws.com",
           "foo.vpce-0a-abcd1234.vpce-svc-0b.ap-northeast-1.vpce.amazonaws.com",
           "vpce-0a-abcd1234.ap-northeast-1.vpce.amazonaws.com",
           "vpce-.ap-northeast-1.vpce.amazonaws.com",
       }) {
    expect_no_such_name(consumer_vpc, name, kEndpointZone);
  }
}

// [RFC 8020: NXDOMAIN means that nothing is below, so names on the way must not get it]
TEST_F(ZonesTest, A_service_with_an_endpoint_exists_without_addresses) {
  expect_no_such_record(consumer_vpc, "vpce-svc-0b." + kEndpointZone, kTypeA, kEndpointZone);
  expect_no_such_name(provider_vpc, "vpce-svc-0b." + kEndpointZone, kEndpointZone);
}

// [PrivateLink guide, "DNS record IP type"; NLB guide, "DNS name"]
TEST_F(ZonesTest, Dualstack_names_have_AAAA_records_beside_A_or_alone) {
  put_interface("eni-ea", consumer_vpc, "10.0.1.10", "2001:db8:0:1::10");
  put_interface("eni-ec", consumer_vpc, "10.0.2.10", "2001:db8:0:2::10");
  put_interface("eni-na", provider_vpc, "10.0.11.20", "2001:db8:1:1::20");
  struct Case {
    const char* type;
    std::size_t a;
    std::size_t aaaa;
  };
  for (const Case& c : {Case{"ipv4", 2, 0}, Case{"dualstack", 2, 2}, Case{"ipv6", 0, 2},
                        Case{"service-defined", 2, 2}}) {
    SCOPED_TRACE(c.type);
    endpoint.ip_address_type = "dualstack";
    endpoint.dns_record_ip_type = c.type;
    builder.put(endpoint);
    EXPECT_EQ(ask(consumer_vpc, kEndpointName, kTypeA)->records.size(), c.a);
    EXPECT_EQ(ask(consumer_vpc, kEndpointName, kTypeAaaa)->records.size(), c.aaaa);
    EXPECT_EQ(ask(consumer_vpc, kEndpointNameA, kTypeAaaa)->records.size(), c.aaaa / 2);
    EXPECT_EQ(ask(consumer_vpc, kEndpointName, kTypeAny)->records.size(), c.a + c.aaaa);
    if (c.a == 0) {
      expect_no_such_record(consumer_vpc, kEndpointName, kTypeA, kEndpointZone);
    }
  }
  EXPECT_EQ(ask(provider_vpc, kNlbName, kTypeAaaa)->records.size(), 1U);
  expect_no_such_record(provider_vpc, "ap-northeast-1c." + kNlbName, kTypeAaaa, kNlbZone);
  // A zone without a healthy target leaves both kinds of record.
  put_target("i-1", "ap-northeast-1a", HealthVerdict::Unhealthy);
  const auto left = ask(consumer_vpc, kEndpointName, kTypeAaaa);
  ASSERT_EQ(left->records.size(), 1U);
  EXPECT_EQ(std::get<IpAddress>(left->records[0].data), ip("2001:db8:0:1::10"));
  expect_no_such_record(provider_vpc, kNlbName, kTypeAaaa, kNlbZone);
}

TEST_F(ZonesTest, Only_A_records_exist) {
  for (const RecordType type : {kTypeAaaa, kTypePtr, kTypeSoa, RecordType{16}, RecordType{65}}) {
    expect_no_such_record(consumer_vpc, kEndpointName, type, kEndpointZone);
    expect_no_such_record(provider_vpc, kNlbName, type, kNlbZone);
    expect_no_such_record(consumer_vpc, "ip-10-0-1-5." + kPrivateZone, type, kPrivateZone);
  }
}

TEST_F(ZonesTest, A_question_for_any_type_gets_the_addresses) {
  const auto answer = ask(consumer_vpc, kEndpointName, kTypeAny);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->records.size(), 2U);
}

TEST_F(ZonesTest, A_zone_has_its_start_of_authority) {
  const auto answer = ask(consumer_vpc, kEndpointZone, kTypeSoa);
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->records.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<Soa>(answer->records[0].data));
  EXPECT_THAT(answer->authority, IsEmpty());
  expect_no_such_record(consumer_vpc, kEndpointZone, kTypeA, kEndpointZone);
}

// [NLB guide, "DNS name": regional and zonal; known to the owner only]
TEST_F(ZonesTest, An_NLBs_names_are_answered_to_its_owner) {
  EXPECT_THAT(addresses(provider_vpc, kNlbName), ElementsAre("10.0.11.20", "10.0.12.20"));
  EXPECT_THAT(addresses(provider_vpc, "ap-northeast-1c." + kNlbName), ElementsAre("10.0.12.20"));
  EXPECT_THAT(addresses(make_vpc("vpc-other", kProvider), kNlbName),
              ElementsAre("10.0.11.20", "10.0.12.20"));
  expect_no_such_name(consumer_vpc, kNlbName, kNlbZone);
  expect_no_such_name(consumer_vpc, "ap-northeast-1a." + kNlbName, kNlbZone);
}

TEST_F(ZonesTest, An_NLBs_unhealthy_zone_leaves_the_regional_name_only) {
  put_target("i-1", "ap-northeast-1a", HealthVerdict::Unhealthy);
  EXPECT_THAT(addresses(provider_vpc, kNlbName), ElementsAre("10.0.12.20"));
  EXPECT_THAT(addresses(provider_vpc, "ap-northeast-1a." + kNlbName), ElementsAre("10.0.11.20"));
}

TEST_F(ZonesTest, An_NLBs_names_exist_only_while_it_is_active) {
  nlb.state = model::LoadBalancerState::Provisioning;
  builder.put(nlb);
  expect_no_such_name(provider_vpc, kNlbName, kNlbZone);
}

TEST_F(ZonesTest, Names_that_are_nearly_an_NLBs_do_not_exist) {
  for (const char* name : {
           "web.elb.ap-northeast-1.amazonaws.com",
           "internal-web-0123456789abcdef.elb.ap-northeast-1.amazonaws.com",
           "ap-northeast-1d.web-0123456789abcdef.elb.ap-northeast-1.amazonaws.com",
           "x.ap-northeast-1a.web-0123456789abcdef.elb.ap-northeast-1.amazonaws.com",
       }) {
    expect_no_such_name(provider_vpc, name, kNlbZone);
  }
}

// [VPC guide, "DNS attributes for your VPC"]
TEST_F(ZonesTest, Private_names_are_answered_in_the_VPC_of_the_address) {
  EXPECT_THAT(addresses(consumer_vpc, "ip-10-0-1-5." + kPrivateZone), ElementsAre("10.0.1.5"));
  EXPECT_THAT(addresses(consumer_vpc, "ip-10-0-1-10." + kPrivateZone), ElementsAre("10.0.1.10"));
  expect_no_such_name(provider_vpc, "ip-10-0-1-5." + kPrivateZone, kPrivateZone);
  for (const char* label : {"ip-10-0-1-6", "ip-10-0-1", "ip-10-0-1-5-6", "ip-010-0-1-5", "ip-",
                            "ip-10.0.1-5", "10-0-1-5", "x.ip-10-0-1-5"}) {
    expect_no_such_name(consumer_vpc, std::string(label) + "." + kPrivateZone, kPrivateZone);
  }
}

TEST_F(ZonesTest, Without_hostnames_private_names_do_not_exist_and_endpoints_names_do) {
  consumer_vpc.enable_dns_hostnames = false;
  expect_no_such_name(consumer_vpc, "ip-10-0-1-5." + kPrivateZone, kPrivateZone);
  EXPECT_THAT(addresses(consumer_vpc, kEndpointNameA), ElementsAre("10.0.1.10"));
}

TEST_F(ZonesTest, Addresses_of_the_VPC_have_reverse_names) {
  const auto answer = ask(consumer_vpc, "5.1.0.10.in-addr.arpa", kTypePtr);
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->records.size(), 1U);
  EXPECT_EQ(std::get<Pointer>(answer->records[0].data).name, "ip-10-0-1-5." + kPrivateZone);
}

TEST_F(ZonesTest, Reverse_names_are_the_VPCs_own_as_far_as_its_CIDR_goes) {
  expect_no_such_name(consumer_vpc, "6.1.0.10.in-addr.arpa", "0.10.in-addr.arpa");
  expect_no_such_record(consumer_vpc, "1.0.10.in-addr.arpa", kTypePtr, "0.10.in-addr.arpa");
  expect_no_such_record(consumer_vpc, "5.1.0.10.in-addr.arpa", kTypeA, "0.10.in-addr.arpa");
  for (const char* name :
       {"5.1.1.10.in-addr.arpa", "10.in-addr.arpa", "in-addr.arpa", "x.1.0.10.in-addr.arpa",
        "05.1.0.10.in-addr.arpa", "256.1.0.10.in-addr.arpa", "1.5.1.0.10.in-addr.arpa"}) {
    SCOPED_TRACE(name);
    EXPECT_FALSE(ask(consumer_vpc, name, kTypePtr));
  }
}

TEST_F(ZonesTest, Other_names_are_not_ours) {
  for (const char* name :
       {"example.com", "amazonaws.com", "vpce.amazonaws.com", "compute.internal", "",
        "xelb.ap-northeast-1.amazonaws.com", "x\\.elb.ap-northeast-1.amazonaws.com",
        "ec2.ap-northeast-1.amazonaws.com", "ip-10-0-1-5.ec2.internal"}) {
    SCOPED_TRACE(name);
    EXPECT_FALSE(ask(consumer_vpc, name));
  }
}

TEST_F(ZonesTest, Without_DNS_support_everything_is_refused) {
  consumer_vpc.enable_dns_support = false;
  for (const std::string& name : {kEndpointName, std::string("example.com")}) {
    const auto answer = ask(consumer_vpc, name);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->rcode, Rcode::Refused);
    EXPECT_THAT(answer->records, IsEmpty());
  }
}

// [PrivateLink guide, "Access an AWS service using an interface VPC endpoint": DNS hostnames,
// private DNS]
class AwsServiceZonesTest : public ZonesTest {
 protected:
  void SetUp() override {
    ZonesTest::SetUp();
    put_interface("eni-ec2", consumer_vpc, "10.0.1.50");
    put_interface("eni-dkr", consumer_vpc, "10.0.1.51");
    put_service("vpce-0c", "ec2", "eni-ec2");
    put_service("vpce-0d", "dkr.ecr", "eni-dkr");
  }

  void put_service(const char* id, const char* service, const char* interface) {
    builder.put(model::VpcEndpoint{
        .id = Id<model::VpcEndpoint>(id),
        .owner = kConsumer,
        .region = kRegion,
        .type = "Interface",
        .vpc = consumer_vpc.id,
        .service = Id<model::EndpointService>(service),
        .subnets = {{.zone = "ap-northeast-1a",
                     .zone_id = "apne1-az4",
                     .network_interface = Id<model::NetworkInterface>(interface)}},
        .dns_suffix = "abcd1234",
        .private_zone_id = "Z1",
        .state = EndpointState::Available});
  }
};

TEST_F(AwsServiceZonesTest, The_services_usual_name_is_the_endpoint) {
  EXPECT_THAT(addresses(consumer_vpc, "ec2.ap-northeast-1.amazonaws.com"),
              ElementsAre("10.0.1.50"));
  EXPECT_THAT(addresses(consumer_vpc, "111111111111.dkr.ecr.ap-northeast-1.amazonaws.com"),
              ElementsAre("10.0.1.51"));
  EXPECT_FALSE(ask(provider_vpc, "ec2.ap-northeast-1.amazonaws.com"));
  EXPECT_FALSE(ask(consumer_vpc, "sts.ap-northeast-1.amazonaws.com"));
}

TEST_F(AwsServiceZonesTest, Endpoints_have_names_of_their_own) {
  EXPECT_THAT(addresses(consumer_vpc, "vpce-0c-abcd1234.ec2.ap-northeast-1.vpce.amazonaws.com"),
              ElementsAre("10.0.1.50"));
  EXPECT_THAT(
      addresses(consumer_vpc,
                "vpce-0d-abcd1234-ap-northeast-1a.dkr.ecr.ap-northeast-1.vpce.amazonaws.com"),
      ElementsAre("10.0.1.51"));
  for (const char* empty : {"ecr", "dkr.ecr", "ec2"}) {
    expect_no_such_record(consumer_vpc, std::string(empty) + ".ap-northeast-1.vpce.amazonaws.com",
                          kTypeA, "ap-northeast-1.vpce.amazonaws.com");
  }
  expect_no_such_name(consumer_vpc, "cr.ap-northeast-1.vpce.amazonaws.com",
                      "ap-northeast-1.vpce.amazonaws.com");
}

}  // namespace
}  // namespace postern::dns
