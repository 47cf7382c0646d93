// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/elbv2_test.h"

namespace postern::api::elbv2 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::MatchesRegex;

std::string create(const std::string& name, const std::string& more) {
  return "Name=" + name + "&Type=network&Scheme=internal" + more;
}

// [API reference, CreateLoadBalancer: the answer's shape is that of botocore's model]
TEST_F(Elbv2Test, A_new_load_balancer_is_described_in_full) {
  const Answer answer =
      must("CreateLoadBalancer", create("web",
                                        "&Subnets.member.1=subnet-a&Subnets.member.2=subnet-c"
                                        "&SecurityGroups.member.1=sg-nlb&Tags.member.1.Key=k"));
  const std::string hex = answer.text("//LoadBalancerArn").substr(std::string(kArn).size() + 21);
  EXPECT_THAT(hex, MatchesRegex("[0-9a-f]{16}"));
  EXPECT_EQ(answer.xml(),
            "<LoadBalancers><member><LoadBalancerArn>" + std::string(kArn) +
                "loadbalancer/net/web/" + hex + "</LoadBalancerArn><DNSName>web-" + hex +
                ".elb.ap-northeast-1.amazonaws.com</DNSName><CanonicalHostedZoneId>Z31USIVHYNEOWT"
                "</CanonicalHostedZoneId><CreatedTime>2026-01-02T00:00:00.000Z</CreatedTime>"
                "<LoadBalancerName>web</LoadBalancerName><Scheme>internal</Scheme><VpcId>vpc-1"
                "</VpcId><State><Code>provisioning</Code></State><Type>network</Type>"
                "<AvailabilityZones><member><ZoneName>ap-northeast-1a</ZoneName><SubnetId>subnet-a"
                "</SubnetId><LoadBalancerAddresses/></member><member><ZoneName>ap-northeast-1c"
                "</ZoneName><SubnetId>subnet-c</SubnetId><LoadBalancerAddresses/></member>"
                "</AvailabilityZones><SecurityGroups><member>sg-nlb</member></SecurityGroups>"
                "<IpAddressType>ipv4</IpAddressType>"
                "<EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic>on"
                "</EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic></member></LoadBalancers>");
}

// [spec 1.3, node interfaces; Terraform looks for them by description and owner after deletion]
TEST_F(Elbv2Test, Each_zone_has_a_node_that_the_caller_cannot_manage) {
  const std::string arn = make_load_balancer();
  const auto* balancer = record<model::LoadBalancer>(arn);
  ASSERT_EQ(balancer->zones.size(), 2U);
  EXPECT_GT(balancer->number, 0U);
  for (const auto& zone : balancer->zones) {
    const auto* node = world_.find(zone.network_interface);
    ASSERT_NE(node, nullptr);
    EXPECT_EQ(node->description, "ELB net/web/" + balancer->hex);
    EXPECT_EQ(node->type, model::InterfaceType::NetworkLoadBalancer);
    EXPECT_TRUE(node->requester_managed);
    EXPECT_FALSE(node->source_dest_check);
    EXPECT_EQ(node->groups, balancer->security_groups);
    EXPECT_EQ(node->attachment->instance_owner_id, "amazon-aws");
    EXPECT_THAT(node->attachment->id, MatchesRegex("ela-attach-[0-9a-f]+"));
    EXPECT_EQ(node->subnet, zone.subnet);
    EXPECT_EQ(node->port, 0U);
  }
  EXPECT_EQ(world_.find(balancer->zones[0].network_interface)->address.text(), "10.0.1.4");
}

// [spec 7.2: Terraform compares LoadBalancerAddresses with its subnet_mapping]
TEST_F(Elbv2Test, An_address_that_the_caller_chose_is_listed) {
  const Answer answer =
      must("CreateLoadBalancer", create("web",
                                        "&SubnetMappings.member.1.SubnetId=subnet-a"
                                        "&SubnetMappings.member.1.PrivateIPv4Address=10.0.1.50"
                                        "&SubnetMappings.member.2.SubnetId=subnet-c"));
  EXPECT_THAT(answer.texts("//PrivateIPv4Address"), ElementsAre("10.0.1.50"));
  EXPECT_EQ(answer.text("//AvailabilityZones/member[1]//PrivateIPv4Address"), "10.0.1.50");
}

