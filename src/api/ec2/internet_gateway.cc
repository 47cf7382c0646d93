// SPDX-License-Identifier: Apache-2.0
// Internet gateways: CreateInternetGateway, DescribeInternetGateways, AttachInternetGateway,
// DetachInternetGateway, DeleteInternetGateway. They are objects: there is no internet here.
#include <algorithm>

#include "api/ec2/actions.h"
#include "api/ec2/elastic_ip_lookup.h"
#include "api/ec2/filter_field.h"
#include "api/ec2/find.h"
#include "api/ec2/select.h"
#include "api/ec2/tag_specification.h"
#include "model/quotas.h"

namespace postern::api::ec2 {
namespace {

using model::InternetGateway;
using model::Vpc;

struct GatewayAttachmentItem {
  std::string vpcId;
  std::string state = "available";
};
BOOST_DESCRIBE_STRUCT(GatewayAttachmentItem, (), (vpcId, state))

struct InternetGatewayItem {
  std::string internetGatewayId;
  std::string ownerId;
  std::vector<GatewayAttachmentItem> attachmentSet;
  std::vector<TagItem> tagSet;
};
BOOST_DESCRIBE_STRUCT(InternetGatewayItem, (), (internetGatewayId, ownerId, attachmentSet, tagSet))

InternetGatewayItem gateway_item(const InternetGateway& gateway) {
  InternetGatewayItem item{.internetGatewayId = gateway.id.value,
                           .ownerId = gateway.owner.value,
                           .tagSet = tag_items(gateway.tags)};
  if (!gateway.vpc.empty()) {
    item.attachmentSet.push_back({.vpcId = gateway.vpc.value});
  }
  return item;
}

// ---- CreateInternetGateway ----

struct CreateInternetGatewayRequest {
  TagSpecifications TagSpecification;
};
BOOST_DESCRIBE_STRUCT(CreateInternetGatewayRequest, (), (TagSpecification))

struct CreateInternetGatewayAnswer {
  InternetGatewayItem internetGateway;
};
BOOST_DESCRIBE_STRUCT(CreateInternetGatewayAnswer, (), (internetGateway))

Result<CreateInternetGatewayAnswer> create_internet_gateway(
    model::Transaction& tx, const model::Caller& caller,
    const CreateInternetGatewayRequest& request) {
  TRY_ASSIGN(auto tags, tags_for(request.TagSpecification, "internet-gateway"));
  if (model::is_used_up(tx.world(), model::Quota::InternetGateways,
                        model::count_owned<InternetGateway>(tx.world(), caller))) {
    return refuse(faults::InternetGatewayLimitExceeded,
                  "The maximum number of internet gateways has been reached.");
  }
  const InternetGateway gateway{.id = model::Id<InternetGateway>(tx.ids().ec2_id("igw-")),
                                .owner = caller.account,
                                .region = caller.region,
                                .tags = std::move(tags)};
  tx.put(gateway);
  return CreateInternetGatewayAnswer{gateway_item(gateway)};
}

// ---- DescribeInternetGateways ----

struct DescribeInternetGatewaysRequest {
  std::vector<std::string> InternetGatewayId;
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeInternetGatewaysRequest, (),
                      (InternetGatewayId, Filter, MaxResults, NextToken))

struct DescribeInternetGatewaysAnswer {
  std::vector<InternetGatewayItem> internetGatewaySet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeInternetGatewaysAnswer, (), (internetGatewaySet, nextToken))

// [EC2 API reference, DescribeInternetGateways]
const FilterTable<InternetGateway>& gateway_filters() {
  using Gateway = InternetGateway;
  static const FilterTable<Gateway> kTable = {
      {"attachment.state",
       [](const Gateway& gateway) { return gateway.vpc.empty() ? Values{} : Values{"available"}; }},
      {"attachment.vpc-id",
       [](const Gateway& gateway) {
         return gateway.vpc.empty() ? Values{} : Values{gateway.vpc.value};
       }},
      {"internet-gateway-id", [](const Gateway& gateway) { return Values{gateway.id.value}; }},
      {"owner-id", [](const Gateway& gateway) { return Values{gateway.owner.value}; }},
  };
  return kTable;
}

Result<DescribeInternetGatewaysAnswer> describe_internet_gateways(
    const View& view, const DescribeInternetGatewaysRequest& request) {
  TRY_ASSIGN(const auto selection,
             select(view, request, request.InternetGatewayId, gateway_filters()));
  DescribeInternetGatewaysAnswer answer{.nextToken = selection.next_token};
  for (const InternetGateway* gateway : selection.records) {
    answer.internetGatewaySet.push_back(gateway_item(*gateway));
  }
  return answer;
}

// ---- AttachInternetGateway, DetachInternetGateway ----

struct AttachmentRequest {
  std::string InternetGatewayId;
  std::string VpcId;
};
BOOST_DESCRIBE_STRUCT(AttachmentRequest, (), (InternetGatewayId, VpcId))

Result<Done> attach_internet_gateway(model::Transaction& tx, const model::Caller& caller,
                                     const AttachmentRequest& request) {
  TRY_ASSIGN(const InternetGateway* const found,
             find<InternetGateway>(tx.world(), caller, request.InternetGatewayId));
  TRY_ASSIGN(const Vpc* const vpc, find<Vpc>(tx.world(), caller, request.VpcId));
  if (!found->vpc.empty()) {
    return refuse(faults::ResourceAlreadyAssociated,
                  "resource {} is already attached to network {}", found->id, found->vpc);
  }
  if (model::gateway_of(tx.world(), vpc->id) != nullptr) {
    return refuse(faults::InvalidParameterValue,
                  "Network {} already has an internet gateway attached", vpc->id);
  }
  InternetGateway gateway = *found;
  gateway.vpc = vpc->id;
  tx.put(std::move(gateway));
  return Done{};
}

Result<Done> detach_internet_gateway(model::Transaction& tx, const model::Caller& caller,
                                     const AttachmentRequest& request) {
  TRY_ASSIGN(const InternetGateway* const found,
             find<InternetGateway>(tx.world(), caller, request.InternetGatewayId));
  TRY_ASSIGN(const Vpc* const vpc, find<Vpc>(tx.world(), caller, request.VpcId));
  if (found->vpc != vpc->id) {
    return refuse(faults::GatewayNotAttached, "resource {} is not attached to network {}",
                  found->id, vpc->id);
  }
  if (model::has_public_addresses(tx.world(), vpc->id)) {
    return refuse(faults::DependencyViolation,
                  "Network {} has some mapped public address(es). Please unmap those public "
                  "address(es) before detaching the gateway.",
                  vpc->id);
  }
  InternetGateway gateway = *found;
  gateway.vpc = {};
  tx.put(std::move(gateway));
  return Done{};
}

// ---- DeleteInternetGateway ----

struct DeleteInternetGatewayRequest {
  std::string InternetGatewayId;
};
BOOST_DESCRIBE_STRUCT(DeleteInternetGatewayRequest, (), (InternetGatewayId))

Result<Done> delete_internet_gateway(model::Transaction& tx, const model::Caller& caller,
                                     const DeleteInternetGatewayRequest& request) {
  TRY_ASSIGN(const InternetGateway* const gateway,
             find<InternetGateway>(tx.world(), caller, request.InternetGatewayId));
  if (!gateway->vpc.empty()) {
    return refuse(faults::DependencyViolation,
                  "The internetGateway '{}' has dependencies and cannot be deleted.", gateway->id);
  }
  tx.erase(model::Id<InternetGateway>(gateway->id));
  return Done{};
}

}  // namespace

std::vector<Action> internet_gateway_actions() {
  return {
      write<attach_internet_gateway>("AttachInternetGateway"),
      write<create_internet_gateway>("CreateInternetGateway"),
      write<delete_internet_gateway>("DeleteInternetGateway"),
      read<describe_internet_gateways>("DescribeInternetGateways"),
      write<detach_internet_gateway>("DetachInternetGateway"),
  };
}

}  // namespace postern::api::ec2
