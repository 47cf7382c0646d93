// SPDX-License-Identifier: Apache-2.0
// Internet gateways, elastic IPs and NAT gateways, which need each other.
#include "api/ec2/ec2_test.h"

namespace postern::api::ec2 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class GatewayTest : public Ec2Test {
 protected:
  std::string make_gateway() { return make("CreateInternetGateway", "", "//internetGatewayId"); }
  std::string attachment(const std::string& gateway, const std::string& vpc) {
    return "InternetGatewayId=" + gateway + "&VpcId=" + vpc;
  }
  std::string attached_gateway() {
    const std::string gateway = make_gateway();
    must("AttachInternetGateway", attachment(gateway, vpc_));
    return gateway;
  }
  std::string allocate() { return make("AllocateAddress", "Domain=vpc", "//allocationId"); }
  std::string make_interface() {
    return make("CreateNetworkInterface", "SubnetId=" + subnet_, "//networkInterfaceId");
  }
  Answer address(const std::string& allocation) {
    return must("DescribeAddresses", "AllocationId.1=" + allocation);
  }

  const std::string vpc_ = make_vpc();
  const std::string subnet_ = make_subnet(vpc_);
};

// ---- internet gateways

// [EC2 API reference, DescribeInternetGateways]
TEST_F(GatewayTest, An_internet_gateway_is_attached_to_one_VPC) {
  const std::string gateway = make_gateway();
  const auto described = [&] {
    return must("DescribeInternetGateways", "InternetGatewayId.1=" + gateway).xml();
  };
  const std::string head = "<internetGatewaySet><item><internetGatewayId>" + gateway +
                           "</internetGatewayId><ownerId>111111111111</ownerId>";
  EXPECT_EQ(described(), head + "<attachmentSet/><tagSet/></item></internetGatewaySet>");
  EXPECT_EQ(must("AttachInternetGateway", attachment(gateway, vpc_)).xml(),
            "<return>true</return>");
  EXPECT_EQ(described(), head + "<attachmentSet><item><vpcId>" + vpc_ +
                             "</vpcId><state>available</state></item></attachmentSet><tagSet/>"
                             "</item></internetGatewaySet>");
  EXPECT_EQ(refusal("AttachInternetGateway", attachment(gateway, make_vpc())),
            "Resource.AlreadyAssociated: resource " + gateway + " is already attached to network " +
                vpc_);
  EXPECT_EQ(refusal("AttachInternetGateway", attachment(make_gateway(), vpc_)),
            "InvalidParameterValue: Network " + vpc_ + " already has an internet gateway attached");
  EXPECT_EQ(
      must("DescribeInternetGateways", "Filter.1.Name=attachment.vpc-id&Filter.1.Value.1=" + vpc_)
          .text("//internetGatewayId"),
      gateway);
}

TEST_F(GatewayTest, An_internet_gateway_goes_only_when_it_is_detached) {
  const std::string gateway = attached_gateway();
  EXPECT_EQ(refusal("DeleteInternetGateway", "InternetGatewayId=" + gateway),
            "DependencyViolation: The internetGateway '" + gateway +
                "' has dependencies and cannot be deleted.");
  must("DeleteSubnet", "SubnetId=" + subnet_);
  EXPECT_EQ(run("DeleteVpc", "VpcId=" + vpc_).code(), "DependencyViolation");
  must("DetachInternetGateway", attachment(gateway, vpc_));
  EXPECT_EQ(refusal("DetachInternetGateway", attachment(gateway, vpc_)),
            "Gateway.NotAttached: resource " + gateway + " is not attached to network " + vpc_);
  must("DeleteInternetGateway", "InternetGatewayId=" + gateway);
  EXPECT_EQ(
      refusal("DescribeInternetGateways", "InternetGatewayId.1=" + gateway),
      "InvalidInternetGatewayID.NotFound: The internetGateway ID '" + gateway + "' does not exist");
  must("DeleteVpc", "VpcId=" + vpc_);
}

// ---- elastic IPs