TEST_F(Elbv2Test, Without_security_groups_there_is_nothing_to_enforce) {
  const std::string arn = make_load_balancer("web", "&SecurityGroups=");
  const Answer answer = must("DescribeLoadBalancers", "LoadBalancerArns.member.1=" + arn);
  EXPECT_THAT(answer.texts("//SecurityGroups/member"), IsEmpty());
  EXPECT_THAT(answer.texts("//EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"), IsEmpty());
}

TEST_F(Elbv2Test, An_internet_facing_one_is_served_at_its_private_addresses) {
  EXPECT_EQ(refusal("CreateLoadBalancer", "Name=web&Type=network&Subnets.member.1=subnet-a"),
            "InvalidSubnet: VPC vpc-1 has no internet gateway");
  attach_gateway();
  const Answer answer =
      must("CreateLoadBalancer", "Name=web&Type=network&Subnets.member.1=subnet-a");
  EXPECT_EQ(answer.text("//Scheme"), "internet-facing");  // the default [API reference]
  EXPECT_THAT(answer.text("//DNSName"), testing::StartsWith("web-"));
}

// [API reference, CreateLoadBalancer: "one Elastic IP address per subnet if you need static IP
// addresses for your internet-facing load balancer"; the words are recorded]
TEST_F(Elbv2Test, An_internet_facing_one_has_the_elastic_IPs_that_it_is_given) {
  attach_gateway();
  for (const auto& [id, address, owner] : {std::tuple("eipalloc-1", "192.0.2.1", kOwner),
                                           {"eipalloc-2", "192.0.2.2", kOwner},
                                           {"eipalloc-other", "192.0.2.3", kOther}}) {
    put(model::ElasticIp{.id = model::Id<model::ElasticIp>(id),
                         .owner = model::Id<model::Account>(owner),
                         .region = kRegion,
                         .public_ip = *IpAddress::parse(address)});
  }
  const auto mapped = [](const std::string& name, const std::string& a, const std::string& c) {
    return "Name=" + name +
           "&Type=network&SubnetMappings.member.1.SubnetId=subnet-a"
           "&SubnetMappings.member.2.SubnetId=subnet-c&SubnetMappings.member.1.AllocationId=" +
           a + "&SubnetMappings.member.2.AllocationId=" + c;
  };
  EXPECT_EQ(refusal("CreateLoadBalancer", mapped("web", "eipalloc-1", "eipalloc-other")),
            "AllocationIdNotFound: The allocation ID 'eipalloc-other' does not exist");
  EXPECT_EQ(
      refusal("CreateLoadBalancer", mapped("web", "eipalloc-1", "eipalloc-2") + "&Scheme=internal"),
      "InvalidConfigurationRequest: Elastic IPs are not supported for load balancers with scheme "
      "'internal'");
  const std::string unavailable = "ResourceInUse: The allocation IDs are not available for use";
  EXPECT_EQ(refusal("CreateLoadBalancer", mapped("web", "eipalloc-1", "eipalloc-1")), unavailable);

  const Answer made = must("CreateLoadBalancer", mapped("web", "eipalloc-1", "eipalloc-2"));
  EXPECT_THAT(made.texts("//LoadBalancerAddresses/member/AllocationId"),
              testing::ElementsAre("eipalloc-1", "eipalloc-2"));
  EXPECT_THAT(made.texts("//LoadBalancerAddresses/member/IpAddress"),
              testing::ElementsAre("192.0.2.1", "192.0.2.2"));
  EXPECT_EQ(must("CreateLoadBalancer", mapped("web", "eipalloc-1", "eipalloc-2"))
                .text("//LoadBalancerArn"),
            made.text("//LoadBalancerArn"));
  EXPECT_EQ(refusal("CreateLoadBalancer", mapped("other", "eipalloc-1", "eipalloc-2")),
            unavailable);
  must("DeleteLoadBalancer", "LoadBalancerArn=" + made.text("//LoadBalancerArn"));
  must("CreateLoadBalancer", mapped("other", "eipalloc-1", "eipalloc-2"));
}

