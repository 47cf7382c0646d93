// SPDX-License-Identifier: Apache-2.0
// VPCs: CreateVpc, DescribeVpcs, DeleteVpc, ModifyVpcAttribute, DescribeVpcAttribute.
#include "api/ec2/actions.h"
#include "api/ec2/attribute_value.h"
#include "api/ec2/find.h"
#include "api/ec2/ipv4_block.h"
#include "api/ec2/ipv6_block.h"
#include "api/ec2/select.h"
#include "api/ec2/supported.h"
#include "api/ec2/tag_specification.h"
#include "model/new_vpc.h"
#include "model/quotas.h"

namespace postern::api::ec2 {
namespace {

constexpr std::string_view kNetworkMetrics = "enableNetworkAddressUsageMetrics";

struct VpcItem {
  std::string vpcId;
  std::string ownerId;
  std::string state;
  std::string cidrBlock;
  std::vector<VpcIpv4BlockItem> cidrBlockAssociationSet;
  std::vector<VpcIpv6BlockItem> ipv6CidrBlockAssociationSet;
  std::string dhcpOptionsId;
  std::string instanceTenancy = "default";
  bool isDefault = false;
  std::vector<TagItem> tagSet;
};
BOOST_DESCRIBE_STRUCT(VpcItem, (),
                      (vpcId, ownerId, state, cidrBlock, cidrBlockAssociationSet,
                       ipv6CidrBlockAssociationSet, dhcpOptionsId, instanceTenancy, isDefault,
                       tagSet))

std::vector<VpcIpv6BlockItem> ipv6_items(const model::Vpc& vpc) {
  std::vector<VpcIpv6BlockItem> items;
  for (const model::CidrBlock& block : vpc.ipv6_blocks) {
    items.push_back(block_item(vpc, block));
  }
  return items;
}

VpcItem vpc_item(const model::Vpc& vpc) {
  return {.vpcId = vpc.id.value,
          .ownerId = vpc.owner.value,
          .state = "available",
          .cidrBlock = vpc.cidr.text(),
          .cidrBlockAssociationSet = ipv4_items(vpc),
          .ipv6CidrBlockAssociationSet = ipv6_items(vpc),
          .dhcpOptionsId = vpc.dhcp_options_id,
          .isDefault = vpc.is_default,
          .tagSet = tag_items(vpc.tags)};
}

// ---- CreateVpc ----

struct CreateVpcRequest {
  std::optional<std::string> CidrBlock;
  std::optional<bool> AmazonProvidedIpv6CidrBlock;
  std::optional<std::string> InstanceTenancy;
  std::optional<std::string> Ipv4IpamPoolId;
  std::optional<int> Ipv4NetmaskLength;
  std::optional<std::string> Ipv6CidrBlock;
  std::optional<std::string> Ipv6IpamPoolId;
  std::optional<std::string> Ipv6Pool;
  std::optional<Unserved> Ipv6CidrBlockNetworkBorderGroup;
  std::optional<Unserved> Ipv6NetmaskLength;
  std::optional<Unserved> VpcEncryptionControl;
  TagSpecifications TagSpecification;
};
BOOST_DESCRIBE_STRUCT(CreateVpcRequest, (),
                      (CidrBlock, AmazonProvidedIpv6CidrBlock, InstanceTenancy, Ipv4IpamPoolId,
                       Ipv4NetmaskLength, Ipv6CidrBlock, Ipv6IpamPoolId, Ipv6Pool,
                       Ipv6CidrBlockNetworkBorderGroup, Ipv6NetmaskLength, VpcEncryptionControl,
                       TagSpecification))

struct CreateVpcAnswer {
  VpcItem vpc;
};
BOOST_DESCRIBE_STRUCT(CreateVpcAnswer, (), (vpc))

Result<> check_supported(const CreateVpcRequest& request) {
  TRY(only("InstanceTenancy", request.InstanceTenancy, "default"));
  TRY(absent("Ipv4IpamPoolId", request.Ipv4IpamPoolId));
  TRY(absent("Ipv4NetmaskLength", request.Ipv4NetmaskLength));
  TRY(absent("Ipv6CidrBlock", request.Ipv6CidrBlock));
  TRY(absent("Ipv6IpamPoolId", request.Ipv6IpamPoolId));
  return absent("Ipv6Pool", request.Ipv6Pool);
}

Result<> check_vpc_limit(const model::World& world, const model::Caller& caller) {
  if (model::is_used_up(world, model::Quota::Vpcs, model::count_owned<model::Vpc>(world, caller))) {
    return refuse(faults::VpcLimitExceeded, "The maximum number of VPCs has been reached.");
  }
  return {};
}

Result<CreateVpcAnswer> create_vpc(model::Transaction& tx, const model::Caller& caller,
                                   const CreateVpcRequest& request) {
  TRY(check_supported(request));
  if (!request.CidrBlock) {
    return refuse(faults::MissingParameter,
                  "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.");
  }
  TRY_ASSIGN(const Cidr cidr, vpc_cidr(*request.CidrBlock));
  TRY_ASSIGN(auto tags, tags_for(request.TagSpecification, "vpc"));
  TRY(check_vpc_limit(tx.world(), caller));
  const model::Vpc vpc = model::add_vpc(
      tx,
      {.owner = caller.account, .region = caller.region, .cidr = cidr, .tags = std::move(tags)});
  if (request.AmazonProvidedIpv6CidrBlock.value_or(false)) {
    model::add_ipv6_block(tx, vpc, model::new_ipv6_cidr(tx));
  }
  CreateVpcAnswer answer{vpc_item(*tx.world().find(vpc.id))};
  answer.vpc.state = "pending";
  return answer;
}

// ---- DescribeVpcs ----

struct DescribeVpcsRequest {
  std::vector<std::string> VpcId;
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeVpcsRequest, (), (VpcId, Filter, MaxResults, NextToken))

struct DescribeVpcsAnswer {
  std::vector<VpcItem> vpcSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeVpcsAnswer, (), (vpcSet, nextToken))

Values ipv4_values(const model::Vpc& vpc, std::string VpcIpv4BlockItem::* member) {
  Values values;
  for (const VpcIpv4BlockItem& item : ipv4_items(vpc)) {
    values.push_back(item.*member);
  }
  return values;
}
Values ipv6_values(const model::Vpc& vpc, std::string VpcIpv6BlockItem::* member) {
  Values values;
  for (const VpcIpv6BlockItem& item : ipv6_items(vpc)) {
    values.push_back(item.*member);
  }
  return values;
}
Values default_values(const model::Vpc& vpc) {
  return {bool_text(vpc.is_default)};
}

// [EC2 API reference, DescribeVpcs]; isDefault is what Terraform sends.
const FilterTable<model::Vpc>& vpc_filters() {
  static const FilterTable<model::Vpc> kTable = {
      {"cidr", [](const model::Vpc& vpc) { return Values{vpc.cidr.text()}; }},
      {"cidr-block-association.association-id",
       [](const model::Vpc& vpc) { return ipv4_values(vpc, &VpcIpv4BlockItem::associationId); }},
      {"cidr-block-association.cidr-block",
       [](const model::Vpc& vpc) { return ipv4_values(vpc, &VpcIpv4BlockItem::cidrBlock); }},
      {"cidr-block-association.state", [](const model::Vpc&) { return Values{"associated"}; }},
      {"ipv6-cidr-block-association.association-id",
       [](const model::Vpc& vpc) { return ipv6_values(vpc, &VpcIpv6BlockItem::associationId); }},
      {"ipv6-cidr-block-association.ipv6-cidr-block",
       [](const model::Vpc& vpc) { return ipv6_values(vpc, &VpcIpv6BlockItem::ipv6CidrBlock); }},
      {"ipv6-cidr-block-association.ipv6-pool",
       [](const model::Vpc& vpc) { return ipv6_values(vpc, &VpcIpv6BlockItem::ipv6Pool); }},
      {"ipv6-cidr-block-association.state",
       [](const model::Vpc& vpc) { return Values(vpc.ipv6_blocks.size(), "associated"); }},
      {"dhcp-options-id", [](const model::Vpc& vpc) { return Values{vpc.dhcp_options_id}; }},
      {"is-default", default_values},
      {"isDefault", default_values},
      {"owner-id", [](const model::Vpc& vpc) { return Values{vpc.owner.value}; }},
      {"state", [](const model::Vpc&) { return Values{"available"}; }},
      {"vpc-id", [](const model::Vpc& vpc) { return Values{vpc.id.value}; }},
  };
  return kTable;
}

Result<DescribeVpcsAnswer> describe_vpcs(const View& view, const DescribeVpcsRequest& request) {
  TRY_ASSIGN(const auto selection, select(view, request, request.VpcId, vpc_filters()));
  DescribeVpcsAnswer answer{.nextToken = selection.next_token};
  for (const model::Vpc* vpc : selection.records) {
    answer.vpcSet.push_back(vpc_item(*vpc));
  }
  return answer;
}

// ---- DeleteVpc ----

struct DeleteVpcRequest {
  std::string VpcId;
};
BOOST_DESCRIBE_STRUCT(DeleteVpcRequest, (), (VpcId))

template <class T, class Holds>
bool any_in_vpc(const model::World& world, const model::Id<model::Vpc>& vpc, Holds holds) {
  const auto& table = world.all<T>();
  return std::any_of(table.begin(), table.end(), [&](const auto& entry) {
    return entry.second->vpc == vpc && holds(*entry.second);
  });
}

// What has to go before the VPC can. [VPC user guide, "Delete your VPC"]
bool has_dependencies(const model::World& world, const model::Id<model::Vpc>& vpc) {
  const auto always = [](const auto&) { return true; };
  return any_in_vpc<model::Subnet>(world, vpc, always) ||
         any_in_vpc<model::NetworkInterface>(world, vpc, always) ||
         any_in_vpc<model::LoadBalancer>(world, vpc, always) ||
         any_in_vpc<model::VpcEndpoint>(world, vpc,
                                        [](const model::VpcEndpoint& endpoint) {
                                          return endpoint.state != model::EndpointState::Deleted;
                                        }) ||
         any_in_vpc<model::SecurityGroup>(
             world, vpc,
             [](const model::SecurityGroup& group) { return group.name != "default"; }) ||
         any_in_vpc<model::NetworkAcl>(
             world, vpc, [](const model::NetworkAcl& acl) { return !acl.is_default; }) ||
         any_in_vpc<model::InternetGateway>(world, vpc, always) ||
         any_in_vpc<model::EgressOnlyInternetGateway>(world, vpc, always) ||
         any_in_vpc<model::NatGateway>(world, vpc, always) ||
         any_in_vpc<model::RouteTable>(world, vpc, [&](const model::RouteTable& table) {
           return table.id != world.find(vpc)->main_route_table_id;
         });
}

Result<Done> delete_vpc(model::Transaction& tx, const model::Caller& caller,
                        const DeleteVpcRequest& request) {
  TRY_ASSIGN(const model::Vpc* const vpc, find<model::Vpc>(tx.world(), caller, request.VpcId));
  const model::Id<model::Vpc> id = vpc->id;
  if (has_dependencies(tx.world(), id)) {
    return refuse(faults::DependencyViolation,
                  "The vpc '{}' has dependencies and cannot be deleted.", id);
  }
  if (const model::SecurityGroup* group = model::default_group(tx.world(), id)) {
    tx.erase(model::Id<model::SecurityGroup>(group->id));
  }
  if (const model::NetworkAcl* acl = model::default_acl(tx.world(), id)) {
    tx.erase(model::Id<model::NetworkAcl>(acl->id));
  }
  tx.erase(model::Id<model::RouteTable>(vpc->main_route_table_id));
  tx.erase(id);
  return Done{};
}

// ---- ModifyVpcAttribute ----

struct ModifyVpcAttributeRequest {
  std::string VpcId;
  BoolValue EnableDnsHostnames;
  BoolValue EnableDnsSupport;
  BoolValue EnableNetworkAddressUsageMetrics;
};
BOOST_DESCRIBE_STRUCT(ModifyVpcAttributeRequest, (),
                      (VpcId, EnableDnsHostnames, EnableDnsSupport,
                       EnableNetworkAddressUsageMetrics))

// "You can't modify the DNS resolution and DNS hostnames attributes in the same request."
// [EC2 API reference, ModifyVpcAttribute]
Result<> check_one_attribute(const ModifyVpcAttributeRequest& request) {
  const int given = int{request.EnableDnsHostnames.Value.has_value()} +
                    int{request.EnableDnsSupport.Value.has_value()} +
                    int{request.EnableNetworkAddressUsageMetrics.Value.has_value()};
  if (given == 0) {
    return refuse(faults::InvalidParameterCombination, "No attributes specified.");
  }
  if (given > 1) {
    return refuse(faults::InvalidParameterCombination,
                  "Fields for multiple attribute types specified.");
  }
  return {};
}

Result<Done> modify_vpc_attribute(model::Transaction& tx, const model::Caller& caller,
                                  const ModifyVpcAttributeRequest& request) {
  TRY_ASSIGN(const model::Vpc* const found, find<model::Vpc>(tx.world(), caller, request.VpcId));
  TRY(check_one_attribute(request));
  model::Vpc vpc = *found;
  vpc.enable_dns_hostnames = request.EnableDnsHostnames.Value.value_or(vpc.enable_dns_hostnames);
  vpc.enable_dns_support = request.EnableDnsSupport.Value.value_or(vpc.enable_dns_support);
  vpc.network_address_usage_metrics =
      request.EnableNetworkAddressUsageMetrics.Value.value_or(vpc.network_address_usage_metrics);
  tx.put(std::move(vpc));
  return Done{};
}

// ---- DescribeVpcAttribute ----

struct DescribeVpcAttributeRequest {
  std::string VpcId;
  std::string Attribute;
};
BOOST_DESCRIBE_STRUCT(DescribeVpcAttributeRequest, (), (VpcId, Attribute))

struct DescribeVpcAttributeAnswer {
  std::string vpcId;
  std::optional<BoolValueItem> enableDnsHostnames;
  std::optional<BoolValueItem> enableDnsSupport;
  std::optional<BoolValueItem> enableNetworkAddressUsageMetrics;
};
BOOST_DESCRIBE_STRUCT(DescribeVpcAttributeAnswer, (),
                      (vpcId, enableDnsHostnames, enableDnsSupport,
                       enableNetworkAddressUsageMetrics))

Result<DescribeVpcAttributeAnswer> describe_vpc_attribute(
    const View& view, const DescribeVpcAttributeRequest& request) {
  TRY_ASSIGN(const model::Vpc* const vpc, find<model::Vpc>(view.world, view.caller, request.VpcId));
  DescribeVpcAttributeAnswer answer{.vpcId = vpc->id.value};
  if (request.Attribute == "enableDnsHostnames") {
    answer.enableDnsHostnames = {vpc->enable_dns_hostnames};
  } else if (request.Attribute == "enableDnsSupport") {
    answer.enableDnsSupport = {vpc->enable_dns_support};
  } else if (request.Attribute == kNetworkMetrics) {
    answer.enableNetworkAddressUsageMetrics = {vpc->network_address_usage_metrics};
  } else {
    return refuse(faults::InvalidParameterValue,
                  "Value ({}) for parameter attribute is invalid. Unknown attribute.",
                  request.Attribute);
  }
  return answer;
}

}  // namespace

std::vector<Action> vpc_actions() {
  return {
      write<create_vpc>("CreateVpc"),
      write<delete_vpc>("DeleteVpc"),
      read<describe_vpc_attribute>("DescribeVpcAttribute"),
      read<describe_vpcs>("DescribeVpcs"),
      write<modify_vpc_attribute>("ModifyVpcAttribute"),
  };
}

}  // namespace postern::api::ec2
