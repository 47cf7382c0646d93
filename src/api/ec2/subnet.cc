// SPDX-License-Identifier: Apache-2.0
// Subnets: CreateSubnet, DescribeSubnets, DeleteSubnet, ModifySubnetAttribute.
#include "api/ec2/actions.h"
#include "api/ec2/arn.h"
#include "api/ec2/attribute_value.h"
#include "api/ec2/cidr_block.h"
#include "api/ec2/find.h"
#include "api/ec2/ipv6_block.h"
#include "api/ec2/private_dns_name_options.h"
#include "api/ec2/select.h"
#include "api/ec2/supported.h"
#include "api/ec2/tag_specification.h"
#include "model/addresses.h"
#include "model/new_vpc.h"
#include "model/quotas.h"
#include "model/zones.h"

namespace postern::api::ec2 {
namespace {

struct SubnetItem {
  std::string subnetId;
  std::string subnetArn;
  std::string state = "available";
  std::string vpcId;
  std::string ownerId;
  std::string cidrBlock;
  std::vector<SubnetIpv6BlockItem> ipv6CidrBlockAssociationSet;
  std::uint64_t availableIpAddressCount = 0;
  std::string availabilityZone;
  std::string availabilityZoneId;
  bool defaultForAz = false;
  bool mapPublicIpOnLaunch = false;
  bool mapCustomerOwnedIpOnLaunch = false;
  bool assignIpv6AddressOnCreation = false;
  bool enableDns64 = false;
  bool ipv6Native = false;
  PrivateDnsNameOptionsItem privateDnsNameOptionsOnLaunch;
  std::vector<TagItem> tagSet;
};
BOOST_DESCRIBE_STRUCT(SubnetItem, (),
                      (subnetId, subnetArn, state, vpcId, ownerId, cidrBlock,
                       ipv6CidrBlockAssociationSet, availableIpAddressCount, availabilityZone,
                       availabilityZoneId, defaultForAz, mapPublicIpOnLaunch,
                       mapCustomerOwnedIpOnLaunch, assignIpv6AddressOnCreation, enableDns64,
                       ipv6Native, privateDnsNameOptionsOnLaunch, tagSet))

std::vector<SubnetIpv6BlockItem> ipv6_items(const model::Subnet& subnet) {
  return subnet.ipv6_block ? std::vector{block_item(*subnet.ipv6_block)}
                           : std::vector<SubnetIpv6BlockItem>{};
}

SubnetItem subnet_item(const model::World& world, const model::Subnet& subnet) {
  return {.subnetId = subnet.id.value,
          .subnetArn = arn(subnet, "subnet", subnet.id.value),
          .vpcId = subnet.vpc.value,
          .ownerId = subnet.owner.value,
          .cidrBlock = subnet.cidr.text(),
          .ipv6CidrBlockAssociationSet = ipv6_items(subnet),
          .availableIpAddressCount = model::available_addresses(world, subnet),
          .availabilityZone = subnet.zone,
          .availabilityZoneId = subnet.zone_id,
          .defaultForAz = subnet.default_for_zone,
          .mapPublicIpOnLaunch = subnet.map_public_ip_on_launch,
          .assignIpv6AddressOnCreation = subnet.assign_ipv6_address_on_creation,
          .enableDns64 = subnet.enable_dns64,
          .privateDnsNameOptionsOnLaunch = private_dns_name_options_item(subnet.instance_names),
          .tagSet = tag_items(subnet.tags)};
}

// ---- CreateSubnet ----

struct CreateSubnetRequest {
  std::string VpcId;
  std::optional<std::string> CidrBlock;
  std::optional<std::string> AvailabilityZone;
  std::optional<std::string> AvailabilityZoneId;
  std::optional<std::string> Ipv4IpamPoolId;
  std::optional<int> Ipv4NetmaskLength;
  std::optional<std::string> Ipv6CidrBlock;
  std::optional<Unserved> Ipv6IpamPoolId;
  std::optional<bool> Ipv6Native;
  std::optional<Unserved> Ipv6NetmaskLength;
  std::optional<std::string> OutpostArn;
  TagSpecifications TagSpecification;
};
BOOST_DESCRIBE_STRUCT(CreateSubnetRequest, (),
                      (VpcId, CidrBlock, AvailabilityZone, AvailabilityZoneId, Ipv4IpamPoolId,
                       Ipv4NetmaskLength, Ipv6CidrBlock, Ipv6IpamPoolId, Ipv6Native,
                       Ipv6NetmaskLength, OutpostArn, TagSpecification))

struct CreateSubnetAnswer {
  SubnetItem subnet;
};
BOOST_DESCRIBE_STRUCT(CreateSubnetAnswer, (), (subnet))

Result<> check_supported(const CreateSubnetRequest& request) {
  TRY(absent("Ipv4IpamPoolId", request.Ipv4IpamPoolId));
  TRY(absent("Ipv4NetmaskLength", request.Ipv4NetmaskLength));
  TRY(absent("Ipv6Native", request.Ipv6Native));
  return absent("OutpostArn", request.OutpostArn);
}

std::unexpected<Error> refuse_zone(const std::vector<model::Zone>& zones,
                                   std::string_view parameter, const std::string& value) {
  std::string names;
  for (const model::Zone& zone : zones) {
    names += names.empty() ? zone.name : ", " + zone.name;
  }
  return refuse(faults::InvalidParameterValue,
                "Value ({}) for parameter {} is invalid. Subnets can currently only be created in "
                "the following availability zones: {}.",
                value, parameter, names);
}

// The zone that is named by name or by id; the first one when the caller leaves it to AWS.
Result<model::Zone> zone_of(const model::Caller& caller, const CreateSubnetRequest& request) {
  const std::vector<model::Zone> zones = model::zones(caller.account, caller.region);
  const std::string name = request.AvailabilityZone.value_or("");
  const std::string id = request.AvailabilityZoneId.value_or("");
  if (!name.empty() && !id.empty()) {
    return refuse(faults::InvalidParameterCombination,
                  "The parameter availabilityZone cannot be used with the parameter "
                  "availabilityZoneId");
  }
  for (const model::Zone& zone : zones) {
    if ((name.empty() || zone.name == name) && (id.empty() || zone.id == id)) {
      return zone;
    }
  }
  return name.empty() ? refuse_zone(zones, "availabilityZoneId", id)
                      : refuse_zone(zones, "availabilityZone", name);
}

// Within one of the VPC's CIDRs, /16 to /28, and clear of the VPC's other subnets. [VPC user guide,
// "Subnet CIDR blocks"]
Result<Cidr> subnet_cidr(const model::World& world, const model::Vpc& vpc,
                         const std::string& text) {
  TRY_ASSIGN(const Cidr cidr, parse_cidr_block(text));
  const auto holds = [&](const Cidr& block) { return block.contains(cidr); };
  if (!is_vpc_size(cidr) || !std::ranges::any_of(model::ipv4_cidrs_of(vpc), holds)) {
    return refuse(faults::InvalidSubnetRange, "The CIDR '{}' is invalid.", text);
  }
  std::ptrdiff_t subnets = 0;
  for (const auto& [id, subnet] : world.all<model::Subnet>()) {
    if (subnet->vpc != vpc.id) {
      continue;
    }
    if (subnet->cidr.overlaps(cidr)) {
      return refuse(faults::InvalidSubnetConflict, "The CIDR '{}' conflicts with another subnet",
                    text);
    }
    ++subnets;
  }
  if (model::is_used_up(world, model::Quota::Subnets, subnets)) {
    return refuse(faults::SubnetLimitExceeded, "The maximum number of subnets has been reached.");
  }
  return cidr;
}

Result<CreateSubnetAnswer> create_subnet(model::Transaction& tx, const model::Caller& caller,
                                         const CreateSubnetRequest& request) {
  TRY(check_supported(request));
  TRY_ASSIGN(const model::Vpc* const vpc, find<model::Vpc>(tx.world(), caller, request.VpcId));
  if (!request.CidrBlock) {
    return refuse(faults::MissingParameter,
                  "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.");
  }
  TRY_ASSIGN(const model::Zone zone, zone_of(caller, request));
  TRY_ASSIGN(const Cidr cidr, subnet_cidr(tx.world(), *vpc, *request.CidrBlock));
  TRY_ASSIGN(auto tags, tags_for(request.TagSpecification, "subnet"));
  std::optional<model::CidrBlock> ipv6;
  if (!request.Ipv6CidrBlock.value_or("").empty()) {
    TRY_ASSIGN(const Cidr block, subnet_ipv6_cidr(tx.world(), *vpc, *request.Ipv6CidrBlock));
    ipv6 = {.association_id = tx.ids().ec2_id("subnet-cidr-assoc-"), .cidr = block};
  }
  const model::Subnet subnet = model::add_subnet(tx, *vpc,
                                                 {.cidr = cidr,
                                                  .zone = zone.name,
                                                  .zone_id = zone.id,
                                                  .ipv6_block = std::move(ipv6),
                                                  .tags = std::move(tags)});
  return CreateSubnetAnswer{subnet_item(tx.world(), subnet)};
}

// ---- DescribeSubnets ----

struct DescribeSubnetsRequest {
  std::vector<std::string> SubnetId;
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeSubnetsRequest, (), (SubnetId, Filter, MaxResults, NextToken))

struct DescribeSubnetsAnswer {
  std::vector<SubnetItem> subnetSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeSubnetsAnswer, (), (subnetSet, nextToken))

// [EC2 API reference, DescribeSubnets: the second spellings are documented there too]
FilterTable<model::Subnet> subnet_filters(const model::World& world) {
  const auto zone = [](const model::Subnet& subnet) { return Values{subnet.zone}; };
  const auto zone_id = [](const model::Subnet& subnet) { return Values{subnet.zone_id}; };
  const auto cidr = [](const model::Subnet& subnet) { return Values{subnet.cidr.text()}; };
  const auto is_default = [](const model::Subnet& subnet) {
    return Values{bool_text(subnet.default_for_zone)};
  };
  return {
      {"availability-zone", zone},
      {"availabilityZone", zone},
      {"availability-zone-id", zone_id},
      {"availabilityZoneId", zone_id},
      {"available-ip-address-count",
       [&world](const model::Subnet& subnet) {
         return Values{fmt::format("{}", model::available_addresses(world, subnet))};
       }},
      {"cidr", cidr},
      {"cidr-block", cidr},
      {"cidrBlock", cidr},
      {"default-for-az", is_default},
      {"defaultForAz", is_default},
      {"ipv6-cidr-block-association.association-id",
       [](const model::Subnet& subnet) {
         return subnet.ipv6_block ? Values{subnet.ipv6_block->association_id} : Values{};
       }},
      {"ipv6-cidr-block-association.ipv6-cidr-block",
       [](const model::Subnet& subnet) {
         return subnet.ipv6_block ? Values{subnet.ipv6_block->cidr.text()} : Values{};
       }},
      {"ipv6-cidr-block-association.state",
       [](const model::Subnet& subnet) {
         return subnet.ipv6_block ? Values{"associated"} : Values{};
       }},
      {"ipv6-native", [](const model::Subnet&) { return Values{"false"}; }},
      {"map-public-ip-on-launch",
       [](const model::Subnet& subnet) {
         return Values{bool_text(subnet.map_public_ip_on_launch)};
       }},
      {"owner-id", [](const model::Subnet& subnet) { return Values{subnet.owner.value}; }},
      {"state", [](const model::Subnet&) { return Values{"available"}; }},
      {"subnet-arn",
       [](const model::Subnet& subnet) { return Values{arn(subnet, "subnet", subnet.id.value)}; }},
      {"subnet-id", [](const model::Subnet& subnet) { return Values{subnet.id.value}; }},
      {"vpc-id", [](const model::Subnet& subnet) { return Values{subnet.vpc.value}; }},
  };
}

Result<DescribeSubnetsAnswer> describe_subnets(const View& view,
                                               const DescribeSubnetsRequest& request) {
  TRY_ASSIGN(const auto selection,
             select(view, request, request.SubnetId, subnet_filters(view.world)));
  DescribeSubnetsAnswer answer{.nextToken = selection.next_token};
  for (const model::Subnet* subnet : selection.records) {
    answer.subnetSet.push_back(subnet_item(view.world, *subnet));
  }
  return answer;
}

// ---- DeleteSubnet ----

struct DeleteSubnetRequest {
  std::string SubnetId;
};
BOOST_DESCRIBE_STRUCT(DeleteSubnetRequest, (), (SubnetId))

Result<Done> delete_subnet(model::Transaction& tx, const model::Caller& caller,
                           const DeleteSubnetRequest& request) {
  TRY_ASSIGN(const model::Subnet* const subnet,
             find<model::Subnet>(tx.world(), caller, request.SubnetId));
  // Instances, NLBs and endpoints all hold a subnet by an interface in it.
  for (const auto& [id, interface] : tx.world().all<model::NetworkInterface>()) {
    if (interface->subnet == subnet->id) {
      return refuse(faults::DependencyViolation,
                    "The subnet '{}' has dependencies and cannot be deleted.", subnet->id);
    }
  }
  tx.erase(model::Id<model::Subnet>(subnet->id));
  return Done{};
}

// ---- ModifySubnetAttribute ----

struct ModifySubnetAttributeRequest {
  std::string SubnetId;
  BoolValue MapPublicIpOnLaunch;
  BoolValue AssignIpv6AddressOnCreation;
  BoolValue EnableDns64;
  BoolValue EnableResourceNameDnsAAAARecordOnLaunch;
  BoolValue EnableResourceNameDnsARecordOnLaunch;
  BoolValue MapCustomerOwnedIpOnLaunch;
  std::optional<std::string> PrivateDnsHostnameTypeOnLaunch;
  std::optional<Unserved> CustomerOwnedIpv4Pool;
  std::optional<Unserved> DisableLniAtDeviceIndex;
  std::optional<Unserved> EnableLniAtDeviceIndex;
};
BOOST_DESCRIBE_STRUCT(ModifySubnetAttributeRequest, (),
                      (SubnetId, MapPublicIpOnLaunch, AssignIpv6AddressOnCreation, EnableDns64,
                       EnableResourceNameDnsAAAARecordOnLaunch,
                       EnableResourceNameDnsARecordOnLaunch, MapCustomerOwnedIpOnLaunch,
                       PrivateDnsHostnameTypeOnLaunch, CustomerOwnedIpv4Pool,
                       DisableLniAtDeviceIndex, EnableLniAtDeviceIndex))

// "You can only modify one attribute at a time." [EC2 API reference, ModifySubnetAttribute]
Result<> check_one_attribute(const ModifySubnetAttributeRequest& request) {
  const int given = int{request.MapPublicIpOnLaunch.Value.has_value()} +
                    int{request.AssignIpv6AddressOnCreation.Value.has_value()} +
                    int{request.EnableDns64.Value.has_value()} +
                    int{request.EnableResourceNameDnsAAAARecordOnLaunch.Value.has_value()} +
                    int{request.EnableResourceNameDnsARecordOnLaunch.Value.has_value()} +
                    int{request.MapCustomerOwnedIpOnLaunch.Value.has_value()} +
                    int{request.PrivateDnsHostnameTypeOnLaunch.has_value()};
  if (given == 0) {
    return refuse(faults::InvalidParameterCombination, "No attributes specified.");
  }
  if (given > 1) {
    return refuse(faults::InvalidParameterCombination,
                  "Fields for multiple attribute types specified.");
  }
  return {};
}

Result<> check_supported(const ModifySubnetAttributeRequest& request) {
  TRY(absent("MapCustomerOwnedIpOnLaunch.Value", request.MapCustomerOwnedIpOnLaunch.Value));
  return only("PrivateDnsHostnameTypeOnLaunch", request.PrivateDnsHostnameTypeOnLaunch, "ip-name");
}

Result<Done> modify_subnet_attribute(model::Transaction& tx, const model::Caller& caller,
                                     const ModifySubnetAttributeRequest& request) {
  TRY_ASSIGN(const model::Subnet* const found,
             find<model::Subnet>(tx.world(), caller, request.SubnetId));
  TRY(check_one_attribute(request));
  TRY(check_supported(request));
  model::Subnet subnet = *found;
  subnet.map_public_ip_on_launch =
      request.MapPublicIpOnLaunch.Value.value_or(subnet.map_public_ip_on_launch);
  subnet.assign_ipv6_address_on_creation =
      request.AssignIpv6AddressOnCreation.Value.value_or(subnet.assign_ipv6_address_on_creation);
  if (subnet.assign_ipv6_address_on_creation && !subnet.ipv6_block) {
    return refuse(faults::InvalidParameterValue,
                  "Invalid value 'true' for assignIpv6AddressOnCreation. The subnet '{}' does not "
                  "have an IPv6 CIDR block associated with it.",
                  subnet.id);
  }
  model::ResourceName& names = subnet.instance_names;
  names.a = request.EnableResourceNameDnsARecordOnLaunch.Value.value_or(names.a);
  names.aaaa = request.EnableResourceNameDnsAAAARecordOnLaunch.Value.value_or(names.aaaa);
  subnet.enable_dns64 = request.EnableDns64.Value.value_or(subnet.enable_dns64);
  if ((subnet.enable_dns64 || names.aaaa) && !subnet.ipv6_block) {
    return refuse(faults::InvalidParameterValue,
                  "The subnet '{}' does not have an IPv6 CIDR block associated with it.",
                  subnet.id);
  }
  tx.put(std::move(subnet));
  return Done{};
}

}  // namespace

std::vector<Action> subnet_actions() {
  return {
      write<create_subnet>("CreateSubnet"),
      write<delete_subnet>("DeleteSubnet"),
      read<describe_subnets>("DescribeSubnets"),
      write<modify_subnet_attribute>("ModifySubnetAttribute"),
  };
}

}  // namespace postern::api::ec2
