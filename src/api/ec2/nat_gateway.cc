// SPDX-License-Identifier: Apache-2.0
// NAT gateways: CreateNatGateway, DescribeNatGateways, DeleteNatGateway. They are objects: there is
// nothing outside to translate for.
#include <algorithm>

#include "api/ec2/actions.h"
#include "api/ec2/elastic_ip_lookup.h"
#include "api/ec2/filter_field.h"
#include "api/ec2/find.h"
#include "api/ec2/interface_address.h"
#include "api/ec2/select.h"
#include "api/ec2/supported.h"
#include "api/ec2/tag_specification.h"
#include "model/addresses.h"
#include "model/quotas.h"

namespace postern::api::ec2 {
namespace {

using model::ElasticIp;
using model::NatGateway;
using model::Subnet;
using model::World;

struct NatGatewayAddressItem {
  std::optional<std::string> allocationId;
  std::string networkInterfaceId;
  std::string privateIp;
  std::optional<std::string> publicIp;
  std::optional<std::string> associationId;
  bool isPrimary = true;
  std::string status = "succeeded";
};
BOOST_DESCRIBE_STRUCT(NatGatewayAddressItem, (),
                      (allocationId, networkInterfaceId, privateIp, publicIp, associationId,
                       isPrimary, status))

struct NatGatewayItem {
  std::string natGatewayId;
  std::string subnetId;
  std::string vpcId;
  std::string state = "available";
  TimePoint createTime;
  std::vector<NatGatewayAddressItem> natGatewayAddressSet;
  std::string connectivityType;
  std::string availabilityMode = "zonal";
  std::vector<TagItem> tagSet;
};
BOOST_DESCRIBE_STRUCT(NatGatewayItem, (),
                      (natGatewayId, subnetId, vpcId, state, createTime, natGatewayAddressSet,
                       connectivityType, availabilityMode, tagSet))

NatGatewayItem gateway_item(const World& world, const NatGateway& gateway) {
  NatGatewayItem item{.natGatewayId = gateway.id.value,
                      .subnetId = gateway.subnet.value,
                      .vpcId = gateway.vpc.value,
                      .createTime = gateway.created_at,
                      .connectivityType = gateway.is_public ? "public" : "private",
                      .tagSet = tag_items(gateway.tags)};
  if (const auto* interface = world.find(gateway.network_interface)) {
    NatGatewayAddressItem address{.networkInterfaceId = interface->id.value,
                                  .privateIp = interface->address.text()};
    if (const ElasticIp* elastic = model::elastic_ip_of(world, interface->id)) {
      address.allocationId = elastic->id.value;
      address.publicIp = elastic->public_ip.text();
      address.associationId = elastic->association_id;
    }
    item.natGatewayAddressSet.push_back(std::move(address));
  }
  return item;
}

// ---- CreateNatGateway ----

struct CreateNatGatewayRequest {
  std::string SubnetId;
  std::optional<std::string> AllocationId;
  std::optional<std::string> AvailabilityMode;
  std::optional<std::string> ClientToken;
  std::optional<std::string> ConnectivityType;
  std::optional<std::string> PrivateIpAddress;
  std::optional<Unserved> AvailabilityZoneAddress;
  std::optional<Unserved> SecondaryAllocationId;
  std::optional<Unserved> SecondaryPrivateIpAddress;
  std::optional<int> SecondaryPrivateIpAddressCount;
  std::optional<Unserved> VpcId;
  TagSpecifications TagSpecification;
};
BOOST_DESCRIBE_STRUCT(CreateNatGatewayRequest, (),
                      (SubnetId, AllocationId, AvailabilityMode, ClientToken, ConnectivityType,
                       PrivateIpAddress, AvailabilityZoneAddress, SecondaryAllocationId,
                       SecondaryPrivateIpAddress, SecondaryPrivateIpAddressCount, VpcId,
                       TagSpecification))

struct CreateNatGatewayAnswer {
  std::optional<std::string> clientToken;
  NatGatewayItem natGateway;
};
BOOST_DESCRIBE_STRUCT(CreateNatGatewayAnswer, (), (clientToken, natGateway))

Result<bool> is_public(const CreateNatGatewayRequest& request) {
  const std::string type = request.ConnectivityType.value_or("public");
  if (type != "public" && type != "private") {
    return refuse(faults::InvalidParameterValue,
                  "Value ({}) for parameter connectivityType is invalid. Expected 'public' or "
                  "'private'.",
                  type);
  }
  const bool has_address = !request.AllocationId.value_or("").empty();
  if (type == "public" && !has_address) {
    return refuse(faults::MissingParameter,
                  "The request must include the AllocationId parameter. Add the required parameter "
                  "and retry the request.");
  }
  if (type == "private" && has_address) {
    return refuse(faults::InvalidParameterCombination,
                  "A private NAT gateway has no elastic IP address");
  }
  return type == "public";
}

// The address for a public gateway: allocated, nobody's yet, and of a VPC with an internet gateway.
Result<const ElasticIp*> free_address(const World& world, const model::Caller& caller,
                                      const Subnet& subnet, const std::string& allocation_id) {
  TRY_ASSIGN(const ElasticIp* const address,
             find_address(world, caller, allocation_id, std::nullopt));
  if (model::interface_of(world, *address) != nullptr) {
    return refuse(faults::ResourceAlreadyAssociated,
                  "Elastic IP address [{}] is already associated", address->id);
  }
  TRY(check_gateway(world, subnet.vpc));
  return address;
}

Result<> check_gateway_limit(const World& world, const Subnet& subnet) {
  const auto& gateways = world.all<NatGateway>();
  const auto there = std::count_if(gateways.begin(), gateways.end(), [&](const auto& entry) {
    const Subnet* other = world.find(entry.second->subnet);
    return other != nullptr && other->owner == subnet.owner && other->region == subnet.region &&
           other->zone == subnet.zone;
  });
  if (model::is_used_up(world, model::Quota::NatGateways, there)) {
    return refuse(faults::NatGatewayLimitExceeded,
                  "The maximum number of NAT gateways has been reached.");
  }
  return {};
}

// [EC2 DescribeNetworkInterfaces of a NAT gateway]
model::NetworkInterface interface_draft(model::Transaction& tx,
                                        const model::Id<NatGateway>& gateway) {
  return {.type = model::InterfaceType::NatGateway,
          .description = fmt::format("Interface for NAT Gateway {}", gateway),
          .requester_managed = true,
          .requester_id = "amazon-nat",
          .source_dest_check = false,
          .attachment = model::Attachment{.id = tx.ids().ec2_id("ela-attach-"),
                                          .instance_owner_id = "amazon-aws",
                                          .device_index = 1,
                                          .delete_on_termination = false,
                                          .attached_at = tx.now()}};
}

Result<CreateNatGatewayAnswer> create_nat_gateway(model::Transaction& tx,
                                                  const model::Caller& caller,
                                                  const CreateNatGatewayRequest& request) {
  TRY(only("AvailabilityMode", request.AvailabilityMode, "zonal"));
  TRY(absent("SecondaryPrivateIpAddressCount", request.SecondaryPrivateIpAddressCount));
  TRY_ASSIGN(const Subnet* const found, find<Subnet>(tx.world(), caller, request.SubnetId));
  const Subnet subnet = *found;
  TRY_ASSIGN(const bool with_address, is_public(request));
  std::optional<ElasticIp> address;
  if (with_address) {
    TRY_ASSIGN(const ElasticIp* const free,
               free_address(tx.world(), caller, subnet, *request.AllocationId));
    address = *free;
  }
  TRY_ASSIGN(const auto wanted, wanted_address(request.PrivateIpAddress, {}));
  TRY_ASSIGN(auto tags, tags_for(request.TagSpecification, "natgateway"));
  TRY(check_gateway_limit(tx.world(), subnet));
  NatGateway gateway{.id = model::Id<NatGateway>(tx.ids().ec2_id("nat-")),
                     .owner = subnet.owner,
                     .region = subnet.region,
                     .vpc = subnet.vpc,
                     .subnet = subnet.id,
                     .is_public = with_address,
                     .created_at = tx.now(),
                     .tags = std::move(tags)};
  TRY_ASSIGN(const auto interface,
             model::add_interface(tx, subnet, wanted, interface_draft(tx, gateway.id)));
  gateway.network_interface = interface.id;
  if (address) {
    model::associate(tx, *std::move(address), interface.id);
  }
  tx.put(gateway);
  CreateNatGatewayAnswer answer{.clientToken = request.ClientToken,
                                .natGateway = gateway_item(tx.world(), gateway)};
  answer.natGateway.state = "pending";
  return answer;
}

// ---- DescribeNatGateways ----

struct DescribeNatGatewaysRequest {
  std::vector<std::string> NatGatewayId;
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeNatGatewaysRequest, (), (NatGatewayId, Filter, MaxResults, NextToken))

struct DescribeNatGatewaysAnswer {
  std::vector<NatGatewayItem> natGatewaySet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeNatGatewaysAnswer, (), (natGatewaySet, nextToken))

// [EC2 API reference, DescribeNatGateways]
const FilterTable<NatGateway>& nat_filters() {
  static const FilterTable<NatGateway> kTable = {
      {"nat-gateway-id", [](const NatGateway& gateway) { return Values{gateway.id.value}; }},
      {"state", [](const NatGateway&) { return Values{"available"}; }},
      {"subnet-id", [](const NatGateway& gateway) { return Values{gateway.subnet.value}; }},
      {"vpc-id", [](const NatGateway& gateway) { return Values{gateway.vpc.value}; }},
  };
  return kTable;
}

Result<DescribeNatGatewaysAnswer> describe_nat_gateways(const View& view,
                                                        const DescribeNatGatewaysRequest& request) {
  TRY_ASSIGN(const auto selection, select(view, request, request.NatGatewayId, nat_filters()));
  DescribeNatGatewaysAnswer answer{.nextToken = selection.next_token};
  for (const NatGateway* gateway : selection.records) {
    answer.natGatewaySet.push_back(gateway_item(view.world, *gateway));
  }
  return answer;
}

// ---- DeleteNatGateway ----

struct DeleteNatGatewayRequest {
  std::string NatGatewayId;
};
BOOST_DESCRIBE_STRUCT(DeleteNatGatewayRequest, (), (NatGatewayId))

struct DeleteNatGatewayAnswer {
  std::string natGatewayId;
};
BOOST_DESCRIBE_STRUCT(DeleteNatGatewayAnswer, (), (natGatewayId))

// "Deleting a public NAT gateway disassociates its Elastic IP address, but does not release the
// address from your account." [EC2 API reference, DeleteNatGateway]
Result<DeleteNatGatewayAnswer> delete_nat_gateway(model::Transaction& tx,
                                                  const model::Caller& caller,
                                                  const DeleteNatGatewayRequest& request) {
  TRY_ASSIGN(const NatGateway* const found,
             find<NatGateway>(tx.world(), caller, request.NatGatewayId));
  const NatGateway gateway = *found;
  if (const ElasticIp* elastic = model::elastic_ip_of(tx.world(), gateway.network_interface)) {
    model::disassociate(tx, *elastic);
  }
  tx.erase(gateway.network_interface);
  tx.erase(gateway.id);
  return DeleteNatGatewayAnswer{gateway.id.value};
}

}  // namespace

std::vector<Action> nat_gateway_actions() {
  return {
      write<create_nat_gateway>("CreateNatGateway"),
      write<delete_nat_gateway>("DeleteNatGateway"),
      read<describe_nat_gateways>("DescribeNatGateways"),
  };
}

}  // namespace postern::api::ec2