// [spec 1.5 and 1.6]
TEST_F(Elbv2Test, CreateLoadBalancer_refuses_in_AWS_words) {
  struct Case {
    const char* name;
    std::string form;
    const char* error;
  };
  const std::string in_a = "&Subnets.member.1=subnet-a";
  const std::string too_long(33, 'n');
  const Case cases[] = {
      {"no name", "Type=network&Scheme=internal" + in_a,
       "ValidationError: 1 validation error detected: Value null at 'name' failed to satisfy "
       "constraint: Member must not be null"},
      {"long name", create(too_long, in_a),
       "ValidationError: The load balancer name 'nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn' cannot be "
       "longer than '32' characters"},
      {"odd name", create("web_1", in_a),
       "ValidationError: The load balancer name 'web_1' can only contain characters that are "
       "alphanumeric characters or hyphens(-)"},
      {"hyphen at the end", create("web-", in_a),
       "ValidationError: The load balancer name 'web-' cannot begin or end with '-'"},
      {"reserved name", create("internal-web", in_a),
       "ValidationError: The load balancer name 'internal-web' cannot begin with 'internal-'"},
      {"scheme", "Name=web&Type=network&Scheme=private" + in_a,
       "ValidationError: 1 validation error detected: Value 'private' at 'scheme' failed to "
       "satisfy constraint: Member must satisfy enum value set: [internet-facing, internal]"},
      {"type by default", "Name=web&Scheme=internal" + in_a,
       "ValidationError: At least two subnets in two different Availability Zones must be "
       "specified"},
      {"gateway", "Name=web&Type=gateway" + in_a,
       "InvalidConfigurationRequest: Load balancers of type 'gateway' are not supported: specify "
       "the type 'network' or 'application'"},
      {"dualstack", create("web", in_a + "&IpAddressType=dualstack"),
       "ValidationError: You must specify subnets with an associated IPv6 CIDR block."},
      {"IPv6 source NAT", create("web", in_a + "&EnablePrefixForIpv6SourceNat=on"),
       "InvalidConfigurationRequest: EnablePrefixForIpv6SourceNat is not supported: nodes "
       "translate to their own addresses"},
      {"address pool", create("web", in_a + "&IpamPools.Ipv4IpamPoolId=ipam-pool-1"),
       "InvalidConfigurationRequest: Customer-owned and IPAM address pools are not supported on "
       "load balancers with type 'network'"},
      {"no subnet", create("web", ""),
       "ValidationError: You must specify either subnets or subnet mappings, and not both"},
      {"both", create("web", in_a + "&SubnetMappings.member.1.SubnetId=subnet-c"),
       "ValidationError: You must specify either subnets or subnet mappings, and not both"},
      {"unknown subnet", create("web", "&Subnets.member.1=subnet-x"),
       "SubnetNotFound: The subnet ID 'subnet-x' does not exist"},
      {"another account's subnet", create("web", "&Subnets.member.1=subnet-other"),
       "SubnetNotFound: The subnet ID 'subnet-other' does not exist"},
      {"two of a zone", create("web", in_a + "&Subnets.member.2=subnet-a2"),
       "InvalidConfigurationRequest: A load balancer cannot be attached to multiple subnets in the "
       "same Availability Zone"},
      {"two VPCs", create("web", in_a + "&Subnets.member.2=subnet-vpc2"),
       "InvalidConfigurationRequest: All subnets of a load balancer must be in the same VPC"},
      {"another account's group", create("web", in_a + "&SecurityGroups.member.1=sg-other"),
       "InvalidSecurityGroup: Security group 'sg-other' does not exist"},
      {"another VPC's group", create("web", in_a + "&SecurityGroups.member.1=sg-vpc2"),
       "InvalidConfigurationRequest: Security group 'sg-vpc2' does not belong to VPC 'vpc-1'"},
      {"elastic address",
       create("web",
              "&SubnetMappings.member.1.SubnetId=subnet-a"
              "&SubnetMappings.member.1.AllocationId=eipalloc-1"),
       "InvalidConfigurationRequest: Elastic IPs are not supported for load balancers with scheme "
       "'internal'"},
      {"address of another subnet",
       create("web",
              "&SubnetMappings.member.1.SubnetId=subnet-a"
              "&SubnetMappings.member.1.PrivateIPv4Address=10.0.3.9"),
       "InvalidConfigurationRequest: The private IPv4 address '10.0.3.9' is not in the subnet "
       "'subnet-a'"},
      {"the router's address",
       create("web",
              "&SubnetMappings.member.1.SubnetId=subnet-a"
              "&SubnetMappings.member.1.PrivateIPv4Address=10.0.1.1"),
       "InvalidSubnet: The subnet 'subnet-a' cannot be used: Address 10.0.1.1 is in subnet's "
       "reserved address range"},
      {"private address on the internet",
       "Name=web&Type=network&SubnetMappings.member.1.SubnetId=subnet-a"
       "&SubnetMappings.member.1.PrivateIPv4Address=10.0.1.9",
       "InvalidConfigurationRequest: You can specify a private IPv4 address for an internal load "
       "balancer only"},
      {"unknown parameter", create("web", in_a + "&Colour=red"),
       "UnknownParameter: The parameter Colour is not recognized"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(refusal("CreateLoadBalancer", c.form), c.error);
  }
  EXPECT_EQ(count<model::LoadBalancer>(), 0U);
  EXPECT_EQ(count<model::NetworkInterface>(), 0U);
}

// [NLB guide, "Availability Zones"; the words are AWS's]
TEST_F(Elbv2Test, A_subnet_needs_eight_free_addresses) {
  put(subnet("subnet-small", "vpc-1", "10.0.9.0/28", "a"));
  make_load_balancer("one", "");
  for (int n = 0; n < 4; ++n) {
    put(model::NetworkInterface{.id = model::Id<model::NetworkInterface>(fmt::format("eni-{}", n)),
                                .subnet = model::Id<model::Subnet>("subnet-small"),
                                .address = *IpAddress::parse(fmt::format("10.0.9.{}", 4 + n))});
  }
  EXPECT_EQ(refusal("CreateLoadBalancer", create("web", "&Subnets.member.1=subnet-small")),
            "InvalidSubnet: Not enough IP space available in subnet-small. ELB requires at least 8 "
            "free IP addresses in each subnet.");
  must("CreateLoadBalancer", create("web",
                                    "&SubnetMappings.member.1.SubnetId=subnet-small"
                                    "&SubnetMappings.member.1.PrivateIPv4Address=10.0.9.9"));
}

// [API reference, CreateLoadBalancer: idempotent]
TEST_F(Elbv2Test, The_same_load_balancer_again_is_the_one_that_is_there) {
  attach_gateway();
  const std::string arn = make_load_balancer();
  struct Case {
    const char* name;
    std::string form;
    bool is_same;
  };
  const std::string zones = "&Subnets.member.1=subnet-c&Subnets.member.2=subnet-a";
  const std::string group = "&SecurityGroups.member.1=sg-nlb";
  const Case cases[] = {
      {"in another order, with tags", create("web", zones + group + "&Tags.member.1.Key=k"), true},
      {"without the group", create("web", zones), false},
      {"with another group", create("web", zones + "&SecurityGroups.member.1=sg-nlb2"), false},
      {"with one zone", create("web", "&Subnets.member.1=subnet-a" + group), false},
      {"with a chosen address",
       create("web", group + "&SubnetMappings.member.1.SubnetId=subnet-a"
                             "&SubnetMappings.member.1.PrivateIPv4Address=10.0.1.4"
                             "&SubnetMappings.member.2.SubnetId=subnet-c"),
       false},
      {"of another scheme", "Name=web&Type=network" + zones + group, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    if (c.is_same) {
      EXPECT_EQ(must("CreateLoadBalancer", c.form).text("//LoadBalancerArn"), arn);
    } else {
      EXPECT_EQ(refusal("CreateLoadBalancer", c.form),
                "DuplicateLoadBalancerName: A load balancer with the same name 'web' exists, but "
                "with different settings");
    }
  }
  EXPECT_EQ(count<model::LoadBalancer>(), 1U);
  EXPECT_EQ(count<model::NetworkInterface>(), 2U);
}

TEST_F(Elbv2Test, The_name_is_free_in_another_region_and_account) {
  make_load_balancer();
  put(subnet("subnet-far", "vpc-1", "10.0.8.0/24", "a"));
  change([](model::Transaction& tx) {
    model::Subnet far = *tx.world().find(model::Id<model::Subnet>("subnet-far"));
    far.region = "us-east-1";
    tx.put(far);
  });
  become(kOwner, "us-east-1");
  must("CreateLoadBalancer", create("web", "&Subnets.member.1=subnet-far"));
  become(kOther);
  must("CreateLoadBalancer", create("web", "&Subnets.member.1=subnet-other"));
  EXPECT_EQ(count<model::LoadBalancer>(), 3U);
}

// [NLB guide, "Quotas": 50 in a region]
TEST_F(Elbv2Test, The_fifty_first_load_balancer_is_too_many) {
  for (int n = 0; n < 50; ++n) {
    put(model::LoadBalancer{.id = model::Id<model::LoadBalancer>(fmt::format("lb-{}", n)),
                            .owner = caller_.account,
                            .region = kRegion,
                            .name = fmt::format("lb-{}", n)});
  }
  EXPECT_EQ(refusal("CreateLoadBalancer", create("web", "&Subnets.member.1=subnet-a")),
            "TooManyLoadBalancers: The maximum number of 50 Network Load Balancers has been "
            "reached");
}

TEST_F(Elbv2Test, DescribeLoadBalancers_selects_and_pages) {
  const std::string b = make_load_balancer("b");
  const std::string a = make_load_balancer("a");
  const std::string c = make_load_balancer("c");
  EXPECT_THAT(must("DescribeLoadBalancers").texts("//LoadBalancerName"),
              ElementsAre("a", "b", "c"));
  EXPECT_THAT(must("DescribeLoadBalancers",
                   "LoadBalancerArns.member.1=" + c + "&LoadBalancerArns.member.2=" + a)
                  .texts("//LoadBalancerName"),
              ElementsAre("a", "c"));
  EXPECT_THAT(must("DescribeLoadBalancers", "Names.member.1=b").texts("//LoadBalancerArn"),
              ElementsAre(b));
  const Answer first = must("DescribeLoadBalancers", "PageSize=2");
  EXPECT_THAT(first.texts("//LoadBalancerName"), ElementsAre("a", "b"));
  const Answer second =
      must("DescribeLoadBalancers", "PageSize=2&Marker=" + first.text("//NextMarker"));
  EXPECT_THAT(second.texts("//LoadBalancerName"), ElementsAre("c"));
  EXPECT_THAT(second.texts("//NextMarker"), IsEmpty());
}

// [spec 0.4: Terraform's first call of each creation expects exactly this code]
TEST_F(Elbv2Test, A_load_balancer_that_is_not_there_is_not_found) {
  const std::string arn = make_load_balancer();
  const std::string gone = std::string(kArn) + "loadbalancer/net/web/0000000000000000";
  const std::string expected = "LoadBalancerNotFound: One or more load balancers not found";
  EXPECT_EQ(refusal("DescribeLoadBalancers", "Names.member.1=web&Names.member.2=x"), expected);
  EXPECT_EQ(refusal("DescribeLoadBalancers", "LoadBalancerArns.member.1=" + gone), expected);
  EXPECT_EQ(refusal("DescribeLoadBalancers", "LoadBalancerArns.member.1=web"),
            "ValidationError: 'web' is not a valid load balancer ARN");
  EXPECT_EQ(refusal("DescribeLoadBalancers", "PageSize=401"),
            "ValidationError: 1 validation error detected: Value '401' at 'pageSize' failed to "
            "satisfy constraint: Member must have value less than or equal to 400");
  EXPECT_EQ(refusal("DescribeLoadBalancers", "Names.member.1=web&LoadBalancerArns.member.1=" + arn),
            "ValidationError: Load balancer names and load balancer ARNs cannot be specified at "
            "the same time");
  become(kOther);
  EXPECT_EQ(refusal("DescribeLoadBalancers", "LoadBalancerArns.member.1=" + arn), expected);
  EXPECT_EQ(refusal("DescribeLoadBalancers", "Names.member.1=web"), expected);
  EXPECT_EQ(refusal("SetIpAddressType", "IpAddressType=ipv4&LoadBalancerArn=" + arn), expected);
  EXPECT_THAT(must("DescribeLoadBalancers").texts("//LoadBalancerArn"), IsEmpty());
}

TEST_F(Elbv2Test, The_state_that_the_data_plane_reports_is_described) {
  const std::string arn = make_load_balancer();
  EXPECT_EQ(must("DescribeLoadBalancers").text("//State/Code"), "provisioning");
  change(
      [&](model::Transaction& tx) { model::mark_active(tx, model::Id<model::LoadBalancer>(arn)); });
  EXPECT_EQ(must("DescribeLoadBalancers").text("//State/Code"), "active");
}

// [API reference, DeleteLoadBalancer: "If the load balancer does not exist or has already been
// deleted, the call succeeds"; Terraform waits for the interfaces to be gone]
TEST_F(Elbv2Test, Deleting_takes_listeners_and_nodes_and_leaves_the_target_group) {
  const std::string arn = make_load_balancer();
  const std::string group = make_group();
  make_listener(arn, group);
  make_listener(arn, group, "&Protocol=TCP&Port=81");
  EXPECT_EQ(must("DeleteLoadBalancer", "LoadBalancerArn=" + arn).xml(), "");
  EXPECT_EQ(count<model::LoadBalancer>(), 0U);
  EXPECT_EQ(count<model::Listener>(), 0U);
  EXPECT_EQ(count<model::NetworkInterface>(), 0U);
  EXPECT_EQ(count<model::TargetGroup>(), 1U);
  must("DeleteLoadBalancer", "LoadBalancerArn=" + arn);
}

TEST_F(Elbv2Test, Another_account_deletes_nothing) {
  const std::string arn = make_load_balancer();
  become(kOther);
  must("DeleteLoadBalancer", "LoadBalancerArn=" + arn);
  EXPECT_EQ(count<model::LoadBalancer>(), 1U);
}

TEST_F(Elbv2Test, A_protected_load_balancer_is_not_deleted) {
  const std::string arn = make_load_balancer();
  const std::string change = "LoadBalancerArn=" + arn +
                             "&Attributes.member.1.Key=deletion_protection.enabled"
                             "&Attributes.member.1.Value=";
  must("ModifyLoadBalancerAttributes", change + "true");
  EXPECT_EQ(refusal("DeleteLoadBalancer", "LoadBalancerArn=" + arn),
            "OperationNotPermitted: Load balancer '" + arn +
                "' cannot be deleted because deletion protection is enabled");
  must("ModifyLoadBalancerAttributes", change + "false");
  must("DeleteLoadBalancer", "LoadBalancerArn=" + arn);
}

TEST_F(Elbv2Test, A_load_balancer_of_an_endpoint_service_is_not_deleted) {
  const std::string arn = make_load_balancer();
  model::EndpointService service{.id = model::Id<model::EndpointService>("vpce-svc-1"),
                                 .load_balancers = {model::Id<model::LoadBalancer>(arn)},
                                 .state = model::ServiceState::Available};
  put(service);
  EXPECT_EQ(refusal("DeleteLoadBalancer", "LoadBalancerArn=" + arn),
            "ResourceInUse: Load balancer '" + arn +
                "' cannot be deleted because it is currently associated with another service");
  service.state = model::ServiceState::Deleted;
  put(service);
  must("DeleteLoadBalancer", "LoadBalancerArn=" + arn);
}

// [API reference, SetSecurityGroups; NLB guide, "Update the security groups"]
TEST_F(Elbv2Test, SetSecurityGroups_replaces_them_on_the_nodes_too) {
  const std::string arn = make_load_balancer();
  const Answer answer =
      must("SetSecurityGroups", "LoadBalancerArn=" + arn +
                                    "&SecurityGroups.member.1=sg-nlb2"
                                    "&EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic=off");
  EXPECT_EQ(answer.xml(),
            "<SecurityGroupIds><member>sg-nlb2</member></SecurityGroupIds>"
            "<EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic>off"
            "</EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic>");
  const auto* balancer = record<model::LoadBalancer>(arn);
  for (const auto& zone : balancer->zones) {
    EXPECT_EQ(world_.find(zone.network_interface)->groups, balancer->security_groups);
  }
  // What is not said stays.
  must("SetSecurityGroups", "LoadBalancerArn=" + arn + "&SecurityGroups.member.1=sg-nlb");
  EXPECT_EQ(
      must("DescribeLoadBalancers").text("//EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"),
      "off");
}

TEST_F(Elbv2Test, SetSecurityGroups_keeps_what_was_decided_at_creation) {
  const std::string with = make_load_balancer("with");
  const std::string without = make_load_balancer("without", "");
  struct Case {
    std::string form;
    const char* error;
  };
  const Case cases[] = {
      {"LoadBalancerArn=" + without + "&SecurityGroups.member.1=sg-nlb",
       "InvalidConfigurationRequest: You cannot set security groups on a Network Load Balancer "
       "which was created without any security groups."},
      {"LoadBalancerArn=" + with + "&SecurityGroups=",
       "InvalidConfigurationRequest: You cannot remove all security groups from a Network Load "
       "Balancer which was created with security groups."},
      {"LoadBalancerArn=" + with,
       "ValidationError: 1 validation error detected: Value null at 'securityGroups' failed to "
       "satisfy constraint: Member must not be null"},
      {"LoadBalancerArn=" + with + "&SecurityGroups.member.1=sg-vpc2",
       "InvalidConfigurationRequest: Security group 'sg-vpc2' does not belong to VPC 'vpc-1'"},
      {"LoadBalancerArn=" + with +
           "&SecurityGroups.member.1=sg-nlb"
           "&EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic=yes",
       "ValidationError: 1 validation error detected: Value 'yes' at "
       "'enforceSecurityGroupInboundRulesOnPrivateLinkTraffic' failed to satisfy constraint: "
       "Member must satisfy enum value set: [on, off]"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.form);
    EXPECT_EQ(refusal("SetSecurityGroups", c.form), c.error);
  }
}

// [API reference, SetSubnets]
TEST_F(Elbv2Test, SetSubnets_adds_and_removes_zones_with_their_nodes) {
  const std::string arn = make_load_balancer();
  const auto before = record<model::LoadBalancer>(arn)->zones;
  const Answer answer =
      must("SetSubnets",
           "LoadBalancerArn=" + arn + "&Subnets.member.1=subnet-c&Subnets.member.2=subnet-d");
  EXPECT_EQ(answer.xml(),
            "<AvailabilityZones><member><ZoneName>ap-northeast-1c</ZoneName><SubnetId>subnet-c"
            "</SubnetId><LoadBalancerAddresses/></member><member><ZoneName>ap-northeast-1d"
            "</ZoneName><SubnetId>subnet-d</SubnetId><LoadBalancerAddresses/></member>"
            "</AvailabilityZones><IpAddressType>ipv4</IpAddressType>");
  EXPECT_EQ(world_.find(before[0].network_interface), nullptr);
  EXPECT_NE(world_.find(before[1].network_interface), nullptr);
  EXPECT_EQ(count<model::NetworkInterface>(), 2U);
}

TEST_F(Elbv2Test, SetSubnets_refuses_what_would_change_a_zone_that_stays) {
  const std::string arn = make_load_balancer();
  struct Case {
    const char* form;
    const char* error;
  };
  const Case cases[] = {
      {"&Subnets.member.1=subnet-a2&Subnets.member.2=subnet-c",
       "InvalidConfigurationRequest: You cannot specify an additional subnet from an Availability "
       "Zone that is already associated with the load balancer ('ap-northeast-1a')"},
      {"&Subnets.member.1=subnet-vpc2",
       "InvalidConfigurationRequest: The subnet 'subnet-vpc2' is not in the VPC 'vpc-1' of the "
       "load balancer"},
      {"&SubnetMappings.member.1.SubnetId=subnet-a"
       "&SubnetMappings.member.1.PrivateIPv4Address=10.0.1.77",
       "InvalidConfigurationRequest: The private IPv4 address of the subnet 'subnet-a' cannot be "
       "changed"},
      {"&Subnets.member.1=subnet-a&IpAddressType=dualstack",
       "ValidationError: You must specify subnets with an associated IPv6 CIDR block."},
      {"", "ValidationError: You must specify either subnets or subnet mappings, and not both"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.form);
    EXPECT_EQ(refusal("SetSubnets", "LoadBalancerArn=" + arn + c.form), c.error);
  }
}

// [NLB guide, "Update the Availability Zones": not while VPC endpoints are connected]
TEST_F(Elbv2Test, A_zone_stays_while_an_endpoint_is_connected) {
  const std::string arn = make_load_balancer();
  const model::Id<model::EndpointService> service("vpce-svc-1");
  put(model::EndpointService{.id = service,
                             .load_balancers = {model::Id<model::LoadBalancer>(arn)},
                             .state = model::ServiceState::Available});
  model::VpcEndpoint endpoint{.id = model::Id<model::VpcEndpoint>("vpce-1"),
                              .service = service,
                              .state = model::EndpointState::Available};
  put(endpoint);
  const std::string form = "LoadBalancerArn=" + arn + "&Subnets.member.1=subnet-a";
  EXPECT_EQ(refusal("SetSubnets", form),
            "InvalidConfigurationRequest: Subnets cannot be removed from load balancer '" + arn +
                "' while VPC endpoints are connected to its endpoint service");
  must("SetSubnets", form + "&Subnets.member.2=subnet-c&Subnets.member.3=subnet-d");
  endpoint.state = model::EndpointState::Deleted;
  put(endpoint);
  must("SetSubnets", form);
}

TEST_F(Elbv2Test, The_limits_of_the_account_are_those_that_are_enforced) {
  EXPECT_EQ(must("DescribeAccountLimits", "PageSize=2").xml(),
            "<Limits><member><Name>application-load-balancers</Name><Max>50</Max></member>"
            "<member><Name>certificates-per-network-load-balancer</Name><Max>25</Max></member>"
            "</Limits><NextMarker>listeners-per-network-load-balancer</NextMarker>");
  EXPECT_THAT(must("DescribeAccountLimits", "Marker=network-load-balancers").texts("//Name"),
              ElementsAre("network-load-balancers", "rules-per-application-load-balancer",
                          "target-groups", "target-groups-per-action-on-application-load-balancer",
                          "target-groups-per-action-on-network-load-balancer",
                          "targets-per-availability-zone-per-network-load-balancer",
                          "targets-per-network-load-balancer", "targets-per-target-group"));
  put(model::Settings{.quotas = {{"network-load-balancers", 7}}});
  EXPECT_EQ(must("DescribeAccountLimits", "Marker=network-load-balancers").texts("//Max").front(),
            "7");
}

}  // namespace
}  // namespace postern::api::elbv2