// [EC2 API reference, AllocateAddress; RFC 5737]
TEST_F(GatewayTest, An_elastic_IP_is_of_the_documentation_ranges_and_nobody_elses) {
  const Answer first = must("AllocateAddress",
                            "Domain=vpc&TagSpecification.1.ResourceType="
                            "elastic-ip&TagSpecification.1.Tag.1.Key=Name&"
                            "TagSpecification.1.Tag.1.Value=a");
  EXPECT_EQ(first.xml(), "<publicIp>192.0.2.1</publicIp><allocationId>" +
                             first.text("//allocationId") +
                             "</allocationId><publicIpv4Pool>amazon</publicIpv4Pool>"
                             "<networkBorderGroup>ap-northeast-1</networkBorderGroup><domain>vpc"
                             "</domain>");
  EXPECT_EQ(address(first.text("//allocationId")).xml(),
            "<addressesSet><item><publicIp>192.0.2.1</publicIp><allocationId>" +
                first.text("//allocationId") +
                "</allocationId><domain>vpc</domain><tagSet><item><key>Name</key><value>a</value>"
                "</item></tagSet><publicIpv4Pool>amazon</publicIpv4Pool><networkBorderGroup>"
                "ap-northeast-1</networkBorderGroup></item></addressesSet>");
  EXPECT_EQ(must("DescribeAddressesAttribute",
                 "Attribute=domain-name&AllocationId.1=" + first.text("//allocationId"))
                .text("//addressSet/item/publicIp"),
            "192.0.2.1");
  become("222222222222");
  EXPECT_EQ(must("AllocateAddress").text("//publicIp"), "192.0.2.2");
  EXPECT_EQ(refusal("DescribeAddresses", "PublicIp.1=192.0.2.1"),
            "InvalidAddress.NotFound: Address '192.0.2.1' not found.");
  EXPECT_EQ(run("ReleaseAddress", "AllocationId=" + first.text("//allocationId")).code(),
            "InvalidAllocationID.NotFound");
}

// [EC2 user guide, "Elastic IP address quota": 5]
TEST_F(GatewayTest, Five_elastic_IPs_are_all_and_a_released_one_is_given_again) {
  std::string first = allocate();
  for (int n = 1; n < 5; ++n) {
    allocate();
  }
  EXPECT_EQ(refusal("AllocateAddress"),
            "AddressLimitExceeded: The maximum number of addresses has been reached.");
  must("ReleaseAddress", "AllocationId=" + first);
  EXPECT_EQ(must("AllocateAddress").text("//publicIp"), "192.0.2.1");
  become("111111111111", "us-east-1");
  EXPECT_EQ(must("AllocateAddress").text("//publicIp"), "192.0.2.6");
}

