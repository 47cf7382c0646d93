// SPDX-License-Identifier: Apache-2.0
// Egress-only internet gateways: CreateEgressOnlyInternetGateway,
// DescribeEgressOnlyInternetGateways, DeleteEgressOnlyInternetGateway. They are objects: there is
// no internet here.
#include <algorithm>

#include "api/ec2/actions.h"
#include "api/ec2/filter_field.h"
#include "api/ec2/find.h"
#include "api/ec2/select.h"
#include "api/ec2/tag_specification.h"

namespace postern::api::ec2 {
namespace {

using EgressGateway = model::EgressOnlyInternetGateway;

struct EgressAttachmentItem {
  std::string vpcId;
  std::string state = "attached";
};
BOOST_DESCRIBE_STRUCT(EgressAttachmentItem, (), (vpcId, state))

struct EgressGatewayItem {
  std::string egressOnlyInternetGatewayId;
  std::vector<EgressAttachmentItem> attachmentSet;
  std::vector<TagItem> tagSet;
};
BOOST_DESCRIBE_STRUCT(EgressGatewayItem, (), (egressOnlyInternetGatewayId, attachmentSet, tagSet))

EgressGatewayItem egress_gateway_item(const EgressGateway& gateway) {
  return {.egressOnlyInternetGatewayId = gateway.id.value,
          .attachmentSet = {{.vpcId = gateway.vpc.value}},
          .tagSet = tag_items(gateway.tags)};
}

// ---- CreateEgressOnlyInternetGateway ----

struct CreateEgressGatewayRequest {
  std::string VpcId;
  std::optional<std::string> ClientToken;
  TagSpecifications TagSpecification;
};
BOOST_DESCRIBE_STRUCT(CreateEgressGatewayRequest, (), (VpcId, ClientToken, TagSpecification))

struct CreateEgressGatewayAnswer {
  EgressGatewayItem egressOnlyInternetGateway;
  std::optional<std::string> clientToken;
};
BOOST_DESCRIBE_STRUCT(CreateEgressGatewayAnswer, (), (egressOnlyInternetGateway, clientToken))

// "Only one egress-only internet gateway can be attached to a VPC at a time." [VPC user guide,
// "Amazon VPC quotas": gateways]
Result<CreateEgressGatewayAnswer> create_egress_only_internet_gateway(
    model::Transaction& tx, const model::Caller& caller,
    const CreateEgressGatewayRequest& request) {
  TRY_ASSIGN(const model::Vpc* const vpc, find<model::Vpc>(tx.world(), caller, request.VpcId));
  TRY_ASSIGN(auto tags, tags_for(request.TagSpecification, "egress-only-internet-gateway"));
  const auto& gateways = tx.world().all<EgressGateway>();
  if (std::any_of(gateways.begin(), gateways.end(),
                  [&](const auto& entry) { return entry.second->vpc == vpc->id; })) {
    return refuse(faults::InternetGatewayLimitExceeded,
                  "The VPC '{}' has an egress-only internet gateway already.", vpc->id);
  }
  const EgressGateway gateway{.id = model::Id<EgressGateway>(tx.ids().ec2_id("eigw-")),
                              .owner = vpc->owner,
                              .region = vpc->region,
                              .vpc = vpc->id,
                              .tags = std::move(tags)};
  tx.put(gateway);
  return CreateEgressGatewayAnswer{.egressOnlyInternetGateway = egress_gateway_item(gateway),
                                   .clientToken = request.ClientToken};
}

// ---- DescribeEgressOnlyInternetGateways ----

struct DescribeEgressGatewaysRequest {
  std::vector<std::string> EgressOnlyInternetGatewayId;
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeEgressGatewaysRequest, (),
                      (EgressOnlyInternetGatewayId, Filter, MaxResults, NextToken))

struct DescribeEgressGatewaysAnswer {
  std::vector<EgressGatewayItem> egressOnlyInternetGatewaySet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeEgressGatewaysAnswer, (), (egressOnlyInternetGatewaySet, nextToken))

Result<DescribeEgressGatewaysAnswer> describe_egress_only_internet_gateways(
    const View& view, const DescribeEgressGatewaysRequest& request) {
  static const FilterTable<EgressGateway> kFilters = {
      field_of<EgressGateway>("egress-only-internet-gateway-id",
                              [](const EgressGateway& gateway) { return gateway.id.value; })};
  TRY_ASSIGN(const auto selection,
             select(view, request, request.EgressOnlyInternetGatewayId, kFilters));
  DescribeEgressGatewaysAnswer answer{.nextToken = selection.next_token};
  for (const EgressGateway* gateway : selection.records) {
    answer.egressOnlyInternetGatewaySet.push_back(egress_gateway_item(*gateway));
  }
  return answer;
}

// ---- DeleteEgressOnlyInternetGateway ----

struct DeleteEgressGatewayRequest {
  std::string EgressOnlyInternetGatewayId;
};
BOOST_DESCRIBE_STRUCT(DeleteEgressGatewayRequest, (), (EgressOnlyInternetGatewayId))

struct DeleteEgressGatewayAnswer {
  bool returnCode = true;
};
BOOST_DESCRIBE_STRUCT(DeleteEgressGatewayAnswer, (), (returnCode))

// Routes to it stay, and lead nowhere. [CreateRoute: "blackhole"]
Result<DeleteEgressGatewayAnswer> delete_egress_only_internet_gateway(
    model::Transaction& tx, const model::Caller& caller,
    const DeleteEgressGatewayRequest& request) {
  TRY_ASSIGN(const EgressGateway* const gateway,
             find<EgressGateway>(tx.world(), caller, request.EgressOnlyInternetGatewayId));
  tx.erase(model::Id<EgressGateway>(gateway->id));
  return DeleteEgressGatewayAnswer{};
}

}  // namespace

std::vector<Action> egress_only_internet_gateway_actions() {
  return {
      write<create_egress_only_internet_gateway>("CreateEgressOnlyInternetGateway"),
      write<delete_egress_only_internet_gateway>("DeleteEgressOnlyInternetGateway"),
      read<describe_egress_only_internet_gateways>("DescribeEgressOnlyInternetGateways"),
  };
}

}  // namespace postern::api::ec2