// [EC2 API reference, AssociateAddress, DisassociateAddress]
TEST_F(GatewayTest, An_elastic_IP_is_associated_with_an_interface_of_a_VPC_with_a_gateway) {
  const std::string allocation = allocate();
  const std::string interface = make_interface();
  const std::string both = "AllocationId=" + allocation + "&NetworkInterfaceId=" + interface;
  EXPECT_EQ(refusal("AssociateAddress", both),
            "Gateway.NotAttached: Network " + vpc_ + " is not attached to any internet gateway");
  const std::string gateway = attached_gateway();
  const std::string association = make("AssociateAddress", both, "//associationId");
  const Answer described = address(allocation);
  EXPECT_EQ(described.text("//associationId"), association);
  EXPECT_EQ(described.text("//networkInterfaceId"), interface);
  EXPECT_EQ(described.text("//networkInterfaceOwnerId"), "111111111111");
  EXPECT_EQ(described.text("//privateIpAddress"), "10.0.0.4");
  EXPECT_EQ(
      must("DescribeAddresses", "Filter.1.Name=association-id&Filter.1.Value.1=" + association)
          .text("//allocationId"),
      allocation);
  const Answer of_interface =
      must("DescribeNetworkInterfaces",
           "Filter.1.Name=association.public-ip&Filter.1.Value.1=192.0.2.1");
  EXPECT_EQ(of_interface.text("//networkInterfaceId"), interface);
  EXPECT_EQ(of_interface.raw("//association"),
            "<association><publicIp>192.0.2.1</publicIp><ipOwnerId>111111111111</ipOwnerId>"
            "<allocationId>" +
                allocation + "</allocationId><associationId>" + association +
                "</associationId></association>");
  EXPECT_EQ(refusal("ReleaseAddress", "AllocationId=" + allocation),
            "InvalidIPAddress.InUse: Address 192.0.2.1 is in use.");
  EXPECT_EQ(refusal("DetachInternetGateway", attachment(gateway, vpc_)),
            "DependencyViolation: Network " + vpc_ +
                " has some mapped public address(es). Please unmap those public address(es) before "
                "detaching the gateway.");
  must("DisassociateAddress", "AssociationId=" + association);
  EXPECT_EQ(
      refusal("DisassociateAddress", "AssociationId=" + association),
      "InvalidAssociationID.NotFound: The association ID '" + association + "' does not exist");
  EXPECT_EQ(address(allocation).count("//networkInterfaceId"), 0U);
  must("ReleaseAddress", "AllocationId=" + allocation);
}

TEST_F(GatewayTest, An_association_moves_unless_that_is_forbidden) {
  attached_gateway();
  const std::string a = allocate();
  const std::string b = allocate();
  const std::string first = make_interface();
  const std::string second = make_interface();
  must("AssociateAddress", "AllocationId=" + a + "&NetworkInterfaceId=" + first);
  EXPECT_EQ(run("AssociateAddress",
                "AllocationId=" + a + "&NetworkInterfaceId=" + second + "&AllowReassociation=false")
                .code(),
            "Resource.AlreadyAssociated");
  must("AssociateAddress", "AllocationId=" + a + "&NetworkInterfaceId=" + second);
  EXPECT_EQ(address(a).text("//networkInterfaceId"), second);
  must("AssociateAddress", "AllocationId=" + b + "&NetworkInterfaceId=" + second);
  EXPECT_EQ(address(a).count("//networkInterfaceId"), 0U);
  EXPECT_EQ(address(b).text("//networkInterfaceId"), second);
  EXPECT_EQ(run("AssociateAddress", "AllocationId=" + a + "&NetworkInterfaceId=" + first +
                                        "&PrivateIpAddress=10.0.0.99")
                .code(),
            "InvalidParameterValue");
}

TEST_F(GatewayTest, An_elastic_IP_whose_interface_is_gone_is_free) {
  attached_gateway();
  const std::string allocation = allocate();
  const std::string interface = make_interface();
  must("AssociateAddress", "AllocationId=" + allocation + "&NetworkInterfaceId=" + interface);
  must("DeleteNetworkInterface", "NetworkInterfaceId=" + interface);
  EXPECT_EQ(address(allocation).count("//associationId"), 0U);
  must("ReleaseAddress", "AllocationId=" + allocation);
}

// ---- NAT gateways

// [EC2 API reference, NatGateway]
TEST_F(GatewayTest, A_NAT_gateway_has_an_interface_and_an_elastic_IP) {
  attached_gateway();
  const std::string allocation = allocate();
  const Answer made = must(
      "CreateNatGateway", "SubnetId=" + subnet_ + "&AllocationId=" + allocation + "&ClientToken=t");
  const std::string id = made.text("//natGatewayId");
  EXPECT_EQ(made.text("//state"), "pending");
  const Answer described = must("DescribeNatGateways", "NatGatewayId.1=" + id);
  EXPECT_EQ(described.text("//state"), "available");
  EXPECT_EQ(described.text("//vpcId"), vpc_);
  EXPECT_EQ(described.text("//subnetId"), subnet_);
  EXPECT_EQ(described.text("//connectivityType"), "public");
  EXPECT_EQ(described.text("//allocationId"), allocation);
  EXPECT_EQ(described.text("//publicIp"), "192.0.2.1");
  EXPECT_EQ(described.text("//privateIp"), "10.0.0.4");
  EXPECT_EQ(described.text("//associationId"), address(allocation).text("//associationId"));
  const Answer interface = must("DescribeNetworkInterfaces",
                                "NetworkInterfaceId.1=" + described.text("//networkInterfaceId"));
  EXPECT_EQ(interface.text("//interfaceType"), "nat_gateway");
  EXPECT_EQ(interface.text("//description"), "Interface for NAT Gateway " + id);
  EXPECT_EQ(run("DisassociateAddress", "AssociationId=" + described.text("//associationId")).code(),
            "AuthFailure");
  EXPECT_EQ(run("DeleteSubnet", "SubnetId=" + subnet_).code(), "DependencyViolation");
}

TEST_F(GatewayTest, A_deleted_NAT_gateway_leaves_its_address_and_its_routes_behind) {
  attached_gateway();
  const std::string allocation = allocate();
  const std::string id = make(
      "CreateNatGateway", "SubnetId=" + subnet_ + "&AllocationId=" + allocation, "//natGatewayId");
  const std::string table = make("CreateRouteTable", "VpcId=" + vpc_, "//routeTableId");
  must("CreateRoute",
       "RouteTableId=" + table + "&DestinationCidrBlock=0.0.0.0/0&NatGatewayId=" + id);
  EXPECT_EQ(must("DeleteNatGateway", "NatGatewayId=" + id).xml(),
            "<natGatewayId>" + id + "</natGatewayId>");
  EXPECT_EQ(refusal("DescribeNatGateways", "NatGatewayId.1=" + id),
            "NatGatewayNotFound: The Nat Gateway '" + id + "' does not exist");
  EXPECT_THAT(must("DescribeNetworkInterfaces").texts("//networkInterfaceId"), IsEmpty());
  EXPECT_EQ(address(allocation).count("//associationId"), 0U);
  EXPECT_THAT(must("DescribeRouteTables", "RouteTableId.1=" + table).texts("//routeSet/item/state"),
              ElementsAre("active", "blackhole"));
  must("ReleaseAddress", "AllocationId=" + allocation);
}

// [EC2 API reference, CreateNatGateway]
TEST_F(GatewayTest, A_NAT_gateway_that_cannot_be_made_is_refused) {
  const std::string allocation = allocate();
  struct Case {
    std::string parameters;
    std::string error;
  };
  const Case cases[] = {
      {"",
       "MissingParameter: The request must include the AllocationId parameter. Add the required "
       "parameter and retry the request."},
      {"&AllocationId=" + allocation,
       "Gateway.NotAttached: Network " + vpc_ + " is not attached to any internet gateway"},
      {"&ConnectivityType=private&AllocationId=" + allocation,
       "InvalidParameterCombination: A private NAT gateway has no elastic IP address"},
      {"&ConnectivityType=x",
       "InvalidParameterValue: Value (x) for parameter connectivityType is invalid. Expected "
       "'public' or 'private'."},
      {"&AllocationId=eipalloc-00000000000000000",
       "InvalidAllocationID.NotFound: The allocation ID 'eipalloc-00000000000000000' does not "
       "exist"},
      {"&ConnectivityType=private&AvailabilityMode=regional",
       "Unsupported: The parameter AvailabilityMode is not supported with the value regional"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.parameters);
    EXPECT_EQ(refusal("CreateNatGateway", "SubnetId=" + subnet_ + c.parameters), c.error);
  }
  for (int n = 0; n < 5; ++n) {
    must("CreateNatGateway", "SubnetId=" + subnet_ + "&ConnectivityType=private");
  }
  EXPECT_EQ(refusal("CreateNatGateway", "SubnetId=" + subnet_ + "&ConnectivityType=private"),
            "NatGatewayLimitExceeded: The maximum number of NAT gateways has been reached.");
}

}  // namespace
}  // namespace postern::api::ec2
